"""Measures the command and prints the model card's tables: `python -m silhouette_training.figures SILHOUETTE DATA`.

SILHOUETTE is the built command, DATA the folder with `camvid`, `coco-mini` and `synonyms.json`.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from .data import LabelledFolder
from .evaluation.chance import chance
from .inference import RULES
from .scenes.dataset import TEST_SEED, write

# Things that no picture of CamVid's test part shows.
NEVER_ON_CAMVID = (
    *("airplane", "zebra", "elephant", "giraffe", "cow", "sheep", "boat", "surfboard", "skis", "snowboard"),
    *("pizza", "banana", "teddy bear", "toilet", "bed", "refrigerator", "keyboard", "wine glass", "kite", "toaster"),
)


@dataclass(frozen=True)
class Measurement:
    """One data set and what is asked of it."""

    title: str
    folder: Path
    options: tuple[str, ...] = ()
    split: str | None = None


def report(command: Path, bundle: tuple[str, ...], measurement: Measurement) -> dict:
    split = ("--split", measurement.split) if measurement.split else ()
    arguments = [str(command), "evaluate", str(measurement.folder), "--json", "--precision", "fp32"]
    arguments += [*bundle, *split, *measurement.options]
    return json.loads(subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True).stdout)


def chance_of(measurement: Measurement) -> float:
    return 100 * chance(LabelledFolder(measurement.folder, measurement.split))


def row(title: str, figures: list[float | None], digits: int = 1) -> str:
    return f"| {title} | " + " | ".join("–" if f is None else f"{f:.{digits}f}" for f in figures) + " |"


def with_absent_names(camvid: Path, folder: Path) -> Path:
    """CamVid's test part, asked with its own names and with names of things that it never shows."""
    folder.mkdir()
    for name in ("classes.json", "images", "masks"):
        (folder / name).symlink_to((camvid / name).resolve())
    classes = json.loads((camvid / "classes.json").read_text())
    stems = sorted(path.stem for path in (camvid / "images").glob("*.jpg"))
    (folder / "queries.json").write_text(json.dumps({stem: [*classes, *NEVER_ON_CAMVID] for stem in stems}))
    return folder


def tables(command: Path, bundle: tuple[str, ...], data: Path, scratch: Path) -> Iterator[str]:
    scenes, camvid = scratch / "scenes", data / "camvid" / "test"
    write(scenes, TEST_SEED)
    synonyms = [
        Measurement(f"`camvid/test`, other names {n + 1}", camvid, ("--names", f"{data / 'synonyms.json'}:{n}"))
        for n in (0, 1)
    ]
    held_out = [
        Measurement("scenes, all held-out phrases", scenes, split="test"),
        Measurement("– unseen combinations", scenes, split="combinations"),
        Measurement("– unseen words", scenes, split="words"),
    ]
    photographs = [
        Measurement("`camvid/test`, 11 names", camvid),
        *synonyms,
        Measurement("`coco-mini` test split, 80 names", data / "coco-mini", split="test"),
    ]
    absent = Measurement("", with_absent_names(camvid, scratch / "absent"), ("--fusion", "none"))
    every = [*held_out, *photographs]
    reports = {m: report(command, bundle, m) for m in tqdm(every, desc="data sets")}

    yield "mIoU in percent for each fusion rule; chance is a name drawn at random for each pixel.\n"
    yield "| | pictures | " + " | ".join(RULES) + " | chance |"
    yield "|---|---|" + "---|" * (len(RULES) + 1)
    for m in every:
        figures = [reports[m]["rules"][rule]["miou"] for rule in RULES]
        yield row(f"{m.title} | {reports[m]['pictures']}", [*figures, chance_of(m)])
    yield "\nBoundary F at 2 pixels, in percent.\n"
    yield "| | " + " | ".join(RULES) + " |"
    yield "|---|" + "---|" * len(RULES)
    for m in (held_out[0], photographs[0], photographs[-1]):
        yield row(m.title, [reports[m]["rules"][rule]["boundary_f"] for rule in RULES])
    yield "\nPresence with the default rule, in percent.\n"
    yield "| | balanced accuracy of `present` | absent names called present |\n|---|---|---|"
    for m in (*held_out, photographs[-1]):
        presence = reports[m]["rules"]["propagate"]["presence"]
        yield row(m.title, [presence["balanced_accuracy"], presence["absent_called_present"]])
    presence = report(command, bundle, absent)["rules"]["none"]["presence"]
    figures = [presence["balanced_accuracy_by_score"], presence["absent_called_present_by_score"]]
    yield row(f"`camvid/test`, 11 names and {len(NEVER_ON_CAMVID)} that never occur, by score", figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("silhouette", type=Path, help="the command, as built")
    parser.add_argument("data", type=Path, help="folder with camvid, coco-mini and synonyms.json")
    parser.add_argument("--bundle", type=Path, help="the embedded one when left out")
    arguments = parser.parse_args()
    bundle = ("--bundle", str(arguments.bundle)) if arguments.bundle else ()
    with tempfile.TemporaryDirectory() as scratch:
        for line in tables(arguments.silhouette.resolve(), bundle, arguments.data, Path(scratch)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
