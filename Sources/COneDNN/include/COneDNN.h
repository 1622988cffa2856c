#ifndef SILHOUETTE_CONEDNN_H
#define SILHOUETTE_CONEDNN_H

#include <stddef.h>

/// OpenMP's own: the number of threads of parallel regions that the calling thread starts.
void omp_set_num_threads(int count);

/// Functions applied to the elements of a result; the order is that of Swift's `Activation`.
enum onednn_activation { onednn_none, onednn_relu, onednn_gelu, onednn_quick_gelu };

/// One tile of act(x·Wᵀ + b) (+ residual), its weights packed for this processor.
typedef struct onednn_product onednn_product;

struct onednn_product_shape {
    int rows, inputs, outputs;
    enum onednn_activation activation;
    /// Whether a residual is added before the activation or after it.
    int residual_first;
    /// Whether the factors are rounded to bf16; sums stay fp32.
    int bf16;
};

/// Packs `weight` [outputs, inputs] and `bias` [outputs] or null. The result is null where the library refuses, with its
/// status in `status`. Both arrays may go afterwards.
onednn_product *onednn_product_create(struct onednn_product_shape shape, const float *weight, const float *bias, int *status);

/// y [rows, outputs] from x [rows, inputs] and `residual` [rows, outputs] or null. Returns 0, or the library's status.
/// Any number of threads may run one product at once.
int onednn_product_run(const onednn_product *product, const float *x, float *y, const float *residual);

/// Bytes of the packed weights.
size_t onednn_product_size(const onednn_product *product);

void onednn_product_destroy(onednn_product *product);

#endif
