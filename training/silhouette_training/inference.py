"""A bundle's answers in PyTorch, as the command gives them: sizes, logits, background, presence, fusion, label map."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from . import bundle, fusion
from .data import Picture
from .errors import TrainingError
from .losses import presence_margin
from .models.dense_clip import DenseCLIP
from .text.encoder import NameEncoder

RULES = ("none", "select", "propagate", "select+propagate")
MIN_AREA = 1  # pixels of the smallest mask that is present


@dataclass(frozen=True)
class Presence:
    """presence_score = σ(a · m + b), present from `threshold` on."""

    a: float
    b: float
    threshold: float

    def scores(self, margins: Tensor) -> Tensor:
        return torch.sigmoid(self.a * margins + self.b)


@dataclass(frozen=True)
class Names:
    """What is asked: unit embeddings of the names `[C, D]` and of the background prompts `[P, D]`."""

    texts: Tensor
    background: Tensor


@dataclass(frozen=True)
class Evidence:
    """What the networks say of a picture; every rule answers from it."""

    size: tuple[int, int]  # of the picture
    cosines: Tensor  # [C, h, w]
    rest: Tensor  # [h, w]: of the best background prompt
    shapes: fusion.Shapes

    @property
    def margins(self) -> Tensor:
        return presence_margin(self.cosines.flatten(1), self.rest.flatten())


@dataclass(frozen=True)
class Answer:
    labels: NDArray[np.uint8]  # [H, W]; 0 = unlabeled, i = names[i−1]
    present: NDArray[np.bool_]  # [C]
    scores: NDArray[np.float32]  # [C]: presence


class Inference:
    def __init__(self, folder: Path) -> None:
        self.fields = bundle.document(folder)
        if self.fields["fusion"]["lambda"] != 0:
            raise TrainingError(
                f"{folder}/bundle.json: fusion.lambda must be 0 here; the command knows the colour graph"
            )
        networks = bundle.load(folder)
        if isinstance(networks.visual, DenseCLIP):
            raise TrainingError(f"{folder}/bundle.json: dense CLIP is measured by the command alone")
        self.visual, self.spectral = networks.visual, networks.spectral
        self.text = NameEncoder(folder)
        self.presence = Presence(**self.fields["presence"])
        self.parameters = fusion.Parameters.of(self.fields["fusion"])

    def names(self, names: list[str]) -> Names:
        prompts = self.fields["prompts"]
        return Names(self.text.names(names, prompts["templates"]), self.text.prompts(prompts["background"]))

    @torch.no_grad()
    def features(self, picture: Picture) -> Tensor:
        """Unit features `[D, h, w]`."""
        preprocessing = self.fields["visual"]["preprocessing"]
        size = encoder_size(*picture.shape[:2], preprocessing["max_side"], preprocessing["multiple"])
        found = self.visual(prepared(picture, size, preprocessing))
        return F.normalize(found[0] if isinstance(found, tuple) else found, dim=1)[0]

    @torch.no_grad()
    def shapes(self, picture: Picture) -> fusion.Shapes:
        preprocessing = self.fields["spectral"]["preprocessing"]
        patch = self.spectral.configuration.patch
        rows, columns = fusion.grid(*picture.shape[:2], patch, preprocessing["max_tokens"])
        x = prepared(picture, (rows * patch, columns * patch), preprocessing)
        return fusion.Shapes.of(self.spectral.keys(x)[0], (rows, columns), self.fields["fusion"]["eigensegments"])

    def evidence(self, picture: Picture, names: Names) -> Evidence:
        features = self.features(picture)
        cosines = torch.einsum("cd,dhw->chw", torch.cat([names.texts, names.background]), features)
        count = len(names.texts)
        return Evidence(picture.shape[:2], cosines[:count], cosines[count:].amax(0), self.shapes(picture))

    def logits(self, evidence: Evidence, background: bool) -> Tensor:
        """`[C, h, w]`; the background's come last when it is on."""
        maps = torch.cat([evidence.cosines, evidence.rest[None]]) if background else evidence.cosines
        return self.fields["logit_scale"] * maps

    def answer(
        self, evidence: Evidence, background: bool, rule: str, parameters: fusion.Parameters | None = None
    ) -> Answer:
        count = len(evidence.cosines)
        logits = self.logits(evidence, background)
        last = count if background else None
        labels = fusion.fused(rule, logits, evidence.size, evidence.shapes, last, parameters or self.parameters)
        return self.verdict(labels, evidence, background)

    def verdict(self, channels: NDArray[np.intp], evidence: Evidence, background: bool) -> Answer:
        """The answer to a map of channels `[H, W]`; the background is the one behind the names."""
        count = len(evidence.cosines)
        scores = self.presence.scores(evidence.margins).numpy()
        present = np.bincount(channels.ravel(), minlength=count + 1)[:count] >= MIN_AREA
        if background:
            present &= scores >= self.presence.threshold
        table = np.append(np.where(present | (not background), np.arange(1, count + 1), 0), 0).astype(np.uint8)
        return Answer(table[channels], present, scores)


def encoder_size(height: int, width: int, max_side: int, multiple: int) -> tuple[int, int]:
    """Aspect kept, longer side at most `max_side`, never enlarged, sides to the nearest multiple (at least one)."""
    above, below = (max_side, max(height, width)) if max(height, width) > max_side else (1, 1)
    rows, columns = (
        max(1, (2 * side * above + below * multiple) // (2 * below * multiple)) * multiple for side in (height, width)
    )
    return rows, columns


def prepared(picture: Picture, size: tuple[int, int], preprocessing: bundle.Fields) -> Tensor:
    """The picture as a network takes it, `[1, 3, *size]`."""
    x = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255
    mean, deviation = (torch.tensor(preprocessing[key]).view(3, 1, 1) for key in ("mean", "std"))
    x = (x - mean) / deviation
    if size == picture.shape[:2]:
        return x
    mode, antialias = preprocessing["interpolation"], preprocessing["antialias"]
    return F.interpolate(x, size=size, mode=mode, align_corners=False, antialias=antialias)
