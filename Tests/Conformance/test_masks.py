"""Every mask is one that COCO's program reads, masks are a partition, and the same request has the same answer."""

import pytest

from probe.masks import answer_to, faults, lasting
from probe.pictures import picture
from probe.server import Server

NAMES = ["red square", "blue circle", "green field", "plain wall"]


@pytest.mark.parametrize("fusion", ["none", "select", "propagate", "select+propagate"])
@pytest.mark.parametrize("background", ["auto", "none"])
def test_masks_are_a_partition_and_the_same_twice(server: Server, fusion: str, background: str) -> None:
    segments = 0
    for seed in range(3):
        body = picture(161 + seed, 120 - seed, seed=seed)
        answers = [answer_to(server, body, NAMES, fusion=fusion, background=background) for _ in range(2)]
        assert faults(answers[0], NAMES) == []
        assert lasting(answers[0]) == lasting(answers[1])
        segments += len(answers[0]["segments"])
    assert segments > 0 or background == "auto"
