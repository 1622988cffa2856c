"""Runs `silhouette bundle compare` and reads what it says."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    name: str
    largest_difference: float
    least_cosine: float | None
    within: bool


def compare(command: Path, folder: Path, recorded: Path, precision: str) -> list[Result]:
    """What the command says of each recorded result.

    Exit status 1 with results means that some are too far off; without any it is the command that failed.
    """
    arguments = [command, "bundle", "compare", folder, recorded, "--precision", precision, "--json"]
    run = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)
    if run.returncode not in (0, 1) or not run.stdout:
        raise RuntimeError(run.stderr.strip())
    return [Result(**row) for row in json.loads(run.stdout)]


def has_bf16() -> bool:
    """Whether the processor multiplies bf16, and so whether the command does."""
    return "avx512_bf16" in Path("/proc/cpuinfo").read_text()
