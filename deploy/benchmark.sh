#!/usr/bin/env bash
# Times Silhouette and, in the same run, the programs people use today; prints both and the ratios.
#   SILHOUETTE_PEERS  the script that times the others (else ../shared/bench/peers.py where it is at hand)
#   PYTHON            a Python with what that script needs (else .venv/bin/python or python3)
#   THREADS, SIZE, RUNS   2, 480 and 5 unless given
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash deploy/install.sh
swift build -c release -Xswiftc -enable-testing --product silhouette

peers=${SILHOUETTE_PEERS:-../shared/bench/peers.py}
python=${PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}
common=(--threads "${THREADS:-2}" --size "${SIZE:-480}" --runs "${RUNS:-5}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -n 's/^model name[^:]*: /Processor: /p' /proc/cpuinfo | head -n 1
features=()
compare=false
if [ ! -f "$peers" ]; then
    echo "No peers: $peers is not here; set SILHOUETTE_PEERS to the script that times them."
elif ! "$python" -c 'import torch, transformers, onnx, onnxruntime, openvino, scipy, safetensors' 2>/dev/null; then
    echo "No peers: $python lacks a module that $peers needs (its first lines name them); set PYTHON to one that has them."
else
    echo "== Peers ($peers)"
    "$python" "$peers" "${common[@]}" --only vits16 spectral --json "$work/peers.json" --features-out "$work/features"
    features=(--features "$work/features/regions.safetensors" --features "$work/features/smooth.safetensors")
    compare=true
fi

echo "== Silhouette"
bench=(.build/release/silhouette bench "${common[@]}")
"${bench[@]}"
"${bench[@]}" --random dino-s16 "${features[@]}" --json >"$work/silhouette.json"
if $compare; then
    "$python" deploy/ratios.py "$work/silhouette.json" "$work/peers.json"
fi
