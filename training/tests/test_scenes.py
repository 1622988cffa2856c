"""The scenes: the same every time, held-out phrases really held out, queries as promised."""

import random
import re

import numpy as np
import pytest

from silhouette_training.alignment.sources import near
from silhouette_training.scenes.compose import AREAS, SMALLEST_VISIBLE_SHARE, compose
from silhouette_training.scenes.dataset import ABSENT_NAMES, class_mask, deal, test_scenes
from silhouette_training.scenes.drawing import inside
from silhouette_training.scenes.vocabulary import (
    HELD_OUT_WORDS,
    SHAPES,
    UNSEEN_WORD_PHRASES,
    all_triples,
    held_out_triples,
    seen_triples,
    unseen_combination_phrases,
    wordings,
)
from silhouette_training.text.lexicon import EXTRA, lexicon_phrases

test_scenes.__test__ = False


def words(phrases: list[str]) -> set[str]:
    return {word for phrase in phrases for word in re.findall(r"[a-z]+", phrase.lower())}


def some_scenes(count: int) -> list:
    scenes = test_scenes()
    return [next(scenes) for _ in range(count)]


def test_the_same_seed_draws_the_same_scenes():
    for one, other in zip(some_scenes(4), some_scenes(4), strict=True):
        assert np.array_equal(one.scene.picture, other.scene.picture)
        assert np.array_equal(one.scene.owners, other.scene.owners)
        assert (one.drawn, one.absent) == (other.drawn, other.absent)


def test_another_seed_draws_other_scenes():
    assert next(test_scenes(1)).drawn != next(test_scenes(2)).drawn


def test_enough_phrases_are_held_out():
    combinations, spoken = unseen_combination_phrases(), UNSEEN_WORD_PHRASES
    assert len(combinations) >= 20 and len(spoken) >= 20
    assert len({phrase.name for phrase in (*combinations, *spoken)}) >= 60
    assert len({phrase.triple for phrase in (*combinations, *spoken)}) == len(combinations) + len(spoken)


def test_unseen_combinations_are_never_drawn_or_said_in_training():
    held_out = set(held_out_triples())
    assert not held_out & set(seen_triples())
    said = {name for triple in seen_triples() for name in wordings(triple)}
    assert not said & {phrase.name for phrase in unseen_combination_phrases()}
    assert all(not held_out & set(near(triple, seen_triples())) for triple in seen_triples()[:40])


def test_each_unseen_word_phrase_has_a_word_alignment_never_says():
    said = [name for triple in all_triples() for name in wordings(triple)]
    said += [phrase for phrase, _ in lexicon_phrases(random.Random(77), 12_000)]
    said += [word for extra in EXTRA.values() for word in extra]
    assert not words(said) & set(HELD_OUT_WORDS)
    for phrase in UNSEEN_WORD_PHRASES:
        assert words([phrase.name]) & set(HELD_OUT_WORDS), phrase.name


def test_a_scene_is_asked_with_what_is_drawn_and_two_near_misses():
    for scene in some_scenes(12):
        drawn = [phrase.triple for phrase in scene.drawn]
        assert len(drawn) >= 5 and len(scene.absent) == ABSENT_NAMES
        for phrase in scene.absent:
            assert phrase.triple not in drawn
            assert any(phrase.triple.shared(triple) == 2 for triple in drawn)


def test_phrases_come_up_about_equally_often():
    hands = deal(random.Random(0), UNSEEN_WORD_PHRASES)
    counts = dict.fromkeys(UNSEEN_WORD_PHRASES, 0)
    for _ in range(80):
        for phrase in next(hands):
            counts[phrase] += 1
    assert max(counts.values()) - min(counts.values()) <= 2


def test_masks_hold_the_drawn_classes_and_rest():
    scene = some_scenes(1)[0]
    classes = [phrase.name for phrase in scene.drawn][::-1]
    mask = class_mask(scene, classes)
    for index, phrase in enumerate(scene.drawn, start=1):
        assert np.array_equal(mask == classes.index(phrase.name) + 1, scene.scene.owners == index)
    assert (mask == 0).any()


def test_objects_overlap_and_stay_visible():
    rng = np.random.default_rng(7)
    triples = seen_triples()[::60]
    scene = compose(rng, triples)
    assert set(np.unique(scene.owners)) == set(range(len(triples) + 1))
    assert 0 < SMALLEST_VISIBLE_SHARE < 1


@pytest.mark.parametrize("shape", list(SHAPES))
def test_areas_of_shapes(shape):
    y, x = np.mgrid[-1.5:1.5:601j, -1.5:1.5:601j]
    assert inside(shape, x, y).mean() * 9 == pytest.approx(AREAS[shape], rel=0.02)
