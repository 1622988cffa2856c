"""CLIP's text transformer with OpenAI's tensor names.

Pre-LN blocks, causal attention, the embedding read at the end-of-text token, projection without
bias. Source: Radford et al. 2021, `clip/model.py`.
"""

from collections import OrderedDict
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class CLIPTextConfiguration:
    vocabulary: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    mlp_width: int = 1024
    context_length: int = 77
    embedding_dimension: int = 256
    activation: str = "quick_gelu"
    epsilon: float = 1e-5


class QuickGELU(nn.Module):
    """x · σ(1.702 x), the approximation OpenAI's checkpoints were trained with."""

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(1.702 * x)


class Attention(nn.Module):
    """Multi-head attention under the names of `nn.MultiheadAttention`; q | k | v in one product."""

    def __init__(self, width: int, heads: int, causal: bool) -> None:
        super().__init__()
        self.heads, self.causal = heads, causal
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        nn.init.normal_(self.in_proj_weight, std=width**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        qkv = F.linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = qkv.view(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.out_proj(y.transpose(1, 2).reshape(batch, length, width))


class ResidualBlock(nn.Module):
    """A block of either tower."""

    def __init__(
        self, width: int, heads: int, mlp_width: int, activation: str, epsilon: float, causal: bool = False
    ) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=epsilon)
        self.attn = Attention(width, heads, causal)
        self.ln_2 = nn.LayerNorm(width, eps=epsilon)
        self.mlp = nn.Sequential(
            OrderedDict(
                c_fc=nn.Linear(width, mlp_width),
                gelu={"quick_gelu": QuickGELU, "gelu": nn.GELU}[activation](),
                c_proj=nn.Linear(mlp_width, width),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class CLIPText(nn.Module):
    """Token ids `[B, L]` (padded behind the end-of-text token) to embeddings `[B, E]`, not normalised."""

    def __init__(self, configuration: CLIPTextConfiguration) -> None:
        super().__init__()
        width = configuration.width
        self.configuration = configuration
        self.token_embedding = nn.Embedding(configuration.vocabulary, width)
        self.positional_embedding = nn.Parameter(torch.empty(configuration.context_length, width))
        self.transformer = nn.Module()
        self.transformer.resblocks = nn.ModuleList(
            ResidualBlock(
                width,
                configuration.heads,
                configuration.mlp_width,
                configuration.activation,
                configuration.epsilon,
                causal=True,
            )
            for _ in range(configuration.layers)
        )
        self.ln_final = nn.LayerNorm(width, eps=configuration.epsilon)
        self.text_projection = nn.Parameter(torch.empty(width, configuration.embedding_dimension))
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        nn.init.normal_(self.positional_embedding, std=0.01)
        nn.init.normal_(self.text_projection, std=width**-0.5)

    def forward(self, tokens: Tensor, ends: Tensor | None = None) -> Tensor:
        """`ends` `[B]`: index of the end-of-text token; without it, that of the largest id, as in CLIP."""
        ends = tokens.argmax(dim=-1) if ends is None else ends
        x = self.token_embedding(tokens) + self.positional_embedding[: tokens.shape[1]]
        for block in self.transformer.resblocks:
            x = block(x)
        x = self.ln_final(x)
        return x[torch.arange(len(x), device=x.device), ends] @ self.text_projection
