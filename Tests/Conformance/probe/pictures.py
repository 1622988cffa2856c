"""Pictures to send: good ones of any size, and broken ones."""

import io
import random
import struct
import zlib
from functools import cache

from PIL import Image


@cache
def picture(width: int, height: int, kind: str = "png", seed: int = 1) -> bytes:
    """Coloured rectangles over a plain ground, so that there are regions to find."""
    generator = random.Random(seed)

    def colour() -> tuple[int, int, int]:
        return (generator.randrange(256), generator.randrange(256), generator.randrange(256))

    image = Image.new("RGB", (width, height), colour())
    for _ in range(6):
        left, top = generator.randrange(width), generator.randrange(height)
        right, bottom = generator.randint(left + 1, width), generator.randint(top + 1, height)
        image.paste(colour(), (left, top, right, bottom))
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def blocks(side: int, seed: int = 1) -> bytes:
    """Squares of 8 pixels in any colour, whose masks are in many pieces."""
    cells = side // 8
    image = Image.frombytes("RGB", (cells, cells), random.Random(seed).randbytes(3 * cells**2))
    out = io.BytesIO()
    image.resize((side, side), Image.Resampling.NEAREST).save(out, "png")
    return out.getvalue()


def _progressive(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.open(io.BytesIO(picture(width, height))).save(out, "jpeg", progressive=True)
    return out.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """Of a PNG, with its checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def hostile() -> dict[str, bytes]:
    """What decoders have been broken with: lengths that lie, sizes that cost, data that never ends."""
    jpeg = picture(64, 48, "jpeg")
    progressive = _progressive(64, 48)
    webp = picture(64, 48, "webp")
    end = chunk(b"IEND", b"")
    bomb = zlib.compress(bytes(50_000_000), 9)
    return {
        "nothing": b"",
        "PNG signature only": b"\x89PNG\r\n\x1a\n",
        "PNG of 2^31 pixels a side": png_header(2**31 - 1, 2**31 - 1) + end,
        "PNG of no width": png_header(0, 100) + end,
        "PNG past the pixel limit": png_header(16384, 16384) + end,
        "PNG a side too long": png_header(16385, 1) + end,
        "PNG of no such depth": png_header(8, 8, 7) + end,
        "PNG of no such colour type": png_header(8, 8, 8, 5) + end,
        "PNG without data": png_header(64, 64) + end,
        "PNG bomb": png_header(100, 100) + chunk(b"IDAT", bomb) + end,
        "PNG with a wrong checksum": picture(64, 48)[:-6] + b"\0\0\0\0\0\0",
        "PNG with an endless chunk": png_header(64, 64) + struct.pack(">I", 0x7FFFFFFF) + b"IDAT" + bytes(100),
        "PNG with many chunks": png_header(64, 64) + chunk(b"tEXt", b"a\0b") * 70_000 + end,
        "PNG with a profile bomb": png_header(8, 8) + chunk(b"iCCP", b"p\0\0" + bomb) + end,
        "PNG palette without palette": png_header(8, 8, 8, 3) + chunk(b"IDAT", zlib.compress(bytes(72))) + end,
        "JPEG start only": b"\xff\xd8\xff",
        "JPEG of the largest side": jpeg.replace(b"\x00\x30\x00\x40", b"\xff\xff\xff\xff", 1),
        "JPEG of no height": jpeg.replace(b"\x00\x30\x00\x40", b"\x00\x00\x00\x40", 1),
        "JPEG with a lying segment": b"\xff\xd8\xff\xe0\xff\xff" + bytes(50),
        "JPEG without tables": b"\xff\xd8" + jpeg[jpeg.index(b"\xff\xc0") :],
        "JPEG with scans without end": jpeg[:-2] + jpeg[jpeg.index(b"\xff\xda") : -2] * 500 + b"\xff\xd9",
        "JPEG with progressive scans without end": progressive[:-2]
        + progressive[progressive.rindex(b"\xff\xda") : -2] * 500
        + b"\xff\xd9",
        "WebP header only": webp[:20],
        "WebP that says it is larger": webp[:4] + b"\xff\xff\xff\x7f" + webp[8:],
        "GIF": b"GIF89a\x01\0\x01\0\0\0\0;",
        "text": b"this is no picture at all",
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    }
