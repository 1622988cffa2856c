"""The committed bundle: hashes, shapes, size, and its self-test through the replica."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from silhouette_training.bundle import load
from silhouette_training.export import halves
from silhouette_training.inference import Inference
from silhouette_training.models import DRN, DRNConfiguration

BUNDLE = Path(__file__).parents[2] / "Sources/silhouette/Resources/silhouette-starter"


@pytest.fixture(scope="module")
def bundle() -> dict:
    return json.loads((BUNDLE / "bundle.json").read_text())


def test_hashes_and_size(bundle):
    for name, digest in bundle["files"].items():
        assert hashlib.sha256((BUNDLE / name).read_bytes()).hexdigest() == digest, name
    assert sum((BUNDLE / name).stat().st_size for name in bundle["files"]) <= 30_000_000


def test_every_tensor_has_its_place():
    networks = load(BUNDLE)
    assert torch.isfinite(networks.spectral.keys(torch.rand(1, 3, 64, 96))).all()


def test_self_test(bundle):
    inference, names = Inference(BUNDLE), bundle["selftest"]["classes"]
    picture = np.asarray(Image.open(BUNDLE / bundle["selftest"]["image"]).convert("RGB"))
    recorded = np.asarray(Image.open(BUNDLE / bundle["selftest"]["label_map"]))
    evidence = inference.evidence(picture, inference.names(names))
    labels = inference.answer(evidence, True, bundle["fusion"]["rule"]).labels
    assert len(np.unique(recorded)) == len(names) + 1
    # What a server asks before it calls itself ready.
    assert (labels == recorded).mean() >= 0.99


def test_halves_round_trip(tmp_path):
    model = DRN(DRNConfiguration(channels=(4,) * 8, pyramid_width=2, fuse_width=4, embedding_dimension=4))
    save_file(halves(model), tmp_path / "x.safetensors")
    again = load_file(tmp_path / "x.safetensors")
    assert not any(name.endswith("num_batches_tracked") for name in again)
    for name, value in again.items():
        assert value.dtype == torch.float16
        assert torch.equal(value, model.state_dict()[name].half())


def test_a_weight_too_large_for_half_precision_is_refused():
    model = torch.nn.Linear(2, 2)
    model.weight.data.fill_(1e6)
    with pytest.raises(ValueError, match="half precision"):
        halves(model)
