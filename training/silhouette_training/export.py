"""Writes the bundle: `python -m silhouette_training.export --help`.

Weights as F16 safetensors, the cut vocabulary, `bundle.json` with every file's SHA-256, and a self-test
whose label map is the answer of `inference.py` (or of the command, when given with `--label-map`).
"""

import argparse
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn

from .alignment.loss import LOGIT_SCALE
from .alignment.train import DEVIATION, MEAN
from .evaluate import load_visual
from .fusion import normalised_affinity, propagate
from .inference import MAX_SIDE, MULTIPLE, Presence, answer, embed
from .models import VisionTransformer, VisionTransformerConfiguration
from .scenes.compose import compose
from .scenes.vocabulary import Triple
from .spectral import train as spectral_training
from .text.encoder import BACKGROUND, TEMPLATES, NameEncoder

SELFTEST = {
    "red striped circle": Triple("red", "striped", "circle"),
    "blue plain square": Triple("blue", "plain", "square"),
    "yellow dotted star": Triple("yellow", "dotted", "star"),
    "green checkered heart": Triple("green", "checkered", "heart"),
    "black plain triangle": Triple("black", "plain", "triangle"),
}
FUSION = {"rule": "none", "tau": 0.5, "gamma": 1.0, "alpha": 1.0, "lambda": 0.0, "eigensegments": 5}


