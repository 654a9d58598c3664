"""Handed-in Word and Excel files: their text, the pictures inside, and what is dangerous in them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from indexer.errors import IndexerError
from indexer.wordlabels import WordLabels

if TYPE_CHECKING:
    from docx.document import Document as WordFile

LARGEST_UNPACKED = 300 * 2**20  # bytes; beyond it the file is a trap
_LARGEST_LINKS = 2**20  # bytes of one list of links
_PICTURES = re.compile(r"^(?:word|xl|ppt)/media/[^/]+\.(?:png|jpe?g|bmp|gif|tiff?|webp)$", re.I)
_MOST_PICTURES = 40
_SHEET_ROWS = 20_000
_SHEET_COLUMNS = 100
_MACROS = ("vbaproject.bin", "vbadata.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LINK = re.compile(rb"<Relationship\b[^>]*>")
_LINK_KIND = re.compile(rb"\bType\s*=\s*[\"'][^\"']*/([A-Za-z]+)[\"']")
_LINK_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']*)[\"']")


def office_kind(content: bytes) -> str:
    """Which kind of file a zip really is: docx, xlsx, ofd or zip. Raises BadZipFile."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        inside = set(archive.namelist())
    if "word/document.xml" in inside:
        return "docx"
    if {"xl/workbook.xml", "xl/workbook.bin"} & inside:
        return "xlsx"
    return "ofd" if "OFD.xml" in inside else "zip"


def refuse_trap(content: bytes, name: str) -> None:
    """Look at the stated sizes before anything is unpacked.

    Raises:
        IndexerError: larger inside than any honest office file.
    """
    with zipfile.ZipFile(BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > LARGEST_UNPACKED:
        raise IndexerError(
            f"文件 {name} 解开后有 {size // 2**20} MB，不正常，没有打开。", "请确认来源可靠后重交。"
        )


def dangers(content: bytes) -> str:
    """A Chinese sentence on macros, links to outside or packed-in objects; "" when there are none."""
    told = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name.lower() for name in archive.namelist()]
        if any(name.endswith(_MACROS) for name in names):
            told.append("文件带有宏，宏没有运行，请另存为不带宏的文件再交")
        links = sorted({link for name in archive.namelist() for link in _links(archive, name)})
        if links or any("/externallinks/" in name for name in names):
            where = f"（{links[0][:60]}）" if links else ""
            told.append(f"文件里有外部链接{where}，没有打开，请去掉后再交")
        if any("/embeddings/" in name and name.endswith(".bin") for name in names):
            told.append("文件里嵌入了别的文件，没有打开，请单独提交")
    return "；".join(told)


