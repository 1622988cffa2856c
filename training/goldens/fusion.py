"""Makes the goldens of `Tests/SegmentationTests`: fusion rules and scores as the definitions read, in numpy.

    python training/goldens/fusion.py

Upsampling is PyTorch's. A case is kept only when noise of 1e-5 on its inputs changes none of its labels, so that the
order of sums in another implementation cannot change them either.
"""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import interpolate

GOLDENS = Path(__file__).resolve().parents[2] / "Tests" / "SegmentationTests" / "Goldens"
SEED = 20260409
CASES = 24


def upsample(grid: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """[h, w, C] to [H, W, C]."""
    planes = torch.from_numpy(grid).permute(2, 0, 1)[None]
    return interpolate(planes, size, mode="bilinear", align_corners=False)[0].permute(1, 2, 0).numpy()


def iou(a: np.ndarray, b: np.ndarray) -> float:
    union = np.count_nonzero(a | b)
    return np.count_nonzero(a & b) / union if union else 0.0


def candidates(vectors: np.ndarray) -> list[np.ndarray]:
    segments = [vectors[:, :, k] > 0 for k in range(vectors.shape[2])]
    return segments + [~segment for segment in segments]


def select(
    logits: np.ndarray, regions: list[np.ndarray], background: int | None, tau: float, gamma: float
) -> np.ndarray:
    answer = logits.argmax(2)
    present = [c for c in range(logits.shape[2]) if (answer == c).any()]
    replaced = {}
    for c in present:
        overlaps = [iou(region, answer == c) for region in regions]
        best = int(np.argmax(overlaps)) if overlaps else 0
        if c != background and overlaps and overlaps[best] >= tau:
            replaced[c] = regions[best]
    kept = [c for c in present if c not in replaced]
    result = answer.copy()
    for place in np.ndindex(answer.shape):
        a, here = answer[place], logits[place]
        if a in replaced and replaced[a][place]:
            continue
        takers = [c for c in replaced if c != a and replaced[c][place]]
        taker = max(takers, key=lambda c: (here[c], -c)) if takers else None
        if taker is not None and (a in replaced or here[a] - here[taker] <= gamma):
            result[place] = taker
        elif a in replaced and kept:
            result[place] = max(kept, key=lambda c: (here[c], -c))
    return result


def semantic_scores(logits: np.ndarray, labels: np.ndarray) -> list[float | None]:
    powers = np.exp(logits.astype(np.float64) - logits.max(2, keepdims=True))
    probabilities = powers / powers.sum(2, keepdims=True)
    masks = [labels == c for c in range(logits.shape[2])]
    return [float(probabilities[:, :, c][mask].mean()) if mask.any() else None for c, mask in enumerate(masks)]


def shape_scores(regions: list[np.ndarray], labels: np.ndarray, channels: int) -> list[float]:
    unions = [a | b for i, a in enumerate(regions) for b in regions[i:]]
    return [max(iou(union, labels == c) for union in unions) for c in range(channels)]


def presence_scores(cosines: np.ndarray, classes: int, a: float, b: float) -> list[float]:
    flat = cosines.reshape(-1, cosines.shape[2]).astype(np.float64)
    background = flat[:, classes:].max(1)
    count = max(1, len(flat) // 100)
    highest = [np.argsort(-flat[:, c], kind="stable")[:count] for c in range(classes)]
    margins = [(flat[top, c] - background[top]).mean() for c, top in enumerate(highest)]
    return [float(1 / (1 + np.exp(-(a * margin + b)))) for margin in margins]


def smooth(random: np.random.Generator, height: int, width: int, channels: int) -> np.ndarray:
    """Blobs a few tokens wide, so that segments and classes meet."""
    coarse = random.normal(size=(3, 3, channels)).astype(np.float32)
    noise = random.normal(size=(height, width, channels)).astype(np.float32)
    return (upsample(coarse, (height, width)) + 0.2 * noise).round(4).astype(np.float32)


def fusion_case(random: np.random.Generator) -> dict | None:
    height, width = (int(side) for side in random.integers(3, 9, 2))
    size = tuple(int(side) for side in random.integers(5, 24, 2))
    channels, count = int(random.integers(1, 6)), int(random.integers(1, 5))
    logits = 2 * smooth(random, height, width, channels)
    vectors = smooth(random, *(int(side) for side in random.integers(3, 9, 2)), count)
    if random.random() < 0.7 and channels > 1:  # a class that looks like an eigensegment, so that it is replaced
        own = torch.from_numpy(vectors[:, :, :1]).permute(2, 0, 1)[None]
        logits[:, :, 0] += 2 * interpolate(own, (height, width), mode="bilinear")[0, 0].numpy().round(4)
    background = channels - 1 if channels > 1 and random.random() < 0.5 else None
    tau, gamma = float(random.choice([0.2, 0.4, 0.6])), float(random.choice([0, 0.5, 2]))

    def answers(noise: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
        def noisy(grid: np.ndarray) -> np.ndarray:
            return upsample(grid + (noise * random.normal(size=grid.shape)).astype(np.float32), size)

        field, regions = noisy(logits), candidates(noisy(vectors))
        return field.argmax(2), select(field, regions, background, tau, gamma), field, regions

    plain, selected, field, regions = answers(0)
    for _ in range(8):
        other = answers(1e-5)
        if (other[0] != plain).any() or (other[1] != selected).any():
            return None
    return {
        "size": size,
        "logits": {"shape": logits.shape, "values": [round(float(x), 4) for x in logits.flat]},
        "vectors": {"shape": vectors.shape, "values": [round(float(x), 4) for x in vectors.flat]},
        "background": background,
        "tau": tau,
        "gamma": gamma,
        "none": "".join(map(str, plain.flat)),
        "select": "".join(map(str, selected.flat)),
        "semantic_scores": semantic_scores(field, selected),
        "shape_scores": shape_scores(regions, selected, channels),
    }


def presence_case(random: np.random.Generator) -> dict:
    height, width = (int(side) for side in random.integers(3, 30, 2))
    classes, prompts = (int(count) for count in random.integers(1, 4, 2))
    cosines = random.uniform(-0.5, 0.9, (height, width, classes + prompts)).round(3).astype(np.float32)
    a, b = (round(float(x), 3) for x in random.uniform((2, -3), (9, 1)))
    return {
        "cosines": {"shape": cosines.shape, "values": [round(float(x), 3) for x in cosines.flat]},
        "classes": classes,
        "a": a,
        "b": b,
        "scores": presence_scores(cosines, classes, a, b),
    }


def main() -> None:
    torch.set_num_threads(1)
    random = np.random.default_rng(SEED)
    cases: list[dict] = []
    while len(cases) < CASES:
        case = fusion_case(random)
        cases += [case] if case else []
    text = json.dumps({"fusion": cases, "presence": [presence_case(random) for _ in range(8)]})
    GOLDENS.mkdir(parents=True, exist_ok=True)
    (GOLDENS / "fusion.json").write_text(text + "\n")
    manifest = {
        "made_by": "training/goldens/fusion.py",
        "versions": {name: version(name) for name in ["numpy", "torch"]},
        "seed": SEED,
        "files": {"fusion.json": hashlib.sha256((text + "\n").encode()).hexdigest()},
    }
    (GOLDENS / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    changed = [sum(a != b for a, b in zip(case["none"], case["select"], strict=True)) for case in cases]
    print(f"{len(cases)} cases; select changed {changed} pixels")


if __name__ == "__main__":
    main()
