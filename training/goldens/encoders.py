"""Makes the golden tensors of the encoders: tiny seeded networks of each kind, what enters and what leaves every block.

python goldens/encoders.py --output ../Tests/EncodersTests/Goldens
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import safetensors
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from silhouette_training.models import (
    DRN,
    CLIPText,
    CLIPTextConfiguration,
    CLIPVisualConfiguration,
    DenseCLIP,
    DRNConfiguration,
    Readout,
    VisionTransformer,
    VisionTransformerConfiguration,
    Window,
)
from silhouette_training.models.dpt import DPT, DPTConfiguration
from silhouette_training.models.drawing import channels_last, randomise
from silhouette_training.models.sazs_vit import SAZSViT, SAZSViTConfiguration

SEED = 20230626


def recorded(network: nn.Module, names: list[str], run: Callable[[], object]) -> dict[str, Tensor]:
    """What the named modules return while `run` runs."""
    seen: dict[str, Tensor] = {}
    modules = dict(network.named_modules())
    hooks = [
        modules[name].register_forward_hook(lambda _m, _i, out, name=name: seen.__setitem__(name, out))
        for name in names
    ]
    run()
    for hook in hooks:
        hook.remove()
    return {name: channels_last(value) for name, value in seen.items()}


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    return {
        f"weights.{name}": value.contiguous()
        for name, value in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


def text(
    generator: torch.Generator, activation: str = "quick_gelu", layers: int = 3, lengths: tuple[int, ...] = (2, 7, 20)
) -> dict[str, Tensor]:
    network = CLIPText(CLIPTextConfiguration(514, 32, layers, 2, 64, 20, 24, activation, 1e-5)).eval()
    randomise(network, generator)
    result = weights_of(network)
    for index, length in enumerate(lengths):
        tokens = torch.randint(0, 512, (1, length), generator=generator)
        tokens[0, 0], tokens[0, -1] = 512, 513
        blocks = [f"transformer.resblocks.{i}" for i in range(layers)]
        with torch.inference_mode():
            states = recorded(network, blocks, lambda tokens=tokens: network(tokens))
            result[f"{index}.embedding"] = network(tokens)
        result[f"{index}.tokens"] = tokens[0].float()
        for i, name in enumerate(blocks):
            result[f"{index}.block{i}"] = states[name]
    return result


def text_gelu(generator: torch.Generator) -> dict[str, Tensor]:
    return text(generator, "gelu", 1, (9,))


def vision(
    generator: torch.Generator, width: int = 48, registers: int = 0, layer_scale: bool = False, rule: str = "dino"
) -> dict[str, Tensor]:
    configuration = VisionTransformerConfiguration(
        width, 3, 3, 2 * width, 8, (5, 5), 1e-6, registers, layer_scale, rule
    )
    network = VisionTransformer(configuration).eval()
    randomise(network, generator)
    result = weights_of(network)
    for index, (height, width) in enumerate(((40, 40), (56, 72))):
        pixels = torch.randn(1, 3, height, width, generator=generator)
        blocks = [f"blocks.{i}" for i in range(3)]
        with torch.inference_mode():
            states = recorded(network, blocks, lambda pixels=pixels: network(pixels))
            result[f"{index}.last"] = channels_last(network(pixels))
            result[f"{index}.keys"] = channels_last(network.keys(pixels))
        result[f"{index}.pixels"] = channels_last(pixels)
        for i, name in enumerate(blocks):
            result[f"{index}.block{i}"] = states[name]
    return result


def dinov2(generator: torch.Generator) -> dict[str, Tensor]:
    return vision(generator, 24, 0, True)


def dinov2_registers(generator: torch.Generator) -> dict[str, Tensor]:
    return vision(generator, 24, 4, True, "bicubic-antialias")


def dense_clip(
    generator: torch.Generator,
    readout: Readout,
    window: Window | None = None,
    activation: str = "quick_gelu",
    rule: str = "bicubic",
) -> dict[str, Tensor]:
    configuration = CLIPVisualConfiguration(32, 3, 2, 64, 8, (4, 4), 1e-5, activation, rule, 12)
    network = DenseCLIP(configuration, readout, window).eval()
    randomise(network, generator)
    result = weights_of(network)
    for index, (height, width) in enumerate(((32, 32), (40, 64))):
        pixels = torch.randn(1, 3, height, width, generator=generator)
        # A grid of its own, finer than CLIP's; features with something in common, as a transformer's have.
        guide = torch.randn(1, 10, height // 4, width // 8, generator=generator) + 0.5
        result[f"{index}.pixels"] = channels_last(pixels)
        with torch.inference_mode():
            if readout.name == "maskclip":
                embeddings = network(pixels)
            else:
                result[f"{index}.guide"] = channels_last(guide)
                embeddings = network(pixels, guide)
        result[f"{index}.embeddings"] = channels_last(embeddings)
    return result


def maskclip(generator: torch.Generator) -> dict[str, Tensor]:
    return dense_clip(generator, Readout("maskclip"))


def maskclip_residual(generator: torch.Generator) -> dict[str, Tensor]:
    """The residual and the feed-forward stay, the exact GELU, DINO's positions."""
    return dense_clip(generator, Readout("maskclip", keep_residual=True), None, "gelu", "dino")


