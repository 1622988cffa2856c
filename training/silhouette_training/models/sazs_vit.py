"""The vision transformer of SAZS's public release: one depth read out, projected and enlarged twice.

What the release builds besides (the other three levels, the decoder) does not reach its answer and is left out.
Tensor names are those of a bundle's weight file.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from .dpt import Backbone, Reassemble
from .vision_transformer import VisionTransformerConfiguration


@dataclass(frozen=True)
class SAZSViTConfiguration:
    backbone: VisionTransformerConfiguration  # up to the block that is read
    embedding_dimension: int
    boundary_head: bool = False


class SAZSViT(nn.Module):
    """Pictures `[B, 3, H, W]` to features `[B, D, 2·H/patch, 2·W/patch]`, not normalised."""

    def __init__(self, configuration: SAZSViTConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        self.backbone = Backbone(configuration.backbone)
        self.reassemble = Reassemble(1, configuration.backbone.width, configuration.embedding_dimension)
        self.boundary = nn.Conv2d(configuration.embedding_dimension, 1, 1) if configuration.boundary_head else None

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        patch, depth = self.configuration.backbone.patch, self.configuration.backbone.depth
        (state,) = self.backbone.states(x, (depth - 1,))
        features = self.reassemble(state, x.shape[-2] // patch, x.shape[-1] // patch)
        return features if self.boundary is None else (features, self.boundary(features))
