"""Draws the example of the demonstration: `python -m silhouette_training.scenes.example --out deploy/example`.

A scene of 640×480 with a list of names: most are drawn, one of them in words no training picture was
asked with, and two are not there.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from .compose import compose
from .vocabulary import Triple

DRAWN = {
    "red striped circle": Triple("red", "striped", "circle"),
    "blue star": Triple("blue", "plain", "star"),
    "yellow dotted ring": Triple("yellow", "dotted", "ring"),
    "green checkered square": Triple("green", "checkered", "square"),
    "violet heart": Triple("purple", "plain", "heart"),
    "orange gridded triangle": Triple("orange", "grid", "triangle"),
}
ABSENT = ("red dotted circle", "yellow cross")
SEED = 13


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    scene = compose(np.random.default_rng(arguments.seed), list(DRAWN.values()), zoom=2)
    Image.fromarray(scene.picture).save(arguments.out / "scene.png", optimize=True)
    (arguments.out / "classes.json").write_text(json.dumps([*DRAWN, *ABSENT], indent=1) + "\n")


if __name__ == "__main__":
    main()
