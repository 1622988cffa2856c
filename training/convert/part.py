"""One network of a bundle from a checkpoint: its configuration, read off the shapes, and its tensors."""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from . import checkpoint
from .errors import ConversionError, listed
from .layouts import LAYOUTS, Tensors

Fields = dict[str, Any]
BILINEAR = {"mode": "bilinear", "align_corners": False}


@dataclass(frozen=True)
class Choices:
    """What no checkpoint says."""

    head_width: int = 64
    activation: str = "quick_gelu"


class Part:
    """A checkpoint in a layout that was recognised."""

    def __init__(self, path: Path, part: str) -> None:
        tensors = checkpoint.read(path)
        # LSeg's and SAZS's transformers differ in their heads alone: the first that fits is meant.
        found = next((layout for layout in LAYOUTS[part] if layout.marker in tensors), None)
        if found is None:
            known = ", ".join(f"{layout.name} ({layout.marker})" for layout in LAYOUTS[part])
            raise ConversionError(
                f"{path}: no {part} encoder of a known layout; known are {known}; found {listed(sorted(tensors), 4)}"
            )
        self.path, self.layout = path, found
        self.tensors: Tensors = found.prepare(tensors)

    def tensor(self, target: str) -> Tensor:
        source = self.layout.source(target)
        names = source.names if source else (target,)
        if missing := [name for name in names if name not in self.tensors]:
            raise ConversionError(f"{self.path}: tensor {listed(missing)} is missing, needed for {target}")
        value = torch.cat([self.tensors[name] for name in names]) if len(names) > 1 else self.tensors[names[0]]
        return value.T if source and source.transposed else value

    def shape(self, target: str) -> tuple[int, ...]:
        return tuple(self.tensor(target).shape)

    def has(self, target: str) -> bool:
        source = self.layout.source(target)
        return source is not None and all(name in self.tensors for name in source.names)

    def count(self, target: str) -> int:
        """How many of `target.format(0)`, `target.format(1)`, … there are."""
        return next(index for index in range(10_000) if not self.has(target.format(index)))

    def weights(self, network: nn.Module) -> Tensors:
        """The tensors of `network`; one missing, left over or of another shape is an error with the list."""
        expected = {k: v for k, v in network.state_dict().items() if not checkpoint.COUNTERS.match(k)}
        if missing := [name for name in expected if not self.has(name)]:
            raise ConversionError(f"{self.path}: missing for {self.layout.name}: {listed(missing)}")
        weights = {name: self.tensor(name) for name in expected}
        unlike = [
            f"{name} {tuple(value.shape)} for {tuple(expected[name].shape)}"
            for name, value in weights.items()
            if value.shape != expected[name].shape
        ]
        if unlike:
            raise ConversionError(f"{self.path}: of another shape: {listed(unlike)}")
        if infinite := [name for name, value in weights.items() if not torch.isfinite(value).all()]:
            raise ConversionError(f"{self.path}: not finite: {listed(infinite)}")
        self.require_all_used(set(expected))
        return {name: value.float().contiguous() for name, value in weights.items()}

    def require_all_used(self, targets: set[str]) -> None:
        used = {name for target in targets if (source := self.layout.source(target)) for name in source.names}
        unused = [
            name
            for name in self.tensors
            if name not in used and not any(re.fullmatch(pattern, name) for pattern in self.layout.ignored)
        ]
        if unused:
            raise ConversionError(f"{self.path}: belongs to no layer of {self.layout.name}: {listed(unused)}")


def text(part: Part, choices: Choices) -> Fields:
    context, width = part.shape("positional_embedding")
    return {
        "architecture": "clip-text",
        "weights": "text.safetensors",
        "vocabulary": "vocab.json",
        "merges": "merges.txt",
        "width": width,
        "layers": part.count("transformer.resblocks.{}.ln_1.weight"),
        "heads": width // choices.head_width,
        "mlp_width": part.shape("transformer.resblocks.0.mlp.c_fc.weight")[0],
        "context_length": context,
        "embedding_dimension": part.shape("text_projection")[1],
        "activation": choices.activation,
        "epsilon": 1e-5,
    }


