"""The terms that the visual encoder is trained with."""

from .alignment import LOGIT_SCALE, AlignmentLoss
from .attributes import AttributeLoss
from .edges import EdgeLoss, edge_target, label_edges
from .presence import PresenceLoss, presence_margin
from .shape import ShapeLoss

__all__ = [
    "LOGIT_SCALE",
    "AlignmentLoss",
    "AttributeLoss",
    "EdgeLoss",
    "PresenceLoss",
    "ShapeLoss",
    "edge_target",
    "label_edges",
    "presence_margin",
]
