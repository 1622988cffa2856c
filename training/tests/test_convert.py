"""Conversion of every published layout, and what it refuses; nothing half-written stays behind."""

import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import published
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from convert.bundle import Request, convert
from convert.errors import ConversionError
from convert.part import Choices
from silhouette_training.bundle import Networks, load

CHOICES = Choices(head_width=16)
TOKENS = torch.tensor([[5, 9, 77, published.WORDS - 1]])


@pytest.fixture
def request_for(tmp_path: Path) -> Callable[..., Request]:
    def made(text: Path, visual: Path, spectral: Path) -> Request:
        vocabulary, merges = published.tokenizer(tmp_path)
        names = ("converted", "1", "MIT", ["{}"], ["background"])
        return Request(text, visual, spectral, vocabulary, merges, *names, CHOICES)

    return made


def write(path: Path, network: nn.Module | dict[str, Tensor], envelope: str | None = None, prefix: str = "") -> Path:
    state = network if isinstance(network, dict) else network.state_dict()
    state = {prefix + name: value.clone(memory_format=torch.contiguous_format) for name, value in state.items()}
    if path.suffix == ".safetensors":
        save_file(state, path)
    else:
        torch.save(state if envelope is None else {envelope: state, "epoch": 3}, path)
    return path


def clip_with_positions() -> dict[str, Tensor]:
    """Older releases of the library kept the positions' numbers in the checkpoint."""
    state = published.saved(published.clip())
    numbers = torch.arange(20).expand(1, -1)
    return state | {"text_model.embeddings.position_ids": numbers, "vision_model.embeddings.position_ids": numbers}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write(tmp_path / "clip.safetensors", clip_with_positions())


@pytest.fixture
def dino(tmp_path: Path) -> Path:
    return write(tmp_path / "dino.safetensors", published.saved(published.dino()))


def converted(request: Request, out: Path) -> Networks:
    convert(request, out)
    return load(out)


def close(found: Tensor, expected: Tensor) -> None:
    assert found.shape == expected.shape
    assert (found - expected).abs().max() < 1e-4


def test_hugging_face_clip_and_dino(request_for, clip: Path, dino: Path, tmp_path: Path) -> None:
    networks = converted(request_for(clip, clip, dino), tmp_path / "out")
    model, vit = published.clip(), published.dino()
    pixels, small = torch.randn(1, 3, 64, 64), torch.randn(1, 3, 48, 48)
    with torch.no_grad():
        text = model.text_projection(model.text_model(input_ids=TOKENS).pooler_output)
        close(networks.text(TOKENS), text)
        image = model.visual_projection(model.vision_model(pixel_values=pixels).pooler_output)
        close(networks.visual.project(networks_tokens(networks.visual, pixels)[:, 0]), image)
        close(networks.spectral(small), vit(pixel_values=small).last_hidden_state)


def networks_tokens(visual: nn.Module, pixels: Tensor) -> Tensor:
    tokens = visual.embed(pixels)
    for block in visual.transformer.resblocks:
        tokens = block(tokens)
    return tokens


@pytest.mark.parametrize("registers", [0, 4])
def test_hugging_face_dinov2(request_for, clip: Path, tmp_path: Path, registers: int) -> None:
    model = published.dinov2(registers)
    path = write(tmp_path / "dinov2.safetensors", published.saved(model))
    networks = converted(request_for(clip, clip, path), tmp_path / "out")
    pixels = torch.randn(1, 3, 70, 70)
    assert networks.spectral.configuration.registers == registers and networks.spectral.configuration.layer_scale
    with torch.no_grad():
        close(networks.spectral(pixels), model(pixel_values=pixels).last_hidden_state)


@pytest.mark.parametrize("form", ["state dict", "TorchScript"])
def test_openai_clip(request_for, dino: Path, tmp_path: Path, form: str) -> None:
    model = published.drawn(published.OpenAICLIP())
    path = tmp_path / "clip.pt"
    if form == "TorchScript":
        # OpenAI's archives are half precision with a few numbers besides.
        tensors = {name: value.half() for name, value in model.state_dict().items()}
        holder = published.Holder(tensors | {"input_resolution": torch.tensor(64.0)})
        torch.jit.script(holder).save(path)
    else:
        write(path, model)
    networks = converted(request_for(path, path, dino), tmp_path / "out")
    for name, value in networks.visual.state_dict().items():
        close(value, model.visual.state_dict()[name].half().float() if form == "TorchScript" else
              model.visual.state_dict()[name])  # fmt: skip
    tolerance = 2e-2 if form == "TorchScript" else 1e-6
    assert (networks.text.text_projection - model.text_projection).abs().max() < tolerance


