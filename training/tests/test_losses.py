"""The edge and shape losses: what they ignore, that they fall towards the truth, and that a gradient flows."""

from pathlib import Path

import pytest
import torch

from silhouette_training.loop import LoopSettings, Machine, run
from silhouette_training.losses import EdgeLoss, ShapeLoss, edge_target, label_edges
from silhouette_training.losses.affine import AffineStage, Settings


def disc(x: float, y: float, radius: float = 20.0, side: int = 64) -> torch.Tensor:
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    return ((columns - x) ** 2 + (rows - y) ** 2 < radius**2).to(torch.uint8)[None]


def predicted(labels: torch.Tensor) -> torch.Tensor:
    """Edge logits of a head that is sure of these labels."""
    return 6.0 * edge_target(labels).float() - 3.0


@pytest.fixture(scope="module")
def regressor(tmp_path_factory: pytest.TempPathFactory):
    torch.manual_seed(0)
    folder: Path = tmp_path_factory.mktemp("affine")
    settings = Settings(LoopSettings(folder, 250, 64, 3e-3), side=8, width=192, held_out=300)
    stage = AffineStage(settings, Machine())
    run(stage, settings.loop, settings, Machine())
    return stage


def test_edges_stand_where_labels_change():
    labels = torch.zeros(1, 6, 8, dtype=torch.uint8)
    labels[:, :, 4:] = 3
    assert label_edges(labels)[0, 2].tolist() == [0, 0, 0, 1, 1, 0, 0, 0]


def test_edges_next_to_ignored_pixels_are_unknown():
    labels = torch.full((1, 8, 8), 1, dtype=torch.uint8)
    labels[:, :, 4:] = 255
    assert label_edges(labels)[0, 3].tolist() == [0, 0, 0, 255, 255, 255, 255, 255]


def test_a_cell_with_a_known_edge_is_an_edge_cell():
    labels = torch.zeros(1, 8, 16, dtype=torch.uint8)
    labels[:, :, 2:], labels[:, :, 13:] = 1, 255
    assert edge_target(labels)[0, 0].tolist() == [1, 0, 0, 255]


def test_the_edge_loss_does_not_see_unknown_cells():
    target = torch.tensor([[[1, 0, 255, 255]]], dtype=torch.uint8)
    logits = torch.tensor([[[2.0, -2.0, 9.0, -9.0]]], requires_grad=True)
    EdgeLoss()(logits, target).backward()
    assert logits.grad[0, 0, 2:].tolist() == [0, 0] and (logits.grad[0, 0, :2] != 0).all()


def test_edge_cells_weigh_as_much_as_all_others():
    target = torch.zeros(1, 10, 10, dtype=torch.uint8)
    target[0, 0, 0] = 1
    blind, bold = torch.full((1, 10, 10), -4.0), torch.full((1, 10, 10), 4.0)
    assert EdgeLoss()(blind, target).item() == pytest.approx(EdgeLoss()(bold, target).item())


def test_pictures_without_edges_or_without_labels_give_finite_losses(regressor):
    for labels in (torch.zeros(1, 64, 64, dtype=torch.uint8), torch.full((1, 64, 64), 255, dtype=torch.uint8)):
        logits = torch.zeros(1, 16, 16, requires_grad=True)
        target = edge_target(labels)
        (EdgeLoss()(logits, target) + ShapeLoss(regressor.regressor)(logits, target)).backward()
        assert torch.isfinite(logits.grad).all()


def test_the_shape_loss_has_a_gradient_at_the_edge_logits(regressor):
    loss = ShapeLoss(regressor.regressor)
    logits = torch.zeros(1, 16, 16, requires_grad=True)
    loss(logits, edge_target(disc(32, 32))).backward()
    assert logits.grad.abs().sum() > 1e-4
    assert not any(p.requires_grad for p in loss.parameters())


def test_the_shape_loss_falls_as_a_prediction_moves_onto_its_target(regressor):
    loss, target = ShapeLoss(regressor.regressor), edge_target(disc(32, 32))
    for dx, dy in ((1, 0), (0, -1)):
        losses = [loss(predicted(disc(32 + dx * away, 32 + dy * away)), target).item() for away in (8, 4, 0)]
        assert losses == sorted(losses, reverse=True), losses


def test_the_regressor_beats_always_answering_identity(regressor):
    report = regressor.report()
    assert report["shift_pixels"] < 0.9 * report["shift_pixels_of_identity"]
