"""Inputs and what leaves PyTorch's networks, under the names that `silhouette bundle compare` reads."""

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor

from silhouette_training.models.drawing import channels_last

from .definitions import Networks

Sizes = Sequence[tuple[int, int]]
LENGTHS = (2, 9, 77)


@torch.inference_mode()
def record(networks: Networks, path: Path, sizes: Sizes, seed: int, lengths: Sequence[int] = LENGTHS) -> None:
    """`sizes` are heights and widths of pictures, `lengths` tokens of prompts, start and end of text included."""
    generator = torch.Generator().manual_seed(seed)
    tensors: dict[str, Tensor] = {}
    end = networks.text.configuration.vocabulary - 1
    for index, length in enumerate(lengths):
        tokens = torch.randint(0, end - 1, (1, length), generator=generator)
        tokens[0, 0], tokens[0, -1] = end - 1, end
        tensors[f"text.{index}.tokens"] = tokens[0].float()
        tensors[f"text.{index}.embedding"] = networks.text(tokens)
    for index, (height, width) in enumerate(sizes):
        pixels = torch.randn(1, 3, height, width, generator=generator)
        answer = networks.visual(pixels)
        features, boundary = answer if isinstance(answer, tuple) else (answer, None)
        tensors[f"visual.{index}.pixels"] = tensors[f"spectral.{index}.pixels"] = channels_last(pixels)
        tensors[f"visual.{index}.embeddings"] = channels_last(F.normalize(features, dim=1))
        if boundary is not None:
            tensors[f"visual.{index}.boundary"] = channels_last(boundary)
        tensors[f"spectral.{index}.last"] = channels_last(networks.spectral(pixels))
        tensors[f"spectral.{index}.keys"] = channels_last(networks.spectral.keys(pixels))
    save_file({name: value.clone() for name, value in tensors.items()}, path)
