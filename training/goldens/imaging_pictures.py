"""Small pictures of every kind that is read, each beside the RGB bytes it must decode to.

JPEG and lossy WebP are decoded by Pillow; PNG and lossless WebP must give back exactly what was drawn. Kinds of PNG
that Pillow does not write (interlaced, 16-bit colour, low-bit grey with a transparent key) are written here.
"""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

WIDTH, HEIGHT = 37, 29
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by PNG colour type
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def drawn(random: np.random.Generator, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Gradients, a disc, a bar and a little noise, [H, W, 3] uint8; no two corners alike."""
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack([x * 255 / width, y * 255 / height, 255 - (x + y) * 255 / (width + height)], -1)
    picture[(x - width / 3) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2] = (230, 60, 40)
    picture[(x > width * 0.7) & (y < height * 0.4)] = (20, 90, 200)
    return np.clip(picture + random.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


def over_white(samples: np.ndarray, alpha: np.ndarray, full: int) -> np.ndarray:
    """v·a + white·(1 − a), rounded half up."""
    v, a = samples.astype(np.int64), alpha.astype(np.int64)[..., None]
    return (v * a + full * (full - a) + full // 2) // full


def to_eight(samples: np.ndarray, depth: int) -> np.ndarray:
    """Samples of any depth, rounded to 8 bits."""
    full = 2**depth - 1
    return ((samples.astype(np.int64) * 255 * 2 + full) // (2 * full)).astype(np.uint8)


class Folder:
    """Writes the pictures, their pixels and the list of both."""

    def __init__(self, path: Path):
        self.path = path
        self.lines: list[str] = []
        path.mkdir(parents=True, exist_ok=True)
        for old in path.iterdir():
            old.unlink()

    def add(self, name: str, data: bytes, pixels: np.ndarray, tolerance: int = 0, orientation: int = 1) -> None:
        """`pixels` [H, W, 3] upright; `tolerance` is the largest difference of a sample."""
        height, width, _ = pixels.shape
        (self.path / name).write_bytes(data)
        (self.path / f"{name}.rgb").write_bytes(pixels.astype(np.uint8).tobytes())
        self.lines.append(f"{name} {width} {height} {tolerance} {orientation}\n")

    def finish(self) -> None:
        (self.path / "list.txt").write_text("".join(self.lines))


def saved(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data: bytes) -> np.ndarray:
    """What Pillow makes of a file, over white."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode == "RGBA":
        pixels = np.asarray(image)
        return over_white(pixels[..., :3], pixels[..., 3], 255).astype(np.uint8)
    return np.asarray(image.convert("RGB"))


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F] = "Silhouette"
    return tags.tobytes()


def add_jpegs(folder: Folder, random: np.random.Generator) -> None:
    image = Image.fromarray(drawn(random))
    options = {
        "420": {"subsampling": 2},
        "422": {"subsampling": 1},
        "444": {"subsampling": 0, "optimize": True},
        "progressive": {"progressive": True, "quality": 90},
        "restarts": {"restart_marker_blocks": 2},
        "rgb": {"keep_rgb": True},
    }
    for name, chosen in options.items():
        data = saved(image, "JPEG", **chosen)
        folder.add(f"jpeg-{name}.jpg", data, opened(data), 2)
    for mode, name in (("L", "grey"), ("CMYK", "cmyk")):
        data = saved(image.convert(mode), "JPEG", quality=90)
        folder.add(f"jpeg-{name}.jpg", data, opened(data), 2)
    # The same four components, said to be YCCK by Adobe's marker.
    marker = data.index(b"Adobe")
    data = data[: marker + 11] + b"\x02" + data[marker + 12 :]
    folder.add("jpeg-ycck.jpg", data, opened(data), 2)
    for width, height in ((1, 1), (17, 1), (3, 40)):
        data = saved(Image.fromarray(drawn(random, width, height)), "JPEG")
        folder.add(f"jpeg-{width}x{height}.jpg", data, opened(data), 2)
    small = Image.fromarray(drawn(random, 23, 14))
    for orientation in range(1, 9):
        data = saved(small, "JPEG", quality=90, exif=exif(orientation))
        folder.add(f"jpeg-exif-{orientation}.jpg", data, opened(data), 2, orientation)


