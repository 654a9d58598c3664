"""Handed-in files of any kind: what they are by content, their pages, their picture facts."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.archives import plain_name, unpacked
from indexer.encoding import decode
from indexer.errors import IndexerError
from indexer.ocr import NOT_INSTALLED
from indexer.officefiles import (
    dangers,
    office_kind,
    pictures_inside,
    refuse_trap,
    sheet_texts,
    word_text,
)
from indexer.pages import Page, Photo, ReadFile
from indexer.pdfpages import NO_WORDS, Progress, pdf_pages
from indexer.pdftext import Ocr
from indexer.photos import for_ocr, open_picture, photo_facts
from indexer.readers import read_whole
from indexer.seals import count_seals

if TYPE_CHECKING:
    from PIL.Image import Image

_DEEPEST = 2  # an archive inside an archive is opened, one inside that is not
_SMALL_PICTURE = 200  # pixels; smaller ones inside a paper are marks, not pages
_VOICE = (b"OggS", b"#!AMR", b"ID3", b"#!SILK", b"\x02#!SILK", b"fLaC", b"\xff\xfb", b"\xff\xf3")
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
_OTHER_PICTURES = (b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OLE = "EncryptedPackage".encode("utf-16-le")
_PDF_WITHIN = 1024  # bytes before the mark that readers of PDF put up with

What = tuple[str, tuple[Page, ...], Photo | None, str]  # kind, pages, photo, problem


def read_material(
    path: Path, *, name: str, ocr: Ocr | None = None, progress: Progress | None = None
) -> tuple[ReadFile, ...]:
    """Read one handed-in file; an archive gives each file inside it.

    Bad content is no error: the file comes back with a `problem` that says what to do.

    Args:
        path: where the bytes lie; its name means nothing.
        name: what the sender called it; used as a label, never as a path.
        ocr: reads one picture (PNG) to text; without it scans say that they were not read.
        progress: told the file name, the page about to be read by OCR, and the pages.

    Raises:
        IndexerError: no file at `path`, or it could not be opened for reading.
    """
    label = plain_name(name)
    size = path.stat().st_size if path.is_file() else 0
    try:
        content = read_whole(path)
    except IndexerError as error:
        if not path.is_file():
            raise
        problem = error.what.replace(path.name, label).removesuffix("。")
        return (ReadFile(label, _digest(path), size, "other", (), None, problem),)
    return _Reading(ocr, progress).read(content, label)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def kind_of(content: bytes) -> str:
    """What the bytes are: pdf docx xlsx ofd png jpeg picture zip voice video ole packed text other."""
    for mark, kind in _PICTURES.items():
        if content.startswith(mark):
            return kind
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return "pdf"
    if content.startswith(b"PK"):
        try:
            return office_kind(content)
        except (zipfile.BadZipFile, OSError, ValueError):
            return _half_office(content)
    if content.startswith(_OLE):
        return "ole"
    if content.startswith(_ARCHIVES):
        return "packed"
    return _kind_of_media(content)


def _half_office(content: bytes) -> str:
    """A zip without its directory: the names before each part still tell what it was to be."""
    if b"word/" in content or b"xl/" in content:
        return "docx" if b"word/" in content else "xlsx"
    return "zip"


def _kind_of_media(content: bytes) -> str:
    if content[4:8] == b"ftyp":
        brand = content[8:12].lower()
        if brand.startswith((b"heic", b"heix", b"mif1", b"msf1", b"avif")):
            return "heic"
        return "voice" if brand.startswith((b"m4a", b"m4b", b"3g")) else "video"
    if content.startswith(b"RIFF"):
        return {b"WAVE": "voice", b"WEBP": "picture"}.get(content[8:12], "video")
    if content.startswith(_VOICE):
        return "voice"
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "video"
    if content.startswith(_OTHER_PICTURES):
        return "picture"
    return "text" if _is_text(content) else "other"


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    head = content[:65536]
    return b"\0" not in head and sum(byte < 9 or 13 < byte < 32 for byte in head) < 3


class _Reading:
    def __init__(self, ocr: Ocr | None, progress: Progress | None) -> None:
        self._ocr, self._progress = ocr, progress

    def read(self, content: bytes, name: str, depth: int = 1) -> tuple[ReadFile, ...]:
        kind = kind_of(content)
        if kind == "zip":
            return self._archive(content, name, depth)
        try:
            told, pages, photo, problem = self._reader(kind)(content, name)
        except IndexerError as error:
            told, pages, photo = _plain_kind(kind), (), None
            problem = f"{error.what}{error.fix}".removesuffix("。")
        except Exception:  # whatever a broken file does to its reader, it is told, not shown
            told, pages, photo = _plain_kind(kind), (), None
            problem = f"文件 {name} 已损坏，打不开，请重新取得这个文件再交"
        return (self._told(content, name, (told, pages, photo, problem)),)

    @staticmethod
    def _told(content: bytes, name: str, what: What) -> ReadFile:
        kind, pages, photo, problem = what
        digest = hashlib.sha256(content).hexdigest()
        return ReadFile(name, digest, len(content), kind, pages, photo, problem)

    def _reader(self, kind: str) -> Callable[[bytes, str], What]:
        readers: dict[str, Callable[[bytes, str], What]] = {
            "pdf": self._pdf, "docx": self._word, "xlsx": self._sheets, "ofd": _ofd,
            "png": self._picture, "jpeg": self._picture, "picture": self._picture, "text": _text,
        }  # fmt: skip
        return readers.get(kind, _unreadable_kind(kind))

    def _archive(self, content: bytes, name: str, depth: int) -> tuple[ReadFile, ...]:
        try:
            if depth > _DEEPEST:
                raise IndexerError(f"压缩包 {name} 套了太多层，没有解开。", "请解开后再交。")
            inside = unpacked(content, name)
            if not inside:
                raise IndexerError(f"压缩包 {name} 是空的。", "请重新打包后再交。")
        except IndexerError as error:
            problem = f"{error.what}{error.fix}".removesuffix("。")
            return (self._told(content, name, ("zip", (), None, problem)),)
        found: list[ReadFile] = []
        for label, part in inside:
            if part:
                found.extend(self.read(part, label, depth + 1))
            else:
                problem = f"文件 {label} 是空的（0 字节），请重新取得这个文件"
                found.append(self._told(part, label, ("other", (), None, problem)))
        return tuple(found)

    def _pdf(self, content: bytes, name: str) -> What:
        return "pdf", pdf_pages(content, name, self._ocr, self._progress), None, ""

    def _word(self, content: bytes, name: str) -> What:
        refuse_trap(content, name)
        text = word_text(content, name)
        pages = self._with_pictures(content, name, (text,) if text else ())
        return "docx", pages, None, dangers(content) or ("" if pages else "文件里没有文字")

    def _sheets(self, content: bytes, name: str) -> What:
        refuse_trap(content, name)
        pages = self._with_pictures(content, name, sheet_texts(content, name))
        return "xlsx", pages, None, dangers(content) or ("" if pages else "表格里没有内容")

    def _with_pictures(self, content: bytes, name: str, texts: tuple[str, ...]) -> tuple[Page, ...]:
        """The texts as pages, then a page for each picture large enough to hold words."""
        pages = [Page(number, text, "text") for number, text in enumerate(texts, 1)]
        pictures = []
        for inside in pictures_inside(content):
            try:
                pictures.append(open_picture(inside, name))
            except IndexerError:
                continue  # a broken ornament; the words of the paper were read
        seals = sum(count_seals(picture) for picture in pictures)
        if pages:
            first = pages[0]
            pages[0] = Page(first.number, first.text, first.how, first.problem, seals)
        large = [picture for picture in pictures if min(picture.size) >= _SMALL_PICTURE]
        for number, picture in enumerate(large, len(pages) + 1):
            read = self._read_picture(picture, name, number, len(pages) + len(large))
            if not count_seals(picture) or len(read.text) > len("某街道办事处专用章") * 2:
                pages.append(read)
        return tuple(pages)

    def _picture(self, content: bytes, name: str) -> What:
        picture = open_picture(content, name)
        kind = {"PNG": "png", "JPEG": "jpeg", "MPO": "jpeg"}.get(picture.format or "", "other")
        return kind, (self._read_picture(picture, name, 1, 1),), photo_facts(picture), ""

    def _read_picture(self, picture: Image, name: str, number: int, of: int) -> Page:
        seals = count_seals(picture)
        if self._ocr is None:
            return Page(number, "", "none", NOT_INSTALLED, seals)
        if self._progress:
            self._progress(name, number, of)
        try:
            text = self._ocr(for_ocr(picture))
        except IndexerError as error:
            return Page(number, "", "none", error.what.removesuffix("。"), seals)
        return Page(number, text, "ocr", "", seals)


def _text(content: bytes, name: str) -> What:
    text = decode(content, name).strip()
    pages = (Page(1, text, "text"),) if text else ()
    return "text", pages, None, "" if text else "文件里没有文字"


def _ofd(content: bytes, name: str) -> What:
    """The national format for fixed pages: a zip with an XML file for each page."""
    refuse_trap(content, name)
    pages = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = [part for part in archive.namelist() if re.search(r"Page_\d+/Content\.xml$", part)]
        names.sort(key=lambda part: [int(digits) for digits in re.findall(r"\d+", part)])
        for number, part in enumerate(names, 1):
            words = re.findall(r"<(?:ofd:)?TextCode[^>]*>([^<]*)<", _xml(archive.read(part)))
            text = "\n".join(word.strip() for word in words if word.strip())
            pages.append(Page(number, text, "text" if text else "none", "" if text else NO_WORDS))
    return "other", tuple(pages), None, "" if pages else f"文件 {name} 里没有页面"


def _xml(content: bytes) -> str:
    import html

    return html.unescape(content.decode("utf-8", "replace"))


def _plain_kind(kind: str) -> str:
    kept = ("pdf", "docx", "xlsx", "png", "jpeg", "zip", "voice", "text")
    return kind if kind in kept else "other"


def _unreadable_kind(kind: str) -> Callable[[bytes, str], What]:
    def tell(content: bytes, name: str) -> What:
        if kind == "voice":
            return "voice", (), None, ""  # a recording is kept and listened to by a person
        return "other", (), None, _why(kind, content, name)

    return tell


def _why(kind: str, content: bytes, name: str) -> str:
    if kind == "ole":
        if _LOCKED_OLE in content:
            return f"文件 {name} 有打开密码，请去掉密码后再交"
        return f"文件 {name} 是旧版 Office 格式，读不出来，请另存为 docx、xlsx 或 pdf 再交"
    return {
        "packed": f"压缩包 {name} 不是 zip，打不开，请改用 zip 打包或逐个提交",
        "heic": f"照片 {name} 是 HEIC 格式，读不出来，请转成 JPG 再交",
        "video": f"视频 {name} 已收下，机器不看视频，请人工查看",
    }.get(kind, f"不认识文件 {name} 的格式，请换成 docx、pdf、xlsx 或图片再交")
