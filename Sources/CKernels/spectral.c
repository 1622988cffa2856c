#include "include/spectral.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* One source for every level: the compiler splits these vectors into the registers that the level has. */
typedef float v16 __attribute__((vector_size(64)));
typedef float v8 __attribute__((vector_size(32)));
typedef int v16i __attribute__((vector_size(64)));
typedef int v8i __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

enum { P = SPECTRAL_PANEL, G = SPECTRAL_GROUP, HUGE_PAGE = 2 << 20, SMALL_PAGE = 4096 };

/* Rows summed in one register before they join the total, which keeps the rounding of long sums small. */
enum { RUN = 128 };

/* Columns of a panel that are asked of memory ahead of their use: the panel passes once, and two threads wait for it. */
enum { AHEAD = 64 };

/* Columns of a panel that stay in the first cache while all groups of a block pass. */
enum { CHUNK = 128 };

int spectral_level(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return SPECTRAL_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return SPECTRAL_AVX2;
#endif
    return SPECTRAL_PORTABLE;
}

float *spectral_allocate(long floats) {
    size_t bytes = ((size_t)floats * sizeof(float) + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void *memory = NULL;
    if (posix_memalign(&memory, HUGE_PAGE, bytes) != 0) return NULL;
    madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void spectral_touch(float *memory, long floats) {
    for (long i = 0; i < floats; i += SMALL_PAGE / (long)sizeof(float)) memory[i] = 0;
}

void spectral_release(float *memory) { free(memory); }

long spectral_panel_offset(long panel, long panels) { return P * P * (panel * panels - panel * (panel - 1) / 2); }

int spectral_pack_unit_rows(const float *features, long rows, long width, long first, long end, float *packed) {
    for (long row = P * first; row < P * end; row++) {
        float *out = packed + row / P * width * P + row % P;
        const float *in = features + row * width;
        double square = 0;
        for (long k = 0; row < rows && k < width; k++) square += (double)in[k] * in[k];
        if (!isfinite(square)) return -1;
        double inverse = square > 0 ? 1 / sqrt(square) : 0;
        for (long k = 0; k < width; k++) out[k * P] = inverse > 0 ? (float)(in[k] * inverse) : 0;
    }
    return 0;
}

/* `count` columns of a tile, from column `from` of panel b: its sixteen rows are the lanes. */
INLINE void tile_columns(const float *a, const float *b, long width, int from, int count, float *tile) {
    v16 sum[P];
    UNROLL for (int c = 0; c < count; c++) sum[c] = (v16){0};
    for (long k = 0; k < width; k++) {
        v16 rows = *(const v16 *)(a + k * P);
        UNROLL for (int c = 0; c < count; c++) sum[c] += rows * b[k * P + from + c];
    }
    UNROLL for (int c = 0; c < count; c++)
        *(v16 *)(tile + (from + c) * P) = (v16)((v16i)sum[c] & (sum[c] > 0));
}

INLINE float total(const v16 *tile) {
    v16 x = *tile;
    v8 half = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
              __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    return ((half[0] + half[4]) + (half[1] + half[5])) + ((half[2] + half[6]) + (half[3] + half[7]));
}

/* `columns`: how many columns of a tile the level's registers hold. */
INLINE void gram(const float *packed, long width, long first, long end, long panels, float *matrix, float *sums,
                 int columns) {
    memset(sums, 0, sizeof(float) * P * panels);
    for (long j = first; j < panels; j++)
        for (long i = first; i < end && i <= j; i++) {
            const float *a = packed + i * width * P, *b = packed + j * width * P;
            float *tile = matrix + spectral_panel_offset(i, panels) + (j - i) * P * P;
            for (int from = 0; from + columns <= P; from += columns) tile_columns(a, b, width, from, columns, tile);
            if (P % columns) tile_columns(a, b, width, P - P % columns, P % columns, tile);
            v16 across = {0};
            for (int c = 0; c < P; c++) {
                v16 column = *(v16 *)(tile + c * P);
                across += column;
                if (i != j) sums[j * P + c] += total((const v16 *)(tile + c * P));
            }
            *(v16 *)(sums + i * P) += across;
        }
}

/* Columns [from, to) of one panel and their mirror image, for eight of the panel's rows and one group. */
INLINE void strip(const float *panel, long from, long to, int mirrored, const float *x, float *y, const float *xrows,
                  float *yrows) {
    v8 sum[G], own[G];
    UNROLL for (int r = 0; r < G; r++) {
        sum[r] = *(const v8 *)(yrows + r * G);
        own[r] = *(const v8 *)(xrows + r * G);
    }
    for (long j = from; j < to; j++) {
        const float *weights = panel + j * P;
        __builtin_prefetch(weights + AHEAD * P);
        v8 other = *(const v8 *)(x + j * G);
        if (mirrored) {
            v8 even = *(const v8 *)(y + j * G), odd = {0};
            UNROLL for (int r = 0; r < G; r += 2) {
                sum[r] += other * weights[r];
                even += own[r] * weights[r];
                sum[r + 1] += other * weights[r + 1];
                odd += own[r + 1] * weights[r + 1];
            }
            *(v8 *)(y + j * G) = even + odd;
        } else {
            UNROLL for (int r = 0; r < G; r++) sum[r] += other * weights[r];
        }
    }
    UNROLL for (int r = 0; r < G; r++) *(v8 *)(yrows + r * G) = sum[r];
}

INLINE void multiply(const float *matrix, long first, long end, long panels, const float *x, long groups, float *y) {
    long rows = P * panels;
    for (long g = 0; g < groups; g++)
        memset(y + (g * rows + P * first) * G, 0, sizeof(float) * (rows - P * first) * G);
    for (long p = first; p < end; p++) {
        const float *panel = matrix + spectral_panel_offset(p, panels);
        long length = rows - P * p;
        for (long from = 0, to = P; from < length; from = to, to = to + CHUNK < length ? to + CHUNK : length)
            for (long g = 0; g < groups; g++) {
                const float *own = x + (g * rows + P * p) * G;
                float *sum = y + (g * rows + P * p) * G;
                for (int half = 0; half < P; half += G)
                    if (from == 0)
                        strip(panel + half, 0, P, 0, own, NULL, own + half * G, sum + half * G);
                    else
                        strip(panel + half, from, to, 1, own, sum, own + half * G, sum + half * G);
            }
    }
}

INLINE void gather(const float *partial, const long *first, long parts, long stride, long from, long to,
                   const float *factors, float *y) {
    for (long row = from; row < to; row++) {
        v8 sum = {0};
        for (long part = 0; part < parts && P * first[part] <= row; part++)
            sum += *(const v8 *)(partial + part * stride + row * G);
        *(v8 *)(y + row * G) = sum * factors[row];
    }
}

INLINE void cross(const float *a, const float *b, long rows, float *out) {
    v8 total[G] = {{0}};
    for (long start = 0; start < rows; start += RUN) {
        v8 sum[G] = {{0}};
        long end = start + RUN < rows ? start + RUN : rows;
        for (long row = start; row < end; row++) {
            v8 right = *(const v8 *)(b + row * G);
            UNROLL for (int c = 0; c < G; c++) sum[c] += right * a[row * G + c];
        }
        UNROLL for (int c = 0; c < G; c++) total[c] += sum[c];
    }
    UNROLL for (int c = 0; c < G; c++) *(v8 *)(out + c * G) = total[c];
}

INLINE void combine(const float *a, const float *c, float factor, long rows, float *y) {
    v8 weights[G];
    UNROLL for (int k = 0; k < G; k++) weights[k] = *(const v8 *)(c + k * G) * factor;
    for (long row = 0; row < rows; row++) {
        v8 sum = *(const v8 *)(y + row * G);
        UNROLL for (int k = 0; k < G; k++) sum += weights[k] * a[row * G + k];
        *(v8 *)(y + row * G) = sum;
    }
}

INLINE void scale(const float *x, const float *factors, long from, long to, float *y) {
    for (long row = from; row < to; row++) *(v8 *)(y + row * G) = *(const v8 *)(x + row * G) * factors[row];
}

INLINE void squares(const float *x, long rows, float *out) {
    v8 total = {0};
    for (long start = 0; start < rows; start += RUN) {
        v8 sum = {0};
        for (long row = start; row < rows && row < start + RUN; row++)
            sum += *(const v8 *)(x + row * G) * *(const v8 *)(x + row * G);
        total += sum;
    }
    *(v8 *)out = total;
}

INLINE void conjugate_step(float diagonal, float alpha, long rows, const float *product, const float *limits, float *x,
                           float *residual, float *direction, float *state) {
    v8 before = *(const v8 *)state, limit = *(const v8 *)limits, zero = {0}, curvature = {0};
    for (long start = 0; start < rows; start += RUN) {
        v8 sum = {0};
        for (long row = start; row < rows && row < start + RUN; row++) {
            v8 p = *(const v8 *)(direction + row * G);
            sum += p * (p * diagonal - *(const v8 *)(product + row * G) * alpha);
        }
        curvature += sum;
    }
    v8i moving = (before > limit) & (curvature > zero);
    v8 length = (v8)((v8i)(before / curvature) & moving);
    for (long row = 0; row < rows; row++) {
        v8 p = *(const v8 *)(direction + row * G);
        *(v8 *)(x + row * G) += length * p;
        *(v8 *)(residual + row * G) -= length * (p * diagonal - *(const v8 *)(product + row * G) * alpha);
    }
    squares(residual, rows, state);
    v8 turn = (v8)((v8i)(*(const v8 *)state / before) & moving);
    for (long row = 0; row < rows; row++)
        *(v8 *)(direction + row * G) = *(const v8 *)(residual + row * G) + turn * *(const v8 *)(direction + row * G);
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma")))
#else
#define AVX2
#define AVX512
#endif

/* A kernel for groups of eight and the public function that chooses its level: an AVX2 register holds eight floats,
 * and AVX-512's forms of these loops were slower (each weight is then loaded twice). */
#define KERNEL(name, arguments, ...)                              \
    static void name##_portable(__VA_ARGS__) { name arguments; }  \
    AVX2 static void name##_avx2(__VA_ARGS__) { name arguments; } \
    void spectral_##name(int level, __VA_ARGS__) {                \
        if (level == SPECTRAL_PORTABLE)                           \
            name##_portable arguments;                            \
        else                                                      \
            name##_avx2 arguments;                                \
    }

#define GRAM(suffix, columns)                                                                                     \
    static void gram_##suffix(const float *packed, long width, long first, long end, long panels, float *matrix,  \
                              float *sums) {                                                                      \
        gram(packed, width, first, end, panels, matrix, sums, columns);                                           \
    }
GRAM(portable, 2)
AVX2 GRAM(avx2, 6)
AVX512 GRAM(avx512, 16)

void spectral_gram(int level, const float *packed, long width, long first, long end, long panels, float *matrix,
                   float *sums) {
    if (level == SPECTRAL_AVX512)
        gram_avx512(packed, width, first, end, panels, matrix, sums);
    else if (level == SPECTRAL_AVX2)
        gram_avx2(packed, width, first, end, panels, matrix, sums);
    else
        gram_portable(packed, width, first, end, panels, matrix, sums);
}

KERNEL(multiply, (matrix, first, end, panels, x, groups, y), const float *matrix, long first, long end, long panels,
       const float *x, long groups, float *y)
KERNEL(gather, (partial, first, parts, stride, from, to, factors, y), const float *partial, const long *first,
       long parts, long stride, long from, long to, const float *factors, float *y)
KERNEL(cross, (a, b, rows, out), const float *a, const float *b, long rows, float *out)
KERNEL(combine, (a, c, factor, rows, y), const float *a, const float *c, float factor, long rows, float *y)
KERNEL(scale, (x, factors, from, to, y), const float *x, const float *factors, long from, long to, float *y)
KERNEL(squares, (x, rows, out), const float *x, long rows, float *out)
KERNEL(conjugate_step, (diagonal, alpha, rows, product, limits, x, residual, direction, state), float diagonal,
       float alpha, long rows, const float *product, const float *limits, float *x, float *residual, float *direction,
       float *state)
