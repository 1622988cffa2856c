#ifndef SILHOUETTE_ROWS_H
#define SILHOUETTE_ROWS_H

#include <stddef.h>

/// Functions applied to the elements of a product's rows; the order is that of Swift's `Activation`.
enum rows_activation { rows_none, rows_relu, rows_gelu, rows_quick_gelu };

/// y[i] = act(y[i] + bias) + residual[i] for `rows` rows of `columns`; with `residual_first`,
/// y[i] = act(y[i] + bias + residual[i]). `bias` and `residual` may be null.
void rows_finish(float *y, size_t rows, size_t columns, const float *bias, enum rows_activation activation,
                 const float *residual, int residual_first);

/// y = (x − mean) / √(variance + epsilon) · weight + bias for each of `rows` rows of `columns`.
void rows_layer_norm(const float *x, float *y, size_t rows, size_t columns, const float *weight, const float *bias,
                     float epsilon);

/// y = x / ‖x‖₂ for each of `rows` rows of `columns`; a row of zeros stays zero.
void rows_normalise(const float *x, float *y, size_t rows, size_t columns);

/// y = max(x, 0).
void rows_relu_all(const float *x, float *y, size_t count);

/// y = a + b.
void rows_add(const float *a, const float *b, float *y, size_t count);

/// A convolution over channels-last maps, as its patches see it.
struct rows_patches {
    size_t height, width, channels;  // of the input
    size_t kernel_height, kernel_width, stride, padding, dilation;
    size_t output_width;
};

/// Writes the patch under each pixel of output rows first ..< last: [pixels, kernel_height · kernel_width · channels].
void rows_gather_patches(const float *x, float *patches, struct rows_patches shape, size_t first, size_t last);

#endif
