#ifndef SILHOUETTE_SPECTRAL_H
#define SILHOUETTE_SPECTRAL_H

/* Kernels of the spectral stage.
 *
 * A symmetric matrix of `16 * panels` rows is kept as its upper triangle in panels of sixteen rows: panel p holds, for
 * each column j from 16 p on, the sixteen entries (16 p + lane, j). The tile on the diagonal is whole.
 * Blocks of vectors are kept in groups of eight columns, `[groups][rows][8]`. All memory is 64-byte aligned. */

enum { SPECTRAL_PANEL = 16, SPECTRAL_GROUP = 8 };

/* Levels of processor features, each including those before it. */
enum { SPECTRAL_PORTABLE = 0, SPECTRAL_AVX2 = 1, SPECTRAL_AVX512 = 2 };

/* The highest level of the processor at hand. Only the Gram matrix has an AVX-512 form of its own. */
int spectral_level(void);

/* Memory for a large matrix, in huge pages where the system grants them; null when there is none. */
float *spectral_allocate(long floats);
/* Has the system clear `floats` of that memory now. */
void spectral_touch(float *memory, long floats);
void spectral_release(float *memory);

/* The number of floats before panel `panel` of a matrix of `panels` panels. */
long spectral_panel_offset(long panel, long panels);

/* Writes rows [16 first, 16 end) of `features[rows][width]`, each divided by its length, as `packed[panel][width][16]`.
 * Rows of zeros, and those past `rows`, are zero. Returns 0, or -1 when a value is not finite. */
int spectral_pack_unit_rows(const float *features, long rows, long width, long first, long end, float *packed);

/* Panels [first, end) of max(0, F F^T), and in `sums[16 * panels]` what they add to the sums of all rows. */
void spectral_gram(int level, const float *packed, long width, long first, long end, long panels, float *matrix,
                   float *sums);

/* y = what panels [first, end) of the matrix and their mirror image add to its product with x. Rows of y before
 * 16 first are left as they are. */
void spectral_multiply(int level, const float *matrix, long first, long end, long panels, const float *x, long groups,
                       float *y);

/* Over rows [from, to) of one group: y = factors[row] * the sum of `parts` products, `stride` floats apart, of which
 * part k begins at panel first[k]. */
void spectral_gather(int level, const float *partial, const long *first, long parts, long stride, long from, long to,
                     const float *factors, float *y);

/* out[8][8] = a^T b over rows. */
void spectral_cross(int level, const float *a, const float *b, long rows, float *out);

/* y += factor * a c for one group each, c[8][8]. */
void spectral_combine(int level, const float *a, const float *c, float factor, long rows, float *y);

/* y = factors[row] * x over rows [from, to) of one group. */
void spectral_scale(int level, const float *x, const float *factors, long from, long to, float *y);

/* out[8] = the squared lengths of a group's columns. */
void spectral_squares(int level, const float *x, long rows, float *out);

/* One conjugate-gradient step for eight columns of (diagonal I - alpha S) x = b, where `product` holds S p.
 * `squares[8]`, in and out: squared lengths of the residuals; columns at or below `limits` stand still. */
void spectral_conjugate_step(int level, float diagonal, float alpha, long rows, const float *product,
                             const float *limits, float *x, float *residual, float *direction, float *squares);

#endif
