"""The loop: settings, checkpoints, going on after a kill, several processes, and what it says of mistakes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from toy_stage import Settings, Toy

from silhouette_training.errors import TrainingError
from silhouette_training.loop import LoopSettings, Machine, checkpoint, load, run

HERE = Path(__file__).parent
CONFIG = """
width = 6
[loop]
out = "{out}"
steps = 24
batch = 4
rate = 1e-2
save_every = 5
validate_every = 8
device = "cpu"
"""


def config(folder: Path, name: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(CONFIG.format(out=folder / name))
    return path


def train(path: Path, *overrides: str, processes: int = 1, killed_at: int = -1) -> subprocess.CompletedProcess:
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"] if processes > 1 else []
    command = [sys.executable, *torchrun, str(HERE / "toy_stage.py"), str(path), *overrides]
    environment = os.environ | {"KILLED_AT": str(killed_at), "PYTHONPATH": str(HERE.parent), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def history(folder: Path) -> dict[str, list]:
    return json.loads((folder / "history.json").read_text())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training from the first to the last step in one go."""
    folder = tmp_path_factory.mktemp("whole")
    assert train(config(folder, "run")).returncode == 0
    return folder / "run"


def test_after_a_kill_a_training_goes_on_to_the_same_bits(whole, tmp_path):
    path = config(tmp_path, "run")
    assert train(path, killed_at=12).returncode == -9
    assert checkpoint.load(tmp_path / "run/last.pt")["step"] == 10
    assert train(path).returncode == 0
    assert history(tmp_path / "run") == history(whole)
    for name, value in checkpoint.load(whole / "last.pt")["modules"]["network"].items():
        assert torch.equal(value, checkpoint.load(tmp_path / "run/last.pt")["modules"]["network"][name]), name


def test_two_processes_have_the_losses_of_one(whole, tmp_path):
    result = train(config(tmp_path, "run"), processes=2)
    assert result.returncode == 0, result.stderr[-2000:]
    for name in ("loss", "square", "size"):
        one, two = ([value for _, value in history(folder)[name]] for folder in (whole, tmp_path / "run"))
        assert two == pytest.approx(one, rel=1e-4, abs=1e-6)


def test_the_best_epoch_is_the_one_of_the_highest_validation(whole):
    points = history(whole)["seen"]
    assert [step for step, _ in points] == [8, 16, 24]
    assert checkpoint.load(whole / "best.pt")["step"] == max(points, key=lambda point: point[1])[0]


def test_loaders_change_nothing(whole, tmp_path):
    assert train(config(tmp_path, "run"), "loop.loaders=1").returncode == 0
    assert history(tmp_path / "run") == history(whole)


def test_curves_are_drawn(whole):
    assert (whole / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_broken_write_leaves_the_old_checkpoint(tmp_path):
    checkpoint.save({"step": 1}, tmp_path / "last.pt")
    with pytest.raises(AttributeError):
        checkpoint.save({"step": lambda: 0}, tmp_path / "last.pt")
    assert checkpoint.load(tmp_path / "last.pt") == {"step": 1}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("loop.stpes=3", "no setting is called 'stpes'; did you mean 'steps'?"),
        ("loop.steps=many", "loop: steps must be a whole number, not 'many'"),
        ("loop.device=tpu", "device must be one of auto, cpu, cuda, not 'tpu'"),
        ("loop=3", "loop must be a section, not 3"),
        ("width", "section.key=value"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(tmp_path, line, message):
    with pytest.raises(TrainingError, match=r"^[^\n]*$") as error:
        load(config(tmp_path, "run"), Settings, [line])
    assert message in str(error.value)


def test_a_missing_setting_is_named(tmp_path):
    (tmp_path / "x.toml").write_text("[loop]\nout = 'x'\nsteps = 3\nbatch = 1\n")
    with pytest.raises(TrainingError, match="the setting 'rate' is missing"):
        load(tmp_path / "x.toml", Settings)


def test_a_command_says_what_is_wrong_and_nothing_else(tmp_path):
    result = train(config(tmp_path, "run"), "loop.stepz=3")
    assert result.returncode == 1 and result.stderr.startswith("error: ") and result.stderr.count("\n") == 1


@pytest.fixture
def settings(tmp_path) -> Settings:
    return load(config(tmp_path, "run"), Settings)


def trained(settings: Settings) -> None:
    run(Toy(settings, Machine()), settings.loop, settings, Machine())


def test_a_checkpoint_of_other_settings_is_refused(settings):
    trained(settings)
    other = Settings(settings.loop, width=7)
    with pytest.raises(TrainingError, match="was trained with width 6, now it is 7"):
        trained(other)


def test_a_file_that_is_no_checkpoint_is_named(settings):
    settings.loop.out.mkdir(parents=True)
    (settings.loop.out / "last.pt").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(TrainingError, match=r"last\.pt: is no checkpoint"):
        trained(settings)


def test_a_loss_that_is_not_finite_ends_training_and_keeps_the_checkpoint(settings):
    with pytest.raises(TrainingError, match=r"the loss is nan|the loss is inf"):
        trained(Settings(settings.loop, largest_loss=float("inf")))
    assert not (settings.loop.out / "best.pt").exists()


def test_a_batch_that_processes_cannot_share_is_refused(settings):
    three = Machine(processes=3)
    with pytest.raises(TrainingError, match="4 is no multiple of the 3 processes"):
        run(Toy(settings, Machine()), LoopSettings(Path("x"), 1, 4, 1.0), settings, three)


def test_a_gpu_that_is_not_there_is_refused():
    if torch.cuda.is_available():
        pytest.skip("a GPU is here")
    with pytest.raises(TrainingError, match="no GPU"):
        Machine.join("cuda", "auto")
