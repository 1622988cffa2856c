"""A hub on this machine for trying `silhouette bundle pull` without a network: `python -m hub --help`."""
