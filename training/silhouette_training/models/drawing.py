"""Random weights that make a network worth comparing, and the layout in which results are compared."""

import torch
from torch import Tensor, nn


def randomise(network: nn.Module, generator: torch.Generator) -> None:
    """Weights that keep the signal's size, and norms that are no identities."""
    for name, parameter in network.named_parameters():
        fan = parameter[0].numel() if parameter.dim() > 1 else 1
        if parameter.dim() > 1:
            scale = 0.1 if name.endswith(("pos_embed", "positional_embedding", "cls_token")) else (1.5 / fan) ** 0.5
            parameter.data = torch.randn(parameter.shape, generator=generator) * scale
        elif name.endswith("gamma"):
            parameter.data = 0.5 + 0.2 * torch.randn(parameter.shape, generator=generator)
        elif name.endswith("weight"):
            parameter.data = 1 + 0.2 * torch.randn(parameter.shape, generator=generator)
        else:
            parameter.data = 0.1 * torch.randn(parameter.shape, generator=generator)
    for name, buffer in network.named_buffers():
        if name.endswith("running_mean"):
            buffer.copy_(0.1 * torch.randn(buffer.shape, generator=generator))
        if name.endswith("running_var"):
            buffer.copy_(0.5 + torch.rand(buffer.shape, generator=generator))


def channels_last(x: Tensor) -> Tensor:
    """`[1, C, H, W]` as `[H, W, C]`, `[1, N, D]` as `[N, D]`."""
    return (x[0].permute(1, 2, 0) if x.dim() == 4 else x[0]).contiguous()
