"""Measures a bundle on a folder: each picture is answered as a request with default options would be.

Every rule answers from the same evidence. The background is on when a pixel of the set is none of the names asked.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ..data import LabelledFolder
from ..errors import TrainingError
from ..inference import RULES, Answer, Evidence, Inference, Names
from . import oracle
from .measurement import Mask, Measurement, percent


@dataclass(frozen=True)
class Plan:
    rules: tuple[str, ...] = RULES
    unseen: tuple[str, ...] = ()  # names that training never saw
    other: dict[str, str] = field(default_factory=dict)  # what is asked in place of a class's own name
    resamples: int = 0  # of the bootstrap interval; 0: none
    with_oracle: bool = True


@dataclass
class Evaluation:
    rules: dict[str, Measurement]
    oracle: Measurement
    background: bool
    plan: Plan

    def report(self) -> dict[str, Any]:
        """In the form of the command's JSON."""
        unseen = list(self.plan.unseen)
        rules = {}
        for rule, measurement in self.rules.items():
            rules[rule] = measurement.figures(unseen, self.background)
            if self.plan.resamples:
                rules[rule]["miou_interval"] = [percent(x) for x in measurement.interval(self.plan.resamples)]
        pictures = len(next(iter(self.rules.values())).pictures)
        report = {"pictures": pictures, "rules": rules}
        if self.plan.with_oracle:
            report["oracle"] = {"label": oracle.LABEL} | self.oracle.figures(unseen, self.background)
        return report


def evaluate(inference: Inference, folder: LabelledFolder, plan: Plan) -> Evaluation:
    for name in set(plan.unseen) - set(folder.classes):
        raise TrainingError(f"{folder.path}/classes.json: has no class {name!r} to count as unseen")
    background = any((folder.question(stem)[1] == 0).any() for stem in folder.stems)
    rules = {rule: Measurement(folder.classes) for rule in plan.rules}
    found = Evaluation(rules, Measurement(folder.classes), background, plan)
    known: dict[tuple[str, ...], Names] = {}
    for stem in tqdm(folder.stems, desc=folder.path.name, mininterval=5):
        picture, (asked, truth) = folder.read(stem)[0], folder.question(stem)
        spoken = tuple(plan.other.get(name, name) for name in asked)
        if spoken not in known:
            known = {spoken: inference.names(list(spoken))}
        evidence = inference.evidence(picture, known[spoken])
        labels = [folder.classes.index(name) + 1 if name in folder.classes else 0 for name in asked]
        for rule, measurement in rules.items():
            answer = inference.answer(evidence, background, rule)
            measurement.add(regions(answer, labels), answer.labels > 0, truth)
            verdict(measurement, answer, labels, truth, inference)
        if plan.with_oracle:
            ask_oracle(found.oracle, inference.answer(evidence, background, "none"), evidence, labels, truth)
    return found


def regions(answer: Answer, labels: list[int]) -> dict[int, Mask]:
    """By the data set's labels; names outside of it (0) have none."""
    masks = {label: answer.labels == index for index, label in enumerate(labels, start=1) if label > 0}
    return {label: mask for label, mask in masks.items() if mask.any()}


def verdict(
    measurement: Measurement, answer: Answer, labels: list[int], truth: np.ndarray, inference: Inference
) -> None:
    for index, label in enumerate(labels):
        there = label > 0 and bool((truth == label).any())
        for presence, said in (
            (measurement.verdicts, answer.present[index]),
            (measurement.scores, answer.scores[index] >= inference.presence.threshold),
        ):
            presence.there.append(there)
            presence.found.append(bool(said))


def ask_oracle(
    measurement: Measurement, unfused: Answer, evidence: Evidence, labels: list[int], truth: np.ndarray
) -> None:
    asked = [label for label in labels if label > 0]
    chosen = oracle.best(regions(unfused, labels), asked, evidence.shapes.candidates(evidence.size), truth)
    measurement.add(chosen, np.any(list(chosen.values()), axis=0), truth)


def other_names(argument: str | None) -> dict[str, str]:
    """From FILE:N, the N-th (from 0) other name of each class."""
    if argument is None:
        return {}
    file, _, column = argument.rpartition(":")
    try:
        names = json.loads(Path(file).read_text())["names"]
        return {name: row[int(column)] for name, row in names.items()}
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise TrainingError(f"{argument}: FILE:N, the N-th other name of each class, is expected ({error})") from None
