"""Makes the goldens of `Tests/ImagingTests`: run lengths by pycocotools, pictures by Pillow.

    python training/goldens/imaging.py

Masks are not stored: both sides draw them from the same SplitMix64 stream, and only what pycocotools says of them
is written.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from imaging_pictures import write_pictures
from pycocotools import mask as coco

GOLDENS = Path(__file__).resolve().parents[2] / "Tests" / "ImagingTests" / "Goldens"
SEED = 0x51_1A0E77E
MASKS = 1200


class SplitMix64:
    """Steele, Lea and Flood's generator, as in the Swift tests."""

    def __init__(self, seed: int):
        self.state = seed

    def next(self) -> int:
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) % 2**64
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        return self.next() % bound


def random_mask(index: int) -> np.ndarray:
    """The mask of one number: noise of some density, long runs, rectangles, or one value everywhere."""
    random = SplitMix64(SEED + index)
    longest = 400 if index % 100 == 0 else 24
    height, width = 1 + random.below(longest), 1 + random.below(longest)
    mask = np.zeros((height, width), np.uint8)
    kind = random.below(4)
    if kind == 0 and index % 100:
        density = random.below(17)
        for y in range(height):
            for x in range(width):
                mask[y, x] = random.below(16) < density
    elif kind == 1 and index % 100:
        value = random.below(2)
        for y in range(height):
            for x in range(width):
                value ^= random.below(12) == 0
                mask[y, x] = value
    elif kind == 2:
        mask[:] = random.below(2)
    else:
        for _ in range(1 + random.below(4)):
            top, left = random.below(height), random.below(width)
            bottom, right = top + 1 + random.below(height - top), left + 1 + random.below(width - left)
            mask[top:bottom, left:right] ^= 1
    return mask


def run_lengths() -> str:
    """One line for each mask: compressed string, area, box."""
    lines = []
    for index in range(MASKS):
        encoded = coco.encode(np.asfortranarray(random_mask(index)))
        box = " ".join(str(int(value)) for value in coco.toBbox(encoded))
        lines.append(f"{encoded['counts'].decode()} {int(coco.area(encoded))} {box}\n")
    return "".join(lines)


def main() -> None:
    GOLDENS.mkdir(parents=True, exist_ok=True)
    (GOLDENS / "run-lengths.txt").write_text(run_lengths())
    write_pictures(GOLDENS / "pictures", np.random.default_rng(SEED))
    write_manifest()


def write_manifest() -> None:
    files = sorted(path for path in GOLDENS.rglob("*") if path.is_file() and path.name != "manifest.json")
    manifest = {
        "made_by": "training/goldens/imaging.py",
        "versions": {name: version(name) for name in ("numpy", "Pillow", "pycocotools")},
        "seed": SEED,
        "files": {str(f.relative_to(GOLDENS)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files},
    }
    (GOLDENS / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
