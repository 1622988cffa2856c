"""Dilated residual network, variant D, with a pyramid pooling head; the published tensor names.

Sources: Yu, Koltun, Funkhouser 2017 (`drn.py`); Zhao et al. 2017 for the pyramid.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class DRNConfiguration:
    channels: tuple[int, ...] = (16, 32, 64, 128, 256, 512, 512, 512)
    blocks: tuple[int, ...] = (1, 1, 2, 2, 2, 2, 1, 1)
    block: str = "basic"
    batch_norm_epsilon: float = 1e-5
    pyramid_bins: tuple[int, ...] = (1, 2, 3, 6)
    pyramid_width: int = 512
    fuse_width: int = 512
    embedding_dimension: int | None = None  # None: the fuse layer already gives the embedding
    boundary_head: bool = False
    align_corners: bool = False


def convolution(inputs: int, outputs: int, size: int = 3, stride: int = 1, dilation: int = 1) -> nn.Conv2d:
    padding = dilation * (size // 2)
    return nn.Conv2d(inputs, outputs, size, stride=stride, padding=padding, dilation=dilation, bias=False)


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs: int, planes: int, stride: int, dilation: int, epsilon: float, shortcut: bool) -> None:
        super().__init__()
        self.conv1 = convolution(inputs, planes, stride=stride, dilation=dilation)
        self.bn1 = nn.BatchNorm2d(planes, eps=epsilon)
        self.conv2 = convolution(planes, planes, dilation=dilation)
        self.bn2 = nn.BatchNorm2d(planes, eps=epsilon)
        self.downsample = downsampling(inputs, planes, stride, epsilon) if shortcut else None

    def forward(self, x: Tensor) -> Tensor:
        residual = x if self.downsample is None else self.downsample(x)
        y = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(y)) + residual)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs: int, planes: int, stride: int, dilation: int, epsilon: float, shortcut: bool) -> None:
        super().__init__()
        self.conv1 = convolution(inputs, planes, size=1)
        self.bn1 = nn.BatchNorm2d(planes, eps=epsilon)
        self.conv2 = convolution(planes, planes, stride=stride, dilation=dilation)
        self.bn2 = nn.BatchNorm2d(planes, eps=epsilon)
        self.conv3 = convolution(planes, planes * self.expansion, size=1)
        self.bn3 = nn.BatchNorm2d(planes * self.expansion, eps=epsilon)
        self.downsample = downsampling(inputs, planes * self.expansion, stride, epsilon) if shortcut else None

    def forward(self, x: Tensor) -> Tensor:
        residual = x if self.downsample is None else self.downsample(x)
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + residual)


def downsampling(inputs: int, outputs: int, stride: int, epsilon: float) -> nn.Sequential:
    return nn.Sequential(
        convolution(inputs, outputs, size=1, stride=stride),
        nn.BatchNorm2d(outputs, eps=epsilon),
    )


class Pyramid(nn.Module):
    """Averages over 1², 2², 3² and 6² cells, each through 1×1 + ReLU, beside the features; then 3×3 + ReLU."""

    def __init__(self, inputs: int, configuration: DRNConfiguration) -> None:
        super().__init__()
        self.bins = configuration.pyramid_bins
        self.align_corners = configuration.align_corners
        width = configuration.pyramid_width
        self.branches = nn.ModuleList(nn.Conv2d(inputs, width, 1) for _ in self.bins)
        self.fuse = nn.Conv2d(inputs + width * len(self.bins), configuration.fuse_width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        size = x.shape[-2:]
        parts = [x]
        for side, branch in zip(self.bins, self.branches, strict=True):
            pooled = F.relu(branch(F.adaptive_avg_pool2d(x, side)))
            parts.append(F.interpolate(pooled, size=size, mode="bilinear", align_corners=self.align_corners))
        return F.relu(self.fuse(torch.cat(parts, dim=1)))


class DRN(nn.Module):
    """Pictures `[B, 3, H, W]` (sides multiples of 8) to features `[B, D, H/8, W/8]`, not normalised.

    With a boundary head the result is a pair: features and edge logits `[B, 1, H/8, W/8]`.
    """

    def __init__(self, configuration: DRNConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        channels, blocks = configuration.channels, configuration.blocks
        epsilon = configuration.batch_norm_epsilon
        self.inputs = channels[0]
        self.layer0 = nn.Sequential(
            nn.Conv2d(3, channels[0], 7, padding=3, bias=False),
            nn.BatchNorm2d(channels[0], eps=epsilon),
            nn.ReLU(),
        )
        self.layer1 = self.plain(channels[0], blocks[0], stride=1, dilation=1)
        self.layer2 = self.plain(channels[1], blocks[1], stride=2, dilation=1)
        self.layer3 = self.residual(channels[2], blocks[2], stride=2, dilation=1)
        self.layer4 = self.residual(channels[3], blocks[3], stride=2, dilation=1)
        self.layer5 = self.residual(channels[4], blocks[4], stride=1, dilation=2)
        self.layer6 = self.residual(channels[5], blocks[5], stride=1, dilation=4)
        self.layer7 = self.plain(channels[6], blocks[6], stride=1, dilation=2)
        self.layer8 = self.plain(channels[7], blocks[7], stride=1, dilation=1)
        self.pyramid = Pyramid(self.inputs, configuration)
        width = configuration.fuse_width
        dimension = configuration.embedding_dimension
        self.project = None if dimension is None else nn.Conv2d(width, dimension, 1)
        self.boundary = nn.Conv2d(width, 1, 1) if configuration.boundary_head else None

    def plain(self, outputs: int, count: int, stride: int, dilation: int) -> nn.Sequential:
        layers: list[nn.Module] = []
        for i in range(count):
            layers.append(convolution(self.inputs, outputs, stride=stride if i == 0 else 1, dilation=dilation))
            layers.append(nn.BatchNorm2d(outputs, eps=self.configuration.batch_norm_epsilon))
            layers.append(nn.ReLU())
            self.inputs = outputs
        return nn.Sequential(*layers)

    def residual(self, planes: int, count: int, stride: int, dilation: int) -> nn.Sequential:
        kind = {"basic": BasicBlock, "bottleneck": Bottleneck}[self.configuration.block]
        layers: list[nn.Module] = []
        for i in range(count):
            step = stride if i == 0 else 1
            shortcut = i == 0 and (stride != 1 or self.inputs != planes * kind.expansion)
            epsilon = self.configuration.batch_norm_epsilon
            layers.append(kind(self.inputs, planes, step, dilation, epsilon, shortcut))
            self.inputs = planes * kind.expansion
        return nn.Sequential(*layers)

    def trunk(self, x: Tensor) -> Tensor:
        for i in range(9):
            x = getattr(self, f"layer{i}")(x)
        return x

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        fused = self.pyramid(self.trunk(x))
        features = fused if self.project is None else self.project(fused)
        return features if self.boundary is None else (features, self.boundary(fused))
