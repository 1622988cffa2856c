"""Trains the visual encoder: `python -m silhouette_training.alignment.train --help`.

Resumes from `RUN/visual.pt`; `--steps` is the whole schedule.
"""

import argparse
import math
import random
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.multiprocessing
import torch.nn.functional as F
from torch import Tensor, distributed
from tqdm import trange

from ..models import DRN, DRNConfiguration
from ..text.encoder import BACKGROUND, NameEncoder
from .loss import AlignmentLoss, AttributeLoss
from .names import NameTable
from .samples import SMALL, Roads, Sample, Scenes, Things

MEAN, DEVIATION = (0.45, 0.45, 0.45), (0.25, 0.25, 0.25)
CONFIGURATION = DRNConfiguration(
    channels=(16, 32, 48, 96, 128, 128, 128, 128), pyramid_width=32, fuse_width=128, embedding_dimension=256
)
SCENES, ROADS, THINGS = 3, 1, 0.25  # of each process's batch; the last one is a chance
FULL_SIZE_FROM = 0.9  # share of the schedule
PRESENCE_WEIGHT = 1.0
# Attributes first, as the coarser task drowns them: until this share of the schedule the rest weighs a tenth.
ATTRIBUTES_FIRST = 0.5
ATTRIBUTE_WEIGHT = 3.0
ATTRIBUTE_LAYERS = (4, 8)
AVERAGING = 0.995


def pixels(pictures: list[np.ndarray]) -> Tensor:
    x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
    x = (x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(DEVIATION).view(3, 1, 1)
    return x.contiguous(memory_format=torch.channels_last)


def batch_loss(
    model: DRN, loss: AlignmentLoss, attributes: AttributeLoss, names: NameTable, batch: list[Sample]
) -> tuple[Tensor, Tensor, Tensor]:
    """Alignment, presence and attribute terms of one batch; its scenes come first."""
    x, kept = pixels([np.ascontiguousarray(sample.picture) for sample in batch]), []
    with torch.autocast("cpu", torch.bfloat16):
        for index in range(9):
            x = getattr(model, f"layer{index}")(x)
            if index in ATTRIBUTE_LAYERS:
                kept.append(x[:SCENES])
        features = model.project(model.pyramid(x))
        objects = torch.from_numpy(np.stack([sample.objects for sample in batch[:SCENES]]))
        named = attributes(kept, objects)
    features = F.normalize(features.float(), dim=1)
    terms = [
        loss(feature, names[sample.names], torch.from_numpy(np.ascontiguousarray(sample.labels)))
        for feature, sample in zip(features, batch, strict=True)
    ]
    return torch.stack([a for a, _ in terms]).mean(), torch.stack([b for _, b in terms]).mean(), named


class Average:
    """An exponential average of all parameters and buffers."""

    def __init__(self, model: DRN) -> None:
        self.state = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: DRN, step: int) -> None:
        keep = min(AVERAGING, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                self.state[name].lerp_(value, 1 - keep)


def rate_at(share: float) -> float:
    """Learning rate over its top, by the share of the schedule done: a short rise, then half a cosine to 0."""
    return min(share / 0.08 + 0.02, 0.5 + 0.5 * math.cos(math.pi * min(share, 1)))


def share_gradients(parameters: list[Tensor], processes: int) -> None:
    """Averages the gradients of all processes in one message."""
    flat = torch.cat([p.grad.flatten() if p.grad is not None else p.new_zeros(p.numel()) for p in parameters])
    if processes > 1:
        distributed.all_reduce(flat)
        flat /= processes
    for p, part in zip(parameters, flat.split([p.numel() for p in parameters]), strict=True):
        p.grad = part.view_as(p)


def train(rank: int, a: argparse.Namespace) -> None:
    """One process: one thread each, as threads that wait for one another suffer on shared cores."""
    torch.set_num_threads(1)
    torch.manual_seed(2)
    if a.processes > 1:
        distributed.init_process_group("gloo", f"file://{a.out.resolve()}/rendezvous", None, a.processes, rank)
    encoder = NameEncoder(a.text)
    names = NameTable(encoder, a.data, a.text / "names.pt")
    drawn = Scenes(a.scenes, names)
    roads, things = Roads(a.data / "camvid/train", names), Things(a.data, names)
    model = DRN(CONFIGURATION).to(memory_format=torch.channels_last)
    loss = AlignmentLoss(encoder.prompts(BACKGROUND))
    attributes = AttributeLoss(tuple(CONFIGURATION.channels[max(0, layer - 1)] for layer in ATTRIBUTE_LAYERS))
    parameters = [*model.parameters(), *loss.parameters(), *attributes.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=a.rate, weight_decay=0.02)
    average, first, checkpoint = Average(model), 0, a.out / "visual.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=False)
        model.load_state_dict(state["model"])
        loss.load_state_dict(state["loss"])
        attributes.load_state_dict(state["attributes"])
        optimiser.load_state_dict(state["optimiser"])
        average.state, first = state["average"], state["step"]
    for group in optimiser.param_groups:
        group["initial_lr"] = a.rate
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: rate_at(step / a.steps), first - 1)
    progress = trange(first, a.steps, initial=first, total=a.steps, desc="visual", mininterval=10, disable=rank > 0)
    running = np.zeros(3)
    for step in progress:
        generator = random.Random(f"{step} {rank}")
        batch = [drawn.sample(generator) for _ in range(SCENES)] + [roads.sample(generator) for _ in range(ROADS)]
        if generator.random() < THINGS:
            batch.append(things.sample(generator))
        if step < FULL_SIZE_FROM * a.steps:
            batch = [sample.window(generator, SMALL) for sample in batch]
        align, presence, named = batch_loss(model, loss, attributes, names, batch)
        optimiser.zero_grad()
        others = 0.1 if step < ATTRIBUTES_FIRST * a.steps else 1.0
        (others * (align + PRESENCE_WEIGHT * presence) + ATTRIBUTE_WEIGHT * named).backward()
        share_gradients(parameters, a.processes)
        torch.nn.utils.clip_grad_norm_(parameters, 5.0)
        optimiser.step()
        schedule.step()
        if rank > 0:
            continue
        average.update(model, step)
        running += max(0.03, 1 / (step - first + 1)) * (
            np.array([align.item(), presence.item(), named.item()]) - running
        )
        progress.set_postfix(align=f"{running[0]:.3f}", presence=f"{running[1]:.3f}", named=f"{running[2]:.3f}")
        if (step + 1) % 50 == 0 or step + 1 == a.steps:
            state = {
                "model": model.state_dict(),
                "average": average.state,
                "loss": loss.state_dict(),
                "attributes": attributes.state_dict(),
                "optimiser": optimiser.state_dict(),
                "configuration": asdict(CONFIGURATION),
                "step": step + 1,
            }
            torch.save(state, a.out / "visual.tmp")
            (a.out / "visual.tmp").replace(checkpoint)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with camvid and coco-mini")
    parser.add_argument("--scenes", type=Path, required=True, help="pool of drawn scenes")
    parser.add_argument("--text", type=Path, required=True, help="run of the text encoder")
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument("--steps", type=int, default=2600)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--processes", type=int, default=3)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "rendezvous").unlink(missing_ok=True)
    torch.set_num_threads(1)
    NameTable(NameEncoder(arguments.text), arguments.data, arguments.text / "names.pt")
    torch.multiprocessing.spawn(train, (arguments,), arguments.processes)


if __name__ == "__main__":
    main()
