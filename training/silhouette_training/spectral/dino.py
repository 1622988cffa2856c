"""DINO (Caron et al. 2021): `python -m silhouette_training.spectral.dino CONFIG`.

A student sees all crops of a picture, a teacher (the student's running average) the two global ones. Both say how
probable each of K prototypes is; the student's cross-entropy to the teacher is averaged over the pairs of different
crops. The teacher's output is centred by a running mean, so that no prototype takes all, and sharpened by a low
temperature, so that not all become equally probable. The teacher is what is kept. The release's further devices are
not here: no warm-up of the teacher's temperature, no frozen prototypes in the first epoch, no rising weight decay.
"""

import copy
import math
import random
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..loop import LoopSettings, Machine, Stage
from ..loop.command import main
from ..models import VisionTransformer, VisionTransformerConfiguration
from .pictures import PictureSettings, gather
from .train import view


@dataclass(frozen=True)
class Settings:
    loop: LoopSettings
    pictures: PictureSettings
    transformer: VisionTransformerConfiguration = field(default_factory=VisionTransformerConfiguration)
    global_side: int = 112  # pixels; multiples of the patch
    local_side: int = 48
    local_crops: int = 4
    window: int = 176  # of the picture that crops are cut from
    prototypes: int = 1024
    hidden: int = 512  # of the head
    bottleneck: int = 128
    student_temperature: float = 0.1
    teacher_temperature: float = 0.04
    momentum: float = 0.996  # of the teacher at the start; 1 at the end
    centre_momentum: float = 0.9


@dataclass(frozen=True)
class Crops:
    globals: Tensor  # [2, 3, G, G]
    locals: Tensor  # [L, 3, l, l]


class Head(nn.Module):
    """Three layers to a unit vector, and its cosines with the prototypes."""

    def __init__(self, width: int, settings: Settings) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(width, settings.hidden),
            nn.GELU(),
            nn.Linear(settings.hidden, settings.hidden),
            nn.GELU(),
            nn.Linear(settings.hidden, settings.bottleneck),
        )
        self.prototypes = nn.Parameter(torch.randn(settings.prototypes, settings.bottleneck))

    def forward(self, x: Tensor) -> Tensor:
        # Prototypes of unit length are the paper's weight norm with its gain kept at 1.
        return F.normalize(self.layers(x), dim=-1) @ F.normalize(self.prototypes, dim=-1).T


class Network(nn.Module):
    """Pictures to logits of the prototypes, by the class token."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.transformer = VisionTransformer(settings.transformer)
        self.head = Head(settings.transformer.width, settings)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.transformer(x)[:, 0])


class Centre(nn.Module):
    """Running mean of the teacher's logits."""

    def __init__(self, prototypes: int, momentum: float) -> None:
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(prototypes))

    @torch.no_grad()
    def update(self, logits: Tensor, machine: Machine) -> None:
        self.mean.lerp_(machine.mean(logits.mean(0)), 1 - self.momentum)


def self_distillation(student: Tensor, teacher: Tensor) -> Tensor:
    """Cross-entropy over the pairs of different crops, `student` log-probabilities `[V, B, K]`, `teacher` `[2, B, K]`.

    The global crops come first in both.
    """
    pairs = [
        -(teacher[t] * student[s]).sum(-1).mean() for t in range(len(teacher)) for s in range(len(student)) if s != t
    ]
    return torch.stack(pairs).mean()


class DINOStage(Stage):
    def __init__(self, settings: Settings, machine: Machine) -> None:
        super().__init__(machine)
        self.settings, self.pictures = settings, gather(settings.pictures, settings.window)
        self.student = Network(settings)
        self.teacher = copy.deepcopy(self.student).requires_grad_(False)
        self.centre = Centre(settings.prototypes, settings.centre_momentum)
        self.modules = {"student": self.student, "teacher": self.teacher, "centre": self.centre}
        # What the spectral stage loads.
        self.modules["transformer"] = self.teacher.transformer

    def draw(self, generator: random.Random, index: int) -> Crops:
        settings = self.settings
        window = self.pictures.window(generator, settings.window)
        noise = torch.Generator().manual_seed(generator.randrange(2**31))

        def crop(side: int, least: float, most: float) -> Tensor:
            """A square of a share `least`…`most` of the window's area, resized."""
            length = round(settings.window * math.sqrt(generator.uniform(least, most)))
            top, left = (generator.randint(0, settings.window - length) for _ in range(2))
            part = window[None, :, top : top + length, left : left + length]
            part = F.interpolate(part, size=(side, side), mode="bilinear", antialias=True)[0]
            return view(part.flip(-1) if generator.random() < 0.5 else part, noise)

        wide = [crop(settings.global_side, 0.4, 1.0) for _ in range(2)]
        close = [crop(settings.local_side, 0.05, 0.4) for _ in range(settings.local_crops)]
        return Crops(torch.stack(wide), torch.stack(close))

    def losses(self, batch: list[Crops], step: int) -> dict[str, Tensor]:
        settings, device = self.settings, self.machine.device
        wide = torch.stack([crops.globals for crops in batch], dim=1).to(device)
        close = torch.stack([crops.locals for crops in batch], dim=1).to(device)
        with self.machine.autocast():
            student = torch.cat([self.student(x.flatten(0, 1)).unflatten(0, x.shape[:2]) for x in (wide, close)])
            with torch.no_grad():
                logits = self.teacher(wide.flatten(0, 1))
        logits = logits.float()
        teacher = ((logits - self.centre.mean) / settings.teacher_temperature).softmax(-1).unflatten(0, wide.shape[:2])
        self.centre.update(logits, self.machine)
        student = (student.float() / settings.student_temperature).log_softmax(-1)
        return {"dino": self_distillation(student, teacher)}

    @torch.no_grad()
    def after(self, step: int) -> None:
        share = step / self.settings.loop.steps
        momentum = 1 - (1 - self.settings.momentum) * (math.cos(math.pi * share) + 1) / 2
        for mean, value in zip(self.teacher.parameters(), self.student.parameters(), strict=True):
            mean.lerp_(value, 1 - momentum)


if __name__ == "__main__":
    main(__doc__, Settings, DINOStage)
