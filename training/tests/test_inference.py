"""Sizes, presence, background and the losses of names, each against a hand-made case."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from silhouette_training.calibrate import fit
from silhouette_training.fusion import Parameters, Shapes
from silhouette_training.inference import Answer, Evidence, Inference, Presence, encoder_size
from silhouette_training.losses import AlignmentLoss, AttributeLoss, PresenceLoss, presence_margin
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
    assert encoder_size(*size, 320, 8) == wanted


def test_presence_margin_is_the_lead_at_the_best_hundredth():
    cosines = torch.linspace(0, 1, 400)[None]
    background = torch.full((400,), 0.25)
    top = torch.linspace(0, 1, 400)[-4:]
    assert presence_margin(cosines, background).item() == pytest.approx((top - 0.25).mean().item())


def test_presence_margin_takes_the_background_where_the_class_is_best():
    cosines, background = torch.zeros(1, 100), torch.zeros(100)
    cosines[0, 7], background[7], background[8] = 0.9, 0.4, 1.0
    assert presence_margin(cosines, background).item() == pytest.approx(0.5)


def planted() -> Evidence:
    """Left half is class 0, right half background, class 1 nowhere."""
    left = torch.cat([torch.ones(10, 5), torch.zeros(10, 5)], dim=1)
    shapes = Shapes(torch.eye(100), torch.ones(100), (10, 10), 5)
    return Evidence((40, 40), torch.stack([left, torch.zeros(10, 10)]), 1 - left, shapes)


def answered(presence: Presence, background: bool = True) -> Answer:
    inference = Inference.__new__(Inference)
    inference.presence, inference.parameters = presence, Parameters(0.5, 1, 0.1)
    inference.fields = {"logit_scale": 10.0}
    return inference.answer(planted(), background, "none")


def test_absent_classes_become_unlabeled_and_present_ones_stay():
    result = answered(Presence(10, -5, 0.5))
    assert result.present.tolist() == [True, False]
    assert (result.labels[:, :18] == 1).all() and (result.labels[:, 22:] == 0).all()


def test_a_threshold_out_of_reach_unlabels_everything():
    assert not answered(Presence(10, -5, 1.0)).labels.any()


def test_without_a_background_every_pixel_has_a_class():
    assert (answered(Presence(1, 0, 1.0), background=False).labels > 0).all()


def test_fit_separates_and_puts_the_border_at_one_half():
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0.6, 0.1, 300), rng.normal(0.2, 0.1, 900)])
    presence = fit([(1.0, (x, np.arange(1200) < 300))])
    assert presence.a > 0
    assert -presence.b / presence.a == pytest.approx(0.4, abs=0.05)


def halves() -> torch.Tensor:
    labels = torch.zeros(80, 80, dtype=torch.uint8)
    labels[:, :40] = 1
    return labels


@pytest.mark.parametrize("balanced", [False, True])
def test_alignment_loss_falls_towards_the_right_answer(balanced):
    evidence, loss = planted(), AlignmentLoss(balanced)
    right = loss(evidence.cosines, evidence.rest, halves())
    assert right < loss(evidence.cosines.flip(2), evidence.rest.flip(1), halves())
    assert right < loss(evidence.cosines.flip(0), evidence.rest, halves())
    presence = PresenceLoss()
    assert presence(evidence.cosines, evidence.rest, halves()) < presence(
        evidence.cosines.flip(0), evidence.rest, halves()
    )


def test_without_a_background_rest_is_ignored_and_names_keep_their_places():
    evidence, loss = planted(), AlignmentLoss(False)
    only_left = halves()
    alone = loss(evidence.cosines, None, only_left)
    only_left[:, 40:] = 255
    assert alone == loss(evidence.cosines, None, only_left)
    both = halves() + 1
    both[:, :40] = 1
    assert alone < loss(evidence.cosines, None, both)


def test_alignment_is_the_cross_entropy_of_scaled_cosines():
    cosines = torch.tensor([0.3, -0.1])[:, None, None].expand(2, 4, 4)
    wanted = F.cross_entropy(10 * torch.tensor([[0.3, -0.1]]), torch.tensor([1]))
    assert torch.isclose(AlignmentLoss(False)(cosines, None, torch.full((32, 32), 2, dtype=torch.uint8)), wanted)


def test_a_picture_without_labels_gives_a_finite_loss():
    evidence = planted()
    cosines = evidence.cosines.clone().requires_grad_()
    nothing = torch.full((80, 80), 255, dtype=torch.uint8)
    loss = AlignmentLoss(True)(cosines, evidence.rest, nothing) + PresenceLoss()(cosines, evidence.rest, nothing)
    loss.backward()
    assert torch.isfinite(cosines.grad).all()


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
    features = [torch.zeros(1, 2, 2)]
    assert loss(features, torch.full((16, 16), 1 + index)) < 1e-3
    assert loss(features, torch.full((16, 16), 2 + index)) > 1
