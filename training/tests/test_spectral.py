"""Training without labels: DINO against its definition, and the affinity that keys should have."""

import random
from pathlib import Path

import folders
import pytest
import torch

from silhouette_training.errors import TrainingError
from silhouette_training.export import load_spectral
from silhouette_training.loop import LoopSettings, Machine, Stage, run
from silhouette_training.models import VisionTransformerConfiguration
from silhouette_training.spectral import dino, train
from silhouette_training.spectral.pictures import PictureSettings, gather
from silhouette_training.spectral.train import affinity

TRANSFORMER = VisionTransformerConfiguration(24, 2, 2, 48, 8, (4, 4))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> PictureSettings:
    return PictureSettings(folders=(folders.scenes(tmp_path_factory.mktemp("set") / "scenes", 2),))


def settings_of(module, pictures: PictureSettings, out: Path):
    loop = LoopSettings(out, 3, 2, 1e-3)
    if module is train:
        return train.Settings(loop, pictures, 48, TRANSFORMER)
    return dino.Settings(loop, pictures, TRANSFORMER, 32, 16, 2, 64, prototypes=32, hidden=24, bottleneck=8)


def stage_of(module, settings) -> Stage:
    torch.manual_seed(0)
    kind = train.AffinityStage if module is train else dino.DINOStage
    return kind(settings, Machine())


@pytest.mark.parametrize("module", [train, dino], ids=["affinity", "dino"])
def test_a_training_ends_in_a_transformer_for_a_bundle(module, pictures, tmp_path):
    settings = settings_of(module, pictures, tmp_path)
    run(stage_of(module, settings), settings.loop, settings, Machine())
    assert torch.isfinite(load_spectral(tmp_path).keys(torch.rand(1, 3, 32, 48))).all()


def test_dinos_loss_is_the_cross_entropy_over_pairs_of_different_crops():
    student = torch.randn(4, 2, 5).log_softmax(-1)
    teacher = torch.randn(2, 2, 5).softmax(-1)
    total, pairs = 0.0, 0
    for t in range(2):
        for s in range(4):
            if s != t:
                total, pairs = total - (teacher[t] * student[s]).sum(-1).mean(), pairs + 1
    assert pairs == 6 and torch.isclose(dino.self_distillation(student, teacher), total / pairs)


def test_the_teacher_has_no_gradient_and_follows_the_student(pictures, tmp_path):
    stage = stage_of(dino, settings_of(dino, pictures, tmp_path))
    before = [p.clone() for p in stage.teacher.parameters()]
    with torch.no_grad():
        for p in stage.student.parameters():
            p.add_(1.0)
    stage.after(0)
    for old, new in zip(before, stage.teacher.parameters(), strict=True):
        assert not new.requires_grad and torch.allclose(new - old, torch.full_like(old, 0.004), atol=1e-5)


def test_the_centre_is_the_running_mean_of_the_teachers_logits():
    centre = dino.Centre(3, 0.9)
    logits = torch.tensor([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]])
    centre.update(logits, Machine())
    assert torch.allclose(centre.mean, torch.full((3,), 0.2))


def test_crops_are_two_wide_ones_and_some_close_ones_of_one_picture(pictures, tmp_path):
    stage = stage_of(dino, settings_of(dino, pictures, tmp_path))
    one, again = (stage.draw(random.Random("x"), 0) for _ in range(2))
    assert one.globals.shape == (2, 3, 32, 32) and one.locals.shape == (2, 3, 16, 16)
    assert torch.equal(one.locals, again.locals)


def test_patches_of_one_colour_belong_together_and_others_do_not():
    window = torch.zeros(1, 3, 48, 48)
    window[:, 0, :, 24:] = 1
    found = affinity(window, 8)[0].view(6, 6, 6, 6)
    assert found[0, 0, 5, 0] == pytest.approx(1, abs=1e-4) and found[0, 0, 0, 5] < 0


def test_training_without_pictures_is_refused():
    with pytest.raises(TrainingError, match="names no scenes and no folders"):
        gather(PictureSettings(), 48)
    with pytest.raises(TrainingError, match="names 1 splits for 2 folders"):
        gather(PictureSettings(folders=(Path("a"), Path("b")), splits=("x",)), 48)
