"""Training samples: a picture, a label map over the names it is asked with, and those names.

Labels: 0 = rest, i = names[i−1], 255 = ignore.
"""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..scenes.vocabulary import COLOURS, SHAPES, Triple, all_triples, seen_triples
from .names import ROAD_LIKE, NameTable

HEIGHT, WIDTH = 240, 320
SMALL = (192, 256)  # windows of most of the training; the end is at the full size
IGNORE = 255
VALIDATION_SCENES = 150
Picture = NDArray[np.uint8]


@dataclass
class Sample:
    picture: Picture  # [H, W, 3]
    labels: Picture  # [H, W]
    names: list[str]
    objects: NDArray[np.int64] | None = None  # [H, W]; of scenes: 1 + index into all_triples(), 0 = ground

    def window(self, generator: random.Random, size: tuple[int, int]) -> "Sample":
        """A random window of the picture, all names kept."""
        top = generator.randint(0, self.picture.shape[0] - size[0])
        left = generator.randint(0, self.picture.shape[1] - size[1])
        rows, columns = slice(top, top + size[0]), slice(left, left + size[1])
        objects = None if self.objects is None else self.objects[rows, columns]
        return Sample(self.picture[rows, columns], self.labels[rows, columns], self.names, objects)


def near(triple: Triple, triples: list[Triple]) -> list[Triple]:
    return [other for other in triples if other.shared(triple) == 2]


class Scenes:
    """Drawn scenes of seen triples; the last `VALIDATION_SCENES` of the pool are kept for tuning."""

    def __init__(self, folder: Path, names: NameTable) -> None:
        self.pictures = np.load(folder / "pictures.npy", mmap_mode="r")
        self.owners = np.load(folder / "owners.npy", mmap_mode="r")
        self.triples = np.load(folder / "triples.npy")
        self.names = names
        self.every = all_triples()
        self.seen = seen_triples()
        self.near = {triple: near(triple, self.seen) for triple in self.seen}
        self.training = len(self.pictures) - VALIDATION_SCENES

    def drawn(self, index: int) -> list[Triple]:
        return [self.every[i] for i in self.triples[index] if i >= 0]

    def sample(self, generator: random.Random) -> Sample:
        index = generator.randrange(self.training)
        picture, owners, drawn = self.pictures[index], self.owners[index], self.drawn(index)
        picture, owners = flipped(generator, picture, owners)
        if generator.random() < 0.3:
            picture, owners = zoomed(generator, picture, owners)
        if generator.random() < 0.12:
            table, names = self.coarse(generator, drawn)
        else:
            table, names = self.exact(generator, drawn)
        objects = np.array([0, *(1 + self.every.index(triple) for triple in drawn)])[owners]
        return Sample(lit(generator, picture, 0.15, 0.0), table[owners], names, objects)

    def exact(self, generator: random.Random, drawn: list[Triple]) -> tuple[Picture, list[str]]:
        """Whole phrases; sometimes an object is not asked for and is rest; hard and easy absent ones."""
        asked = [t for t in drawn if generator.random() > 0.08] or drawn[:1]
        # Without many near misses colour alone tells most objects of a scene apart, and texture is never learnt.
        absent: list[Triple] = []
        for triple in drawn:
            absent += generator.sample(self.near[triple], generator.randint(2, 9))
        absent += generator.sample(self.seen, generator.randint(0, 4))
        absent = [t for t in dict.fromkeys(absent) if t not in drawn]
        chosen = [*asked, *absent]
        names = [self.names.phrase(generator, triple) for triple in chosen]
        table = np.array([0, *(asked.index(t) + 1 if t in asked else 0 for t in drawn)], np.uint8)
        if generator.random() < 0.3:
            names += generator.sample(self.names.coco + self.names.camvid, 3)
        return table, names

    def coarse(self, generator: random.Random, drawn: list[Triple]) -> tuple[Picture, list[str]]:
        """Shapes alone, or colours alone."""
        by_shape = generator.random() < 0.6
        pool = list(SHAPES if by_shape else COLOURS)
        keys = [t.shape if by_shape else t.colour for t in drawn]
        asked = list(dict.fromkeys(keys))
        others = [key for key in pool if key not in asked]
        asked += generator.sample(others, min(2, len(others)))
        names = asked if by_shape else [f"{colour} object" for colour in asked]
        return np.array([0, *(asked.index(key) + 1 for key in keys)], np.uint8), names


