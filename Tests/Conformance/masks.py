"""Asks `silhouette serve` for every picture of a folder, from several clients at once, twice in different orders.

    SILHOUETTE=../../.build/release/silhouette .venv/bin/python masks.py DATASET/test --class road --class sky

Exit status 1 where a mask is not what pycocotools decodes to its area and box, masks overlap or leave out pixels that
are not told as unlabeled, or one request has two answers.
"""

import argparse
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from probe.masks import answer_to, faults, lasting
from probe.server import Server


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="with pictures in any folder below it")
    parser.add_argument("--class", dest="names", action="append", required=True, help="a name to ask for")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1, help="of the second order")
    options = parser.parse_args()

    pictures = sorted(path for path in options.folder.rglob("images/*") if path.suffix in (".jpg", ".png"))
    if not pictures:
        parser.error(f"{options.folder}: no pictures in a folder images")
    server = Server()
    first: dict[Path, str] = {}
    found: list[str] = []
    segments = 0

    def ask_for(path: Path) -> int:
        answer = answer_to(server, path.read_bytes(), options.names)
        found.extend(f"{path.name}: {fault}" for fault in faults(answer, options.names))
        if first.setdefault(path, lasting(answer)) != lasting(answer):
            found.append(f"{path.name}: two answers")
        return len(answer["segments"])

    shuffled = random.Random(options.seed).sample(pictures, len(pictures))
    try:
        with ThreadPoolExecutor(options.clients) as pool:
            for order in (pictures, shuffled):
                segments += sum(pool.map(ask_for, order))
                print(f"{len(order)} pictures, {segments} masks so far, {len(found)} faults", flush=True)
    finally:
        status = server.stop()
    found += server.failures + ([] if status == 0 else [f"the server ended with {status}"])
    print(*(f"FAULT {fault}" for fault in found[:50]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
