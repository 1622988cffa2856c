#include "COpenBLAS.h"

#include <stddef.h>

enum { row_major = 101, no_transpose = 111, transpose = 112 };

void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
                 const float *b, int ldb, float beta, float *c, int ldc);

void openblas_product_transposed(int m, int n, int k, const float *a, int lda, const float *b, int ldb, float *c, int ldc) {
    cblas_sgemm(row_major, no_transpose, transpose, m, n, k, 1, a, lda, b, ldb, 0, c, ldc);
}

void ssyevd_(const char *job, const char *triangle, const int *n, float *a, const int *lda, float *values, float *work,
             const int *work_count, int *integers, const int *integer_count, int *info, size_t, size_t);

int openblas_symmetric_eigen(int n, float *a, float *values, float *work, int *integers) {
    const int work_count = 1 + 6 * n + 2 * n * n, integer_count = 3 + 5 * n;
    int info = 0;
    // Fortran's columns are our rows, so its lower triangle is our upper one.
    ssyevd_("V", "L", &n, a, &n, values, work, &work_count, integers, &integer_count, &info, 1, 1);
    return info;
}
