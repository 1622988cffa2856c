"""A bundle's folder from three checkpoints and a tokenizer; it has its name only once it is complete."""

import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from safetensors.torch import save_file

from silhouette_training.bundle import build

from . import part
from .errors import ConversionError
from .part import Choices, Fields, Part

IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
# What each visual encoder was trained with.
INPUTS: dict[str, Fields] = {
    "clip": {"mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711]}
    | {"interpolation": "bicubic", "antialias": True},
    "dpt": {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bilinear", "antialias": True},
    "sazs-vit": {"mean": [0.5] * 3, "std": [0.5] * 3, "interpolation": "bilinear", "antialias": True},
    "drn-d": {"mean": [0.29010, 0.32808, 0.28696], "std": [0.18295, 0.18657, 0.18448]}
    | {"interpolation": "bilinear", "antialias": True},
}


@dataclass(frozen=True)
class Request:
    text: Path
    visual: Path
    spectral: Path
    vocabulary: Path
    merges: Path
    name: str
    version: str
    license: str
    templates: list[str]
    background: list[str]
    choices: Choices


def multiple(fields: Fields) -> int:
    match fields["architecture"]:
        case "drn-d":
            return 8
        case "dpt":
            return 2 * fields["patch"]
        case _:
            return fields["patch"]


def describe(request: Request, parts: dict[str, Part]) -> Fields:
    visual = part.visual(parts["visual"], request.choices)
    step = multiple(visual)
    if visual["architecture"] == "clip":
        # Windows of about 336 pixels, 224 apart, as ProxyCLIP has them.
        visual["window"] = {"side": step * round(336 / step), "stride": step * round(224 / step)}
    side = step * ((672 if visual["architecture"] == "clip" else 480) // step)
    inputs = {"max_side": side, "multiple": step} | INPUTS[visual["architecture"]]
    graph = {"max_tokens": 3600} | IMAGENET | {"interpolation": "bilinear", "antialias": True}
    return {
        "format": 1,
        "name": request.name,
        "version": request.version,
        "license": request.license,
        "text": part.text(parts["text"], request.choices),
        "visual": visual | {"preprocessing": inputs},
        "spectral": part.spectral(parts["spectral"], request.choices) | {"preprocessing": graph},
        "prompts": {"templates": request.templates, "background": request.background},
        "logit_scale": 100 if visual["architecture"] == "clip" else 1 / 0.07,
        "fusion": {"rule": "propagate", "tau": 0.8, "gamma": 2, "alpha": 0.15, "lambda": 0, "eigensegments": 5},
        # Nothing was fitted: every class counts as present.
        "presence": {"a": 1, "b": 0, "threshold": 0},
    }


def convert(request: Request, out: Path) -> None:
    if out.exists():
        raise ConversionError(f"{out}: exists already; name a folder that does not")
    parts = {name: Part(getattr(request, name), name) for name in ("text", "visual", "spectral")}
    bundle = describe(request, parts)
    if bundle["text"]["embedding_dimension"] != bundle["visual"]["embedding_dimension"]:
        raise ConversionError(
            f"{request.text} embeds texts in {bundle['text']['embedding_dimension']} dimensions, "
            f"{request.visual} places in {bundle['visual']['embedding_dimension']}; both must agree"
        )
    networks = build(bundle, words(request, parts["text"]))
    weights = {name: parts[name].weights(network) for name, network in networks.items()}
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as scratch:
        folder = Path(scratch) / "bundle"
        folder.mkdir()
        shutil.copyfile(request.vocabulary, folder / "vocab.json")
        shutil.copyfile(request.merges, folder / "merges.txt")
        for name, tensors in weights.items():
            save_file(tensors, folder / f"{name}.safetensors")
        hashes = {path.name: digest(path) for path in sorted(folder.iterdir())}
        (folder / "bundle.json").write_text(json.dumps(bundle | {"files": hashes}, indent=2) + "\n")
        folder.rename(out)


def words(request: Request, text: Part) -> int:
    """The number of tokens, which vocabulary and embedding must agree on."""
    for path in (request.vocabulary, request.merges):
        if not path.is_file():
            raise ConversionError(f"{path}: no such file")
    try:
        count = len(json.loads(request.vocabulary.read_text()))
    except ValueError as error:
        raise ConversionError(f"{request.vocabulary}: no JSON: {error}") from error
    embedded = text.shape("token_embedding.weight")[0]
    if count != embedded:
        raise ConversionError(f"{request.vocabulary}: {count} tokens, {request.text} has embeddings of {embedded}")
    return count


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
