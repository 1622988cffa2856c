#include "COpenBLAS.h"

enum { row_major = 101, no_transpose = 111, transpose = 112 };

void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
                 const float *b, int ldb, float beta, float *c, int ldc);

void openblas_product_transposed(int m, int n, int k, const float *a, int lda, const float *b, int ldb, float *c, int ldc) {
    cblas_sgemm(row_major, no_transpose, transpose, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
}
