"""Pictures for training without labels."""

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..alignment.sources import VALIDATION_SCENES
from ..data import LabelledFolder, Picture
from ..data.pictures import resized
from ..errors import TrainingError

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class PictureSettings:
    scenes: Path | None = None  # pool of drawn scenes
    every: int = 8  # of its scenes one in so many
    folders: tuple[Path, ...] = ()  # labelled folders; labels are not used
    splits: tuple[str, ...] = ()  # one for each folder; "" for all of its pictures


class Pictures:
    def __init__(self, pictures: list[Picture]) -> None:
        self.pictures = pictures

    def window(self, generator: random.Random, side: int) -> Tensor:
        """A random square, mirrored half of the time, `[3, side, side]` in 0…1."""
        picture = generator.choice(self.pictures)
        top, left = (generator.randint(0, length - side) for length in picture.shape[:2])
        window = picture[top : top + side, left : left + side, :][:, :: generator.choice((1, -1))]
        return torch.from_numpy(np.ascontiguousarray(window)).permute(2, 0, 1).float() / 255


def gather(settings: PictureSettings, side: int) -> Pictures:
    """At about the size at which pictures are answered, and no side below `side`."""
    found: list[Picture] = []
    if settings.scenes is not None:
        pool = np.load(settings.scenes / "pictures.npy", mmap_mode="r")
        found += [np.array(pool[i]) for i in range(0, len(pool) - VALIDATION_SCENES, settings.every)]
    splits = settings.splits or ("",) * len(settings.folders)
    if len(splits) != len(settings.folders):
        raise TrainingError(f"pictures.splits: names {len(splits)} splits for {len(settings.folders)} folders")
    for path, split in zip(settings.folders, splits, strict=True):
        folder = LabelledFolder(path, split or None)
        for stem in folder.stems:
            picture, labels = folder.read(stem)
            found.append(resized(picture, labels, max(1.05 * side / min(picture.shape[:2]), 0.75))[0])
    if not found:
        raise TrainingError("pictures: names no scenes and no folders")
    return Pictures(found)
