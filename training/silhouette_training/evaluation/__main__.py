"""Measures a bundle as `silhouette evaluate` does: `python -m silhouette_training.evaluation FOLDER BUNDLE`.

Prints the command's JSON. With `--analysis` also the gain of each rule for each class against compactness and language
locality, with plots.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import torch

from ..data import LabelledFolder
from ..inference import RULES, Inference
from ..loop.command import speak
from . import analysis
from .chance import chance
from .protocol import Plan, evaluate, other_names


def measure(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    folder = LabelledFolder(arguments.folder, arguments.split)
    unseen = arguments.unseen.split(",") if arguments.unseen else []
    if arguments.fold is not None:
        unseen += folder.unseen(arguments.fold)
    rules = RULES if arguments.fusion is None else (arguments.fusion,)
    inference = Inference(arguments.bundle)
    found = evaluate(inference, folder, Plan(rules, tuple(unseen), other_names(arguments.names), arguments.bootstrap))
    report = found.report() | {"chance": round(100 * chance(folder), 2)}
    if arguments.analysis is not None:
        arguments.analysis.mkdir(parents=True, exist_ok=True)
        report["analysis"] = {}
        for rule in RULES[1:]:
            gains = analysis.gains(inference, folder, found.rules, rule, unseen)
            analysis.plot(gains, f"{rule} on {folder.path.name}", arguments.analysis / f"{rule}.png")
            report["analysis"][rule] = {
                "spearman": analysis.correlations(gains),
                "classes": [asdict(gain) for gain in gains],
            }
    print(json.dumps(report, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="data set")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--split")
    parser.add_argument("--fold", type=int, help="the names of this fold of folds.json, from 0, are unseen")
    parser.add_argument("--unseen", help="these names, separated by commas, are unseen")
    parser.add_argument("--names", help="FILE:N, the N-th (from 0) other name of each class, as in synonyms.json")
    parser.add_argument("--fusion", choices=RULES, help="one rule; all four when left out")
    parser.add_argument("--bootstrap", type=int, default=0, help="resamples for an interval of mIoU")
    parser.add_argument("--analysis", type=Path, help="folder for the plots; needs all four rules")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    if arguments.analysis is not None and arguments.fusion is not None:
        parser.error("--analysis needs all four rules")
    speak(lambda: measure(arguments))


if __name__ == "__main__":
    main()
