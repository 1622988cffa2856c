"""The distilled text encoder as alignment and evaluation use it: names to class embeddings."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .. import bundle
from ..errors import TrainingError
from ..loop import checkpoint
from ..models import CLIPText, CLIPTextConfiguration
from .tokenizer import Tokenizer

TEMPLATES = ("{}", "a {}")
BACKGROUND = ("background", "something else")


class NameEncoder:
    """Class embeddings as a bundle computes them: unit prompts, averaged over templates, unit again."""

    def __init__(self, folder: Path) -> None:
        """`folder` is a run of `text.distil` or a bundle."""
        if not (folder / "merges.txt").exists():
            raise TrainingError(f"{folder}: is neither a run of the text encoder nor a bundle (no merges.txt)")
        self.tokenizer = Tokenizer.load(folder / "merges.txt")
        if (folder / "bundle.json").exists():
            self.model: nn.Module = bundle.load(folder).text
        else:
            state = checkpoint.load(folder / "best.pt")
            layers = state["settings"]["layers"]
            self.model = CLIPText(CLIPTextConfiguration(vocabulary=len(self.tokenizer.ids), layers=layers))
            self.model.load_state_dict(state["modules"]["student"])
        self.model.eval().requires_grad_(False)

    def digest(self) -> str:
        """Tells one encoder from another."""
        digest = hashlib.sha256(json.dumps(TEMPLATES).encode())
        for value in self.model.state_dict().values():
            digest.update(value.numpy().tobytes())
        return digest.hexdigest()

    @torch.no_grad()
    def prompts(self, prompts: Sequence[str], batch: int = 256) -> Tensor:
        rows = []
        for start in range(0, len(prompts), batch):
            ids, ends = padded([self.tokenizer.encode(prompt) for prompt in prompts[start : start + batch]])
            rows.append(F.normalize(self.model(ids, ends), dim=-1))
        return torch.cat(rows)

    def names(self, names: Sequence[str], templates: Sequence[str] = TEMPLATES) -> Tensor:
        """`[len(names), D]`, unit rows."""
        parts = [self.prompts([template.format(name) for name in names]) for template in templates]
        return F.normalize(torch.stack(parts).mean(0), dim=-1)


def padded(sequences: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Ids `[B, longest]` padded with the end token, and the place of each sequence's end."""
    longest = max(map(len, sequences))
    rows = [row + [row[-1]] * (longest - len(row)) for row in sequences]
    return torch.tensor(rows), torch.tensor([len(row) - 1 for row in sequences])
