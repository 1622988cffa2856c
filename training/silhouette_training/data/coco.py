"""COCO-20i as a folder: `python -m silhouette_training.data.coco COCO --out coco-20i`.

Reads COCO's own layout: `annotations/instances_{train,val}2014.json` (or 2017) and the pictures in `train2014` and
`val2014`. Smaller objects lie over larger ones; crowds are ignored. Fold f keeps the classes f + 4v, v = 0 … 19, from
training; the split `val-f` holds the validation pictures that show one of them, as HSNet tests.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from tqdm import tqdm

from ..errors import TrainingError
from .folder import write
from .pictures import IGNORE, Picture
from .published import first, folds_shown, link, main

LAYOUT = "COCO's layout is expected (annotations/instances_train2014.json, train2014 and so on, or 2017)"

Fields = dict[str, Any]


def folds(classes: list[str]) -> list[list[str]]:
    return [classes[fold::4] for fold in range(4)]


def crowd(counts: list[int], height: int, width: int) -> Picture:
    """A mask from uncompressed run lengths, column by column, starting with what is outside."""
    kinds = np.arange(len(counts)) % 2
    return np.repeat(kinds, counts).reshape(width, height).T.astype(np.uint8)


def mask(image: Fields, objects: list[Fields], labels: dict[int, int], where: str) -> Picture:
    """The label map of one picture; `labels` are those of COCO's category numbers."""
    canvas = Image.new("L", (image["width"], image["height"]))
    pen = ImageDraw.Draw(canvas)
    ignored = np.zeros((image["height"], image["width"]), bool)
    for item in sorted(objects, key=lambda item: -item["area"]):
        shape = item["segmentation"]
        if isinstance(shape, list):
            for polygon in shape:
                pen.polygon(polygon, fill=labels[item["category_id"]])
        elif isinstance(shape["counts"], list):
            ignored |= crowd(shape["counts"], *shape["size"]) > 0
        else:
            raise TrainingError(f"{where}: object {item['id']} has compressed run lengths; use the published file")
    found = np.array(canvas)
    found[ignored & (found == 0)] = IGNORE
    return found


def convert(root: Path, out: Path) -> None:
    splits: dict[str, list[str]] = {f"val-{fold}": [] for fold in range(4)}
    classes: list[str] = []
    for split in ("train", "val"):
        annotations = first(LAYOUT, *(root / f"annotations/instances_{split}{year}.json" for year in (2014, 2017)))
        year = annotations.stem[-4:]
        document = json.loads(annotations.read_text())
        categories = sorted(document["categories"], key=lambda category: category["id"])
        classes = [category["name"] for category in categories]
        labels = {category["id"]: index for index, category in enumerate(categories, start=1)}
        objects: dict[int, list[Fields]] = {}
        for item in document["annotations"]:
            objects.setdefault(item["image_id"], []).append(item)
        write(out, classes)
        splits[split] = []
        for image in tqdm(document["images"], desc=split, mininterval=5):
            stem = Path(image["file_name"]).stem
            link(first(LAYOUT, root / f"{split}{year}/{stem}.jpg"), out / f"images/{stem}.jpg")
            found = mask(image, objects.get(image["id"], []), labels, str(annotations))
            Image.fromarray(found).save(out / f"masks/{stem}.png")
            splits[split].append(stem)
            if split == "val":
                for fold in folds_shown(found, lambda index: index % 4):
                    splits[f"val-{fold}"].append(stem)
    write(out, classes, folds={"folds": folds(classes)}, splits=splits)


if __name__ == "__main__":
    main(__doc__, convert)
