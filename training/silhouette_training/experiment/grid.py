"""Which trainings the experiment makes. Fusion rules train nothing: one network is measured by all of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ..alignment.sources import SourceSettings
from ..alignment.train import Settings as AlignmentSettings
from ..alignment.train import Terms
from ..loop import LoopSettings
from ..models import DRNConfiguration, VisionTransformerConfiguration
from ..models.dpt import DPTConfiguration

DataSet = Literal["camvid", "scenes"]
Backbone = Literal["drn", "dpt"]
LOSSES = {
    "alignment": Terms(),
    "edges": Terms(edges=0.3),
    "shape": Terms(edges=0.3, shape=0.3),
}


@dataclass(frozen=True)
class Training:
    """The part of every training that does not differ between runs."""

    steps: int = 450
    batch: int = 8
    rate: float = 2e-3
    threads: int = 2
    validate_every: int = 150
    size: tuple[int, int] = (224, 320)
    window: tuple[int, int] = (160, 224)


@dataclass(frozen=True)
class Settings:
    out: Path
    bundle: Path  # gives text encoder and spectral transformer
    regressor: Path  # checkpoint of losses.affine
    data: Path  # folder with camvid
    scenes: Path  # pool of drawn scenes
    sets: tuple[DataSet, ...] = ("camvid", "scenes")
    backbones: tuple[Backbone, ...] = ("drn", "dpt")
    folds: tuple[int, ...] = (0, 1, 2, 3)  # of camvid; the scenes have one set of held-out combinations
    seeds: tuple[int, ...] = (0, 1, 2)
    training: Training = Training()
    pictures: int = 110  # test pictures of each run
    tuning_pictures: int = 12
    max_tokens: int = 1200  # of the spectral stage, so that a run stays short
    drn: DRNConfiguration = field(
        default_factory=lambda: DRNConfiguration(
            (16, 24, 32, 64, 96, 96, 96, 96), pyramid_width=24, fuse_width=96, embedding_dimension=256
        )
    )
    dpt: DPTConfiguration = field(
        default_factory=lambda: DPTConfiguration(
            VisionTransformerConfiguration(128, 4, 4, 512, 16, (14, 20)),
            (0, 1, 2, 3),
            (24, 32, 48, 48),
            32,
            1e-5,
            256,
        )
    )


@dataclass(frozen=True)
class Run:
    data: DataSet
    fold: int
    backbone: Backbone
    losses: str  # a key of LOSSES
    seed: int

    @property
    def name(self) -> str:
        return f"{self.data}-{self.fold}-{self.backbone}-{self.losses}-{self.seed}"


def runs(settings: Settings) -> Iterator[Run]:
    """Seed by seed, so that an experiment that is cut short has whole tables of fewer seeds."""
    for seed in settings.seeds:
        for data in settings.sets:
            for fold in settings.folds if data == "camvid" else (0,):
                for backbone in settings.backbones:
                    for losses in LOSSES:
                        yield Run(data, fold, backbone, losses, seed)


def alignment(settings: Settings, run: Run) -> AlignmentSettings:
    training, terms = settings.training, LOSSES[run.losses]
    loop = LoopSettings(
        settings.out / run.name / "training",
        training.steps,
        training.batch,
        training.rate,
        clip=5.0,
        seed=run.seed,
        threads=training.threads,
        validate_every=training.validate_every,
    )
    camvid = SourceSettings("folder", settings.data / "camvid/train", fold=run.fold, background=False)
    source = camvid if run.data == "camvid" else SourceSettings("scenes", settings.scenes)
    check = replace(camvid, path=settings.data / "camvid/val") if run.data == "camvid" else source
    head = {"boundary_head": terms.edges > 0}
    return AlignmentSettings(
        loop,
        settings.bundle,
        (source,),
        terms,
        drn=replace(settings.drn, **head) if run.backbone == "drn" else None,
        dpt=replace(settings.dpt, **head) if run.backbone == "dpt" else None,
        regressor=settings.regressor,
        size=training.size,
        window=training.window,
        validation=check,
        validation_pictures=24,
    )
