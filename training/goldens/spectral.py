"""Make the goldens of the spectral stage with SciPy, in float64, from features that a seed defines.

    python goldens/spectral.py ../Tests/SpectralTests/Goldens

The features are drawn by SplitMix64, here and in the Swift tests alike, so only results are committed: the smallest
eigenvalues of (D - W) v = mu D v and, for each cluster of near-equal ones past the constant pair, the products
z_i^T P z_j of its projector P with seeded vectors of signs. Over independent sign vectors the mean square of
z_i^T (P - Q) z_j is the squared Frobenius norm of P - Q, so the few numbers witness the whole projector.
"""

import hashlib
import json
import platform
import sys
from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.spatial import cKDTree

Doubles = NDArray[np.float64]

WIDTH = 64
PROBES = 16
PAIRS = 5
CLUSTER_GAP = 0.025
LAMBDA = 0.5

CASES = [
    {"name": "regions-30", "kind": "regions", "side": 30, "seed": 11, "lambda": 0.0},
    {"name": "smooth-30", "kind": "smooth", "side": 30, "seed": 12, "lambda": 0.0},
    {"name": "colour-30", "kind": "smooth", "side": 30, "seed": 13, "lambda": LAMBDA},
    {"name": "regions-60", "kind": "regions", "side": 60, "seed": 14, "lambda": 0.0},
    {"name": "smooth-60", "kind": "smooth", "side": 60, "seed": 15, "lambda": 0.0},
]


class SplitMix64:
    """Steele et al., Fast Splittable Pseudorandom Number Generators, 2014."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def draw(self, count: int) -> NDArray[np.uint64]:
        """The next `count` 64-bit words."""
        steps = np.arange(1, count + 1, dtype=np.uint64)
        with np.errstate(over="ignore"):
            z = np.uint64(self.state) + steps * np.uint64(0x9E3779B97F4A7C15)
            self.state = int(z[-1])
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            return z ^ (z >> np.uint64(31))

    def unit(self, *shape: int) -> Doubles:
        """Numbers from 0 to 1, 53 bits."""
        return ((self.draw(int(np.prod(shape))) >> np.uint64(11)) * 2.0**-53).reshape(shape)

    def signed(self, *shape: int) -> Doubles:
        """Numbers from -1 to 1."""
        return 2 * self.unit(*shape) - 1


def regions(side: int, random: SplitMix64) -> Doubles:
    """Six noisy clusters of features, 3 by 2 on the grid."""
    centres = random.signed(6, WIDTH)
    y, x = np.divmod(np.arange(side * side), side)
    label = (x / side * 2.9).astype(int) + 3 * (y / side * 1.9).astype(int)
    return centres[label] + 0.8 * random.signed(side * side, WIDTH)


def smooth(side: int, random: SplitMix64) -> Doubles:
    """Products of Chebyshev polynomials of the place, the higher the weaker, and noise."""
    coefficients = random.signed(35, WIDTH)
    y, x = np.divmod(np.arange(side * side), side)
    across, down = chebyshev(2 * x / side - 1), chebyshev(2 * y / side - 1)
    basis = np.stack([across[m] * down[n] / (m + n) for m in range(6) for n in range(6) if m + n > 0], axis=1)
    return basis @ coefficients + 0.3 * random.signed(side * side, WIDTH)


def chebyshev(x: Doubles) -> list[Doubles]:
    values = [np.ones_like(x), x]
    while len(values) < 6:
        values.append(2 * x * values[-1] - values[-2])
    return values


def neighbours(colours: Doubles) -> Doubles:
    """The colour-position graph of Deep Spectral Methods, [N, N]."""
    height, width, _ = colours.shape
    x = np.tile(np.linspace(0, 1, width), height)
    y = np.repeat(np.linspace(0, 1, height), width)
    graph = np.zeros((height * width, height * width))
    for count, weight in ((20, 2.0), (10, 0.1)):
        points = np.column_stack([colours.reshape(-1, 3), weight * x, weight * y]).astype(np.float32)
        _, nearest = cKDTree(points).query(points, k=count)
        rows = np.repeat(np.arange(len(points)), count)
        np.add.at(graph, (rows, nearest.ravel()), 1)
    return graph + graph.T


def affinity(features: Doubles) -> Doubles:
    rows = features.astype(np.float32).astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    weights = np.maximum(rows @ rows.T, 0)
    return weights / weights.max()


def clusters(eigenvalues: Doubles) -> list[list[int]]:
    """Runs of the first pairs past the constant one; the last run is dropped when it goes on past them."""
    runs = [[1]]
    for index in range(2, PAIRS + 2):
        if eigenvalues[index] - eigenvalues[index - 1] < CLUSTER_GAP:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs[:-1]


def solve(case: dict[str, object]) -> dict[str, object]:
    side, seed, weight = int(str(case["side"])), int(str(case["seed"])), float(str(case["lambda"]))
    random = SplitMix64(seed)
    features = (regions if case["kind"] == "regions" else smooth)(side, random)
    weights = affinity(features)
    result = dict(case)
    if weight:
        graph = neighbours(random.unit(side, side, 3).astype(np.float32).astype(np.float64))
        places = np.arange(len(graph)) % 7
        result["graph"] = (graph @ places).astype(int).tolist()
        weights += weight * graph
    degrees = weights.sum(1)
    values, vectors = eigh(np.diag(degrees) - weights, np.diag(degrees), subset_by_index=[0, PAIRS + 2])
    unit = vectors * np.sqrt(degrees)[:, None]
    probes = np.where(SplitMix64(seed + 1000).draw(PROBES * len(unit)) >> np.uint64(63), 1.0, -1.0)
    seen = probes.reshape(PROBES, -1) @ unit
    result["eigenvalues"] = rounded(values)
    result["clusters"] = [
        {"first": run[0], "count": len(run), "witness": rounded((seen[:, run] @ seen[:, run].T).ravel())}
        for run in clusters(values)
    ]
    return result


def rounded(values: Doubles) -> list[float]:
    return [float(f"{value:.9g}") for value in values]


def main() -> None:
    folder = Path(sys.argv[1])
    golden = json.dumps({"width": WIDTH, "probes": PROBES, "cases": [solve(case) for case in CASES]})
    (folder / "spectral.json").write_text(golden + "\n")
    manifest = {
        "script": "training/goldens/spectral.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__},
        "seeds": {str(case["name"]): case["seed"] for case in CASES},
        "files": {"spectral.json": hashlib.sha256((golden + "\n").encode()).hexdigest()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
