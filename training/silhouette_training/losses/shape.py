"""L_shape: how far the predicted edges are from the true ones, as the affine map between them.

Tiles of both edge maps go through a frozen network that regresses the map from one to the other; the loss is that map's
distance from identity, mean over tiles (InverseForm, Borse et al. 2021). The network is trained by `losses.affine`.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..loop import checkpoint
from .edges import UNKNOWN

TINY = 1e-6  # keeps the root's gradient finite where the map is the identity


class AffineRegressor(nn.Module):
    """Pairs of edge tiles `[N, side, side]`, values 0…1, to the 2×3 map between them less identity, `[N, 2, 3]`.

    The map takes coordinates of the second tile to those of the first; a tile spans −1…1.
    """

    def __init__(self, side: int, width: int) -> None:
        super().__init__()
        self.side = side
        self.layers = nn.Sequential(
            nn.Linear(2 * side * side, width),
            nn.GELU(),
            nn.Linear(width, width),
            nn.GELU(),
            nn.Linear(width, width // 2),
            nn.GELU(),
            nn.Linear(width // 2, 6),
        )

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        return self.layers(torch.cat([smooth(first), smooth(second)], dim=1)).view(-1, 2, 3)

    @classmethod
    def load(cls, path: Path) -> "AffineRegressor":
        """Frozen, from a checkpoint of `losses.affine`."""
        state = checkpoint.load(path)
        regressor = cls(state["settings"]["side"], state["settings"]["width"])
        regressor.load_state_dict(state["modules"]["regressor"])
        return regressor.eval().requires_grad_(False)


def smooth(tiles: Tensor) -> Tensor:
    """Tiles blurred, flat and of about unit deviation: edges one cell wide that miss each other look unrelated."""
    for _ in range(2):
        tiles = F.avg_pool2d(tiles[:, None], 3, stride=1, padding=1)[:, 0]
    return 6 * tiles.flatten(1)


class ShapeLoss(nn.Module):
    def __init__(self, regressor: AffineRegressor) -> None:
        super().__init__()
        self.regressor = regressor.eval().requires_grad_(False)

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Edge logits and target `[B, H, W]` (1, 0, 255 = unknown); tiles without a true edge have no map.

        The release takes `log_softmax` of the one channel, which is 0 everywhere: no gradient. Hence sigmoid.
        """
        known = target != UNKNOWN
        pictures = []
        for predicted, true in zip(self.tiles(logits.sigmoid() * known), self.tiles(1.0 * (target == 1)), strict=True):
            shown = true.sum((1, 2)) >= self.regressor.side / 2
            maps = self.regressor(predicted[shown], true[shown])
            pictures.append((maps.square().sum((1, 2)) + TINY).sqrt().mean() if shown.any() else predicted.sum() * 0)
        return torch.stack(pictures).mean()

    def tiles(self, maps: Tensor) -> Tensor:
        """`[B, H, W]` to `[B, tiles, side, side]`; what is left at the right and below belongs to no tile."""
        side = self.regressor.side
        return maps.unfold(1, side, side).unfold(2, side, side).flatten(1, 2).float()
