"""Published checkpoints as bundles: `python -m convert --help`."""
