"""Which names a training picture may be asked with, and the embedding of every such name.

Held-out combinations, held-out words and the road classes' other names never occur here.
"""

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from ..scenes.vocabulary import COLOURS, SHAPES, Triple, held_out_triples, seen_triples, wordings
from ..text.encoder import NameEncoder
from ..text.lexicon import lexicon_phrases


class NameTable:
    """Every name that may be asked, each with its embedding, `[D]`."""

    def __init__(self, encoder: NameEncoder, names: Iterable[str], cache: Path | None = None) -> None:
        wanted = list(dict.fromkeys(names))
        stored = torch.load(cache) if cache is not None and cache.exists() else None
        if stored is None or stored["names"] != wanted or stored["encoder"] != encoder.digest():
            stored = {"names": wanted, "encoder": encoder.digest(), "embeddings": encoder.names(wanted)}
            if cache is not None:
                torch.save(stored, cache)
        self.embeddings = dict(zip(wanted, stored["embeddings"], strict=True))

    def __getitem__(self, names: list[str]) -> Tensor:
        return torch.stack([self.embeddings[name] for name in names])


class ScenePhrases:
    """How drawn objects may be named in alignment."""

    def __init__(self) -> None:
        self.wordings: dict[Triple, list[str]] = {triple: wordings(triple) for triple in seen_triples()}
        self.free: dict[Triple, list[str]] = {}
        held_out = set(held_out_triples())
        for phrase, triple in lexicon_phrases(random.Random(77), 12_000):
            if triple not in held_out:
                self.free.setdefault(triple, []).append(phrase)

    @classmethod
    @cache
    def shared(cls) -> "ScenePhrases":
        return cls()

    def all(self) -> Iterable[str]:
        for phrases in (*self.wordings.values(), *self.free.values()):
            yield from phrases
        yield from SHAPES
        yield from (f"{colour} object" for colour in COLOURS)

    def phrase(self, generator: random.Random, triple: Triple) -> str:
        """A wording of a seen triple."""
        free = self.free.get(triple)
        return generator.choice(free if free and generator.random() < 0.25 else self.wordings[triple])
