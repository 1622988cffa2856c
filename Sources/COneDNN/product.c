#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "COneDNN.h"
#include "compatibility.h"
#include "thread.h"

#define TRY(call)                                      \
    do {                                               \
        dnnl_status_t status_ = (call);                \
        if (status_ != dnnl_success) return status_;   \
    } while (0)

/// One way to run the product: with a residual or without.
struct variant {
    dnnl_primitive_t primitive;
    layout scratchpad;
    size_t scratchpad_size;
};

struct onednn_product {
    struct onednn_product_shape shape;
    layout x, y, weight, bias;
    struct variant plain, adding;
    dnnl_memory_t packed, packed_bias;
    void *bytes, *bias_bytes;
    size_t size;
};

static dnnl_status_t append(dnnl_post_ops_t operations, enum onednn_activation activation) {
    switch (activation) {
        case onednn_relu: return append_activation(operations, dnnl_eltwise_relu, 0);
        case onednn_gelu: return append_activation(operations, dnnl_eltwise_gelu_erf, 0);
        case onednn_quick_gelu: return append_activation(operations, dnnl_eltwise_swish, 1.702f);
        default: return dnnl_success;
    }
}

static dnnl_status_t attributes_make(dnnl_primitive_attr_t *attributes, const onednn_product *p, int adds) {
    dnnl_post_ops_t operations;
    TRY(dnnl_primitive_attr_create(attributes));
    TRY(dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user));
    TRY(dnnl_post_ops_create(&operations));
    dnnl_status_t status = dnnl_success;
    if (!(adds && p->shape.residual_first)) status = append(operations, p->shape.activation);
    if (status == dnnl_success && adds) status = dnnl_post_ops_append_binary(operations, dnnl_binary_add, layout_view(&p->y));
    if (status == dnnl_success && adds && p->shape.residual_first) status = append(operations, p->shape.activation);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*attributes, operations);
    dnnl_post_ops_destroy(operations);
    return status;
}

/// Makes one variant; with `chosen`, the library chooses the layout of the weights, which is written there.
static dnnl_status_t variant_make(struct variant *v, onednn_product *p, int adds, const layout *weight, layout *chosen) {
    dnnl_primitive_attr_t attributes = 0;
    dnnl_primitive_desc_t description = 0;
    dnnl_status_t status = attributes_make(&attributes, p, adds);
    if (status == dnnl_success)
        status = describe_product(&description, onednn_engine(), &p->x, weight, p->bias_bytes ? &p->bias : 0, &p->y, attributes);
    if (status == dnnl_success) status = dnnl_primitive_create(&v->primitive, description);
    if (status == dnnl_success) status = layout_query(&v->scratchpad, description, dnnl_query_scratchpad_md);
    if (status == dnnl_success) v->scratchpad_size = dnnl_memory_desc_get_size(layout_view(&v->scratchpad));
    if (status == dnnl_success && chosen) status = layout_query(chosen, description, dnnl_query_weights_md);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return status;
}

static dnnl_status_t pack(onednn_product *p, const layout *plain, const float *weight) {
    dnnl_memory_t source = 0;
    dnnl_primitive_desc_t description = 0;
    dnnl_primitive_t reorder = 0;
    struct thread_state *state = thread_state();
    if (!state) return dnnl_out_of_memory;
    p->size = dnnl_memory_desc_get_size(layout_view(&p->weight));
    p->bytes = aligned_alloc(64, (p->size + 63) / 64 * 64);
    if (!p->bytes) return dnnl_out_of_memory;
    dnnl_status_t status = dnnl_memory_create(&p->packed, layout_view(&p->weight), onednn_engine(), p->bytes);
    if (status == dnnl_success) status = dnnl_memory_create(&source, layout_view(plain), onednn_engine(), (void *)weight);
    if (status == dnnl_success)
        status = dnnl_reorder_primitive_desc_create(&description, layout_view(plain), onednn_engine(),
                                                    layout_view(&p->weight), onednn_engine(), 0);
    if (status == dnnl_success) status = dnnl_primitive_create(&reorder, description);
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, p->packed}};
        status = dnnl_primitive_execute(reorder, state->stream, 2, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(state->stream);
    if (reorder) dnnl_primitive_destroy(reorder);
    if (description) dnnl_primitive_desc_destroy(description);
    if (source) dnnl_memory_destroy(source);
    return status;
}

static dnnl_status_t copy_bias(onednn_product *p, const float *bias) {
    const dnnl_dims_t extents = {1, p->shape.outputs};
    const size_t size = (size_t)p->shape.outputs * sizeof(float);
    TRY(layout_make(&p->bias, 2, extents, dnnl_f32, dnnl_ab));
    p->bias_bytes = aligned_alloc(64, (size + 63) / 64 * 64);
    if (!p->bias_bytes) return dnnl_out_of_memory;
    memcpy(p->bias_bytes, bias, size);
    return dnnl_memory_create(&p->packed_bias, layout_view(&p->bias), onednn_engine(), p->bias_bytes);
}

