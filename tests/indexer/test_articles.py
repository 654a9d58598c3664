"""Numbers, article headings and lossless cutting."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import article_openings
from indexer.chunks import cut, is_searchable, line_passage, passages_of
from indexer.documents import Document
from indexer.numerals import article_key, article_name, articles_asked, chinese, parse

LAWS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "laws"


def opened(text: str) -> list[str]:
    return [opening.name for opening in article_openings(text)]


@given(st.integers(0, 9999))
def test_a_number_survives_being_written_in_chinese_and_read_again(number: int) -> None:
    assert parse(chinese(number)) == number


@pytest.mark.parametrize(
    "number, written",
    [
        (10, "十"),
        (14, "十四"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1260, "一千二百六十"),
    ],
)
def test_numbers_are_written_as_statutes_print_them(number: int, written: str) -> None:
    assert chinese(number) == written


@pytest.mark.parametrize("text", ["第十四条", "第14条", "14条", "第１４条", "十四", "第 14 条"])
def test_every_way_to_write_an_article_number_is_one_key(text: str) -> None:
    assert article_key(text) == (14, 0)


def test_an_inserted_article_has_a_key_of_its_own() -> None:
    assert article_key("第六十条之一") == (60, 1)
    assert article_name((60, 1)) == "第六十条之一"


@pytest.mark.parametrize("text", ["3条例外", "他养了两条狗", "5条街", "条例", "第十章"])
def test_counts_of_things_are_no_article_numbers(text: str) -> None:
    assert articles_asked(text) == []


def test_a_reference_at_the_start_of_a_line_is_no_heading() -> None:
    text = (
        "第一条 为了办事，制定本办法。\n第二条 有下列情形之一的，依照\n"
        "第十二条、第十四条第一款规定的标准处理，并适用\n第一条规定的原则：\n（一）甲；\n第三条 本办法自公布之日起施行。\n"
    )
    assert opened(text) == ["第一条", "第二条", "第三条"]


def test_a_reference_to_the_next_number_is_no_heading_either() -> None:
    text = "第一条 依照\n第二条、第三条的规定办理。\n第二条 正文在这里。\n第三条 完。\n"
    starts = [opening.start for opening in article_openings(text)]
    assert [text[start:].split(" ")[0] for start in starts] == ["第一条", "第二条", "第三条"]
    assert text[starts[1] :].startswith("第二条 正文")


def test_inserted_articles_follow_their_number() -> None:
    text = "第九条 甲。\n第十条 乙。\n第十条之一 丙。\n第十条之二 丁。\n第十一条 戊。\n"
    assert opened(text) == ["第九条", "第十条", "第十条之一", "第十条之二", "第十一条"]


def test_articles_without_a_space_after_the_number_are_found() -> None:
    assert opened("第一条为了办事。\n第二条单位应当办。\n第三条完。") == [
        "第一条",
        "第二条",
        "第三条",
    ]


def test_markdown_headings_and_arabic_numbers_are_articles_too() -> None:
    assert opened("## 第1条 总则\n甲\n\n## 第2条 首接\n乙\n") == ["第一条", "第二条"]


def test_an_annexed_rule_may_start_again_at_one() -> None:
    text = (
        "".join(f"第{n}条 甲。\n" for n in "一二三")
        + "附：\n"
        + "".join(f"第{n}条 乙。\n" for n in "一二三四")
    )
    assert opened(text) == ["第一条", "第二条", "第三条", "第一条", "第二条", "第三条", "第四条"]


def test_articles_run_together_in_one_line_are_parted() -> None:
    text = "第一条 甲办法。 第二条 乙单位办理。 第三条 丙，依照第二条 的规定。\n第四条 丁。\n"
    assert opened(text) == ["第一条", "第二条", "第三条", "第四条"]


def test_a_letter_that_only_mentions_an_article_has_none() -> None:
    assert opened("依照\n第十四条规定，请尽快办理。\n谢谢。") == []


def test_chapter_headings_are_kept_but_not_found_and_never_inside_an_article() -> None:
    text = "# 甲办法\n\n第一章 总则\n\n第一条 甲。\n\n第二章 办理\n\n第二条 乙。\n"
    passages = passages_of(Document("甲办法", text))
    articles = [p for p in passages if p.article]
    assert [p.heading for p in articles] == ["第一章 总则", "第二章 办理"]
    assert "第二章" not in articles[0].text
    assert not any(is_searchable(p) for p in passages if not p.article)


@given(st.text("第一二三十条章 \n。、依照规定的甲#（）", max_size=300))
def test_chunks_put_end_to_end_are_the_text(text: str) -> None:
    assert "".join(chunk.text for chunk in cut(text)) == text


def test_long_text_without_articles_is_cut_between_lines_and_table_rows_stay_whole() -> None:
    rows = [f"社区 | 单号{n:04d} | 已办 {'说明' * 10}" for n in range(200)]
    chunks = cut("\n".join(rows))
    assert len(chunks) > 5
    assert all(line in rows for chunk in chunks for line in chunk.text.strip("\n").split("\n"))


def test_a_corpus_name_gives_title_and_article() -> None:
    passage = line_passage("S1", "中华人民共和国民法典第四百六十五条", "正文", 0)
    assert (passage.title, passage.article) == ("中华人民共和国民法典", "第四百六十五条")


@pytest.mark.skipif(not LAWS.is_dir(), reason="the real laws are not beside the repository")
def test_nothing_of_a_real_law_is_lost_and_every_article_stands_once() -> None:
    files = sorted(LAWS.rglob("*.md"))
    lossy, doubled, empty = [], [], 0
    for file in files[::7]:
        text = file.read_text("utf-8-sig").replace("\r\n", "\n")
        chunks = cut(text)
        names = [chunk.article for chunk in chunks if chunk.article]
        if "".join(chunk.text for chunk in chunks) != text:
            lossy.append(file.name)
        if len(names) != len(set(names)):
            doubled.append(file.name)
        empty += not names and bool(re.search(r"^第[一1]条[ 　]", text, re.MULTILINE))
    assert (lossy, doubled, empty) == ([], [], 0)
