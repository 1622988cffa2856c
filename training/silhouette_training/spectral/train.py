"""Trains the spectral stage's transformer without labels: `python -m silhouette_training.spectral.train --help`.

Two views of each window differ in light, tint, noise and sharpness. The cosines between the keys of
one view and those of the other must equal an affinity of the window itself: patches whose
neighbourhoods agree in colour and in oriented texture belong together. So keys become the same
inside a region, whatever its light, and differ across its border.
"""

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import trange

from ..alignment.samples import VALIDATION_SCENES, read, resized
from ..models import VisionTransformer, VisionTransformerConfiguration

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CONFIGURATION = VisionTransformerConfiguration()
WINDOW = 176
SOFTNESS = 0.12
# What unlike patches should reach: below 0, so that the affinity's cut at 0 leaves few links between regions.
FLOOR = -0.15


def pictures(data: Path, scenes: Path) -> list[np.ndarray]:
    """Training pictures of all three sources at about the size at which they are answered; labels unused."""
    pool = np.load(scenes / "pictures.npy", mmap_mode="r")
    found = [np.array(pool[i]) for i in range(0, len(pool) - VALIDATION_SCENES, 8)]
    things = json.loads((data / "coco-mini/splits.json").read_text())["train"]
    roads = sorted(path.stem for path in (data / "camvid/train/images").glob("*.jpg"))
    for folder, stems in ((data / "coco-mini", things), (data / "camvid/train", roads)):
        for stem in stems:
            picture, labels = read(folder, stem)
            scale = max(1.05 * WINDOW / min(picture.shape[:2]), 0.75)
            found.append(resized(picture, labels, scale)[0])
    return found


def windows(generator: random.Random, found: list[np.ndarray], count: int) -> Tensor:
    """`[count, 3, WINDOW, WINDOW]` in 0…1."""
    rows = []
    for picture in generator.sample(found, count):
        top, left = (generator.randint(0, side - WINDOW) for side in picture.shape[:2])
        window = picture[top : top + WINDOW, left : left + WINDOW]
        rows.append(np.ascontiguousarray(window[:, :: generator.choice((1, -1))]))
    return torch.from_numpy(np.stack(rows)).permute(0, 3, 1, 2).float() / 255


def view(x: Tensor) -> Tensor:
    """Another look at the same windows: light, tint, noise, sharpness."""
    count = len(x)
    gain = 1 + 0.35 * (2 * torch.rand(count, 1, 1, 1) - 1)
    tint = 1 + 0.12 * (2 * torch.rand(count, 3, 1, 1) - 1)
    shift = 0.12 * (2 * torch.rand(count, 1, 1, 1) - 1)
    x = x * gain * tint + shift + 0.05 * torch.rand(count, 1, 1, 1) * torch.randn_like(x)
    softened = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    x = torch.lerp(x, softened, torch.rand(count, 1, 1, 1))
    return (x.clamp(0, 1) - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)


def descriptors(x: Tensor, patch: int) -> Tensor:
    """Colour and oriented texture of each patch's neighbourhood, `[B, N, 7]`, in comparable units."""
    grey = x.mean(1, keepdim=True)
    opponent = torch.stack([x[:, 0] - x[:, 1], (x[:, 0] + x[:, 1]) / 2 - x[:, 2]], dim=1)
    dx, dy = grey[..., :, 1:] - grey[..., :, :-1], grey[..., 1:, :] - grey[..., :-1, :]
    dx, dy = F.pad(dx, (0, 1)), F.pad(dy, (0, 0, 0, 1))
    energy = torch.cat([dx**2, dy**2, (dx + dy) ** 2 / 2, (dx - dy) ** 2 / 2], dim=1)
    pooled = F.avg_pool2d(torch.cat([0.6 * grey, 1.2 * opponent, energy], dim=1), patch)
    # A median of 3×3 patches would keep borders sharper; the mean of colour over 3×3 blurs them half a patch.
    wide = F.avg_pool2d(F.pad(pooled, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    colour = torch.lerp(pooled[:, :3], wide[:, :3], 0.5)
    texture = 0.8 * (wide[:, 3:] + 1e-4).sqrt()
    return torch.cat([colour, texture], dim=1).flatten(2).transpose(1, 2)


def affinity(x: Tensor, patch: int) -> Tensor:
    """`[B, N, N]` in `FLOOR`…1: falls as exp(−d²/s) of the descriptors, s from the window's own spread."""
    d = descriptors(x, patch)
    squares = torch.cdist(d, d).square()
    spread = squares.mean((1, 2), keepdim=True).clamp(min=2e-3)
    return FLOOR + (1 - FLOOR) * torch.exp(-squares / (SOFTNESS * spread))


def train(data: Path, scenes: Path, run: Path, steps: int, batch: int) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(3)
    run.mkdir(parents=True, exist_ok=True)
    found = pictures(data, scenes)
    model = VisionTransformer(CONFIGURATION)
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 1e-3, steps, pct_start=0.15)
    first, checkpoint = 0, run / "spectral.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        first = state["step"]
    progress = trange(first, steps, initial=first, total=steps, desc="spectral", mininterval=10)
    for step in progress:
        x = windows(random.Random(step), found, batch)
        wanted = affinity(x, CONFIGURATION.patch)
        with torch.autocast("cpu", torch.bfloat16):
            keys = model.keys(torch.cat([view(x), view(x)]))
        keys = F.normalize(keys.float(), dim=-1)
        one, other = keys.chunk(2)
        loss = (one @ other.transpose(1, 2) - wanted).square().mean()
        loss = loss + 0.5 * (one @ one.transpose(1, 2) - wanted).square().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        progress.set_postfix(loss=f"{loss.item():.4f}")
        if (step + 1) % 100 == 0 or step + 1 == steps:
            state = {
                "model": model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "schedule": schedule.state_dict(),
            }
            torch.save(state | {"step": step + 1, "configuration": asdict(CONFIGURATION)}, checkpoint)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with camvid and coco-mini")
    parser.add_argument("--scenes", type=Path, required=True, help="pool of drawn scenes")
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--batch", type=int, default=5)
    a = parser.parse_args()
    train(a.data, a.scenes, a.out, a.steps, a.batch)


if __name__ == "__main__":
    main()
