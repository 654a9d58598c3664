"""Sections -> a Word paper that a desk can edit: headings, paragraphs, tables, pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

BODY_FONT = "宋体"
HEADING_FONT = "黑体"
PICTURE_CM = 15.0


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; every cell is text already."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file with its caption."""

    caption: str
    path: Path


@dataclass(frozen=True, slots=True)
class Section:
    """One section; `level` 1 is a chapter."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    level: int = 1


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
    _fonts(document)
    _a4(document)
    document.core_properties.author = "zhiban"
    document.core_properties.title = paper.title
    stamp = made_at.astimezone(UTC).replace(tzinfo=None)
    document.core_properties.created = document.core_properties.modified = stamp
    document.add_heading(paper.title, level=0)
    for line in (paper.subtitle, paper.note):
        if line:
            document.add_paragraph(line)
    for section in paper.sections:
        _section(document, section)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    document.save(str(draft))
    draft.replace(path)
    return path


def _section(document: WordDocument, section: Section) -> None:
    from docx.shared import Cm

    document.add_heading(section.heading, level=section.level)
    for text in section.paragraphs:
        document.add_paragraph(text)
    for table in section.tables:
        _table(document, table)
    for picture in section.pictures:
        document.add_picture(str(picture.path), width=Cm(PICTURE_CM))
        document.add_paragraph(picture.caption, style="Caption")


def _table(document: WordDocument, table: Table) -> None:
    document.add_paragraph(table.caption, style="Caption")
    made = document.add_table(rows=1, cols=len(table.headings), style="Light Grid Accent 1")
    _fill(made.rows[0].cells, table.headings)
    for row in table.rows:
        _fill(made.add_row().cells, row)
    document.add_paragraph("")


def _fill(cells: Any, texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text


def _a4(document: WordDocument) -> None:
    from docx.shared import Cm

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    page.top_margin = page.bottom_margin = Cm(2.5)


def _fonts(document: WordDocument) -> None:
    """Chinese fonts by name: Word keeps a font of its own for East Asian text in each style."""
    from docx.oxml.ns import qn

    for style, font in (
        ("Normal", BODY_FONT), ("Title", HEADING_FONT), ("Heading 1", HEADING_FONT),
        ("Heading 2", HEADING_FONT), ("Caption", BODY_FONT),
    ):  # fmt: skip
        properties = document.styles[style].element.get_or_add_rPr()
        fonts = properties.get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)
