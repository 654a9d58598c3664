"""Turns an invented paper into a file: Word, PDF with text, sheet, scan, screenshot or phone photo."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from eval.materials_papers import Paper

_FONT = Path(__file__).resolve().parents[1] / "reports" / "fonts" / "ZhibanSansSC.otf"
_PAGE = (1654, 2339)  # A4 at 200 dots per inch
_LETTERS, _MARGIN = (27, 30, 36), 190  # pixels at 200 dots per inch: 10 to 13 points
_RED = (200, 30, 40)
SUFFIXES = {
    "docx": "docx", "text": "pdf", "scan": "pdf", "photo": "jpg", "screen": "png",
    "xlsx": "xlsx", "scene": "jpg",
}  # fmt: skip


@dataclass(frozen=True)
class Taken:
    """How a picture is taken: EXIF facts and what goes wrong with it."""

    at: datetime | None
    place: tuple[float, float] | None
    blurred: bool = False
    dark: bool = False
    watermark: bool = True


def draw(paper: Paper, form: str, taken: Taken, dice: random.Random) -> bytes:
    """The paper as a file of the wanted form."""
    if form == "docx":
        return _word(paper)
    if form == "text":
        return _text_pdf(paper)
    if form == "xlsx":
        return _sheet(paper)
    if form == "scan":
        return _scan(_page(paper, dice), dice)
    if form == "screen":
        return _screen(paper)
    if form == "scene":
        return _photo_file(_street(paper, taken, dice), taken, dice)
    return _photo_file(_on_desk(_page(paper, dice), dice), taken, dice)


def _word(paper: Paper) -> bytes:
    import docx

    document = docx.Document()
    document.add_heading(paper.title, 1)
    for line in paper.lines:
        document.add_paragraph(line)
    if paper.table:
        grid = document.add_table(rows=len(paper.table), cols=len(paper.table[0]))
        for row, cells in zip(grid.rows, paper.table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    for line in (paper.signed, paper.sealed, paper.dated):
        if line:
            document.add_paragraph(line)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _sheet(paper: Paper) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Any = book.active
    for line in (paper.title, *paper.lines):
        sheet.append([line])
    for row in paper.table:
        sheet.append(list(row))
    for line in (paper.signed, paper.sealed, paper.dated):
        if line:
            sheet.append([line])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _folded(paper: Paper, width: int = 34) -> list[str]:
    lines: list[str] = []
    for line in paper.all_lines():
        lines.extend(line[at : at + width] for at in range(0, len(line), width))
    return lines


def shown_text(paper: Paper) -> str:
    """What a reader sees on the page; the measure of OCR."""
    return "\n".join(paper.all_lines())


def _text_pdf(paper: Paper) -> bytes:
    """A font that every reader knows by name, so none is embedded; a red ring for the seal."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -22 Td\n" for line in _folded(paper))
    ring = "0.8 0.1 0.15 RG 4 w 380 150 90 90 re S\n" if paper.stamped else ""
    stream = f"BT /F1 13 Tf 60 780 Td\n{shown}ET\n{ring}"
    return pdf_of([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
        " /Resources << /Font << /F1 3 0 R >> >> /Contents 5 0 R >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
    ])  # fmt: skip


def pdf_of(objects: list[str], trailer: str = "") -> bytes:
    """Objects numbered from one, the first the catalogue."""
    body, offsets = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{rows}"
    end += f"trailer << /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode("latin-1")


def _page(paper: Paper, dice: random.Random) -> Image.Image:
    page = Image.new("RGB", _PAGE, (dice.randint(244, 255),) * 3)
    pen = ImageDraw.Draw(page)
    letter = dice.choice(_LETTERS)
    font = ImageFont.truetype(str(_FONT), letter)
    down = _MARGIN
    for at, line in enumerate(_folded(paper)):
        left = _MARGIN if at else (_PAGE[0] - len(line) * letter) // 2
        pen.text((left, down), line, font=font, fill=(dice.randint(10, 60),) * 3)
        down += letter * 9 // 5
    if paper.stamped:
        _stamp(page, (_PAGE[0] - 520, min(down + 60, _PAGE[1] - 420)))
    return page


def _stamp(page: Image.Image, corner: tuple[int, int]) -> None:
    """A red ring with a star, beside the words as on many papers."""
    left, top = corner
    pen = ImageDraw.Draw(page)
    pen.ellipse((left, top, left + 320, top + 320), outline=_RED, width=10)
    middle = (left + 160, top + 160)
    points = []
    for at in range(10):
        far = 62 if at % 2 == 0 else 25
        turn = math.pi * at / 5 - math.pi / 2
        points.append((middle[0] + far * math.cos(turn), middle[1] + far * math.sin(turn)))
    pen.polygon(points, fill=_RED)


def _grain(picture: Image.Image, strength: float, dice: random.Random) -> Image.Image:
    noise = numpy.random.default_rng(dice.randint(0, 2**31))
    pixels = numpy.asarray(picture, dtype=numpy.float32)
    pixels = (
        pixels + strength * noise.standard_normal(pixels.shape[:2], dtype=numpy.float32)[:, :, None]
    )
    return Image.fromarray(numpy.clip(pixels, 0, 255).astype(numpy.uint8))


