"""The protocol against hand-made cases and against the command."""

import json
import os
import subprocess
from pathlib import Path

import folders
import numpy as np
import pytest

from silhouette_training.data import LabelledFolder
from silhouette_training.errors import TrainingError
from silhouette_training.evaluation import Measurement, Plan, analysis, boundary, evaluate, oracle
from silhouette_training.evaluation.chance import chance
from silhouette_training.inference import RULES, Inference

COMMAND = Path(os.environ.get("SILHOUETTE", Path(__file__).parents[2] / ".build/release/silhouette"))
STARTER = Path(__file__).parents[2] / "Sources/silhouette/Resources/silhouette-starter"
CAMVID = Path(os.environ.get("SILHOUETTE_DATA", Path(__file__).parents[3] / "shared/data")) / "camvid/test"
UNSEEN = ["blue star"]


@pytest.fixture(scope="module")
def inference() -> Inference:
    return Inference(STARTER)


@pytest.fixture(scope="module", params=[0, 255], ids=["with rest", "without rest"])
def folder(request, tmp_path_factory) -> Path:
    return folders.scenes(tmp_path_factory.mktemp("set") / "scenes", 3, rest=request.param)


def command(folder: Path, *options: str) -> dict:
    if not COMMAND.exists():
        pytest.skip(f"{COMMAND} is not built; name the command in SILHOUETTE")
    arguments = [COMMAND, "evaluate", folder, "--bundle", STARTER, "--precision", "fp32", "--json", *options]
    return json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)


def agree(mine: dict, theirs: dict) -> None:
    for name, theirs_of in {**theirs["rules"], "oracle": theirs["oracle"]}.items():
        mine_of = mine["rules"].get(name, mine["oracle"])
        for figure in ("miou", "seen_miou", "unseen_miou", "harmonic", "fb_iou", "boundary_f"):
            assert mine_of[figure] == pytest.approx(theirs_of[figure], abs=0.1), (name, figure)
        for one, iou in theirs_of["classes"].items():
            assert mine_of["classes"][one] == pytest.approx(iou, abs=0.2), (name, one)
        assert mine_of.get("presence") == theirs_of.get("presence"), name


def test_pytorch_and_the_command_agree(inference, folder):
    theirs = command(folder, "--unseen", ",".join(UNSEEN))
    agree(evaluate(inference, LabelledFolder(folder), Plan(unseen=tuple(UNSEEN))).report(), theirs)


def test_they_agree_on_photographs(inference, tmp_path):
    if not CAMVID.exists():
        pytest.skip(f"{CAMVID} is not there; name the folder above camvid in SILHOUETTE_DATA")
    folder = tmp_path / "roads"
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
        for path in sorted((CAMVID / name).iterdir())[::160]:
            (folder / name / path.name).symlink_to(path.resolve())
    (folder / "classes.json").write_bytes((CAMVID / "classes.json").read_bytes())
    agree(evaluate(inference, LabelledFolder(folder), Plan()).report(), command(folder))


def masks(*regions: list[int]) -> dict[int, np.ndarray]:
    return {label: np.array([region], bool) for label, region in enumerate(regions, start=1) if any(region)}


def measured() -> Measurement:
    """Two pictures of one row; the last pixel is ignored."""
    found = Measurement(["a", "b", "c"])
    truth = np.array([[1, 1, 2, 0, 255]], np.uint8)
    for regions in (masks([1, 0, 0, 0, 1], [0, 1, 1, 0, 0]), masks([1, 1, 0, 0, 0], [0, 0, 0, 1, 0])):
        found.add(regions, np.any(list(regions.values()), axis=0), truth)
    return found


def test_iou_sums_over_pictures_and_ignores_void():
    figures = measured().figures(["b"], background=True)
    assert figures["classes"] == {"a": 75.0, "b": 25.0, "c": None}
    assert figures["miou"] == 50.0 and figures["seen_miou"] == 75.0 and figures["unseen_miou"] == 25.0
    assert figures["harmonic"] == 37.5


def test_rest_is_the_background_of_fb_iou():
    # Foreground: 5 of 6 pixels met, 1 too many; rest: 1 of 2 met, 1 too many.
    assert measured().figures([], True)["fb_iou"] == pytest.approx(100 * (5 / 7 + 1 / 3) / 2, abs=0.01)
    assert measured().figures([], False)["fb_iou"] is None


def test_an_interval_holds_the_figure_and_is_the_same_every_time():
    low, high = measured().interval(200)
    assert low <= 0.5 <= high and (low, high) == measured().interval(200)


def test_boundaries_meet_within_two_pixels_and_not_at_three():
    square, ignored = np.zeros((20, 20), bool), np.zeros((20, 20), bool)
    square[5:12, 5:12] = True
    assert boundary.score(np.roll(square, 2, 1), square, ignored) == 1
    assert boundary.score(np.roll(square, 3, 1), square, ignored) < 1
    assert boundary.score(ignored, square, ignored) == 0 and boundary.score(ignored, ignored, ignored) == 1


def test_the_oracle_takes_a_candidate_only_where_it_is_better():
    truth = np.array([[1, 1, 2, 2]], np.uint8)
    candidates = np.array([[[1, 1, 0, 0]], [[0, 0, 1, 0]]], bool)
    chosen = oracle.best(masks([1, 0, 0, 0], [0, 0, 1, 1]), [1, 2], candidates, truth)
    assert chosen[1].tolist() == [[True, True, False, False]] and chosen[2].tolist() == [[False, False, True, True]]


def test_a_class_that_is_not_there_cannot_be_unseen(inference, folder):
    with pytest.raises(TrainingError, match="has no class 'zebra' to count as unseen"):
        evaluate(inference, LabelledFolder(folder), Plan(unseen=("zebra",)))


def test_chance_of_two_equal_halves(tmp_path):
    folder = folders.scenes(tmp_path / "set", 2, rest=255)
    found = LabelledFolder(folder)
    found.question = lambda stem: (found.classes[:2], np.array([[1, 1, 2, 2, 255]], np.uint8))
    assert chance(found) == pytest.approx(1 / 3)


def test_a_square_has_the_compactness_of_a_square():
    mask = np.zeros((30, 30), bool)
    mask[10:20, 10:20] = True
    assert 4 * np.pi * mask.sum() / analysis.perimeter(mask) ** 2 == pytest.approx(np.pi / 4)


def test_the_analysis_names_every_class_and_draws(inference, folder, tmp_path):
    found = evaluate(inference, LabelledFolder(folder), Plan(unseen=tuple(UNSEEN), with_oracle=False))
    gains = analysis.gains(inference, LabelledFolder(folder), found.rules, "propagate", UNSEEN)
    assert [gain.name for gain in gains if gain.unseen] == UNSEEN and len(gains) == 4
    assert all(0 < gain.compactness < 1.1 and -1 <= gain.locality <= 1 for gain in gains)
    analysis.plot(gains, "scenes", tmp_path / "gain.png")
    assert (tmp_path / "gain.png").stat().st_size > 1000
    assert set(RULES) == set(found.rules)
