"""Phrases that the text encoder is distilled on.

The held-out words of the scenes and other names of the road classes may stand here and nowhere else in
training: the sentence encoder knows them, and so may its student.
"""

import json
import random
from itertools import chain
from pathlib import Path

from ..scenes.vocabulary import COLOURS, HELD_OUT_WORDS, SHAPES, TEXTURES, UNSEEN_WORD_PHRASES, all_triples, wordings
from .tokenizer import Tokenizer

TEMPLATES = ("{}", "a {}", "the {}", "a photo of a {}", "a picture of the {}", "some {}", "one {} in the scene")
BACKGROUND = ("background", "something else", "the background", "other things", "nothing in particular", "the rest")
SEED = 91


def spoken(kind: str, table: dict[str, tuple[str, ...]]) -> list[str]:
    """All words of one attribute, held-out ones among them."""
    return [word for words in table.values() for word in words] + [w for w, m in HELD_OUT_WORDS.items() if m in table]


def scene_phrases(generator: random.Random, free: int = 14_000) -> list[str]:
    """Every wording of every triple, parts of them, and free mixtures with the held-out words."""
    phrases = list(chain.from_iterable(wordings(triple) for triple in all_triples()))
    phrases += [phrase.name for phrase in UNSEEN_WORD_PHRASES]
    colours = spoken("colour", COLOURS)
    adjectives = spoken("texture", {key: forms[0] for key, forms in TEXTURES.items()})
    shapes = [s if s != "plus" else "plus sign" for s in spoken("shape", SHAPES)]
    shapes = [s if s != "triangular" else "triangular shape" for s in shapes]
    nouns = [noun for forms in TEXTURES.values() for noun in forms[1]] + ["bands", "spots", "specks", "swirls"]
    for _ in range(free):
        colour, adjective, shape = (generator.choice(words) for words in (colours, adjectives, shapes))
        form = generator.choice(
            (
                f"{colour} {adjective} {shape}",
                f"{adjective} {colour} {shape}",
                f"a {colour} {adjective} {shape}",
                f"{shape} that is {colour} and {adjective}",
                f"{colour} {shape} with {generator.choice(nouns)}",
                f"{shape} with {colour} {generator.choice(nouns)}",
            )
        )
        phrases.append(form)
    for first, second in ((colours, shapes), (adjectives, shapes), (colours, adjectives)):
        phrases += [f"{a} {b}" for a in first for b in second]
    return phrases + colours + adjectives + shapes + nouns


def class_names(data: Path | None) -> list[str]:
    """Names of the photographs' classes, and the road classes' other names."""
    if data is None:
        return []
    names: list[str] = []
    for folder in ("camvid", "coco-mini"):
        names += json.loads((data / folder / "classes.json").read_text())
    synonyms = json.loads((data / "synonyms.json").read_text())
    return names + [name for row in synonyms["names"].values() for name in row]


def words(tokenizer: Tokenizer) -> list[str]:
    """Whole words of the cut vocabulary."""
    bare = [token.removesuffix("</w>") for token in tokenizer.ids if token.endswith("</w>")]
    return [word for word in bare if word.isascii() and word.isalpha() and len(word) > 2]


def corpus(tokenizer: Tokenizer, data: Path | None) -> dict[str, list[str]]:
    """Phrases by kind: `scene`, `name`, `word`, `pair`."""
    generator = random.Random(SEED)
    names = [*class_names(data), *BACKGROUND]
    vocabulary = words(tokenizer)
    attributes = list(chain(COLOURS, TEXTURES, HELD_OUT_WORDS))
    pairs = [f"{generator.choice(vocabulary)} {generator.choice(vocabulary)}" for _ in range(8_000)]
    pairs += [f"{generator.choice(attributes)} {generator.choice(vocabulary)}" for _ in range(4_000)]
    pairs += [f"{generator.choice(vocabulary[:4000])} {generator.choice(names)}" for _ in range(3_000)]
    kinds = {
        "scene": scene_phrases(generator),
        "name": [template.format(name) for name in names for template in TEMPLATES],
        "word": [generator.choice(TEMPLATES[:3]).format(word) for word in vocabulary] + vocabulary,
        "pair": pairs,
    }
    return {kind: list(dict.fromkeys(phrases)) for kind, phrases in kinds.items()}
