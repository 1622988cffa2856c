#include "thread.h"

#include <pthread.h>
#include <stdlib.h>

/// OpenMP's own: the number of threads of parallel regions that the calling thread starts.
void omp_set_num_threads(int count);

static dnnl_engine_t engine;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void release(void *pointer) {
    struct thread_state *state = pointer;
    if (state->stream) dnnl_stream_destroy(state->stream);
    for (int i = 0; i < thread_memories; i++) free(state->memory[i].bytes);
    free(state);
}

static void start(void) {
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) engine = 0;
    pthread_key_create(&key, release);
}

dnnl_engine_t onednn_engine(void) {
    pthread_once(&once, start);
    // A primitive is planned for as many threads as the calling thread may start when it is made, and each caller has
    // its own number: whoever makes or runs one passes here first.
    omp_set_num_threads(1);
    return engine;
}

struct thread_state *thread_state(void) {
    dnnl_engine_t engine = onednn_engine();
    struct thread_state *state = pthread_getspecific(key);
    if (state || !engine) return state;
    state = calloc(1, sizeof *state);
    if (!state) return 0;
    if (dnnl_stream_create(&state->stream, engine, dnnl_stream_default_flags) != dnnl_success || pthread_setspecific(key, state)) {
        release(state);
        return 0;
    }
    return state;
}

void *thread_memory(struct thread_state *state, enum thread_memory which, size_t size) {
    if (state->memory[which].size < size) {
        free(state->memory[which].bytes);
        const size_t rounded = (size + 63) / 64 * 64;
        state->memory[which].bytes = aligned_alloc(64, rounded);
        state->memory[which].size = state->memory[which].bytes ? rounded : 0;
    }
    return state->memory[which].bytes;
}
