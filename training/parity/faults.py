"""Faults that engines have really had, planted in PyTorch's networks: a comparison must see each of them."""

from collections.abc import Callable
from dataclasses import replace
from types import MethodType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from silhouette_training.bundle import Networks
from silhouette_training.models import DenseCLIP, vision_transformer
from silhouette_training.models.clip_text import QuickGELU
from silhouette_training.models.dpt import Backbone, Reassemble


class QuickMLP(nn.Module):
    """A transformer's two layers with OpenAI's approximation of GELU between them."""

    def __init__(self, mlp: vision_transformer.MLP) -> None:
        super().__init__()
        self.fc1, self.fc2, self.gelu = mlp.fc1, mlp.fc2, QuickGELU()

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(self.gelu(self.fc1(x)))


def other_gelu(networks: Networks) -> None:
    for block in networks.text.transformer.resblocks:
        block.mlp.gelu = nn.GELU()
    for network in (networks.visual, networks.spectral):
        for module in list(network.modules()):
            if isinstance(module, vision_transformer.Block):
                module.mlp = QuickMLP(module.mlp)
    if isinstance(networks.visual, DenseCLIP):
        for block in networks.visual.transformer.resblocks:
            block.mlp.gelu = nn.GELU()


def other_epsilon(networks: Networks) -> None:
    for _, network in networks.items():
        for module in network.modules():
            if isinstance(module, nn.LayerNorm | nn.BatchNorm2d):
                module.eps = 1e-2


def without_class_token(networks: Networks) -> None:
    """The readout "ignore" in place of "project"."""

    def blind(self: Reassemble, tokens: Tensor, rows: int, columns: int) -> Tensor:
        tokens = torch.cat([torch.zeros_like(tokens[:, :1]), tokens[:, 1:]], dim=1)
        return Reassemble.forward(self, tokens, rows, columns)

    for module in networks.visual.modules():
        if isinstance(module, Reassemble):
            module.forward = MethodType(blind, module)


def no_dilation(networks: Networks) -> None:
    for module in networks.visual.modules():
        if isinstance(module, nn.Conv2d) and module.dilation != (1, 1):
            module.dilation, module.padding = (1, 1), (1, 1)


def other_positions(networks: Networks) -> None:
    """Positions resized to the grid's size, not by DINO's factor nor with antialias; with aligned corners in a dense
    encoder, by DINO's factor in CLIP."""

    def resized(mode: str, align: bool) -> Callable[..., Tensor]:
        def positions(self: vision_transformer.VisionTransformer, rows: int, columns: int) -> Tensor:
            grid_rows, grid_columns = self.configuration.position_grid
            patches = self.pos_embed[:, 1:].view(1, grid_rows, grid_columns, -1).permute(0, 3, 1, 2)
            patches = F.interpolate(patches, size=(rows, columns), mode=mode, align_corners=align)
            return torch.cat([self.pos_embed[:, :1], patches.flatten(2).transpose(1, 2)], dim=1)

        return positions

    networks.spectral.positions = MethodType(resized("bicubic", False), networks.spectral)
    for module in networks.visual.modules():
        if isinstance(module, Backbone):
            module.positions = MethodType(resized("bilinear", True), module)
    if isinstance(networks.visual, DenseCLIP):
        networks.visual.configuration = replace(networks.visual.configuration, position_rule="dino")


def no_causal_mask(networks: Networks) -> None:
    def sees_all(self: nn.Module, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        qkv = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = qkv.view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        return self.out_proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, length, width))

    for block in networks.text.transformer.resblocks:
        block.attn.forward = MethodType(sees_all, block.attn)


def no_first_norm(networks: Networks) -> None:
    networks.visual.ln_pre = nn.Identity()


def other_residual(networks: Networks) -> None:
    readout = networks.visual.readout
    networks.visual.readout = replace(readout, keep_residual=not readout.keep_residual)


def other_threshold(networks: Networks) -> None:
    networks.visual.readout = replace(networks.visual.readout, beta=1.0)


def other_stride(networks: Networks) -> None:
    networks.visual.window = replace(networks.visual.window, stride=16)


def no_layer_scale(networks: Networks) -> None:
    for block in networks.spectral.blocks:
        block.ls1, block.ls2 = nn.Identity(), nn.Identity()


def blank_registers(networks: Networks) -> None:
    networks.spectral.register_tokens.data.zero_()


# What each fault changes, by the start of a result's name, where the network has it.
FAULTS: dict[str, tuple[Callable[[Networks], None], dict[str, tuple[str, ...]]]] = {
    "gelu": (
        other_gelu,
        {"dpt": ("text", "visual", "spectral"), "sazs-vit": ("visual",), "drn-d": ("text", "spectral")}
        | dict.fromkeys(("maskclip", "proxyclip"), ("visual", "spectral")),
    ),
    "epsilon": (
        other_epsilon,
        dict.fromkeys(("dpt", "sazs-vit", "drn-d", "maskclip", "proxyclip"), ("text", "visual", "spectral")),
    ),
    "readout": (without_class_token, {"dpt": ("visual",), "sazs-vit": ("visual",)}),
    "dilation": (no_dilation, {"drn-d": ("visual",)}),
    "positions": (
        other_positions,
        {"dpt": ("visual", "spectral"), "sazs-vit": ("visual",)}
        | dict.fromkeys(("maskclip", "maskclip-windows", "proxyclip"), ("visual", "spectral")),
    ),
    "causal": (no_causal_mask, {"dpt": ("text",)}),
    "first-norm": (no_first_norm, dict.fromkeys(("maskclip", "proxyclip"), ("visual",))),
    "residual": (other_residual, dict.fromkeys(("maskclip", "maskclip-windows"), ("visual",))),
    "threshold": (other_threshold, dict.fromkeys(("proxyclip", "proxyclip-keys"), ("visual",))),
    "stride": (other_stride, dict.fromkeys(("maskclip-windows", "proxyclip-keys"), ("visual",))),
    "layer-scale": (no_layer_scale, dict.fromkeys(("maskclip", "proxyclip"), ("spectral",))),
    "registers": (blank_registers, dict.fromkeys(("proxyclip", "proxyclip-keys"), ("spectral",))),
}
