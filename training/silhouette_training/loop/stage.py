"""What a training has to say of itself; the loop does the rest."""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.utils.data import Dataset

from .machine import Machine


class Stream(Dataset):
    """Endless samples, each a function of its number alone.

    So a training goes on where it stopped, and several processes share a batch, without any state to carry.
    """

    def __init__(self, seed: int, draw: Callable[[random.Random, int], Any]) -> None:
        self.seed, self.draw = seed, draw

    def __getitem__(self, index: int) -> Any:
        return self.draw(random.Random(f"{self.seed} {index}"), index)


class Stage(ABC):
    """One training. Everything random is in its stream, so a step is a function of weights and batch."""

    # What checkpoints hold; of these, parameters that require gradients are trained.
    modules: dict[str, nn.Module]
    # What the curve of `validate` is called.
    validation = "validation"

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @abstractmethod
    def draw(self, generator: random.Random, index: int) -> Any:
        """Sample number `index`."""

    def collate(self, samples: list[Any]) -> Any:
        return samples

    @abstractmethod
    def losses(self, batch: Any, step: int) -> dict[str, Tensor]:
        """The terms whose sum is minimised, each a mean over the samples of the batch."""

    def after(self, step: int) -> None:
        """Called when the weights have moved."""

    def validate(self) -> float | None:
        """Higher is better, by seen classes alone; None where the last weights are the ones to keep."""
        return None

    def report(self) -> dict[str, Any] | None:
        """Figures of the finished training, for `report.json`; None where it has none."""
        return None
