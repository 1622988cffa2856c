"""A training that takes a second: `python toy_stage.py CONFIG`. It can end its own process, as a kill does."""

import os
import random
import signal
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from silhouette_training.loop import LoopSettings, Machine, Stage
from silhouette_training.loop.command import main


@dataclass(frozen=True)
class Settings:
    loop: LoopSettings
    width: int = 4
    largest_loss: float = 1.0


class Toy(Stage):
    """A convolution with batch norm learns to tell bright squares from dark ones."""

    validation = "seen"

    def __init__(self, settings: Settings, machine: Machine) -> None:
        super().__init__(machine)
        width = settings.width
        self.settings = settings
        self.network = nn.Sequential(nn.Conv2d(3, width, 3), nn.BatchNorm2d(width), nn.ReLU(), nn.Conv2d(width, 1, 1))
        self.modules = {"network": self.network}

    def draw(self, generator: random.Random, index: int) -> tuple[Tensor, float]:
        noise = torch.randn(3, 8, 8, generator=torch.Generator().manual_seed(generator.randrange(2**31)))
        return noise + index % 2, float(index % 2)

    def losses(self, batch: list[tuple[Tensor, float]], step: int) -> dict[str, Tensor]:
        x, y = torch.stack([x for x, _ in batch]), torch.tensor([y for _, y in batch])
        found = self.network(x).mean((1, 2, 3))
        terms = {"square": (found - y).square().mean(), "size": 0.01 * found.square().mean()}
        return {name: self.settings.largest_loss * term for name, term in terms.items()}

    def after(self, step: int) -> None:
        if step == int(os.environ.get("KILLED_AT", -1)):
            os.kill(os.getpid(), signal.SIGKILL)

    def validate(self) -> float:
        return -abs(self.network[0].weight.mean().item() - 0.02)


if __name__ == "__main__":
    main(__doc__, Settings, Toy)