static dnnl_status_t build(onednn_product *p, const float *weight, const float *bias) {
    const dnnl_dims_t x = {p->shape.rows, p->shape.inputs}, y = {p->shape.rows, p->shape.outputs};
    const dnnl_dims_t w = {p->shape.inputs, p->shape.outputs};
    const dnnl_data_type_t type = p->shape.bf16 ? dnnl_bf16 : dnnl_f32;
    layout plain, any;
    TRY(layout_make(&p->x, 2, x, type, dnnl_ab));
    TRY(layout_make(&p->y, 2, y, dnnl_f32, dnnl_ab));
    if (bias) TRY(copy_bias(p, bias));
    TRY(layout_make(&any, 2, w, type, dnnl_format_tag_any));
    dnnl_status_t status = variant_make(&p->plain, p, 0, &any, &p->weight);
    layout_free(&any);
    if (status == dnnl_success) status = variant_make(&p->adding, p, 1, &p->weight, 0);
    if (status != dnnl_success) return status;
    TRY(layout_make(&plain, 2, w, dnnl_f32, dnnl_ba));
    status = pack(p, &plain, weight);
    layout_free(&plain);
    return status;
}

onednn_product *onednn_product_create(struct onednn_product_shape shape, const float *weight, const float *bias, int *status) {
    onednn_product *product = calloc(1, sizeof *product);
    if (!product || !onednn_engine()) {
        *status = dnnl_out_of_memory;
        free(product);
        return 0;
    }
    product->shape = shape;
    *status = build(product, weight, bias);
    if (*status == dnnl_success) return product;
    onednn_product_destroy(product);
    return 0;
}

void onednn_product_destroy(onednn_product *p) {
    if (!p) return;
    if (p->plain.primitive) dnnl_primitive_destroy(p->plain.primitive);
    if (p->adding.primitive) dnnl_primitive_destroy(p->adding.primitive);
    if (p->packed) dnnl_memory_destroy(p->packed);
    if (p->packed_bias) dnnl_memory_destroy(p->packed_bias);
    layout *layouts[] = {&p->plain.scratchpad, &p->adding.scratchpad, &p->weight, &p->bias, &p->x, &p->y};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) layout_free(layouts[i]);
    free(p->bytes);
    free(p->bias_bytes);
    free(p);
}

size_t onednn_product_size(const onednn_product *product) { return product->size; }

/// Rounds to bf16, to the nearest and ties to even, in the calling thread's memory.
static const void *rounded(struct thread_state *state, const float *x, size_t count) {
    uint16_t *y = thread_memory(state, rounded_memory, count * sizeof *y);
    if (!y) return 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        y[i] = (uint16_t)((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }
    return y;
}

int onednn_product_run(const onednn_product *p, const float *x, float *y, const float *residual) {
    struct thread_state *state = thread_state();
    if (!state) return dnnl_out_of_memory;
    const struct variant *v = residual ? &p->adding : &p->plain;
    const void *source = p->shape.bf16 ? rounded(state, x, (size_t)p->shape.rows * p->shape.inputs) : x;
    void *scratchpad = thread_memory(state, scratchpad_memory, v->scratchpad_size);
    if (!source || (v->scratchpad_size && !scratchpad)) return dnnl_out_of_memory;
    const struct {
        int role;
        const layout *layout;
        const void *bytes;
    } operands[] = {{DNNL_ARG_SRC, &p->x, source},
                    {DNNL_ARG_DST, &p->y, y},
                    {DNNL_ARG_SCRATCHPAD, &v->scratchpad, scratchpad},
                    {DNNL_ARG_ATTR_MULTIPLE_POST_OP(p->shape.residual_first || p->shape.activation == onednn_none ? 0 : 1) | DNNL_ARG_SRC_1, &p->y, residual}};
    dnnl_exec_arg_t arguments[6] = {{DNNL_ARG_WEIGHTS, p->packed}, {DNNL_ARG_BIAS, p->packed_bias}};
    int fixed = p->packed_bias ? 2 : 1, count = fixed;
    dnnl_status_t status = dnnl_success;
    for (size_t i = 0; i < (residual ? 4 : 3) && status == dnnl_success; i++) {
        arguments[count].arg = operands[i].role;
        status = dnnl_memory_create(&arguments[count].memory, layout_view(operands[i].layout), onednn_engine(), (void *)operands[i].bytes);
        if (status == dnnl_success) count++;
    }
    if (status == dnnl_success) status = dnnl_primitive_execute(v->primitive, state->stream, count, arguments);
    if (status == dnnl_success) status = dnnl_stream_wait(state->stream);
    for (int i = fixed; i < count; i++) dnnl_memory_destroy(arguments[i].memory);
    return status;
}
