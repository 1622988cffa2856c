"""A pool of drawn scenes of seen triples for alignment: `python -m silhouette_training.scenes.pool --out FOLDER`.

Writes `pictures.npy` `[N, H, W, 3]`, `owners.npy` `[N, H, W]` and `triples.npy` `[N, 7]` (indices
into `all_triples()`, −1 behind the last). Resumes where an earlier run stopped.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from tqdm import tqdm

from .compose import HEIGHT, WIDTH, compose
from .vocabulary import all_triples, seen_triples

MOST_OBJECTS = 7
POOL_SEED = 55


def fill(folder: Path, count: int, seed: int = POOL_SEED) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for name, shape, kind in (
        ("pictures", (count, HEIGHT, WIDTH, 3), np.uint8),
        ("owners", (count, HEIGHT, WIDTH), np.uint8),
        ("triples", (count, MOST_OBJECTS), np.int16),
    ):
        path = folder / f"{name}.npy"
        arrays[name] = (
            np.lib.format.open_memmap(path, mode="r+") if path.exists() else open_memmap(path, "w+", kind, shape)
        )
    index_of = {triple: index for index, triple in enumerate(all_triples())}
    seen = seen_triples()
    for index in tqdm(range(count), desc="scenes", unit="scene", mininterval=5):
        if arrays["pictures"][index].any():
            continue
        rng = np.random.default_rng([seed, index])
        picks = rng.choice(len(seen), rng.integers(5, MOST_OBJECTS + 1), replace=False)
        scene = compose(rng, [seen[pick] for pick in picks])
        arrays["owners"][index] = scene.owners
        arrays["triples"][index] = -1
        arrays["triples"][index, : len(picks)] = [index_of[triple] for triple in scene.triples]
        arrays["pictures"][index] = scene.picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=4150, help="scenes; the last 150 are for validation")
    arguments = parser.parse_args()
    fill(arguments.out, arguments.count)


if __name__ == "__main__":
    main()
