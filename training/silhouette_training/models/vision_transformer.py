"""DINO's and DINOv2's vision transformers, written to their definitions.

ε 1e-6, exact GELU, qkv bias. DINO's rule for positions, which DINOv2 without registers keeps, is bicubic, with the
scale factor `(side + 0.1) / grid` handed to the interpolation, so the sampling grid differs a little from that of an
interpolation to the same size. DINOv2 with registers interpolates to the size, with antialiasing.

Sources: Caron et al. 2021, Oquab et al. 2023, Darcet et al. 2023 (`vision_transformer.py` of each release).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class VisionTransformerConfiguration:
    width: int = 192
    depth: int = 4
    heads: int = 3
    mlp_width: int = 768
    patch: int = 8
    position_grid: tuple[int, int] = (28, 28)
    epsilon: float = 1e-6
    registers: int = 0
    layer_scale: bool = False
    position_rule: str = "dino"  # dino, bicubic or bicubic-antialias


class LayerScale(nn.Module):
    """A learned factor for each channel of a branch."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gamma


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def split(self, x: Tensor) -> Tensor:
        """`[3, B, heads, N, D / heads]`: queries, keys, values."""
        batch, length, width = x.shape
        return self.qkv(x).view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.split(x)
        y = F.scaled_dot_product_attention(q, k, v)
        return self.proj(y.transpose(1, 2).flatten(2))


class MLP(nn.Module):
    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, hidden)
        self.fc2 = nn.Linear(hidden, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, configuration: VisionTransformerConfiguration) -> None:
        super().__init__()
        width = configuration.width
        self.norm1 = nn.LayerNorm(width, eps=configuration.epsilon)
        self.attn = Attention(width, configuration.heads)
        self.norm2 = nn.LayerNorm(width, eps=configuration.epsilon)
        self.mlp = MLP(width, configuration.mlp_width)
        self.ls1 = LayerScale(width) if configuration.layer_scale else nn.Identity()
        self.ls2 = LayerScale(width) if configuration.layer_scale else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class PatchEmbedding(nn.Module):
    def __init__(self, width: int, patch: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, stride=patch)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(x).flatten(2).transpose(1, 2)


def resized_positions(table: Tensor, grid: tuple[int, int], rows: int, columns: int, rule: str) -> Tensor:
    """A table `[1, 1 + grid, D]`, the class token's position first, for a grid of `rows` × `columns` patches."""
    if (rows, columns) == grid:
        return table
    patches = table[:, 1:].unflatten(1, grid).permute(0, 3, 1, 2)
    if rule == "dino":
        scale = ((rows + 0.1) / grid[0], (columns + 0.1) / grid[1])
        patches = F.interpolate(patches, scale_factor=scale, mode="bicubic", align_corners=False)
    else:
        antialias = {"bicubic": False, "bicubic-antialias": True}[rule]
        patches = F.interpolate(patches, (rows, columns), mode="bicubic", align_corners=False, antialias=antialias)
    if patches.shape[-2:] != (rows, columns):
        raise ValueError(f"positions came out as {tuple(patches.shape[-2:])}, expected {(rows, columns)}")
    return torch.cat([table[:, :1], patches.flatten(2).transpose(1, 2)], dim=1)


class VisionTransformer(nn.Module):
    """Pictures `[B, 3, H, W]` (sides multiples of the patch) to tokens `[B, 1 + R + N, D]` after the final norm.

    The class token comes first, then the registers.
    """

    def __init__(self, configuration: VisionTransformerConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        rows, columns = configuration.position_grid
        self.cls_token = nn.Parameter(torch.zeros(1, 1, configuration.width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + rows * columns, configuration.width))
        self.register_tokens: nn.Parameter | None = None
        if configuration.registers > 0:
            self.register_tokens = nn.Parameter(torch.zeros(1, configuration.registers, configuration.width))
        self.patch_embed = PatchEmbedding(configuration.width, configuration.patch)
        self.blocks = nn.ModuleList(Block(configuration) for _ in range(configuration.depth))
        self.norm = nn.LayerNorm(configuration.width, eps=configuration.epsilon)
        self.apply(initialise)
        nn.init.trunc_normal_(self.cls_token, std=0.02)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)

    def positions(self, rows: int, columns: int) -> Tensor:
        configuration = self.configuration
        return resized_positions(
            self.pos_embed, configuration.position_grid, rows, columns, configuration.position_rule
        )

    def embed(self, x: Tensor) -> Tensor:
        patch = self.configuration.patch
        rows, columns = x.shape[-2] // patch, x.shape[-1] // patch
        tokens = torch.cat([self.cls_token.expand(len(x), -1, -1), self.patch_embed(x)], dim=1)
        tokens = tokens + self.positions(rows, columns)
        if self.register_tokens is None:
            return tokens
        return torch.cat([tokens[:, :1], self.register_tokens.expand(len(x), -1, -1), tokens[:, 1:]], dim=1)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.embed(x)
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)

    def patches(self, x: Tensor) -> Tensor:
        """Tokens after the final norm without class token and registers, `[B, N, D]`."""
        return self(x)[:, 1 + self.configuration.registers :]

    def keys(self, x: Tensor) -> Tensor:
        """Keys of the last block's attention, heads concatenated, of the patches alone: `[B, N, D]`."""
        tokens = self.embed(x)
        for block in self.blocks[:-1]:
            tokens = block(tokens)
        last = self.blocks[-1]
        _, keys, _ = last.attn.split(last.norm1(tokens))
        return keys.transpose(1, 2).flatten(2)[:, 1 + self.configuration.registers :]


def initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
