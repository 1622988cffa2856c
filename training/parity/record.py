"""Inputs and what leaves PyTorch's networks, under the names that `silhouette bundle compare` reads."""

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from silhouette_training.bundle import Networks
from silhouette_training.models import DenseCLIP, VisionTransformer
from silhouette_training.models.drawing import channels_last

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
        seen = cropped(pixels, networks.spectral)
        tensors[f"spectral.{index}.pixels"] = channels_last(seen)
        tensors[f"spectral.{index}.last"] = channels_last(networks.spectral(seen))
        tensors[f"spectral.{index}.keys"] = channels_last(networks.spectral.keys(seen))
        features = visual(networks, cropped(pixels, networks.visual), seen)
        tensors |= {f"visual.{index}.{name}": channels_last(value) for name, value in features.items()}
    save_file({name: value.clone() for name, value in tensors.items()}, path)


def cropped(pixels: Tensor, network: nn.Module) -> Tensor:
    """Whole patches of a vision transformer."""
    if not isinstance(network, VisionTransformer | DenseCLIP):
        return pixels
    height, width = (side - side % network.configuration.patch for side in pixels.shape[-2:])
    return pixels[..., :height, :width]


def visual(networks: Networks, pixels: Tensor, seen: Tensor) -> dict[str, Tensor]:
    """What enters and what leaves the visual encoder; `seen` are the pixels of the spectral one, which may guide it."""
    network = networks.visual
    if not isinstance(network, DenseCLIP):
        answer = network(pixels)
        features, boundary = answer if isinstance(answer, tuple) else (answer, None)
        results = {"pixels": pixels, "embeddings": F.normalize(features, dim=1)}
        return results if boundary is None else results | {"boundary": boundary}
    if network.readout.name == "maskclip":
        return {"pixels": pixels, "embeddings": network(pixels)}
    spectral, patch = networks.spectral, networks.spectral.configuration.patch
    grid = (seen.shape[-2] // patch, seen.shape[-1] // patch)
    tokens = spectral.keys(seen) if network.readout.name == "proxyclip-keys" else spectral.patches(seen)
    guide = tokens.transpose(1, 2).unflatten(2, grid)
    return {"pixels": pixels, "guide": guide, "embeddings": network(pixels, guide)}
