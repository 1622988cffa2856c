"""Nouns of WordNet 3.0's own files (`index.noun`; Debian has them in `wordnet-base`, below /usr/share/wordnet)."""

from pathlib import Path
from zlib import crc32

from ..errors import TrainingError


def nouns(folder: Path, most: int, longest: int = 2) -> list[str]:
    """Nouns of at most `longest` words, those with the most tagged senses first, then by the alphabet.

    A line of `index.noun` reads: lemma, part of speech, number of synsets, number p of pointers, p pointers, number of
    senses, number of senses that occur in tagged texts, synsets.
    """
    path = folder / "index.noun"
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise TrainingError(
            f"{path}: cannot be read ({error.strerror}); install wordnet-base, or name its folder"
        ) from None
    ranked = []
    for number, line in enumerate(lines, start=1):
        if line.startswith(" "):
            continue  # the licence
        fields = line.split()
        try:
            tagged = int(fields[5 + int(fields[3])])
        except (IndexError, ValueError):
            raise TrainingError(f"{path}: line {number} is no entry of WordNet's index") from None
        words = fields[0].split("_")
        if len(words) <= longest and all(word.isalpha() and len(word) > 2 for word in words):
            ranked.append((-tagged, " ".join(words)))
    return [word for _, word in sorted(ranked)[:most]]


def is_held_out(word: str, share: float) -> bool:
    """The same words every time, whatever else is in the list."""
    return crc32(word.encode()) % 1000 < 1000 * share
