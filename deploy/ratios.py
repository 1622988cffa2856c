"""Prints how long Silhouette takes for each measured part, over what each peer takes: below 1 is faster."""

import json
import sys

# Our row -> the row of the peers' script that times the same work.
SAME_WORK = {
    "dino-s16 encoder": "vits16",
    "spectral regions": "spectral regions",
    "spectral smooth": "spectral smooth",
}


def main(ours_path, peers_path):
    with open(ours_path) as file:
        ours = json.load(file)
    with open(peers_path) as file:
        peers = json.load(file)
    print(f"== Ratios of minima, {ours['threads']} threads, {ours['size']} pixels a side, {ours['precision']}")
    for row, work in SAME_WORK.items():
        mine = ours["rows"][row]["min"]
        for peer, times in peers[work].items():
            print(f"{row:20} {mine:8.1f} ms / {peer:20} {times['min']:8.1f} ms = {mine / times['min']:.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
