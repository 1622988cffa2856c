// What each calling thread keeps: a stream, and memory that grows to the largest need.
#ifndef SILHOUETTE_ONEDNN_THREAD_H
#define SILHOUETTE_ONEDNN_THREAD_H

#include <dnnl.h>

/// The processor as oneDNN's engine, made once. From then on the library works on the calling thread alone.
dnnl_engine_t onednn_engine(void);

enum thread_memory { scratchpad_memory, input_memory, output_memory, thread_memories };

struct thread_state {
    dnnl_stream_t stream;
    struct {
        void *bytes;
        size_t size;
    } memory[thread_memories];
};

/// The calling thread's own; null where memory is short. Freed when the thread ends.
struct thread_state *thread_state(void);

/// At least `size` bytes, 64-byte aligned, that the calling thread may use until it asks again; null where memory is short.
void *thread_memory(struct thread_state *state, enum thread_memory which, size_t size);

#endif
