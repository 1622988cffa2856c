"""Random checkpoints of everything that a recipe names, in the published layout and at full size."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from convert import mapping
from silhouette_training.bundle import build
from silhouette_training.models.drawing import randomise

# What published CLIP checkpoints hold besides the weights of both towers.
BESIDE = {
    "text_model.embeddings.position_ids": torch.arange(77)[None],
    "logit_scale": torch.tensor(4.6052),
}


def vocabulary(merges: Path) -> dict[str, int]:
    """CLIP's, which follows from its merges: the bytes, the bytes at a word's end, the merges, start and end."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [chr(256 + index) for index in range(256 - len(plain))]
    letters = [chr(code) for code in plain] + others
    pairs = ["".join(line.split()) for line in merges.read_text().splitlines()[1:]]
    tokens = [*letters, *(letter + "</w>" for letter in letters), *pairs, "<|startoftext|>", "<|endoftext|>"]
    return {token: number for number, token in enumerate(tokens)}


def published(tensors: dict[str, Tensor], name: str | None) -> dict[str, Tensor]:
    """Our tensors as the checkpoint has them that a mapping reads."""
    if name is None:
        return tensors
    rules, result = mapping.load(name), {}
    for target, value in tensors.items():
        source = rules.source(target)
        if source is None:
            raise ValueError(f"the mapping {name} has no rule for {target}")
        pieces = [value.T] if source.transposed else value.chunk(len(source.names))
        result |= {key: piece.contiguous() for key, piece in zip(source.names, pieces, strict=True)}
    return result


def write(recipe: dict[str, Any], merges: Path, folder: Path, seed: int) -> None:
    """Every file of every repository, as `folder/OWNER/REPOSITORY/FILE`."""
    words = vocabulary(merges)
    networks = dict(build(recipe["bundle"], len(words)).items())
    files: dict[Path, dict[str, Tensor]] = {}
    generator = torch.Generator().manual_seed(seed)
    for target, part in recipe["files"].items():
        path = folder / recipe["sources"][part["source"]]["repository"] / part["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        network = networks.get(target.removesuffix(".safetensors"))
        if network is None:
            path.write_text(json.dumps(words) if target.endswith(".json") else merges.read_text())
            continue
        randomise(network, generator)
        files.setdefault(path, {}).update(published(network.state_dict(), part.get("mapping")))
    for path, tensors in files.items():
        save_file(tensors | (BESIDE if "text_projection.weight" in tensors else {}), path)
