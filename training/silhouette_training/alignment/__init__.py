"""Alignment of the visual encoder with the frozen text encoder."""
