#!/usr/bin/env bash
# Trains the embedded bundle from nothing and writes it; every step resumes where it stopped.
#   bash training/train.sh DATA [RUN]     DATA: folder with camvid, coco-mini and synonyms.json; RUN: checkpoints (training/runs)
set -euo pipefail
if [[ $# -lt 1 || $1 == -* ]]; then
    sed -n '2,3s/^# *//p' "$0"
    exit 2
fi
data=$(realpath "$1")
mkdir -p "${2:-$(dirname "$0")/runs}"
run=$(realpath "${2:-$(dirname "$0")/runs}")
cd "$(dirname "${BASH_SOURCE[0]}")"
python=${PYTHON:-.venv/bin/python}
# Threads that spin while they wait slow each other down on shared cores.
export OMP_WAIT_POLICY=PASSIVE

if [[ ! -f $run/bpe_simple_vocab_16e6.txt.gz ]]; then
    "$python" -m pip download --quiet --no-deps --dest "$run" open_clip_torch==3.3.0
    "$python" -m zipfile --extract "$run"/open_clip_torch-3.3.0-*.whl "$run/open_clip"
    mv "$run/open_clip/open_clip/bpe_simple_vocab_16e6.txt.gz" "$run"
fi
"$python" -m silhouette_training.scenes.pool --out "$run/scenes"
"$python" -m silhouette_training.text.distil --bpe "$run/bpe_simple_vocab_16e6.txt.gz" --data "$data" --out "$run/text"
"$python" -m silhouette_training.spectral.train --data "$data" --scenes "$run/scenes" --out "$run/spectral"
"$python" -m silhouette_training.alignment.train --data "$data" --scenes "$run/scenes" --text "$run/text" --out "$run/visual"
"$python" -m silhouette_training.calibrate --run "$run/visual" --text "$run/text" --data "$data" --scenes "$run/scenes"
"$python" -m silhouette_training.tune --run "$run/visual" --text "$run/text" --spectral "$run/spectral" --data "$data" \
    --scenes "$run/scenes"
"$python" -m silhouette_training.export --text "$run/text" --visual "$run/visual" --spectral "$run/spectral" \
    --fusion "$(cat "$run/visual/fusion.json")" --out "$run/silhouette-starter"
echo "The bundle stands in $run/silhouette-starter."
