#!/usr/bin/env bash
# Trains the embedded bundle from nothing and writes it; every step resumes where it stopped.
#   bash training/train.sh DATA [RUN]     DATA: folder with camvid, coco-mini and synonyms.json; RUN: checkpoints (training/runs)
# STEPS caps every training's steps, SCENES the drawn scenes: for a trial.
set -euo pipefail
if [[ $# -lt 1 || $1 == -* ]]; then
    sed -n '2,4s/^# *//p' "$0"
    exit 2
fi
DATA=$(realpath "$1")
mkdir -p "${2:-$(dirname "$0")/runs}"
RUN=$(realpath "${2:-$(dirname "$0")/runs}")
cd "$(dirname "${BASH_SOURCE[0]}")"
python=${PYTHON:-.venv/bin/python}
# Threads that spin while they wait slow each other down on shared cores.
export DATA RUN OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=1
short=(${STEPS:+"loop.steps=$STEPS"})
bundle=$RUN/silhouette-starter

if [[ ! -f $RUN/bpe_simple_vocab_16e6.txt.gz ]]; then
    "$python" -m pip download --quiet --no-deps --dest "$RUN" open_clip_torch==3.3.0
    "$python" -m zipfile --extract "$RUN"/open_clip_torch-3.3.0-*.whl "$RUN/open_clip"
    mv "$RUN/open_clip/open_clip/bpe_simple_vocab_16e6.txt.gz" "$RUN"
fi
"$python" -m silhouette_training.scenes.pool --out "$RUN/scenes" --count "${SCENES:-4150}"
"$python" -m silhouette_training.text.distil configs/text.toml "${short[@]}"
"$python" -m silhouette_training.spectral.train configs/spectral.toml "${short[@]}"
"$python" -m torch.distributed.run --standalone --nproc-per-node 3 \
    -m silhouette_training.alignment.train configs/alignment.toml "${short[@]}"
"$python" -m silhouette_training.export --text "$RUN/text" --visual "$RUN/visual" --spectral "$RUN/spectral" --out "$bundle"
"$python" -m silhouette_training.calibrate "$bundle" --data "$DATA" --scenes "$RUN/scenes"
"$python" -m silhouette_training.tune "$bundle" --folder "$DATA/camvid/val" --scenes "$RUN/scenes"
"$python" -m silhouette_training.selftest "$bundle"
echo "The bundle stands in $bundle."
