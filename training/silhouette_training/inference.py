"""Inference as the command does it without fusion: sizes, logits, background, presence, label map."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from .alignment.loss import LOGIT_SCALE, presence_margin
from .alignment.train import DEVIATION, MEAN
from .models import DRN

MAX_SIDE, MULTIPLE = 320, 8
MIN_AREA = 1


@dataclass(frozen=True)
class Presence:
    """presence_score = σ(a · m + b), present from `threshold` on."""

    a: float = 1.0
    b: float = 0.0
    threshold: float = 0.5

    def scores(self, margins: Tensor) -> Tensor:
        return torch.sigmoid(self.a * margins + self.b)


@dataclass(frozen=True)
class Answer:
    labels: NDArray[np.uint8]  # [H, W]; 0 = unlabeled, i = names[i−1]
    margins: Tensor  # [C]
    present: NDArray[np.bool_]  # [C]


def encoder_size(height: int, width: int) -> tuple[int, int]:
    """Aspect kept, longer side at most `MAX_SIDE`, never enlarged, sides to the nearest multiple (at least one)."""
    scale = min(1.0, MAX_SIDE / max(height, width))
    rows, columns = (max(1, int(side * scale / MULTIPLE + 0.5)) * MULTIPLE for side in (height, width))
    return rows, columns


def preprocess(picture: NDArray[np.uint8]) -> Tensor:
    x = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255
    x = (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)
    size = encoder_size(*picture.shape[:2])
    if size != picture.shape[:2]:
        x = F.interpolate(x, size=size, mode="bilinear", align_corners=False, antialias=True)
    return x


@torch.no_grad()
def embed(model: DRN, picture: NDArray[np.uint8], bf16: bool = False) -> Tensor:
    """Unit features `[D, h, w]`."""
    with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
        features = model(preprocess(picture).contiguous(memory_format=torch.channels_last))
    return F.normalize(features.float(), dim=1)[0]


@torch.no_grad()
def answer(
    features: Tensor,
    texts: Tensor,
    background: Tensor,
    size: tuple[int, int],
    presence: Presence,
    use_background: bool = True,
    fuse: Callable[[Tensor], Tensor] = lambda logits: logits,
) -> Answer:
    """`features` unit `[D, h, w]`, `texts` unit `[C, D]`, `background` unit `[P, D]`, `size` of the picture.

    `fuse` maps the logits `[C, H, W]`, the background's first when it is on, to those that decide.
    """
    d, h, w = features.shape
    flat = features.reshape(d, -1)
    cosines, rest = texts @ flat, (background @ flat).amax(0)
    margins = presence_margin(cosines, rest)
    maps = torch.cat([rest[None], cosines]) if use_background else cosines
    logits = F.interpolate((LOGIT_SCALE * maps).view(1, -1, h, w), size=size, mode="bilinear", align_corners=False)[0]
    labels = fuse(logits).argmax(0).numpy().astype(np.uint8)
    if not use_background:
        labels = labels + 1
    areas = np.bincount(labels.ravel(), minlength=len(texts) + 1)[1:]
    present = areas >= MIN_AREA
    if use_background:
        present &= (presence.scores(margins) >= presence.threshold).numpy()
        table = np.concatenate([[0], np.where(present, np.arange(1, len(texts) + 1), 0)]).astype(np.uint8)
        labels = table[labels]
    return Answer(labels, margins, present)


def class_iou(
    pairs: Sequence[tuple[NDArray[np.uint8], NDArray[np.uint8]]], classes: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """IoU of each class over (predicted, true) maps, and its true pixels; 255 is counted nowhere."""
    matrix = np.zeros((classes + 1, classes + 1), np.int64)
    for predicted, true in pairs:
        valid = true != 255
        joint = true[valid].astype(np.int64) * (classes + 1) + predicted[valid]
        matrix += np.bincount(joint, minlength=matrix.size).reshape(matrix.shape)
    hit, true, said = np.diag(matrix)[1:], matrix.sum(1)[1:], matrix.sum(0)[1:]
    return hit / np.maximum(true + said - hit, 1), true
