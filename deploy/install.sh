#!/usr/bin/env bash
# Installs with apt what a build needs and is missing, and checks Swift; says nothing when all is there.
# Further packages may be named: bash deploy/install.sh python3-venv
set -euo pipefail

fail() {
    printf 'install: %s\n' "$*" >&2
    exit 1
}

needed=(
    # What the Swift tools link against, and the C library, linker and C++ library that they call on.
    ca-certificates git g++ libncurses-dev libsqlite3-dev libxml2-dev
    # What Silhouette links against (the Swift tools need libcurl, too).
    libcurl4-openssl-dev libdnnl-dev libjpeg-dev libnghttp2-dev libopenblas-dev libpng-dev libssl-dev libwebp-dev
    "$@"
)

command -v swift >/dev/null ||
    fail "swift is not on the PATH; install Swift 6.2 or later (https://www.swift.org/install/linux) and put its usr/bin on the PATH"

missing=()
for package in "${needed[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Abbrev}' "$package" 2>/dev/null || true)
    [[ $status == ii* ]] || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null ||
        fail "apt-get is not here; install what corresponds to: ${missing[*]}"
    root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "neither root nor sudo; have an administrator run: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    "${apt[@]}" update || echo "install: apt-get update failed; trying with the package lists at hand" >&2
    "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install ${missing[*]}; its message stands above"
fi

version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+)\.([0-9]+).*/\1 \2/p' | head -n 1)
[ -n "$version" ] || fail "'swift --version' does not run: $(swift --version 2>&1 | head -n 1)"
read -r major minor <<<"$version"
[ "$major" -gt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -ge 2 ]; } ||
    fail "Swift $major.$minor is too old; install 6.2 or later (https://www.swift.org/install/linux)"