class Photographs:
    """A labelled folder held in memory, pictures at about 1.5 times the training size."""

    def __init__(self, folder: Path, names: list[str], stems: list[str] | None = None) -> None:
        self.classes = names
        stems = sorted(path.stem for path in (folder / "images").glob("*.jpg")) if stems is None else stems
        self.items = [read(folder, stem) for stem in stems]

    def pick(self, generator: random.Random) -> tuple[Picture, Picture]:
        picture, labels = generator.choice(self.items)
        whole = min(HEIGHT / picture.shape[0], WIDTH / picture.shape[1])
        scale = whole * generator.choice((1.0, 1.0, generator.uniform(0.9, 1.6)))
        picture, labels = resized(picture, labels, scale)
        picture, labels = cropped(generator, picture, labels)
        if generator.random() < 0.5:
            picture, labels = picture[:, ::-1], labels[:, ::-1]
        return lit(generator, picture, 0.25, 0.08), labels


class Roads(Photographs):
    def __init__(self, folder: Path, names: NameTable) -> None:
        super().__init__(folder, names.camvid)
        self.absent = [name for name in names.coco if name not in ROAD_LIKE]

    def sample(self, generator: random.Random) -> Sample:
        picture, labels = self.pick(generator)
        asked = list(self.classes)
        if generator.random() < 0.35:
            asked = generator.sample(asked, generator.randint(3, 9))
        return Sample(picture, relabelled(labels, self.classes, asked), asked + generator.sample(self.absent, 8))


class Things(Photographs):
    def __init__(self, data: Path, names: NameTable) -> None:
        folder = data / "coco-mini"
        super().__init__(folder, names.coco, json.loads((folder / "splits.json").read_text())["train"])

    def sample(self, generator: random.Random) -> Sample:
        picture, labels = self.pick(generator)
        present = [self.classes[i - 1] for i in np.unique(labels) if 0 < i < IGNORE]
        others = [name for name in self.classes if name not in present]
        asked = present + generator.sample(others, 10)
        return Sample(picture, relabelled(labels, self.classes, asked), asked)


def read(folder: Path, stem: str) -> tuple[Picture, Picture]:
    with Image.open(folder / f"images/{stem}.jpg") as image, Image.open(folder / f"masks/{stem}.png") as mask:
        return np.asarray(image.convert("RGB")), np.asarray(mask)


def relabelled(labels: Picture, classes: list[str], asked: list[str]) -> Picture:
    table = np.zeros(256, np.uint8)
    table[IGNORE] = IGNORE
    for index, name in enumerate(classes, start=1):
        table[index] = asked.index(name) + 1 if name in asked else 0
    return table[labels]


def resized(picture: Picture, labels: Picture, scale: float) -> tuple[Picture, Picture]:
    height, width = (max(8, round(side * scale)) for side in picture.shape[:2])
    size = (width, height)
    return (
        np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BILINEAR)),
        np.asarray(Image.fromarray(labels).resize(size, Image.Resampling.NEAREST)),
    )


def cropped(generator: random.Random, picture: Picture, labels: Picture) -> tuple[Picture, Picture]:
    """A random window of the training size; what lies outside the picture is grey and ignored."""
    window = np.full((HEIGHT, WIDTH, 3), 114, np.uint8)
    target = np.full((HEIGHT, WIDTH), IGNORE, np.uint8)
    rows, columns = min(HEIGHT, picture.shape[0]), min(WIDTH, picture.shape[1])
    top, left = generator.randint(0, picture.shape[0] - rows), generator.randint(0, picture.shape[1] - columns)
    window[:rows, :columns] = picture[top : top + rows, left : left + columns]
    target[:rows, :columns] = labels[top : top + rows, left : left + columns]
    return window, target


def flipped(generator: random.Random, picture: Picture, labels: Picture) -> tuple[Picture, Picture]:
    if generator.random() < 0.5:
        picture, labels = picture[:, ::-1], labels[:, ::-1]
    return picture, labels


def zoomed(generator: random.Random, picture: Picture, labels: Picture) -> tuple[Picture, Picture]:
    picture, labels = resized(np.ascontiguousarray(picture), np.ascontiguousarray(labels), generator.uniform(0.85, 1.3))
    window, target = cropped(generator, picture, labels)
    outside = target == IGNORE
    target[outside] = 0
    return window, target


def lit(generator: random.Random, picture: Picture, light: float, tint: float) -> Picture:
    """Brightness and contrast alike for all channels (hue stays true), plus a slight tint for photographs."""
    gain = 1 + generator.uniform(-light, light)
    shift = 255 * generator.uniform(-light, light) / 3
    tints = np.array([1 + generator.uniform(-tint, tint) for _ in range(3)], np.float32)
    return np.clip(picture * (gain * tints) + shift, 0, 255).astype(np.uint8)
