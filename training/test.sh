#!/usr/bin/env bash
# Sets up training/.venv from the pinned requirements once, then lints and tests. PYTHON names another interpreter (3.11 or newer).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

stamp=.venv/requirements.sha256
if ! sha256sum --check --status "$stamp" 2>/dev/null; then
    "${PYTHON:-python3}" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
    sha256sum requirements.txt >"$stamp"
fi
# Threads that spin while they wait slow each other down on shared cores.
export OMP_WAIT_POLICY=PASSIVE
.venv/bin/ruff format --check .
.venv/bin/ruff check .
.venv/bin/python -m pytest -q "$@"
