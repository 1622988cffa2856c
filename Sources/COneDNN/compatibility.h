// What differs between oneDNN 2.x (Debian 12) and 3.x (Debian 13, Ubuntu 24.04): descriptors by value or by handle, one
// step or two to a primitive descriptor.
#ifndef SILHOUETTE_ONEDNN_COMPATIBILITY_H
#define SILHOUETTE_ONEDNN_COMPATIBILITY_H

#include <dnnl.h>

/// The operands of a primitive as it is described; `bias` may be null.
struct operands {
    const dnnl_memory_desc_t *x, *weight, *bias, *y;
};

#if DNNL_VERSION_MAJOR >= 3

typedef dnnl_memory_desc_t layout;
static inline const_dnnl_memory_desc_t layout_view(const layout *l) { return *l; }
static inline dnnl_status_t layout_make(layout *l, int axes, const dnnl_dims_t extents, dnnl_data_type_t type,
                                        dnnl_format_tag_t tag) {
    return dnnl_memory_desc_create_with_tag(l, axes, extents, type, tag);
}
static inline void layout_free(layout *l) {
    if (*l) dnnl_memory_desc_destroy(*l);
    *l = 0;
}
static inline dnnl_status_t layout_query(layout *l, const_dnnl_primitive_desc_t description, dnnl_query_t what) {
    return dnnl_memory_desc_clone(l, dnnl_primitive_desc_query_md(description, what, 0));
}
static inline dnnl_status_t append_activation(dnnl_post_ops_t operations, dnnl_alg_kind_t kind, float alpha) {
    return dnnl_post_ops_append_eltwise(operations, kind, alpha, 0);
}
static inline dnnl_status_t append_sum(dnnl_post_ops_t operations) {
    return dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef);
}
static inline dnnl_status_t describe_convolution(dnnl_primitive_desc_t *description, dnnl_engine_t engine,
                                                 struct operands o, const dnnl_dims_t strides, const dnnl_dims_t gaps,
                                                 const dnnl_dims_t padding, const_dnnl_primitive_attr_t attributes) {
    return dnnl_convolution_forward_primitive_desc_create(
        description, engine, dnnl_forward_inference, dnnl_convolution_direct, *o.x, *o.weight, o.bias ? *o.bias : 0, *o.y,
        strides, gaps, padding, padding, attributes);
}

#else

typedef dnnl_memory_desc_t layout;
static inline const dnnl_memory_desc_t *layout_view(const layout *l) { return l; }
static inline dnnl_status_t layout_make(layout *l, int axes, const dnnl_dims_t extents, dnnl_data_type_t type,
                                        dnnl_format_tag_t tag) {
    return dnnl_memory_desc_init_by_tag(l, axes, extents, type, tag);
}
static inline void layout_free(layout *l) { (void)l; }
static inline dnnl_status_t layout_query(layout *l, const_dnnl_primitive_desc_t description, dnnl_query_t what) {
    *l = *dnnl_primitive_desc_query_md(description, what, 0);
    return dnnl_success;
}
static inline dnnl_status_t append_activation(dnnl_post_ops_t operations, dnnl_alg_kind_t kind, float alpha) {
    return dnnl_post_ops_append_eltwise(operations, 1, kind, alpha, 0);
}
static inline dnnl_status_t append_sum(dnnl_post_ops_t operations) { return dnnl_post_ops_append_sum(operations, 1); }
static inline dnnl_status_t describe_convolution(dnnl_primitive_desc_t *description, dnnl_engine_t engine,
                                                 struct operands o, const dnnl_dims_t strides, const dnnl_dims_t gaps,
                                                 const dnnl_dims_t padding, const_dnnl_primitive_attr_t attributes) {
    dnnl_convolution_desc_t operation;
    dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
        &operation, dnnl_forward_inference, dnnl_convolution_direct, o.x, o.weight, o.bias, o.y, strides, gaps, padding,
        padding);
    return status != dnnl_success ? status : dnnl_primitive_desc_create(description, &operation, attributes, engine, 0);
}

#endif
#endif