def _links(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    if not name.endswith(".rels") or archive.getinfo(name).file_size > _LARGEST_LINKS:
        return
    for link in _LINK.findall(archive.read(name)):
        if not re.search(rb"TargetMode\s*=\s*[\"']External[\"']", link):
            continue
        kind, target = _LINK_KIND.search(link), _LINK_TARGET.search(link)
        where = target[1].decode("utf-8", "replace") if target else ""
        if not (kind and kind[1] == b"hyperlink" and where.startswith(("mailto:", "tel:"))):
            yield where


def pictures_inside(content: bytes) -> list[bytes]:
    """The pictures set in the file, in the order of their numbers."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if _PICTURES.match(name)]
        names.sort(key=lambda name: (len(PurePosixPath(name).stem), name))
        return [archive.read(name) for name in names[:_MOST_PICTURES]]


def word_text(content: bytes, name: str) -> str:
    """Heads, body with tables, text boxes and feet, a line each.

    Raises:
        IndexerError: damaged.
    """
    import docx

    try:
        document = docx.Document(BytesIO(content))
        edges = list(_edges(document))
        body = list(_block_lines(document.element.body, WordLabels(document), document))
    except Exception as error:  # a file with macros, a broken list of links, broken XML
        edges, body = [], _bare_lines(content)
        if not any(body):
            raise _damaged(name) from error
    heads = [line for top, line in edges if top]
    feet = [line for top, line in edges if not top]
    return "\n".join(line for line in (*dict.fromkeys(heads), *body, *dict.fromkeys(feet)) if line)


def _bare_lines(content: bytes) -> list[str]:
    """The body alone, where the file as a whole cannot be opened; none when that fails too."""
    from docx.oxml import parse_xml

    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            root = parse_xml(archive.read("word/document.xml"))
        return [line for body in root for line in _block_lines(body, None, None)]
    except Exception:  # the caller tells that the file is damaged
        return []


def _edges(document: WordFile) -> Iterator[tuple[bool, str]]:
    for section in document.sections:
        for top, part in (
            (True, section.header), (True, section.first_page_header),
            (False, section.footer), (False, section.first_page_footer),
        ):  # fmt: skip
            if not part.is_linked_to_previous:
                yield from ((top, line) for line in _block_lines(part._element, None, part))


def _block_lines(block: Any, labels: WordLabels | None, parent: Any) -> Iterator[str]:
    """Lines of all paragraphs and tables below an element, in the order of the file."""
    from docx.text.paragraph import Paragraph

    for child in block:
        if child.tag == f"{_W}p":
            label = labels.label(Paragraph(child, parent)) if labels else ""
            gap = " " if label and not label.endswith(("）", ")", "、")) else ""
            yield f"{label}{gap}{_own_text(child)}".strip()
            yield from _boxes(child, parent)
        elif child.tag == f"{_W}tbl":
            for row in child.iter(f"{_W}tr"):
                if next(row.iterancestors(f"{_W}tbl")) is child:
                    yield " | ".join(_cell_text(cell, parent) for cell in _cells(row))
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"):
            yield from _block_lines(child, labels, parent)


def _cells(row: Any) -> Iterator[Any]:
    return (cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(f"{_W}tr")) is row)


def _cell_text(cell: Any, parent: Any) -> str:
    return re.sub(r"\s+", " ", " ".join(_block_lines(cell, None, parent))).strip()


def _own_text(paragraph: Any) -> str:
    """Words of the paragraph without its text boxes, deleted words and twin renderings."""
    parts = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        owner = next(node.iterancestors(f"{_W}p"))
        if owner is not paragraph or node.getparent().tag == f"{_W}tabs":
            continue
        is_word = node.tag == f"{_W}t"
        parts.append((node.text or "") if is_word else "-" if "Hyphen" in node.tag else " ")
    return "".join(parts).strip()


def _boxes(paragraph: Any, parent: Any) -> Iterator[str]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        twin = any(above.tag == _FALLBACK for above in box.iterancestors())
        if not twin and next(box.iterancestors(f"{_W}p")) is paragraph:
            yield from _block_lines(box, None, parent)


def sheet_texts(content: bytes, name: str) -> tuple[str, ...]:
    """The text of each sheet that is not empty, every cell after its column's heading.

    Raises:
        IndexerError: damaged.
    """
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on styles and the like, which are not read
            book = openpyxl.load_workbook(
                BytesIO(content), data_only=True, keep_links=False, keep_vba=False
            )
        found = [(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    except Exception as error:  # broken XML shows in many ways
        raise _damaged(name) from error
    return tuple(f"{title}\n" + "\n".join(_lines(rows)) for title, rows in found if rows)


def _rows(sheet: Any) -> list[list[str]]:
    rows = sheet.iter_rows(max_row=_SHEET_ROWS, max_col=_SHEET_COLUMNS, values_only=True)
    told = [[_cell(cell) for cell in row] for row in rows]
    return [row for row in told if any(row)]


def _cell(cell: object) -> str:
    """Whole numbers without a point: an order number must come out as it went in."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return re.sub(r"\s+", " ", str(cell)).strip()


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Titles above the first row with several cells stay lines; below it, cells get headings."""
    at = next((at for at, row in enumerate(rows) if sum(map(bool, row)) > 2), len(rows))
    yield from (" ".join(filter(None, row)) for row in rows[:at])
    if at == len(rows):
        return
    heads = rows[at]
    yield " | ".join(heads).rstrip(" |")
    for row in rows[at + 1 :]:
        named = zip(heads, row, strict=False)
        yield "；".join(f"{head}：{cell}" if head else cell for head, cell in named if cell)


def _damaged(name: str) -> IndexerError:
    return IndexerError(f"文件 {name} 已损坏，打不开。", "请用原来的软件打开确认后另存一份再交。")
