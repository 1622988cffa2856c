"""The committed bundle: hashes, shapes, size, and its self-test through the replica."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from silhouette_training.export import halves, smoothing
from silhouette_training.inference import Presence, answer, embed
from silhouette_training.models import (
    DRN,
    CLIPText,
    CLIPTextConfiguration,
    DRNConfiguration,
    VisionTransformer,
    VisionTransformerConfiguration,
)
from silhouette_training.text.tokenizer import Tokenizer

BUNDLE = Path(__file__).parents[2] / "Sources/silhouette/Resources/silhouette-starter"


@pytest.fixture(scope="module")
def bundle() -> dict:
    return json.loads((BUNDLE / "bundle.json").read_text())


def load(model: torch.nn.Module, file: str) -> torch.nn.Module:
    """Every tensor present, none too many; the counters of batch norm apart."""
    missing, unexpected = model.load_state_dict(
        {name: value.float() for name, value in load_file(BUNDLE / file).items()}, strict=False
    )
    assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing)
    return model.eval()


def visual(bundle: dict) -> DRN:
    v = bundle["visual"]
    weights = load_file(BUNDLE / v["weights"])
    configuration = DRNConfiguration(
        channels=tuple(v["channels"]),
        blocks=tuple(v["blocks"]),
        block=v["block"],
        pyramid_bins=tuple(v["pyramid_bins"]),
        pyramid_width=v["pyramid_width"],
        fuse_width=weights["pyramid.fuse.weight"].shape[0],
        embedding_dimension=v["embedding_dimension"],
    )
    return load(DRN(configuration), v["weights"])


def text(bundle: dict) -> tuple[Tokenizer, CLIPText]:
    t = bundle["text"]
    tokenizer = Tokenizer.load(BUNDLE / t["merges"])
    keys = ("width", "layers", "heads", "mlp_width", "context_length", "embedding_dimension", "activation", "epsilon")
    configuration = CLIPTextConfiguration(vocabulary=len(tokenizer.ids), **{key: t[key] for key in keys})
    return tokenizer, load(CLIPText(configuration), t["weights"])


def test_hashes_and_size(bundle):
    for name, digest in bundle["files"].items():
        assert hashlib.sha256((BUNDLE / name).read_bytes()).hexdigest() == digest, name
    assert sum((BUNDLE / name).stat().st_size for name in bundle["files"]) <= 30_000_000


def spectral(bundle: dict) -> VisionTransformer:
    s = bundle["spectral"]
    keys = ("width", "depth", "heads", "mlp_width", "patch", "epsilon")
    configuration = VisionTransformerConfiguration(
        position_grid=tuple(s["position_grid"]), **{key: s[key] for key in keys}
    )
    return load(VisionTransformer(configuration), s["weights"])


def test_spectral_weights_fit_their_configuration(bundle):
    assert torch.isfinite(spectral(bundle).keys(torch.rand(1, 3, 64, 96))).all()


@torch.no_grad()
def test_self_test(bundle):
    tokenizer, encoder = text(bundle)
    prompts = bundle["prompts"]

    def embedded(prompt: str) -> torch.Tensor:
        return torch.nn.functional.normalize(encoder(torch.tensor([tokenizer.encode(prompt)]))[0], dim=-1)

    names = bundle["selftest"]["classes"]
    rows = [torch.stack([embedded(t.format(name)) for t in prompts["templates"]]).mean(0) for name in names]
    texts = torch.nn.functional.normalize(torch.stack(rows), dim=-1)
    background = torch.stack([embedded(prompt) for prompt in prompts["background"]])
    picture = np.asarray(Image.open(BUNDLE / bundle["selftest"]["image"]).convert("RGB"))
    recorded = np.asarray(Image.open(BUNDLE / bundle["selftest"]["label_map"]))
    features = embed(visual(bundle), picture)
    fuse = smoothing(spectral(bundle), picture, bundle["fusion"])
    labels = answer(features, texts, background, recorded.shape, Presence(**bundle["presence"]), fuse=fuse).labels
    assert len(np.unique(recorded)) == len(names) + 1
    assert (labels == recorded).mean() >= 0.999


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
