"""Distils the text encoder: `python -m silhouette_training.text.distil --bpe FILE --data DIR --out RUN`.

The student is CLIP's text transformer over the cut vocabulary; its loss is 1 − cosine to the
target plus the squared error of the batch's similarities. Resumes from `RUN/text.pt`.
"""

import argparse
import random
from itertools import chain
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import trange

from ..models import CLIPText, CLIPTextConfiguration
from ..scenes.vocabulary import all_triples, wordings
from .corpus import corpus
from .lexicon import EXTRA, lexicon_phrases, spoken
from .teacher import embed, train_head
from .tokenizer import Tokenizer

SHARES = {"scene": 0.3, "lexicon": 0.2, "name": 0.1, "word": 0.2, "pair": 0.2}
BATCH = 256
LAYERS = 2


def pad(sequences: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Ids `[B, longest]` padded with the end token, and the place of each sequence's end."""
    longest = max(map(len, sequences))
    rows = [row + [row[-1]] * (longest - len(row)) for row in sequences]
    return torch.tensor(rows), torch.tensor([len(row) - 1 for row in sequences])


def prepare(tokenizer: Tokenizer, data: Path | None, run: Path) -> tuple[dict[str, list[str]], dict[str, Tensor]]:
    """Phrases by kind and their targets."""
    kinds = corpus(tokenizer, data)
    known = lexicon_phrases(random.Random(5), 7000)
    kinds["lexicon"] = [phrase for phrase, _ in known] + [word for value in EXTRA for word in spoken(value)]
    cache = run / "sentences.npz"
    everything = list(dict.fromkeys(chain.from_iterable(kinds.values())))
    rows = embed(everything, cache)
    index = {phrase: i for i, phrase in enumerate(everything)}
    meaning = known + [(name, triple) for triple in all_triples() for name in wordings(triple)]
    embeddings = {kind: rows[[index[phrase] for phrase in phrases]] for kind, phrases in kinds.items()}
    head = train_head(
        rows[[index[phrase] for phrase, _ in meaning]],
        [triple for _, triple in meaning],
        torch.cat([embeddings["word"], embeddings["pair"], embeddings["name"]]),
        embeddings["name"],
    )
    torch.save(head.state_dict(), run / "head.pt")
    return kinds, {kind: head(x) for kind, x in embeddings.items()}


def initialise(model: CLIPText, tokenizer: Tokenizer, phrases: list[str], targets: Tensor) -> None:
    """Whole words start at their target, so that the encoder starts as a bag of words."""
    with torch.no_grad():
        for phrase, target in zip(phrases, targets, strict=True):
            ids = tokenizer.encode(phrase)
            if len(ids) == 3:
                model.token_embedding.weight[ids[1]] = 0.8 * target


def train(run: Path, tokenizer: Tokenizer, data: Path | None, steps: int, threads: int) -> None:
    torch.set_num_threads(threads)
    run.mkdir(parents=True, exist_ok=True)
    tokenizer.save(run)
    kinds, targets = prepare(tokenizer, data, run)
    tokens = {kind: [tokenizer.encode(phrase) for phrase in phrases] for kind, phrases in kinds.items()}
    torch.manual_seed(1)
    model = CLIPText(CLIPTextConfiguration(vocabulary=len(tokenizer.ids), layers=LAYERS))
    initialise(model, tokenizer, kinds["word"], targets["word"])
    optimiser = torch.optim.AdamW(model.parameters(), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, steps, pct_start=0.1)
    first, checkpoint = 0, run / "text.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        first = state["step"]
    progress = trange(first, steps, initial=first, total=steps, desc="text", mininterval=10)
    for step in progress:
        batch, wanted = sample(tokens, targets)
        with torch.autocast("cpu", torch.bfloat16):
            ids, ends = pad(batch)
            y = model(ids, ends)
        y = F.normalize(y.float(), dim=-1)
        distance = 1 - (y * wanted).sum(-1).mean()
        loss = distance + 4 * (y @ y.T - wanted @ wanted.T).square().mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        progress.set_postfix(cosine=f"{1 - distance.item():.4f}")
        if (step + 1) % 200 == 0 or step + 1 == steps:
            state = {
                "model": model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "schedule": schedule.state_dict(),
            }
            torch.save(state | {"step": step + 1}, checkpoint)


def sample(tokens: dict[str, list[list[int]]], targets: dict[str, Tensor]) -> tuple[list[list[int]], Tensor]:
    batch: list[list[int]] = []
    wanted: list[Tensor] = []
    for kind, share in SHARES.items():
        pick = torch.randint(len(tokens[kind]), (round(BATCH * share),))
        batch += [tokens[kind][i] for i in pick.tolist()]
        wanted.append(targets[kind][pick])
    return batch, torch.cat(wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bpe", type=Path, required=True, help="CLIP's bpe_simple_vocab_16e6.txt.gz")
    parser.add_argument("--data", type=Path, help="folder with camvid, coco-mini and synonyms.json")
    parser.add_argument("--out", type=Path, required=True, help="folder of this run")
    parser.add_argument("--merges", type=int, default=12_000)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    tokenizer = Tokenizer.cut(arguments.bpe, arguments.merges)
    train(arguments.out, tokenizer, arguments.data, arguments.steps, arguments.threads)


if __name__ == "__main__":
    main()
