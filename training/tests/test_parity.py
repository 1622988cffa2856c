"""The command's networks against PyTorch's on small bundles, and faults that the comparison must see."""

import os
from pathlib import Path

import pytest

from parity import small
from parity.__main__ import SMALL_SIZES, TOKENIZER
from parity.compare import compare, has_bf16
from parity.faults import FAULTS
from parity.record import record
from silhouette_training.bundle import load

COMMAND = Path(os.environ.get("SILHOUETTE", Path(__file__).parents[2] / ".build/release/silhouette"))
pytestmark = pytest.mark.skipif(not COMMAND.exists(), reason=f"{COMMAND} is not built; name the command in SILHOUETTE")
SEED = 3


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    for architecture in small.VISUAL:
        small.write(folder / architecture, architecture, TOKENIZER, SEED)
    return folder


@pytest.mark.parametrize("architecture", small.VISUAL)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_every_result_is_within_the_tolerance(bundles: Path, tmp_path: Path, architecture: str, precision: str) -> None:
    if precision == "bf16" and not has_bf16():
        pytest.skip("this processor does not multiply bf16")
    folder = bundles / architecture
    record(load(folder), tmp_path / "recorded.safetensors", SMALL_SIZES, SEED)
    results = compare(COMMAND, folder, tmp_path / "recorded.safetensors", precision)
    boundary = small.VISUAL[architecture]["architecture"] != "clip"
    assert len(results) == 3 + len(SMALL_SIZES) * (4 + boundary)
    assert all(result.within for result in results), results


@pytest.mark.parametrize(
    ("fault", "architecture"), [(fault, architecture) for fault in FAULTS for architecture in FAULTS[fault][1]]
)
def test_a_planted_fault_is_seen(bundles: Path, tmp_path: Path, fault: str, architecture: str) -> None:
    plant, parts = FAULTS[fault]
    networks = load(bundles / architecture)
    plant(networks)
    record(networks, tmp_path / "recorded.safetensors", SMALL_SIZES, SEED)
    results = compare(COMMAND, bundles / architecture, tmp_path / "recorded.safetensors", "fp32")
    for part in parts[architecture]:
        assert any(not result.within for result in results if result.name.startswith(part)), f"{part} stayed green"
    untouched = [result for result in results if not result.name.startswith(parts[architecture])]
    if fault not in ("gelu", "epsilon", "positions"):
        assert all(result.within for result in untouched)
