"""Runs the experiment and writes its report: `python -m silhouette_training.experiment CONFIG [key=value …]`.

Alignment only, + edges, + shape, + select, + propagate; a small DRN and a small DPT; CamVid's folds and drawn scenes.
It can be stopped at any time and goes on where it stopped; `report.md` is written anew after every run.
"""

import argparse
import time
from pathlib import Path

from ..loop.command import speak
from ..loop.configuration import load
from .grid import Settings, runs
from .measure import done, measure
from .table import write


def experiment(settings: Settings) -> None:
    settings.out.mkdir(parents=True, exist_ok=True)
    every = list(runs(settings))
    for number, run in enumerate(every, start=1):
        if done(settings, run).exists():
            continue
        start = time.monotonic()
        print(f"{run.name}: {number} of {len(every)}", flush=True)
        measure(settings, run)
        print(f"{run.name}: {time.monotonic() - start:.0f} s; {write(settings)}", flush=True)
    print(write(settings).read_text())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path, help="settings, TOML")
    parser.add_argument("override", nargs="*", help="section.key=value, instead of what the file says")
    arguments = parser.parse_args()
    speak(lambda: experiment(load(arguments.config, Settings, arguments.override)))


if __name__ == "__main__":
    main()
