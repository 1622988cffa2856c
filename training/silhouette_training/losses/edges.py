"""L_bce: where labels change, against the boundary head.

Edges are where the Sobel operator finds a change of the label map. Next to an ignored pixel nothing is known: so the
edges of unseen classes, whose pixels training ignores, are ignored, too.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRIDE = 4  # pixels on a side of the cells in which edges are predicted
UNKNOWN = 255
SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))


def label_edges(labels: Tensor) -> Tensor:
    """Labels `[B, H, W]` to 1 at edges, 0 elsewhere, 255 within a pixel of an ignored one."""
    kernel = torch.tensor(SOBEL, device=labels.device)
    padded = F.pad(labels[:, None].float(), (1, 1, 1, 1), mode="replicate")
    change = F.conv2d(padded, torch.stack([kernel, kernel.T])[:, None]).abs().sum(1)
    unknown = F.max_pool2d((labels == UNKNOWN).float()[:, None], 3, stride=1, padding=1)[:, 0] > 0
    return torch.where(unknown, UNKNOWN, (change > 0).to(labels.dtype))


def edge_target(labels: Tensor, stride: int = STRIDE) -> Tensor:
    """`[B, H/stride, W/stride]`: 1 where a cell has an edge, 255 where it has none known and something unknown."""
    edges = label_edges(labels)
    has, lacks = (F.max_pool2d((edges == value).float()[:, None], stride, stride)[:, 0] > 0 for value in (1, UNKNOWN))
    return torch.where(has, 1, torch.where(lacks, UNKNOWN, 0)).to(labels.dtype)


def at_cells(logits: Tensor, target: Tensor) -> Tensor:
    """Edge logits `[B, 1, h, w]` at the cells of the target, `[B, H, W]`."""
    return F.interpolate(logits, size=target.shape[-2:], mode="bilinear", align_corners=False)[:, 0]


class EdgeLoss(nn.Module):
    """Class-balanced BCE with logits: edge cells weigh as much as the others, picture by picture."""

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """`logits` and `target` `[B, H, W]`; a picture without one kind of cell is judged by the other."""
        single = F.binary_cross_entropy_with_logits(logits, (target == 1).to(logits.dtype), reduction="none")
        pictures = []
        for loss, kinds in zip(single, target, strict=True):
            means = [loss[kinds == kind].mean() for kind in (0, 1) if (kinds == kind).any()]
            pictures.append(torch.stack(means).mean() if means else loss.sum() * 0)
        return torch.stack(pictures).mean()
