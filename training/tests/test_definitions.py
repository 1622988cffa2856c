"""Our definitions against those of `transformers`, on the same random weights: CLIP's towers, ViT, DINOv2 and DPT."""

import re

import pytest
import torch
from torch import Tensor, nn
from transformers import (
    CLIPTextConfig,
    CLIPTextModelWithProjection,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
    Dinov2Config,
    Dinov2Model,
    Dinov2WithRegistersConfig,
    Dinov2WithRegistersModel,
    DPTConfig,
    DPTForSemanticSegmentation,
    ViTConfig,
    ViTModel,
)

from silhouette_training.models import (
    CLIPText,
    CLIPTextConfiguration,
    CLIPVisual,
    CLIPVisualConfiguration,
    VisionTransformer,
    VisionTransformerConfiguration,
)
from silhouette_training.models.dpt import DPT, DPTConfiguration
from silhouette_training.models.drawing import randomise

Rules = list[tuple[str, str]]

# Names in `transformers` from ours, and the three parts of a joint projection.
CLIP_RULES: Rules = [
    (r"^token_embedding", "text_model.embeddings.token_embedding"),
    (r"^positional_embedding", "text_model.embeddings.position_embedding.weight"),
    (r"^transformer\.resblocks\.", "text_model.encoder.layers."),
    (r"\.ln_1\.", ".layer_norm1."),
    (r"\.ln_2\.", ".layer_norm2."),
    (r"\.attn\.out_proj", ".self_attn.out_proj"),
    (r"\.attn\.in_proj_", ".self_attn.{}_proj."),
    (r"\.mlp\.c_fc", ".mlp.fc1"),
    (r"\.mlp\.c_proj", ".mlp.fc2"),
    (r"^ln_final", "text_model.final_layer_norm"),
    (r"^text_projection", "text_projection.weight"),
]
CLIP_VISUAL_RULES: Rules = [
    (r"^class_embedding", "vision_model.embeddings.class_embedding"),
    (r"^positional_embedding", "vision_model.embeddings.position_embedding.weight"),
    (r"^conv1", "vision_model.embeddings.patch_embedding"),
    (r"^ln_pre", "vision_model.pre_layrnorm"),
    (r"^ln_post", "vision_model.post_layernorm"),
    (r"^transformer\.resblocks\.", "vision_model.encoder.layers."),
    (r"^proj$", "visual_projection.weight"),
    *CLIP_RULES[3:9],
]
DINOV2_RULES: Rules = [
    (r"^cls_token", "embeddings.cls_token"),
    (r"^pos_embed", "embeddings.position_embeddings"),
    (r"^register_tokens", "embeddings.register_tokens"),
    (r"^patch_embed\.proj", "embeddings.patch_embeddings.projection"),
    (r"^blocks\.", "encoder.layer."),
    (r"\.attn\.qkv", ".attention.{}_proj"),
    (r"\.attn\.proj", ".attention.o_proj"),
    (r"\.ls(\d)\.gamma", r".layer_scale\1.lambda1"),
    (r"^norm", "layernorm"),
]
VIT_RULES: Rules = [
    (r"^cls_token", "embeddings.cls_token"),
    (r"^pos_embed", "embeddings.position_embeddings"),
    (r"^patch_embed\.proj", "embeddings.patch_embeddings.projection"),
    (r"^blocks\.", "layers."),
    (r"\.norm1\.", ".layernorm_before."),
    (r"\.norm2\.", ".layernorm_after."),
    (r"\.attn\.qkv", ".attention.{}_proj"),
    (r"\.attn\.proj", ".attention.o_proj"),
    (r"^norm", "layernorm"),
]
DPT_RULES: Rules = [
    (r"^backbone\.cls_token", "dpt.embeddings.cls_token"),
    (r"^backbone\.pos_embed", "dpt.embeddings.position_embeddings"),
    (r"^backbone\.patch_embed\.proj", "dpt.embeddings.patch_embeddings.projection"),
    (r"^backbone\.norm", "dpt.layernorm"),
    (r"^backbone\.blocks\.(\d+)\.norm1", r"dpt.encoder.layer.\1.layernorm_before"),
    (r"^backbone\.blocks\.(\d+)\.norm2", r"dpt.encoder.layer.\1.layernorm_after"),
    (r"^backbone\.blocks\.(\d+)\.attn\.qkv", r"dpt.encoder.layer.\1.attention.attention.{}"),
    (r"^backbone\.blocks\.(\d+)\.attn\.proj", r"dpt.encoder.layer.\1.attention.output.dense"),
    (r"^backbone\.blocks\.(\d+)\.mlp\.fc1", r"dpt.encoder.layer.\1.intermediate.dense"),
    (r"^backbone\.blocks\.(\d+)\.mlp\.fc2", r"dpt.encoder.layer.\1.output.dense"),
    (r"^reassemble\.(\d)\.readout", r"neck.reassemble_stage.readout_projects.\1.0"),
    (r"^reassemble\.(\d)\.project", r"neck.reassemble_stage.layers.\1.projection"),
    (r"^reassemble\.(\d)\.resize", r"neck.reassemble_stage.layers.\1.resize"),
    (r"^neck\.(\d)", r"neck.convs.\1"),
    (r"^fusion\.0\.", "neck.fusion_stage.layers.3."),
    (r"^fusion\.1\.", "neck.fusion_stage.layers.2."),
    (r"^fusion\.2\.", "neck.fusion_stage.layers.1."),
    (r"^fusion\.3\.", "neck.fusion_stage.layers.0."),
    (r"\.residual(\d)\.conv(\d)", r".residual_layer\1.convolution\2"),
    (r"\.residual(\d)\.norm(\d)", r".residual_layer\1.batch_norm\2"),
    (r"\.project\.", ".projection."),
    (r"^head\.", "head.head."),
]


