"""The experiment's table: mean ± deviation over seeds, folds averaged first; and the plots of the paper's analysis."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..evaluation.analysis import ClassGain, correlations, plot
from ..inference import RULES
from .grid import Run, Settings, runs

# Each step of the ablation: which training, and which rule answers.
STEPS = {
    "alignment only": ("alignment", "none"),
    "+ edges": ("edges", "none"),
    "+ shape": ("shape", "none"),
    "+ select": ("shape", "select"),
    "+ propagate": ("shape", "propagate"),
    "+ select and propagate": ("shape", "select+propagate"),
    "oracle, uses the answer": ("shape", "oracle"),
}
FIGURES = ("unseen_miou", "seen_miou", "harmonic", "boundary_f")
Results = dict[Run, dict[str, Any]]


def results(settings: Settings) -> Results:
    paths = {run: settings.out / run.name / "result.json" for run in runs(settings)}
    return {run: json.loads(path.read_text()) for run, path in paths.items() if path.exists()}


def by_seed(found: Results, data: str, backbone: str, step: str, figure: str) -> dict[int, float]:
    """The figure's mean over folds, of each seed that has all folds of that step."""
    losses, rule = STEPS[step]
    values: dict[int, list[float]] = {}
    for run, report in found.items():
        if (run.data, run.backbone, run.losses) != (data, backbone, losses):
            continue
        value = (report["oracle"] if rule == "oracle" else report["rules"][rule])[figure]
        if value is not None:
            values.setdefault(run.seed, []).append(value)
    most = max(map(len, values.values()), default=0)
    return {seed: float(np.mean(each)) for seed, each in values.items() if len(each) == most}


def spread(values: list[float]) -> str:
    """Mean ± sample deviation."""
    if not values:
        return "–"
    return f"{np.mean(values):.1f}" + (f" ± {np.std(values, ddof=1):.1f}" if len(values) > 1 else "")


def gain(one: dict[int, float], other: dict[int, float]) -> str:
    """Of one step over another, seed by seed."""
    differences = [one[seed] - other[seed] for seed in one.keys() & other.keys()]
    return ("+" if differences and np.mean(differences) >= 0 else "") + spread(differences)


def lines(settings: Settings) -> Iterator[str]:
    found, wanted = results(settings), list(runs(settings))
    yield f"{len(found)} of {len(wanted)} runs; percent, mean ± deviation over seeds of the mean over folds.\n"
    for data in settings.sets:
        yield f"## {data}\n"
        yield "| backbone | | unseen mIoU | gain over the row before | seen mIoU | harmonic | boundary F |"
        yield "|---|---|---|---|---|---|---|"
        for backbone in settings.backbones:
            before: dict[int, float] = {}
            for step in STEPS:
                columns = [by_seed(found, data, backbone, step, figure) for figure in FIGURES]
                cells = [spread(list(column.values())) for column in columns]
                cells.insert(1, gain(columns[0], before) if before else "–")
                yield f"| {backbone} | {step} | " + " | ".join(cells) + " |"
                # Rules are alternatives: each is compared with the network that they share.
                before = before if step in ("+ select", "+ propagate", "+ select and propagate") else columns[0]
        yield ""
    yield "Gain of each rule in unseen mIoU over `none`, all networks with the shape loss: " + verdict(found) + "."
    yield from correlation_lines(settings, found)


def verdict(found: Results) -> str:
    parts = []
    for rule in RULES[1:]:
        gains = [
            report["rules"][rule]["unseen_miou"] - report["rules"]["none"]["unseen_miou"]
            for run, report in found.items()
            if run.losses == "shape"
        ]
        parts.append(f"{rule} {spread(gains)} ({sum(g > 0 for g in gains)} of {len(gains)} runs better)")
    return "; ".join(parts)


def mean_gains(found: Results, data: str, rule: str) -> list[ClassGain]:
    """Of each class, seen and unseen apart, over all runs with the shape loss."""
    every: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for run, report in found.items():
        if run.data == data and run.losses == "shape":
            for one in report["gains"][rule]:
                every.setdefault((one["name"], one["unseen"]), []).append(one)

    def mean(key: str, group: list[dict[str, Any]]) -> float:
        return float(np.mean([one[key] for one in group]))

    return [
        ClassGain(name, unseen, *(mean(key, group) for key in ("gain", "compactness", "locality")))
        for (name, unseen), group in every.items()
    ]


def correlation_lines(settings: Settings, found: Results) -> Iterator[str]:
    yield "\nSpearman's ρ of a class's gain with its masks' compactness and its name's nearness to seen ones.\n"
    yield "| set | rule | compactness | locality |\n|---|---|---|---|"
    for data in settings.sets:
        for rule in RULES[1:]:
            gains = mean_gains(found, data, rule)
            if len(gains) < 3:
                continue
            plot(gains, f"{rule} on {data}", settings.out / f"{data}-{rule}.png")
            table = correlations(gains)
            cells = [f"{table[what]['rho']} (p {table[what]['p']})" for what in ("compactness", "locality")]
            yield f"| {data} | {rule} | " + " | ".join(cells) + " |"


def write(settings: Settings) -> Path:
    path = settings.out / "report.md"
    path.write_text("\n".join(lines(settings)) + "\n")
    return path
