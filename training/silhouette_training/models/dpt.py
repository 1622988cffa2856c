"""DPT on a vision transformer, full decoder, written to Ranftl et al. 2021 with LSeg's 1×1 head.

Tensor names are those of a bundle's weight file; levels run from fine (stride 4) to coarse (stride 32).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .vision_transformer import VisionTransformer, VisionTransformerConfiguration


@dataclass(frozen=True)
class DPTConfiguration:
    backbone: VisionTransformerConfiguration
    hooks: tuple[int, int, int, int]
    reassemble_channels: tuple[int, int, int, int]
    features: int
    batch_norm_epsilon: float | None
    embedding_dimension: int
    boundary_head: bool = False


class Backbone(VisionTransformer):
    """Positions are resized bilinearly to the grid at hand."""

    def positions(self, rows: int, columns: int) -> Tensor:
        grid_rows, grid_columns = self.configuration.position_grid
        patches = self.pos_embed[:, 1:].view(1, grid_rows, grid_columns, -1).permute(0, 3, 1, 2)
        patches = F.interpolate(patches, size=(rows, columns), mode="bilinear", align_corners=False)
        return torch.cat([self.pos_embed[:, :1], patches.flatten(2).transpose(1, 2)], dim=1)

    def states(self, x: Tensor, hooks: tuple[int, ...]) -> list[Tensor]:
        tokens, states = self.embed(x), []
        for index, block in enumerate(self.blocks):
            tokens = block(tokens)
            if index in hooks:
                states.append(tokens)
        return states


class Reassemble(nn.Module):
    """Readout "project", 1×1 to the level's channels, then sides ×4, ×2, ×1 or ×½."""

    def __init__(self, level: int, width: int, channels: int) -> None:
        super().__init__()
        self.readout = nn.Linear(2 * width, width)
        self.project = nn.Conv2d(width, channels, 1)
        self.resize: nn.Module | None = None
        if level < 2:
            factor = 4 if level == 0 else 2
            self.resize = nn.ConvTranspose2d(channels, channels, factor, stride=factor)
        elif level == 3:
            self.resize = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, tokens: Tensor, rows: int, columns: int) -> Tensor:
        patches = tokens[:, 1:]
        x = F.gelu(self.readout(torch.cat([patches, tokens[:, :1].expand_as(patches)], dim=-1)))
        x = self.project(x.transpose(1, 2).unflatten(2, (rows, columns)))
        return x if self.resize is None else self.resize(x)


class ResidualUnit(nn.Module):
    def __init__(self, features: int, epsilon: float | None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1, bias=epsilon is None)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1, bias=epsilon is None)
        self.norm1 = nn.Identity() if epsilon is None else nn.BatchNorm2d(features, eps=epsilon)
        self.norm2 = nn.Identity() if epsilon is None else nn.BatchNorm2d(features, eps=epsilon)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(self.conv1(F.relu(x)))
        return self.norm2(self.conv2(F.relu(y))) + x


class Fusion(nn.Module):
    def __init__(self, features: int, epsilon: float | None, takes_coarser: bool) -> None:
        super().__init__()
        self.residual1 = ResidualUnit(features, epsilon) if takes_coarser else None
        self.residual2 = ResidualUnit(features, epsilon)
        self.project = nn.Conv2d(features, features, 1)

    def forward(self, x: Tensor, coarser: Tensor | None) -> Tensor:
        if coarser is not None and self.residual1 is not None:
            x = coarser + self.residual1(x)
        x = F.interpolate(self.residual2(x), scale_factor=2, mode="bilinear", align_corners=True)
        return self.project(x)


class DPT(nn.Module):
    """Pictures `[B, 3, H, W]` (sides multiples of twice the patch) to features `[B, D, h, w]`, not normalised."""

    def __init__(self, configuration: DPTConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        features, epsilon = configuration.features, configuration.batch_norm_epsilon
        width, channels = configuration.backbone.width, configuration.reassemble_channels
        self.backbone = Backbone(configuration.backbone)
        self.reassemble = nn.ModuleList(Reassemble(level, width, channels[level]) for level in range(4))
        self.neck = nn.ModuleList(nn.Conv2d(count, features, 3, padding=1, bias=False) for count in channels)
        self.fusion = nn.ModuleList(Fusion(features, epsilon, level < 3) for level in range(4))
        self.head = nn.Conv2d(features, configuration.embedding_dimension, 1)
        self.boundary = nn.Conv2d(features, 1, 1) if configuration.boundary_head else None

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        patch = self.configuration.backbone.patch
        rows, columns = x.shape[-2] // patch, x.shape[-1] // patch
        states = self.backbone.states(x, self.configuration.hooks)
        path: Tensor | None = None
        for level in reversed(range(4)):
            read = self.reassemble[level](states[level], rows, columns)
            path = self.fusion[level](self.neck[level](read), path)
        features = self.head(path)
        return features if self.boundary is None else (features, self.boundary(path))