def packed(samples: np.ndarray, depth: int) -> bytes:
    """Rows of samples [H, W·C] as a PNG stores them, each after filter type 0."""
    rows = []
    for row in samples:
        if depth == 16:
            body = row.astype(">u2").tobytes()
        else:
            bits = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]
            body = np.packbits(bits.reshape(-1)).tobytes()
        rows.append(b"\0" + body)
    return b"".join(rows)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(samples: np.ndarray, depth: int, colour: int, interlaced: bool, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of samples [H, W, C], with extra chunks before its data."""
    height, width, channels = samples.shape
    if interlaced:
        passes = (samples[y0::dy, x0::dx] for x0, y0, dx, dy in ADAM7)
        data = b"".join(packed(part.reshape(len(part), -1), depth) for part in passes if part.size)
    else:
        data = packed(samples.reshape(height, width * channels), depth)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + b"".join(chunk(*extra) for extra in chunks)
        + chunk(b"IDAT", zlib.compress(data))
        + chunk(b"IEND", b"")
    )


def add_pngs(folder: Folder, random: np.random.Generator) -> None:
    kinds = [(0, d) for d in (1, 2, 4, 8, 16)] + [(c, d) for c in (2, 4, 6) for d in (8, 16)]
    for colour, depth in kinds:
        samples = random.integers(0, 2**depth, (13, 19, CHANNELS[colour]))
        wide = np.repeat(samples[..., :1], 3, -1) if colour in (0, 4) else samples[..., :3]
        full = 2**depth - 1
        if colour in (4, 6):
            samples[:4, :4, -1] = 0
            samples[8:, 8:, -1] = full
            wide = over_white(wide, samples[..., -1], full)
        for interlaced in (False, True):
            name = f"png-{colour}-{depth}{'-adam7' if interlaced else ''}.png"
            folder.add(name, png(samples, depth, colour, interlaced), to_eight(wide, depth))
        if colour in (0, 2):
            key = samples[5, 5]
            alpha = np.where((samples == key).all(-1), 0, full)
            extra = (b"tRNS", key.astype(">u2").tobytes())
            name = f"png-{colour}-{depth}-key.png"
            folder.add(name, png(samples, depth, colour, False, extra), to_eight(over_white(wide, alpha, full), depth))
    add_palettes(folder, random)
    for width, height in ((1, 1), (2, 9), (5, 3)):
        pixels = drawn(random, width, height)
        folder.add(f"png-{width}x{height}-adam7.png", png(pixels, 8, 2, True), pixels)
    pixels = drawn(random)
    folder.add("png-filters.png", saved(Image.fromarray(pixels), "PNG"), pixels)
    data = saved(Image.fromarray(pixels), "PNG", exif=exif(6))
    folder.add("png-exif-6.png", data, opened(data), 0, 6)


def add_palettes(folder: Folder, random: np.random.Generator) -> None:
    for depth in (1, 2, 4, 8):
        size = min(2**depth, 200)
        samples = random.integers(0, size, (13, 19, 1))
        colours = random.integers(0, 256, (size, 3))
        alpha = np.append(random.integers(0, 256, size - 1), 255)
        palette = (b"PLTE", colours.astype(np.uint8).tobytes())
        transparency = (b"tRNS", alpha[:-1].astype(np.uint8).tobytes())
        opaque = colours[samples[..., 0]]
        folder.add(f"png-3-{depth}.png", png(samples, depth, 3, False, palette), opaque)
        translucent = over_white(opaque, alpha[samples[..., 0]], 255)
        data = png(samples, depth, 3, True, palette, transparency)
        folder.add(f"png-3-{depth}-alpha-adam7.png", data, translucent)


def add_webps(folder: Folder, random: np.random.Generator) -> None:
    pixels = drawn(random)
    alpha = np.clip(np.linspace(-60, 320, WIDTH), 0, 255).astype(np.uint8)
    translucent = np.dstack([pixels, np.broadcast_to(alpha, (HEIGHT, WIDTH))])
    image, layered = Image.fromarray(pixels), Image.fromarray(translucent)
    lossless = {"lossless": True, "exact": True}
    folder.add("webp-lossless.webp", saved(image, "WEBP", **lossless), pixels)
    flat = over_white(pixels, translucent[..., 3], 255)
    folder.add("webp-lossless-alpha.webp", saved(layered, "WEBP", **lossless), flat)
    for name, picture in (("lossy", image), ("lossy-alpha", layered)):
        data = saved(picture, "WEBP", quality=80)
        folder.add(f"webp-{name}.webp", data, opened(data), 1)
    data = saved(image, "WEBP", lossless=True, exif=exif(8))
    folder.add("webp-exif-8.webp", data, opened(data), 0, 8)
    frames = [layered, Image.fromarray(255 - translucent)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100, **lossless)
    folder.add("webp-animated.webp", data, flat)


def write_pictures(path: Path, random: np.random.Generator) -> None:
    folder = Folder(path)
    add_jpegs(folder, random)
    add_pngs(folder, random)
    add_webps(folder, random)
    folder.finish()
