"""What the readers of published sets share: they find the set's files and write them as a folder."""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..errors import TrainingError
from ..loop.command import speak
from .pictures import IGNORE, Picture


def first(layout: str, *paths: Path) -> Path:
    """The first of some paths that exists; `layout` tells what is expected where none does."""
    for path in paths:
        if path.exists():
            return path
    raise TrainingError(f"{paths[-1]}: is missing; {layout}")


def link(picture: Path, place: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(picture.resolve())


def folds_shown(labels: Picture, fold_of: Callable[[int], int]) -> set[int]:
    """The folds of the classes in a label map, whose splits `val-f` it belongs to by HSNet's rule.

    `fold_of` maps a class's index, from 0, to its fold.
    """
    found = np.unique(labels[(labels > 0) & (labels != IGNORE)])
    return {fold_of(int(label) - 1) for label in found}


def main(about: str, convert: Callable[[Path, Path], None]) -> None:
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path, help="the published set, as unpacked")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; pictures are linked, not copied")
    arguments = parser.parse_args()
    speak(lambda: convert(arguments.root, arguments.out))
