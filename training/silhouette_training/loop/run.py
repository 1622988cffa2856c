"""The loop: steps, progress, checkpoints, the best epoch, curves; on one process or several.

Writes `last.pt` (to go on from), `best.pt` (the weights to use: the best epoch by `Stage.validate`, else the last),
`history.json` and `curves.png`.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader
from tqdm import tqdm

from ..errors import TrainingError
from . import checkpoint, curves
from .configuration import plain
from .machine import Device, Machine, Precision, share_batch_norms
from .stage import Stage, Stream

# Settings that may change when a training goes on: they do not touch its result.
FREE = ("out", "device", "threads", "loaders", "save_every")


@dataclass(frozen=True)
class LoopSettings:
    out: Path  # folder of this training
    steps: int
    batch: int  # of all processes together
    rate: float  # the highest learning rate
    warmup: float = 0.08  # share of the schedule
    weight_decay: float = 0.02
    clip: float = 1.0  # longest gradient
    seed: int = 0
    device: Device = "auto"
    precision: Precision = "auto"  # auto: bf16 on a GPU that has it
    share_batch_norms: bool = True  # among processes; false is faster and changes the result
    threads: int = 1
    loaders: int = 0  # processes that prepare batches; 0: the training itself
    save_every: int = 100  # steps
    validate_every: int = 0  # steps, an epoch; 0: never


def rate_at(share: float, warmup: float) -> float:
    """Learning rate over its top, by the share of the schedule done: a rise, then half a cosine to 0."""
    return min(share / max(warmup, 1e-9) + 0.02, 0.5 + 0.5 * math.cos(math.pi * min(share, 1)))


class Loop:
    def __init__(self, stage: Stage, settings: LoopSettings, every: Any, machine: Machine) -> None:
        self.stage, self.settings, self.machine = stage, settings, machine
        self.identity = plain(every)
        self.identity["loop"] = {k: v for k, v in self.identity["loop"].items() if k not in FREE}
        if settings.batch % machine.processes:
            raise TrainingError(f"loop.batch: {settings.batch} is no multiple of the {machine.processes} processes")
        for module in stage.modules.values():
            module.to(machine.device)
            if machine.processes > 1 and settings.share_batch_norms:
                share_batch_norms(module)
        modules = stage.modules.values()
        self.parameters = [p for module in modules for p in module.parameters() if p.requires_grad]
        self.optimiser = torch.optim.AdamW(self.parameters, settings.rate, weight_decay=settings.weight_decay)
        self.first, self.best, self.history = 0, -math.inf, curves.History()
        self.last = settings.out / "last.pt"

    def resume(self) -> None:
        if not self.last.exists():
            return
        state = checkpoint.load(self.last)
        found = checkpoint.difference(state.get("settings"), self.identity)
        if found:
            raise TrainingError(f"{self.last}: was trained with {found}; choose another loop.out, or remove it")
        for name, module in self.stage.modules.items():
            module.load_state_dict(state["modules"][name])
        self.optimiser.load_state_dict(state["optimiser"])
        self.first, self.best = state["step"], state["best"]
        self.history = {name: [tuple(point) for point in points] for name, points in state["history"].items()}

    def run(self) -> None:
        self.settings.out.mkdir(parents=True, exist_ok=True)
        self.resume()
        steps, silent = self.settings.steps, self.machine.rank > 0
        bar = tqdm(total=steps, initial=self.first, desc=self.settings.out.name, mininterval=5, disable=silent)
        for step, batch in zip(range(self.first, steps), self.batches(), strict=False):
            terms = self.step(step, batch)
            for name, value in terms.items():
                self.history.setdefault(name, []).append((step, value))
            bar.set_postfix({name: f"{value:.4f}" for name, value in terms.items()}, refresh=False)
            bar.update()
            self.keep(step + 1)
        bar.close()
        if not silent:
            self.report()
        self.machine.wait()

    def report(self) -> None:
        report = self.stage.report()
        if report is None:
            return
        (self.settings.out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
        print(report)

    def batches(self) -> Iterator[Any]:
        """What this process takes of each batch, from the first step that is still to do."""
        share = self.settings.batch // self.machine.processes
        starts = range(self.first * self.settings.batch, self.settings.steps * self.settings.batch, self.settings.batch)
        own = [range(start + self.machine.rank * share, start + (self.machine.rank + 1) * share) for start in starts]
        stream = Stream(self.settings.seed, self.stage.draw)
        workers = self.settings.loaders
        return iter(DataLoader(stream, batch_sampler=own, num_workers=workers, collate_fn=self.stage.collate))

    def step(self, step: int, batch: Any) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * rate_at(step / self.settings.steps, self.settings.warmup)
        terms = self.stage.losses(batch, step)
        loss = torch.stack(list(terms.values())).sum()
        self.optimiser.zero_grad()
        loss.backward()
        self.machine.average_gradients(self.parameters)
        length = torch.nn.utils.clip_grad_norm_(self.parameters, self.settings.clip)
        values = self.values(terms, loss)
        if not math.isfinite(values["loss"]) or not torch.isfinite(length):
            raise TrainingError(f"the loss is {values['loss']} at step {step}; lower loop.rate (last.pt is kept)")
        self.optimiser.step()
        self.stage.after(step)
        return values

    def values(self, terms: dict[str, Tensor], loss: Tensor) -> dict[str, float]:
        shared = self.machine.mean(torch.stack([loss.detach(), *(term.detach() for term in terms.values())]))
        names = ["loss", *terms] if len(terms) > 1 else ["loss"]
        return dict(zip(names, shared.tolist(), strict=False))

    def keep(self, done: int) -> None:
        """Validates, and writes what is due after `done` steps."""
        every, last = self.settings.validate_every, done == self.settings.steps
        value = self.stage.validate() if every and (done % every == 0 or last) else None
        if value is not None:
            self.history.setdefault(self.stage.validation, []).append((done, value))
        improved = value is not None and value > self.best
        if improved:
            self.best = value
        if self.machine.rank > 0:
            return
        if improved or (last and self.best == -math.inf):
            checkpoint.save(self.weights(done), self.settings.out / "best.pt")
        if done % self.settings.save_every == 0 or last or value is not None:
            state = {"optimiser": self.optimiser.state_dict(), "history": self.history, "best": self.best}
            checkpoint.save(self.weights(done) | state, self.last)
            (self.settings.out / "history.json").write_text(json.dumps(self.history))
            curves.draw(self.history, self.settings.out / "curves.png")

    def weights(self, done: int) -> dict[str, Any]:
        modules = {name: module.state_dict() for name, module in self.stage.modules.items()}
        return {"modules": modules, "settings": self.identity, "step": done}


def run(stage: Stage, settings: LoopSettings, every: Any, machine: Machine) -> None:
    """Trains to the end; `every` is the whole configuration, which a checkpoint has to share."""
    Loop(stage, settings, every, machine).run()