def renamed(name: str, rules: Rules) -> str:
    for pattern, replacement in rules:
        name = re.sub(pattern, replacement, name)
    return name


def give(ours: nn.Module, theirs: nn.Module, rules: Rules, joint: tuple[str, str, str]) -> None:
    """Our weights under their names; only their parts that we do not have may be left."""
    weights: dict[str, Tensor] = {}
    for name, value in ours.state_dict().items():
        target = renamed(name, rules)
        if "{}" in target:
            weights |= {target.format(part): third for part, third in zip(joint, value.chunk(3), strict=True)}
        else:
            weights[target] = value.T if name in ("text_projection", "proj") else value
    missing, unexpected = theirs.load_state_dict(weights, strict=False)
    assert not unexpected
    allowed = ("position_ids", "num_batches_tracked", "dpt.layernorm.", "layers.0.residual_layer1.", "mask_token")
    assert [name for name in missing if not any(part in name for part in allowed)] == []


def drawn(network: nn.Module) -> nn.Module:
    randomise(network, torch.Generator().manual_seed(1))
    return network.eval()


@pytest.mark.parametrize("activation", ["quick_gelu", "gelu"])
@torch.inference_mode()
def test_clip_text(activation: str) -> None:
    ours = drawn(CLIPText(CLIPTextConfiguration(100, 32, 3, 2, 64, 20, 24, activation, 1e-5)))
    theirs = CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=100,
            hidden_size=32,
            num_hidden_layers=3,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=20,
            projection_dim=24,
            hidden_act=activation,
            eos_token_id=99,
            layer_norm_eps=1e-5,
        )
    ).eval()
    give(ours, theirs, CLIP_RULES, ("q", "k", "v"))
    tokens = torch.randint(0, 99, (3, 11), generator=torch.Generator().manual_seed(2))
    tokens[:, -1] = 99
    torch.testing.assert_close(ours(tokens), theirs(tokens).text_embeds, atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_vision_transformer_on_the_grid_it_was_made_for() -> None:
    ours = drawn(VisionTransformer(VisionTransformerConfiguration(48, 3, 3, 96, 8, (6, 6), 1e-6)))
    theirs = ViTModel(
        ViTConfig(
            hidden_size=48,
            num_hidden_layers=3,
            num_attention_heads=3,
            intermediate_size=96,
            image_size=48,
            patch_size=8,
            layer_norm_eps=1e-6,
        ),
        add_pooling_layer=False,
    ).eval()
    give(ours, theirs, VIT_RULES, ("q", "k", "v"))
    pixels = torch.randn(2, 3, 48, 48, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(ours(pixels), theirs(pixels).last_hidden_state, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("activation", ["quick_gelu", "gelu"])
@pytest.mark.parametrize("size", [(48, 48), (32, 80)])
@torch.inference_mode()
def test_clip_visual(activation: str, size: tuple[int, int]) -> None:
    ours = drawn(CLIPVisual(CLIPVisualConfiguration(32, 3, 2, 64, 8, (6, 6), 1e-5, activation, "bicubic", 24)))
    theirs = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=32,
            num_hidden_layers=3,
            num_attention_heads=2,
            intermediate_size=64,
            image_size=48,
            patch_size=8,
            projection_dim=24,
            hidden_act=activation,
            layer_norm_eps=1e-5,
        )
    ).eval()
    give(ours, theirs, CLIP_VISUAL_RULES, ("q", "k", "v"))
    pixels = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(2))
    expected = theirs(pixels, interpolate_pos_encoding=True).image_embeds
    torch.testing.assert_close(ours(pixels), expected, atol=1e-5, rtol=1e-4)


