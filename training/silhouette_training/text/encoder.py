"""The distilled text encoder as alignment and evaluation use it: names to class embeddings."""

from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ..models import CLIPText, CLIPTextConfiguration
from .tokenizer import Tokenizer

TEMPLATES = ("{}", "a {}")
BACKGROUND = ("background", "something else")


class NameEncoder:
    """Class embeddings as a bundle computes them: unit prompts, averaged over templates, unit again."""

    def __init__(self, run: Path) -> None:
        self.tokenizer = Tokenizer.load(run / "merges.txt")
        state = torch.load(run / "text.pt")["model"]
        layers = sum(name.endswith("ln_1.weight") for name in state)
        self.model = CLIPText(CLIPTextConfiguration(vocabulary=len(self.tokenizer.ids), layers=layers))
        self.model.load_state_dict(state)
        self.model.eval()

    @torch.no_grad()
    def prompts(self, prompts: Sequence[str], batch: int = 256) -> Tensor:
        rows = []
        for start in range(0, len(prompts), batch):
            ids = [self.tokenizer.encode(prompt) for prompt in prompts[start : start + batch]]
            longest = max(map(len, ids))
            padded = torch.tensor([row + [row[-1]] * (longest - len(row)) for row in ids])
            rows.append(F.normalize(self.model(padded, torch.tensor([len(row) - 1 for row in ids])), dim=-1))
        return torch.cat(rows)

    def names(self, names: Sequence[str], templates: Sequence[str] = TEMPLATES) -> Tensor:
        """`[len(names), D]`, unit rows."""
        parts = [self.prompts([template.format(name) for name in names]) for template in templates]
        return F.normalize(torch.stack(parts).mean(0), dim=-1)
