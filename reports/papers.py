"""Sections -> a Word paper that a desk can edit: headings, paragraphs, tables, pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

BODY_FONT = "宋体"
HEADING_FONT = "黑体"
WESTERN_FONT = "Times New Roman"
CELL_STYLE = "Cell"
PICTURE_CM, TABLE_CM = 14.5, 15.8
ROOMY_CM, TIGHT_CM = 0.26, 0.21  # width of a digit in a cell of a narrow and of a wide table
LEAST_SIGNS, MOST_SIGNS, SHORT = 6, 40, 12
SHORT_HEADING = 3
ROUGHER = 2  # signs more for what must not break: not every computer has the narrow font
_RUN = re.compile(r"[!-~–+]+")


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; every cell is text already.

    `shown`: so many rows stand in the paper, which then says how many there are; a sheet has them all.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shown: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file with its caption."""

    caption: str
    path: Path


@dataclass(frozen=True, slots=True)
class Section:
    """One section; `level` 1 is a chapter; `new_page` begins it on a page of its own; `attached` tables
    stand in the sheet alone."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    level: int = 1
    new_page: bool = False
    attached: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper; `note` stands under the title (for example that the data are invented)."""

    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    note: str = ""


def write_docx(paper: Paper, path: Path, *, made_at: datetime) -> Path:
    """Write a paper; `made_at` goes into the properties, so that nothing depends on the clock."""
    from docx import Document

    document = Document()
    _styles(document)
    _a4(document)
    document.core_properties.author = "zhiban"
    document.core_properties.title = paper.title
    stamp = made_at.astimezone(UTC).replace(tzinfo=None)
    document.core_properties.created = document.core_properties.modified = stamp
    document.add_heading(paper.title, level=0)
    for line in (paper.subtitle, paper.note):
        if line:
            _centred(document.add_paragraph(line, style="No Spacing"))
    _foot(document, paper)
    for section in paper.sections:
        _section(document, section)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    document.save(str(draft))
    draft.replace(path)
    return path


def _section(document: WordDocument, section: Section) -> None:
    from docx.shared import Cm

    if section.new_page:
        document.add_page_break()
    document.add_heading(section.heading, level=section.level)
    for text in section.paragraphs:
        document.add_paragraph(text)
    for table in section.tables:
        _table(document, table)
    for picture in section.pictures:
        place = document.add_paragraph(style="No Spacing")
        place.add_run().add_picture(str(picture.path), width=Cm(PICTURE_CM))
        place.paragraph_format.keep_with_next = True
        _centred(place)
        document.add_paragraph(picture.caption, style="Caption")


