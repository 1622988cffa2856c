"""Deep supervision in drawn scenes: what each position's object looks like."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..scenes.vocabulary import COLOURS, SHAPES, TEXTURES
from .alignment import every


class AttributeLoss(nn.Module):
    """Linear heads on some layers name colour, texture and shape at each position.

    Colour alone tells most objects of a scene apart; without this a small network stops there. The heads serve training
    only and are not exported.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.sizes = [len(COLOURS), len(TEXTURES), len(SHAPES)]
        self.heads = nn.ModuleList(nn.Conv2d(width, sum(self.sizes), 1) for width in widths)

    def forward(self, maps: list[Tensor], objects: Tensor) -> Tensor:
        """One picture: `maps` each `[width, h, w]`; `objects` `[H, W]`, 1 + index into `all_triples()`, 0 = none."""
        _, textures, shapes = self.sizes
        terms = []
        for head, features in zip(self.heads, maps, strict=True):
            middle = every(objects, objects.shape[0] // features.shape[1])
            index = middle[middle > 0] - 1
            if len(index) == 0:
                return sum(features.sum() for features in maps) * 0
            codes = (index // (textures * shapes), index // shapes % textures, index % shapes)
            logits = head(features[None])[0].float()[:, middle > 0].T
            for part, code in zip(logits.split(self.sizes, dim=1), codes, strict=True):
                terms.append(F.cross_entropy(part, code))
        return torch.stack(terms).mean()
