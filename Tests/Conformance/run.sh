#!/usr/bin/env bash
# Holds `silhouette serve` to RFC 9112, RFC 9113, its own document and a round of abuse, as other programs' clients see it.
# Sets up Tests/Conformance/.venv from the pinned requirements once; builds the server unless SILHOUETTE names one.
# Arguments go to pytest, as in: bash Tests/Conformance/run.sh rfc9113 -k window
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ -z "${SILHOUETTE:-}" ]; then
    swift build -c release -Xswiftc -enable-testing --product silhouette --package-path ../..
    export SILHOUETTE=$PWD/../../.build/release/silhouette
fi
stamp=.venv/requirements.sha256
if ! sha256sum --check --status "$stamp" 2>/dev/null; then
    "${PYTHON:-python3}" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
    sha256sum requirements.txt >"$stamp"
fi
.venv/bin/ruff format --check .
.venv/bin/ruff check .
.venv/bin/mypy .
.venv/bin/python -m pytest -q "$@"
