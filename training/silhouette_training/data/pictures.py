"""Pictures `[H, W, 3]` and their label maps `[H, W]`, changed together."""

import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]
IGNORE = 255
GREY = 114  # what stands outside of a picture


def resized(picture: Picture, labels: Picture, scale: float) -> tuple[Picture, Picture]:
    height, width = (max(8, round(side * scale)) for side in picture.shape[:2])
    size = (width, height)
    return (
        np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize(size, Image.Resampling.BILINEAR)),
        np.asarray(Image.fromarray(np.ascontiguousarray(labels)).resize(size, Image.Resampling.NEAREST)),
    )


def cropped(
    generator: random.Random, picture: Picture, labels: Picture, size: tuple[int, int]
) -> tuple[Picture, Picture]:
    """A random window; what lies outside the picture is grey and ignored."""
    window, target = np.full((*size, 3), GREY, np.uint8), np.full(size, IGNORE, np.uint8)
    rows, columns = min(size[0], picture.shape[0]), min(size[1], picture.shape[1])
    top, left = generator.randint(0, picture.shape[0] - rows), generator.randint(0, picture.shape[1] - columns)
    window[:rows, :columns] = picture[top : top + rows, left : left + columns]
    target[:rows, :columns] = labels[top : top + rows, left : left + columns]
    return window, target


def flipped(generator: random.Random, picture: Picture, labels: Picture) -> tuple[Picture, Picture]:
    if generator.random() < 0.5:
        picture, labels = picture[:, ::-1], labels[:, ::-1]
    return picture, labels


def lit(generator: random.Random, picture: Picture, light: float, tint: float) -> Picture:
    """Brightness and contrast alike for all channels (hue stays true), plus a slight tint for photographs."""
    gain = 1 + generator.uniform(-light, light)
    shift = 255 * generator.uniform(-light, light) / 3
    tints = np.array([1 + generator.uniform(-tint, tint) for _ in range(3)], np.float32)
    return np.clip(picture * (gain * tints) + shift, 0, 255).astype(np.uint8)


def pasted(
    generator: random.Random, picture: Picture, labels: Picture, other: Picture, theirs: Picture
) -> tuple[Picture, Picture]:
    """Copy-paste (Ghiasi et al. 2021): everything of one class of another picture, at a random place.

    What would stand outside is left away; where the other picture has no class, nothing changes.
    """
    found = [int(label) for label in np.unique(theirs) if 0 < label < IGNORE]
    if not found:
        return picture, labels
    mask = theirs == generator.choice(found)
    rows, columns = mask.any(1).nonzero()[0], mask.any(0).nonzero()[0]
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    mask, other, theirs = mask[box], other[box], theirs[box]
    height, width = min(mask.shape[0], labels.shape[0]), min(mask.shape[1], labels.shape[1])
    top, left = generator.randint(0, labels.shape[0] - height), generator.randint(0, labels.shape[1] - width)
    mask = mask[:height, :width]
    picture, labels = picture.copy(), labels.copy()
    place = np.s_[top : top + height, left : left + width]
    picture[place][mask], labels[place][mask] = other[:height, :width][mask], theirs[:height, :width][mask]
    return picture, labels
