"""The presence score as inference computes it, trained with the encoder."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SLIVER = 250  # classes with fewer pixels than this, but some, count neither way


def presence_margin(cosines: Tensor, background: Tensor) -> Tensor:
    """m_c: over the 1 % of positions where a class's cosine is highest, its mean lead over the background.

    `cosines` `[C, N]`, `background` `[N]` (the best background prompt's); result `[C]`.
    """
    top, where = cosines.topk(max(1, cosines.shape[1] // 100), dim=1)
    return (top - background[where]).mean(dim=1)


class PresenceLoss(nn.Module):
    """Balanced binary cross-entropy of `slope · m_c + offset`, both learnt."""

    def __init__(self) -> None:
        super().__init__()
        self.slope = nn.Parameter(torch.tensor(20.0))
        self.offset = nn.Parameter(torch.tensor(-6.0))

    def forward(self, cosines: Tensor, rest: Tensor, labels: Tensor) -> Tensor:
        """One picture: `cosines` `[C, h, w]`, `rest` `[h, w]`, labels `[H, W]` (0 = rest, i = name i, 255 = ignore)."""
        counts = torch.bincount(labels[labels != 255].long().flatten(), minlength=256)[1 : len(cosines) + 1]
        present, absent = counts > SLIVER, counts == 0
        scores = self.slope * presence_margin(cosines.flatten(1), rest.flatten()) + self.offset
        terms = [
            F.binary_cross_entropy_with_logits(scores[chosen], chosen[chosen].float() * value)
            for chosen, value in ((present, 1.0), (absent, 0.0))
            if chosen.any()
        ]
        return torch.stack(terms).mean() if terms else cosines.sum() * 0