DINOV2 = {
    "hidden_size": 48,
    "num_hidden_layers": 3,
    "num_attention_heads": 3,
    "mlp_ratio": 2,
    "image_size": 48,
    "patch_size": 8,
    "layer_norm_eps": 1e-6,
}


@pytest.mark.parametrize(("size", "rule"), [((48, 48), "dino"), ((32, 80), "bicubic"), ((48, 48), "bicubic")])
@torch.inference_mode()
def test_dinov2(size: tuple[int, int], rule: str) -> None:
    """`transformers` interpolates positions to the size, Meta's release by DINO's factor; the rest is one."""
    configuration = VisionTransformerConfiguration(48, 3, 3, 96, 8, (6, 6), 1e-6, 0, True, rule)
    ours = drawn(VisionTransformer(configuration))
    theirs = Dinov2Model(Dinov2Config(**DINOV2)).eval()
    give(ours, theirs, DINOV2_RULES, ("q", "k", "v"))
    pixels = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(ours(pixels), theirs(pixels).last_hidden_state, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("size", [(48, 48), (24, 32), (32, 80)])
@torch.inference_mode()
def test_dinov2_with_registers(size: tuple[int, int]) -> None:
    configuration = VisionTransformerConfiguration(48, 3, 3, 96, 8, (6, 6), 1e-6, 4, True, "bicubic-antialias")
    ours = drawn(VisionTransformer(configuration))
    theirs = Dinov2WithRegistersModel(Dinov2WithRegistersConfig(**DINOV2, num_register_tokens=4)).eval()
    give(ours, theirs, DINOV2_RULES, ("q", "k", "v"))
    pixels = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(ours(pixels), theirs(pixels).last_hidden_state, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("batch_norm", [True, False])
@torch.inference_mode()
def test_dpt(batch_norm: bool) -> None:
    backbone = VisionTransformerConfiguration(32, 4, 2, 64, 16, (4, 4), 1e-6)
    epsilon = 1e-5 if batch_norm else None
    ours = drawn(DPT(DPTConfiguration(backbone, (0, 1, 2, 3), (8, 12, 16, 16), 16, epsilon, 10)))
    theirs = DPTForSemanticSegmentation(
        DPTConfig(
            hidden_size=32,
            num_hidden_layers=4,
            num_attention_heads=2,
            intermediate_size=64,
            image_size=64,
            patch_size=16,
            layer_norm_eps=1e-6,
            backbone_out_indices=[0, 1, 2, 3],
            neck_hidden_sizes=[8, 12, 16, 16],
            fusion_hidden_size=16,
            use_batch_norm_in_fusion_residual=batch_norm,
            use_bias_in_fusion_residual=not batch_norm,
            use_auxiliary_head=False,
        )
    ).eval()
    theirs.head.head = nn.Conv2d(16, 10, 1)
    give(ours, theirs, DPT_RULES, ("query", "key", "value"))
    pixels = torch.randn(1, 3, 96, 96, generator=torch.Generator().manual_seed(2))
    torch.testing.assert_close(ours(pixels), theirs(pixels).logits, atol=1e-4, rtol=1e-4)
