"""What a received file really is, told by its bytes; refuses bombs before anything parses them."""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from casedb.errors import CasedbError

MOST_BYTES = 50 * 1024 * 1024  # of the file itself
MOST_UNPACKED = 400 * 1024 * 1024
MOST_RATIO = 200  # unpacked to packed; a real sheet seldom passes 50
RATIO_MATTERS_FROM = 20 * 1024 * 1024
MOST_PARTS = 5_000
MOST_ROWS = 200_000
MOST_CELLS = 20_000_000
PIECE = 1 << 20

MAGIC = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"BM", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "GZIP 压缩包"),
    (b"\x7fELF", "程序文件"),
    (b"MZ", "程序文件"),
    (b"SQLite format 3", "数据库文件"),
    (b"{\\rtf", "RTF 文档"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
WEB = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body|table|meta|\?xml|style|div)", re.I | re.S
)
FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d+)"[^>]*>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
# Only places far out are gathered: a row element, a column from AA on, a row from 10,000 on.
PLACE = re.compile(rb"""\sr=["'](?:([A-Z]{2,4})(\d{1,9})|([A-Z])(\d{5,9}))["']""")
NEAR_ROWS, NEAR_COLUMNS = 9_999, 26
SAVE_AS = "请用 Excel 或 WPS 打开后“另存为”.xlsx 再发来；这次一行都没有入库。"


class BadSheet(CasedbError):
    """A file that is no sheet we can read; nothing of it was stored."""


@dataclass(frozen=True, slots=True)
class SheetKind:
    """Told by its bytes: "xlsx", "xls" or "text", and the formula cells whose result was never saved."""

    kind: str
    uncounted: frozenset[tuple[str, int, int]] = field(default=frozenset())  # part, row, column


def kind_of(path: Path, name: str) -> SheetKind:
    """Look at the bytes, and refuse what is not what its name says.

    Raises:
        BadSheet: empty, too large, encrypted, another kind of file, or a zip bomb.
    """
    size = path.stat().st_size
    if size == 0:
        raise BadSheet(
            what=f"文件“{name}”是空的（0 字节）。",
            fix="请重新导出或下载后再发来；这次一行都没有入库。",
        )
    if size > MOST_BYTES:
        raise BadSheet(
            what=f"文件“{name}”有 {size // 1024 // 1024} MB，太大了。",
            fix=f"请拆成不超过 {MOST_BYTES // 1024 // 1024} MB 的几张表再发来。",
        )
    with path.open("rb") as file:
        head = file.read(4096)
    kind = _told_by_bytes(path, name, head)
    _compare_with_name(kind.kind, name)
    return kind


def _told_by_bytes(path: Path, name: str, head: bytes) -> SheetKind:
    if head.startswith(ZIPS):
        return _zipped(path, name)
    if head.startswith(OLE):
        return _ole(path, name)
    for magic, said in MAGIC:
        if head.startswith(magic):
            raise BadSheet(
                what=f"文件“{name}”其实是{said}，不是表格。",
                fix="请发 .xlsx 或 .csv 表格；这次一行都没有入库。",
            )
    if WEB.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise BadSheet(
            what=f"文件“{name}”其实是网页（有些系统导出的“Excel”就是网页）。", fix=SAVE_AS
        )
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadSheet(what=f"文件“{name}”不是表格，内容读不出来。", fix=SAVE_AS)
    return SheetKind("text")


def _compare_with_name(kind: str, name: str) -> None:
    """A sheet under a wrong name is refused: somebody may have picked the wrong file."""
    ending = Path(name).suffix.lower()
    said = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".csv": "text", ".tsv": "text"}
    wanted = said.get(ending)
    if wanted is not None and wanted != kind:
        truly = {"xlsx": ".xlsx", "xls": ".xls", "text": ".csv"}[kind]
        raise BadSheet(
            what=f"文件“{name}”名为 {ending}，内容却是 {truly}。",
            fix=f"请核对是不是发错了文件；没错就把名字改成 {truly} 再发来；这次一行都没有入库。",
        )