def test_an_archive_that_names_anything_but_tensors_is_refused_and_nothing_runs(
    request_for, dino: Path, tmp_path: Path
) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "ran",)  # type: ignore[return-value]

    torch.save({"weights": Trap()}, tmp_path / "trap.pt")
    with zipfile.ZipFile(tmp_path / "trap-script.pt", "w") as archive:
        archive.writestr("x/constants.pkl", b"")
        archive.writestr("x/data.pkl", pickle.dumps(Trap()))
    for name, expected in (
        ("trap.pt", "cannot be read as weights alone"),
        ("trap-script.pt", "no TorchScript archive"),
    ):
        path = tmp_path / name
        with pytest.raises(ConversionError, match=expected) as refusal:
            convert(request_for(path, path, dino), tmp_path / "out")
        assert "\n" not in str(refusal.value)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("envelope", "prefix", "head"),
    [(None, "", False), ("teacher", "module.backbone.", True), ("teacher", "backbone.", True)],
)
def test_original_dino(request_for, clip: Path, tmp_path: Path, envelope: str | None, prefix: str, head: bool) -> None:
    model = published.original_dino()
    state = {prefix + name: value for name, value in model.state_dict().items()}
    if head:
        state[prefix.removesuffix("backbone.") + "head.mlp.0.weight"] = torch.zeros(2, 2)
    path = write(tmp_path / "dino.pth", state, envelope)
    networks = converted(request_for(clip, clip, path), tmp_path / "out")
    pixels = torch.randn(1, 3, 64, 40)
    with torch.no_grad():
        close(networks.spectral(pixels), model(pixels))


def test_lseg(request_for, dino: Path, tmp_path: Path) -> None:
    model = published.drawn(published.PublishedLSeg((4, 6)))
    path = write(tmp_path / "lseg.ckpt", model, "state_dict", "net.")
    networks = converted(request_for(path, path, dino), tmp_path / "out")
    pixels = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        close(networks.visual(pixels), model(pixels))
    assert torch.equal(networks.text.text_projection, model.clip_pretrained.text_projection)


def dimension_of(clip_dimension: int) -> dict[str, Tensor]:
    """CLIP's text tower that embeds in another number of dimensions."""
    state = published.saved(published.clip())
    return state | {"text_projection.weight": torch.randn(clip_dimension, 48)}


def test_sazs_vision_transformer(request_for, dino: Path, tmp_path: Path) -> None:
    model = published.drawn(published.PublishedSAZSViT((4, 6)))
    path = write(tmp_path / "sazs.pth.tar", model, "state_dict", "module.")
    text = write(tmp_path / "text.safetensors", dimension_of(16))
    networks = converted(request_for(text, path, dino), tmp_path / "out")
    pixels = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        for found, expected in zip(networks.visual(pixels), model(pixels), strict=True):
            close(found, expected)


def test_sazs_drn(request_for, clip: Path, dino: Path, tmp_path: Path) -> None:
    model = published.drawn(published.PublishedSAZSDRN())
    path = write(tmp_path / "sazs.pth.tar", model, "state_dict")
    networks = converted(request_for(clip, path, dino), tmp_path / "out")
    pixels = torch.randn(1, 3, 64, 96)
    with torch.no_grad():
        for found, expected in zip(networks.visual(pixels), model(pixels), strict=True):
            close(found, expected)


KEY = "encoder.layer.1.attention.attention.key.weight"
FAULTS: dict[str, tuple[Callable[[dict[str, Tensor]], object], str]] = {
    "missing": (lambda state: state.pop(KEY), "missing for DINO, Hugging Face: blocks.1.attn.qkv.weight"),
    "left over": (lambda state: state.update(extra=torch.zeros(1)), "belongs to no layer of DINO.*: extra"),
    "shape": (lambda state: state.update({KEY: torch.zeros(47, 48)}), "of another shape: blocks.1.attn.qkv.weight"),
    "infinite": (lambda state: state[KEY].fill_(torch.inf), "not finite: blocks.1.attn.qkv.weight"),
    "other architecture": (
        lambda state: (state.clear(), state.update(x=torch.zeros(1))),
        "no spectral encoder of a known",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_checkpoint_is_refused_in_one_line_and_leaves_nothing(
    request_for, clip: Path, tmp_path: Path, fault: str
) -> None:
    edit, expected = FAULTS[fault]
    state = {name: value.clone() for name, value in published.saved(published.dino()).items()}
    edit(state)
    path = write(tmp_path / "dino.safetensors", state)
    request = request_for(clip, clip, path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ConversionError, match=expected) as refusal:
        convert(request, tmp_path / "out")
    assert str(path) in str(refusal.value) and "\n" not in str(refusal.value)
    assert sorted(tmp_path.iterdir()) == before


def test_parts_that_do_not_fit_each_other_are_refused(request_for, clip: Path, dino: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other.safetensors", dimension_of(16))
    with pytest.raises(ConversionError, match=r"16 dimensions, .* in 32; both must agree"):
        convert(request_for(other, clip, dino), tmp_path / "out")
    request = request_for(clip, clip, dino)
    (tmp_path / "few.json").write_text('{"a": 0}')
    with pytest.raises(ConversionError, match=r"few\.json: 1 tokens, .* has embeddings of 600"):
        convert(replace(request, vocabulary=tmp_path / "few.json"), tmp_path / "out")
    with pytest.raises(ConversionError, match="no such file"):
        convert(replace(request, merges=tmp_path / "absent"), tmp_path / "out")
    with pytest.raises(ConversionError, match="exists already"):
        convert(request, tmp_path)
    assert not (tmp_path / "out").exists()
