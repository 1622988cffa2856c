"""The held-out test scenes as a dataset folder: `classes.json`, `images/`, `masks/`, `queries.json`, `splits.json`."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from .compose import Scene, compose
from .vocabulary import UNSEEN_WORD_PHRASES, Phrase, seen_triples, unseen_combination_phrases, wordings

TEST_SEED = 8304491
COMBINATION_SCENES = 110
WORD_SCENES = 80
ABSENT_NAMES = 2


@dataclass(frozen=True)
class TestScene:
    stem: str
    scene: Scene
    drawn: tuple[Phrase, ...]  # in the order of the scene's triples
    absent: tuple[Phrase, ...]


def deal(generator: random.Random, phrases: Sequence[Phrase]) -> Iterator[list[Phrase]]:
    """Endless hands of 5–7 phrases of different meaning; every phrase comes up about equally often."""
    deck: list[Phrase] = []
    while True:
        size = generator.randint(5, 7)
        while len(deck) < size:
            fresh = list(phrases)
            generator.shuffle(fresh)
            deck += fresh
        hand: list[Phrase] = []
        for phrase in deck:
            if len(hand) < size and phrase.triple not in {other.triple for other in hand}:
                hand.append(phrase)
        for phrase in hand:
            deck.remove(phrase)
        yield hand


def absent_phrases(
    generator: random.Random, drawn: Sequence[Phrase], pools: Sequence[Sequence[Phrase]]
) -> tuple[Phrase, ...]:
    """Names of nothing drawn that share two attributes with something drawn, from the first pool that has any."""
    shown = {phrase.triple for phrase in drawn}
    chosen: list[Phrase] = []
    for pool in pools:
        near = [p for p in pool if p.triple not in shown and any(p.triple.shared(t) == 2 for t in shown)]
        generator.shuffle(near)
        for phrase in near:
            if len(chosen) < ABSENT_NAMES and phrase.triple not in {other.triple for other in chosen}:
                chosen.append(phrase)
    return tuple(chosen)


def test_scenes(seed: int = TEST_SEED) -> Iterator[TestScene]:
    combinations, words = unseen_combination_phrases(), UNSEEN_WORD_PHRASES
    generator = random.Random(seed)
    seen = [Phrase(wordings(triple)[0], triple) for triple in seen_triples()]
    for prefix, count, phrases, other in (
        ("combinations", COMBINATION_SCENES, combinations, words),
        ("words", WORD_SCENES, words, combinations),
    ):
        hands = deal(generator, phrases)
        for index in range(count):
            drawn = tuple(next(hands))
            absent = absent_phrases(generator, drawn, (phrases, other, seen))
            rng = np.random.default_rng([seed, len(prefix), index])
            scene = compose(rng, [phrase.triple for phrase in drawn])
            yield TestScene(f"{prefix}-{index:03d}", scene, drawn, absent)


def class_mask(scene: TestScene, classes: Sequence[str]) -> NDArray[np.uint8]:
    table = np.array([0, *(classes.index(phrase.name) + 1 for phrase in scene.drawn)], np.uint8)
    return table[scene.scene.owners]


def write(folder: Path, seed: int = TEST_SEED) -> None:
    """Writes the whole folder; the same seed gives the same names, masks and pictures."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "masks").mkdir(exist_ok=True)
    names = [phrase.name for phrase in (*unseen_combination_phrases(), *UNSEEN_WORD_PHRASES)]
    scenes = []
    for scene in tqdm(test_scenes(seed), total=COMBINATION_SCENES + WORD_SCENES, desc="scenes", unit="scene"):
        scenes.append(scene)
        names += [phrase.name for phrase in scene.absent if phrase.name not in names]
    for scene in scenes:
        Image.fromarray(scene.scene.picture).save(folder / f"images/{scene.stem}.jpg", quality=95, subsampling=0)
        Image.fromarray(class_mask(scene, names)).save(folder / f"masks/{scene.stem}.png", optimize=True)
    queries = {scene.stem: [phrase.name for phrase in (*scene.drawn, *scene.absent)] for scene in scenes}
    stems = [scene.stem for scene in scenes]
    splits = {"test": stems} | {
        kind: [stem for stem in stems if stem.startswith(kind)] for kind in ("combinations", "words")
    }
    for name, value in (("classes", names), ("queries", queries), ("splits", splits)):
        (folder / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")
