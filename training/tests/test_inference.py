"""Sizes, presence, background and figures, each against a hand-made case."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from silhouette_training.alignment.loss import AlignmentLoss, AttributeLoss, presence_margin
from silhouette_training.calibrate import fit
from silhouette_training.evaluate import chance
from silhouette_training.inference import Presence, answer, class_iou, encoder_size
from silhouette_training.scenes.vocabulary import COLOURS, SHAPES, TEXTURES, Triple, all_triples


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((240, 320), (240, 320)),
        ((360, 480), (240, 320)),
        ((100, 30), (104, 32)),
        ((3, 4), (8, 8)),
        ((640, 64), (320, 32)),
    ],
)
def test_encoder_size(size, wanted):
    assert encoder_size(*size) == wanted


def test_presence_margin_is_the_lead_at_the_best_hundredth():
    cosines = torch.linspace(0, 1, 400)[None]
    background = torch.full((400,), 0.25)
    top = torch.linspace(0, 1, 400)[-4:]
    assert presence_margin(cosines, background).item() == pytest.approx((top - 0.25).mean().item())


def test_presence_margin_takes_the_background_where_the_class_is_best():
    cosines, background = torch.zeros(1, 100), torch.zeros(100)
    cosines[0, 7], background[7], background[8] = 0.9, 0.4, 1.0
    assert presence_margin(cosines, background).item() == pytest.approx(0.5)


def planted() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Left half is class 0, right half background, class 1 nowhere."""
    axes = torch.eye(3)
    features = torch.zeros(3, 10, 10)
    features[:, :, :5], features[:, :, 5:] = axes[0].view(3, 1, 1), axes[2].view(3, 1, 1)
    return features, axes[:2], axes[2:]


def test_absent_classes_become_unlabeled_and_present_ones_stay():
    result = answer(*planted(), (40, 40), Presence(a=10, b=-5))
    assert result.present.tolist() == [True, False]
    assert (result.labels[:, :18] == 1).all() and (result.labels[:, 22:] == 0).all()


def test_a_threshold_out_of_reach_unlabels_everything():
    assert not answer(*planted(), (40, 40), Presence(a=10, b=-5, threshold=1.0)).labels.any()


def test_without_a_background_every_pixel_has_a_class():
    assert (answer(*planted(), (40, 40), Presence(), use_background=False).labels > 0).all()


def test_iou_sums_over_pictures_and_ignores_void():
    true = np.array([[1, 1, 2, 255]], np.uint8)
    said = np.array([[1, 2, 2, 1]], np.uint8)
    iou, pixels = class_iou([(said, true), (said, true)], 3)
    assert iou[:2].tolist() == [0.5, 0.5] and pixels.tolist() == [4, 2, 0]


def test_fit_separates_and_puts_the_border_at_one_half():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0.6, 0.1, 300), rng.normal(0.2, 0.1, 900)])
    presence = fit([(1.0, (x, np.arange(1200) < 300))])
    assert presence.a > 0
    assert -presence.b / presence.a == pytest.approx(0.4, abs=0.05)


def test_alignment_loss_falls_towards_the_right_answer():
    features, texts, background = planted()
    loss = AlignmentLoss(background)
    labels = torch.zeros(80, 80, dtype=torch.uint8)
    labels[:, :40] = 1
    right, right_presence = loss(features, texts, labels)
    wrong, _ = loss(features.flip(2), texts, labels)
    absent, absent_presence = loss(features, texts.flip(0), labels)
    assert right < wrong and right < absent and right_presence < absent_presence


def test_a_picture_without_labels_gives_a_finite_loss():
    features, texts, background = planted()
    features = F.normalize(features + 0.1, dim=0).requires_grad_()
    a, b = AlignmentLoss(background)(features, texts, torch.full((80, 80), 255, dtype=torch.uint8))
    (a + b).backward()
    assert torch.isfinite(features.grad).all()


def test_attribute_loss_reads_the_order_of_all_triples():
    triples = all_triples()
    index = triples.index(Triple("blue", "grid", "ring"))
    loss = AttributeLoss((1,))
    head = loss.heads[0]
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.constant_(head.bias, -30.0)
    with torch.no_grad():
        for place in (
            list(COLOURS).index("blue"),
            len(COLOURS) + list(TEXTURES).index("grid"),
            len(COLOURS) + len(TEXTURES) + list(SHAPES).index("ring"),
        ):
            head.bias[place] = 30.0
    features = [torch.zeros(1, 1, 2, 2)]
    assert loss(features, torch.full((1, 16, 16), 1 + index)) < 1e-3
    assert loss(features, torch.full((1, 16, 16), 2 + index)) > 1


def test_chance_of_two_equal_halves():
    mask = np.array([[1, 1, 2, 2, 255]], np.uint8)
    assert chance([(np.array([1, 2]), mask)], 2, rest=False) == pytest.approx(1 / 3)
