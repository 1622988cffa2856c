"""Trains the visual encoder against the frozen text encoder: `python -m silhouette_training.alignment.train CONFIG`.

The paper's losses (alignment, edges, shape) and ours (presence, pull, attributes), each with its weight; 0 turns a term
off. The weights to use are a running average of those trained; the best epoch is chosen by seen classes alone.
"""

import copy
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..errors import TrainingError
from ..loop import LoopSettings, Machine, Stage
from ..loop.command import main
from ..losses import (
    LOGIT_SCALE,
    AlignmentLoss,
    AttributeLoss,
    EdgeLoss,
    PresenceLoss,
    ShapeLoss,
    edge_target,
)
from ..losses.alignment import pull
from ..losses.edges import at_cells
from ..losses.shape import AffineRegressor
from ..models import DRN, DRNConfiguration
from ..models.dpt import DPT, DPTConfiguration
from ..text.encoder import BACKGROUND, NameEncoder
from .names import NameTable
from .sources import Sample, SourceSettings, open_source

MEAN, DEVIATION = (0.45, 0.45, 0.45), (0.25, 0.25, 0.25)
ATTRIBUTE_LAYERS = ("layer4", "layer8")
AVERAGING = 0.995


@dataclass(frozen=True)
class Terms:
    alignment: float = 1.0
    edges: float = 0.0
    shape: float = 0.0
    presence: float = 0.0
    pull: float = 0.0
    attributes: float = 0.0


@dataclass(frozen=True)
class Settings:
    loop: LoopSettings
    text: Path  # run of the text encoder, or a bundle
    sources: tuple[SourceSettings, ...]
    terms: Terms = Terms()
    drn: DRNConfiguration | None = None
    dpt: DPTConfiguration | None = None
    regressor: Path | None = None  # checkpoint of losses.affine; the shape loss needs it
    size: tuple[int, int] = (240, 320)  # of training pictures
    window: tuple[int, int] = (192, 256)  # of most of the training
    whole_from: float = 0.9  # share of the schedule after which pictures are whole
    # Attributes first, as the coarser task drowns them: until this share of the schedule the rest weighs a tenth.
    attributes_first: float = 0.0
    balanced: bool = False  # whether seldom classes weigh more in the alignment
    validation: SourceSettings | None = None
    validation_pictures: int = 40
    names: Path | None = None  # where embeddings of names are kept


def pixels(pictures: list[np.ndarray]) -> Tensor:
    x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    return (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)


def network(drn: DRNConfiguration | None, dpt: DPTConfiguration | None) -> nn.Module:
    if (drn is None) == (dpt is None):
        raise TrainingError("exactly one of the sections [drn] and [dpt] says what is trained")
    return DRN(drn) if drn is not None else DPT(dpt)


