"""Tunes a bundle's fusion on seen classes: `python -m silhouette_training.tune BUNDLE --help`.

Measures every rule over a small grid of τ, γ and α on validation scenes, on a folder's seen classes, or on both, and
stores the values that serve their mean best, and neither source ill.
"""

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

from . import bundle
from .alignment.sources import Sample, relabelled
from .calibrate import validation_scenes
from .data import IGNORE, LabelledFolder
from .evaluation.measurement import Counts, iou, meet
from .fusion import Parameters, propagate, select, upsampled
from .inference import RULES, Inference
from .loop.command import speak

TAUS, GAMMAS, ALPHAS = (0.5, 0.65, 0.8), (0.5, 1.0, 2.0), (0.05, 0.15, 0.4)
LARGEST_LOSS = 0.01  # that a setting may cost a source beside `none`
NONE = ("none", Parameters(0, 0, 0))
Setting = tuple[str, Parameters]


def answers(inference: Inference, sample: Sample) -> dict[Setting, np.ndarray]:
    """Labels (0 = unlabeled, i = name i) for every rule and setting; each α is solved once."""
    evidence = inference.evidence(sample.picture, inference.names(sample.names))
    count, rest = len(sample.names), sample.background
    logits = inference.logits(evidence, rest)
    regions = evidence.shapes.candidates(evidence.size)
    found: dict[Setting, np.ndarray] = {}
    for alpha in (0.0, *ALPHAS):
        moved = upsampled(logits, evidence.size)
        if alpha > 0:
            moved = propagate(logits, evidence.size, evidence.shapes, alpha)
        plain, selecting = ("none", "select") if alpha == 0 else ("propagate", "select+propagate")
        found[plain, Parameters(0, 0, alpha)] = moved.argmax(0).numpy()
        for tau in TAUS:
            for gamma in GAMMAS:
                labels = select(moved.numpy(), regions, count if rest else None, tau, gamma)
                found[selecting, Parameters(tau, gamma, alpha)] = labels
    return {setting: inference.verdict(labels, evidence, rest).labels for setting, labels in found.items()}


def counts(labels: np.ndarray, sample: Sample) -> Counts:
    """`[C, 3]`"""
    known = sample.labels != IGNORE
    return np.stack([meet(labels == i, sample.labels == i, known) for i in range(1, len(sample.names) + 1)])


def figures(inference: Inference, samples: Iterable[Sample], summed: bool) -> dict[Setting, float]:
    """Mean IoU over the names that occur, counts summed over pictures that are asked alike, or each for itself."""
    every: dict[Setting, list[Counts]] = {}
    for sample in samples:
        for setting, labels in answers(inference, sample).items():
            every.setdefault(setting, []).append(counts(labels, sample))
    found = {}
    for setting, rows in every.items():
        total = np.sum(rows, axis=0) if summed else np.concatenate(rows)
        found[setting] = float(iou(total)[total[:, 2] > 0].mean())
    return found


def photographs(folder: LabelledFolder, unseen: list[str], count: int) -> Iterable[Sample]:
    """Every n-th picture, asked with the seen names; pixels of unseen ones are ignored."""
    seen = [name for name in folder.classes if name not in unseen]
    questions = {stem: folder.read(stem) for stem in folder.stems[:: max(1, len(folder.stems) // count)][:count]}
    hidden = [folder.classes.index(name) + 1 for name in unseen]
    rest = any((labels == 0).any() for _, labels in questions.values())
    for picture, labels in tqdm(questions.values(), desc=folder.path.name, mininterval=10):
        known = np.where(np.isin(labels, hidden), IGNORE, relabelled(labels, folder.classes, seen))
        yield Sample(picture, known.astype(np.uint8), seen, rest)


def choose(sources: list[dict[Setting, float]]) -> dict[str, Setting]:
    """The best setting of each rule, by the mean over the sources."""
    best: dict[str, tuple[float, Setting]] = {}
    for setting in sources[0]:
        if min(source[setting] - source[NONE] for source in sources) < -LARGEST_LOSS:
            continue
        mean = float(np.mean([source[setting] for source in sources]))
        if setting[0] not in best or mean >= best[setting[0]][0]:
            best[setting[0]] = (mean, setting)
    for rule in RULES:
        if rule in best:
            print(f"{rule:18} {best[rule][1][1]} mean {best[rule][0]:.4f}", flush=True)
    # Of rules within a hundredth of a percent the first, which is the simplest.
    order = sorted(best, key=RULES.index)
    best["chosen"] = best[max(order, key=lambda rule: round(best[rule][0], 4))]
    return {rule: setting for rule, (_, setting) in best.items()}


def tune(folder: Path, scenes: Path | None, photos: LabelledFolder | None, unseen: list[str], count: int) -> None:
    inference = Inference(folder)
    sources = []
    if scenes is not None:
        sources.append(figures(inference, validation_scenes(scenes, 2, count), summed=False))
    if photos is not None:
        sources.append(figures(inference, photographs(photos, unseen, count), summed=True))
    best = choose(sources)
    select_values = best.get("select", best.get("select+propagate", ("", Parameters(0.8, 1.0, 0))))[1]
    alpha = best.get("propagate", ("", Parameters(0, 0, min(ALPHAS))))[1].alpha
    values = {"rule": best["chosen"][0], "tau": select_values.tau, "gamma": select_values.gamma, "alpha": alpha}
    bundle.amend(folder, fusion=inference.fields["fusion"] | values)
    print(values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--scenes", type=Path, help="pool of drawn scenes")
    parser.add_argument("--folder", type=Path, help="labelled pictures that are not for testing")
    parser.add_argument("--fold", type=int, help="keep the names of this fold of folds.json, from 0, out")
    parser.add_argument("--pictures", type=int, default=40, help="of each source")
    a = parser.parse_args()
    if a.scenes is None and a.folder is None:
        parser.error("name --scenes, --folder or both")
    torch.set_num_threads(1)

    def run() -> None:
        folder = LabelledFolder(a.folder) if a.folder else None
        tune(a.bundle, a.scenes, folder, folder.unseen(a.fold) if folder and a.fold is not None else [], a.pictures)

    speak(run)


if __name__ == "__main__":
    main()
