"""The spectral stage and the fusion rules in PyTorch and SciPy, for tuning; no ground truth enters."""

import numpy as np
import scipy.linalg
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from .models import VisionTransformer
from .spectral.train import DEVIATION, MEAN

MAX_TOKENS = 3600
EIGENSEGMENTS = 5


def grid(height: int, width: int, patch: int) -> tuple[int, int]:
    """Tokens down and across: the nearest patch, or rounded down where the grid would exceed `MAX_TOKENS`."""
    scale = (MAX_TOKENS * patch * patch / (height * width)) ** 0.5
    if scale < 1:
        return max(1, int(height * scale / patch)), max(1, int(width * scale / patch))
    return max(1, int(height / patch + 0.5)), max(1, int(width / patch + 0.5))


@torch.no_grad()
def normalised_affinity(model: VisionTransformer, picture: NDArray[np.uint8]) -> tuple[Tensor, Tensor, tuple[int, int]]:
    """D^-½ W D^-½ of the keys' affinity, the degrees, and the grid."""
    patch = model.configuration.patch
    rows, columns = grid(*picture.shape[:2], patch)
    x = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255
    x = (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)
    if x.shape[-2:] != (rows * patch, columns * patch):
        x = F.interpolate(x, size=(rows * patch, columns * patch), mode="bilinear", antialias=True)
    keys = F.normalize(model.keys(x)[0], dim=-1)
    w = (keys @ keys.T).clamp(min=0)
    w = w / w.max()
    degrees = w.sum(1)
    root = degrees.rsqrt()
    return root[:, None] * w * root[None], degrees, (rows, columns)


def candidates(affinity: Tensor, degrees: Tensor, size: tuple[int, int], picture: tuple[int, int]) -> NDArray[np.bool_]:
    """Eigensegments and their complements at picture size, `[2K, H, W]`."""
    count = len(affinity)
    span = [count - EIGENSEGMENTS - 1, count - 2]
    _, vectors = scipy.linalg.eigh(affinity.numpy(), subset_by_index=span)
    back = torch.from_numpy(vectors[:, ::-1].copy()) * degrees.rsqrt()[:, None]
    back = torch.where((back > 0).float().mean(0) > 0.5, -back, back)
    maps = F.interpolate(back.T.reshape(1, -1, *size), size=picture, mode="bilinear", align_corners=False)
    segments = (maps[0] > 0).numpy()
    return np.concatenate([segments, ~segments])


def propagate(logits: Tensor, affinity: Tensor, size: tuple[int, int], alpha: float) -> Tensor:
    """`logits` `[C, H, W]` plus the change that smoothing over the graph makes at token size."""
    down = F.interpolate(logits[None], size=size, mode="bilinear", antialias=True)[0].flatten(1)
    system = torch.eye(len(affinity)) * (1 + alpha) - alpha * affinity
    change = torch.linalg.solve(system, down.T).T - down
    up = F.interpolate(change.view(1, -1, *size), size=logits.shape[1:], mode="bilinear", align_corners=False)
    return logits + up[0]


def select(
    logits: NDArray[np.float32], regions: NDArray[np.bool_], background: int | None, tau: float, gamma: float
) -> NDArray[np.intp]:
    """The rule `select` of the whole picture at once: `[C, H, W]` logits to labels `[H, W]`."""
    answer = logits.argmax(0)
    present = [int(c) for c in np.unique(answer)]
    replaced: dict[int, NDArray[np.bool_]] = {}
    for c in present:
        mine = answer == c
        unions = np.count_nonzero(regions | mine, axis=(1, 2))
        overlaps = np.count_nonzero(regions & mine, axis=(1, 2)) / np.maximum(unions, 1)
        best = int(overlaps.argmax())
        if c != background and overlaps[best] >= tau:
            replaced[c] = regions[best]
    if not replaced:
        return answer
    lost = np.isin(answer, list(replaced))
    stays = np.zeros_like(lost)
    claims = np.full_like(logits, -np.inf)
    for c, region in replaced.items():
        stays |= (answer == c) & region
        claims[c] = np.where(region & (answer != c), logits[c], -np.inf)
    taker, strength = claims.argmax(0), claims.max(0)
    own = np.take_along_axis(logits, answer[None], 0)[0]
    takes = np.isfinite(strength) & (lost | (own - strength <= gamma))
    kept = [c for c in present if c not in replaced]
    fallback = np.asarray(kept)[logits[kept].argmax(0)] if kept else answer
    return np.where(stays, answer, np.where(takes, taker, np.where(lost, fallback, answer)))
