#include "COneDNN.h"

#include <stdlib.h>
#include <string.h>

#include "compatibility.h"
#include "thread.h"

#define TRY(call)                                    \
    do {                                             \
        dnnl_status_t status_ = (call);              \
        if (status_ != dnnl_success) return status_; \
    } while (0)

/// One way to run the convolution: with a residual or without.
struct variant {
    dnnl_primitive_t primitive;
    layout scratchpad;
    size_t scratchpad_size;
};

/// Memory of this convolution's own, or, where `bytes` is null, of the one that it is like.
struct packed {
    layout layout;
    dnnl_memory_t memory;
    void *bytes;
    size_t size;
};

struct onednn_convolution {
    struct onednn_shape shape;
    struct onednn_epilogue epilogue;
    layout x, y;
    struct packed weight, bias;
    struct variant plain, adding;
};

/// Weights to pack: the caller's array, or those of a convolution already packed.
struct source {
    const layout *layout;
    const void *bytes;
    int is_packed;
};

static dnnl_status_t append(dnnl_post_ops_t operations, enum onednn_activation activation) {
    switch (activation) {
        case onednn_relu: return append_activation(operations, dnnl_eltwise_relu, 0);
        case onednn_gelu: return append_activation(operations, dnnl_eltwise_gelu_erf, 0);
        case onednn_quick_gelu: return append_activation(operations, dnnl_eltwise_swish, 1.702f);
        default: return dnnl_success;
    }
}

/// A residual is added to what stands in y: as an operand of its own it would cost the library's compiled kernels.
static dnnl_status_t attributes_make(dnnl_primitive_attr_t *attributes, enum onednn_activation activation, int adds) {
    dnnl_post_ops_t operations;
    TRY(dnnl_primitive_attr_create(attributes));
    TRY(dnnl_primitive_attr_set_scratchpad_mode(*attributes, dnnl_scratchpad_mode_user));
    TRY(dnnl_post_ops_create(&operations));
    dnnl_status_t status = adds ? append_sum(operations) : dnnl_success;
    if (status == dnnl_success) status = append(operations, activation);
    if (status == dnnl_success) status = dnnl_primitive_attr_set_post_ops(*attributes, operations);
    dnnl_post_ops_destroy(operations);
    return status;
}

static dnnl_status_t describe(dnnl_primitive_desc_t *description, const onednn_convolution *c, const layout *weight,
                              const_dnnl_primitive_attr_t attributes) {
    const struct onednn_shape s = c->shape;
    const struct operands operands = {&c->x, weight, c->bias.memory ? &c->bias.layout : 0, &c->y};
    const dnnl_dims_t strides = {s.stride, s.stride}, gaps = {s.dilation - 1, s.dilation - 1}, padding = {0, 0};
    return describe_convolution(description, onednn_engine(), operands, strides, gaps, padding, attributes);
}

/// Makes one variant; with `chosen`, the layout of the weights is written there.
static dnnl_status_t variant_make(struct variant *v, const onednn_convolution *c, int adds, const layout *weight,
                                  layout *chosen) {
    dnnl_primitive_attr_t attributes = 0;
    dnnl_primitive_desc_t description = 0;
    dnnl_status_t status = attributes_make(&attributes, c->epilogue.activation, adds);
    if (status == dnnl_success) status = describe(&description, c, weight, attributes);
    if (status == dnnl_success) status = dnnl_primitive_create(&v->primitive, description);
    if (status == dnnl_success) status = layout_query(&v->scratchpad, description, dnnl_query_scratchpad_md);
    if (status == dnnl_success) v->scratchpad_size = dnnl_memory_desc_get_size(layout_view(&v->scratchpad));
    if (status == dnnl_success && chosen) status = layout_query(chosen, description, dnnl_query_weights_md);
    if (description) dnnl_primitive_desc_destroy(description);
    if (attributes) dnnl_primitive_attr_destroy(attributes);
    return status;
}

