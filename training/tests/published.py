"""Random checkpoints in published layouts: skeletons with the modules, and so the names, of each release."""

import tempfile
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import (
    CLIPConfig,
    CLIPModel,
    Dinov2Config,
    Dinov2Model,
    Dinov2WithRegistersConfig,
    Dinov2WithRegistersModel,
    PreTrainedModel,
    ViTConfig,
    ViTModel,
)

from silhouette_training.models import DRN, CLIPText, CLIPTextConfiguration, DRNConfiguration
from silhouette_training.models.clip_visual import CLIPVisual, CLIPVisualConfiguration
from silhouette_training.models.dpt import Backbone
from silhouette_training.models.drawing import randomise
from silhouette_training.models.vision_transformer import VisionTransformer, VisionTransformerConfiguration

WORDS = 600
BACKBONE = VisionTransformerConfiguration(48, 8, 3, 96, 16, (5, 5), 1e-6)
CHANNELS = (8, 16, 24, 24)


def drawn(network: nn.Module, seed: int = 3) -> nn.Module:
    randomise(network, torch.Generator().manual_seed(seed))
    return network.eval()


def clip() -> CLIPModel:
    text = {"vocab_size": WORDS, "hidden_size": 48, "intermediate_size": 96, "num_hidden_layers": 3}
    text |= {"num_attention_heads": 3, "max_position_embeddings": 20, "eos_token_id": WORDS - 1}
    vision = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
    vision |= {"image_size": 64, "patch_size": 16}
    configuration = CLIPConfig(text_config=text, vision_config=vision, projection_dim=32)
    return drawn(CLIPModel(configuration))


def dino() -> ViTModel:
    sizes = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 96}
    return drawn(ViTModel(ViTConfig(**sizes, image_size=48, patch_size=8, layer_norm_eps=1e-6)))


def dinov2(registers: int) -> nn.Module:
    sizes = {"hidden_size": 48, "num_hidden_layers": 3, "num_attention_heads": 3, "mlp_ratio": 2}
    sizes |= {"image_size": 70, "patch_size": 14}
    if registers:
        configuration = Dinov2WithRegistersConfig(**sizes, num_register_tokens=registers)
        return drawn(Dinov2WithRegistersModel(configuration))
    return drawn(Dinov2Model(Dinov2Config(**sizes)))


