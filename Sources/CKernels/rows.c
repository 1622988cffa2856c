#include "rows.h"

#include <math.h>
#include <string.h>

static float activated(float x, enum rows_activation activation) {
    switch (activation) {
        case rows_relu: return x > 0 ? x : 0;
        case rows_gelu: return 0.5f * x * (1 + erff(x * 0.70710678f));
        case rows_quick_gelu: return x / (1 + expf(-1.702f * x));
        default: return x;
    }
}

void rows_finish(float *y, size_t rows, size_t columns, const float *bias, enum rows_activation activation,
                 const float *residual, int residual_first) {
    for (size_t row = 0; row < rows; row++, y += columns) {
        const float *other = residual ? residual + row * columns : 0;
        if (bias)
            for (size_t i = 0; i < columns; i++) y[i] += bias[i];
        if (other && residual_first)
            for (size_t i = 0; i < columns; i++) y[i] += other[i];
        if (activation != rows_none)
            for (size_t i = 0; i < columns; i++) y[i] = activated(y[i], activation);
        if (other && !residual_first)
            for (size_t i = 0; i < columns; i++) y[i] += other[i];
    }
}

void rows_layer_norm(const float *x, float *y, size_t rows, size_t columns, const float *weight, const float *bias,
                     float epsilon) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < columns; i++) sum += x[i];
        const float mean = (float)(sum / (double)columns);
        for (size_t i = 0; i < columns; i++) squares += (double)(x[i] - mean) * (x[i] - mean);
        const float scale = 1 / sqrtf((float)(squares / (double)columns) + epsilon);
        for (size_t i = 0; i < columns; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
    }
}

void rows_normalise(const float *x, float *y, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        double squares = 0;
        for (size_t i = 0; i < columns; i++) squares += (double)x[i] * x[i];
        const float scale = squares > 0 ? (float)(1 / sqrt(squares)) : 0;
        for (size_t i = 0; i < columns; i++) y[i] = x[i] * scale;
    }
}

void rows_relu_all(const float *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = x[i] > 0 ? x[i] : 0;
}

void rows_add(const float *a, const float *b, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = a[i] + b[i];
}

void rows_gather_patches(const float *x, float *patches, struct rows_patches s, size_t first, size_t last) {
    const size_t bytes = s.channels * sizeof(float);
    for (size_t row = first; row < last; row++)
        for (size_t column = 0; column < s.output_width; column++)
            for (size_t i = 0; i < s.kernel_height; i++)
                for (size_t j = 0; j < s.kernel_width; j++, patches += s.channels) {
                    // An index before the map wraps to a huge number, so one comparison finds both edges.
                    const size_t in_row = row * s.stride + i * s.dilation - s.padding;
                    const size_t in_column = column * s.stride + j * s.dilation - s.padding;
                    if (in_row < s.height && in_column < s.width)
                        memcpy(patches, x + (in_row * s.width + in_column) * s.channels, bytes);
                    else
                        memset(patches, 0, bytes);
                }
}
