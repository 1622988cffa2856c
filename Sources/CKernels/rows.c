#include "rows.h"

#include <immintrin.h>
#include <math.h>
#include <string.h>

#include "processor.h"

static float activated(float x, enum rows_activation activation) {
    switch (activation) {
        case rows_relu: return x > 0 ? x : 0;
        case rows_gelu: return 0.5f * x * (1 + erff(x * 0.70710678f));
        case rows_quick_gelu: return x / (1 + expf(-1.702f * x));
        default: return x;
    }
}

void rows_finish(float *y, size_t rows, size_t columns, const float *bias, enum rows_activation activation,
                 const float *residual) {
    for (size_t row = 0; row < rows; row++, y += columns) {
        const float *other = residual ? residual + row * columns : 0;
        if (bias)
            for (size_t i = 0; i < columns; i++) y[i] += bias[i];
        if (other)
            for (size_t i = 0; i < columns; i++) y[i] += other[i];
        if (activation != rows_none)
            for (size_t i = 0; i < columns; i++) y[i] = activated(y[i], activation);
    }
}

/// Sixteen lanes whatever the processor has: the order of sums is the same at every level.
typedef float lanes __attribute__((vector_size(64), aligned(4)));

static inline __attribute__((always_inline)) float total(const lanes *v) {
    float sum = 0;
    for (int i = 0; i < 16; i++) sum += (*v)[i];
    return sum;
}

/// Σ (x − mean)^power, power 1 or 2.
static inline __attribute__((always_inline)) float moment(const float *x, size_t count, float mean, int power) {
    lanes sums = {0};
    float rest = 0;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        const lanes centred = *(const lanes *)(x + i) - mean;
        sums += power == 2 ? centred * centred : centred;
    }
    for (; i < count; i++) rest += power == 2 ? (x[i] - mean) * (x[i] - mean) : x[i] - mean;
    return total(&sums) + rest;
}

static inline __attribute__((always_inline)) void layer_norm(const float *x, float *y, size_t rows, size_t columns,
                                                             const float *weight, const float *bias, float epsilon) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        const float mean = moment(x, columns, 0, 1) / (float)columns;
        const float scale = 1 / sqrtf(moment(x, columns, mean, 2) / (float)columns + epsilon);
        size_t i = 0;
        for (; i + 16 <= columns; i += 16)
            *(lanes *)(y + i) = (*(const lanes *)(x + i) - mean) * scale * *(const lanes *)(weight + i) +
                                *(const lanes *)(bias + i);
        for (; i < columns; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
    }
}

static inline __attribute__((always_inline)) void normalise(const float *x, float *y, size_t rows, size_t columns) {
    for (size_t row = 0; row < rows; row++, x += columns, y += columns) {
        const float squares = moment(x, columns, 0, 2);
        const float scale = squares > 0 ? 1 / sqrtf(squares) : 0;
        for (size_t i = 0; i < columns; i++) y[i] = x[i] * scale;
    }
}

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))

#define NORM(name, level)                                                                                        \
    level static void name(const float *x, float *y, size_t rows, size_t columns, const float *w, const float *b, \
                           float epsilon) {                                                                      \
        layer_norm(x, y, rows, columns, w, b, epsilon);                                                          \
    }
NORM(layer_norm_portable, )
NORM(layer_norm_avx2, AVX2)
NORM(layer_norm_avx512, AVX512)

void rows_layer_norm(const float *x, float *y, size_t rows, size_t columns, const float *weight, const float *bias,
                     float epsilon) {
    rows_layer_norm_at(rows_level(), x, y, rows, columns, weight, bias, epsilon);
}

int rows_level(void) { return features_avx512() ? 2 : features_avx2(); }

void rows_layer_norm_at(int level, const float *x, float *y, size_t rows, size_t columns, const float *weight,
                        const float *bias, float epsilon) {
    (level == 2   ? layer_norm_avx512
     : level == 1 ? layer_norm_avx2
                  : layer_norm_portable)(x, y, rows, columns, weight, bias, epsilon);
}

AVX2 static void normalise_avx2(const float *x, float *y, size_t rows, size_t columns) { normalise(x, y, rows, columns); }

void rows_normalise(const float *x, float *y, size_t rows, size_t columns) {
    features_avx2() ? normalise_avx2(x, y, rows, columns) : normalise(x, y, rows, columns);
}

/// To the nearest, ties to even; a NaN stays one.
static void to_bf16_portable(const float *x, uint16_t *y, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        const uint32_t rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
        y[i] = (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? bits >> 16 | 0x40 : rounded);
    }
}

__attribute__((target("avx512f,avx512bw,avx512vl,avx512bf16"))) static void to_bf16_avx512(const float *x, uint16_t *y,
                                                                                          size_t count) {
    size_t i = 0;
    for (; i + 16 <= count; i += 16)
        _mm256_storeu_si256((__m256i *)(y + i), (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(x + i)));
    const __mmask16 rest = (__mmask16)((1u << (count - i)) - 1);
    _mm256_mask_storeu_epi16(y + i, rest, (__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(rest, x + i)));
}

void rows_to_bf16(const float *x, uint16_t *y, size_t count) {
    features_avx512_bf16() ? to_bf16_avx512(x, y, count) : to_bf16_portable(x, y, count);
}

static void copy(const float *x, void *y, size_t at, size_t count, int bf16) {
    if (bf16)
        rows_to_bf16(x, (uint16_t *)y + at, count);
    else
        memcpy((float *)y + at, x, count * sizeof *x);
}

void rows_copy_window(const float *x, struct rows_window w, void *y, int bf16) {
    const size_t element = bf16 ? sizeof(uint16_t) : sizeof(float);
    const long left = w.column < 0 ? -w.column : 0;
    const long right = w.column + w.columns > w.map_columns ? w.column + w.columns - w.map_columns : 0;
    const long inside = w.columns > left + right ? w.columns - left - right : 0;
    for (long row = w.row; row < w.row + w.rows; row++, y = (char *)y + w.columns * w.channels * element) {
        if (row < 0 || row >= w.map_rows || !inside) {
            memset(y, 0, w.columns * w.channels * element);
            continue;
        }
        memset(y, 0, left * w.channels * element);
        copy(x + (row * w.map_columns + w.column + left) * w.channels, y, left * w.channels, inside * w.channels, bf16);
        memset((char *)y + (left + inside) * w.channels * element, 0, right * w.channels * element);
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
    for (size_t pixel = first; pixel < last; pixel++) {
        const size_t row = pixel / s.output_width, column = pixel % s.output_width;
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
}

void rows_similarity_weights(float *x, size_t columns, size_t own, float threshold, float gamma) {
    if (x[own] < threshold) {
        memset(x, 0, columns * sizeof *x);
        x[own] = 1;
        return;
    }
    double sum = 0;
    for (size_t i = 0; i < columns; i++) {
        // Similarities are at most 1, so nothing overflows.
        x[i] = x[i] < threshold ? 0 : expf(gamma * (x[i] - 1));
        sum += x[i];
    }
    const float scale = (float)(1 / sum);
    for (size_t i = 0; i < columns; i++) x[i] *= scale;
}
