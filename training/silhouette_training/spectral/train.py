"""Trains the spectral stage's transformer without labels: `python -m silhouette_training.spectral.train CONFIG`.

Two views of each window differ in light, tint, noise and sharpness. The cosines between the keys of one view and those
of the other must equal an affinity of the window itself: patches whose neighbourhoods agree in colour and in oriented
texture belong together. So keys become the same inside a region, whatever its light, and differ across its border.
`spectral.dino` trains the same transformer by DINO instead.
"""

import random
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from ..loop import LoopSettings, Machine, Stage
from ..loop.command import main
from ..models import VisionTransformer, VisionTransformerConfiguration
from .pictures import DEVIATION, MEAN, PictureSettings, gather

SOFTNESS = 0.12
# What unlike patches should reach: below 0, so that the affinity's cut at 0 leaves few links between regions.
FLOOR = -0.15


@dataclass(frozen=True)
class Settings:
    loop: LoopSettings
    pictures: PictureSettings
    window: int = 176
    transformer: VisionTransformerConfiguration = field(default_factory=VisionTransformerConfiguration)


@dataclass(frozen=True)
class Views:
    window: Tensor  # [3, S, S], 0…1
    views: Tensor  # [2, 3, S, S], normalised


def view(x: Tensor, generator: torch.Generator) -> Tensor:
    """Another look at a window `[3, S, S]`: light, tint, noise, sharpness."""

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    gain, shift = 1 + 0.35 * (2 * uniform(1) - 1), 0.12 * (2 * uniform(1) - 1)
    tint = 1 + 0.12 * (2 * uniform(3, 1, 1) - 1)
    x = x * gain * tint + shift + 0.05 * uniform(1) * torch.randn(x.shape, generator=generator)
    softened = F.avg_pool2d(F.pad(x[None], (1, 1, 1, 1), mode="replicate"), 3, stride=1)[0]
    x = torch.lerp(x, softened, uniform(1))
    return (x.clamp(0, 1) - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)


def descriptors(x: Tensor, patch: int) -> Tensor:
    """Colour and oriented texture of each patch's neighbourhood, `[B, N, 7]`, in comparable units."""
    grey = x.mean(1, keepdim=True)
    opponent = torch.stack([x[:, 0] - x[:, 1], (x[:, 0] + x[:, 1]) / 2 - x[:, 2]], dim=1)
    dx, dy = grey[..., :, 1:] - grey[..., :, :-1], grey[..., 1:, :] - grey[..., :-1, :]
    dx, dy = F.pad(dx, (0, 1)), F.pad(dy, (0, 0, 0, 1))
    energy = torch.cat([dx**2, dy**2, (dx + dy) ** 2 / 2, (dx - dy) ** 2 / 2], dim=1)
    pooled = F.avg_pool2d(torch.cat([0.6 * grey, 1.2 * opponent, energy], dim=1), patch)
    # A median of 3×3 patches would keep borders sharper; the mean of colour over 3×3 blurs them half a patch.
    wide = F.avg_pool2d(F.pad(pooled, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    colour = torch.lerp(pooled[:, :3], wide[:, :3], 0.5)
    texture = 0.8 * (wide[:, 3:] + 1e-4).sqrt()
    return torch.cat([colour, texture], dim=1).flatten(2).transpose(1, 2)


def affinity(x: Tensor, patch: int) -> Tensor:
    """`[B, N, N]` in `FLOOR`…1: falls as exp(−d²/s) of the descriptors, s from the window's own spread."""
    d = descriptors(x, patch)
    squares = torch.cdist(d, d).square()
    spread = squares.mean((1, 2), keepdim=True).clamp(min=2e-3)
    return FLOOR + (1 - FLOOR) * torch.exp(-squares / (SOFTNESS * spread))


class AffinityStage(Stage):
    def __init__(self, settings: Settings, machine: Machine) -> None:
        super().__init__(machine)
        self.settings, self.pictures = settings, gather(settings.pictures, settings.window)
        self.transformer = VisionTransformer(settings.transformer)
        self.modules = {"transformer": self.transformer}

    def draw(self, generator: random.Random, index: int) -> Views:
        window = self.pictures.window(generator, self.settings.window)
        noise = torch.Generator().manual_seed(generator.randrange(2**31))
        return Views(window, torch.stack([view(window, noise) for _ in range(2)]))

    def losses(self, batch: list[Views], step: int) -> dict[str, Tensor]:
        device = self.machine.device
        wanted = affinity(torch.stack([v.window for v in batch]).to(device), self.settings.transformer.patch)
        with self.machine.autocast():
            keys = self.transformer.keys(torch.stack([v.views for v in batch], dim=1).flatten(0, 1).to(device))
        one, other = F.normalize(keys.float(), dim=-1).chunk(2)
        return {
            "across": (one @ other.transpose(1, 2) - wanted).square().mean(),
            "within": 0.5 * (one @ one.transpose(1, 2) - wanted).square().mean(),
        }


if __name__ == "__main__":
    main(__doc__, Settings, AffinityStage)