class AlignmentStage(Stage):
    validation = "seen mIoU"

    def __init__(self, settings: Settings, machine: Machine) -> None:
        super().__init__(machine)
        self.settings, terms = settings, settings.terms
        self.sources = [open_source(source, settings.size) for source in settings.sources]
        self.round = [s for s, source in zip(self.sources, settings.sources, strict=True) for _ in range(source.share)]
        check = settings.validation and open_source(settings.validation, settings.size)
        self.check = list(check.check(settings.validation_pictures)) if check else []
        encoder = NameEncoder(settings.text)
        asked = [name for source in self.sources for name in source.names()]
        self.names = NameTable(encoder, [*asked, *(n for s in self.check for n in s.names)], settings.names)
        self.background = encoder.prompts(BACKGROUND).to(machine.device)
        self.model = network(settings.drn, settings.dpt)
        self.average = copy.deepcopy(self.model).eval().requires_grad_(False)
        self.alignment, self.edges, self.presence = AlignmentLoss(settings.balanced), EdgeLoss(), PresenceLoss()
        self.modules = {"model": self.model, "average": self.average, "presence": self.presence}
        self.prepare(terms)

    def prepare(self, terms: Terms) -> None:
        """What the network and single terms need."""
        multiple = 8 if self.settings.dpt is None else 2 * self.settings.dpt.backbone.patch
        for name in ("size", "window"):
            if any(side % multiple for side in getattr(self.settings, name)):
                raise TrainingError(f"{name}: sides must be multiples of {multiple} for this network")
        head = (self.settings.drn or self.settings.dpt).boundary_head
        if head != (terms.edges > 0 or terms.shape > 0):
            raise TrainingError("boundary_head must be true exactly when terms.edges or terms.shape is above 0")
        if terms.shape > 0:
            if self.settings.regressor is None:
                raise TrainingError("terms.shape needs regressor, a checkpoint of silhouette_training.losses.affine")
            self.shape = ShapeLoss(AffineRegressor.load(self.settings.regressor)).to(self.machine.device)
        self.kept: list[Tensor] = []
        if terms.attributes > 0:
            if self.settings.drn is None:
                raise TrainingError("terms.attributes: only a DRN has the layers for it")
            layers = [getattr(self.model, name) for name in ATTRIBUTE_LAYERS]
            for layer in layers:
                layer.register_forward_hook(lambda layer, inputs, output: self.kept.append(output))
            widths = [self.settings.drn.channels[int(name[-1]) - 1] for name in ATTRIBUTE_LAYERS]
            self.attributes = AttributeLoss(tuple(widths))
            self.modules["attributes"] = self.attributes

    def draw(self, generator: random.Random, index: int) -> Sample:
        sample = self.round[index % len(self.round)].sample(generator)
        if index // self.settings.loop.batch < self.settings.whole_from * self.settings.loop.steps:
            sample = sample.window(generator, self.settings.window)
        return sample

    def losses(self, batch: list[Sample], step: int) -> dict[str, Tensor]:
        device, weights = self.machine.device, self.settings.terms
        self.kept.clear()
        self.model.train()
        x = pixels([sample.picture for sample in batch]).to(device).contiguous(memory_format=torch.channels_last)
        labels = torch.from_numpy(np.stack([sample.labels for sample in batch])).to(device)
        with self.machine.autocast():
            features, boundary = outputs(self.model(x))
        found = {
            **self.of_names(F.normalize(features.float(), dim=1), labels, batch),
            **(self.of_shapes(boundary.float(), labels) if boundary is not None else {}),
        }
        if step < self.settings.attributes_first * self.settings.loop.steps:
            found = {name: 0.1 * term for name, term in found.items()}
        if weights.attributes > 0:
            found["attributes"] = self.of_objects(batch)
        return {name: getattr(weights, name) * term for name, term in found.items()}

    def of_names(self, features: Tensor, labels: Tensor, batch: list[Sample]) -> dict[str, Tensor]:
        """The terms that compare features with names, means over the pictures."""
        found: dict[str, list[Tensor]] = {"alignment": [], "presence": [], "pull": []}
        for feature, own, sample in zip(features, labels, batch, strict=True):
            cosines, rest = self.cosines(feature, sample.names)
            found["alignment"].append(self.alignment(cosines, rest if sample.background else None, own))
            found["presence"].append(self.presence(cosines, rest, own))
            found["pull"].append(pull(cosines, own))
        return {
            name: torch.stack(terms).mean() for name, terms in found.items() if getattr(self.settings.terms, name) > 0
        }

    def of_shapes(self, boundary: Tensor, labels: Tensor) -> dict[str, Tensor]:
        target = edge_target(labels)
        logits = at_cells(boundary, target)
        found = {"edges": self.edges(logits, target)} if self.settings.terms.edges > 0 else {}
        return found | ({"shape": self.shape(logits, target)} if self.settings.terms.shape > 0 else {})

    def of_objects(self, batch: list[Sample]) -> Tensor:
        terms = [
            self.attributes(
                [layer[i].float() for layer in self.kept], torch.from_numpy(sample.objects).to(self.machine.device)
            )
            for i, sample in enumerate(batch)
            if sample.objects is not None
        ]
        # Pictures without objects count as 0, so that the mean does not depend on which process has them.
        return torch.stack(terms).sum() / len(batch) if terms else self.kept[0].sum() * 0

    def cosines(self, feature: Tensor, names: list[str]) -> tuple[Tensor, Tensor]:
        """Cosines of unit features `[D, h, w]` with the names, `[C, h, w]`, and with the best background, `[h, w]`."""
        texts = torch.cat([self.background, self.names[names].to(feature.device)])
        cosines = torch.einsum("cd,dhw->chw", texts, feature)
        return cosines[len(self.background) :], cosines[: len(self.background)].amax(0)

    @torch.no_grad()
    def after(self, step: int) -> None:
        keep = min(AVERAGING, (1 + step) / (10 + step))
        for mean, value in zip(self.average.state_dict().values(), self.model.state_dict().values(), strict=True):
            if value.is_floating_point():
                mean.lerp_(value, 1 - keep)

    @torch.no_grad()
    def validate(self) -> float | None:
        """mIoU in percent over the seen names that occur in the validation pictures, without fusion."""
        hit, said, true = ({} for _ in range(3))
        for sample in self.check:
            labels = self.labelled(sample)
            known = sample.labels != 255
            for index, name in enumerate(sample.names, start=1):
                mine, real = (labels == index) & known, sample.labels == index
                for table, mask in ((hit, mine & real), (said, mine), (true, real)):
                    table[name] = table.get(name, 0) + int(mask.sum())
        ious = [hit[name] / (said[name] + true[name] - hit[name]) for name in true if true[name] > 0]
        return 100 * float(np.mean(ious)) if ious else None

    def labelled(self, sample: Sample) -> np.ndarray:
        height, width = sample.labels.shape
        scale = min(1.0, self.settings.size[1] / width)
        size = tuple(max(1, round(side * scale / 32)) * 32 for side in (height, width))
        x = F.interpolate(pixels([sample.picture]), size=size, mode="bilinear", antialias=True)
        features = F.normalize(outputs(self.average(x.to(self.machine.device)))[0], dim=1)
        cosines, rest = self.cosines(features[0], sample.names)
        maps = torch.cat([rest[None], cosines]) if sample.background else cosines
        grown = F.interpolate(LOGIT_SCALE * maps[None], size=(height, width), mode="bilinear")[0]
        return (grown.argmax(0) + (0 if sample.background else 1)).cpu().numpy()


def outputs(found: Tensor | tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor | None]:
    """Features and edge logits of a network with or without a boundary head."""
    return found if isinstance(found, tuple) else (found, None)


if __name__ == "__main__":
    main(__doc__, Settings, AlignmentStage)
