#include "resampling.h"

#include <string.h>

#include "processor.h"

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))

/* One source for every level: the compiler splits this vector into the registers that the level has. */
typedef float v16 __attribute__((vector_size(64), aligned(4)));
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

INLINE void columns(const float *x, const int32_t *starts, const float *weights, size_t taps, float *y, size_t width,
                    size_t channels) {
    for (size_t p = 0; p < width; p++, weights += taps, y += channels) {
        const float *from = x + (size_t)starts[p] * channels;
        size_t c = 0;
        for (; c + LANES <= channels; c += LANES) {
            v16 sum = *(const v16 *)(from + c) * weights[0];
            for (size_t t = 1; t < taps; t++) sum += *(const v16 *)(from + t * channels + c) * weights[t];
            *(v16 *)(y + c) = sum;
        }
        for (; c < channels; c++) {
            float sum = from[c] * weights[0];
            for (size_t t = 1; t < taps; t++) sum += from[t * channels + c] * weights[t];
            y[c] = sum;
        }
    }
}

/* Pictures and single maps, whose few channels the compiler then unrolls. */
INLINE void columns_by_channels(const float *x, const int32_t *starts, const float *weights, size_t taps, float *y,
                                size_t width, size_t channels) {
    switch (channels) {
        case 1: return columns(x, starts, weights, taps, y, width, 1);
        case 3: return columns(x, starts, weights, taps, y, width, 3);
        default: return columns(x, starts, weights, taps, y, width, channels);
    }
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
        columns_by_channels(x, starts, weights, taps, y, width, channels);                                          \
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
