"""Bundles of every architecture at a depth and width that take a second."""

import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file

from silhouette_training.bundle import Fields, build
from silhouette_training.models.drawing import randomise

TRANSFORMER: Fields = {
    "width": 48,
    "depth": 4,
    "heads": 3,
    "mlp_width": 96,
    "epsilon": 1e-6,
    "activation": "gelu",
}
BILINEAR: Fields = {"mode": "bilinear", "align_corners": False}
PREPROCESSING: Fields = {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bilinear", "antialias": True}
READ_OUT: Fields = TRANSFORMER | {
    "patch": 16,
    "position_grid": [5, 5],
    "position_interpolation": BILINEAR,
    "readout": "project",
}
PYRAMID: Fields = {
    "batch_norm_epsilon": 1e-5,
    "pyramid_bins": [1, 2, 3, 6],
    "pyramid_interpolation": BILINEAR,
    "pyramid_width": 8,
}

TEXT: Fields = {
    "architecture": "clip-text",
    "weights": "text.safetensors",
    "vocabulary": "vocab.json",
    "merges": "merges.txt",
    "width": 64,
    "layers": 3,
    "heads": 2,
    "mlp_width": 128,
    "context_length": 77,
    "embedding_dimension": 32,
    "activation": "quick_gelu",
    "epsilon": 1e-5,
}
DINO: Fields = TRANSFORMER | {
    "architecture": "vit",
    "weights": "spectral.safetensors",
    "patch": 8,
    "position_grid": [6, 6],
    "position_rule": "dino",
    "preprocessing": PREPROCESSING | {"max_tokens": 3600},
}
DINOV2: Fields = DINO | {"layer_scale": True}
DINOV2_REGISTERS: Fields = DINOV2 | {"registers": 4, "position_rule": "bicubic-antialias"}

CLIP: Fields = TRANSFORMER | {
    "architecture": "clip",
    "epsilon": 1e-5,
    "activation": "quick_gelu",
    "patch": 16,
    "position_grid": [5, 5],
    "position_rule": "bicubic",
}
PROXY: Fields = {"beta": 1.2, "gamma": 3}
VISUAL: dict[str, Fields] = {
    "dpt": READ_OUT
    | {
        "architecture": "dpt",
        "hooks": [0, 1, 2, 3],
        "reassemble_channels": [8, 16, 24, 24],
        "features": 16,
        "batch_norm_epsilon": 1e-5,
    },
    "sazs-vit": READ_OUT | {"architecture": "sazs-vit"},
    "drn-d": PYRAMID
    | {
        "architecture": "drn-d",
        "block": "bottleneck",
        "channels": [4, 4, 4, 4, 6, 6, 8, 8],
        "blocks": [1, 1, 1, 1, 2, 1, 1, 1],
    },
    "maskclip": CLIP | {"readout": {"name": "maskclip", "keep_residual": True}},
    "maskclip-windows": CLIP
    | {"readout": {"name": "maskclip", "keep_residual": False}, "window": {"side": 64, "stride": 32}},
    "proxyclip": CLIP | {"readout": {"name": "proxyclip"} | PROXY},
    "proxyclip-keys": CLIP | {"readout": {"name": "proxyclip-keys"} | PROXY, "window": {"side": 64, "stride": 48}},
}
# Beside the others stands DINO's transformer.
SPECTRAL: dict[str, Fields] = {
    "maskclip": DINOV2,
    "proxyclip": DINOV2_REGISTERS,
    "proxyclip-keys": DINOV2_REGISTERS,
}


def write(folder: Path, visual: str, tokenizer: Path, seed: int) -> None:
    """A bundle with the small visual encoder `visual`; `tokenizer` holds `vocab.json` and `merges.txt`."""
    folder.mkdir(parents=True)
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(tokenizer / name, folder / name)
    bundle: Fields = {
        "format": 1,
        "name": f"small-{visual}",
        "version": f"seed-{seed}",
        "license": "CC0-1.0",
        "text": TEXT,
        "visual": VISUAL[visual]
        | {
            "weights": "visual.safetensors",
            "embedding_dimension": TEXT["embedding_dimension"],
            "preprocessing": PREPROCESSING | {"max_side": 480, "multiple": 32},
        }
        | ({} if VISUAL[visual]["architecture"] == "clip" else {"boundary_head": True}),
        "spectral": SPECTRAL.get(visual, DINO),
        "prompts": {"templates": ["{}"], "background": ["background"]},
        "logit_scale": 10.0,
        "fusion": {"rule": "none", "tau": 0.8, "gamma": 2, "alpha": 0.2, "lambda": 0, "eigensegments": 5},
        "presence": {"a": 1, "b": 0, "threshold": 0},
    }
    generator = torch.Generator().manual_seed(seed)
    for part, network in build(bundle, len(json.loads((folder / "vocab.json").read_text()))).items():
        randomise(network, generator)
        weights = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
        save_file({name: value.contiguous() for name, value in weights.items()}, folder / f"{part}.safetensors")
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
    (folder / "bundle.json").write_text(json.dumps(bundle | {"files": hashes}, indent=2) + "\n")
