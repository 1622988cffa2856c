"""Loss curves as a picture."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

History = dict[str, list[tuple[int, float]]]
SMOOTHING = 0.05


def smoothed(values: list[float]) -> list[float]:
    rows, mean = [], values[0]
    for value in values:
        mean += SMOOTHING * (value - mean)
        rows.append(mean)
    return rows


def draw(history: History, path: Path) -> None:
    """One panel for each term; the pale line is the value itself, the dark one its running mean."""
    names = [name for name, points in history.items() if points]
    figure, axes = plt.subplots(1, len(names), figsize=(3.6 * len(names), 2.8), squeeze=False)
    for axis, name in zip(axes[0], names, strict=True):
        steps, values = map(list, zip(*history[name], strict=True))
        axis.plot(steps, values, color="tab:blue", alpha=0.3, linewidth=0.8)
        axis.plot(steps, smoothed(values) if len(values) > 40 else values, color="tab:blue")
        axis.set_title(name)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
    figure.tight_layout()
    partial = path.with_name(path.name + ".partial")
    figure.savefig(partial, format="png", dpi=90)
    plt.close(figure)
    partial.replace(path)
