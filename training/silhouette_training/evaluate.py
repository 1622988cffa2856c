"""Measures a run on a dataset folder without fusion: `python -m silhouette_training.evaluate RUN TEXT FOLDER…`."""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from .alignment.samples import read
from .inference import Presence, answer, class_iou, embed
from .models import DRN, DRNConfiguration
from .text.encoder import BACKGROUND, NameEncoder


def load_visual(checkpoint: Path) -> DRN:
    """The averaged weights of an alignment run."""
    state = torch.load(checkpoint, weights_only=False)
    model = DRN(DRNConfiguration(**state["configuration"]))
    model.load_state_dict(state["average"])
    return model.eval().to(memory_format=torch.channels_last)


def table(encoder: NameEncoder, names: list[str]) -> dict[str, Tensor]:
    return dict(zip(names, encoder.names(names), strict=True))


def evaluate(
    model: DRN, encoder: NameEncoder, folder: Path, presence: Presence, split: str | None, other: dict[str, str]
) -> dict[str, float]:
    """mIoU over the classes that occur, and balanced accuracy of `present` over all that was asked.

    `other` gives classes another name to be asked by.
    """
    classes: list[str] = json.loads((folder / "classes.json").read_text())
    queries = json.loads((folder / "queries.json").read_text()) if (folder / "queries.json").exists() else {}
    stems = sorted(path.stem for path in (folder / "images").glob("*.jpg"))
    if split is not None:
        stems = json.loads((folder / "splits.json").read_text())[split]
    spoken = table(encoder, [other.get(name, name) for name in classes])
    texts, background = dict(zip(classes, spoken.values(), strict=True)), encoder.prompts(BACKGROUND)
    items = [(stem, *read(folder, stem)) for stem in stems]
    rest = any((mask == 0).any() for _, _, mask in items)
    pairs, verdicts, kinds, questions = [], [], [], []
    for stem, picture, mask in tqdm(items, desc=folder.name, mininterval=10):
        asked = queries.get(stem, classes)
        result = answer(
            embed(model, picture, bf16=True),
            torch.stack([texts[name] for name in asked]),
            background,
            mask.shape,
            presence,
            rest,
        )
        numbers = np.array([0, *(classes.index(name) + 1 for name in asked)], np.uint8)
        pairs.append((numbers[result.labels], mask))
        questions.append((numbers[1:], mask))
        occurring = np.unique(mask)
        verdicts += result.present.tolist()
        kinds += [bool(number in occurring) for number in numbers[1:]]
    iou, true = class_iou(pairs, len(classes))
    said, real = np.array(verdicts), np.array(kinds)
    return {
        "pictures": len(items),
        "miou": 100 * iou[true > 0].mean(),
        "chance": 100 * chance(questions, len(classes), rest),
        "presence": float((said[real].mean() + (~said[~real]).mean()) / 2),
        "recall": float(said[real].mean()),
        "specificity": float((~said[~real]).mean()),
    } | ({name: 100 * value for name, value in zip(classes, iou, strict=True)} if len(classes) < 20 else {})


def chance(asked: list[tuple[np.ndarray, np.ndarray]], classes: int, rest: bool) -> float:
    """mIoU expected of a label drawn for each pixel among the asked names, and the background when it is on."""
    hit, said, true = np.zeros(classes + 1), np.zeros(classes + 1), np.zeros(classes + 1)
    for numbers, mask in asked:
        counts = np.bincount(mask[mask != 255], minlength=classes + 1)
        options = len(numbers) + rest
        true += counts
        hit[numbers] += counts[numbers] / options
        said[numbers] += counts.sum() / options
    occurs = true[1:] > 0
    return float((hit / np.maximum(true + said - hit, 1))[1:][occurs].mean())


def absent_share(model: DRN, encoder: NameEncoder, folder: Path, presence: Presence, absent: list[str]) -> float:
    """Share of absent names called present when a folder's pictures are asked with them too, the background on."""
    classes: list[str] = json.loads((folder / "classes.json").read_text())
    rows, background = table(encoder, [*classes, *absent]), encoder.prompts(BACKGROUND)
    texts = torch.stack(list(rows.values()))
    said = []
    for stem in tqdm(sorted(path.stem for path in (folder / "images").glob("*.jpg")), desc="absent", mininterval=10):
        picture, mask = read(folder, stem)
        features = embed(model, picture, bf16=True)
        said.append(answer(features, texts, background, mask.shape, presence).present[len(classes) :])
    return float(np.mean(said))


def other_names(argument: str | None) -> dict[str, str]:
    if argument is None:
        return {}
    file, column = argument.rsplit(":", 1)
    return {name: row[int(column)] for name, row in json.loads(Path(file).read_text())["names"].items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("text", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--split")
    parser.add_argument("--names", help="FILE:N, the N-th (0-based) other name of each class, as in synonyms.json")
    parser.add_argument("--absent", type=lambda text: text.split(","), help="names that never occur, by commas")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model, encoder = load_visual(arguments.run / "visual.pt"), NameEncoder(arguments.text)
    fit = arguments.run / "presence.json"
    presence = Presence(**json.loads(fit.read_text())) if fit.exists() else Presence()
    for folder in arguments.folders:
        if arguments.absent:
            share = absent_share(model, encoder, folder, presence, arguments.absent)
            print(folder.name, "absent names called present:", round(share, 4), flush=True)
            continue
        figures = evaluate(model, encoder, folder, presence, arguments.split, other_names(arguments.names))
        print(folder.name, arguments.split or "", {key: round(value, 3) for key, value in figures.items()}, flush=True)


if __name__ == "__main__":
    main()
