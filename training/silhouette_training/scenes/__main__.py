"""Writes the held-out scenes: `python -m silhouette_training.scenes --out scenes-test`."""

import argparse
from pathlib import Path

from .dataset import TEST_SEED, write


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument(
        "--seed", type=int, default=TEST_SEED, help=f"default: {TEST_SEED}, that of the published figures"
    )
    arguments = parser.parse_args()
    write(arguments.out, arguments.seed)


if __name__ == "__main__":
    main()
