#ifndef SILHOUETTE_CONEDNN_H
#define SILHOUETTE_CONEDNN_H

/// OpenMP's own: the number of threads of parallel regions that the calling thread starts.
void omp_set_num_threads(int count);

#endif
