"""Draws one scene: textured ground, overlapping textured objects, light, noise."""

import colorsys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .vocabulary import Triple

Array = NDArray[np.float32]
Generator = np.random.Generator

# Hue centre and half-width in degrees, saturation range, value range.
PALETTE: dict[str, tuple[float, float, tuple[float, float], tuple[float, float]]] = {
    "red": (0, 6, (0.85, 1.0), (0.72, 0.95)),
    "orange": (27, 5, (0.9, 1.0), (0.92, 1.0)),
    "yellow": (55, 5, (0.8, 1.0), (0.9, 1.0)),
    "green": (122, 20, (0.7, 1.0), (0.5, 0.8)),
    "blue": (222, 14, (0.75, 1.0), (0.6, 0.95)),
    "purple": (280, 10, (0.6, 0.9), (0.5, 0.75)),
    "pink": (336, 8, (0.3, 0.48), (0.95, 1.0)),
    "white": (0, 180, (0.0, 0.03), (0.94, 1.0)),
    "black": (0, 180, (0.0, 0.2), (0.05, 0.14)),
}

SUPERSAMPLING = 2


@dataclass(frozen=True)
class Placement:
    """Where an object stands: centre and radius in pixels, angle in radians."""

    triple: Triple
    x: float
    y: float
    radius: float
    angle: float


def smooth_noise(rng: Generator, height: int, width: int, cell: float) -> Array:
    """Noise in −1…1 with features about `cell` pixels wide."""
    rows, columns = max(2, round(height / cell) + 2), max(2, round(width / cell) + 2)
    grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
    y = np.linspace(0, rows - 1.001, height, dtype=np.float32)
    x = np.linspace(0, columns - 1.001, width, dtype=np.float32)
    yi, xi = y.astype(int), x.astype(int)
    fy, fx = (y - yi)[:, None], (x - xi)[None, :]
    fy, fx = fy * fy * (3 - 2 * fy), fx * fx * (3 - 2 * fx)
    top = grid[yi][:, xi] * (1 - fx) + grid[yi][:, xi + 1] * fx
    bottom = grid[yi + 1][:, xi] * (1 - fx) + grid[yi + 1][:, xi + 1] * fx
    return top * (1 - fy) + bottom * fy


def ground(rng: Generator, height: int, width: int) -> Array:
    """A muted, textured ground `[H, W, 3]` in 0…1, so that objects alone have a colour."""
    base = colorsys.hsv_to_rgb(rng.uniform(), rng.uniform(0, 0.14), rng.uniform(0.35, 0.75))
    relief = 0.07 * smooth_noise(rng, height, width, rng.uniform(25, 70))
    relief += rng.uniform(0.01, 0.06) * smooth_noise(rng, height, width, rng.uniform(3, 8))
    if rng.uniform() < 0.4:
        angle, period = rng.uniform(0, np.pi), rng.uniform(25, 60)
        y, x = np.mgrid[:height, :width].astype(np.float32)
        wave = np.sin((np.cos(angle) * x + np.sin(angle) * y) * 2 * np.pi / period)
        relief += rng.uniform(0.02, 0.05) * wave
    return np.asarray(base, np.float32) + relief[..., None]


def inside(shape: str, x: Array, y: Array) -> NDArray[np.bool_]:
    """Membership in a shape of about unit radius; `y` points down."""
    r = np.hypot(x, y)
    match shape:
        case "circle":
            return r < 0.92
        case "square":
            return np.maximum(abs(x), abs(y)) < 0.8
        case "triangle":
            return (y < 0.55) & (y > 1.85 * abs(x) - 1.0)
        case "star":
            turn = np.mod(np.arctan2(x, -y), 2 * np.pi / 5) - np.pi / 5
            return star_radius(r, turn) < 1
        case "ring":
            return (r < 1.0) & (r > 0.52)
        case "cross":
            return (np.minimum(abs(x), abs(y)) < 0.3) & (np.maximum(abs(x), abs(y)) < 0.95)
        case "heart":
            u, v = 1.2 * x, -1.2 * y + 0.18
            return (u * u + v * v - 0.72) ** 3 < 1.3 * u * u * v**3
        case "crescent":
            return (r < 1.0) & (np.hypot(x - 0.48, y) > 0.76)
        case _:
            raise ValueError(f"no shape is called {shape!r}")


def star_radius(r: Array, turn: Array) -> Array:
    """Radius over that of a five-pointed star's outline at this angle; `turn` is −π/5…π/5, 0 at a dent."""
    inner, outer = 0.46, 1.05
    # The outline between dent (inner, 0) and tip (outer, π/5) is a straight line in polar form.
    dent, tip = np.array([inner, 0.0]), outer * np.array([np.cos(np.pi / 5), np.sin(np.pi / 5)])
    normal = np.array([tip[1] - dent[1], dent[0] - tip[0]])
    distance = float(normal @ dent)
    t = abs(turn)
    return r * (np.cos(t) * normal[0] + np.sin(t) * normal[1]) / distance


