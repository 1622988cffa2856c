"""Chooses what stands where in a scene, and which names it is asked with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .drawing import Generator, Placement, draw
from .vocabulary import Triple

WIDTH, HEIGHT = 320, 240
SMALLEST_VISIBLE_SHARE = 0.6


@dataclass(frozen=True)
class Scene:
    picture: NDArray[np.uint8]  # [H, W, 3]
    owners: NDArray[np.uint8]  # [H, W]; 0 = ground, i = triples[i−1]
    triples: tuple[Triple, ...]


def place(rng: Generator, triples: list[Triple], height: int, width: int) -> list[Placement]:
    """Random places; most objects touch an earlier one."""
    unit = min(height, width)
    placements: list[Placement] = []
    for triple in triples:
        radius = unit * rng.uniform(0.155, 0.225)
        limit = {"heart": 0.4, "cross": 0.35, "square": 0.35}.get(triple.shape, np.pi)
        angle = rng.uniform(-limit, limit)
        if placements and rng.uniform() < 0.6:
            other = placements[rng.integers(len(placements))]
            direction, gap = rng.uniform(0, 2 * np.pi), rng.uniform(0.75, 1.0) * (radius + other.radius)
            x, y = other.x + gap * np.cos(direction), other.y + gap * np.sin(direction)
        else:
            x, y = rng.uniform(0, width), rng.uniform(0, height)
        margin = 0.75 * radius
        x, y = np.clip(x, margin, width - margin), np.clip(y, margin, height - margin)
        placements.append(Placement(triple, float(x), float(y), float(radius), float(angle)))
    return placements


def crowding(placements: list[Placement]) -> float:
    """How deep the worst pair overlaps, 0 (touching discs at most) … 1 (concentric)."""
    worst = 0.0
    for i, a in enumerate(placements):
        for b in placements[i + 1 :]:
            worst = max(worst, 1 - np.hypot(a.x - b.x, a.y - b.y) / (a.radius + b.radius))
    return worst


# Area of each shape at radius 1.
AREAS = {
    "circle": 2.65,
    "square": 2.56,
    "triangle": 1.30,
    "star": 1.41,
    "ring": 2.28,
    "cross": 1.92,
    "heart": 1.93,
    "crescent": 1.60,
}


def visible_shares(placements: list[Placement], owners: NDArray[np.uint8]) -> list[float]:
    """Each object's visible area over its whole area."""
    zoom = owners.shape[0] / HEIGHT
    seen = np.bincount(owners.ravel(), minlength=len(placements) + 1)[1:] / zoom**2
    return [area / (AREAS[p.triple.shape] * p.radius**2) for area, p in zip(seen, placements, strict=True)]


def compose(rng: Generator, triples: list[Triple], zoom: int = 1) -> Scene:
    """A scene of these triples, each mostly visible; `zoom` times the usual pixels on a side."""
    while True:
        for _ in range(200):
            placements = place(rng, triples, HEIGHT, WIDTH)
            if crowding(placements) < 0.3:
                break
        picture, owners = draw(rng, placements, HEIGHT, WIDTH, zoom)
        if min(visible_shares(placements, owners)) >= SMALLEST_VISIBLE_SHARE:
            return Scene(picture, owners, tuple(triples))
