"""PASCAL-5i as a folder: `python -m silhouette_training.data.pascal VOC2012 --out pascal-5i`.

Reads VOC's own layout: `JPEGImages`, `SegmentationClassAug` (SBD's masks as indices; else `SegmentationClass`) and
`ImageSets/Segmentation/{train or trainaug, val}.txt`. Fold f keeps the classes 5f … 5f + 4 from training; the split
`val-f` holds the validation pictures that show one of them, as HSNet tests.
"""

from pathlib import Path

from PIL import Image
from tqdm import tqdm

from .folder import decoded, write
from .published import first, folds_shown, link, main

LAYOUT = "VOC's layout is expected (JPEGImages, SegmentationClass, ImageSets)"

CLASSES = (
    *("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow"),
    *("dining table", "dog", "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "tv monitor"),
)


def folds() -> list[list[str]]:
    return [list(CLASSES[5 * fold : 5 * fold + 5]) for fold in range(4)]


def convert(root: Path, out: Path) -> None:
    masks = first(LAYOUT, root / "SegmentationClassAug", root / "SegmentationClass")
    lists = root / "ImageSets/Segmentation"
    names = {
        "train": first(LAYOUT, lists / "trainaug.txt", lists / "train.txt"),
        "val": first(LAYOUT, lists / "val.txt"),
    }
    # Lists of augmented sets hold a path of the picture and one of the mask in each line.
    splits = {
        split: [Path(line.split()[0]).stem for line in path.read_text().splitlines() if line.strip()]
        for split, path in names.items()
    }
    splits |= {f"val-{fold}": [] for fold in range(4)}
    write(out, list(CLASSES))
    for split in ("train", "val"):
        for stem in tqdm(splits[split], desc=split, mininterval=5):
            labels = decoded(first(LAYOUT, masks / f"{stem}.png"), None)
            link(first(LAYOUT, root / f"JPEGImages/{stem}.jpg"), out / f"images/{stem}.jpg")
            Image.fromarray(labels).save(out / f"masks/{stem}.png")
            if split == "val":
                for fold in folds_shown(labels, lambda index: index // 5):
                    splits[f"val-{fold}"].append(stem)
    write(out, list(CLASSES), folds={"folds": folds()}, splits=splits)


if __name__ == "__main__":
    main(__doc__, convert)
