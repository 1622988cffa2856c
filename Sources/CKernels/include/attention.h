#ifndef SILHOUETTE_ATTENTION_H
#define SILHOUETTE_ATTENTION_H

#include <stddef.h>

/// Which instructions the functions below use. `attention_bf16` multiplies in bf16 and sums in fp32.
enum attention_level { attention_portable, attention_avx2, attention_avx512, attention_bf16 };

/// Whether the processor has the level: 1 or 0. One that it lacks must not be asked for.
int attention_has_level(enum attention_level level);

/// Queries that one call of `attention_run` answers at most.
enum { attention_tile = 48 };

/// One head of one sequence: rows of q, k, v and output, `size` elements each.
struct attention_head {
    const float *q, *k, *v;  // the first token's
    float *output;           // the first token's
    size_t stride;           // elements from one token's q, k or v to the next one's
    size_t output_stride;
    size_t tokens, size;
    int causal;
};

/// Floats that a head's packed keys and values take, and the scratch of one `attention_run`; both aligned to 64 bytes.
size_t attention_packed_floats(size_t tokens, size_t size);
size_t attention_scratch_floats(size_t size);

/// Lays keys and values as `attention_run` of the same level reads them.
void attention_pack(enum attention_level level, struct attention_head head, float *packed);

/// output = softmax(q · kᵀ / √size) · v for the queries first ..< last, by blocks of keys with a running maximum, so
/// that no row of weights ever stands whole. Weights come from 2^x within 3e-7 of their value; those below 2^-125 of
/// the row's largest are 0. A query's answer depends on nothing but its own sequence.
void attention_run(enum attention_level level, struct attention_head head, const float *packed, size_t first,
                   size_t last, float *scratch);

/// y[i] = 2^x[i] for sixteen x ≤ 0, as the softmax of the level takes it; for tests.
void attention_exp2(enum attention_level level, const float *x, float *y);

#endif
