#ifndef SILHOUETTE_ROWS_H
#define SILHOUETTE_ROWS_H

#include <stddef.h>
#include <stdint.h>

/// Functions applied to the elements of a product's rows; the order is that of Swift's `Activation`.
enum rows_activation { rows_none, rows_relu, rows_gelu, rows_quick_gelu };

/// y = act(y + bias + residual) for `rows` rows of `columns`. `bias` and `residual` may be null.
void rows_finish(float *y, size_t rows, size_t columns, const float *bias, enum rows_activation activation,
                 const float *residual);

/// y = (x − mean) / √(variance + epsilon) · weight + bias for each of `rows` rows of `columns`.
void rows_layer_norm(const float *x, float *y, size_t rows, size_t columns, const float *weight, const float *bias,
                     float epsilon);

/// The same at a chosen level of processor features, which must not pass `rows_level()`: 0 portable, 1 AVX2, 2 AVX-512.
void rows_layer_norm_at(int level, const float *x, float *y, size_t rows, size_t columns, const float *weight,
                        const float *bias, float epsilon);
int rows_level(void);

/// y = x / ‖x‖₂ for each of `rows` rows of `columns`; a row of zeros stays zero.
void rows_normalise(const float *x, float *y, size_t rows, size_t columns);

/// y = max(x, 0).
void rows_relu_all(const float *x, float *y, size_t count);

/// y = a + b.
void rows_add(const float *a, const float *b, float *y, size_t count);

/// Rounds to bf16, to the nearest and ties to even.
void rows_to_bf16(const float *x, uint16_t *y, size_t count);

/// A window of a channels-last map; it may reach beyond the map's edges.
struct rows_window {
    long map_rows, map_columns, channels;
    long row, column, rows, columns;
};

/// Copies the window, zeros where it lies outside the map; `y` is fp32, or bf16.
void rows_copy_window(const float *x, struct rows_window window, void *y, int bf16);

/// A convolution over channels-last maps, as its patches see it.
struct rows_patches {
    size_t height, width, channels;  // of the input
    size_t kernel_height, kernel_width, stride, padding, dilation;
    size_t output_width;
};

/// Writes the patch under each of the output pixels first ..< last: [pixels, kernel_height · kernel_width · channels].
void rows_gather_patches(const float *x, float *patches, struct rows_patches shape, size_t first, size_t last);

/// Turns one row of similarities into weights, in place: softmax(gamma·x) over those of at least `threshold`; all of it
/// on `own` where even that one's is less.
void rows_similarity_weights(float *x, size_t columns, size_t own, float threshold, float gamma);

#endif
