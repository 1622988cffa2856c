"""CLIP's visual tower with OpenAI's tensor names: a norm before the blocks, class token, patches without bias.

Source: Radford et al. 2021, `clip/model.py`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .clip_text import ResidualBlock
from .vision_transformer import resized_positions


@dataclass(frozen=True)
class CLIPVisualConfiguration:
    width: int
    depth: int
    heads: int
    mlp_width: int
    patch: int
    position_grid: tuple[int, int]
    epsilon: float
    activation: str
    position_rule: str  # dino, bicubic or bicubic-antialias
    embedding_dimension: int


class CLIPVisual(nn.Module):
    """Pictures `[B, 3, H, W]` (sides multiples of the patch) to embeddings `[B, E]`, not normalised."""

    def __init__(self, configuration: CLIPVisualConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        width, epsilon = configuration.width, configuration.epsilon
        rows, columns = configuration.position_grid
        self.class_embedding = nn.Parameter(torch.zeros(width))
        self.positional_embedding = nn.Parameter(torch.zeros(1 + rows * columns, width))
        self.conv1 = nn.Conv2d(3, width, configuration.patch, stride=configuration.patch, bias=False)
        self.ln_pre = nn.LayerNorm(width, eps=epsilon)
        self.transformer = nn.Module()
        self.transformer.resblocks = nn.ModuleList(
            ResidualBlock(width, configuration.heads, configuration.mlp_width, configuration.activation, epsilon)
            for _ in range(configuration.depth)
        )
        self.ln_post = nn.LayerNorm(width, eps=epsilon)
        self.proj = nn.Parameter(torch.zeros(width, configuration.embedding_dimension))

    def grid(self, x: Tensor) -> tuple[int, int]:
        return x.shape[-2] // self.configuration.patch, x.shape[-1] // self.configuration.patch

    def embed(self, x: Tensor) -> Tensor:
        """The tokens that enter the first block, class token first: `[B, 1 + N, D]`."""
        patches = self.conv1(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.class_embedding.expand(len(x), 1, -1), patches], dim=1)
        configuration = self.configuration
        positions = resized_positions(
            self.positional_embedding[None], configuration.position_grid, *self.grid(x), configuration.position_rule
        )
        return self.ln_pre(tokens + positions)

    def project(self, x: Tensor) -> Tensor:
        return self.ln_post(x) @ self.proj

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.embed(x)
        for block in self.transformer.resblocks:
            tokens = block(tokens)
        return self.project(tokens[:, 0])
