"""The tensors of a checkpoint file, by the names that its network gives them."""

import pickle
import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from . import torchscript
from .errors import ConversionError

# Where training programs keep the weights among other things.
ENVELOPES = ("state_dict", "teacher", "model")
# What wrappers put before every name: data parallelism, Lightning, DINO's training.
PREFIXES = ("module.", "net.", "backbone.")
# Batch norm's step counters.
COUNTERS = re.compile(r".*num_batches_tracked$")


def read(path: Path) -> dict[str, Tensor]:
    """Every tensor of a `.safetensors`, a pickle (read with `weights_only`) or a TorchScript archive."""
    if not path.is_file():
        raise ConversionError(f"{path}: no such file")
    if path.suffix == ".safetensors":
        try:
            return load_file(path)
        except SafetensorError as error:
            raise ConversionError(f"{path}: no safetensors file: {error}") from error
    tensors = torchscript.read(path) if torchscript.is_archive(path) else unpickled(path)
    return {name: value for name, value in unwrapped(tensors).items() if not COUNTERS.match(name)}


def unpickled(path: Path) -> dict[str, Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ConversionError(f"{path}: cannot be read as weights alone: {reason}") from error
    for envelope in ENVELOPES:
        if isinstance(content, dict) and isinstance(content.get(envelope), dict):
            content = content[envelope]
    tensors = tensors_of(content)
    if not tensors:
        raise ConversionError(f"{path}: holds no tensors by name")
    return tensors


def tensors_of(content: Any) -> dict[str, Tensor]:
    if not isinstance(content, dict):
        return {}
    return {name: value for name, value in content.items() if isinstance(value, Tensor)}


def unwrapped(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Without what wrappers put before names, and without the projection head that DINO's training has beside."""
    for prefix in PREFIXES:
        inner = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
        beside = [name for name in tensors if not name.startswith(prefix)]
        if inner and all(prefix == "backbone." and name.startswith("head.") for name in beside):
            tensors = inner
    return tensors
