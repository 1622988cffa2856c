"""Fits presence on seen classes: `python -m silhouette_training.calibrate --help`.

Pictures with and without each class come from validation scenes of seen phrases, `camvid/val` and
the training part of `coco-mini`. Writes `RUN/presence.json`.
"""

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor
from tqdm import tqdm

from .alignment.loss import presence_margin
from .alignment.names import NameTable
from .alignment.samples import Photographs, Roads, Scenes, Things
from .evaluate import load_visual
from .inference import Presence, embed
from .models import DRN
from .text.encoder import BACKGROUND, NameEncoder

SMALLEST_AREA = 250
Margins = tuple[np.ndarray, np.ndarray]  # margins, present


def margins_of(model: DRN, background: Tensor, picture: np.ndarray, texts: Tensor) -> np.ndarray:
    flat = embed(model, picture, bf16=True).flatten(1)
    return presence_margin(texts @ flat, (background @ flat).amax(0)).numpy()


def scene_margins(model: DRN, background: Tensor, scenes: Scenes, names: NameTable) -> Margins:
    generator = random.Random(9)
    rows, kinds = [], []
    for index in tqdm(range(scenes.training, len(scenes.pictures)), desc="scenes", mininterval=10):
        drawn = scenes.drawn(index)
        near = [t for d in drawn for t in scenes.near[d] if t not in drawn]
        asked = [*drawn, *generator.sample(near, len(drawn) // 2)]
        texts = names[[names.phrase(generator, triple) for triple in asked]]
        rows.append(margins_of(model, background, scenes.pictures[index], texts))
        kinds += [True] * len(drawn) + [False] * (len(asked) - len(drawn))
    return np.concatenate(rows), np.array(kinds)


def photograph_margins(
    model: DRN, background: Tensor, photographs: Photographs, names: NameTable, extra: list[str], most: int
) -> Margins:
    rows, kinds = [], []
    asked = [*photographs.classes, *extra]
    for picture, labels in tqdm(photographs.items[:most], desc="photographs", mininterval=10):
        counts = np.bincount(labels.ravel(), minlength=256)[1 : len(photographs.classes) + 1]
        margins = margins_of(model, background, picture, names[asked])
        present = np.concatenate([counts > 0, np.zeros(len(extra), bool)])
        clear = np.concatenate([(counts == 0) | (counts > SMALLEST_AREA), np.ones(len(extra), bool)])
        rows.append(margins[clear])
        kinds.append(present[clear])
    return np.concatenate(rows), np.concatenate(kinds)


def fit(sources: list[tuple[float, Margins]]) -> Presence:
    """Logistic regression in which each source has its weight and its two kinds weigh the same; threshold ½."""
    x = np.concatenate([m for _, (m, _) in sources]).astype(np.float64)
    y = np.concatenate([k for _, (_, k) in sources])
    weights = np.concatenate([s * np.where(k, 0.5 / k.mean(), 0.5 / (1 - k.mean())) / len(k) for s, (_, k) in sources])

    def loss(p: np.ndarray) -> float:
        return float((weights * np.logaddexp(0, -np.where(y, 1, -1) * (p[0] * x + p[1]))).sum())

    best = minimize(loss, np.array([10.0, -1.0]), method="Nelder-Mead")
    return Presence(round(float(best.x[0]), 4), round(float(best.x[1]), 4), 0.5)


def balanced(presence: Presence, margins: Margins) -> float:
    said = presence.a * margins[0] + presence.b >= 0
    return float((said[margins[1]].mean() + (~said[~margins[1]]).mean()) / 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("run", "text", "data", "scenes"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    a = parser.parse_args()
    torch.set_num_threads(1)
    model, encoder = load_visual(a.run / "visual.pt"), NameEncoder(a.text)
    names, background = NameTable(encoder, a.data, a.text / "names.pt"), encoder.prompts(BACKGROUND)
    things = Things(a.data, names)
    roads = Roads(a.data / "camvid/val", names)
    sources = {
        "scenes": (1.0, scene_margins(model, background, Scenes(a.scenes, names), names)),
        "roads": (
            0.4,
            photograph_margins(model, background, roads, names, random.Random(3).sample(roads.absent, 20), 40),
        ),
        "things": (0.2, photograph_margins(model, background, things, names, [], 60)),
    }
    presence = fit(list(sources.values()))
    print(presence, {name: round(balanced(presence, margins), 3) for name, (_, margins) in sources.items()})
    (a.run / "presence.json").write_text(json.dumps(asdict(presence)) + "\n")


if __name__ == "__main__":
    main()
