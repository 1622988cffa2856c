// Attention for one level of instructions. Included once for each by attention.c, which defines LEVEL(name) to name its
// functions, ROWS and VECTORS (the tile of sums that fills its registers), PAIRED (whether factors are pairs of bf16 in
// the place of one float) and MULTIPLY_ADD(sum, scalar, vector).

INLINE v16 LEVEL(larger)(v16 a, v16 b) {
    const v16i first = a > b;
    return (v16)(((v16i)a & first) | ((v16i)b & ~first));
}

INLINE float LEVEL(largest_lane)(v16 x) {
    x = LEVEL(larger)(x, __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    x = LEVEL(larger)(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    x = LEVEL(larger)(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    return x[0] > x[1] ? x[0] : x[1];
}

INLINE float LEVEL(lane_sum)(v16 x) {
    const v8 half = __builtin_shufflevector(x, x, 0, 1, 2, 3, 4, 5, 6, 7) +
                    __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15);
    return ((half[0] + half[4]) + (half[1] + half[5])) + ((half[2] + half[6]) + (half[3] + half[7]));
}

/// 2^x for x ≤ 0: a polynomial of degree 5 (minimax on ±½, error 1.9e-7 with its rounding) times a power of two.
INLINE v16 LEVEL(exp2)(v16 x) {
    const float shift = 0x1.8p23f;  // leaves the nearest whole number in the low bits
    const v16 shifted = x + shift;
    const v16 f = x - (shifted - shift);
    v16 p = f * EXP2_5 + EXP2_4;
    p = p * f + EXP2_3;
    p = p * f + EXP2_2;
    p = p * f + EXP2_1;
    p = p * f + EXP2_0;
    // A product, not a sum of exponents, so that NaN stays NaN.
    const v16 power = (v16)(((v16i)shifted << 23) + 0x3F800000);
    return (v16)((v16i)(p * power) & ~(v16i)(x < -125.0f));
}

/// c[ROWS, vectors · 16] = a · b, or += with `adds`; b is [depth, vectors · 16].
INLINE void LEVEL(product)(const float *a, size_t row_step, size_t depth_step, const float *b, size_t depth, float *c,
                           size_t c_stride, int vectors, int adds) {
    v16 sum[ROWS][VECTORS];
    UNROLL for (int r = 0; r < ROWS; r++)
        UNROLL for (int i = 0; i < vectors; i++)
            sum[r][i] = adds ? *(const v16 *)(c + r * c_stride + i * LANES) : (v16){0};
    for (size_t k = 0; k < depth; k++, b += vectors * LANES, a += depth_step) {
        v16 factor[VECTORS];
        UNROLL for (int i = 0; i < vectors; i++) factor[i] = *(const v16 *)(b + i * LANES);
        UNROLL for (int r = 0; r < ROWS; r++)
            UNROLL for (int i = 0; i < vectors; i++) sum[r][i] = MULTIPLY_ADD(sum[r][i], a[r * row_step], factor[i]);
    }
    UNROLL for (int r = 0; r < ROWS; r++)
        UNROLL for (int i = 0; i < vectors; i++) *(v16 *)(c + r * c_stride + i * LANES) = sum[r][i];
}

/// The same for `width` columns, a multiple of 16: panels of VECTORS · 16, then one of 16 where that is left.
INLINE void LEVEL(panels)(const float *a, size_t row_step, size_t depth_step, const float *b, size_t panel_depth,
                          size_t depth, float *c, size_t c_stride, size_t width, int adds) {
    size_t column = 0;
    for (; column + VECTORS * LANES <= width; column += VECTORS * LANES, b += panel_depth * VECTORS * LANES)
        LEVEL(product)(a, row_step, depth_step, b, depth, c + column, c_stride, VECTORS, adds);
    for (; column < width; column += LANES, b += panel_depth * LANES)
        LEVEL(product)(a, row_step, depth_step, b, depth, c + column, c_stride, 1, adds);
}

/// Lanes of [depth, lanes] panels from `lanes` vectors that lie `lane_step` apart, elements `depth_step` apart; what
/// lies past `lanes` or `depth` is 0. `paired`: two elements of the depth make one bf16 pair.
INLINE void LEVEL(pack_panel)(const float *x, size_t lane_step, size_t depth_step, size_t lanes, size_t depth,
                              size_t packed_depth, size_t width, float scale, float *packed) {
    for (size_t k = 0; k < packed_depth; k++)
        for (size_t i = 0; i < width; i++) {
#if PAIRED
            const float *from = x + i * lane_step + 2 * k * depth_step;
            const float low = i < lanes && 2 * k < depth ? from[0] * scale : 0;
            const float high = i < lanes && 2 * k + 1 < depth ? from[depth_step] * scale : 0;
            packed[k * width + i] = bf16_pair(low, high);
#else
            packed[k * width + i] = i < lanes && k < depth ? x[i * lane_step + k * depth_step] * scale : 0;
#endif
        }
}

/// Panels as `panels` reads them, of `lanes` vectors.
INLINE float *LEVEL(pack_panels)(const float *x, size_t lane_step, size_t depth_step, size_t lanes, size_t depth,
                                 size_t packed_depth, float *packed) {
    size_t lane = 0;
    while (lane < lanes) {
        const size_t width = rounded_up(lanes, LANES) - lane >= VECTORS * LANES ? VECTORS * LANES : LANES;
        LEVEL(pack_panel)(x + lane * lane_step, lane_step, depth_step, lanes - lane, depth, packed_depth, width, 1,
                          packed);
        packed += packed_depth * width;
        lane += width;
    }
    return packed;
}

static void LEVEL(pack)(struct attention_head head, float *packed) {
    const size_t keys = rounded_up(head.tokens, LANES);
    packed = LEVEL(pack_panels)(head.k, head.stride, 1, head.tokens, head.size, DEPTH(head.size), packed);
    LEVEL(pack_panels)(head.v, 1, head.stride, head.size, head.tokens, DEPTH(keys), packed);
}

/// Turns a row of logits (base 2) into weights relative to the row's largest logit so far.
INLINE void LEVEL(softmax_row)(float *row, size_t width, size_t valid, float *largest, float *sum, float *output,
                               size_t columns) {
    for (size_t i = valid; i < width; i++) row[i] = -INFINITY;
    v16 top = *(const v16 *)row;
    for (size_t i = LANES; i < width; i += LANES) top = LEVEL(larger)(top, *(const v16 *)(row + i));
    const float peak = LEVEL(largest_lane)(top);
    if (peak > *largest) {
        const v16 scale = LEVEL(exp2)((v16){0} + (*largest - peak));
        for (size_t i = 0; i < columns; i += LANES) *(v16 *)(output + i) *= scale;
        *sum *= scale[0];
        *largest = peak;
    }
    v16 total = {0};
    for (size_t i = 0; i < width; i += LANES) {
        const v16 weight = LEVEL(exp2)(*(const v16 *)(row + i) - *largest);
        total += weight;
#if PAIRED
        // In place: what is written lies behind what is read.
        _mm256_store_si256((__m256i *)(row + i / 2), (__m256i)_mm512_cvtneps_pbh((__m512)weight));
#else
        *(v16 *)(row + i) = weight;
#endif
    }
    *sum += LEVEL(lane_sum)(total);
}

/// ROWS queries from `query` against the keys start ..< end.
INLINE void LEVEL(group_block)(struct attention_head head, const float *queries, const float *packed, size_t query,
                               size_t start, size_t end, float *logits, float *largest, float *sum, float *output) {
    const size_t keys = rounded_up(head.tokens, LANES), columns = rounded_up(head.size, LANES);
    const size_t depth = DEPTH(head.size), whole = rounded_up(end - start, VECTORS * LANES);
    const size_t width = whole < keys - start ? whole : keys - start;  // ends where a packed panel does
    LEVEL(panels)(queries, 1, ROWS, packed + start * depth, depth, depth, logits, BLOCK, width, 0);
    for (size_t r = 0; r < ROWS; r++) {
        const size_t limit = head.causal && query + r + 1 < end ? query + r + 1 : end;
        LEVEL(softmax_row)(logits + r * BLOCK, width, limit > start ? limit - start : 0, largest + r, sum + r,
                           output + r * columns, columns);
    }
    const float *values = packed + keys * depth;
    size_t column = 0;
    while (column < columns) {
        const size_t panel = columns - column >= VECTORS * LANES ? VECTORS * LANES : LANES;
        const float *from = values + column * DEPTH(keys) + DEPTH(start) * panel;
        LEVEL(panels)(logits, BLOCK, 1, from, DEPTH(keys), DEPTH(width), output + column, columns, panel, 1);
        column += panel;
    }
}

static void LEVEL(run)(struct attention_head head, const float *packed, size_t first, size_t last, float *scratch) {
    const size_t columns = rounded_up(head.size, LANES), depth = DEPTH(head.size);
    float *queries = scratch, *output = queries + attention_tile * columns;
    float *logits = output + attention_tile * columns, *largest = logits + MOST_ROWS * BLOCK;
    float *sum = largest + attention_tile;
    for (size_t i = 0; i < attention_tile; i++) largest[i] = -INFINITY, sum[i] = 0;
    memset(output, 0, attention_tile * columns * sizeof(float));
    const float scale = 1.44269504f / sqrtf((float)head.size);
    for (size_t q = first; q < last; q += ROWS)
        LEVEL(pack_panel)(head.q + q * head.stride, head.stride, 1, last - q, head.size, depth, ROWS, scale,
                          queries + (q - first) * depth);
    const size_t end = head.causal ? last : head.tokens;
    for (size_t start = 0; start < end; start += BLOCK)
        for (size_t q = first; q < last; q += ROWS) {
            const size_t seen = head.causal && q + ROWS < end ? q + ROWS : end;
            if (start >= seen) continue;
            LEVEL(group_block)(head, queries + (q - first) * depth, packed, q, start,
                               seen - start < BLOCK ? seen : start + BLOCK, logits, largest + (q - first),
                               sum + (q - first), output + (q - first) * columns);
        }
    for (size_t q = first; q < last; q++)
        for (size_t i = 0; i < head.size; i++)
            head.output[q * head.output_stride + i] = output[(q - first) * columns + i] / sum[q - first];
}

static void LEVEL(exp2_sixteen)(const float *x, float *y) {
    *(v16u *)y = LEVEL(exp2)(*(const v16u *)x);
}
