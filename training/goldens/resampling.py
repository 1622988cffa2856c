"""Golden tensors of `interpolate`, from torch.nn.functional.interpolate on the processor.

Run from `training/`: python goldens/resampling.py
"""

import hashlib
import itertools
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch.nn.functional import interpolate

SEED = 20230418
FOLDER = Path(__file__).resolve().parents[2] / "Tests/TensorsTests/Goldens/Resampling"

MODES = [
    {"mode": "nearest"},
    {"mode": "bilinear", "align_corners": False},
    {"mode": "bilinear", "align_corners": True},
    {"mode": "bicubic", "align_corners": False},
    {"mode": "bilinear", "align_corners": False, "antialias": True},
    {"mode": "bicubic", "align_corners": False, "antialias": True},
]
# Height, width and channels in; height and width out.
SIZES = [
    ((7, 5, 3), (13, 11)),
    ((23, 31, 3), (9, 8)),
    ((6, 6, 17), (12, 3)),
    ((1, 4, 2), (3, 9)),
    ((8, 9, 1), (8, 9)),
    ((5, 3, 40), (1, 1)),
    ((64, 48, 1), (7, 100)),
]
# The position rule of DINO hands (side + 0.1) / grid over as the scale.
SCALES = [((28, 28, 4), (30, 20)), ((14, 14, 2), (14, 14)), ((9, 11, 2), (9, 25)), ((6, 9, 3), (25, 4))]


def cases() -> list[dict]:
    listed = [
        {**mode, "input": list(source), "size": list(target)}
        for mode, (source, target) in itertools.product(MODES, SIZES)
    ]
    for mode, (source, target) in itertools.product(MODES, SCALES):
        if mode.get("align_corners"):
            continue  # the scale is ignored there
        scale = [(side + 0.1) / grid for side, grid in zip(target, source[:2], strict=True)]
        listed.append({**mode, "input": list(source), "size": list(target), "scale": scale})
    return listed


def answer(x: torch.Tensor, case: dict) -> torch.Tensor:
    picture = x.permute(2, 0, 1)[None].contiguous()
    options = {"mode": case["mode"], "antialias": case.get("antialias", False)}
    if "align_corners" in case:
        options["align_corners"] = case["align_corners"]
    extent = {"scale_factor": tuple(case["scale"])} if "scale" in case else {"size": tuple(case["size"])}
    y = interpolate(picture, **extent, **options)
    assert list(y.shape[2:]) == case["size"], (case, y.shape)
    return y[0].permute(1, 2, 0).contiguous()


def main() -> None:
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(SEED)
    tensors, listed = {}, cases()
    for case in listed:
        name = "x" + "-".join(map(str, case["input"]))
        if name not in tensors:
            tensors[name] = torch.randn(case["input"], generator=generator)
        case["name"] = f"y{len(tensors)}"
        tensors[case["name"]] = answer(tensors[name], case)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / "resampling.safetensors"
    save_file(tensors, path)
    manifest = {
        "made by": "training/goldens/resampling.py",
        "torch": torch.__version__,
        "seed": SEED,
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()},
        "cases": listed,
    }
    (FOLDER / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
