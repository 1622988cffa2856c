"""Makes the golden tokens of CLIP's byte-pair tokenizer, from `transformers`, over thousands of odd strings.

    python goldens/tokenizer.py --vocabulary bpe_simple_vocab_16e6.txt.gz --output ../Tests/EncodersTests/Goldens

CLIP's published vocabulary comes with the PyPI package `open_clip_torch`.
"""

import argparse
import gzip
import hashlib
import json
import random
import tempfile
from pathlib import Path

import tokenizers
import transformers

SEED = 20210226
COUNT = 3000

WORDS = Path(__file__).with_name("tokenizer-words.txt").read_text().split()
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2003", "\u2028", "\u0085", "\u1680", "\x0b", ""]
RANGES = [
    (0x20, 0x7F), (0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x590, 0x700), (0x900, 0xA00),
    (0xE00, 0xE80), (0xF00, 0xFC0), (0x1100, 0x1200), (0x1E00, 0x2070), (0x2070, 0x2200), (0x2190, 0x27C0),
    (0x3040, 0x3100), (0x4E00, 0x4F00), (0xAC00, 0xAD00), (0xD780, 0xD7A4), (0xFB00, 0xFB50), (0xFF00, 0xFFF0),
    (0x1F300, 0x1F700), (0x1D400, 0x1D500), (0x01, 0x20),
]  # fmt: skip


def strings() -> list[str]:
    source = random.Random(SEED)
    texts = ["", " ", "a", "'", "'s", *WORDS]
    while len(texts) < COUNT:
        kind = source.randrange(4)
        if kind == 0:
            texts.append("".join(source.choice(WORDS) + source.choice(SPACES) for _ in range(source.randrange(1, 9))))
        elif kind == 1:
            low, high = source.choice(RANGES)
            texts.append("".join(chr(source.randrange(low, high)) for _ in range(source.randrange(1, 12))))
        elif kind == 2:
            texts.append("".join(chr(source.randrange(*source.choice(RANGES))) for _ in range(source.randrange(1, 20))))
        else:
            words = source.choices(WORDS, k=source.choice([2, 3, 60, 90]))
            texts.append(source.choice([" ", "", "-", "  "]).join(word.title() for word in words))
    return texts


def byte_alphabet() -> list[str]:
    """The characters that stand for bytes, in the order of the published vocabulary."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return [chr(byte) for byte in printable] + [chr(0x100 + i) for i in range(256 - len(printable))]


def published(path: Path, folder: Path) -> transformers.CLIPTokenizer:
    """Writes `merges.txt` of the published vocabulary to `folder` and returns the tokenizer it makes."""
    lines = gzip.decompress(path.read_bytes()).decode().split("\n")
    merges = lines[1 : 49152 - 256 - 2 + 1]
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
    base = byte_alphabet()
    tokens = [*base, *(f"{character}</w>" for character in base), *("".join(line.split()) for line in merges)]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    with tempfile.TemporaryDirectory() as scratch:
        vocabulary = Path(scratch) / "vocab.json"
        vocabulary.write_text(json.dumps({token: number for number, token in enumerate(tokens)}))
        (Path(scratch) / "merges.txt").write_text((folder / "merges.txt").read_text())
        return transformers.CLIPTokenizer.from_pretrained(scratch)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    folder = arguments.output / "tokenizer"
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = published(arguments.vocabulary, folder)
    rows = [[text, tokenizer(text, truncation=True, max_length=77)["input_ids"]] for text in strings()]
    path = folder / "tokens.json"
    path.write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")
    manifest = {
        "script": "training/goldens/tokenizer.py",
        "seed": SEED,
        "versions": {"transformers": transformers.__version__, "tokenizers": tokenizers.__version__},
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("merges.txt", "tokens.json")
        },
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
