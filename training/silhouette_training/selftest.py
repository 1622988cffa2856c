"""Gives a bundle its self-test: `python -m silhouette_training.selftest BUNDLE`.

A drawn scene and its label map, which is the answer of `inference` (or the command's own, given with `--label-map`).
"""

import argparse
import shutil
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from . import bundle
from .data import Picture
from .inference import Inference
from .loop.command import speak
from .scenes.compose import compose
from .scenes.vocabulary import Triple

NAMES = {
    "red striped circle": Triple("red", "striped", "circle"),
    "blue plain square": Triple("blue", "plain", "square"),
    "yellow dotted star": Triple("yellow", "dotted", "star"),
    "green checkered heart": Triple("green", "checkered", "heart"),
    "black plain triangle": Triple("black", "plain", "triangle"),
}


def write_label_map(path: Path, labels: Picture) -> None:
    """An indexed picture: index 0 = unlabeled, i = class i."""
    image = Image.fromarray(labels, mode="P")
    steps = np.linspace(0, 255, len(NAMES) + 1).astype(int)
    image.putpalette([value for step in steps for value in (int(step),) * 3])
    image.save(path, optimize=True)


def add(folder: Path, label_map: Path | None) -> None:
    scene = compose(np.random.default_rng(4), list(NAMES.values()))
    Image.fromarray(scene.picture).save(folder / "selftest.png", optimize=True)
    if label_map is None:
        inference = Inference(folder)
        evidence = inference.evidence(scene.picture, inference.names(list(NAMES)))
        labels = inference.answer(evidence, True, inference.fields["fusion"]["rule"]).labels
        write_label_map(folder / "selftest-labels.png", labels)
        print("self-test pixels as drawn:", round(float((labels == scene.owners).mean()), 4))
    else:
        shutil.copyfile(label_map, folder / "selftest-labels.png")
    bundle.amend(folder, selftest={"image": "selftest.png", "label_map": "selftest-labels.png", "classes": list(NAMES)})
    print("bytes:", sum(path.stat().st_size for path in folder.iterdir()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--label-map", type=Path, help="the command's own answer to the self-test")
    a = parser.parse_args()
    torch.set_num_threads(1)
    speak(lambda: add(a.bundle, a.label_map))


if __name__ == "__main__":
    main()
