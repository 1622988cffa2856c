"""Compares the command's networks with PyTorch's on the same weights."""
