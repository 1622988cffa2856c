"""Which names a training picture is asked with, and the embedding of every such name.

Held-out combinations, held-out words and the road classes' other names never occur here.
"""

import json
import random
from collections.abc import Iterable
from pathlib import Path

import torch
from torch import Tensor

from ..scenes.vocabulary import COLOURS, SHAPES, Triple, held_out_triples, seen_triples, wordings
from ..text.encoder import NameEncoder
from ..text.lexicon import lexicon_phrases

# Names of coco-mini that mean what a CamVid name means: never asked as absent of a road picture.
ROAD_LIKE = {
    *("person", "bicycle", "car", "motorcycle", "bus", "train", "truck", "traffic light"),
    *("fire hydrant", "stop sign", "parking meter", "bench", "backpack", "handbag", "umbrella"),
}


def class_names(data: Path, folder: str) -> list[str]:
    return json.loads((data / folder / "classes.json").read_text())


class NameTable:
    """Every name that alignment may ask, each with its embedding."""

    def __init__(self, encoder: NameEncoder, data: Path, cache: Path) -> None:
        self.camvid = class_names(data, "camvid")
        self.coco = class_names(data, "coco-mini")
        self.wordings: dict[Triple, list[str]] = {triple: wordings(triple) for triple in seen_triples()}
        self.free: dict[Triple, list[str]] = {}
        held_out = set(held_out_triples())
        for phrase, triple in lexicon_phrases(random.Random(77), 12_000):
            if triple not in held_out:
                self.free.setdefault(triple, []).append(phrase)
        names = list(dict.fromkeys(self.all()))
        if not cache.exists() or torch.load(cache)["names"] != names:
            torch.save({"names": names, "embeddings": encoder.names(names)}, cache)
        self.embeddings = dict(zip(names, torch.load(cache)["embeddings"], strict=True))

    def all(self) -> Iterable[str]:
        yield from self.camvid
        yield from self.coco
        for phrases in (*self.wordings.values(), *self.free.values()):
            yield from phrases
        yield from SHAPES
        yield from (f"{colour} object" for colour in COLOURS)
        yield from (f"{colour} {shape}" for colour in COLOURS for shape in SHAPES)

    def __getitem__(self, names: list[str]) -> Tensor:
        return torch.stack([self.embeddings[name] for name in names])

    def phrase(self, generator: random.Random, triple: Triple) -> str:
        """A wording of a seen triple."""
        free = self.free.get(triple)
        return generator.choice(free if free and generator.random() < 0.25 else self.wordings[triple])
