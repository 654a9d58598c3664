"""Handed-in files of every kind: told by content, read page by page, faults told in Chinese."""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from madefiles import pdf_file, sheet_file, word_file
from PIL import Image, ImageDraw

from indexer.archives import plain_name
from indexer.errors import IndexerError
from indexer.materials import kind_of, read_material
from indexer.ocr import NOT_INSTALLED
from indexer.pages import ReadFile


def read(tmp_path: Path, content: bytes, name: str = "材料", **asked) -> tuple[ReadFile, ...]:  # type: ignore[no-untyped-def]
    path = tmp_path / "upload.bin"
    path.write_bytes(content)
    return read_material(path, name=name, **asked)


def one(tmp_path: Path, content: bytes, name: str = "材料", **asked) -> ReadFile:  # type: ignore[no-untyped-def]
    (found,) = read(tmp_path, content, name, **asked)
    return found


def packed(files: dict[str, bytes]) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    kept = BytesIO(content)
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr(name, part)
    return kept.getvalue()


def picture(form: str = "PNG", seal: bool = False) -> bytes:
    page = Image.new("RGB", (800, 1100), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((100, 100, 500, 140), fill="black")
    if seal:
        pen.ellipse((480, 800, 660, 980), outline=(205, 30, 40), width=9)
        pen.rectangle((540, 860, 600, 920), fill=(205, 30, 40))
    kept = BytesIO()
    page.save(kept, form)
    return kept.getvalue()


def test_a_word_file_gives_heads_body_tables_boxes_and_feet(tmp_path: Path) -> None:
    import docx

    document = docx.Document(BytesIO(word_file(["情况说明", "已核查。"], [["时间", "结果"]])))
    document.sections[0].header.paragraphs[0].text = "工单编号：20261103104217"
    document.sections[0].footer.paragraphs[0].text = "甲一社区（盖章）"
    kept = BytesIO()
    document.save(kept)
    found = one(tmp_path, kept.getvalue(), "说明.txt")
    assert (found.kind, found.problem) == ("docx", "")
    assert found.pages[0].text.splitlines() == [
        "工单编号：20261103104217", "情况说明", "已核查。", "时间 | 结果", "甲一社区（盖章）",
    ]  # fmt: skip


def test_a_pdf_gives_each_page_with_its_running_head(tmp_path: Path) -> None:
    found = one(tmp_path, pdf_file([["工单编号 123", "第一页"], ["工单编号 123", "第二页"]]))
    assert [page.text for page in found.pages] == ["工单编号 123\n第一页", "工单编号 123\n第二页"]
    assert [page.how for page in found.pages] == ["text", "text"]


def test_a_long_order_number_in_a_sheet_stays_whole(tmp_path: Path) -> None:
    rows = [["工单编号", "时间", "结果"], [20261103104217, "09:31", "未接"]]
    found = one(tmp_path, sheet_file(rows))
    assert found.kind == "xlsx"
    assert "工单编号：20261103104217；时间：09:31；结果：未接" in found.pages[0].text


def test_a_table_as_text_in_gbk_is_read(tmp_path: Path) -> None:
    found = one(tmp_path, "序号,拨打时间\n1,2026-11-02 09:31\n".encode("gb18030"), "记录.csv")
    assert found.kind == "text"
    assert "拨打时间" in found.pages[0].text


def test_a_file_is_told_with_its_checksum_and_size(tmp_path: Path) -> None:
    content = word_file(["说明"])
    found = one(tmp_path, content, "说明.docx")
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_picture_without_a_reader_says_so(tmp_path: Path, form: str) -> None:
    found = one(tmp_path, picture(form), "照片.docx")
    assert found.kind == form.lower()
    assert found.pages[0].problem == NOT_INSTALLED and found.photo is not None


def test_a_scanned_pdf_is_read_page_by_page_with_progress(tmp_path: Path) -> None:
    kept = BytesIO()
    Image.open(BytesIO(picture())).save(kept, "PDF")
    told: list[tuple[str, int, int]] = []
    found = one(
        tmp_path, kept.getvalue(), "扫描件.pdf", ocr=lambda png: "现场核查记录",
        progress=lambda *step: told.append(step),
    )  # fmt: skip
    assert [(page.text, page.how) for page in found.pages] == [("现场核查记录", "ocr")]
    assert told == [("扫描件.pdf", 1, 1)]


def test_a_reader_that_fails_leaves_a_sentence_on_the_page(tmp_path: Path) -> None:
    def fails(png: bytes) -> str:
        raise IndexerError("文字识别中断了。", "请稍后重试。")

    assert one(tmp_path, picture(), ocr=fails).pages[0].problem == "文字识别中断了"


def test_red_seals_are_counted(tmp_path: Path) -> None:
    assert one(tmp_path, picture(seal=True)).pages[0].seals == 1
    assert one(tmp_path, picture()).pages[0].seals == 0


def test_macros_outside_links_and_packed_in_files_are_told_and_the_text_still_read(
    tmp_path: Path,
) -> None:
    link = (
        b'<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate"'
        b' Target="http://example.invalid/a.dotm" TargetMode="External"/></Relationships>'
    )
    macro = one(tmp_path, with_part(word_file(["说明"]), "word/vbaProject.bin", b"x"))
    outside = one(tmp_path, with_part(word_file(["说明"]), "word/_rels/settings.xml.rels", link))
    inside = one(tmp_path, with_part(word_file(["说明"]), "word/embeddings/oleObject1.bin", b"x"))
    assert "宏" in macro.problem and "外部链接" in outside.problem and "嵌入" in inside.problem
    assert {found.pages[0].text for found in (macro, outside, inside)} == {"说明"}
    assert one(tmp_path, word_file(["说明"])).problem == ""


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (LOCKED, "other", "密码"),
        (LOCKED[:400], "other", "旧版"),
        (b"Rar!\x1a\x07\x00", "other", "zip"),
        (word_file(["说明"])[:3000], "docx", "损坏"),
        (sheet_file([["一"]])[:2000], "xlsx", "损坏"),
        (pdf_file([["一"]])[:40], "pdf", "损坏"),
        (picture("JPEG")[:900], "jpeg", "损坏"),
        (b"\0\1\2\3" * 50, "other", "格式"),
        (b"", "other", "空"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "other", "HEIC"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, content: bytes, kind: str, says: str
) -> None:
    found = one(tmp_path, content, "材料.docx")
    assert found.kind == kind and says in found.problem and not found.pages
    assert found.sha256 == hashlib.sha256(content).hexdigest()


def test_a_word_file_with_macros_of_its_own_kind_is_read(tmp_path: Path) -> None:
    plain, macros = (b"document.main+xml", b"document.macroEnabled.main+xml")
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(word_file(["说明"]))) as source, zipfile.ZipFile(kept, "w") as to:
        for name in source.namelist():
            to.writestr(name, source.read(name).replace(plain, macros))
        to.writestr("word/vbaProject.bin", b"x")
    found = one(tmp_path, kept.getvalue(), "说明.docm")
    assert found.pages[0].text == "说明" and "宏" in found.problem


