"""L_align: cross-entropy of scaled cosines between features and the names asked, all pixels, 255 ignored."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LOGIT_SCALE = 10.0
STRIDE = 4  # pixels between the places where labels are compared


def every(labels: Tensor, stride: int) -> Tensor:
    """Labels at the middle of each `stride`×`stride` cell."""
    return labels[..., stride // 2 :: stride, stride // 2 :: stride]


class AlignmentLoss(nn.Module):
    """Of one picture; `balanced` weights classes by the root of how seldom they are in it."""

    def __init__(self, balanced: bool) -> None:
        super().__init__()
        self.balanced = balanced

    def forward(self, cosines: Tensor, rest: Tensor | None, labels: Tensor) -> Tensor:
        """`cosines` `[C, h, w]` of the names, `rest` `[h, w]` of the best background prompt, labels `[H, W]`.

        Labels: 0 = rest, i = name i, 255 = ignore. Without a background rest is ignored, too.
        """
        # Without a background, 0 wraps to 255 and i becomes i − 1; 255 must stay what it is.
        if rest is None:
            labels = torch.where((labels == 0) | (labels == 255), 255, labels - 1)
        maps = cosines if rest is None else torch.cat([rest[None], cosines])
        size = (labels.shape[0] // STRIDE, labels.shape[1] // STRIDE)
        logits = LOGIT_SCALE * F.interpolate(maps[None], size=size, mode="bilinear", align_corners=False)
        target = every(labels, STRIDE).long()
        counts = torch.bincount(target[target != 255], minlength=logits.shape[1]).float()
        if counts.sum() == 0:
            return cosines.sum() * 0
        weights = (counts.sum() / counts.clamp(min=30)).sqrt() * (counts > 0) if self.balanced else None
        return F.cross_entropy(logits, target[None], weight=weights, ignore_index=255)


def pull(cosines: Tensor, labels: Tensor) -> Tensor:
    """1 − cosine to the own class, where a position's middle is labelled; it teaches every attribute at once."""
    stride = labels.shape[0] // cosines.shape[1]
    middle = every(labels, stride).flatten().long()
    where = ((middle > 0) & (middle != 255)).nonzero().flatten()
    if len(where) == 0:
        return cosines.sum() * 0
    return (1 - cosines.flatten(1)[middle[where] - 1, where]).mean()
