"""The spectral stage and the fusion rules in PyTorch and SciPy, of the whole picture; no ground truth enters."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.linalg
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy.sparse.linalg import eigsh
from torch import Tensor


@dataclass(frozen=True)
class Parameters:
    tau: float
    gamma: float
    alpha: float

    @classmethod
    def of(cls, fields: dict[str, float]) -> "Parameters":
        """From a bundle's section `fusion`."""
        return cls(fields["tau"], fields["gamma"], fields["alpha"])


def grid(height: int, width: int, patch: int, max_tokens: int) -> tuple[int, int]:
    """Tokens down and across: the nearest patch, or rounded down where the grid would exceed `max_tokens`."""
    rows, columns = (max(1, (2 * side + patch) // (2 * patch)) for side in (height, width))
    if rows * columns > max_tokens:
        rows = min(max(1, min(rows, math.isqrt(max_tokens * height // width))), max_tokens)
        columns = min(max(1, min(columns, math.isqrt(max_tokens * width // height))), max_tokens)
    return rows, columns


@dataclass(frozen=True)
class Shapes:
    """The affinity graph of a picture's tokens."""

    affinity: Tensor  # [N, N]: D^-½ W D^-½
    degrees: Tensor  # [N]
    grid: tuple[int, int]
    eigensegments: int  # K

    @classmethod
    def of(cls, keys: Tensor, grid: tuple[int, int], eigensegments: int) -> "Shapes":
        """From keys `[N, d]`."""
        keys = F.normalize(keys, dim=-1)
        w = (keys @ keys.T).clamp(min=0)
        w = w / w.max()
        degrees = w.sum(1)
        root = degrees.rsqrt()
        return cls(root[:, None] * w * root[None], degrees, grid, eigensegments)

    @cached_property
    def eigenvectors(self) -> Tensor:
        """Those of the K smallest μ behind the constant one, `[N, K]`, flipped when most entries are positive."""
        matrix, count = self.affinity.double().numpy(), self.eigensegments + 1
        if len(matrix) > 4 * count:
            # A fixed start, so that every run finds the same.
            values, vectors = eigsh(matrix, count, which="LA", v0=self.degrees.double().sqrt().numpy() + 0.1)
        else:
            values, vectors = scipy.linalg.eigh(matrix)
        order = values.argsort()[::-1][1:count]
        back = torch.from_numpy(vectors[:, order].copy()).float() * self.degrees.rsqrt()[:, None]
        return torch.where((back > 0).float().mean(0) > 0.5, -back, back)

    def candidates(self, picture: tuple[int, int]) -> NDArray[np.bool_]:
        """Eigensegments and their complements at picture size, `[2K, H, W]`."""
        segments = (upsampled(self.eigenvectors.T.unflatten(1, self.grid), picture) > 0).numpy()
        return np.concatenate([segments, ~segments])


def fused(
    rule: str, logits: Tensor, picture: tuple[int, int], shapes: Shapes, background: int | None, parameters: Parameters
) -> NDArray[np.intp]:
    """Logits `[C, h, w]` to labels at picture size; `background` is the channel that is never replaced."""
    field = upsampled(logits, picture)
    if rule.endswith("propagate"):
        field = propagate(logits, picture, shapes, parameters.alpha)
    if rule.startswith("select"):
        return select(field.numpy(), shapes.candidates(picture), background, parameters.tau, parameters.gamma)
    return field.argmax(0).numpy()


def upsampled(grid: Tensor, picture: tuple[int, int]) -> Tensor:
    return F.interpolate(grid[None], size=picture, mode="bilinear", align_corners=False)[0]


def propagate(logits: Tensor, picture: tuple[int, int], shapes: Shapes, alpha: float) -> Tensor:
    """`logits` `[C, h, w]` at picture size, plus the change that smoothing over the graph makes at token size."""
    down = F.interpolate(logits[None], size=shapes.grid, mode="bilinear", align_corners=False, antialias=True)[0]
    tokens = down.flatten(1).T
    system = torch.eye(len(tokens)) * (1 + alpha) - alpha * shapes.affinity
    change = torch.cholesky_solve(tokens, torch.linalg.cholesky(system)) - tokens
    return upsampled(logits, picture) + upsampled(change.T.unflatten(1, shapes.grid), picture)


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
