"""Where a training runs: device, precision and the processes that share its batches."""

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor, distributed, nn
from torch.distributed.nn.functional import all_reduce

from ..errors import TrainingError

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "fp32", "bf16"]


@dataclass(frozen=True)
class Machine:
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    bf16: bool = False
    rank: int = 0
    processes: int = 1

    @classmethod
    def join(cls, device: Device, precision: Precision) -> "Machine":
        """This process among those that `torchrun` started, or alone."""
        rank, processes = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        if device == "cuda" and not torch.cuda.is_available():
            raise TrainingError("loop.device: there is no GPU that PyTorch can use; say auto or cpu")
        where = torch.device("cpu")
        if device != "cpu" and torch.cuda.is_available():
            where = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
            torch.cuda.set_device(where)
            if precision == "bf16" and not torch.cuda.is_bf16_supported():
                raise TrainingError("loop.precision: this GPU does not multiply bf16; say fp32")
        if processes > 1 and not distributed.is_initialized():
            distributed.init_process_group("nccl" if where.type == "cuda" else "gloo")
        automatic = where.type == "cuda" and torch.cuda.is_bf16_supported()
        return cls(where, precision == "bf16" or (precision == "auto" and automatic), rank, processes)

    def autocast(self) -> AbstractContextManager:
        """For the networks; losses are computed in fp32 outside of it."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def mean(self, value: Tensor) -> Tensor:
        """The mean of a value over the processes."""
        if self.processes == 1:
            return value
        value = value.detach().clone()
        distributed.all_reduce(value)
        return value / self.processes

    def average_gradients(self, parameters: list[nn.Parameter]) -> None:
        """In one message; a parameter without a gradient counts as 0."""
        if self.processes == 1:
            return
        flat = torch.cat([p.new_zeros(p.numel()) if p.grad is None else p.grad.flatten() for p in parameters])
        for p, part in zip(parameters, self.mean(flat).split([p.numel() for p in parameters]), strict=True):
            p.grad = part.view_as(p)

    def wait(self) -> None:
        if self.processes > 1:
            distributed.barrier()


class SharedBatchNorm2d(nn.BatchNorm2d):
    """Batch norm over the pictures of all processes, which PyTorch's own has for GPUs alone."""

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return super().forward(x)
        x32 = x.float()
        count = x.numel() / x.shape[1] * distributed.get_world_size()
        mean = all_reduce(x32.sum((0, 2, 3))) / count
        centred = x32 - mean[:, None, None]
        variance = all_reduce(centred.square().sum((0, 2, 3))) / count
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)
            self.num_batches_tracked.add_(1)
        scale = self.weight * (variance + self.eps).rsqrt()
        return (centred * scale[:, None, None] + self.bias[:, None, None]).to(x.dtype)


def share_batch_norms(module: nn.Module) -> None:
    """Turns every batch norm below `module` into the shared one, its tensors kept."""
    for child in module.modules():
        if type(child) is nn.BatchNorm2d:
            child.__class__ = SharedBatchNorm2d
