"""Distils the text encoder into CLIP's form: `python -m silhouette_training.text.distil CONFIG`.

The student is CLIP's text transformer over the cut vocabulary; its loss is 1 − cosine to the target plus the squared
error of the batch's similarities. Targets come from a sentence encoder (`teacher`). Some of WordNet's nouns are kept
from all phrases; `report.json` says how near their embeddings come to the teacher's, and whose neighbours agree.
"""

import random
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ..loop import LoopSettings, Machine, Stage
from ..loop.command import main
from ..models import CLIPText, CLIPTextConfiguration
from ..scenes.vocabulary import all_triples, wordings
from .corpus import TEMPLATES, corpus
from .encoder import padded
from .lexicon import EXTRA, lexicon_phrases, spoken
from .teacher import embed, train_head
from .tokenizer import Tokenizer
from .wordnet import is_held_out, nouns

SHARES = {"scene": 0.3, "lexicon": 0.2, "name": 0.1, "word": 0.2, "pair": 0.2, "noun": 0.2}


@dataclass(frozen=True)
class Settings:
    loop: LoopSettings
    bpe: Path  # CLIP's bpe_simple_vocab_16e6.txt.gz
    data: Path | None = None  # folder with camvid, coco-mini and synonyms.json, whose names are learnt, too
    merges: int = 12_000
    layers: int = 2
    wordnet: Path | None = None  # folder of index.noun
    nouns: int = 20_000
    held_out: float = 0.05  # share of these that no phrase says; 0 for weights to use


@dataclass(frozen=True)
class Targets:
    phrases: dict[str, list[str]]  # by kind
    embeddings: dict[str, Tensor]  # by kind, unit rows
    held_out: tuple[list[str], Tensor]


def gather(settings: Settings, tokenizer: Tokenizer) -> Targets:
    kinds = corpus(tokenizer, settings.data)
    known = lexicon_phrases(random.Random(5), 7000)
    kinds["lexicon"] = [phrase for phrase, _ in known] + [word for value in EXTRA for word in spoken(value)]
    found = nouns(settings.wordnet, settings.nouns) if settings.wordnet else []
    needed = words_of([*kinds["scene"], *kinds["lexicon"], *kinds["name"]])
    hidden = [noun for noun in found if is_held_out(noun, settings.held_out) and not words_of([noun]) & needed]
    silent = words_of(hidden)
    generator = random.Random(7)
    kinds["noun"] = [generator.choice(TEMPLATES).format(noun) for noun in found] + found
    for kind in ("word", "pair", "noun"):
        kinds[kind] = [phrase for phrase in kinds[kind] if not words_of([phrase]) & silent]
    everything = list(dict.fromkeys(chain(*kinds.values(), hidden)))
    rows = embed(everything, settings.loop.out / "sentences.npz")
    index = {phrase: i for i, phrase in enumerate(everything)}
    embeddings = {kind: rows[[index[phrase] for phrase in phrases]] for kind, phrases in kinds.items() if phrases}
    meaning = known + [(name, triple) for triple in all_triples() for name in wordings(triple)]
    head = train_head(
        rows[[index[phrase] for phrase, _ in meaning]],
        [triple for _, triple in meaning],
        torch.cat([embeddings["word"], embeddings["pair"], embeddings["name"]]),
        embeddings["name"],
    )
    told = {kind: head(x) for kind, x in embeddings.items()}
    return Targets(kinds, told, (hidden, head(rows[[index[noun] for noun in hidden]])))


def words_of(phrases: list[str]) -> set[str]:
    return {word for phrase in phrases for word in phrase.lower().split()}


class Distillation(Stage):
    def __init__(self, settings: Settings, machine: Machine) -> None:
        super().__init__(machine)
        self.settings = settings
        settings.loop.out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.cut(settings.bpe, settings.merges)
        self.tokenizer.save(settings.loop.out)
        self.targets = gather(settings, self.tokenizer)
        self.kinds = [kind for kind in SHARES if kind in self.targets.embeddings]
        # The head above has drawn from the generator.
        torch.manual_seed(settings.loop.seed)
        configuration = CLIPTextConfiguration(vocabulary=len(self.tokenizer.ids), layers=settings.layers)
        self.student = CLIPText(configuration)
        self.start_as_bag_of_words()
        self.modules = {"student": self.student}

    @torch.no_grad()
    def start_as_bag_of_words(self) -> None:
        """Whole words start at their target."""
        targets = self.targets
        for phrase, target in zip(targets.phrases["word"], targets.embeddings["word"], strict=True):
            ids = self.tokenizer.encode(phrase)
            if len(ids) == 3:
                self.student.token_embedding.weight[ids[1]] = 0.8 * target

    def draw(self, generator: random.Random, index: int) -> tuple[list[int], Tensor]:
        kind = generator.choices(self.kinds, [SHARES[kind] for kind in self.kinds])[0]
        pick = generator.randrange(len(self.targets.phrases[kind]))
        return self.tokenizer.encode(self.targets.phrases[kind][pick]), self.targets.embeddings[kind][pick]

    def losses(self, batch: list[tuple[list[int], Tensor]], step: int) -> dict[str, Tensor]:
        device = self.machine.device
        ids, ends = padded([ids for ids, _ in batch])
        wanted = torch.stack([target for _, target in batch]).to(device)
        with self.machine.autocast():
            y = self.student(ids.to(device), ends.to(device))
        y = F.normalize(y.float(), dim=-1)
        similarities = (y @ y.T - wanted @ wanted.T).square().mean()
        return {"distance": 1 - (y * wanted).sum(-1).mean(), "similarities": 4 * similarities}

    @torch.no_grad()
    def report(self) -> dict[str, float | int]:
        """How near held-out words come to the teacher, and how often their nearest noun is the teacher's."""
        words, wanted = self.targets.held_out
        device = self.machine.device

        def embedded(phrases: list[str]) -> Tensor:
            ids, ends = padded([self.tokenizer.encode(phrase) for phrase in phrases])
            return F.normalize(self.student(ids.to(device), ends.to(device)), dim=-1).cpu()

        if not words:
            return {"held_out_words": 0}
        said, known = self.targets.phrases["noun"][-2000:], self.targets.embeddings["noun"][-2000:]
        mine, others = embedded(words), embedded(said)
        agrees = (mine @ others.T).argmax(1) == (wanted @ known.T).argmax(1)
        return {
            "held_out_words": len(words),
            "cosine_to_teacher": round(float((mine * wanted).sum(-1).mean()), 4),
            "cosine_to_teacher_of_learnt_nouns": round(float((others * known).sum(-1).mean()), 4),
            "nearest_of_2000_nouns_agrees": round(float(agrees.float().mean()), 4),
        }


if __name__ == "__main__":
    main(__doc__, Settings, Distillation)
