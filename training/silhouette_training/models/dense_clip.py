"""CLIP's visual tower read out at every place, without training.

maskclip: the last block's attention gives each token its own value (Zhou et al. 2022). proxyclip: a self-supervised
transformer says which tokens' values a place averages (Lan et al. 2024), by its last block's tokens after the final
norm; proxyclip-keys: by the keys of its last attention.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from .clip_visual import CLIPVisual, CLIPVisualConfiguration


@dataclass(frozen=True)
class Readout:
    name: str  # maskclip, proxyclip or proxyclip-keys
    keep_residual: bool = False  # of maskclip: whether residual and feed-forward of the last block stay
    beta: float = 1.2  # of proxyclip: a score is (S − beta·mean(S))·gamma; negative ones count for nothing
    gamma: float = 3.0


@dataclass(frozen=True)
class Window:
    """Square parts of large pictures that are encoded each for itself, in pixels."""

    side: int
    stride: int


class DenseCLIP(CLIPVisual):
    """Pictures `[1, 3, H, W]` to embeddings `[1, E, h, w]`: unit vectors, or means of such where windows overlap.

    `guide` `[1, D', h', w']` is what the readout takes from the self-supervised transformer; its grid is the answer's.
    """

    def __init__(self, configuration: CLIPVisualConfiguration, readout: Readout, window: Window | None = None) -> None:
        super().__init__(configuration)
        self.readout, self.window = readout, window

    def values(self, x: Tensor) -> Tensor:
        """What leaves the value product of the last block for each patch, `[1, D, h, w]`."""
        return self.value_product(self.states(x)).transpose(1, 2).unflatten(2, self.grid(x))

    def states(self, x: Tensor) -> Tensor:
        """The patches' tokens that enter the last block, `[1, N, D]`."""
        tokens = self.embed(x)
        for block in self.transformer.resblocks[:-1]:
            tokens = block(tokens)
        return tokens[:, 1:]

    def value_product(self, x: Tensor) -> Tensor:
        last = self.transformer.resblocks[-1]
        weight, bias = last.attn.in_proj_weight.chunk(3)[2], last.attn.in_proj_bias.chunk(3)[2]
        return F.linear(last.ln_1(x), weight, bias)

    def masked(self, x: Tensor) -> Tensor:
        """MaskCLIP's embeddings of one window, `[1, E, h, w]`."""
        last = self.transformer.resblocks[-1]
        states = self.states(x)
        tokens = last.attn.out_proj(self.value_product(states))
        if self.readout.keep_residual:
            tokens = states + tokens
            tokens = tokens + last.mlp(last.ln_2(tokens))
        return F.normalize(self.project(tokens), dim=-1).transpose(1, 2).unflatten(2, self.grid(x))

    def guided(self, values: Tensor, guide: Tensor) -> Tensor:
        """ProxyCLIP's embeddings, `[1, E, h', w']`, of values `[1, D, h, w]` of the whole picture."""
        size = guide.shape[-2:]
        weights = self.weights(guide.flatten(2)[0].T)
        values = F.interpolate(values, size, mode="bilinear", align_corners=False).flatten(2).transpose(1, 2)
        tokens = self.transformer.resblocks[-1].attn.out_proj(weights @ values)
        return F.normalize(self.project(tokens), dim=-1).transpose(1, 2).unflatten(2, size)

    def weights(self, guide: Tensor) -> Tensor:
        """What each place takes of every place, `[N', N']`, of features `[N', D']`.

        A place whose own score is negative, which the published code leaves without weights, takes itself.
        """
        features = F.normalize(guide, dim=-1)
        similarity = features @ features.T
        scores = (similarity - similarity.mean() * self.readout.beta) * self.readout.gamma
        scores = scores.masked_fill(scores < 0, float("-inf"))
        alone = scores.diagonal() < 0
        weights = torch.softmax(torch.where(alone[:, None], torch.zeros_like(scores), scores), dim=-1)
        return torch.where(alone[:, None], torch.eye(len(scores)), weights)

    def forward(self, x: Tensor, guide: Tensor | None = None) -> Tensor:
        if self.readout.name == "maskclip":
            return self.blended(x, self.masked)
        if guide is None:
            raise ValueError(f"the readout {self.readout.name} needs a guide")
        return self.guided(self.blended(x, self.values), guide)

    def blended(self, x: Tensor, encode: Callable[[Tensor], Tensor]) -> Tensor:
        """What `encode` says of every window, weighted by the distance from the window's edges, in tokens."""
        patch, (rows, columns) = self.configuration.patch, self.grid(x)
        if self.window is None:
            return encode(x)
        side, stride = self.window.side // patch, self.window.stride // patch
        total, weights = 0.0, 0.0
        for top, bottom in spans(rows, side, stride):
            for left, right in spans(columns, side, stride):
                part = encode(x[..., top * patch : bottom * patch, left * patch : right * patch])
                weight = hat(bottom - top)[:, None] * hat(right - left)
                around = (left, columns - right, top, rows - bottom)
                total = total + F.pad(part * weight, around)
                weights = weights + F.pad(weight, around)
        return total / weights


def spans(count: int, side: int, stride: int) -> list[tuple[int, int]]:
    """Spans of `side` every `stride`, the last one flush with the end; one span where all fits."""
    if count <= side:
        return [(0, count)]
    starts = [*range(0, count - side, stride), count - side]
    return [(start, start + side) for start in starts]


def hat(count: int) -> Tensor:
    """1, 2, … and down to 1 again."""
    places = torch.arange(count)
    return torch.minimum(places + 1, count - places).float()
