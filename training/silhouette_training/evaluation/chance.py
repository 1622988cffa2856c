"""What guessing reaches."""

import numpy as np

from ..data import IGNORE, LabelledFolder


def chance(folder: LabelledFolder) -> float:
    """mIoU, 0…1, expected of a label drawn for each pixel among the names asked, and the background when it is on."""
    questions = [folder.question(stem) for stem in folder.stems]
    rest = any((truth == 0).any() for _, truth in questions)
    hit, said, true = (np.zeros(len(folder.classes) + 1) for _ in range(3))
    for asked, truth in questions:
        numbers = [folder.classes.index(name) + 1 for name in asked]
        counts = np.bincount(truth[truth != IGNORE], minlength=len(true))
        options = len(numbers) + rest
        true += counts
        hit[numbers] += counts[numbers] / options
        said[numbers] += counts.sum() / options
    occurs = true[1:] > 0
    return float((hit / np.maximum(true + said - hit, 1))[1:][occurs].mean())
