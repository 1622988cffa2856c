"""The paper's analysis: what fusion gains for a class, against how compact its masks are and how near its name is.

Compactness is 4π·area/perimeter² of a class's mask in a picture, mean over the pictures that show it; language locality
the mean cosine of its embedding to the nearest seen classes.
"""

from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
import torch
from scipy.stats import spearmanr

from ..data import IGNORE, LabelledFolder
from ..inference import Inference
from .measurement import Measurement, iou

matplotlib.use("Agg")
from matplotlib import pyplot as plt

NEAREST = 3  # seen classes


@dataclass(frozen=True)
class ClassGain:
    name: str
    unseen: bool
    gain: float  # points of IoU over the rule `none`
    compactness: float
    locality: float


def perimeter(mask: np.ndarray) -> int:
    """Pixel sides between the mask and what is not in it; the edge of the picture is none."""
    return int((mask[1:] != mask[:-1]).sum() + (mask[:, 1:] != mask[:, :-1]).sum())


def compactness(folder: LabelledFolder) -> dict[str, float]:
    """Of each class that occurs; a square has π/4."""
    found: dict[str, list[float]] = {}
    for stem in folder.stems:
        truth = folder.question(stem)[1]
        for label in np.unique(truth[(truth > 0) & (truth != IGNORE)]):
            mask = truth == label
            around = perimeter(mask)
            if around > 0:
                found.setdefault(folder.classes[label - 1], []).append(4 * np.pi * mask.sum() / around**2)
    return {name: float(np.mean(values)) for name, values in found.items()}


def locality(inference: Inference, classes: list[str], seen: list[str]) -> dict[str, float]:
    texts = inference.names(classes).texts
    cosines = texts @ texts.T
    near = {}
    for index, name in enumerate(classes):
        others = [classes.index(other) for other in seen if other != name]
        near[name] = float(torch.topk(cosines[index, others], min(NEAREST, len(others))).values.mean())
    return near


def gains(
    inference: Inference, folder: LabelledFolder, rules: dict[str, Measurement], rule: str, unseen: list[str]
) -> list[ClassGain]:
    before, after = (100 * iou(rules[name].counts()) for name in ("none", rule))
    occurs = rules["none"].counts()[:, 2] > 0
    near = locality(inference, folder.classes, [name for name in folder.classes if name not in unseen])
    round_ = compactness(folder)
    return [
        ClassGain(name, name in unseen, float(after[i] - before[i]), round_[name], near[name])
        for i, name in enumerate(folder.classes)
        if occurs[i] and name in round_
    ]


def correlations(found: list[ClassGain]) -> dict[str, dict[str, float]]:
    """Spearman's ρ of the gain with each of the two, and its p."""
    table = {}
    for what in ("compactness", "locality"):
        result = spearmanr([getattr(one, what) for one in found], [one.gain for one in found])
        table[what] = {"rho": round(float(result.statistic), 3), "p": round(float(result.pvalue), 3)}
    return table


def plot(found: list[ClassGain], title: str, path: Path) -> None:
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    for axis, (what, rho) in zip(axes, correlations(found).items(), strict=True):
        for unseen, colour in ((False, "tab:blue"), (True, "tab:orange")):
            chosen = [one for one in found if one.unseen == unseen]
            x, y = [getattr(one, what) for one in chosen], [one.gain for one in chosen]
            axis.scatter(x, y, color=colour, label="unseen" if unseen else "seen")
        for one in found if len(found) <= 30 else []:
            axis.annotate(one.name, (getattr(one, what), one.gain), fontsize=7)
        axis.axhline(0, color="grey", linewidth=0.8)
        axis.set_title(f"Spearman's ρ {rho['rho']:.2f} (p {rho['p']:.2f})", fontsize=10)
        axis.set_xlabel({"compactness": "compactness of masks", "locality": "cosine to nearest seen classes"}[what])
    axes[0].set_ylabel("gain in points of IoU")
    axes[0].legend(fontsize=8)
    figure.suptitle(title)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    plt.close(figure)
