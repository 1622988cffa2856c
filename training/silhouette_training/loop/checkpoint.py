"""Checkpoints that are whole or not there: written beside, flushed to the disk, then renamed."""

import os
import pickle
from pathlib import Path
from typing import Any

import torch

from ..errors import TrainingError


def save(state: dict[str, Any], path: Path) -> None:
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    # The new name itself lasts only once its folder is on the disk.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load(path: Path) -> dict[str, Any]:
    """Tensors and plain values only; nothing in the file runs."""
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise TrainingError(f"{path}: there is no such checkpoint; run the stage that writes it") from None
    except (RuntimeError, pickle.UnpicklingError, EOFError, OSError) as error:
        raise TrainingError(f"{path}: is no checkpoint ({str(error).splitlines()[0]})") from None


def difference(stored: Any, wanted: Any, name: str = "") -> str | None:
    """The first setting in which two trees of settings differ, in words."""
    if isinstance(stored, dict) and isinstance(wanted, dict):
        for key in sorted(stored.keys() | wanted.keys()):
            found = difference(stored.get(key), wanted.get(key), f"{name}.{key}" if name else key)
            if found:
                return found
        return None
    return None if stored == wanted else f"{name} {stored!r}, now it is {wanted!r}"
