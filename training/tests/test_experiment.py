"""The experiment's grid, what its runs share, and its table."""

import json
from pathlib import Path

import pytest

from silhouette_training.experiment.grid import LOSSES, Run, Settings, alignment, runs
from silhouette_training.experiment.measure import measure
from silhouette_training.experiment.table import by_seed, gain, lines, results
from silhouette_training.inference import RULES


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, Path("bundle"), Path("regressor"), Path("data"), Path("scenes"))


def report(unseen: float, gains: list[float]) -> dict:
    """Of a run whose rules reach `unseen` plus these gains."""
    figures = {"seen_miou": 50.0, "harmonic": 40.0, "boundary_f": 20.0}
    rules = {rule: figures | {"unseen_miou": unseen + g} for rule, g in zip(RULES, [0, *gains], strict=True)}
    classes = [
        {"name": name, "unseen": index == 0, "gain": index, "compactness": 0.1 * index, "locality": -index}
        for index, name in enumerate(("a", "b", "c"))
    ]
    oracle = figures | {"unseen_miou": 90.0}
    return {"rules": rules, "oracle": oracle, "gains": dict.fromkeys(RULES[1:], classes)}


def store(settings: Settings, run: Run, found: dict) -> None:
    (settings.out / run.name).mkdir(parents=True)
    (settings.out / run.name / "result.json").write_text(json.dumps(found))


def test_the_grid_has_both_backbones_both_sets_every_fold_and_three_seeds(settings):
    every = list(runs(settings))
    assert len(every) == len(set(every)) == 3 * (4 + 1) * 2 * 3
    assert {run.backbone for run in every} == {"drn", "dpt"} and {run.losses for run in every} == set(LOSSES)
    # Cut short, the experiment has whole seeds.
    assert [run.seed for run in every] == sorted(run.seed for run in every)


def test_runs_differ_in_nothing_but_what_is_compared(settings):
    one, other = (alignment(settings, Run("camvid", 2, "drn", losses, 1)) for losses in ("alignment", "shape"))
    assert one.sources == other.sources and one.sources[0].fold == 2 and one.validation.path.name == "val"
    assert one.loop.seed == 1 and one.loop.steps == other.loop.steps
    assert not one.drn.boundary_head and other.drn.boundary_head


def test_a_run_that_is_done_is_not_done_again(settings):
    run = next(runs(settings))
    store(settings, run, report(1, [0, 0, 0]))
    measure(settings, run)
    assert len(list((settings.out / run.name).iterdir())) == 1


def test_the_table_averages_folds_first_and_compares_seed_by_seed(settings):
    for seed, shift in ((0, 0.0), (1, 4.0)):
        for fold in range(4):
            base = 10.0 + fold + shift
            store(settings, Run("camvid", fold, "drn", "alignment", seed), report(base, [0, 0, 0]))
            store(settings, Run("camvid", fold, "drn", "shape", seed), report(base + 2, [1, 3, -1]))
    found = results(settings)
    alone = by_seed(found, "camvid", "drn", "alignment only", "unseen_miou")
    shaped = by_seed(found, "camvid", "drn", "+ propagate", "unseen_miou")
    assert alone == {0: 11.5, 1: 15.5} and shaped == {0: 16.5, 1: 20.5}
    assert gain(shaped, alone) == "+5.0 ± 0.0"
    text = "\n".join(lines(settings))
    assert "| drn | alignment only | 13.5 ± 2.8 |" in text and "| drn | + select | 16.5 ± 2.8 | +1.0 ± 0.0 |" in text
    assert "propagate 3.0 ± 0.0 (8 of 8 runs better)" in text and "16 of 90 runs" in text
    assert "| camvid | select | 1.0 (p 0.0) | -1.0 (p 0.0) |" in text


def test_a_seed_that_lacks_a_fold_is_left_out(settings):
    for seed, folds in ((0, (0, 1)), (1, (0,))):
        for fold in folds:
            store(settings, Run("camvid", fold, "dpt", "edges", seed), report(20, [0, 0, 0]))
    assert by_seed(results(settings), "camvid", "dpt", "+ edges", "unseen_miou") == {0: 20.0}