def test_a_voice_note_is_kept_without_text(tmp_path: Path) -> None:
    found = one(tmp_path, b"OggS" + bytes(60), "录音.ogg")
    assert (found.kind, found.pages, found.problem) == ("voice", (), "")


def test_an_archive_gives_its_files_by_plain_names(tmp_path: Path) -> None:
    files = {"../../etc/说明.docx": word_file(["一"]), "b/说明.docx": word_file(["二"]),
             "__MACOSX/._x": b"x", "空.txt": b""}  # fmt: skip
    found = read(tmp_path, packed(files), "材料.zip")
    assert [file.name for file in found] == ["说明.docx", "说明（2）.docx", "空.txt"]
    assert [file.pages[0].text for file in found[:2]] == ["一", "二"]
    assert "空" in found[2].problem


def test_names_packed_in_gbk_are_told_right(tmp_path: Path) -> None:
    content = packed({"XXXXXXXX.txt": "好".encode()}).replace(b"XXXXXXXX", "情况说明".encode("gbk"))
    assert one(tmp_path, content).name == "情况说明.txt"


def test_bombs_locked_and_nested_archives_are_refused(tmp_path: Path) -> None:
    bomb = packed({"a": bytes(60 * 2**20)})
    many = packed({f"{at}.txt": b"x" for at in range(400)})
    nested = packed({"c.zip": packed({"b.zip": packed({"a.zip": packed({"a.txt": b"x"})})})})
    locked = bytearray(packed({"a.txt": b"x"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    for content, says in ((bomb, "MB"), (many, "400"), (nested, "太多层"), (bytes(locked), "密码")):
        found = one(tmp_path, content, "材料.zip")
        assert found.kind == "zip" and says in found.problem, found.problem


def test_an_archive_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    content = bytearray(packed({"a": bytes(120 * 2**20)}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")  # the stated size
    assert one(tmp_path, bytes(content)).problem


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndexerError, match="找不到"):
        read_material(tmp_path / "none", name="无")


@given(st.text(max_size=60))
def test_no_name_leads_anywhere(name: str) -> None:
    plain = plain_name(name)
    assert plain and plain not in (".", "..")
    assert not set(plain) & set('/\\:\0<>"|?*') and len(plain) <= 120


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_shows_anything_but_a_sentence(tmp_path_factory, data) -> None:  # type: ignore[no-untyped-def]
    whole = data.draw(st.sampled_from(WHOLE))
    content = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] ^= 0xFF
    for found in read(tmp_path_factory.mktemp("damaged"), bytes(content)):
        assert found.pages or found.problem or found.kind == "voice"


WHOLE = (word_file(["说明"]), pdf_file([["一"]]), sheet_file([["一", "二", "三"]]), picture("JPEG"),
         picture("PNG"), packed({"a.txt": b"abc"}))  # fmt: skip


def test_kinds_are_told_by_content() -> None:
    assert [kind_of(content) for content in WHOLE] == ["docx", "pdf", "xlsx", "jpeg", "png", "zip"]
