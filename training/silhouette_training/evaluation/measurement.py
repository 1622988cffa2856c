"""What one rule's answers to a data set add up to."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data import IGNORE, Picture
from . import boundary

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]  # [..., 3]: intersection, predicted, true


def iou(counts: Counts) -> NDArray[np.float64]:
    """NaN where both regions are empty."""
    intersection, predicted, true = np.moveaxis(counts, -1, 0).astype(float)
    union = predicted + true - intersection
    return np.divide(intersection, union, out=np.full(union.shape, np.nan), where=union > 0)


def meet(predicted: Mask, truth: Mask, known: Mask) -> Counts:
    return np.array([(predicted & truth & known).sum(), (predicted & known).sum(), (truth & known).sum()])


@dataclass
class Presence:
    """How often `present` is right, over all names asked of all pictures."""

    there: list[bool] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)

    def shares(self) -> tuple[float | None, float | None]:
        """Balanced accuracy, and the share of absent names that are called present."""
        there, found = np.array(self.there, bool), np.array(self.found, bool)
        if not there.any() or there.all():
            return None, float(found[~there].mean()) if len(there) and not there.all() else None
        wrong = float(found[~there].mean())
        return (float(found[there].mean()) + 1 - wrong) / 2, wrong


@dataclass
class Measurement:
    classes: list[str]
    pictures: list[Counts] = field(default_factory=list)  # of each picture, [C, 3]
    sides: Counts = field(default_factory=lambda: np.zeros((2, 3), np.int64))  # foreground, rest
    boundaries: list[float] = field(default_factory=list)
    verdicts: Presence = field(default_factory=Presence)
    scores: Presence = field(default_factory=Presence)

    def add(self, regions: dict[int, Mask], foreground: Mask, truth: Picture) -> None:
        """One picture: the regions by label (from 1), which may overlap, the pixels of any name, and the mask."""
        known = truth != IGNORE
        counts = np.zeros((len(self.classes), 3), np.int64)
        nothing, outlines = np.zeros(truth.shape, bool), []
        occurring = set(np.unique(truth[known]).tolist()) - {0}
        for label in sorted(occurring | regions.keys()):
            mask, real = regions.get(label, nothing), truth == label
            counts[label - 1] = meet(mask, real, known)
            if label in occurring:
                outlines.append(boundary.score(mask, real, ~known))
        self.pictures.append(counts)
        if outlines:
            self.boundaries.append(float(np.mean(outlines)))
        self.sides += np.stack([meet(foreground, truth != 0, known), meet(~foreground, truth == 0, known)])

    def counts(self) -> Counts:
        return np.sum(self.pictures, axis=0)

    def miou(self, counts: Counts, among: list[bool] | None = None) -> float | None:
        """Mean over the classes that occur, of those that `among` marks; 0…1."""
        occurs = (counts[:, 2] > 0) & (True if among is None else np.array(among, bool))
        return float(iou(counts)[occurs].mean()) if occurs.any() else None

    def interval(self, resamples: int, seed: int = 0) -> tuple[float, float]:
        """Bootstrap over pictures: the middle 95 % of mIoU, 0…1."""
        every, rng = np.stack(self.pictures), np.random.default_rng(seed)
        draws = [self.miou(every[rng.integers(len(every), size=len(every))].sum(0)) or 0.0 for _ in range(resamples)]
        low, high = np.percentile(draws, (2.5, 97.5))
        return float(low), float(high)

    def figures(self, unseen: list[str], background: bool) -> dict[str, Any]:
        """In percent with two digits, under the names that the command's JSON has."""
        counts = self.counts()
        new = [name in unseen for name in self.classes] if unseen else None
        seen_miou = self.miou(counts, [not flag for flag in new]) if new else None
        unseen_miou = self.miou(counts, new) if new else None
        sides = iou(self.sides)
        each = {
            name: percent(value) if true > 0 else None
            for name, value, true in zip(self.classes, iou(counts), counts[:, 2], strict=True)
        }
        found = {
            "miou": percent(self.miou(counts)),
            "seen_miou": percent(seen_miou),
            "unseen_miou": percent(unseen_miou),
            "harmonic": percent(harmonic(seen_miou, unseen_miou)),
            "fb_iou": percent(float(np.nanmean(sides))) if background and not np.isnan(sides).all() else None,
            "boundary_f": percent(float(np.mean(self.boundaries))) if self.boundaries else None,
            "classes": each,
        }
        return found | ({"presence": self.presence()} if self.verdicts.there else {})

    def presence(self) -> dict[str, Any]:
        accuracy, wrong = self.verdicts.shares()
        accuracy_by_score, wrong_by_score = self.scores.shares()
        return {
            "present_asked": sum(self.verdicts.there),
            "absent_asked": len(self.verdicts.there) - sum(self.verdicts.there),
            "balanced_accuracy": percent(accuracy),
            "absent_called_present": percent(wrong),
            "balanced_accuracy_by_score": percent(accuracy_by_score),
            "absent_called_present_by_score": percent(wrong_by_score),
        }


def harmonic(a: float | None, b: float | None) -> float | None:
    if a is None or b is None:
        return None
    return 2 * a * b / (a + b) if a + b > 0 else 0.0


def percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 2)
