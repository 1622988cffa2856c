#ifndef SILHOUETTE_CONEDNN_H
#define SILHOUETTE_CONEDNN_H

#include <stddef.h>

/// Functions applied to the elements of a result; the order is that of Swift's `Activation`.
enum onednn_activation { onednn_none, onednn_relu, onednn_gelu, onednn_quick_gelu };

/// x [height, width, inputs], channels last and not padded, under a weight [outputs, inputs, kernel_height, kernel_width].
struct onednn_shape {
    int height, width, inputs, outputs;
    int kernel_height, kernel_width, stride, dilation;
};

/// act(sum + bias + residual); with `bf16` the factors are rounded to it, and sums and results stay fp32.
struct onednn_epilogue {
    enum onednn_activation activation;
    int bf16;
};

/// A convolution of fixed shape, its weights packed for this processor. A product by rows is one of a 1×1 kernel over
/// a map of one row: on every processor level its kernels are as fast as the library's products or faster, and the sums
/// of a pixel do not depend on its place.
typedef struct onednn_convolution onednn_convolution;

/// Packs `weight` and `bias` [outputs] or null, which may go afterwards. Null where the library refuses, with its status
/// in `status`.
onednn_convolution *onednn_convolution_create(struct onednn_shape shape, struct onednn_epilogue epilogue,
                                              const float *weight, const float *bias, int *status);

/// The weights of `base`, which must outlive the result, over a map of another size.
onednn_convolution *onednn_convolution_like(const onednn_convolution *base, int height, int width, int *status);

/// y from x (fp32, or bf16 where the factors are) and `residual`, shaped as y and possibly y itself, or null. Returns 0,
/// or the library's status. Any number of threads may run one convolution at once.
int onednn_convolution_run(const onednn_convolution *convolution, const void *x, float *y, const float *residual);

/// Memory that the calling thread may use until it asks again; null where there is none.
void *onednn_input_memory(size_t bytes);
void *onednn_output_memory(size_t bytes);

void onednn_convolution_destroy(onednn_convolution *convolution);

#endif