def saved(model: PreTrainedModel) -> dict[str, Tensor]:
    """The tensors by the names of published files, which differ from those of the library's modules."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return load_file(Path(folder) / "model.safetensors")


class OpenAICLIP(nn.Module):
    """The text tower's tensors at the top, the visual tower's below `visual`."""

    def __init__(self) -> None:
        super().__init__()
        text = CLIPText(CLIPTextConfiguration(WORDS, 48, 3, 3, 96, 20, 32, "quick_gelu", 1e-5))
        self.visual = CLIPVisual(CLIPVisualConfiguration(64, 2, 4, 128, 16, (4, 4), 1e-5, "quick_gelu", "bicubic", 32))
        self.transformer, self.ln_final, self.token_embedding = text.transformer, text.ln_final, text.token_embedding
        self.positional_embedding, self.text_projection = text.positional_embedding, text.text_projection
        self.logit_scale = nn.Parameter(torch.tensor(4.6))


class Holder(nn.Module):
    """Any tensors by any names as modules that TorchScript can save."""

    def __init__(self, tensors: dict[str, Tensor]) -> None:
        super().__init__()
        for name, value in tensors.items():
            module = self
            *path, last = name.split(".")
            for step in path:
                if not hasattr(module, step):
                    module.add_module(step, Holder({}))
                module = getattr(module, step)
            module.register_parameter(last, nn.Parameter(value, requires_grad=False))

    def forward(self, x: Tensor) -> Tensor:
        return x


class ProjectReadout(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Sequential(nn.Linear(2 * width, width), nn.GELU())

    def forward(self, x: Tensor) -> Tensor:
        return self.project(torch.cat([x[:, 1:], x[:, :1].expand_as(x[:, 1:])], dim=-1))


class Transpose(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x.transpose(1, 2)


def postprocess(level: int, grid: tuple[int, int]) -> nn.Sequential:
    width, channels = BACKBONE.width, CHANNELS[level]
    resize: list[nn.Module] = []
    if level < 2:
        resize = [nn.ConvTranspose2d(channels, channels, 4 >> level, stride=4 >> level)]
    if level == 3:
        resize = [nn.Conv2d(channels, channels, 3, stride=2, padding=1)]
    flat = (ProjectReadout(width), Transpose(), nn.Unflatten(2, torch.Size(grid)))
    return nn.Sequential(*flat, nn.Conv2d(width, channels, 1), *resize)


class ResidualConvUnit(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(features), nn.BatchNorm2d(features)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn2(self.conv2(F.relu(self.bn1(self.conv1(F.relu(x)))))) + x


class FeatureFusionBlock(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.out_conv = nn.Conv2d(features, features, 1)
        self.resConfUnit1, self.resConfUnit2 = ResidualConvUnit(features), ResidualConvUnit(features)

    def forward(self, x: Tensor, finer: Tensor | None = None) -> Tensor:
        x = x if finer is None else x + self.resConfUnit1(finer)
        x = F.interpolate(self.resConfUnit2(x), scale_factor=2, mode="bilinear", align_corners=True)
        return self.out_conv(x)


class PublishedDPT(nn.Module):
    """What LSeg and SAZS build alike: `pretrained` and `scratch`."""

    def __init__(self, grid: tuple[int, int], features: int = 16) -> None:
        super().__init__()
        self.pretrained, self.scratch = nn.Module(), nn.Module()
        self.pretrained.model = Backbone(BACKBONE)
        self.pretrained.model.head = nn.Linear(BACKBONE.width, 10)
        for level in range(4):
            self.pretrained.add_module(f"act_postprocess{level + 1}", postprocess(level, grid))
            layer = nn.Conv2d(CHANNELS[level], features, 3, padding=1, bias=False)
            self.scratch.add_module(f"layer{level + 1}_rn", layer)
            self.scratch.add_module(f"refinenet{level + 1}", FeatureFusionBlock(features))

    def levels(self, x: Tensor) -> list[Tensor]:
        states = self.pretrained.model.states(x, (1, 3, 5, 7))
        return [getattr(self.pretrained, f"act_postprocess{i + 1}")(state) for i, state in enumerate(states)]


class PublishedLSeg(PublishedDPT):
    def __init__(self, grid: tuple[int, int]) -> None:
        super().__init__(grid)
        self.scratch.head1 = nn.Conv2d(16, 32, 1)
        self.clip_pretrained = OpenAICLIP()

    def forward(self, x: Tensor) -> Tensor:
        levels = [getattr(self.scratch, f"layer{i + 1}_rn")(level) for i, level in enumerate(self.levels(x))]
        path = self.scratch.refinenet4(levels[3])
        for index in (2, 1, 0):
            path = getattr(self.scratch, f"refinenet{index + 1}")(path, levels[index])
        return self.scratch.head1(path)


class PublishedSAZSViT(PublishedDPT):
    """The release takes the second level as it is."""

    def __init__(self, grid: tuple[int, int]) -> None:
        super().__init__(grid)
        self.edgeocr_cls_head = nn.Conv2d(CHANNELS[1], 1, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        level = self.levels(x)[1]
        return level, self.edgeocr_cls_head(level)


class PublishedSAZSDRN(nn.Module):
    """Pyramid and last layer with batch norms of their own; two layers that training never reaches."""

    def __init__(self) -> None:
        super().__init__()
        trunk = DRN(DRNConfiguration((4, 4, 4, 4, 6, 6, 8, 8), (1, 1, 2, 1, 2, 1, 1, 1), "bottleneck"))
        self.base = nn.Sequential(*(getattr(trunk, f"layer{index}") for index in range(9)))
        for side in (1, 2, 3, 6):
            self.add_module(f"pool{side}_conv", nn.Conv2d(8, 12, 1, bias=False))
            self.add_module(f"pool{side}_bn", nn.BatchNorm2d(12))
        self.fc1, self.fc1_bn = nn.Conv2d(56, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32)
        self.fc2 = nn.Conv2d(32, 2, 1, bias=False)
        self.edgeocr_cls_head = nn.Conv2d(32, 1, 1)
        self.up = nn.ConvTranspose2d(2, 2, 16, stride=8, padding=4, groups=2, bias=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.base(x)
        parts = [x]
        for side in (1, 2, 3, 6):
            pooled = getattr(self, f"pool{side}_conv")(F.adaptive_avg_pool2d(x, side))
            pooled = F.relu(getattr(self, f"pool{side}_bn")(pooled))
            parts.append(F.interpolate(pooled, size=x.shape[-2:], mode="bilinear", align_corners=False))
        x = F.relu(self.fc1_bn(self.fc1(torch.cat(parts, dim=1))))
        return x, self.edgeocr_cls_head(x)


def original_dino() -> VisionTransformer:
    return drawn(VisionTransformer(VisionTransformerConfiguration(48, 3, 3, 96, 8, (6, 6), 1e-6)))


def tokenizer(folder: Path) -> tuple[Path, Path]:
    vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
    vocabulary.write_text("{" + ", ".join(f'"{index}": {index}' for index in range(WORDS)) + "}")
    merges.write_text("#version: 0.2\n")
    return vocabulary, merges
