#!/usr/bin/env bash
# Sets up and runs every Swift test; arguments go to `swift test`, as in: bash deploy/test.sh --filter SpectralTests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash deploy/install.sh
release=(-c release -Xswiftc -enable-testing)
swift build "${release[@]}" --build-tests
swift test "${release[@]}" --skip-build --disable-xctest "$@"