def _ole(path: Path, name: str) -> SheetKind:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise BadSheet(
            what=f"文件“{name}”加了密码，打不开。",
            fix="请去掉密码另存一份再发来；这次一行都没有入库。",
        )
    if any(word.encode("utf-16-le") in content for word in ("Workbook", "Book")):
        return SheetKind("xls")
    raise BadSheet(what=f"文件“{name}”不是表格（可能是旧版 Word 或安装包）。", fix=SAVE_AS)


def _zipped(path: Path, name: str) -> SheetKind:
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
            if "xl/workbook.xml" not in names:
                raise BadSheet(what=f"文件“{name}”{_other_zip(names)}。", fix=SAVE_AS)
            _check_sizes(parts, name)
            return SheetKind("xlsx", _read_through(parts, name))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as broken:
        raise BadSheet(
            what=f"文件“{name}”已损坏，没有下载完整或被截断。",
            fix="请重新导出或下载后再发来；这次一行都没有入库。",
        ) from broken
    except RuntimeError as locked:
        raise BadSheet(
            what=f"文件“{name}”加了密码，打不开。",
            fix="请去掉密码另存一份再发来；这次一行都没有入库。",
        ) from locked


def _other_zip(names: list[str]) -> str:
    if any(one.startswith("word/") for one in names):
        return "其实是 Word 文档，不是表格"
    if any(one.startswith("ppt/") for one in names):
        return "其实是幻灯片，不是表格"
    if "xl/workbook.bin" in names or "content.xml" in names:
        return "是另一种表格格式（xlsb 或 ods）"
    return "其实是压缩包，不是表格"


def _check_sizes(parts: zipfile.ZipFile, name: str) -> None:
    """What the directory of the zip admits; what it hides is caught while reading through."""
    infos = parts.infolist()
    unpacked = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    bomb = unpacked > RATIO_MATTERS_FROM and unpacked / packed > MOST_RATIO
    if bomb or unpacked > MOST_UNPACKED or len(infos) > MOST_PARTS:
        raise _bomb(name)


def _bomb(name: str) -> BadSheet:
    return BadSheet(
        what=f"文件“{name}”展开后大得不正常，没有打开。",
        fix="请把需要的数据复制到一张新表里另存后再发来；这次一行都没有入库。",
    )


def _read_through(parts: zipfile.ZipFile, name: str) -> frozenset[tuple[str, int, int]]:
    """Unpack every part piece by piece, and look how far the cells of each sheet reach.

    A few bytes can name the cell XFD1048576, and a reader that lays the rows out would ask for
    gigabytes.
    """
    uncounted: set[tuple[str, int, int]] = set()
    total = 0
    for info in parts.infolist():
        sheet = info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml")
        rows = columns = 0
        before = b""
        with parts.open(info) as part:
            while piece := part.read(PIECE):
                total += len(piece)
                if total > MOST_UNPACKED:
                    raise _bomb(name)
                if not sheet:
                    continue
                text = before + piece
                columns = max(columns, NEAR_COLUMNS)
                rows = max(rows, NEAR_ROWS)
                for far, at, near, deep in PLACE.findall(text):
                    columns = max(columns, _column(far or near))
                    rows = max(rows, int(at or deep))
                if b"<f" in text:
                    uncounted |= {
                        (info.filename, int(number), _column(letters))
                        for letters, number in FORMULA.findall(text)
                    }
                before = text[-400:]
        if rows > MOST_ROWS or rows * columns > MOST_CELLS:
            raise BadSheet(
                what=f"文件“{name}”里最远的格子在第 {rows} 行第 {columns} 列，表太大了。",
                fix="请删掉数据以外的空行空列，或把数据复制到新表里另存后再发来。",
            )
    return frozenset(uncounted)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
