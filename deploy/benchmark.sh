#!/usr/bin/env bash
# Times Silhouette and, in the same run, the programs people use today; prints both and the ratios.
#   SILHOUETTE_PEERS  the script that times the others (else ../shared/bench/peers.py where it is at hand)
#   PYTHON            a Python with what that script needs (else .venv/bin/python or python3)
#   THREADS, SIZE, RUNS   2, 480 and 5 unless given
#   WORK              which of the script's works are timed (all that both sides know, unless given)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash deploy/install.sh
swift build -c release -Xswiftc -enable-testing --product silhouette

peers=${SILHOUETTE_PEERS:-../shared/bench/peers.py}
python=${PYTHON:-$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)}
read -ra work <<<"${WORK:-vits16 vits8 dpt drn105 text77 text12 spectral}"
common=(--threads "${THREADS:-2}" --size "${SIZE:-480}" --runs "${RUNS:-5}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

sed -n 's/^model name[^:]*: /Processor: /p' /proc/cpuinfo | head -n 1
features=()
compare=false
if [ ! -f "$peers" ]; then
    echo "No peers: $peers is not here; set SILHOUETTE_PEERS to the script that times them."
elif ! "$python" -c 'import torch, transformers, onnx, onnxruntime, openvino, scipy, safetensors' 2>/dev/null; then
    echo "No peers: $python lacks a module that $peers needs (its first lines name them); set PYTHON to one that has them."
else
    echo "== Peers ($peers)"
    "$python" "$peers" "${common[@]}" --only "${work[@]}" --json "$folder/peers.json" \
        --features-out "$folder/features"
    for file in "$folder"/features/*.safetensors; do [ -f "$file" ] && features+=(--features "$file"); done
    compare=true
fi

declare -A presets=([vits16]=dino-s16 [vits8]=dino-s8 [dpt]=dpt-vitl16 [drn105]=drn-d-105 [text77]=clip-text-b32
    [text12]=clip-text-b32)
networks=()
for name in "${work[@]}"; do
    preset=${presets[$name]:-}
    [ -z "$preset" ] || [[ " ${networks[*]-} " == *" $preset "* ]] || networks+=(--random "$preset")
done

echo "== Silhouette"
bench=(.build/release/silhouette bench "${common[@]}")
"${bench[@]}"
for precision in fp32 auto; do
    "${bench[@]}" --precision "$precision" "${networks[@]}" "${features[@]}" --json >"$folder/$precision.json"
    if $compare; then
        "$python" deploy/ratios.py "$folder/$precision.json" "$folder/peers.json"
    else
        cat "$folder/$precision.json"
    fi
done
