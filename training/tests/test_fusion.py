"""The whole-picture rules equal the definitions that make the Swift goldens, and simple identities."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from silhouette_training.fusion import Shapes, grid, propagate, select


def definitions():
    path = Path(__file__).parents[1] / "goldens/fusion.py"
    spec = importlib.util.spec_from_file_location("golden_fusion", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def two_blocks() -> Shapes:
    """An 8×8 grid whose left and right halves are tied to themselves."""
    side = torch.arange(64) % 8 < 4
    w = torch.where(side[:, None] == side[None], 1.0, 0.01)
    degrees = w.sum(1)
    return Shapes(degrees.rsqrt()[:, None] * w * degrees.rsqrt()[None], degrees, (8, 8), 3)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("background", [None, 0])
def test_select_equals_the_definition(seed, background):
    rng = np.random.default_rng(seed)
    noise = torch.from_numpy(rng.normal(size=(1, 4, 3, 4)).astype(np.float32))
    logits = F.interpolate(2 * noise, size=(12, 17), mode="bilinear")[0].numpy()
    maps = F.interpolate(
        torch.from_numpy(rng.normal(size=(1, 3, 3, 4)).astype(np.float32)), size=(12, 17), mode="bilinear"
    )
    regions = maps[0].numpy() > 0
    regions = np.concatenate([regions, ~regions])
    wanted = definitions().select(logits.transpose(1, 2, 0), list(regions), background, 0.3, 1.0)
    assert np.array_equal(select(logits, regions, background, 0.3, 1.0), wanted)


def test_the_first_eigensegment_parts_two_blocks():
    first = two_blocks().candidates((8, 8))[0]
    assert first[:, :4].all() != first[:, 4:].all()
    assert first[:, :4].any() != first[:, 4:].any()


def test_propagation_keeps_constants_and_evens_out_blocks():
    constant = torch.full((2, 8, 8), 3.0)
    assert torch.allclose(propagate(constant, (8, 8), two_blocks(), 2.0), constant, atol=1e-4)
    rough = torch.randn(1, 8, 8, generator=torch.Generator().manual_seed(1))
    smooth = propagate(rough, (8, 8), two_blocks(), 50.0)
    assert smooth[0, :, :4].std() < 0.2 * rough[0, :, :4].std()


@pytest.mark.parametrize(
    ("size", "wanted"), [((240, 320), (30, 40)), ((480, 480), (60, 60)), ((3, 5), (1, 1)), ((960, 960), (60, 60))]
)
def test_grid(size, wanted):
    assert grid(*size, 8, 3600) == wanted
