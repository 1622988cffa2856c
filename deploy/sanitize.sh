#!/usr/bin/env bash
# Runs the tests of the transport and the service under a sanitizer: bash deploy/sanitize.sh address|thread [ARGUMENT…]
# Further arguments go to `swift test` in place of the choice of tests, as in: bash deploy/sanitize.sh thread --filter Queue
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind=${1:-}
case $kind in
    address) export LSAN_OPTIONS="suppressions=$PWD/deploy/leaks.supp:print_suppressions=0 ${LSAN_OPTIONS:-}" ;;
    # Without halt_on_error a race is reported and the run passes. TSAN makes Package.swift link locks that are seen.
    thread) export TSAN=1 TSAN_OPTIONS="halt_on_error=1 ${TSAN_OPTIONS:-}" ;;
    *) echo "usage: bash deploy/sanitize.sh address|thread [ARGUMENT of swift test…]" >&2; exit 2 ;;
esac
shift
[ $# -gt 0 ] || set -- --filter 'HTTPTransportTests|SegmentationServiceTests'

bash deploy/install.sh
# The XCTest runner leaks, which the address sanitizer would report.
swift test --disable-xctest --sanitize="$kind" --scratch-path ".build-$kind" "$@"
