#include "resampling.h"

#include <string.h>

#include "processor.h"

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))

/* One source for every level: the compiler splits these vectors into the registers that the level has. */
typedef float v16 __attribute__((vector_size(64), aligned(4)));
typedef float v8 __attribute__((vector_size(32), aligned(4)));
typedef float v4 __attribute__((vector_size(16), aligned(4)));
typedef float v1;
typedef uint8_t b16 __attribute__((vector_size(16), aligned(1)));
enum { LANES = 16 };

enum resampling_level resampling_best_level(void) {
    if (features_avx512()) return resampling_avx512;
    return features_avx2() ? resampling_avx2 : resampling_portable;
}

INLINE void rows(const float *x, size_t stride, const float *weights, size_t taps, float *y, size_t count) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        v16 sum = *(const v16 *)(x + i) * weights[0];
        for (size_t t = 1; t < taps; t++) sum += *(const v16 *)(x + t * stride + i) * weights[t];
        *(v16 *)(y + i) = sum;
    }
    for (; i < count; i++) {
        float sum = x[i] * weights[0];
        for (size_t t = 1; t < taps; t++) sum += x[t * stride + i] * weights[t];
        y[i] = sum;
    }
}

INLINE void byte_rows(const uint8_t *x, size_t stride, const float *weights, size_t taps, float *y, size_t count) {
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        v16 sum = {0};
        for (size_t t = 0; t < taps; t++)
            sum += __builtin_convertvector(*(const b16 *)(x + t * stride + i), v16) * weights[t];
        *(v16 *)(y + i) = sum;
    }
    for (; i < count; i++) {
        float sum = 0;
        for (size_t t = 0; t < taps; t++) sum += (float)x[t * stride + i] * weights[t];
        y[i] = sum;
    }
}

/* Rows of pixels by whole vectors; a pixel's last vector overlaps the one before and writes the same values again. */
#define COLUMNS(vector)                                                                                         \
    INLINE void columns_##vector(const float *x, const int32_t *starts, const float *weights, size_t taps,      \
                                 float *y, size_t width, size_t channels) {                                     \
        const size_t lanes = sizeof(vector) / sizeof(float);                                                    \
        for (size_t p = 0; p < width; p++, weights += taps, y += channels)                                      \
            for (size_t next = 0; next < channels; next += lanes) {                                             \
                const size_t c = next + lanes <= channels ? next : channels - lanes;                            \
                const float *from = x + (size_t)starts[p] * channels + c;                                       \
                vector sum = *(const vector *)from * weights[0];                                                \
                for (size_t t = 1; t < taps; t++) sum += *(const vector *)(from + t * channels) * weights[t];   \
                *(vector *)(y + c) = sum;                                                                       \
            }                                                                                                   \
    }
COLUMNS(v16)
COLUMNS(v8)
COLUMNS(v4)
COLUMNS(v1)

INLINE void columns(const float *x, const int32_t *starts, const float *weights, size_t taps, float *y, size_t width,
                    size_t channels) {
    if (channels >= 16) return columns_v16(x, starts, weights, taps, y, width, channels);
    if (channels >= 8) return columns_v8(x, starts, weights, taps, y, width, channels);
    if (channels >= 4) return columns_v4(x, starts, weights, taps, y, width, channels);
    // A known count is unrolled.
    if (channels == 3) return columns_v1(x, starts, weights, taps, y, width, 3);
    columns_v1(x, starts, weights, taps, y, width, channels);
}

#define LEVEL(name, target)                                                                                         \
    target static void rows_##name(const float *x, size_t stride, const float *weights, size_t taps, float *y,      \
                                   size_t count) {                                                                  \
        rows(x, stride, weights, taps, y, count);                                                                   \
    }                                                                                                               \
    target static void byte_rows_##name(const uint8_t *x, size_t stride, const float *weights, size_t taps,         \
                                        float *y, size_t count) {                                                   \
        byte_rows(x, stride, weights, taps, y, count);                                                              \
    }                                                                                                               \
    target static void columns_##name(const float *x, const int32_t *starts, const float *weights, size_t taps,     \
                                      float *y, size_t width, size_t channels) {                                    \
        columns(x, starts, weights, taps, y, width, channels);                                          \
    }

LEVEL(portable, )
#if defined(__x86_64__)
LEVEL(avx2, AVX2)
LEVEL(avx512, AVX512)
#define CHOOSE(function, ...)                                                     \
    switch (level) {                                                              \
        case resampling_avx512: return function##_avx512(__VA_ARGS__);            \
        case resampling_avx2: return function##_avx2(__VA_ARGS__);                \
        case resampling_portable: return function##_portable(__VA_ARGS__);        \
    }
#else
#define CHOOSE(function, ...) (void)level, function##_portable(__VA_ARGS__)
#endif

void resampling_rows(enum resampling_level level, const float *x, size_t stride, const float *weights, size_t taps,
                     float *y, size_t count) {
    CHOOSE(rows, x, stride, weights, taps, y, count);
}

void resampling_byte_rows(enum resampling_level level, const uint8_t *x, size_t stride, const float *weights,
                          size_t taps, float *y, size_t count) {
    CHOOSE(byte_rows, x, stride, weights, taps, y, count);
}

void resampling_columns(enum resampling_level level, const float *x, const int32_t *starts, const float *weights,
                        size_t taps, float *y, size_t width, size_t channels) {
    CHOOSE(columns, x, starts, weights, taps, y, width, channels);
}
