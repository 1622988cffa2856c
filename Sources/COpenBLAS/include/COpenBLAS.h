#ifndef SILHOUETTE_COPENBLAS_H
#define SILHOUETTE_COPENBLAS_H

/// OpenBLAS's own: process-wide number of threads of its calls.
void openblas_set_num_threads(int count);

/// C[m,n] = A[m,k] · B[n,k]ᵀ, all row-major; lda, ldb and ldc are the distances of their rows in elements.
void openblas_product_transposed(int m, int n, int k, const float *a, int lda, const float *b, int ldb, float *c, int ldc);

/// LAPACK's ssyevd. Replaces the symmetric matrix a[n,n], of which the upper triangle is read, by its eigenvectors, one
/// a row; values[n] ascending. `work` holds 1 + 6n + 2n² floats, `integers` 3 + 5n ints. 0, or what ssyevd reports.
int openblas_symmetric_eigen(int n, float *a, float *values, float *work, int *integers);

#endif
