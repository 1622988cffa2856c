"""Prints how long Silhouette takes for each measured part, over what each peer takes: below 1 is faster."""

import json
import sys
from pathlib import Path

# Our row -> the row of the peers' script that times the same work.
SAME_WORK = {
    "dino-s16 encoder": "vits16",
    "dino-s8 encoder": "vits8",
    "dpt-vitl16 encoder": "dpt",
    "drn-d-105 encoder": "drn105",
    "clip-text-b32, 21 prompts of 77": "text77",
    "clip-text-b32, 21 prompts of 12": "text12",
    "spectral regions": "spectral regions",
    "spectral smooth": "spectral smooth",
}


def main(ours_path: str, peers_path: str) -> None:
    ours = json.loads(Path(ours_path).read_text())
    peers = json.loads(Path(peers_path).read_text())
    print(f"== Ratios of minima, {ours['threads']} threads, {ours['size']} pixels a side, {ours['precision']}")
    for row, work in SAME_WORK.items():
        if row not in ours["rows"] or work not in peers:
            continue
        mine = ours["rows"][row]["min"]
        for peer, times in peers[work].items():
            print(f"{row:32} {mine:8.1f} ms / {peer:20} {times['min']:8.1f} ms = {mine / times['min']:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
