"""Fits a bundle's presence on seen classes: `python -m silhouette_training.calibrate BUNDLE --data DIR --scenes DIR`.

Pictures with and without each class come from validation scenes of seen phrases, `camvid/val` and the training part of
`coco-mini`.
"""

import argparse
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from scipy.optimize import minimize
from tqdm import tqdm

from . import bundle
from .alignment.sources import Sample, Scenes, SourceSettings
from .data import LabelledFolder, Picture
from .inference import Inference, Names, Presence
from .loop.command import speak
from .losses import presence_margin
from .losses.presence import SLIVER
from .scenes.compose import HEIGHT, WIDTH
from .scenes.vocabulary import Triple

# Names of coco-mini that mean what a CamVid name means: never asked as absent of a road picture.
ROAD_LIKE = {
    *("person", "bicycle", "car", "motorcycle", "bus", "train", "truck", "traffic light"),
    *("fire hydrant", "stop sign", "parking meter", "bench", "backpack", "handbag", "umbrella"),
}
Margins = tuple[np.ndarray, np.ndarray]  # margins, present


def margins_of(inference: Inference, picture: Picture, names: Names) -> np.ndarray:
    flat = inference.features(picture).flatten(1)
    return presence_margin(names.texts @ flat, (names.background @ flat).amax(0)).numpy()


def validation_scenes(folder: Path, near_misses: int, count: int) -> Iterable[Sample]:
    """Scenes that training keeps back, asked with any of their wordings and some near misses."""
    scenes = Scenes(SourceSettings("scenes", folder), (HEIGHT, WIDTH))
    generator = random.Random(31)
    for index in tqdm(range(scenes.training, scenes.training + count), desc="scenes", mininterval=10):
        drawn: list[Triple] = scenes.drawn(index)
        near = [t for d in drawn for t in scenes.near[d] if t not in drawn]
        asked = [*drawn, *generator.sample(near, near_misses)]
        names = [scenes.phrases.phrase(generator, triple) for triple in asked]
        yield Sample(np.array(scenes.pictures[index]), np.array(scenes.owners[index]), names)


def scene_margins(inference: Inference, folder: Path, count: int) -> Margins:
    rows, kinds = [], []
    for scene in validation_scenes(folder, 3, count):
        rows.append(margins_of(inference, scene.picture, inference.names(scene.names)))
        kinds += [bool((scene.labels == index).any()) for index in range(1, len(scene.names) + 1)]
    return np.concatenate(rows), np.array(kinds)


def photograph_margins(inference: Inference, folder: LabelledFolder, extra: Sequence[str], most: int) -> Margins:
    """`extra` are names that no picture of the folder shows."""
    rows, kinds = [], []
    names = inference.names([*folder.classes, *extra])
    for stem in tqdm(folder.stems[:most], desc=folder.path.name, mininterval=10):
        picture, labels = folder.read(stem)
        counts = np.bincount(labels.ravel(), minlength=256)[1 : len(folder.classes) + 1]
        present = np.concatenate([counts > 0, np.zeros(len(extra), bool)])
        clear = np.concatenate([(counts == 0) | (counts > SLIVER), np.ones(len(extra), bool)])
        rows.append(margins_of(inference, picture, names)[clear])
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


def calibrate(folder: Path, data: Path, scenes: Path, count: int) -> None:
    inference = Inference(folder)
    things, roads = LabelledFolder(data / "coco-mini", "train"), LabelledFolder(data / "camvid/val")
    foreign = [name for name in things.classes if name not in ROAD_LIKE]
    absent = random.Random(3).sample(foreign, 20)
    sources = {
        "scenes": (1.0, scene_margins(inference, scenes, count)),
        "roads": (0.4, photograph_margins(inference, roads, absent, 40)),
        "things": (0.2, photograph_margins(inference, things, [], 60)),
    }
    presence = fit(list(sources.values()))
    print(presence, {name: round(balanced(presence, margins), 3) for name, (_, margins) in sources.items()})
    bundle.amend(folder, presence=asdict(presence))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    for name in ("data", "scenes"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--count", type=int, default=150, help="scenes")
    a = parser.parse_args()
    torch.set_num_threads(1)
    speak(lambda: calibrate(a.bundle, a.data, a.scenes, a.count))


if __name__ == "__main__":
    main()
