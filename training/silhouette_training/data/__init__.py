"""Labelled pictures in the folder form, readers that bring public data sets into it, and augmentation."""

from .folder import IGNORE, LabelledFolder
from .pictures import Picture

__all__ = ["IGNORE", "LabelledFolder", "Picture"]