static dnnl_status_t packed_allocate(struct packed *p) {
    p->size = dnnl_memory_desc_get_size(layout_view(&p->layout));
    p->bytes = aligned_alloc(64, (p->size + 63) / 64 * 64);
    if (!p->bytes) return dnnl_out_of_memory;
    return dnnl_memory_create(&p->memory, layout_view(&p->layout), onednn_engine(), p->bytes);
}

static dnnl_status_t reorder(dnnl_memory_t to, const layout *to_layout, struct source source) {
    dnnl_memory_t from = 0;
    dnnl_primitive_desc_t description = 0;
    dnnl_primitive_t primitive = 0;
    struct thread_state *state = thread_state();
    if (!state) return dnnl_out_of_memory;
    dnnl_status_t status =
        dnnl_memory_create(&from, layout_view(source.layout), onednn_engine(), (void *)source.bytes);
    if (status == dnnl_success)
        status = dnnl_reorder_primitive_desc_create(&description, layout_view(source.layout), onednn_engine(),
                                                    layout_view(to_layout), onednn_engine(), 0);
    if (status == dnnl_success) status = dnnl_primitive_create(&primitive, description);
    if (status == dnnl_success) {
        dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
        status = dnnl_primitive_execute(primitive, state->stream, 2, arguments);
    }
    if (status == dnnl_success) status = dnnl_stream_wait(state->stream);
    if (primitive) dnnl_primitive_destroy(primitive);
    if (description) dnnl_primitive_desc_destroy(description);
    if (from) dnnl_memory_destroy(from);
    return status;
}

/// The packed weights themselves where their layout is the one chosen, else a copy in that layout.
static dnnl_status_t pack(onednn_convolution *c, struct source source) {
    if (source.is_packed && dnnl_memory_desc_equal(layout_view(&c->weight.layout), layout_view(source.layout)))
        return dnnl_memory_create(&c->weight.memory, layout_view(&c->weight.layout), onednn_engine(), (void *)source.bytes);
    TRY(packed_allocate(&c->weight));
    return reorder(c->weight.memory, &c->weight.layout, source);
}

static dnnl_status_t copy_bias(onednn_convolution *c, const float *bias) {
    const dnnl_dims_t extents = {c->shape.outputs};
    TRY(layout_make(&c->bias.layout, 1, extents, dnnl_f32, dnnl_a));
    TRY(packed_allocate(&c->bias));
    memcpy(c->bias.bytes, bias, c->bias.size);
    return dnnl_success;
}

static int extent(int input, int kernel, struct onednn_shape s) {
    return (input - s.dilation * (kernel - 1) - 1) / s.stride + 1;
}

static dnnl_status_t build(onednn_convolution *c, const float *bias, struct source source) {
    const struct onednn_shape s = c->shape;
    const dnnl_dims_t x = {1, s.inputs, s.height, s.width}, w = {s.outputs, s.inputs, s.kernel_height, s.kernel_width};
    const dnnl_dims_t y = {1, s.outputs, extent(s.height, s.kernel_height, s), extent(s.width, s.kernel_width, s)};
    const dnnl_data_type_t type = c->epilogue.bf16 ? dnnl_bf16 : dnnl_f32;
    layout any = {0}, plain = {0};
    TRY(layout_make(&c->x, 4, x, type, dnnl_nhwc));
    TRY(layout_make(&c->y, 4, y, dnnl_f32, dnnl_nhwc));
    if (bias) TRY(copy_bias(c, bias));
    dnnl_status_t status = layout_make(&any, 4, w, type, dnnl_format_tag_any);
    if (status == dnnl_success && !source.is_packed) status = layout_make(&plain, 4, w, dnnl_f32, dnnl_oihw);
    if (!source.is_packed) source.layout = &plain;
    if (status == dnnl_success) status = variant_make(&c->plain, c, 0, &any, &c->weight.layout);
    if (status == dnnl_success) status = variant_make(&c->adding, c, 1, &c->weight.layout, 0);
    if (status == dnnl_success) status = pack(c, source);
    layout_free(&any);
    layout_free(&plain);
    return status;
}

