"""The networks of a bundle as PyTorch defines them, built from what its `bundle.json` says."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import nn

from .errors import TrainingError
from .models import (
    DRN,
    CLIPText,
    CLIPTextConfiguration,
    CLIPVisualConfiguration,
    DenseCLIP,
    DRNConfiguration,
    Readout,
    VisionTransformer,
    VisionTransformerConfiguration,
    Window,
)
from .models.dpt import DPT, DPTConfiguration
from .models.sazs_vit import SAZSViT, SAZSViTConfiguration

Fields = dict[str, Any]


@dataclass(frozen=True)
class Networks:
    text: CLIPText
    visual: nn.Module
    spectral: VisionTransformer

    def items(self) -> list[tuple[str, nn.Module]]:
        return [("text", self.text), ("visual", self.visual), ("spectral", self.spectral)]


def build(bundle: Fields, vocabulary: int) -> Networks:
    """The networks without their weights.

    `bundle` is what `bundle.json` says, `vocabulary` the number of tokens.
    """
    text = bundle["text"]
    names = ("width", "layers", "heads", "mlp_width", "context_length", "embedding_dimension", "activation", "epsilon")
    return Networks(
        CLIPText(CLIPTextConfiguration(vocabulary, *(text[name] for name in names))).eval(),
        visual(bundle["visual"]).eval(),
        VisionTransformer(transformer(bundle["spectral"])).eval(),
    )


def transformer(fields: Fields) -> VisionTransformerConfiguration:
    if fields["activation"] != "gelu":
        raise ValueError(f"the definition has the exact GELU, not {fields['activation']}")
    names = ("width", "depth", "heads", "mlp_width", "patch")
    return VisionTransformerConfiguration(
        *(fields[name] for name in names),
        tuple(fields["position_grid"]),
        fields["epsilon"],
        fields.get("registers", 0),
        fields.get("layer_scale", False),
        fields.get("position_rule", "dino"),
    )


def clip(fields: Fields) -> DenseCLIP:
    names = ("width", "depth", "heads", "mlp_width", "patch")
    configuration = CLIPVisualConfiguration(
        *(fields[name] for name in names),
        tuple(fields["position_grid"]),
        *(fields[name] for name in ("epsilon", "activation", "position_rule", "embedding_dimension")),
    )
    window = fields.get("window")
    return DenseCLIP(configuration, Readout(**fields["readout"]), window and Window(**window))


def visual(fields: Fields) -> nn.Module:
    dimension, boundary = fields["embedding_dimension"], fields.get("boundary_head", False)
    match fields["architecture"]:
        case "dpt":
            return DPT(
                DPTConfiguration(
                    transformer(fields),
                    tuple(fields["hooks"]),
                    tuple(fields["reassemble_channels"]),
                    fields["features"],
                    fields.get("batch_norm_epsilon"),
                    dimension,
                    boundary,
                )
            )
        case "clip":
            return clip(fields)
        case "sazs-vit":
            return SAZSViT(SAZSViTConfiguration(transformer(fields), dimension, boundary))
        case "drn-d":
            fused = fields.get("fuse_width")
            return DRN(
                DRNConfiguration(
                    tuple(fields["channels"]),
                    tuple(fields["blocks"]),
                    fields["block"],
                    fields["batch_norm_epsilon"],
                    tuple(fields["pyramid_bins"]),
                    fields["pyramid_width"],
                    dimension if fused is None else fused,
                    None if fused is None else dimension,
                    boundary,
                    fields["pyramid_interpolation"]["align_corners"],
                )
            )
        case other:
            raise ValueError(f"no definition of {other!r} here; known are dpt, sazs-vit, drn-d, clip")


def load(folder: Path) -> Networks:
    """The networks of a bundle with its weights; a tensor missing, unused or of another shape is an error."""
    fields = document(folder)
    vocabulary = len(json.loads((folder / fields["text"]["vocabulary"]).read_text()))
    tensors = {part: load_file(folder / fields[part]["weights"]) for part in ("text", "visual", "spectral")}
    if "project.weight" in tensors["visual"]:
        # A DRN's width before its projection may be left to the weights.
        fields["visual"].setdefault("fuse_width", len(tensors["visual"]["pyramid.fuse.weight"]))
    networks = build(fields, vocabulary)
    for part, network in networks.items():
        weights = {name: value.float() for name, value in tensors[part].items()}
        counters = {k: v for k, v in network.state_dict().items() if k.endswith("num_batches_tracked")}
        network.load_state_dict(weights | counters, strict=True)
    return networks


def document(folder: Path) -> Fields:
    try:
        return json.loads((folder / "bundle.json").read_text())
    except (OSError, ValueError) as error:
        raise TrainingError(f"{folder}/bundle.json: cannot be read ({error})") from None


def amend(folder: Path, **fields: Any) -> None:
    """Changes fields of a bundle, and records every file's SHA-256 anew."""
    changed = (document(folder) if (folder / "bundle.json").exists() else {}) | fields
    named = [changed[part]["weights"] for part in ("text", "visual", "spectral")]
    named += [changed["text"]["vocabulary"], changed["text"]["merges"]]
    if "selftest" in changed:
        named += [changed["selftest"]["image"], changed["selftest"]["label_map"]]
    changed["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in named}
    partial = folder / "bundle.json.partial"
    partial.write_text(json.dumps(changed, indent=2) + "\n")
    partial.replace(folder / "bundle.json")
