"""The loop that every training shares: settings, steps, processes, checkpoints, curves."""

from .configuration import load
from .machine import Machine
from .run import LoopSettings, run
from .stage import Stage, Stream

__all__ = ["LoopSettings", "Machine", "Stage", "Stream", "load", "run"]
