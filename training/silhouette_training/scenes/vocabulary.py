"""The attributes of drawn objects, the words for them, and which phrases are held out.

Words in `COLOURS`, `TEXTURES` and `SHAPES` may be used in alignment; those in `HELD_OUT_WORDS`
never are. Triples of `held_out_triples()` are never drawn, asked or refused in alignment.
"""

import random
from dataclasses import dataclass
from functools import cache

COLOURS: dict[str, tuple[str, ...]] = {
    "red": ("red", "ruby"),
    "orange": ("orange",),
    "yellow": ("yellow",),
    "green": ("green", "lime green"),
    "blue": ("blue", "navy"),
    "purple": ("purple", "lilac"),
    "pink": ("pink",),
    "white": ("white",),
    "black": ("black",),
}

# Adjective, and noun phrase after "with"; None where the language has no such form.
TEXTURES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "plain": (("plain", "solid"), ()),
    "striped": (("striped",), ("stripes",)),
    "dotted": (("dotted", "polka-dot"), ("dots",)),
    "checkered": (("checkered", "checked"), ("checks",)),
    "grid": (("gridded", "grid-patterned"), ("a grid", "grid lines")),
    "marbled": (("marbled", "cloudy"), ("clouds",)),
}

SHAPES: dict[str, tuple[str, ...]] = {
    "circle": ("circle",),
    "square": ("square",),
    "triangle": ("triangle",),
    "star": ("star",),
    "ring": ("ring",),
    "cross": ("cross",),
    "heart": ("heart",),
    "crescent": ("crescent",),
}

# Words that alignment never sees, each with the attribute it stands for.
HELD_OUT_WORDS: dict[str, str] = {
    "crimson": "red",
    "scarlet": "red",
    "tangerine": "orange",
    "golden": "yellow",
    "emerald": "green",
    "azure": "blue",
    "cobalt": "blue",
    "violet": "purple",
    "rosy": "pink",
    "ivory": "white",
    "ebony": "black",
    "smooth": "plain",
    "banded": "striped",
    "stripy": "striped",
    "spotted": "dotted",
    "speckled": "dotted",
    "chequered": "checkered",
    "latticed": "grid",
    "swirly": "marbled",
    "mottled": "marbled",
    "disc": "circle",
    "disk": "circle",
    "box": "square",
    "triangular": "triangle",
    "pentagram": "star",
    "hoop": "ring",
    "plus": "cross",
    "valentine": "heart",
    "moon": "crescent",
}


@dataclass(frozen=True, order=True)
class Triple:
    """What an object looks like: one key of each of the three tables."""

    colour: str
    texture: str
    shape: str

    def shared(self, other: "Triple") -> int:
        return (self.colour == other.colour) + (self.texture == other.texture) + (self.shape == other.shape)


@dataclass(frozen=True)
class Phrase:
    """A class name and what it means."""

    name: str
    triple: Triple


# Each has at least one word of `HELD_OUT_WORDS`; the combinations themselves are drawn in training.
UNSEEN_WORD_PHRASES: tuple[Phrase, ...] = tuple(
    Phrase(name, Triple(*triple.split()))
    for name, triple in {
        "crimson striped circle": "red striped circle",
        "scarlet plain star": "red plain star",
        "tangerine dotted square": "orange dotted square",
        "golden checkered heart": "yellow checkered heart",
        "emerald gridded triangle": "green grid triangle",
        "azure marbled ring": "blue marbled ring",
        "cobalt dotted cross": "blue dotted cross",
        "violet striped crescent": "purple striped crescent",
        "rosy checkered square": "pink checkered square",
        "ivory striped triangle": "white striped triangle",
        "plain ebony ring": "black plain ring",
        "banded yellow circle": "yellow striped circle",
        "stripy green star": "green striped star",
        "spotted red square": "red dotted square",
        "speckled purple circle": "purple dotted circle",
        "chequered blue crescent": "blue checkered crescent",
        "latticed orange circle": "orange grid circle",
        "swirly pink square": "pink marbled square",
        "mottled green heart": "green marbled heart",
        "smooth orange triangle": "orange plain triangle",
        "dotted yellow disc": "yellow dotted circle",
        "plain blue box": "blue plain square",
        "striped black plus sign": "black striped cross",
        "checkered red hoop": "red checkered ring",
        "marbled purple pentagram": "purple marbled star",
        "plain green moon": "green plain crescent",
        "gridded pink valentine": "pink grid heart",
        "dotted white triangular shape": "white dotted triangle",
        "crimson chequered disc": "red checkered circle",
        "azure spotted box": "blue dotted square",
        "violet stripy hoop": "purple striped ring",
        "emerald smooth disk": "green plain circle",
        "scarlet speckled moon": "red dotted crescent",
    }.items()
)

HELD_OUT_SEED = 20230411
HELD_OUT_COMBINATIONS = 45


def all_triples() -> list[Triple]:
    return [Triple(c, t, s) for c in COLOURS for t in TEXTURES for s in SHAPES]


@cache
def held_out_triples() -> tuple[Triple, ...]:
    """Unseen combinations: every attribute value about equally often, none of the unseen-word phrases' triples."""
    generator = random.Random(HELD_OUT_SEED)
    spoken = {phrase.triple for phrase in UNSEEN_WORD_PHRASES}
    counts: dict[str, int] = {}
    chosen: list[Triple] = []
    candidates = [triple for triple in all_triples() if triple not in spoken]
    while len(chosen) < HELD_OUT_COMBINATIONS:
        generator.shuffle(candidates)
        best = min(
            (t for t in candidates if t not in chosen),
            key=lambda t: counts.get(t.colour, 0) / 5 + counts.get(t.texture, 0) / 7.5 + counts.get(t.shape, 0) / 5.6,
        )
        chosen.append(best)
        for value in (best.colour, best.texture, best.shape):
            counts[value] = counts.get(value, 0) + 1
    return tuple(sorted(chosen))


def seen_triples() -> list[Triple]:
    held_out = set(held_out_triples())
    return [triple for triple in all_triples() if triple not in held_out]


def wordings(triple: Triple) -> list[str]:
    """Every way alignment may name a triple; each names all three attributes."""
    names: list[str] = []
    adjectives, nouns = TEXTURES[triple.texture]
    for colour in COLOURS[triple.colour]:
        for shape in SHAPES[triple.shape]:
            for adjective in adjectives:
                names += [
                    f"{colour} {adjective} {shape}",
                    f"{adjective} {colour} {shape}",
                    f"{shape} that is {colour} and {adjective}",
                ]
            for noun in nouns:
                names.append(f"{colour} {shape} with {noun}")
                if not noun.startswith("a "):
                    names.append(f"{shape} with {colour} {noun}")
    return names


@cache
def unseen_combination_phrases() -> tuple[Phrase, ...]:
    """One fixed wording for each held-out combination."""
    generator = random.Random(HELD_OUT_SEED + 1)
    return tuple(Phrase(generator.choice(wordings(triple)), triple) for triple in held_out_triples())
