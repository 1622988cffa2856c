"""Trains the shape loss's affine regressor: `python -m silhouette_training.losses.affine CONFIG`.

Drawn label maps, the same under a random affine map, and the edges of both. No data set is involved. At the end a
report says how well maps are recovered; `report.json` stands beside the checkpoints.
"""

import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from ..loop import LoopSettings, Machine, Stage
from ..loop.command import main
from .edges import STRIDE, edge_target
from .shape import AffineRegressor

TURN, STRETCH, SHEAR, SHIFT = 0.5, 0.3, 0.2, 0.4  # radians, log of a factor, a share, half tiles


@dataclass(frozen=True)
class Settings:
    loop: LoopSettings
    side: int = 16  # cells of a tile
    width: int = 512
    held_out: int = 2000  # samples of the report


@dataclass(frozen=True)
class Drawn:
    labels: NDArray[np.uint8]  # twice a tile's pixels on a side; the tile is the middle half
    map: NDArray[np.float32]  # [2, 3]: coordinates of the true tile to those of the predicted one
    blur: float
    floor: float
    ceiling: float


@dataclass(frozen=True)
class Pairs:
    first: Tensor  # [N, side, side], 0…1: as predicted edges are, soft and faint
    second: Tensor  # [N, side, side], 0 or 1: true edges
    maps: Tensor  # [N, 2, 3], less identity


def label_map(generator: random.Random, pixels: int) -> NDArray[np.uint8]:
    """A few blobs and polygons over one another, `[pixels, pixels]`."""
    image = Image.new("L", (pixels, pixels))
    pen = ImageDraw.Draw(image)
    for label in range(1, generator.randint(2, 5)):
        x, y = (generator.uniform(0.2, 0.8) * pixels for _ in range(2))
        radius = generator.uniform(0.1, 0.4) * pixels
        if generator.random() < 0.4:
            wide = generator.uniform(0.5, 1) * radius
            pen.ellipse((x - radius, y - wide, x + radius, y + wide), fill=label)
        else:
            angles = sorted(generator.uniform(0, 2 * np.pi) for _ in range(generator.randint(3, 6)))
            corners = [(x + radius * np.cos(angle), y + radius * np.sin(angle)) for angle in angles]
            pen.polygon(corners, fill=label)
    return np.array(image)


def affine_map(generator: random.Random) -> NDArray[np.float32]:
    """`[2, 3]`; half of them are small."""
    reach = 1.0 if generator.random() < 0.5 else generator.random()
    turn, shear = (reach * generator.uniform(-most, most) for most in (TURN, SHEAR))
    x, y = (np.exp(reach * generator.uniform(-STRETCH, STRETCH)) for _ in range(2))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    linear = rotation @ np.array([[x, shear], [0, y]])
    shift = np.array([[reach * generator.uniform(-SHIFT, SHIFT)] for _ in range(2)])
    return np.hstack([linear, shift]).astype(np.float32)


def tile_edges(labels: Tensor, maps: Tensor) -> Tensor:
    """Edges of the middle halves of label maps `[N, 2p, 2p]`, seen through `maps` `[N, 2, 3]`."""
    side = labels.shape[1] // 2
    places = F.affine_grid(maps, [len(labels), 1, side, side], align_corners=False) / 2
    seen = F.grid_sample(labels[:, None].float(), places, mode="nearest", align_corners=False)[:, 0]
    return edge_target(seen.to(labels.dtype)).float()


class AffineStage(Stage):
    def __init__(self, settings: Settings, machine: Machine) -> None:
        super().__init__(machine)
        self.settings = settings
        self.regressor = AffineRegressor(settings.side, settings.width)
        self.modules = {"regressor": self.regressor}

    def draw(self, generator: random.Random, index: int) -> Drawn:
        blur = generator.random() if generator.random() < 0.7 else 0.0
        pixels = 2 * self.settings.side * STRIDE
        labels, theta = label_map(generator, pixels), affine_map(generator)
        return Drawn(labels, theta, blur, generator.uniform(0, 0.25), generator.uniform(0.6, 1))

    def collate(self, samples: list[Drawn]) -> Pairs:
        """Pairs that show an edge; a few drawn ones do not."""
        labels = torch.from_numpy(np.stack([sample.labels for sample in samples]))
        maps = torch.from_numpy(np.stack([sample.map for sample in samples]))
        blur, floor, ceiling = torch.tensor([(s.blur, s.floor, s.ceiling) for s in samples]).T[..., None, None]
        identity = torch.eye(2, 3)
        first, second = tile_edges(labels, identity.expand_as(maps)), tile_edges(labels, maps)
        shown = second.sum((1, 2)) >= self.settings.side / 2
        blurred = F.avg_pool2d(first[:, None], 3, stride=1, padding=1, count_include_pad=False)[:, 0]
        faint = floor + (ceiling - floor) * torch.lerp(first, blurred, blur)
        return Pairs(faint[shown], second[shown], (maps - identity)[shown])

    def losses(self, batch: Pairs, step: int) -> dict[str, Tensor]:
        device = self.machine.device
        with self.machine.autocast():
            found = self.regressor(batch.first.to(device), batch.second.to(device))
        return {"affine": (found.float() - batch.maps.to(device)).square().mean()}

    @torch.no_grad()
    def report(self) -> dict[str, float]:
        """Root mean square errors on held-out pairs, and those of always answering identity."""
        drawn = [self.draw(random.Random(f"held out {i}"), i) for i in range(self.settings.held_out)]
        pairs, device = self.collate(drawn), self.machine.device
        maps = pairs.maps.to(device)
        error = self.regressor(pairs.first.to(device), pairs.second.to(device)) - maps
        half = self.settings.side * STRIDE / 2

        def rms(x: Tensor) -> float:
            return round(float(x.square().mean().sqrt()), 4)

        return {
            "linear": rms(error[..., :2]),
            "linear_of_identity": rms(maps[..., :2]),
            "shift_pixels": rms(half * error[..., 2]),
            "shift_pixels_of_identity": rms(half * maps[..., 2]),
        }


if __name__ == "__main__":
    main(__doc__, Settings, AffineStage)
