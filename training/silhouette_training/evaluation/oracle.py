"""The best of all candidates by the ground truth, which no inference can see: *oracle, uses the answer*.

For each class asked: of its own region, the eigensegments and their complements, the one of the largest IoU with the
truth. The released test code of the paper scored itself so. It is never a result.
"""

import numpy as np
from numpy.typing import NDArray

from ..data import IGNORE, Picture
from .measurement import Mask, iou, meet

LABEL = "oracle, uses the answer"


def best(regions: dict[int, Mask], asked: list[int], candidates: NDArray[np.bool_], truth: Picture) -> dict[int, Mask]:
    """`regions` of the unfused answer, `candidates` `[2K, H, W]`."""
    known, nothing = truth != IGNORE, np.zeros(truth.shape, bool)

    def overlap(mask: Mask, label: int) -> float:
        return float(np.nan_to_num(iou(meet(mask, truth == label, known))))

    # The first of equals wins, so a candidate has to be better than the class's own region.
    return {
        label: max((regions.get(label, nothing), *candidates), key=lambda mask, label=label: overlap(mask, label))
        for label in asked
    }
