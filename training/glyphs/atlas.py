"""Draws the letters of an overlay's legend: `Sources/Imaging/Rendering/GlyphAtlas+Data.swift`.

    python training/glyphs/atlas.py

DejaVu Sans comes with Debian's package fonts-dejavu-core. Each of the two sizes is one grey PNG of 16 levels (0 is
outside a letter, 15 inside): cells of one height, left to right, row below row, in the order of their code points; the
last cell is the font's box for what it lacks. A cell is as wide as its ink; three bytes for each say the pen's advance,
the ink's left edge from the pen (plus 64) and the cell's width.
"""

import base64
import io
import textwrap
from pathlib import Path

import numpy as np
from PIL import Image, ImageFont

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
SOURCE = Path(__file__).resolve().parents[2] / "Sources/Imaging/Rendering/GlyphAtlas+Data.swift"
SIZES = {"small": 16, "large": 24}
WIDTH = 1024
# Latin, combining marks, Greek, Cyrillic, Vietnamese, punctuation, currencies, letterlike, arrows, some operators.
WANTED = [
    range(0x20, 0x7F),
    range(0xA0, 0x250),
    range(0x300, 0x530),
    range(0x1E00, 0x1F00),
    range(0x2010, 0x2028),
    range(0x2030, 0x205F),
    range(0x2070, 0x20C0),
    range(0x2100, 0x2150),
    range(0x2190, 0x2196),
    (0x2212, 0x221E, 0x2248, 0x2260, 0x2264, 0x2265),
]
MISSING = "\ufffe"


class Cell:
    """One letter's advance, and its ink with the ink's place from the pen on the baseline."""

    def __init__(self, font: ImageFont.FreeTypeFont, letter: str):
        mask, _ = font.getmask2(letter, mode="L", anchor="ls")
        left, top, _, _ = font.getbbox(letter, anchor="ls")
        ink = np.array(mask, np.uint8).reshape(mask.size[1], mask.size[0])
        # Pillow's mask reaches from the pen to the next one.
        rows, columns = (np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0))
        self.left, self.top, self.ink = 0, 0, np.zeros((0, 0), np.uint8)
        if len(rows):
            self.left, self.top = left + columns[0], top + rows[0]
            self.ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        self.advance = round(font.getlength(letter))


def covered(font: ImageFont.FreeTypeFont) -> list[str]:
    """The wanted characters that the font has."""
    missing = bytes(font.getmask(MISSING))
    wanted = [chr(point) for points in WANTED for point in points]
    return [letter for letter in wanted if bytes(font.getmask(letter)) != missing or font.getmask(letter).size[0] == 0]


def runs(letters: list[str]) -> str:
    """Code points as `20-7e a0-377 …`."""
    points, text = [ord(letter) for letter in letters], []
    start = points[0]
    for point, following in zip(points, [*points[1:], None], strict=True):
        if following != point + 1:
            text.append(f"{start:x}-{point:x}" if point > start else f"{start:x}")
            start = following
    return " ".join(text)


def draw(cells: list[Cell]) -> tuple[bytes, int, int]:
    """The PNG, a cell's height, and its rows above the baseline."""
    inked = [cell for cell in cells if cell.ink.size]
    above = max(-cell.top for cell in inked)
    height = above + max(cell.top + cell.ink.shape[0] for cell in inked)
    places, x, y = [], 0, 0
    for cell in cells:
        width = cell.ink.shape[1]
        if x + width > WIDTH:
            x, y = 0, y + height
        places.append((x, y))
        x += width
    page = np.zeros((y + height, WIDTH), np.uint8)
    for cell, (x, y) in zip(cells, places, strict=True):
        (rows, columns), top = cell.ink.shape, y + above + cell.top
        page[top : top + rows, x : x + columns] = (cell.ink.astype(int) + 8) // 17
    file = io.BytesIO()
    Image.fromarray(page).save(file, "png", optimize=True)
    return file.getvalue(), height, above


def literal(data: bytes) -> str:
    lines = textwrap.wrap(base64.b64encode(data).decode(), 108)
    return '"""\n' + "".join(f"            {line}\n" for line in lines) + '            """'


def declaration(name: str, size: int, letters: list[str]) -> str:
    font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
    cells = [Cell(font, letter) for letter in [*letters, MISSING]]
    png, height, above = draw(cells)
    metrics = bytes(b for cell in cells for b in (cell.advance, cell.left + 64, cell.ink.shape[1]))
    return f"""
    static let {name} = Self(
        size: {size}, cellHeight: {height}, baseline: {above},
        metrics: {literal(metrics)},
        png: {literal(png)})
"""


def main() -> None:
    letters = covered(ImageFont.truetype(FONT, SIZES["large"], layout_engine=ImageFont.Layout.BASIC))
    points = textwrap.wrap(runs(letters), 106)
    SOURCE.write_text(
        "// Written by training/glyphs/atlas.py from DejaVu Sans; its licence stands in THIRD_PARTY.md.\n\n"
        "extension GlyphAtlas.Source {\n"
        "    /// The code points of the cells, as hexadecimal ranges.\n"
        '    static let points = """\n'
        + "".join(f"        {line}\n" for line in points)
        + '        """\n'
        + "".join(declaration(name, size, letters) for name, size in SIZES.items())
        + "}\n"
    )
    print(len(letters), "letters,", SOURCE.stat().st_size, "bytes of source")


if __name__ == "__main__":
    main()
