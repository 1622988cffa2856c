"""Further words for the scenes' attributes: for the text encoder, and for some of the names in alignment.

They teach it that words of one meaning belong together. None of `HELD_OUT_WORDS` stands here, so
those still measure what the sentence encoder carries over.
"""

import random

from ..scenes.vocabulary import COLOURS, SHAPES, TEXTURES, Triple

EXTRA: dict[str, tuple[str, ...]] = {
    "red": ("cherry red", "vermilion", "maroon", "blood-red", "brick red", "cardinal", "reddish"),
    "orange": ("apricot", "pumpkin orange", "carrot-coloured", "amber", "orangish"),
    "yellow": ("lemon yellow", "canary", "mustard", "yellowish", "sunny", "saffron"),
    "green": ("olive", "jade", "grassy", "mint green", "forest green", "greenish"),
    "blue": ("sapphire", "indigo", "sky blue", "ultramarine", "turquoise", "cerulean", "bluish"),
    "purple": ("mauve", "lavender", "plum", "amethyst", "purplish"),
    "pink": ("fuchsia", "magenta", "salmon pink", "blush", "rose", "pinkish"),
    "white": ("snowy", "pearl white", "milky", "chalky", "alabaster", "whitish"),
    "black": ("jet-black", "inky", "onyx", "charcoal", "sable", "raven", "blackish"),
    "plain": ("blank", "uniform", "unpatterned", "flat", "monochrome", "untextured", "even"),
    "striped": ("lined", "barred", "streaked", "pinstriped", "striated", "zebra-striped"),
    "dotted": ("dappled", "freckled", "flecked", "pointillist", "dotty", "stippled"),
    "checkered": ("plaid", "tartan", "chessboard", "gingham", "checkerboard", "checky"),
    "grid": ("meshed", "netted", "trellised", "cross-hatched", "graticuled", "grid-like", "wire-mesh"),
    "marbled": ("blotchy", "smoky", "veined", "hazy", "marble", "clouded"),
    "circle": ("circular shape", "round shape", "roundel", "ball", "dial", "round"),
    "square": ("block", "tile", "cube", "quadrate", "square shape", "four-sided shape"),
    "triangle": ("wedge", "pyramid", "three-sided shape", "delta", "three-cornered shape"),
    "star": ("starburst", "asterisk", "five-pointed shape", "star shape", "sheriff's badge"),
    "ring": ("annulus", "circlet", "loop", "ring shape", "washer", "bracelet"),
    "cross": ("crucifix", "cross shape", "X mark", "crossing", "red-cross sign"),
    "heart": ("heart shape", "love symbol", "sweetheart", "love heart"),
    "crescent": ("sickle", "crescent shape", "croissant", "lunar shape", "C shape", "lune"),
}

FORMS = (
    "{colour} {texture} {shape}",
    "{texture} {colour} {shape}",
    "a {colour} {texture} {shape}",
    "a {texture} {colour} {shape}",
    "{shape} that is {colour} and {texture}",
    "{shape}, {colour} and {texture}",
)


def spoken(value: str, extra: bool = True) -> tuple[str, ...]:
    """Words for one attribute value; textures as adjectives."""
    own = COLOURS.get(value) or SHAPES.get(value) or TEXTURES[value][0]
    return own + (EXTRA[value] if extra else ())


def lexicon_phrases(generator: random.Random, count: int) -> list[tuple[str, Triple]]:
    """Random phrases of known meaning in free wordings."""
    phrases = []
    for _ in range(count):
        triple = Triple(*(generator.choice(list(table)) for table in (COLOURS, TEXTURES, SHAPES)))
        colour, texture, shape = (
            generator.choice(spoken(value, generator.random() < 0.8))
            for value in (triple.colour, triple.texture, triple.shape)
        )
        form = generator.choice(FORMS)
        nouns = TEXTURES[triple.texture][1]
        if nouns and generator.random() < 0.25:
            noun = generator.choice(nouns)
            phrases.append((f"{colour} {shape} with {noun}", triple))
        else:
            phrases.append((form.format(colour=colour, texture=texture, shape=shape), triple))
    return phrases
