#ifndef SILHOUETTE_WEIGHTS_H
#define SILHOUETTE_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

/// y[i] = the value of the IEEE 754 half x[i], exactly; with F16C where the processor has it.
void weights_expand_f16(const uint16_t *x, float *y, size_t count);

/// The same without instructions of later processors.
void weights_expand_f16_portable(const uint16_t *x, float *y, size_t count);

/// y[i] = the value of the bfloat16 x[i], exactly.
void weights_expand_bf16(const uint16_t *x, float *y, size_t count);

/// The index of the first element that is infinite or no number; `count` where all are finite.
size_t weights_first_non_finite(const float *x, size_t count);

#endif
