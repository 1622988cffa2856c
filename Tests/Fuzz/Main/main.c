/* libFuzzer brings main; the package manager wants a source file. */
typedef int fuzz_main_is_in_libfuzzer;
