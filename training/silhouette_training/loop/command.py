"""The command line of a stage: `python -m silhouette_training.STAGE CONFIG [section.key=value …]`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from ..errors import TrainingError
from .configuration import load
from .machine import Machine
from .run import run
from .stage import Stage


def main(about: str, kind: type, make: Callable[[Any, Machine], Stage]) -> None:
    """Reads settings of type `kind`, makes the stage and trains it."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path, help="settings, TOML")
    parser.add_argument("override", nargs="*", help="section.key=value, instead of what the file says")
    arguments = parser.parse_args()

    def train() -> None:
        settings = load(arguments.config, kind, arguments.override)
        torch.set_num_threads(settings.loop.threads)
        machine = Machine.join(settings.loop.device, settings.loop.precision)
        torch.manual_seed(settings.loop.seed)
        run(make(settings, machine), settings.loop, settings, machine)

    speak(train)


def speak(action: Callable[[], None]) -> None:
    """Runs a command; what goes wrong outside of it ends in one line and status 1."""
    try:
        action()
    except TrainingError as error:
        sys.exit(f"error: {error}")
    except (torch.OutOfMemoryError, MemoryError):
        sys.exit("error: out of memory; lower loop.batch or the size of the pictures (the last checkpoint is kept)")
    except RuntimeError as error:
        if "allocate memory" not in str(error):
            raise
        sys.exit("error: out of memory; lower loop.batch or the size of the pictures (the last checkpoint is kept)")