def halves(model: nn.Module) -> dict[str, Tensor]:
    """All tensors as F16, the counters of batch norm left out."""
    state = {name: value for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    tensors = {name: value.detach().to(torch.float16).contiguous() for name, value in state.items()}
    for name, value in tensors.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{name} does not fit into half precision")
    return tensors


def rounded(model: nn.Module) -> nn.Module:
    """The model with the weights that the bundle will hold."""
    state = model.state_dict()
    model.load_state_dict({k: v.half().to(v.dtype) if v.is_floating_point() else v for k, v in state.items()})
    return model


def load_spectral(checkpoint: Path) -> VisionTransformer:
    state = torch.load(checkpoint, weights_only=False)
    model = VisionTransformer(VisionTransformerConfiguration(**state["configuration"]))
    model.load_state_dict(state["model"])
    return model.eval()


def configuration(encoder: NameEncoder, visual: nn.Module, spectral: VisionTransformer, presence: Presence) -> dict:
    text, drn, vit = encoder.model.configuration, visual.configuration, spectral.configuration
    sampling = {"interpolation": "bilinear", "antialias": True}
    return {
        "format": 1,
        "name": "silhouette-starter",
        "version": "1",
        "license": "Apache-2.0",
        "text": {
            "architecture": "clip-text",
            "weights": "text.safetensors",
            "vocabulary": "vocab.json",
            "merges": "merges.txt",
            "width": text.width,
            "layers": text.layers,
            "heads": text.heads,
            "mlp_width": text.mlp_width,
            "context_length": text.context_length,
            "embedding_dimension": text.embedding_dimension,
            "activation": text.activation,
            "epsilon": text.epsilon,
        },
        "visual": {
            "architecture": "drn-d",
            "weights": "visual.safetensors",
            "block": drn.block,
            "channels": list(drn.channels),
            "blocks": list(drn.blocks),
            "batch_norm_epsilon": drn.batch_norm_epsilon,
            "pyramid_bins": list(drn.pyramid_bins),
            "pyramid_interpolation": {"mode": "bilinear", "align_corners": drn.align_corners},
            "pyramid_width": drn.pyramid_width,
            "embedding_dimension": drn.embedding_dimension,
            "boundary_head": drn.boundary_head,
            "preprocessing": {
                "max_side": MAX_SIDE,
                "multiple": MULTIPLE,
                "mean": list(MEAN),
                "std": list(DEVIATION),
            }
            | sampling,
        },
        "spectral": {
            "architecture": "vit",
            "weights": "spectral.safetensors",
            "width": vit.width,
            "depth": vit.depth,
            "heads": vit.heads,
            "mlp_width": vit.mlp_width,
            "patch": vit.patch,
            "position_grid": list(vit.position_grid),
            "epsilon": vit.epsilon,
            "activation": "gelu",
            "position_rule": "dino",
            "preprocessing": {
                "max_tokens": 3600,
                "mean": list(spectral_training.MEAN),
                "std": list(spectral_training.DEVIATION),
            }
            | sampling,
        },
        "prompts": {"templates": list(TEMPLATES), "background": list(BACKGROUND)},
        "logit_scale": LOGIT_SCALE,
        "fusion": FUSION,
        "presence": asdict(presence),
    }


def smoothing(model: VisionTransformer, picture: np.ndarray, fusion: dict) -> Callable[[Tensor], Tensor]:
    """What the rule does to the logits; rules that replace regions are the command's alone."""
    match fusion["rule"]:
        case "none":
            return lambda logits: logits
        case "propagate":
            affinity, _, tokens = normalised_affinity(model, picture)
            return lambda logits: propagate(logits, affinity, tokens, fusion["alpha"])
        case rule:
            raise ValueError(f"the self-test of rule {rule!r} needs the command's answer: give --label-map")


def write_label_map(path: Path, labels: np.ndarray) -> None:
    """An indexed picture: index 0 = unlabeled, i = class i."""
    image = Image.fromarray(labels, mode="P")
    steps = np.linspace(0, 255, len(SELFTEST) + 1).astype(int)
    image.putpalette([value for step in steps for value in (int(step),) * 3])
    image.save(path, optimize=True)


def export(text: Path, visual: Path, spectral: Path, out: Path, fusion: dict, label_map: Path | None) -> None:
    encoder = NameEncoder(text)
    rounded(encoder.model)
    drn, vit = rounded(load_visual(visual / "visual.pt")), load_spectral(spectral / "spectral.pt")
    presence = Presence(**json.loads((visual / "presence.json").read_text()))
    out.mkdir(parents=True, exist_ok=True)
    for name, model in (("text", encoder.model), ("visual", drn), ("spectral", vit)):
        save_file(halves(model), out / f"{name}.safetensors")
        (out / f"{name}.safetensors").chmod(0o644)
    encoder.tokenizer.save(out)
    bundle = configuration(encoder, drn, vit, presence)
    bundle["fusion"] = bundle["fusion"] | fusion
    scene = compose(np.random.default_rng(4), list(SELFTEST.values()))
    Image.fromarray(scene.picture).save(out / "selftest.png", optimize=True)
    if label_map is None:
        texts, background = encoder.names(list(SELFTEST)), encoder.prompts(BACKGROUND)
        fuse = smoothing(rounded(vit), scene.picture, bundle["fusion"])
        labels = answer(embed(drn, scene.picture), texts, background, scene.owners.shape, presence, fuse=fuse).labels
        write_label_map(out / "selftest-labels.png", labels)
        print("self-test pixels as drawn:", round(float((labels == scene.owners).mean()), 4))
    else:
        shutil.copyfile(label_map, out / "selftest-labels.png")
    bundle["selftest"] = {"image": "selftest.png", "label_map": "selftest-labels.png", "classes": list(SELFTEST)}
    files = ("text.safetensors", "visual.safetensors", "spectral.safetensors", "vocab.json", "merges.txt")
    bundle["files"] = {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest()
        for name in (*files, "selftest.png", "selftest-labels.png")
    }
    (out / "bundle.json").write_text(json.dumps(bundle, indent=2) + "\n")
    print("bytes:", sum(path.stat().st_size for path in out.iterdir()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("text", "visual", "spectral", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--fusion", type=json.loads, default={}, help='JSON, e.g. {"rule": "propagate", "alpha": 2}')
    parser.add_argument("--label-map", type=Path, help="the command's own answer to the self-test")
    a = parser.parse_args()
    torch.set_num_threads(1)
    export(a.text, a.visual, a.spectral, a.out, a.fusion, a.label_map)


if __name__ == "__main__":
    main()
