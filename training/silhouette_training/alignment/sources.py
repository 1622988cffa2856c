"""Where training samples come from: drawn scenes, and folders of labelled photographs.

A sample is a picture, a label map over the names it is asked with, and those names. Labels: 0 = rest, i = names[i−1],
255 = ignore.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..data import IGNORE, LabelledFolder, Picture
from ..data.pictures import cropped, flipped, lit, pasted, resized
from ..errors import TrainingError
from ..scenes.vocabulary import COLOURS, SHAPES, Triple, all_triples, seen_triples
from .names import ScenePhrases

VALIDATION_SCENES = 150
Size = tuple[int, int]


@dataclass(frozen=True)
class SourceSettings:
    kind: Literal["scenes", "folder"]
    path: Path
    share: int = 1  # samples of each round over all sources
    split: str | None = None  # of a folder's splits.json
    unseen: tuple[str, ...] = ()  # names that are never asked and whose pixels are ignored
    fold: int | None = None  # more of these, from a folder's folds.json
    ask: Literal["all", "present"] = "all"  # of a folder's names; present: those in the picture and ten others
    parts: float = 0.0  # how often only some of the names are asked
    others: Path | None = None  # a folder whose names are asked, too; none of them is in the pictures
    alike: tuple[str, ...] = ()  # of these, what may be in the pictures all the same: never asked
    absent: int = 0  # how many of these names a sample asks
    background: bool = True  # whether rest is one of the answers
    paste: float = 0.0  # how often something of another picture is pasted in


@dataclass(frozen=True)
class Sample:
    picture: Picture  # [H, W, 3]
    labels: Picture  # [H, W]
    names: list[str]
    background: bool = True
    objects: NDArray[np.int64] | None = None  # [H, W]; of scenes: 1 + index into all_triples(), 0 = ground

    def window(self, generator: random.Random, size: Size) -> "Sample":
        """A random window of the picture, all names kept."""
        top = generator.randint(0, self.picture.shape[0] - size[0])
        left = generator.randint(0, self.picture.shape[1] - size[1])
        rows, columns = slice(top, top + size[0]), slice(left, left + size[1])
        objects = None if self.objects is None else self.objects[rows, columns]
        return replace(self, picture=self.picture[rows, columns], labels=self.labels[rows, columns], objects=objects)


class Source(ABC):
    @abstractmethod
    def names(self) -> Iterable[str]:
        """Every name that a sample may be asked with."""

    @abstractmethod
    def sample(self, generator: random.Random) -> Sample:
        """A training sample of the training size."""

    @abstractmethod
    def check(self, count: int) -> Iterable[Sample]:
        """Whole pictures, asked with seen names, to choose the best epoch by; the same every time."""


def near(triple: Triple, triples: list[Triple]) -> list[Triple]:
    return [other for other in triples if other.shared(triple) == 2]


class Scenes(Source):
    """Drawn scenes of seen triples; the last `VALIDATION_SCENES` of the pool are kept for tuning."""

    def __init__(self, settings: SourceSettings, size: Size) -> None:
        folder = settings.path
        for name in ("pictures", "owners", "triples"):
            if not (folder / f"{name}.npy").exists():
                raise TrainingError(
                    f"{folder / name}.npy: is missing; draw the pool with silhouette_training.scenes.pool"
                )
        self.pictures = np.load(folder / "pictures.npy", mmap_mode="r")
        self.owners = np.load(folder / "owners.npy", mmap_mode="r")
        self.triples = np.load(folder / "triples.npy")
        self.settings, self.size, self.phrases = settings, size, ScenePhrases.shared()
        self.others = foreign(settings)
        self.every = all_triples()
        self.seen = seen_triples()
        self.near = {triple: near(triple, self.seen) for triple in self.seen}
        self.training = len(self.pictures) - VALIDATION_SCENES
        if self.training < 1:
            raise TrainingError(f"{folder}: holds {len(self.pictures)} scenes; {VALIDATION_SCENES} are for validation")

    def names(self) -> Iterable[str]:
        return [*self.phrases.all(), *self.others]

    def drawn(self, index: int) -> list[Triple]:
        return [self.every[i] for i in self.triples[index] if i >= 0]

    def sample(self, generator: random.Random) -> Sample:
        index = generator.randrange(self.training)
        picture, owners, drawn = self.pictures[index], self.owners[index], self.drawn(index)
        picture, owners = flipped(generator, picture, owners)
        if generator.random() < 0.3:
            picture, owners = resized(picture, owners, generator.uniform(0.85, 1.3))
        picture, owners = cropped(generator, picture, owners, self.size)
        owners = np.where(owners == IGNORE, 0, owners)
        table, names = (self.coarse if generator.random() < 0.12 else self.exact)(generator, drawn)
        objects = np.array([0, *(1 + self.every.index(triple) for triple in drawn)])[owners]
        picture = lit(generator, picture, 0.15, 0.0)
        return Sample(picture, table[owners], names, self.settings.background, objects)

    def exact(self, generator: random.Random, drawn: list[Triple]) -> tuple[Picture, list[str]]:
        """Whole phrases; sometimes an object is not asked for and is rest; hard and easy absent ones."""
        asked = [t for t in drawn if generator.random() > 0.08] or drawn[:1]
        # Without many near misses colour alone tells most objects of a scene apart, and texture is never learnt.
        absent: list[Triple] = []
        for triple in drawn:
            absent += generator.sample(self.near[triple], generator.randint(2, 9))
        absent += generator.sample(self.seen, generator.randint(0, 4))
        absent = [t for t in dict.fromkeys(absent) if t not in drawn]
        names = [self.phrases.phrase(generator, triple) for triple in (*asked, *absent)]
        table = np.array([0, *(asked.index(t) + 1 if t in asked else 0 for t in drawn)], np.uint8)
        if self.others and generator.random() < 0.3:
            names += generator.sample(self.others, self.settings.absent)
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

    def check(self, count: int) -> Iterable[Sample]:
        generator = random.Random(31)
        for index in range(self.training, self.training + min(count, VALIDATION_SCENES)):
            drawn = self.drawn(index)
            absent = [t for d in drawn for t in self.near[d] if t not in drawn]
            asked = [*drawn, *generator.sample(absent, 2)]
            names = [self.phrases.wordings[triple][0] for triple in asked]
            yield Sample(np.array(self.pictures[index]), np.array(self.owners[index]), names)


class Photographs(Source):
    """A labelled folder held in memory."""

    def __init__(self, settings: SourceSettings, size: Size) -> None:
        self.folder = LabelledFolder(settings.path, settings.split)
        self.settings, self.size = settings, size
        unseen = {*settings.unseen, *(self.folder.unseen(settings.fold) if settings.fold is not None else ())}
        for name in unseen - set(self.folder.classes):
            raise TrainingError(f"{settings.path}/classes.json: has no class {name!r} to keep from training")
        self.seen = [name for name in self.folder.classes if name not in unseen]
        table = np.arange(256, dtype=np.uint8)
        table[[self.folder.classes.index(name) + 1 for name in unseen]] = IGNORE
        self.items = [
            (picture, table[labels]) for picture, labels in (self.folder.read(stem) for stem in self.folder.stems)
        ]
        self.others = foreign(settings)

    def names(self) -> Iterable[str]:
        return [*self.seen, *self.others]

    def pick(self, generator: random.Random) -> tuple[Picture, Picture]:
        picture, labels = generator.choice(self.items)
        if generator.random() < self.settings.paste:
            picture, labels = pasted(generator, picture, labels, *generator.choice(self.items))
        whole = min(self.size[0] / picture.shape[0], self.size[1] / picture.shape[1])
        scale = whole * generator.choice((1.0, 1.0, generator.uniform(0.9, 1.6)))
        picture, labels = cropped(generator, *resized(picture, labels, scale), self.size)
        picture, labels = flipped(generator, picture, labels)
        return lit(generator, picture, 0.25, 0.08), labels

    def sample(self, generator: random.Random) -> Sample:
        picture, labels = self.pick(generator)
        asked = list(self.seen)
        if self.settings.ask == "present":
            present = [self.folder.classes[i - 1] for i in np.unique(labels) if 0 < i < IGNORE]
            others = [name for name in self.seen if name not in present]
            asked = present + generator.sample(others, min(10, len(others)))
        elif generator.random() < self.settings.parts:
            least = min(3, len(asked))
            asked = generator.sample(asked, generator.randint(least, max(least, len(asked) - 2)))
        extra = generator.sample(self.others, self.settings.absent) if self.others else []
        labels = relabelled(labels, self.folder.classes, asked)
        return Sample(picture, labels, asked + extra, self.settings.background)

    def check(self, count: int) -> Iterable[Sample]:
        for picture, labels in self.items[:: max(1, len(self.items) // count)][:count]:
            labels = relabelled(labels, self.folder.classes, self.seen)
            yield Sample(picture, labels, self.seen, self.settings.background)


def foreign(settings: SourceSettings) -> list[str]:
    """Names of another folder that are asked although they never occur."""
    if settings.others is None:
        return []
    return [name for name in LabelledFolder(settings.others).classes if name not in settings.alike]


def relabelled(labels: Picture, classes: list[str], asked: list[str]) -> Picture:
    table = np.zeros(256, np.uint8)
    table[IGNORE] = IGNORE
    for index, name in enumerate(classes, start=1):
        table[index] = asked.index(name) + 1 if name in asked else 0
    return table[labels]


def open_source(settings: SourceSettings, size: Size) -> Source:
    return {"scenes": Scenes, "folder": Photographs}[settings.kind](settings, size)
