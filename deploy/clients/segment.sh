#!/usr/bin/env bash
# One request with curl: bash segment.sh PICTURE CLASS…  prints the answer, JSON.
#   SILHOUETTE_URL    http://127.0.0.1:8080 unless given
#   SILHOUETTE_TOKEN  where the service asks for one
set -euo pipefail

picture=$1
shift
form=(--form "image=@$picture")
for name in "$@"; do form+=(--form-string "classes=$name"); done
token=()
[ -z "${SILHOUETTE_TOKEN:-}" ] || token=(--header "Authorization: Bearer $SILHOUETTE_TOKEN")
curl --fail-with-body --silent --show-error "${token[@]}" "${form[@]}" \
    "${SILHOUETTE_URL:-http://127.0.0.1:8080}/v1/segment"