def maskclip_windows(generator: torch.Generator) -> dict[str, Tensor]:
    return dense_clip(generator, Readout("maskclip"), Window(32, 16))


def proxyclip(generator: torch.Generator) -> dict[str, Tensor]:
    return dense_clip(generator, Readout("proxyclip"))


def proxyclip_windows(generator: torch.Generator) -> dict[str, Tensor]:
    return dense_clip(generator, Readout("proxyclip-keys", beta=0.8, gamma=5.0), Window(32, 24))


def dense(
    network: nn.Module, modules: list[str], generator: torch.Generator, sizes: list[tuple[int, int]]
) -> dict[str, Tensor]:
    randomise(network, generator)
    result = weights_of(network)
    for index, (height, width) in enumerate(sizes):
        pixels = torch.randn(1, 3, height, width, generator=generator)
        with torch.inference_mode():
            states = recorded(network, modules, lambda pixels=pixels: network(pixels))
            answer = network(pixels)
        features, boundary = answer if isinstance(answer, tuple) else (answer, None)
        result[f"{index}.pixels"] = channels_last(pixels)
        result[f"{index}.embeddings"] = channels_last(nn.functional.normalize(features, dim=1))
        if boundary is not None:
            result[f"{index}.boundary"] = channels_last(boundary)
        for name in modules:
            result[f"{index}.{name}"] = states[name]
    return result


def dpt(generator: torch.Generator) -> dict[str, Tensor]:
    backbone = VisionTransformerConfiguration(32, 4, 2, 64, 8, (4, 4), 1e-6)
    configuration = DPTConfiguration(backbone, (0, 1, 2, 3), (8, 12, 16, 16), 16, None, 12, True)
    modules = [f"neck.{i}" for i in range(4)] + [f"fusion.{i}" for i in range(4)]
    return dense(DPT(configuration).eval(), modules, generator, [(32, 32), (48, 64)])


def dpt_batch_norm(generator: torch.Generator) -> dict[str, Tensor]:
    backbone = VisionTransformerConfiguration(16, 4, 2, 32, 8, (4, 4), 1e-6)
    configuration = DPTConfiguration(backbone, (0, 1, 2, 3), (8, 8, 8, 8), 8, 1e-5, 12, True)
    return dense(DPT(configuration).eval(), ["fusion.0"], generator, [(32, 48)])


def sazs_vit(generator: torch.Generator) -> dict[str, Tensor]:
    configuration = SAZSViTConfiguration(VisionTransformerConfiguration(32, 2, 2, 64, 8, (4, 4), 1e-6), 12, True)
    modules = ["backbone.blocks.1", "reassemble"]
    return dense(SAZSViT(configuration).eval(), modules, generator, [(32, 32), (40, 56)])


def drn_basic(generator: torch.Generator) -> dict[str, Tensor]:
    configuration = DRNConfiguration(
        (4, 6, 8, 8, 12, 12, 12, 12), (1, 1, 2, 1, 2, 2, 1, 1), "basic", 1e-5, (1, 2, 3, 6), 8, 16, 12, True
    )
    modules = [f"layer{i}" for i in range(9)] + ["pyramid"]
    return dense(DRN(configuration).eval(), modules, generator, [(64, 64), (48, 72)])


def drn_bottleneck(generator: torch.Generator) -> dict[str, Tensor]:
    configuration = DRNConfiguration(
        (4, 4, 4, 4, 6, 6, 8, 8), (2, 1, 1, 2, 1, 2, 2, 1), "bottleneck", 1e-5, (1, 2, 3, 6), 8, 8, 12, True
    )
    modules = [f"layer{i}" for i in range(9)] + ["pyramid"]
    return dense(DRN(configuration).eval(), modules, generator, [(48, 72)])


def drn_bare(generator: torch.Generator) -> dict[str, Tensor]:
    """The fused pyramid is the embedding, corners are aligned, there is no boundary head."""
    configuration = DRNConfiguration(
        (4,) * 8, (1,) * 8, "basic", 1e-3, (1, 2), 4, 6, embedding_dimension=None, align_corners=True
    )
    return dense(DRN(configuration).eval(), ["pyramid"], generator, [(40, 56)])


MAKERS = {
    "text": text,
    "text-gelu": text_gelu,
    "vision": vision,
    "dinov2": dinov2,
    "dinov2-registers": dinov2_registers,
    "maskclip": maskclip,
    "maskclip-residual": maskclip_residual,
    "maskclip-windows": maskclip_windows,
    "proxyclip": proxyclip,
    "proxyclip-windows": proxyclip_windows,
    "dpt": dpt,
    "dpt-batch-norm": dpt_batch_norm,
    "sazs-vit": sazs_vit,
    "drn-basic": drn_basic,
    "drn-bottleneck": drn_bottleneck,
    "drn-bare": drn_bare,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    folder = parser.parse_args().output
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    hashes: dict[str, str] = {}
    for name, make in MAKERS.items():
        path = folder / f"{name}.safetensors"
        save_file(make(torch.Generator().manual_seed(SEED)), path)
        hashes[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    versions = {"torch": torch.__version__, "safetensors": safetensors.__version__, "numpy": np.__version__}
    manifest = {"script": "training/goldens/encoders.py", "seed": SEED, "versions": versions, "sha256": hashes}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
