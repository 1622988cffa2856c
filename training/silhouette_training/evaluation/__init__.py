"""The protocol by which answers are measured, in PyTorch; `silhouette evaluate` is the same in Swift."""

from .measurement import Measurement
from .protocol import Plan, evaluate

__all__ = ["Measurement", "Plan", "evaluate"]
