#!/usr/bin/env bash
# Runs each example of deploy/clients against a service and compares what they print; says which runtimes are missing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/serving.bash
source deploy/serving.bash

# segments FILE: each segment's class and area of an answer.
segments() {
    grep -o '"class":"[^"]*"[^}]*"area":[0-9]*' "$1" | sed -E 's/"class":"([^"]*)".*"area":/\1 /'
}

# try RUNTIME FILE COMMAND…: what the command prints is what was expected, and a refusal is an error.
try() {
    local runtime=$1 file=$2
    shift 2
    if ! command -v "$runtime" >/dev/null; then
        echo "skipped: $file ($runtime is not here)"
        return
    fi
    "$@" "deploy/clients/$file" "${request[@]}" >"$scratch/out" || fail "$file failed"
    if [ "$file" = segment.sh ]; then
        segments "$scratch/out" >"$scratch/list" && mv "$scratch/list" "$scratch/out"
    fi
    diff "$scratch/expected" "$scratch/out" || fail "$file printed something else"
    if SILHOUETTE_TOKEN=wrong "$@" "deploy/clients/$file" "${request[@]}" >"$scratch/out" 2>&1; then
        fail "$file took a refusal for an answer"
    fi
    echo "passed: $file"
}

serve
export SILHOUETTE_URL=$url
request=(deploy/example/scene.png "blue star" "red circle" sky)
curl --fail-with-body --silent --show-error --header "Authorization: Bearer $SILHOUETTE_TOKEN" \
    --header 'Content-Type: image/png' --data-binary "@${request[0]}" \
    "$url/v1/segment?classes=blue%20star&classes=red%20circle&classes=sky" >"$scratch/answer.json"
segments "$scratch/answer.json" >"$scratch/expected" ||
    fail "no segment in the answer: $(head -c 300 "$scratch/answer.json")"

try curl segment.sh bash
try python3 segment.py python3
try node segment.mjs node
GOCACHE=$scratch/go try go segment.go go run
try php segment.php php