def _table(document: WordDocument, table: Table) -> None:
    """A table as wide as the page, its columns as wide as what they hold."""
    from docx.enum.table import WD_TABLE_ALIGNMENT

    caption = document.add_paragraph(table.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    made = document.add_table(rows=1, cols=len(table.headings), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    for column, width in zip(made.columns, _widths(table), strict=True):
        column.width = width
    _fill(made.rows[0].cells, table.headings, heading=True)
    _marked(made.rows[0], "tblHeader")
    for row in table.rows[: table.shown]:
        _fill(made.add_row().cells, row)
    _sized(made, _widths(table))
    if rest := _rest(table):
        document.add_paragraph(rest, style="No Spacing")
    document.add_paragraph("", style="No Spacing")


def _rest(table: Table) -> str:
    if table.shown is None or len(table.rows) <= table.shown:
        return ""
    return f"以上为前 {table.shown} 行，共 {len(table.rows)} 行；全部见同名的 xlsx。"


def _widths(table: Table) -> list[Any]:
    """Column widths: as much as the longest text asks for; where that is too much for the page, every
    column keeps what cannot be broken (a number, a date), and the rest is shared by what is missing."""
    from docx.shared import Cm

    columns = list(zip(table.headings, *table.rows[: table.shown], strict=True))
    most = [min(MOST_SIGNS, max(LEAST_SIGNS, *map(_signs, column))) for column in columns]
    least = [min(_unbroken(column), MOST_SIGNS) for column in columns]
    most = [max(pair) for pair in zip(least, most, strict=True)]
    if sum(most) * TIGHT_CM <= TABLE_CM:
        a_sign = ROOMY_CM if sum(most) * ROOMY_CM <= TABLE_CM else TIGHT_CM
        return [Cm(one * a_sign) for one in most]
    room, missing = TABLE_CM / TIGHT_CM - sum(least), sum(most) - sum(least)
    if room < 0:
        return [Cm(one * TABLE_CM / sum(least)) for one in least]
    return [
        Cm((low + room * (wide - low) / missing) * TIGHT_CM)
        for low, wide in zip(least, most, strict=True)
    ]


def _unbroken(column: Sequence[str]) -> float:
    """Width of what a line must not break in a column: a run of digits or letters, a short heading."""
    heading, *texts = column
    pieces = [piece for text in texts for piece in _RUN.findall(text)]
    if len(heading) <= SHORT_HEADING:
        pieces.append(heading)
    return max([LEAST_SIGNS, *(_signs(piece) + ROUGHER for piece in pieces)])


def _signs(text: str) -> float:
    """Width of a text, of its longest line: a Chinese character is twice a digit."""
    return (
        max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in text.split("\n")) + 2
    )


def _sized(made: Any, widths: list[Any]) -> None:
    for row in made.rows:
        _marked(row, "cantSplit")
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _fill(cells: Any, texts: Sequence[str], *, heading: bool = False) -> None:
    for at, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        line = cell.paragraphs[0]
        line._p.style = CELL_STYLE  # by its id: looking the style up for every cell is slow
        run = line.add_run(text)
        if heading:
            run.bold = True
            _shaded(cell)
        if heading or (at and len(text) <= SHORT):
            _centred(line)


def _centred(line: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    line.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _shaded(cell: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "E6ECF2")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _marked(row: Any, name: str) -> None:
    """A row that does not break over pages (cantSplit), or stands on top of each (tblHeader)."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(f"w:{name}"))


def _a4(document: WordDocument) -> None:
    from docx.shared import Cm

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    page.top_margin = page.bottom_margin = Cm(2.5)


def _foot(document: WordDocument, paper: Paper) -> None:
    """The page number below every page; a warning, such as invented data, above every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    page = document.sections[0]
    if paper.note:
        line = page.header.paragraphs[0]
        line.text = paper.note
        _centred(line)
    line = page.footer.paragraphs[0]
    _centred(line)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    line._p.append(field)


def _styles(document: WordDocument) -> None:
    """Black Chinese styles; Word keeps a font of its own for East Asian text in each style."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    document.styles.add_style(CELL_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    for name, font, size in (
        ("Normal", BODY_FONT, 12.0), ("No Spacing", BODY_FONT, 10.5), (CELL_STYLE, BODY_FONT, 10.0),
        ("Title", HEADING_FONT, 20.0), ("Heading 1", HEADING_FONT, 15.0),
        ("Heading 2", HEADING_FONT, 13.0), ("Caption", BODY_FONT, 10.5),
    ):  # fmt: skip
        style: Any = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
        fonts.set(qn("w:ascii"), WESTERN_FONT)
        fonts.set(qn("w:hAnsi"), WESTERN_FONT)
    centred = (document.styles["Title"], document.styles["Caption"])
    for style in centred:
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Caption"].font.bold = False
    cell = document.styles[CELL_STYLE].paragraph_format
    cell.space_before = cell.space_after = Pt(2)
    body = document.styles["Normal"].paragraph_format
    body.first_line_indent, body.line_spacing, body.space_after = Pt(24), 1.5, Pt(4)
    for name in (
        "Title",
        "Heading 1",
        "Heading 2",
        "Caption",
        CELL_STYLE,
        "No Spacing",
        "Header",
        "Footer",
    ):
        document.styles[name].paragraph_format.first_line_indent = Pt(0)
