"""One run: trains, makes a bundle, tunes its fusion on seen classes, measures it on the test pictures."""

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from .. import bundle
from ..alignment.train import AlignmentStage
from ..data import LabelledFolder
from ..evaluation import Plan, analysis, evaluate
from ..export import export
from ..inference import RULES, Inference
from ..loop import Machine
from ..loop import run as train
from ..scenes.dataset import TEST_SEED, write
from ..tune import tune
from .grid import Run, Settings, alignment


def done(settings: Settings, run: Run) -> Path:
    return settings.out / run.name / "result.json"


def measure(settings: Settings, run: Run) -> None:
    """Goes on where an earlier try stopped; nothing is left to do once `result.json` stands."""
    folder = settings.out / run.name
    if done(settings, run).exists():
        return
    torch.set_num_threads(settings.training.threads)
    torch.manual_seed(run.seed)
    of_training, machine = alignment(settings, run), Machine()
    train(AlignmentStage(of_training, machine), of_training.loop, of_training, machine)
    shutil.rmtree(folder / "bundle", ignore_errors=True)
    export(settings.bundle, of_training.loop.out, settings.bundle, folder / "bundle", run.name)
    spectral = bundle.document(folder / "bundle")["spectral"]
    spectral["preprocessing"]["max_tokens"] = settings.max_tokens
    bundle.amend(folder / "bundle", spectral=spectral)
    test, unseen = question(settings, run)
    if run.data == "camvid":
        tune(folder / "bundle", None, LabelledFolder(settings.data / "camvid/val"), unseen, settings.tuning_pictures)
    else:
        tune(folder / "bundle", settings.scenes, None, [], settings.tuning_pictures)
    partial = folder / "result.json.partial"
    partial.write_text(json.dumps(figures(folder / "bundle", test, unseen), indent=1))
    partial.replace(done(settings, run))


def question(settings: Settings, run: Run) -> tuple[LabelledFolder, list[str]]:
    """The test pictures, and the names that training never saw."""
    if run.data == "camvid":
        test = LabelledFolder(settings.data / "camvid/test")
        unseen = test.unseen(run.fold)
    else:
        folder = settings.out / "scenes-test"
        if not (folder / "splits.json").exists():
            write(folder, TEST_SEED)
        test = LabelledFolder(folder, "combinations")
        unseen = test.classes
    test.stems = test.stems[:: max(1, len(test.stems) // settings.pictures)][: settings.pictures]
    return test, unseen


def figures(folder: Path, test: LabelledFolder, unseen: list[str]) -> dict[str, Any]:
    inference = Inference(folder)
    found = evaluate(inference, test, Plan(unseen=tuple(unseen)))
    gains = {rule: analysis.gains(inference, test, found.rules, rule, unseen) for rule in RULES[1:]}
    return found.report() | {
        "fusion": inference.fields["fusion"],
        "gains": {rule: [asdict(gain) for gain in each] for rule, each in gains.items()},
    }
