#include "weights.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float expanded_f16(uint16_t half) {
    const uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7FFF;
    if (magnitude >= 0x7C00) return from_bits(sign | 0x7F800000 | (magnitude & 0x3FF) << 13);
    // As a float the shifted bits have an exponent 112 too small; the product mends it, subnormal halves included.
    const float value = from_bits(magnitude << 13) * 0x1p112f;
    return sign ? -value : value;
}

void weights_expand_f16_portable(const uint16_t *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = expanded_f16(x[i]);
}

#if defined(__x86_64__)
__attribute__((target("avx,f16c"))) static void expand_f16c(const uint16_t *x, float *y, size_t count) {
    size_t i = 0;
    for (; i + 8 <= count; i += 8) _mm256_storeu_ps(y + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(x + i))));
    weights_expand_f16_portable(x + i, y + i, count - i);
}
#endif

void weights_expand_f16(const uint16_t *x, float *y, size_t count) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("f16c")) return expand_f16c(x, y, count);
#endif
    weights_expand_f16_portable(x, y, count);
}

void weights_expand_bf16(const uint16_t *x, float *y, size_t count) {
    for (size_t i = 0; i < count; i++) y[i] = from_bits((uint32_t)x[i] << 16);
}

size_t weights_first_non_finite(const float *x, size_t count) {
    enum { BLOCK = 256 };
    for (size_t start = 0; start < count; start += BLOCK) {
        const size_t end = count - start < BLOCK ? count : start + BLOCK;
        int found = 0;
        for (size_t i = start; i < end; i++) found |= !(x[i] - x[i] == 0);
        if (!found) continue;
        for (size_t i = start; i < end; i++)
            if (!(x[i] - x[i] == 0)) return i;
    }
    return count;
}
