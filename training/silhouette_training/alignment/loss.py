"""C-way cross-entropy of scaled cosines over the asked names and the background, and the presence loss."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..scenes.vocabulary import COLOURS, SHAPES, TEXTURES

LOGIT_SCALE = 10.0
LOSS_STRIDE = 4
TOP_SHARE = 0.01
PULL_WEIGHT = 1.0


def presence_margin(cosines: Tensor, background: Tensor) -> Tensor:
    """m_c: over the 1 % of positions where a class's cosine is highest, its mean lead over the background.

    `cosines` `[C, N]`, `background` `[N]` (the best background prompt's); result `[C]`.
    """
    count = max(1, round(TOP_SHARE * cosines.shape[1]))
    top, where = cosines.topk(count, dim=1)
    return (top - background[where]).mean(dim=1)


class AlignmentLoss(nn.Module):
    def __init__(self, background: Tensor) -> None:
        super().__init__()
        self.register_buffer("background", background)  # [prompts, D]
        self.slope = nn.Parameter(torch.tensor(20.0))
        self.offset = nn.Parameter(torch.tensor(-6.0))

    def forward(self, features: Tensor, texts: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """One picture: unit features `[D, h, w]`, unit `texts` `[C, D]`, labels `[H, W]`; both loss terms."""
        d, h, w = features.shape
        flat = features.reshape(d, h * w)
        cosines, rest = texts @ flat, (self.background @ flat).amax(0)
        logits = LOGIT_SCALE * torch.cat([rest[None], cosines]).view(1, -1, h, w)
        side = 8 // LOSS_STRIDE
        logits = F.interpolate(logits, scale_factor=side, mode="bilinear", align_corners=False)
        target = labels[LOSS_STRIDE // 2 :: LOSS_STRIDE, LOSS_STRIDE // 2 :: LOSS_STRIDE].long()
        align = self.classes(logits, target) + PULL_WEIGHT * self.pull(cosines, labels[4::8, 4::8].flatten().long())
        return align, self.presence(cosines, rest, labels)

    def pull(self, cosines: Tensor, labels: Tensor) -> Tensor:
        """1 − cosine to the own class, where a position's middle is labelled; it teaches every attribute at once."""
        where = ((labels > 0) & (labels != 255)).nonzero().flatten()
        if len(where) == 0:
            return cosines.sum() * 0
        return (1 - cosines[labels[where] - 1, where]).mean()

    def classes(self, logits: Tensor, target: Tensor) -> Tensor:
        """Cross-entropy with weights falling as the root of each class's share of this picture."""
        counts = torch.bincount(target[target != 255], minlength=logits.shape[1]).float()
        if counts.sum() == 0:
            return logits.sum() * 0
        weights = torch.where(counts > 0, (counts.sum() / counts.clamp(min=30)).sqrt(), 0)
        return F.cross_entropy(logits, target[None], weight=weights, ignore_index=255)

    def presence(self, cosines: Tensor, rest: Tensor, labels: Tensor) -> Tensor:
        """Balanced binary cross-entropy of presence; classes with a sliver of pixels count neither way."""
        counts = torch.bincount(labels[labels != 255].long().flatten(), minlength=256)[1 : len(cosines) + 1]
        present, absent = counts > 250, counts == 0
        scores = self.slope * presence_margin(cosines, rest) + self.offset
        terms = [
            F.binary_cross_entropy_with_logits(scores[chosen], chosen[chosen].float() * value)
            for chosen, value in ((present, 1.0), (absent, 0.0))
            if chosen.any()
        ]
        return torch.stack(terms).mean() if terms else cosines.sum() * 0


class AttributeLoss(nn.Module):
    """Deep supervision in scenes: linear heads on two layers name colour, texture and shape at each position.

    Colour alone tells most objects of a scene apart; without this a small network stops there. The
    heads serve training only and are not exported.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.sizes = [len(COLOURS), len(TEXTURES), len(SHAPES)]
        self.heads = nn.ModuleList(nn.Conv2d(width, sum(self.sizes), 1) for width in widths)

    def forward(self, maps: list[Tensor], objects: Tensor) -> Tensor:
        """`maps` each `[B, width, H/8, W/8]`; `objects` `[B, H, W]`, 1 + index into `all_triples()`, 0 = none."""
        middle = objects[:, 4::8, 4::8]
        index = (middle - 1).clamp(min=0)
        _, textures, shapes = self.sizes
        codes = (index // (textures * shapes), index // shapes % textures, index % shapes)
        terms = []
        for head, features in zip(self.heads, maps, strict=True):
            for logits, code in zip(head(features).float().split(self.sizes, dim=1), codes, strict=True):
                terms.append(F.cross_entropy(logits, torch.where(middle > 0, code, -100)))
        return torch.stack(terms).mean()