static onednn_convolution *create(struct onednn_shape shape, struct onednn_epilogue epilogue, const float *bias,
                                  struct source source, int *status) {
    onednn_convolution *c = onednn_engine() ? calloc(1, sizeof *c) : 0;
    *status = dnnl_out_of_memory;
    if (!c) return 0;
    c->shape = shape;
    c->epilogue = epilogue;
    *status = build(c, bias, source);
    if (*status == dnnl_success) return c;
    onednn_convolution_destroy(c);
    return 0;
}

onednn_convolution *onednn_convolution_create(struct onednn_shape shape, struct onednn_epilogue epilogue,
                                              const float *weight, const float *bias, int *status) {
    return create(shape, epilogue, bias, (struct source){0, weight, 0}, status);
}

onednn_convolution *onednn_convolution_like(const onednn_convolution *base, int height, int width, int *status) {
    struct onednn_shape shape = base->shape;
    shape.height = height;
    shape.width = width;
    const struct source source = {&base->weight.layout, base->weight.bytes, 1};
    return create(shape, base->epilogue, base->bias.bytes, source, status);
}

void onednn_convolution_destroy(onednn_convolution *c) {
    if (!c) return;
    if (c->plain.primitive) dnnl_primitive_destroy(c->plain.primitive);
    if (c->adding.primitive) dnnl_primitive_destroy(c->adding.primitive);
    struct packed *operands[] = {&c->weight, &c->bias};
    for (size_t i = 0; i < 2; i++) {
        if (operands[i]->memory) dnnl_memory_destroy(operands[i]->memory);
        layout_free(&operands[i]->layout);
        free(operands[i]->bytes);
    }
    layout *layouts[] = {&c->plain.scratchpad, &c->adding.scratchpad, &c->x, &c->y};
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) layout_free(layouts[i]);
    free(c);
}

static void *memory(enum thread_memory which, size_t bytes) {
    struct thread_state *state = thread_state();
    return state ? thread_memory(state, which, bytes) : 0;
}

void *onednn_input_memory(size_t bytes) { return memory(input_memory, bytes); }

void *onednn_output_memory(size_t bytes) { return memory(output_memory, bytes); }

int onednn_convolution_run(const onednn_convolution *c, const void *x, float *y, const float *residual) {
    struct thread_state *state = thread_state();
    if (!state) return dnnl_out_of_memory;
    const struct variant *v = residual ? &c->adding : &c->plain;
    void *scratchpad = thread_memory(state, scratchpad_memory, v->scratchpad_size);
    if (v->scratchpad_size && !scratchpad) return dnnl_out_of_memory;
    if (residual && residual != y) memcpy(y, residual, dnnl_memory_desc_get_size(layout_view(&c->y)));
    const struct {
        int role;
        const layout *layout;
        const void *bytes;
    } operands[] = {
        {DNNL_ARG_SRC, &c->x, x}, {DNNL_ARG_DST, &c->y, y}, {DNNL_ARG_SCRATCHPAD, &v->scratchpad, scratchpad}};
    dnnl_exec_arg_t arguments[5] = {{DNNL_ARG_WEIGHTS, c->weight.memory}, {DNNL_ARG_BIAS, c->bias.memory}};
    const int fixed = c->bias.memory ? 2 : 1;
    int count = fixed;
    dnnl_status_t status = dnnl_success;
    for (size_t i = 0; i < 3 && status == dnnl_success; i++) {
        arguments[count].arg = operands[i].role;
        status = dnnl_memory_create(&arguments[count].memory, layout_view(operands[i].layout), onednn_engine(),
                                    (void *)operands[i].bytes);
        if (status == dnnl_success) count++;
    }
    if (status == dnnl_success) status = dnnl_primitive_execute(v->primitive, state->stream, count, arguments);
    if (status == dnnl_success) status = dnnl_stream_wait(state->stream);
    for (int i = fixed; i < count; i++) dnnl_memory_destroy(arguments[i].memory);
    return status;
}
