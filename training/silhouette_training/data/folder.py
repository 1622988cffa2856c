"""The folder form: `classes.json`, `images/*.jpg`, `masks/*.png`; what is missing or broken is named, never skipped.

Masks are 8-bit indices: i is `classes[i − 1]`, 0 is rest, 255 is ignored. Optional are `splits.json`
(`{"test": ["stem", …], …}`), `folds.json` (`{"folds": [["name", …], …]}`, the unseen names of each fold) and
`queries.json` (`{"stem": ["name", …]}`, what is asked of each picture).
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from ..errors import TrainingError
from .pictures import IGNORE, Picture


class LabelledFolder:
    def __init__(self, path: Path, split: str | None = None) -> None:
        self.path = path
        self.classes: list[str] = self.document("classes.json", list)
        self.queries: dict[str, list[str]] | None = None
        if (path / "queries.json").exists():
            self.queries = self.document("queries.json", dict)
        self.stems = sorted(picture.stem for picture in (path / "images").glob("*.jpg"))
        if split is not None:
            splits = self.document("splits.json", dict)
            if split not in splits:
                raise TrainingError(f"{path}/splits.json: has no split {split!r}; it names {', '.join(splits)}")
            self.stems = splits[split]
        if not self.stems:
            raise TrainingError(f"{path}/images: holds no picture (*.jpg)")
        for stem in self.stems:
            for name in (f"images/{stem}.jpg", f"masks/{stem}.png"):
                if not (path / name).exists():
                    raise TrainingError(f"{path / name}: is missing")
            if self.queries is not None and stem not in self.queries:
                raise TrainingError(f"{path}/queries.json: does not say what to ask of {stem!r}")

    def document(self, name: str, kind: type) -> Any:
        path = self.path / name
        try:
            value = json.loads(path.read_text())
        except OSError as error:
            raise TrainingError(f"{path}: cannot be read ({error.strerror})") from None
        except ValueError as error:
            raise TrainingError(f"{path}: is not JSON ({error})") from None
        if not isinstance(value, kind):
            raise TrainingError(f"{path}: must hold a {'list' if kind is list else 'dictionary'}")
        return value

    def unseen(self, fold: int) -> list[str]:
        """The names that fold `fold` (from 0) keeps from training."""
        folds = self.document("folds.json", dict).get("folds", [])
        if not 0 <= fold < len(folds):
            raise TrainingError(f"{self.path}/folds.json: has {len(folds)} folds, so none of number {fold}")
        return folds[fold]

    def read(self, stem: str) -> tuple[Picture, Picture]:
        """The picture `[H, W, 3]` and its mask `[H, W]`."""
        image, mask = self.path / f"images/{stem}.jpg", self.path / f"masks/{stem}.png"
        picture, labels = decoded(image, "RGB"), decoded(mask, None)
        if labels.ndim != 2 or labels.dtype != np.uint8:
            raise TrainingError(f"{mask}: must hold 8-bit indices")
        if picture.shape[:2] != labels.shape:
            raise TrainingError(f"{mask}: is {labels.shape[::-1]}, its picture is {picture.shape[1::-1]}")
        known = labels[labels != IGNORE]
        if known.size and known.max() > len(self.classes):
            raise TrainingError(
                f"{mask}: holds the index {known.max()}, but classes.json names {len(self.classes)} classes"
            )
        return picture, labels

    def question(self, stem: str) -> tuple[list[str], Picture]:
        """The names asked of a picture and its labels; classes that are not asked for are rest."""
        labels = self.read(stem)[1]
        if self.queries is None:
            return self.classes, labels
        asked = self.queries[stem]
        table = np.array([label in (0, IGNORE) or self.classes[label - 1] in asked for label in self.labels()])
        return asked, np.where(table[labels], labels, 0).astype(np.uint8)

    def labels(self) -> list[int]:
        """Every index that a mask may hold; what lies between the classes and 255 counts as rest."""
        return [label if label <= len(self.classes) or label == IGNORE else 0 for label in range(256)]


def decoded(path: Path, mode: str | None) -> Picture:
    try:
        with Image.open(path) as image:
            return np.asarray(image if mode is None else image.convert(mode))
    except (OSError, UnidentifiedImageError, SyntaxError) as error:
        raise TrainingError(f"{path}: cannot be decoded ({error})") from None


def write(path: Path, classes: list[str], **documents: Any) -> None:
    """Makes a folder of the form without pictures; `documents` are `folds`, `splits` and `queries`."""
    for name in ("images", "masks"):
        (path / name).mkdir(parents=True, exist_ok=True)
    for name, value in {"classes": classes, **documents}.items():
        (path / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")
