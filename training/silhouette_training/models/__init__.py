"""PyTorch definitions whose tensor names are those of a bundle's weight files."""

from .clip_text import CLIPText, CLIPTextConfiguration
from .drn import DRN, DRNConfiguration
from .vision_transformer import VisionTransformer, VisionTransformerConfiguration

__all__ = [
    "DRN",
    "CLIPText",
    "CLIPTextConfiguration",
    "DRNConfiguration",
    "VisionTransformer",
    "VisionTransformerConfiguration",
]
