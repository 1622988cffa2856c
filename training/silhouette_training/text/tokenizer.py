"""CLIP's byte-pair tokenizer over the first M merges of its vocabulary.

Same cleaning, word pattern and merge order as OpenAI's; fewer merges only split rare words into
more pieces. The `regex` package gives the pattern's Unicode classes.
"""

import gzip
import json
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import regex

START, END = "<|startoftext|>", "<|endoftext|>"
WORDS = regex.compile(
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", regex.IGNORECASE
)
BASE = 512  # 256 byte characters, each with and without the end-of-word mark


@cache
def byte_characters() -> dict[int, str]:
    """The printable character that stands for each byte."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    table = {byte: chr(byte) for byte in plain}
    missing = [byte for byte in range(256) if byte not in table]
    return table | {byte: chr(256 + index) for index, byte in enumerate(missing)}


class Tokenizer:
    def __init__(self, merges: list[tuple[str, str]]) -> None:
        characters = list(byte_characters().values())
        words = [*characters, *(c + "</w>" for c in characters), *("".join(pair) for pair in merges), START, END]
        self.merges = merges
        self.ids = {word: index for index, word in enumerate(words)}
        self.ranks = {pair: index for index, pair in enumerate(merges)}
        self.pieces = lru_cache(maxsize=100_000)(self.split)

    @classmethod
    def cut(cls, vocabulary: Path, count: int) -> "Tokenizer":
        """The first `count` merges of CLIP's `bpe_simple_vocab_16e6.txt.gz`."""
        with gzip.open(vocabulary, "rt", encoding="utf-8") as file:
            lines = file.read().split("\n")[1 : count + 1]
        return cls([tuple(line.split()) for line in lines])

    @classmethod
    def load(cls, merges: Path) -> "Tokenizer":
        lines = merges.read_text(encoding="utf-8").splitlines()[1:]
        return cls([tuple(line.split()) for line in lines if line])

    def save(self, folder: Path) -> None:
        lines = ["#version: 0.2", *(" ".join(pair) for pair in self.merges)]
        (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "vocab.json").write_text(
            json.dumps(self.ids, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
        )

    def split(self, word: str) -> tuple[int, ...]:
        """Ids of one word, its bytes already written as characters."""
        parts = [*word[:-1], word[-1] + "</w>"]
        while len(parts) > 1:
            rank, best = min((self.ranks.get(pair, len(self.ranks)), pair) for pair in pairwise(parts))
            if rank == len(self.ranks):
                break
            merged, index = [], 0
            while index < len(parts):
                if tuple(parts[index : index + 2]) == best:
                    merged.append("".join(best))
                    index += 2
                else:
                    merged.append(parts[index])
                    index += 1
            parts = merged
        return tuple(self.ids[part] for part in parts)

    def encode(self, text: str, context: int = 77) -> list[int]:
        """`<|startoftext|>`, the words' ids, `<|endoftext|>`; cut to `context`, the end token kept."""
        cleaned = " ".join(text.split()).lower()
        table = byte_characters()
        ids = [self.ids[START]]
        for word in WORDS.findall(cleaned):
            if word in (START, END):
                ids.append(self.ids[word])
            else:
                ids += self.pieces("".join(table[byte] for byte in word.encode("utf-8")))
        return [*ids[: context - 1], self.ids[END]]
