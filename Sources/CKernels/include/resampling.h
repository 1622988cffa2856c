#ifndef SILHOUETTE_RESAMPLING_H
#define SILHOUETTE_RESAMPLING_H

#include <stddef.h>
#include <stdint.h>

/// Which instructions the functions below use; one that the processor lacks must not be asked for.
enum resampling_level { resampling_portable, resampling_avx2, resampling_avx512 };

/// The best level of this processor.
enum resampling_level resampling_best_level(void);

/// y[i] = Σ weights[t] · x[t · stride + i] for `count` elements: one output row from `taps` input rows.
void resampling_rows(enum resampling_level level, const float *x, size_t stride, const float *weights, size_t taps,
                     float *y, size_t count);

/// The same from rows of bytes.
void resampling_byte_rows(enum resampling_level level, const uint8_t *x, size_t stride, const float *weights,
                          size_t taps, float *y, size_t count);

/// y[p, c] = Σ weights[p, t] · x[starts[p] + t, c] for `width` output pixels of one row, `channels` each.
void resampling_columns(enum resampling_level level, const float *x, const int32_t *starts, const float *weights,
                        size_t taps, float *y, size_t width, size_t channels);

#endif
