#include "attention.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "processor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

/* Vectors pass between inlined functions only, so no calling convention is involved. */
#pragma clang diagnostic ignored "-Wpsabi"

/* One vector for every level: the compiler splits it into the registers that the level has. */
typedef float v16 __attribute__((vector_size(64)));
typedef float v16u __attribute__((vector_size(64), aligned(4)));
typedef int32_t v16i __attribute__((vector_size(64)));
typedef float v8 __attribute__((vector_size(32)));

enum {
    LANES = 16,
    BLOCK = 256,    // keys between two looks at the running maximum: their packed rows stay in the second cache
    MOST_ROWS = 12  // of any level
};

/* 2^f on ±½; the relative error of the polynomial itself is below 1e-7. */
#define EXP2_0 1.0f
#define EXP2_1 0.693147004f
#define EXP2_2 0.240222424f
#define EXP2_3 0.0555073358f
#define EXP2_4 0.00967151299f
#define EXP2_5 0.00132647296f

INLINE size_t rounded_up(size_t count, size_t multiple) { return (count + multiple - 1) / multiple * multiple; }

#define PAIRED 0
#define DEPTH(count) (count)
#define MULTIPLY_ADD(sum, scalar, vector) ((sum) + (scalar) * (vector))

#define LEVEL(name) name##_portable
#define ROWS 3
#define VECTORS 1
#include "attention_level.h"
#undef LEVEL
#undef ROWS
#undef VECTORS

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL(name) name##_avx2
#define ROWS 6
#define VECTORS 1
#include "attention_level.h"
#undef LEVEL
#undef ROWS
#undef VECTORS
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define ROWS 12
#define VECTORS 2
#define LEVEL(name) name##_avx512
#include "attention_level.h"
#undef LEVEL
#pragma clang attribute pop

/* The nearest bf16, ties to even, of two finite numbers. */
INLINE float bf16_pair(float low, float high) {
    uint32_t l, h;
    memcpy(&l, &low, 4), memcpy(&h, &high, 4);
    // Infinities and NaN keep their upper half; a NaN whose payload lies below it becomes an infinity, which the
    // product turns into NaN or infinity again.
    if ((l & 0x7F800000) != 0x7F800000) l += 0x7FFF + (l >> 16 & 1);
    if ((h & 0x7F800000) != 0x7F800000) h += 0x7FFF + (h >> 16 & 1);
    const uint32_t pair = (h & 0xFFFF0000) | l >> 16;
    float both;
    memcpy(&both, &pair, 4);
    return both;
}

#undef PAIRED
#undef DEPTH
#undef MULTIPLY_ADD
#define PAIRED 1
#define DEPTH(count) (((count) + 1) / 2)
#define MULTIPLY_ADD(sum, scalar, vector) \
    ((v16)_mm512_dpbf16_ps((__m512)(sum), (__m512bh)_mm512_set1_ps(scalar), (__m512bh)(vector)))
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16"))), \
                             apply_to = function)
#define LEVEL(name) name##_bf16
#include "attention_level.h"
#undef LEVEL
#pragma clang attribute pop

#define CHOOSE(function, ...)                                           \
    switch (level) {                                                    \
        case attention_portable: function##_portable(__VA_ARGS__); break; \
        case attention_avx2: function##_avx2(__VA_ARGS__); break;       \
        case attention_avx512: function##_avx512(__VA_ARGS__); break;   \
        case attention_bf16: function##_bf16(__VA_ARGS__); break;       \
    }
#else
#define CHOOSE(function, ...) (void)level, function##_portable(__VA_ARGS__)
#endif

int attention_has_level(enum attention_level level) {
    switch (level) {
        case attention_portable: return 1;
        case attention_avx2: return features_avx2();
        case attention_avx512: return features_avx512();
        case attention_bf16: return features_avx512_bf16();
    }
    return 0;
}

size_t attention_packed_floats(size_t tokens, size_t size) {
    return rounded_up(tokens, LANES) * (size + rounded_up(size, LANES));
}

size_t attention_scratch_floats(size_t size) {
    return 2 * attention_tile * (rounded_up(size, LANES) + 1) + MOST_ROWS * BLOCK;
}

void attention_pack(enum attention_level level, struct attention_head head, float *packed) {
    CHOOSE(pack, head, packed);
}

void attention_run(enum attention_level level, struct attention_head head, const float *packed, size_t first,
                   size_t last, float *scratch) {
    CHOOSE(run, head, packed, first, last, scratch);
}

void attention_exp2(enum attention_level level, const float *x, float *y) { CHOOSE(exp2_sixteen, x, y); }
