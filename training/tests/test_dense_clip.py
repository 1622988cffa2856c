"""CLIP read at every place: what each readout has to give, and that windows change nothing where the picture fits."""

import torch

from silhouette_training.models import CLIPVisual, CLIPVisualConfiguration, DenseCLIP, Readout, Window
from silhouette_training.models.drawing import randomise


def dense_clip(readout: Readout, window: Window | None = None) -> DenseCLIP:
    configuration = CLIPVisualConfiguration(32, 3, 2, 64, 8, (6, 6), 1e-5, "quick_gelu", "bicubic", 24)
    network = DenseCLIP(configuration, readout, window)
    randomise(network, torch.Generator().manual_seed(1))
    return network.eval()


@torch.inference_mode()
def test_maskclip_gives_a_token_that_attends_to_itself_alone_what_clip_gives() -> None:
    """One patch and a class token that is the patch's: all of the attention goes to equal values."""
    network = dense_clip(Readout("maskclip", keep_residual=True))
    network.class_embedding.data = torch.zeros(32)
    network.conv1.weight.data.zero_()
    network.positional_embedding.data[:] = network.positional_embedding.data[0]
    pixels = torch.randn(1, 3, 48, 48, generator=torch.Generator().manual_seed(2))
    expected = torch.nn.functional.normalize(CLIPVisual.forward(network, pixels), dim=-1)
    found = network(pixels).flatten(2).transpose(1, 2)
    torch.testing.assert_close(found, expected[:, None].expand_as(found), atol=1e-5, rtol=1e-4)


@torch.inference_mode()
def test_proxyclip_weights_are_those_of_the_published_code() -> None:
    network = dense_clip(Readout("proxyclip"))
    guide = torch.randn(20, 12, generator=torch.Generator().manual_seed(2)) + 0.5
    features = torch.nn.functional.normalize(guide.T[None], dim=1)
    similarity = torch.einsum("b c m, b c n -> b m n", features, features)
    similarity = (similarity - torch.mean(similarity) * 1.2) * 3.0
    similarity[similarity < 0.0] = float("-inf")
    torch.testing.assert_close(network.weights(guide), torch.softmax(similarity, dim=-1)[0], atol=1e-6, rtol=1e-5)
    assert torch.equal(network.weights(torch.ones(5, 3)), torch.eye(5))


@torch.inference_mode()
def test_a_window_larger_than_the_picture_changes_nothing_and_windows_blend_to_the_whole_size() -> None:
    pixels = torch.randn(1, 3, 48, 72, generator=torch.Generator().manual_seed(2))
    whole, large = (dense_clip(Readout("maskclip"), window)(pixels) for window in (None, Window(72, 40)))
    torch.testing.assert_close(large, whole, atol=1e-6, rtol=1e-5)
    parts = dense_clip(Readout("maskclip"), Window(32, 16))(pixels)
    assert parts.shape == whole.shape
    first = dense_clip(Readout("maskclip"))(pixels[..., :32, :32])
    torch.testing.assert_close(parts[..., :2, :2], first[..., :2, :2], atol=1e-6, rtol=1e-5)
