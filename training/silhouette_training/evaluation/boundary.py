"""How well the outline of a region is met: the BF score of Csurka et al. 2013 with a tolerance of 2 pixels.

A boundary pixel lies in the region and has one of its four neighbours outside; ignored pixels are neither, and the edge
of the picture is no boundary.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

Mask = NDArray[np.bool_]
DISK = np.hypot(*np.mgrid[-2:3, -2:3]) <= 2


def boundary(mask: Mask, ignored: Mask) -> Mask:
    outside = np.pad(~mask & ~ignored, 1)
    beside = outside[:-2, 1:-1] | outside[2:, 1:-1] | outside[1:-1, :-2] | outside[1:-1, 2:]
    return mask & ~ignored & beside


def score(predicted: Mask, truth: Mask, ignored: Mask) -> float:
    """F of one region, 0…1; nothing to find and nothing found is perfect, one without the other is not."""
    found, real = boundary(predicted, ignored), boundary(truth, ignored)
    if not (found.any() and real.any()):
        return float(found.any() == real.any())
    precision = binary_dilation(real, DISK)[found].mean()
    recall = binary_dilation(found, DISK)[real].mean()
    return float(2 * precision * recall / (precision + recall)) if precision + recall > 0 else 0.0
