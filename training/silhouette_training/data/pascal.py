"""PASCAL-5i as a folder: `python -m silhouette_training.data.pascal VOC2012 --out pascal-5i`.

Reads VOC's own layout: `JPEGImages`, `SegmentationClassAug` (SBD's masks as indices; else `SegmentationClass`) and
`ImageSets/Segmentation/{train or trainaug, val}.txt`. Fold f keeps the classes 5f … 5f + 4 from training; the split
`val-f` holds the validation pictures that show one of them, as HSNet tests.
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from ..errors import TrainingError
from ..loop.command import speak
from .folder import decoded, write

CLASSES = (
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("dining table", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv monitor"),
)


def folds() -> list[list[str]]:
    return [list(CLASSES[5 * fold : 5 * fold + 5]) for fold in range(4)]


def first(*paths: Path) -> Path:
    """The first of some paths that exists."""
    for path in paths:
        if path.exists():
            return path
    raise TrainingError(f"{paths[-1]}: is missing; VOC's layout is expected (JPEGImages, SegmentationClass, ImageSets)")


def convert(root: Path, out: Path) -> None:
    masks = first(root / "SegmentationClassAug", root / "SegmentationClass")
    lists = root / "ImageSets/Segmentation"
    names = {"train": first(lists / "trainaug.txt", lists / "train.txt"), "val": first(lists / "val.txt")}
    # Lists of augmented sets hold a path of the picture and one of the mask in each line.
    splits = {
        split: [Path(line.split()[0]).stem for line in path.read_text().splitlines() if line.strip()]
        for split, path in names.items()
    }
    splits |= {f"val-{fold}": [] for fold in range(4)}
    write(out, list(CLASSES))
    for split in ("train", "val"):
        for stem in tqdm(splits[split], desc=split, mininterval=5):
            labels = decoded(first(masks / f"{stem}.png"), None)
            picture = first(root / f"JPEGImages/{stem}.jpg")
            link(picture, out / f"images/{stem}.jpg")
            Image.fromarray(labels).save(out / f"masks/{stem}.png")
            if split == "val":
                shown = np.unique(labels[(labels > 0) & (labels < 255)])
                for fold in {(int(label) - 1) // 5 for label in shown}:
                    splits[f"val-{fold}"].append(stem)
    write(out, list(CLASSES), folds={"folds": folds()}, splits=splits)


def link(picture: Path, place: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(picture.resolve())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="VOC2012, as unpacked")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; pictures are linked, not copied")
    arguments = parser.parse_args()
    speak(lambda: convert(arguments.root, arguments.out))


if __name__ == "__main__":
    main()
