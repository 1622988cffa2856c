"""Published layouts: how each is told from others, and where it keeps the tensors of our networks.

Names of LSeg are those of `isl-org/lang-seg` (`lseg_net.py`, `lseg_vit.py`), of SAZS those of its public release
(`models.py`, `coco_drn.py`); neither publishes checkpoints in another form than pickles.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from . import mapping
from .mapping import Source

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Layout:
    name: str
    # The architecture that bundle.json names.
    architecture: str
    # A tensor that only this layout has.
    marker: str
    source: Callable[[str], Source | None]
    # Patterns of what a checkpoint holds besides, and our network does not need.
    ignored: tuple[str, ...]
    # Brings a checkpoint into a form that renaming alone can follow.
    prepare: Callable[[Tensors], Tensors] = lambda tensors: tensors


def prefixed(prefix: str) -> Callable[[str], Source]:
    return lambda target: Source((prefix + target,))


def by_mapping(name: str, architecture: str, marker: str, file: str, *others: str) -> Layout:
    found = mapping.load(file)
    return Layout(name, architecture, marker, found.source, (*map(re.escape, found.ignored), *others))


CLIP_TEXT = r"(token_embedding|positional_embedding|transformer|ln_final|text_projection)\b.*"
# OpenAI's archives hold three numbers besides.
OPENAI = ("logit_scale", "input_resolution", "context_length", "vocab_size")

TEXT = (
    by_mapping(
        "CLIP, Hugging Face", "clip-text", "text_model.embeddings.token_embedding.weight", "clip-text-hf",
        r"vision_model\..*", r"visual_projection\..*",
    ),
    Layout("CLIP, OpenAI", "clip-text", "token_embedding.weight", prefixed(""), (*OPENAI, r"visual\..*")),
    Layout(
        "LSeg", "clip-text", "clip_pretrained.token_embedding.weight", prefixed("clip_pretrained."),
        (r"clip_pretrained\.(logit_scale|visual\..*)", r"(pretrained|scratch|auxlayer)\..*"),
    ),
)  # fmt: skip


def dpt(target: str) -> Source | None:
    """Levels from fine to coarse: ours from 0, DPT's from 1."""
    for pattern, replacement in (
        (r"backbone\.(.+)", "pretrained.model.{0}"),
        (r"reassemble\.(\d)\.readout\.(.+)", "pretrained.act_postprocess{1}.0.project.0.{0}"),
        (r"reassemble\.(\d)\.project\.(.+)", "pretrained.act_postprocess{1}.3.{0}"),
        (r"reassemble\.(\d)\.resize\.(.+)", "pretrained.act_postprocess{1}.4.{0}"),
        (r"neck\.(\d)\.(.+)", "scratch.layer{1}_rn.{0}"),
        (r"fusion\.(\d)\.project\.(.+)", "scratch.refinenet{1}.out_conv.{0}"),
        (r"fusion\.(\d)\.residual([12])\.(.+)", "scratch.refinenet{1}.resConfUnit{2}.{0}"),
        (r"head\.(.+)", "scratch.head1.{0}"),
    ):
        if match := re.fullmatch(pattern, target):
            level, *middle, rest = match.groups() if match.re.groups > 1 else ("0", match.group(1))
            name = replacement.format(rest, int(level) + 1, *middle)
            return Source((re.sub(r"\.norm([12])\.", r".bn\1.", name) if "resConfUnit" in name else name,))
    return None


# timm's classifier, and the final norm that no hook sees.
TIMM_REST = r"pretrained\.model\.(norm|head)\..*"


def sazs_vit(target: str) -> Source | None:
    if target.startswith("boundary."):
        return Source((target.replace("boundary.", "edgeocr_cls_head."),))
    return dpt(target.replace("reassemble.", "reassemble.1."))


def drn(target: str) -> Source | None:
    if match := re.fullmatch(r"layer(\d)\.(.+)", target):
        return Source((f"base.{match[1]}.{match[2]}",))
    if target.startswith("boundary."):
        return Source((target.replace("boundary.", "edgeocr_cls_head."),))
    return Source((target,))


PYRAMID = {"pyramid.branches.0": "pool1", "pyramid.branches.1": "pool2", "pyramid.branches.2": "pool3"} | {
    "pyramid.branches.3": "pool6",
    "pyramid.fuse": "fc1",
}


def folded(tensors: Tensors, epsilon: float = 1e-5) -> Tensors:
    """The pyramid's convolutions with their batch norms as one: w·γ/√(σ²+ε), β − μ·γ/√(σ²+ε)."""
    tensors = dict(tensors)
    for ours, theirs in PYRAMID.items():
        weight = f"{theirs}.weight" if theirs == "fc1" else f"{theirs}_conv.weight"
        names = [weight, *(f"{theirs}_bn.{part}" for part in ("weight", "bias", "running_mean", "running_var"))]
        if not all(name in tensors for name in names):
            continue
        kernel, gamma, beta, mean, variance = (tensors.pop(name).float() for name in names)
        factor = gamma / torch.sqrt(variance + epsilon)
        tensors[f"{ours}.weight"] = kernel * factor[:, None, None, None]
        tensors[f"{ours}.bias"] = beta - mean * factor
    return tensors


VISUAL = (
    by_mapping(
        "CLIP, Hugging Face", "clip", "vision_model.embeddings.class_embedding", "clip-visual-hf",
        r"text_model\..*", r"text_projection\..*",
    ),
    Layout("CLIP, OpenAI", "clip", "visual.class_embedding", prefixed("visual."), (*OPENAI, CLIP_TEXT)),
    Layout(
        "LSeg", "dpt", "scratch.head1.weight", dpt,
        (TIMM_REST, r"clip_pretrained\..*", r"scratch\.refinenet4\.resConfUnit1\..*", r"auxlayer\..*"),
    ),
    Layout(
        "SAZS on a vision transformer", "sazs-vit", "pretrained.act_postprocess2.3.weight", sazs_vit,
        # The release reads one level; the blocks after it and the decoder do not reach its answer.
        (TIMM_REST, r"pretrained\.model\.blocks\.\d+\..*", r"pretrained\.act_postprocess[134]\..*", r"scratch\..*"),
    ),
    Layout("SAZS on a DRN-D", "drn-d", "base.0.0.weight", drn, (r"fc2\.weight", r"up\.weight"), folded),
)  # fmt: skip

SPECTRAL = (
    by_mapping("DINO, Hugging Face", "vit", "encoder.layer.0.layernorm_before.weight", "dino-hf"),
    by_mapping("DINOv2, Hugging Face", "vit", "encoder.layer.0.norm1.weight", "dinov2-hf"),
    Layout("DINO or DINOv2, original", "vit", "blocks.0.attn.qkv.weight", prefixed(""), ("mask_token",)),
)

LAYOUTS = {"text": TEXT, "visual": VISUAL, "spectral": SPECTRAL}
