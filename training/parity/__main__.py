"""Compares the command's networks with PyTorch's on the same random weights and prints a table.

    python -m parity ../.build/release/silhouette                        # small ones of every architecture
    python -m parity ../.build/release/silhouette --text clip-text-b32 --visual dpt-vitl16 --spectral dino-s8

Published architectures at full size take minutes and, with ViT-L, 6 GB of memory.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from tqdm import tqdm

from silhouette_training.bundle import load

from . import small
from .compare import compare, has_bf16
from .record import record

TOKENIZER = Path(__file__).parents[2] / "Sources/silhouette/Resources/silhouette-starter"
SMALL_SIZES = ((64, 64), (96, 160))
FULL_SIZES = ((480, 480), (352, 480))


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    flags = next(line for line in lines if line.startswith("flags")).split()
    levels = [flag for flag in ("avx2", "avx512f", "avx512_bf16") if flag in flags]
    return f"{next(line for line in lines if line.startswith('model name')).split(': ')[1]} ({', '.join(levels)})"


def rows(command: Path, folder: Path, sizes: tuple[tuple[int, int], ...], seed: int) -> list[str]:
    recorded = folder.parent / f"{folder.name}.safetensors"
    record(load(folder), recorded, sizes, seed)
    table = []
    for precision in ("fp32", "bf16") if has_bf16() else ("fp32",):
        for result in compare(command, folder, recorded, precision):
            cosine = "–" if result.least_cosine is None else f"{result.least_cosine:.7f}"
            verdict = "yes" if result.within else "**no**"
            difference = f"{result.largest_difference:.1e}"
            table.append(f"| {folder.name} | {precision} | {result.name} | {difference} | {cosine} | {verdict} |")
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("silhouette", type=Path, help="the command, as built")
    for part in ("text", "visual", "spectral"):
        parser.add_argument(f"--{part}", help="a preset; all three, or none for small networks")
    parser.add_argument("--readout", default="proxyclip", help="how a CLIP visual encoder is read")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    presets = [arguments.text, arguments.visual, arguments.spectral]
    if any(presets) and not all(presets):
        parser.error("give --text, --visual and --spectral, or none of them")
    command = arguments.silhouette.resolve()
    torch.set_num_threads(2)
    table = []
    with tempfile.TemporaryDirectory() as scratch:
        if all(presets):
            folder = Path(scratch) / "+".join(presets)
            options = ["--text", presets[0], "--visual", presets[1], "--spectral", presets[2]]
            options += ["--readout", arguments.readout]
            options += ["--seed", str(arguments.seed), "--output", str(folder)]
            subprocess.run([str(command), "bundle", "random", *options], check=True)
            table += rows(command, folder, FULL_SIZES, arguments.seed)
        else:
            for architecture in tqdm(small.VISUAL, desc="architectures"):
                folder = Path(scratch) / f"small-{architecture}"
                small.write(folder, architecture, TOKENIZER, arguments.seed)
                table += rows(command, folder, SMALL_SIZES, arguments.seed)
    print(f"{processor()}, PyTorch {torch.__version__}\n")
    print("| networks | precision | result | largest difference | least cosine | within |")
    print("|---|---|---|---|---|---|", *table, sep="\n")
    return int(any("**no**" in row for row in table))


if __name__ == "__main__":
    sys.exit(main())
