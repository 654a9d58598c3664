"""Files of every kind give the same articles; bad files give one clear sentence."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from madefiles import pdf_file, sheet_file, word_file

from indexer.chunks import joined, passages_of
from indexer.documents import Document
from indexer.errors import IndexerError
from indexer.readers import document_from, read_official, read_paper, read_whole
from indexer.search import Index

LINES = [
    "甲市接件办法",
    "2024年3月1日甲市人民政府第5次会议通过 自2024年5月1日起施行",
    "第一章 总则",
    "第一条 为了接好单子，制定本办法。",
    "第二条 首接单位应当先接下来，依照第三条、第四条第一款的规定办理：",
    "（一）先联系；",
    "（二）再办理。",
    "第二条之一 夜间不打电话。",
    "第二章 附则",
    "第三条 本办法自2024年5月1日起施行。",
]


def articles(document: Document) -> dict[str, str]:
    return {
        p.article: re.sub(r"\s", "", p.text) for p in passages_of(document) if p.article
    }  # fmt: skip


def every_kind() -> dict[str, bytes]:
    text = "\n".join(LINES)
    page = "".join(f"<p>{line}</p>" for line in LINES)
    return {
        "甲市接件办法.md": ("# " + text.replace("第一章", "## 第一章")).encode(),
        "甲市接件办法.txt": text.encode("gb18030"),
        "甲市接件办法(1).txt": ("\ufeff" + text.replace("\n", "\r\n")).encode(),
        "甲市接件办法.html": f"<html><head><title>甲</title></head><body>{page}</body></html>".encode(),
        "甲市接件办法.docx": word_file(LINES),
        "甲市接件办法.pdf": pdf_file([LINES[:6], LINES[6:]]),
    }


@pytest.mark.parametrize("name", list(every_kind()))
def test_a_statute_gives_the_same_articles_in_every_format(name: str) -> None:
    expected = articles(Document("甲市接件办法", "\n".join(LINES)))
    document = document_from(every_kind()[name], Path(name))
    assert document.title == "甲市接件办法"
    assert document.effective_on == date(2024, 5, 1)
    assert articles(document) == expected
    assert list(expected) == ["第一条", "第二条", "第二条之一", "第三条"]
    assert joined(passages_of(document)) == document.text


def test_a_pdf_tells_the_page_and_joins_lines_that_the_page_broke() -> None:
    long = "第一条 " + "甲乙丙丁戊己庚辛壬癸" * 3
    pages = [
        [long, "续写到这里为止。", "- 1 -"],
        ["第二条 乙。", "- 2 -"],
        ["第三条 丙。", "- 3 -"],
    ]
    document = document_from(pdf_file(pages), Path("甲.pdf"))
    found = {p.article: p for p in passages_of(document) if p.article}
    assert found["第一条"].text.rstrip("\n") == long + "续写到这里为止。"
    assert [found[name].page for name in ("第一条", "第二条", "第三条")] == [1, 2, 3]
    assert "- 1 -" not in document.text


def test_a_pdf_of_five_hundred_pages_is_read_whole() -> None:
    pages = [[f"第{n}条 这是第{n}页上的一条。"] for n in range(1, 501)]
    found = articles(document_from(pdf_file(pages), Path("长.pdf")))
    assert len(found) == 500


def test_a_scanned_pdf_says_so_and_ocr_can_read_it() -> None:
    scan = pdf_file([[], []])
    with pytest.raises(IndexerError, match="扫描件"):
        document_from(scan, Path("扫描.pdf"))
    document = document_from(scan, Path("扫描.pdf"), ocr=lambda png: "第一条 认出来的字。")
    assert "认出来的字" in document.text


def test_automatic_numbers_of_word_are_part_of_the_text() -> None:
    import docx
    from docx.oxml import parse_xml

    document = docx.Document()
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(
        f'<w:abstractNum xmlns:w="{word}" w:abstractNumId="90"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>'
    ))  # fmt: skip
    numbering.append(parse_xml(
        f'<w:num xmlns:w="{word}" w:numId="90"><w:abstractNumId w:val="90"/></w:num>'
    ))  # fmt: skip
    for text in ("为了接单，制定本办法。", "先接后转。"):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(parse_xml(
            f'<w:numPr xmlns:w="{word}"><w:ilvl w:val="0"/><w:numId w:val="90"/></w:numPr>'
        ))  # fmt: skip
    kept = BytesIO()
    document.save(kept)
    found = articles(document_from(kept.getvalue(), Path("自动编号.docx")))
    assert found == {"第一条": "第一条为了接单，制定本办法。", "第二条": "第二条先接后转。"}


def test_tables_are_kept_as_rows() -> None:
    table = [["单位", "时限"], ["甲一社区", "两天"]]
    assert "甲一社区 | 两天" in document_from(word_file(["标题"], table), Path("表.docx")).text
    assert (
        "单位：甲一社区；时限：2"
        in document_from(sheet_file([["单位", "时限"], ["甲一社区", 2]]), Path("表.xlsx")).text
    )
    page = (
        "<table><tr><th>单位</th><th>时限</th></tr><tr><td>甲一社区</td><td>两天</td></tr></table>"
    )
    assert "甲一社区 | 两天" in document_from(page.encode(), Path("表.html")).text


def zipped(entries: dict[str, bytes]) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return kept.getvalue()


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("空.md", b"", "0 字节"),
        ("空白.txt", b"  \n \n", "没有文字"),
        ("断.txt", "第一条 好好的一段中文文字，写得很长很长。".encode()[:-2] + b"\xff\xfe\n", "损坏的字节"),
        ("乱.txt", bytes(range(128, 256)) * 20, "不是能读懂的文字"),
        ("改名.docx", b"not a word file", "不是 docx"),
        ("旧.doc", b"\xd0\xcf\x11\xe0" + b"0" * 600, "旧版 Office"),
        ("半截.pdf", b"%PDF-1.4\n1 0 obj", "不是完整的 PDF"),
        ("包.docx", zipped({"readme.txt": b"x"}), "压缩包"),
        ("坏.xlsx", b"PK\x03\x04" + b"0" * 40, "已损坏"),
        ("图.png", b"\x89PNG", "不会读"),
    ],
)  # fmt: skip
def test_a_bad_file_gives_one_clear_sentence(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(IndexerError, match=said) as caught:
        read_official(file)
    assert caught.value.fix


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.readers._LARGEST_UNPACKED", 2**20)
    file = tmp_path / "炸弹.docx"
    file.write_bytes(zipped({"word/document.xml": b"0" * (2 * 2**20)}))
    assert file.stat().st_size < 10_000
    with pytest.raises(IndexerError, match="不正常"):
        read_official(file)


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "忙.md"
    file.write_text("第一条 甲。")
    read = Path.read_bytes

    def busy(self: Path) -> bytes:
        content = read(self)
        with self.open("a") as writer:
            writer.write("又写了一行。")
        return content

    monkeypatch.setattr(Path, "read_bytes", busy)
    with pytest.raises(IndexerError, match="正在被改动"):
        read_whole(file)


def test_a_missing_or_locked_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexerError, match="找不到"):
        read_whole(tmp_path / "没有.md")
    if os.geteuid() != 0:
        locked = tmp_path / "锁.md"
        locked.write_text("甲")
        locked.chmod(0)
        with pytest.raises(IndexerError, match="打不开"):
            read_whole(locked)


def test_a_paper_gives_sections_with_questions_apart(papers: Path) -> None:
    paper = read_paper(papers / "接件办法.md", papers)
    sections = {section.heading: section for section in paper.sections}
    assert sections["第一条 先接后转"].questions == (
        "这个单子不归我们，能直接退吗",
        "先接后转是啥意思",
    )
    assert sections["第二条 两天内联系"].questions == ("多久要给人家回电话", "首次联系要几天内")
    assert "问法" not in sections["第二条 两天内联系"].text
    assert paper.listed("topics") == ("接件", "回访")


@pytest.mark.parametrize(
    "front, said",
    [
        ("kind: policy\n", "没有 title"),
        ("title: 甲\nkind: rumour\n", "kind"),
        ("title: 甲\neffective_on: 2024年5月\n", "不是日期"),
    ],
)
def test_a_paper_with_wrong_front_matter_is_refused(tmp_path: Path, front: str, said: str) -> None:
    file = tmp_path / "甲.md"
    file.write_text(f"---\n{front}---\n## 一\n正文\n", "utf-8")
    with pytest.raises(IndexerError, match=said):
        read_paper(file)


def test_a_quotation_and_a_list_of_a_paper_keep_their_marks(tmp_path: Path) -> None:
    file = tmp_path / "甲.md"
    file.write_text(
        "---\ntitle: 甲\nkind: technique\n---\n## 怎么说\n\n> 您好，我是甲街道。\n\n- 先听\n- 再说\n",
        "utf-8",
    )
    text = read_paper(file).sections[0].text
    assert "> 您好，我是甲街道。" in text and "- 先听\n- 再说" in text


def test_an_index_is_made_of_papers_and_official_texts_alike(index: Index) -> None:
    assert index.titles() == ("甲市接件办法",)
