#!/usr/bin/env bash
# Fuzzes what reads clients' bytes: one short round a target from a fixed seed, over the inputs in Tests/Fuzz/Corpus.
#   bash deploy/fuzz.sh [TARGET…]        all targets when none is named
#   FUZZ_SECONDS=600 bash deploy/fuzz.sh json    a longer round of another seed, which keeps what it learns in .build-fuzz
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

corpus=Tests/Fuzz/Corpus
build=.build-fuzz
targets=("$@")
[ $# -gt 0 ] || targets=($(ls "$corpus"))

bash deploy/install.sh
# -sanitize=fuzzer would give every tool of the build libFuzzer's main: only the target links it (Package.swift), and
# this is what it compiles with.
coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table
FUZZ=1 swift build -c release --scratch-path "$build" --product fuzz \
    -Xswiftc -sanitize=address -Xswiftc -sanitize-coverage="$coverage" -Xswiftc -enable-testing \
    -Xcc -fsanitize=address -Xcc -fsanitize=fuzzer-no-link

# runs TARGET: how many inputs a short round tries, some ten seconds of them.
runs() {
    case $1 in
        rle) echo 10000 ;;
        form | multipart | query) echo 30000 ;;
        *) echo 150000 ;;
    esac
}

failed=()
mkdir -p "$build/found"
for target in "${targets[@]}"; do
    [ -d "$corpus/$target" ] || { echo "fuzz: no target $target; there are: $(ls "$corpus" | tr '\n' ' ')" >&2; exit 2; }
    if [ -n "${FUZZ_SECONDS:-}" ]; then
        learned=$build/learned/$target
        round=(-max_total_time="$FUZZ_SECONDS" -max_len=16384)
    else
        learned=$(mktemp -d)
        round=(-seed=1 -runs="$(runs "$target")" -max_len=2048)
    fi
    mkdir -p "$learned"
    log=$build/$target.log
    # With a backtrace a crash would leave a process that waits for input.
    if FUZZ_TARGET=$target SWIFT_BACKTRACE=enable=no "$build/release/fuzz" "${round[@]}" -timeout=20 \
        -rss_limit_mb=2048 -artifact_prefix="$build/found/$target-" "$learned" "$corpus/$target" >"$log" 2>&1; then
        printf '%-12s %s\n' "$target" "$(tail -n 1 "$log")"
    else
        failed+=("$target")
        printf '%-12s FAILED\n' "$target"
        grep -v '^#' "$log" | tail -n 40
    fi
    [ -n "${FUZZ_SECONDS:-}" ] || rm -rf "$learned"
done

if [ ${#failed[@]} -gt 0 ]; then
    echo "fuzz: failed: ${failed[*]}; the inputs are in $build/found. Keep each in $corpus/<target> with what mends it." >&2
    exit 1
fi
