#ifndef SILHOUETTE_COPENBLAS_H
#define SILHOUETTE_COPENBLAS_H

/// OpenBLAS's own: process-wide number of threads of its calls.
void openblas_set_num_threads(int count);

/// C[m,n] = A[m,k] · B[n,k]ᵀ, all row-major; lda, ldb and ldc are the distances of their rows in elements.
void openblas_product_transposed(int m, int n, int k, const float *a, int lda, const float *b, int ldb, float *c, int ldc);

#endif
