"""Small data sets in the folder form, drawn for a test."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from silhouette_training.scenes.compose import compose
from silhouette_training.scenes.vocabulary import Triple

DRAWN = {
    "red striped circle": Triple("red", "striped", "circle"),
    "blue star": Triple("blue", "plain", "star"),
    "yellow dotted ring": Triple("yellow", "dotted", "ring"),
    "green checkered square": Triple("green", "checkered", "square"),
}


def scenes(folder: Path, pictures: int = 4, rest: int = 0) -> Path:
    """Drawn scenes with folds and splits; `rest` is the index of the ground: 0, or 255 where it counts nowhere."""
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    names = list(DRAWN)
    for index in range(pictures):
        scene = compose(np.random.default_rng(index), list(DRAWN.values())[: 3 + index % 2])
        Image.fromarray(scene.picture).save(folder / f"images/{index}.jpg", quality=95)
        mask = np.where(scene.owners == 0, rest, scene.owners).astype(np.uint8)
        mask[:6] = 255
        Image.fromarray(mask).save(folder / f"masks/{index}.png")
    stems = [str(index) for index in range(pictures)]
    splits = {"train": stems[:-1], "val": stems[-1:]}
    for name, value in (("classes", names), ("folds", {"folds": [names[:1], names[1:2]]}), ("splits", splits)):
        (folder / f"{name}.json").write_text(json.dumps(value))
    return folder