def _scan(page: Image.Image, dice: random.Random) -> bytes:
    lean = dice.uniform(-1.2, 1.2)
    page = page.rotate(lean, Image.Resampling.BICUBIC, fillcolor=(250, 250, 250))
    page = _grain(page.filter(ImageFilter.GaussianBlur(dice.uniform(0.3, 0.9))), 5, dice)
    kept = BytesIO()
    page.save(kept, "PDF", resolution=200, quality=75)
    return kept.getvalue()


def _screen(paper: Paper) -> bytes:
    """A phone screen with its messages; no camera facts."""
    screen = Image.new("RGB", (1080, 1920), (237, 237, 237))
    pen = ImageDraw.Draw(screen)
    font = ImageFont.truetype(str(_FONT), 40)
    down = 140
    for line in _folded(paper, 22):
        pen.rounded_rectangle((40, down - 14, 1040, down + 62), 16, fill="white")
        pen.text((70, down), line, font=font, fill=(20, 20, 20))
        down += 96
    kept = BytesIO()
    screen.save(kept, "PNG")
    return kept.getvalue()


def _on_desk(page: Image.Image, dice: random.Random) -> Image.Image:
    """Seen by a phone: not straight above, on a dark table, with a shadow across."""
    table = Image.new("RGB", (2100, 2800), tuple(dice.randint(60, 120) for _ in range(3)))
    width, height = table.size
    paper = page.resize((1850, 2616)).convert("RGBA")
    flat = Image.new("RGBA", table.size)
    flat.paste(paper, (125, 92))
    far = 90
    quad = [
        dice.uniform(-far, far) + edge
        for edge in (0, 0, 0, height, width, height, width, 0)
    ]  # fmt: skip
    seen = flat.transform(
        table.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC
    ).rotate(dice.uniform(-4, 4), Image.Resampling.BICUBIC)  # fmt: skip
    table.paste(seen.convert("RGB"), (0, 0), seen.getchannel("A"))
    table = _shadow(table, dice)
    return _grain(table.filter(ImageFilter.GaussianBlur(dice.uniform(0.5, 2.0))), 8, dice)


def _shadow(picture: Image.Image, dice: random.Random) -> Image.Image:
    pixels = numpy.asarray(picture, dtype=numpy.float32)
    rows, columns = numpy.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
    turn = dice.uniform(0, 2 * math.pi)
    across = rows / pixels.shape[0] * math.sin(turn) + columns / pixels.shape[1] * math.cos(turn)
    light = 1 - dice.uniform(0.25, 0.5) / (1 + numpy.exp(-12 * (across - dice.uniform(0.1, 0.5))))
    return Image.fromarray((pixels * light[:, :, None]).astype(numpy.uint8))


def _street(paper: Paper, taken: Taken, dice: random.Random) -> Image.Image:
    """A house front with windows, a door plate, bins; time and place printed below."""
    picture = Image.new("RGB", (2400, 1800), (150, 185, 215))
    pen = ImageDraw.Draw(picture)
    for left in range(0, 2400, dice.randint(380, 620)):
        wall = tuple(dice.randint(110, 210) for _ in range(3))
        top = dice.randint(200, 700)
        pen.rectangle((left, top, left + 540, 1500), fill=wall, outline=(60, 60, 60), width=4)
        for down in range(top + 60, 1400, 150):
            for aside in range(left + 40, left + 480, 120):
                glass = tuple(dice.randint(30, 110) for _ in range(3))
                pen.rectangle(
                    (aside, down, aside + 70, down + 90), fill=glass, outline="white", width=5
                )
    pen.rectangle((0, 1500, 2400, 1800), fill=(105, 105, 108))
    for _ in range(400):
        x, y = dice.randint(0, 2399), dice.randint(1500, 1799)
        pen.line((x, y, x + 12, y + 3), fill=(dice.randint(70, 150),) * 3, width=3)
    font = ImageFont.truetype(str(_FONT), 58)
    if taken.watermark:
        for at, line in enumerate(paper.lines):
            pen.text((60, 1620 + 80 * at), line, font=font, fill="white", stroke_width=2,
                     stroke_fill="black")  # fmt: skip
    return _grain(picture.filter(ImageFilter.GaussianBlur(0.8)), 6, dice)


def _photo_file(picture: Image.Image, taken: Taken, dice: random.Random) -> bytes:
    if taken.blurred:
        picture = _grain(picture.filter(ImageFilter.GaussianBlur(dice.uniform(12, 20))), 3, dice)
    if taken.dark:
        share = dice.uniform(0.06, 0.14)
        picture = _grain(picture.point(lambda value: int(value * share)), 3, dice)
    exif = Image.Exif()
    exif[0x010F] = "Invented"
    if taken.at:
        exif.get_ifd(0x8769)[36867] = f"{taken.at:%Y:%m:%d %H:%M:%S}"
    if taken.place:
        exif.get_ifd(0x8825).update(_gps(*taken.place))
    if not taken.blurred and dice.random() < 0.3:
        picture, exif[274] = picture.rotate(90, expand=True), 6  # held upright, stored on its side
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=dice.choice((60, 75, 85)), exif=exif.tobytes())
    return kept.getvalue()


def _gps(latitude: float, longitude: float) -> dict[int, object]:
    def parts(value: float) -> tuple[float, float, float]:
        whole, rest = int(value), (value - int(value)) * 60
        return float(whole), float(int(rest)), round((rest - int(rest)) * 60, 2)

    return {1: "N", 2: parts(latitude), 3: "E", 4: parts(longitude)}