def transformer(part: Part, prefix: str, depth: int, choices: Choices) -> Fields:
    """The fields of a transformer by timm's names."""
    _, count, width = part.shape(f"{prefix}pos_embed")
    return {
        "width": width,
        "depth": depth,
        "heads": width // choices.head_width,
        "mlp_width": part.shape(f"{prefix}blocks.0.mlp.fc1.weight")[0],
        "patch": part.shape(f"{prefix}patch_embed.proj.weight")[-1],
        "position_grid": [math.isqrt(count - 1)] * 2,
        "epsilon": 1e-6,
        "activation": "gelu",
    }


def spectral(part: Part, choices: Choices) -> Fields:
    fields = transformer(part, "", part.count("blocks.{}.norm1.weight"), choices)
    layer_scale, registers = part.has("blocks.0.ls1.gamma"), part.has("register_tokens")
    return (
        {"architecture": "vit", "weights": "spectral.safetensors"}
        | fields
        | {"position_rule": "bicubic-antialias" if registers else "dino"}
        | ({"registers": part.shape("register_tokens")[1]} if registers else {})
        | ({"layer_scale": True} if layer_scale else {})
    )


def clip(part: Part, choices: Choices) -> Fields:
    width, _, _, patch = part.shape("conv1.weight")
    count, _ = part.shape("positional_embedding")
    return {
        "width": width,
        "depth": part.count("transformer.resblocks.{}.ln_1.weight"),
        "heads": width // choices.head_width,
        "mlp_width": part.shape("transformer.resblocks.0.mlp.c_fc.weight")[0],
        "patch": patch,
        "position_grid": [math.isqrt(count - 1)] * 2,
        "epsilon": 1e-5,
        "activation": choices.activation,
        "position_rule": "bicubic",
        "embedding_dimension": part.shape("proj")[1],
        "readout": {"name": "proxyclip", "beta": 1.2, "gamma": 3},
    }


def dpt(part: Part, choices: Choices) -> Fields:
    depth = part.count("backbone.blocks.{}.norm1.weight")
    norm = part.has("fusion.0.residual1.norm1.weight")
    return (
        transformer(part, "backbone.", depth, choices)
        | {"position_interpolation": BILINEAR, "readout": "project"}
        # The quarters: 5, 11, 17, 23 of 24 blocks.
        | {"hooks": [depth * quarter // 4 - 1 for quarter in (1, 2, 3, 4)]}
        | {"reassemble_channels": [part.shape(f"reassemble.{level}.project.weight")[0] for level in range(4)]}
        | {"features": part.shape("head.weight")[1], "embedding_dimension": part.shape("head.weight")[0]}
        | ({"batch_norm_epsilon": 1e-5} if norm else {})
        | {"boundary_head": False}
    )


def sazs_vit(part: Part, choices: Choices) -> Fields:
    # The second of four hooks: block 11 of 24.
    depth = part.count("backbone.blocks.{}.norm1.weight") // 2
    return (
        transformer(part, "backbone.", depth, choices)
        | {"position_interpolation": BILINEAR, "readout": "project"}
        | {"embedding_dimension": part.shape("reassemble.project.weight")[0], "boundary_head": True}
    )


def drn(part: Part, _: Choices) -> Fields:
    block = "bottleneck" if part.has("layer3.0.conv3.weight") else "basic"
    plain = {index: part.shape(f"layer{index}.0.weight")[0] for index in (1, 2, 7, 8)}
    residual = {index: part.shape(f"layer{index}.0.conv1.weight")[0] for index in (3, 4, 5, 6)}
    counts = {index: part.count(f"layer{index}.{{}}.conv1.weight") for index in residual}
    # Convolution, norm and ReLU are three modules each.
    counts |= {index: next(n for n in range(99) if not part.has(f"layer{index}.{3 * n}.weight")) for index in plain}
    return {
        "block": block,
        "channels": [(plain | residual)[index] for index in range(1, 9)],
        "blocks": [counts[index] for index in range(1, 9)],
        "batch_norm_epsilon": 1e-5,
        "pyramid_bins": [1, 2, 3, 6],
        "pyramid_interpolation": BILINEAR,
        "pyramid_width": part.shape("pyramid.branches.0.weight")[0],
        "embedding_dimension": part.shape("pyramid.fuse.weight")[0],
        "boundary_head": True,
    }


VISUAL = {"clip": clip, "dpt": dpt, "sazs-vit": sazs_vit, "drn-d": drn}


def visual(part: Part, choices: Choices) -> Fields:
    architecture = part.layout.architecture
    fields = VISUAL[architecture](part, choices)
    return {"architecture": architecture, "weights": "visual.safetensors"} | fields
