"""PyTorch definitions whose tensor names are those of a bundle's weight files."""

from .clip_text import CLIPText, CLIPTextConfiguration
from .clip_visual import CLIPVisual, CLIPVisualConfiguration
from .dense_clip import DenseCLIP, Readout, Window
from .drn import DRN, DRNConfiguration
from .vision_transformer import VisionTransformer, VisionTransformerConfiguration

__all__ = [
    "DRN",
    "CLIPText",
    "CLIPTextConfiguration",
    "CLIPVisual",
    "CLIPVisualConfiguration",
    "DRNConfiguration",
    "DenseCLIP",
    "Readout",
    "VisionTransformer",
    "VisionTransformerConfiguration",
    "Window",
]
