#include "processor.h"

int features_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

int features_avx512(void) {
    return features_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

int features_avx512_bf16(void) { return features_avx512() && __builtin_cpu_supports("avx512bf16"); }
