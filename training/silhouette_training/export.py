"""Puts a bundle together: `python -m silhouette_training.export --help`.

Text and spectral parts come from their runs or from another bundle, the visual part from a run of `alignment.train`.
Weights are F16 safetensors. Presence is what alignment learnt until `calibrate` fits it, the fusion rule `none` until
`tune` chooses one.
"""

import argparse
import shutil
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from . import bundle
from .alignment.train import DEVIATION, MEAN
from .alignment.train import network as visual_network
from .bundle import Fields
from .loop import checkpoint
from .loop.command import speak
from .loop.configuration import build
from .losses import LOGIT_SCALE
from .models import DRN, CLIPText, DRNConfiguration, VisionTransformer, VisionTransformerConfiguration
from .models.dpt import DPTConfiguration
from .spectral import pictures
from .text.encoder import BACKGROUND, TEMPLATES, NameEncoder

FUSION = {"rule": "none", "tau": 0.5, "gamma": 1.0, "alpha": 0.15, "lambda": 0.0, "eigensegments": 5}
SAMPLING = {"interpolation": "bilinear", "antialias": True}
BILINEAR = {"mode": "bilinear", "align_corners": False}


def halves(model: nn.Module) -> dict[str, Tensor]:
    """All tensors as F16, the counters of batch norm left out."""
    state = {name: value for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    tensors = {name: value.detach().to(torch.float16).contiguous() for name, value in state.items()}
    for name, value in tensors.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{name} does not fit into half precision")
    return tensors


def load_spectral(run: Path) -> VisionTransformer:
    state = checkpoint.load(run / "best.pt")
    configuration = build(VisionTransformerConfiguration, state["settings"]["transformer"], str(run))
    model = VisionTransformer(configuration)
    model.load_state_dict(state["modules"]["transformer"])
    return model.eval()


def load_visual(run: Path) -> tuple[nn.Module, Fields]:
    """The averaged weights of an alignment run, and what the run says of itself."""
    state = checkpoint.load(run / "best.pt")
    settings = state["settings"]
    drn, dpt = (
        build(kind, settings[name], str(run)) if settings[name] else None
        for name, kind in (("drn", DRNConfiguration), ("dpt", DPTConfiguration))
    )
    model = visual_network(drn, dpt)
    model.load_state_dict(state["modules"]["average"])
    trained = settings["terms"]["presence"] > 0
    presence = {name: round(float(value), 4) for name, value in state["modules"]["presence"].items()}
    # Without the term nothing is known of presence, and nothing is called absent.
    said = {"a": presence["slope"], "b": presence["offset"], "threshold": 0.5 if trained else 0.0}
    return model.eval(), {"size": settings["size"], "presence": said}


def text_fields(model: CLIPText) -> Fields:
    configuration = asdict(model.configuration)
    configuration.pop("vocabulary")
    files = {"weights": "text.safetensors", "vocabulary": "vocab.json", "merges": "merges.txt"}
    return {"architecture": "clip-text"} | files | configuration


def visual_fields(model: nn.Module, size: list[int]) -> Fields:
    configuration = asdict(model.configuration)
    if isinstance(model, DRN):
        corners = configuration.pop("align_corners")
        own = {"architecture": "drn-d", "pyramid_interpolation": BILINEAR | {"align_corners": corners}} | configuration
        multiple = 8
        if model.project is None:
            own["embedding_dimension"] = own.pop("fuse_width")
    else:
        backbone = transformer_fields(configuration.pop("backbone"))
        own = {"architecture": "dpt", "position_interpolation": BILINEAR, "readout": "project"}
        own |= configuration | backbone
        own = {key: value for key, value in own.items() if value is not None}
        multiple = 2 * backbone["patch"]
    sizes = {"max_side": max(size), "multiple": multiple, "mean": list(MEAN), "std": list(DEVIATION)}
    return own | {"weights": "visual.safetensors", "preprocessing": sizes | SAMPLING}


def transformer_fields(configuration: Fields) -> Fields:
    """Of a plain vision transformer; its rule for positions depends on who uses it."""
    names = ("width", "depth", "heads", "mlp_width", "patch", "position_grid", "epsilon")
    return {name: configuration[name] for name in names} | {"activation": "gelu"}


def spectral_fields(model: VisionTransformer) -> Fields:
    own = {"architecture": "vit", "weights": "spectral.safetensors", "position_rule": "dino"}
    preprocessing = {"max_tokens": 3600, "mean": list(pictures.MEAN), "std": list(pictures.DEVIATION)} | SAMPLING
    return own | transformer_fields(asdict(model.configuration)) | {"preprocessing": preprocessing}


def export(text: Path, visual: Path, spectral: Path, out: Path, name: str) -> None:
    encoder = NameEncoder(text)
    drn, learnt = load_visual(visual)
    out.mkdir(parents=True, exist_ok=True)
    encoder.tokenizer.save(out)
    save_file(halves(encoder.model), out / "text.safetensors")
    save_file(halves(drn), out / "visual.safetensors")
    if (spectral / "bundle.json").exists():
        spectral_section = bundle.document(spectral)["spectral"] | {"weights": "spectral.safetensors"}
        shutil.copyfile(spectral / bundle.document(spectral)["spectral"]["weights"], out / "spectral.safetensors")
    else:
        vit = load_spectral(spectral)
        spectral_section = spectral_fields(vit)
        save_file(halves(vit), out / "spectral.safetensors")
    for path in out.glob("*.safetensors"):
        path.chmod(0o644)
    bundle.amend(
        out,
        format=1,
        name=name,
        version="1",
        license="Apache-2.0",
        text=text_fields(encoder.model),
        visual=visual_fields(drn, learnt["size"]),
        spectral=spectral_section,
        prompts={"templates": list(TEMPLATES), "background": list(BACKGROUND)},
        logit_scale=LOGIT_SCALE,
        fusion=FUSION,
        presence=learnt["presence"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", type=Path, required=True, help="run of text.distil, or a bundle")
    parser.add_argument("--visual", type=Path, required=True, help="run of alignment.train")
    parser.add_argument(
        "--spectral", type=Path, required=True, help="run of spectral.train or spectral.dino, or a bundle"
    )
    parser.add_argument("--out", type=Path, required=True, help="the bundle")
    parser.add_argument("--name", default="silhouette-starter")
    a = parser.parse_args()
    speak(lambda: export(a.text, a.visual, a.spectral, a.out, a.name))


if __name__ == "__main__":
    main()
