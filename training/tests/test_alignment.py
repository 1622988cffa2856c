"""The visual encoder's training on both backbones, with every loss, to a bundle that answers; folds stay unseen."""

import json
import os
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import folders
import numpy as np
import pytest
import torch

from silhouette_training.alignment import sources
from silhouette_training.alignment.sources import Photographs, SourceSettings
from silhouette_training.alignment.train import AlignmentStage, Settings, Terms
from silhouette_training.bundle import document
from silhouette_training.data import LabelledFolder
from silhouette_training.errors import TrainingError
from silhouette_training.evaluation import Plan, evaluate
from silhouette_training.export import export
from silhouette_training.inference import Inference
from silhouette_training.loop import LoopSettings, Machine, checkpoint, run
from silhouette_training.losses.shape import AffineRegressor
from silhouette_training.models import DRNConfiguration, VisionTransformerConfiguration
from silhouette_training.models.dpt import DPTConfiguration
from silhouette_training.scenes.pool import fill

STARTER = Path(__file__).parents[2] / "Sources/silhouette/Resources/silhouette-starter"
COMMAND = Path(os.environ.get("SILHOUETTE", Path(__file__).parents[2] / ".build/release/silhouette"))
SIZE = (64, 96)
DRN = DRNConfiguration((4, 8, 8, 8, 16, 16, 16, 16), pyramid_width=4, fuse_width=16, embedding_dimension=256)
BACKBONE = VisionTransformerConfiguration(32, 4, 2, 64, 16, (4, 6))
DPT = DPTConfiguration(BACKBONE, (0, 1, 2, 3), (8, 8, 16, 16), 16, 1e-5, 256)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folders.scenes(tmp_path_factory.mktemp("set") / "scenes", 4)


@pytest.fixture(scope="module")
def regressor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(4)
    path = tmp_path_factory.mktemp("affine") / "best.pt"
    state = {"modules": {"regressor": AffineRegressor(8, 32).state_dict()}, "settings": {"side": 8, "width": 32}}
    checkpoint.save(state, path)
    return path


@pytest.fixture
def settings(folder, regressor, tmp_path) -> Settings:
    source = SourceSettings("folder", folder, fold=0, paste=0.5)
    return Settings(
        LoopSettings(tmp_path / "run", 3, 2, 1e-3, validate_every=3),
        STARTER,
        (source,),
        Terms(1, 0.3, 0.3, 1, 1, 0),
        drn=replace(DRN, boundary_head=True),
        regressor=regressor,
        size=SIZE,
        window=(48, 64),
        validation=source,
        validation_pictures=2,
    )


def test_an_unseen_class_is_never_asked_and_its_pixels_are_ignored(folder):
    source = Photographs(SourceSettings("folder", folder, fold=0), (240, 320))
    (unseen,) = LabelledFolder(folder).unseen(0)
    mask = LabelledFolder(folder).read("0")[1]
    assert unseen not in source.names()
    assert (source.items[0][1][mask == 1] == 255).all() and (source.items[0][1] == 255).sum() > (mask == 255).sum()
    for seed in range(5):
        sample = source.sample(random.Random(seed))
        assert unseen not in sample.names and set(np.unique(sample.labels)) <= {0, 1, 2, 3, 255}


def test_a_class_that_is_not_there_cannot_be_kept_from_training(folder):
    with pytest.raises(TrainingError, match="has no class 'zebra' to keep from training"):
        Photographs(SourceSettings("folder", folder, unseen=("zebra",)), SIZE)


def test_every_term_moves_the_weights_it_should(settings):
    stage = AlignmentStage(settings, Machine())
    terms = stage.losses([stage.draw(random.Random(i), i) for i in range(2)], 0)
    assert set(terms) == {"alignment", "edges", "shape", "presence", "pull"}
    for name, term in terms.items():
        stage.model.zero_grad()
        term.backward(retain_graph=True)
        moved = stage.model.boundary.weight.grad if name in ("edges", "shape") else stage.model.project.weight.grad
        assert moved is not None and moved.abs().sum() > 0, name


@pytest.mark.parametrize("backbone", ["drn", "dpt"])
def test_a_trained_encoder_becomes_a_bundle_that_answers(settings, folder, tmp_path, backbone):
    if backbone == "dpt":
        settings = replace(settings, window=(32, 64), drn=None, dpt=replace(DPT, boundary_head=True))
    torch.manual_seed(0)
    run(AlignmentStage(settings, Machine()), settings.loop, settings, Machine())
    export(STARTER, settings.loop.out, STARTER, tmp_path / "bundle", "trial")
    assert document(tmp_path / "bundle")["visual"]["boundary_head"]
    inference = Inference(tmp_path / "bundle")
    report = evaluate(inference, LabelledFolder(folder, "val"), Plan(with_oracle=False)).report()
    assert 0 <= report["rules"]["none"]["miou"] <= 100
    if not COMMAND.exists():
        pytest.skip(f"{COMMAND} is not built; name the command in SILHOUETTE")
    options = ["--bundle", tmp_path / "bundle", "--split", "val", "--precision", "fp32", "--json"]
    found = subprocess.run([COMMAND, "evaluate", folder, *options], check=True, capture_output=True, text=True)
    for rule, figures in json.loads(found.stdout)["rules"].items():
        assert report["rules"][rule]["miou"] == pytest.approx(figures["miou"], abs=0.1), rule


def test_the_starters_terms_train_on_scenes_in_half_precision(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "VALIDATION_SCENES", 1)
    fill(tmp_path / "pool", 3)
    scenes = SourceSettings("scenes", tmp_path / "pool", others=settings.sources[0].path, absent=2)
    terms = Terms(1, 0, 0, 1, 1, 3)
    settings = replace(settings, sources=(scenes, *settings.sources), terms=terms, drn=DRN, validation=scenes)
    stage = AlignmentStage(settings, Machine(bf16=True))
    terms = stage.losses([stage.draw(random.Random(i), i) for i in range(2)], 0)
    assert set(terms) == {"alignment", "presence", "pull", "attributes"}
    torch.stack(list(terms.values())).sum().backward()
    assert all(p.grad is None or torch.isfinite(p.grad).all() for p in stage.model.parameters())
    assert 0 <= stage.validate() <= 100


def test_the_best_epoch_is_chosen_by_seen_classes(settings):
    stage = AlignmentStage(settings, Machine())
    (unseen,) = LabelledFolder(settings.sources[0].path).unseen(0)
    assert 0 <= stage.validate() <= 100
    assert all(unseen not in sample.names and (sample.labels == 255).any() for sample in stage.check)


def test_settings_that_do_not_fit_together_are_refused(settings):
    with pytest.raises(TrainingError, match="boundary_head must be true exactly when"):
        AlignmentStage(replace(settings, drn=DRN), Machine())
    with pytest.raises(TrainingError, match=r"terms\.shape needs regressor"):
        AlignmentStage(replace(settings, regressor=None), Machine())
    with pytest.raises(TrainingError, match="window: sides must be multiples of 8"):
        AlignmentStage(replace(settings, window=(50, 64)), Machine())
    with pytest.raises(TrainingError, match="exactly one of the sections"):
        AlignmentStage(replace(settings, drn=None), Machine())