def pattern(rng: Generator, texture: str, u: Array, v: Array, size: float) -> Array:
    """How much of the second tone stands at each point, 0…1; `u`, `v`, `size` in pixels."""
    period = float(np.clip(size * rng.uniform(0.32, 0.42), 11, 22))
    match texture:
        case "plain":
            return np.zeros_like(u)
        case "striped":
            return (np.mod(u / period, 1) < 0.45).astype(np.float32)
        case "dotted":
            return (
                np.hypot(np.mod(u, period) - period / 2, np.mod(v, period) - period / 2) < 0.3 * period
            ) * np.float32(1)
        case "checkered":
            cell = 0.62 * period
            return np.mod(np.floor(u / cell) + np.floor(v / cell), 2).astype(np.float32)
        case "grid":
            near = np.minimum(np.mod(u, period), np.mod(v, period))
            return (near < 0.2 * period).astype(np.float32)
        case "marbled":
            height, width = u.shape
            warp = smooth_noise(rng, height, width, 1.1 * period) + 0.5 * smooth_noise(rng, height, width, 0.5 * period)
            return np.clip(0.5 + 0.9 * warp, 0, 1).astype(np.float32)
        case _:
            raise ValueError(f"no texture is called {texture!r}")


def tones(rng: Generator, colour: str) -> tuple[Array, Array]:
    """The object's colour and a second tone of the same hue (grey for black and white)."""
    hue, spread, saturation, value = PALETTE[colour]
    h = ((hue + rng.uniform(-spread, spread)) % 360) / 360
    s, v = rng.uniform(*saturation), rng.uniform(*value)
    second = {"black": (0.0, rng.uniform(0.4, 0.55)), "white": (0.0, rng.uniform(0.5, 0.68))}
    s2, v2 = second.get(colour, (min(1.0, s * 1.15), v * rng.uniform(0.4, 0.58)))
    return np.asarray(colorsys.hsv_to_rgb(h, s, v), np.float32), np.asarray(colorsys.hsv_to_rgb(h, s2, v2), np.float32)


def draw(
    rng: Generator, placements: list[Placement], height: int, width: int, zoom: int = 1
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The picture `[H, W, 3]` and the object map `[H, W]` (0 = ground, i = placements[i−1], later ones on top).

    `zoom` renders the same scene with that many times the pixels on a side.
    """
    scale = SUPERSAMPLING * zoom
    canvas = np.repeat(np.repeat(ground(rng, height, width), scale, 0), scale, 1)
    owners = np.zeros(canvas.shape[:2], np.uint8)
    for index, placement in enumerate(placements, start=1):
        paint(rng, canvas, owners, index, placement, scale)
    height, width = height * zoom, width * zoom
    picture = canvas.reshape(height, SUPERSAMPLING, width, SUPERSAMPLING, 3).mean((1, 3))
    light = 1 + rng.uniform(0.03, 0.12) * smooth_noise(rng, height, width, zoom * rng.uniform(120, 300))
    picture = picture * light[..., None] + rng.normal(0, rng.uniform(0.008, 0.035), picture.shape)
    return (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8), owners[::SUPERSAMPLING, ::SUPERSAMPLING].copy()


def paint(
    rng: Generator, canvas: Array, owners: NDArray[np.uint8], index: int, placement: Placement, scale: int
) -> None:
    reach = 1.25 * placement.radius
    top, left = max(0, int((placement.y - reach) * scale)), max(0, int((placement.x - reach) * scale))
    bottom = min(canvas.shape[0], int((placement.y + reach) * scale) + 1)
    right = min(canvas.shape[1], int((placement.x + reach) * scale) + 1)
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
    dx, dy = (x + 0.5) / scale - placement.x, (y + 0.5) / scale - placement.y
    cos, sin = np.cos(placement.angle), np.sin(placement.angle)
    within = inside(
        placement.triple.shape, (cos * dx + sin * dy) / placement.radius, (cos * dy - sin * dx) / placement.radius
    )
    turn = rng.uniform(0, np.pi)
    u = np.cos(turn) * dx + np.sin(turn) * dy + rng.uniform(0, 30)
    v = np.cos(turn) * dy - np.sin(turn) * dx + rng.uniform(0, 30)
    first, second = tones(rng, placement.triple.colour)
    mix = pattern(rng, placement.triple.texture, u, v, placement.radius)[..., None]
    surface = first * (1 - mix) + second * mix
    canvas[top:bottom, left:right][within] = surface[within]
    owners[top:bottom, left:right][within] = index
