"""The tokenizer equals CLIP's over the same cut vocabulary; the head's targets; the text encoder's causality."""

import json
import random
from pathlib import Path

import pytest
import torch
from transformers import CLIPTokenizer

from silhouette_training.errors import TrainingError
from silhouette_training.models import CLIPText, CLIPTextConfiguration
from silhouette_training.scenes.vocabulary import Triple
from silhouette_training.text.teacher import codes, wanted_similarity
from silhouette_training.text.tokenizer import Tokenizer
from silhouette_training.text.wordnet import is_held_out, nouns

BUNDLE = Path(__file__).parents[2] / "Sources/silhouette/Resources/silhouette-starter"
STRINGS = [
    "a red chequered disc's 5 things",
    "Traffic  Light!!",
    "l'été à Zürich, naïve façade",
    "it's we'll they've I'd",
    "emoji 🚲🚦 and 漢字",
    "",
    "supercalifragilisticexpialidocious " * 30,
    "1234567890 3.14",
    "tab\tand\nnewline",
    "<|startoftext|> inside",
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.load(BUNDLE / "merges.txt")


@pytest.fixture(scope="module")
def published() -> CLIPTokenizer:
    return CLIPTokenizer(str(BUNDLE / "vocab.json"), str(BUNDLE / "merges.txt"))


def random_strings(count: int) -> list[str]:
    generator = random.Random(12)
    alphabet = "abcdefghijklmnopqrstuvwxyz   ABC,.!?'0123456789-éüß漢"
    return ["".join(generator.choices(alphabet, k=generator.randint(1, 60))) for _ in range(count)]


def test_the_committed_vocabulary_is_the_tokenizers(tokenizer):
    assert json.loads((BUNDLE / "vocab.json").read_text(encoding="utf-8")) == tokenizer.ids


@pytest.mark.parametrize("text", STRINGS)
def test_special_strings_as_clips_tokenizer(tokenizer, published, text):
    assert tokenizer.encode(text) == published(text, truncation=True, max_length=77)["input_ids"]


def test_random_strings_as_clips_tokenizer(tokenizer, published):
    strings = random_strings(300)
    wanted = published(strings, truncation=True, max_length=77)["input_ids"]
    for text, ids in zip(strings, wanted, strict=True):
        assert tokenizer.encode(text) == ids, text


def test_saved_merges_load_again(tokenizer, tmp_path):
    tokenizer.save(tmp_path)
    assert Tokenizer.load(tmp_path / "merges.txt").ids == tokenizer.ids


def test_tokens_behind_the_end_change_nothing():
    torch.manual_seed(0)
    model = CLIPText(CLIPTextConfiguration(vocabulary=50, width=32, layers=2, heads=2, mlp_width=64)).eval()
    short, padded = torch.tensor([[48, 3, 4, 49]]), torch.tensor([[48, 3, 4, 49, 7, 9]])
    ends = torch.tensor([3])
    assert torch.allclose(model(short, ends), model(padded, ends), atol=1e-6)


def test_wanted_similarity_counts_shared_attributes():
    base = Triple("red", "plain", "star")
    others = [base, Triple("red", "plain", "ring"), Triple("red", "dotted", "ring"), Triple("blue", "dotted", "ring")]
    row = wanted_similarity(codes([base]), codes(others))[0].tolist()
    assert row[0] == pytest.approx(1)
    assert row == sorted(row, reverse=True) and row[3] < 0


INDEX = """\
  1 This is the licence of WordNet, each of its lines set off by two blanks.
apple n 2 3 @ ~ %p 2 1 07739125 12633994
apple_tree n 1 2 @ %p 1 0 12633638
dog n 7 5 @ ~ #m #p %p 7 4 02084071 10114209
north_of_nowhere n 1 1 @ 1 0 00000001
ph.d. n 1 1 @ 1 0 00000002
"""


def test_nouns_of_wordnet_come_by_how_often_they_are_used(tmp_path):
    (tmp_path / "index.noun").write_text(INDEX)
    assert nouns(tmp_path, 9) == ["dog", "apple", "apple tree"]
    assert nouns(tmp_path, 1) == ["dog"] and nouns(tmp_path, 9, longest=1) == ["dog", "apple"]


def test_a_wordnet_that_is_missing_or_broken_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"index\.noun: cannot be read .*install wordnet-base"):
        nouns(tmp_path, 1)
    (tmp_path / "index.noun").write_text(INDEX + "cut n 2\n")
    with pytest.raises(TrainingError, match="line 7 is no entry"):
        nouns(tmp_path, 1)


def test_about_the_share_of_words_is_held_out_and_always_the_same():
    words = [f"word{index}" for index in range(4000)]
    held = [word for word in words if is_held_out(word, 0.05)]
    assert 150 < len(held) < 250 and held == [word for word in words if is_held_out(word, 0.05)]
    assert not any(is_held_out(word, 0) for word in words)
