"""Tunes the fusion on seen classes: `python -m silhouette_training.tune --help`.

Measures every rule over a small grid of τ, γ and α on validation scenes and `camvid/val`, and writes the
values that serve their mean best, and neither source ill, to `RUN/fusion.json`.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from .alignment.loss import LOGIT_SCALE, presence_margin
from .alignment.names import NameTable
from .alignment.samples import Scenes, read
from .evaluate import load_visual
from .export import load_spectral
from .fusion import candidates, normalised_affinity
from .fusion import propagate as propagated
from .fusion import select as selected
from .inference import Presence, class_iou, embed
from .text.encoder import BACKGROUND, NameEncoder

TAUS, GAMMAS, ALPHAS = (0.5, 0.65, 0.8), (0.5, 1.0, 2.0), (0.05, 0.15, 0.4)
LARGEST_LOSS = 0.01  # that a setting may cost either source beside `none`
RULES = ("none", "select", "propagate", "select+propagate")
Key = tuple[str, float, float, float]


class Tuning:
    def __init__(self, run: Path, text: Path, spectral: Path, data: Path) -> None:
        self.visual, self.vit = load_visual(run / "visual.pt"), load_spectral(spectral / "spectral.pt")
        encoder = NameEncoder(text)
        self.names, self.background = NameTable(encoder, data, text / "names.pt"), encoder.prompts(BACKGROUND)
        self.presence = Presence(**json.loads((run / "presence.json").read_text()))

    @torch.no_grad()
    def answers(self, picture: np.ndarray, texts: Tensor, rest: bool) -> dict[Key, np.ndarray]:
        """Labels (0 = unlabeled, i = name i) for every rule and setting."""
        features = embed(self.visual, picture)
        h, w = features.shape[1:]
        flat = features.flatten(1)
        cosines, ground = texts @ flat, (self.background @ flat).amax(0)
        maps = LOGIT_SCALE * (torch.cat([ground[None], cosines]) if rest else cosines)
        size = picture.shape[:2]
        logits = F.interpolate(maps.view(1, -1, h, w), size=size, mode="bilinear", align_corners=False)[0]
        affinity, degrees, tokens = normalised_affinity(self.vit, picture)
        regions = candidates(affinity, degrees, tokens, size)
        found: dict[Key, np.ndarray] = {}
        for alpha in (0.0, *ALPHAS):
            moved = logits if alpha == 0 else propagated(logits, affinity, tokens, alpha)
            prefix = "" if alpha == 0 else "propagate"
            found[prefix or "none", 0, 0, alpha] = moved.argmax(0).numpy()
            for tau in TAUS:
                for gamma in GAMMAS:
                    name = "select+propagate" if prefix else "select"
                    found[name, tau, gamma, alpha] = selected(moved.numpy(), regions, 0 if rest else None, tau, gamma)
        if not rest:
            return {key: labels + 1 for key, labels in found.items()}
        scores = self.presence.scores(presence_margin(cosines, ground)) >= self.presence.threshold
        table = np.concatenate([[0], np.where(scores.numpy(), np.arange(1, len(texts) + 1), 0)])
        return {key: table[labels] for key, labels in found.items()}


def scene_figures(tuning: Tuning, scenes: Scenes, count: int) -> dict[Key, float]:
    """Mean over all drawn objects of their IoU."""
    generator = random.Random(31)
    sums: dict[Key, list[float]] = {}
    for index in tqdm(range(scenes.training, scenes.training + count), desc="scenes", mininterval=10):
        drawn = scenes.drawn(index)
        near = [t for d in drawn for t in scenes.near[d] if t not in drawn]
        asked = [*drawn, *generator.sample(near, 2)]
        texts = tuning.names[[tuning.names.phrase(generator, triple) for triple in asked]]
        owners = np.asarray(scenes.owners[index])
        for key, labels in tuning.answers(np.asarray(scenes.pictures[index]), texts, rest=True).items():
            iou, true = class_iou([(labels, owners)], len(asked))
            sums.setdefault(key, []).extend(iou[true > 0].tolist())
    return {key: float(np.mean(values)) for key, values in sums.items()}


def road_figures(tuning: Tuning, folder: Path, count: int) -> dict[Key, float]:
    """mIoU on every n-th picture of `camvid/val`."""
    stems = sorted(path.stem for path in (folder / "images").glob("*.jpg"))
    pairs: dict[Key, list[tuple[np.ndarray, np.ndarray]]] = {}
    for stem in tqdm(stems[:: max(1, len(stems) // count)], desc="roads", mininterval=10):
        picture, mask = read(folder, stem)
        texts = tuning.names[tuning.names.camvid]
        for key, labels in tuning.answers(picture, texts, rest=False).items():
            pairs.setdefault(key, []).append((labels.astype(np.uint8), mask))
    figures = {}
    for key, found in pairs.items():
        iou, true = class_iou(found, len(tuning.names.camvid))
        figures[key] = float(iou[true > 0].mean())
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("run", "text", "spectral", "data", "scenes"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--pictures", type=int, default=40, help="of each source")
    a = parser.parse_args()
    torch.set_num_threads(1)
    tuning = Tuning(a.run, a.text, a.spectral, a.data)
    drawn = scene_figures(tuning, Scenes(a.scenes, tuning.names), a.pictures)
    roads = road_figures(tuning, a.data / "camvid/val", a.pictures)
    base: Key = ("none", 0, 0, 0.0)
    fair = [key for key in drawn if min(drawn[key] - drawn[base], roads[key] - roads[base]) >= -LARGEST_LOSS]
    means = {key: (drawn[key] + roads[key]) / 2 for key in fair}
    best: dict[str, Key] = {}
    for key in sorted(means, key=lambda key: means[key]):
        best[key[0]] = key
    best = {name: best[name] for name in RULES if name in best}
    for name, key in best.items():
        print(
            f"{name:18} τ {key[1]} γ {key[2]} α {key[3]}  scenes {drawn[key]:.4f}  roads {roads[key]:.4f}", flush=True
        )
    # Of rules within a hundredth of a percent the first, which is the simplest.
    rule = max(best, key=lambda name: round(means[best[name]], 4))
    select, propagate = best.get("select", ("", 0.8, 1.0, 0)), best.get("propagate", ("", 0, 0, min(ALPHAS)))
    fusion = {"rule": rule, "tau": select[1], "gamma": select[2], "alpha": propagate[3]}
    (a.run / "fusion.json").write_text(json.dumps(fusion) + "\n")
    print(fusion)


if __name__ == "__main__":
    main()
