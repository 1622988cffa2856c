#ifndef SILHOUETTE_PROCESSOR_H
#define SILHOUETTE_PROCESSOR_H

/// Whether the processor, and the system's saving of its registers, has the feature: 1 or 0.
int features_avx2(void);
int features_avx512(void);
int features_avx512_bf16(void);

#endif
