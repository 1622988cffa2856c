"""The tensors of a TorchScript archive, read without running anything in it.

OpenAI publishes CLIP so: a zip of pickled modules (`data.pkl`), storages (`data/0`, `data/1`, …) and code. Only the
pickle is read, and it may name nothing but tensors, their storages and the archive's own classes, which become plain
holders of attributes here.
"""

import collections
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .errors import ConversionError

STORAGES = {
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "DoubleStorage": torch.float64,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "BoolStorage": torch.bool,
}


class Module:
    """An object of the archive: its attributes, whatever its class was."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


def rebuild(storage: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *unused: object) -> Tensor:
    return torch.as_strided(storage, size, stride, offset)


def rebuild_parameter(data: Tensor, *unused: object) -> Tensor:
    return data


def elements(values: list[Any]) -> list[Any]:
    return values


class Reader(pickle.Unpickler):
    def __init__(self, archive: zipfile.ZipFile, root: str) -> None:
        super().__init__(archive.open(f"{root}/data.pkl"))
        self.archive, self.root = archive, root

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("__torch__"):
            return Module
        if module == "torch" and name in STORAGES:
            return name
        known = {
            ("torch._utils", "_rebuild_tensor_v2"): rebuild,
            ("torch._utils", "_rebuild_parameter"): rebuild_parameter,
            ("collections", "OrderedDict"): collections.OrderedDict,
        }
        if (module, name) in known:
            return known[module, name]
        if module == "torch.jit._pickle" and name.startswith("build_"):
            return elements
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no weights need")

    def persistent_load(self, pid: tuple[Any, ...]) -> Tensor:
        _, storage, key, _, count = pid
        data = bytearray(self.archive.read(f"{self.root}/data/{key}"))
        return torch.frombuffer(data, dtype=STORAGES[storage], count=count) if count else torch.empty(0)


def is_archive(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith("/constants.pkl") for name in archive.namelist())


def read(path: Path) -> dict[str, Tensor]:
    """All tensors by the names that `state_dict()` of the loaded module would give them."""
    with zipfile.ZipFile(path) as archive:
        root = next(name for name in archive.namelist() if name.endswith("/data.pkl")).removesuffix("/data.pkl")
        try:
            module = Reader(archive, root).load()
        except (pickle.UnpicklingError, KeyError, ValueError) as error:
            raise ConversionError(f"{path}: no TorchScript archive of weights: {error}") from error
    tensors: dict[str, Tensor] = {}
    collect(module, "", tensors)
    return tensors


def collect(module: Module, prefix: str, tensors: dict[str, Tensor]) -> None:
    for name, value in vars(module).items():
        if isinstance(value, Tensor):
            tensors[prefix + name] = value
        elif isinstance(value, Module):
            collect(value, f"{prefix}{name}.", tensors)
