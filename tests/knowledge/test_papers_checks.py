"""The checks of the corpus find what they are there to find."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from eval.paper_citations import citation_faults, citations
from eval.paper_digests import likeness_faults, number_faults, whole_faults
from eval.paper_fronts import date_faults, front_faults
from eval.paper_numbers import numbers
from eval.paper_wording import beside_faults, copy_faults, personal_faults, question_faults
from eval.papers import LAWS, Sheet, articles_of, sheets
from indexer.chunks import sections_of
from indexer.papers import parse_paper

needs_laws = pytest.mark.skipif(not LAWS.is_dir(), reason="../shared/data/laws is not here")
FRONT = """---
title: 试验办法
kind: policy
level: 政府规章
place: 北京
adopted_on: 2024-03-01
effective_on: 2024-05-01
version: 2024
source: 自编
confidence: 自编
review_by: 2027-05-31
access: staff
---
"""
ASKED = "\n\n问法：\n\n- 甲怎么办\n- 乙怎么办\n- 丙怎么办\n"


def _sheet(body: str, front: str = FRONT) -> Sheet:
    paper = parse_paper(f"{front}\n{body}", "policies/试验办法.md")
    return Sheet(paper, tuple(sections_of(paper)))


@pytest.mark.parametrize(
    ("law", "digest"),
    [
        ("处三万元以上十万元以下罚款", "罚 3 万元以上10万元以下"),
        ("处５百元罚款", "罚500元"),
        ("按照百分之三加处", "每日加3%"),
        ("面积占比三分之二以上", "面积2/3以上"),
        ("载物高度从地面起不超过一点五米", "载物不超过1.5米"),
        ("自收到之日起二十个工作日内", "20个工作日内"),
        ("一千二百四十二平方米", "1242 平方米"),
        ("罚款 1,500 元", "一千五百元"),
    ],
)
def test_a_number_is_the_same_in_every_spelling(law: str, digest: str) -> None:
    assert numbers(digest, own_words=True) <= numbers(law)
    assert numbers(digest, own_words=True)


def test_what_a_digest_counts_itself_is_no_number_of_the_law() -> None:
    assert numbers("有六种情形，两件事；第十一条；一要三不", own_words=True) == set()
    assert numbers("六十日、15天、八人", own_words=True) == {"60", "15", "8"}


@needs_laws
def test_a_changed_number_is_found_in_nearly_every_digest() -> None:
    """The first Arabic number of each digest is made another one; the check must notice."""
    found = tried = 0
    for sheet in sheets():
        articles = articles_of(sheet)
        for passage in sheet.passages:
            text = re.sub(r"\d+", "8317", passage.text, count=1)
            if passage.article in articles and text != passage.text:
                tried += 1
                changed = Sheet(sheet.paper, (replace(passage, text=text),))
                found += any("8317" in fault.what for fault in number_faults(changed))
    assert tried > 300
    assert found / tried > 0.97


@needs_laws
def test_a_digest_under_the_wrong_article_is_found() -> None:
    """Every digest is moved on by five articles; its own wording gives it away."""
    found = tried = 0
    for sheet in sheets():
        articles = articles_of(sheet)
        own = [one for one in sheet.passages if one.article in articles]
        if len(own) < 30 or tried > 150:
            continue
        names = [one.article for one in own]
        moved = [replace(one, article=names[at - 5]) for at, one in enumerate(own)]
        told = {fault.section for fault in likeness_faults(Sheet(sheet.paper, tuple(moved)))}
        long = [name for name in names if name and len(articles[name]) >= 40]
        tried += len(long)
        found += len(told)
    assert tried > 100
    assert found / tried > 0.85


def test_a_citation_of_what_does_not_exist_is_found() -> None:
    text = "见《北京市接诉即办工作条例》第十五条、第九百条，《没有的办法》第三条。"
    sheet = _sheet(f"## 第一条 甲\n\n{text}{ASKED}")
    told = [fault.what for fault in citation_faults(sheet)]
    assert len(told) == 2
    assert "第九百条" in told[0]
    assert "没有的办法" in told[1]


def test_lists_and_ranges_of_articles_are_taken_apart() -> None:
    text = "《民法典》第七百零三条至第七百三十四条、《北京市实施〈动物防疫法〉办法》第11条第二款"
    assert [article for _, article in citations(text)] == [
        "第七百零三条",
        "第七百三十四条",
        "第十一条",
    ]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("effective_on: 2024-05-01", "effective_on: 2023-05-01"),
        ("version: 2024", "version: 上月"),
        ("access: staff", "access: staff\nrepealed_on: 2024-01-01"),
        ("access: staff", "access: staff\nsuperseded_by: 别的办法"),
    ],
)
def test_dates_that_contradict_each_other_are_found(was: str, becomes: str) -> None:
    body = f"## 第一条 甲\n\n正文。{ASKED}"
    assert list(date_faults(_sheet(body))) == []
    assert list(date_faults(_sheet(body, FRONT.replace(was, becomes)))) != []


@pytest.mark.parametrize("line", ["review_by: 2027-05-31\n", "source: 自编\n", "level: 政府规章\n"])
def test_a_missing_field_is_found(line: str) -> None:
    body = f"## 第一条 甲\n\n正文。{ASKED}"
    assert list(front_faults(_sheet(body))) == []
    assert list(front_faults(_sheet(body, FRONT.replace(line, "")))) != []


def test_too_few_questions_and_personal_numbers_are_found() -> None:
    sheet = _sheet("## 第一条 甲\n\n打 13800000000 找他。\n\n问法：\n\n- 甲怎么办\n- 甲怎么办？\n")
    assert len(list(question_faults(sheet))) == 2
    assert len(list(personal_faults(sheet))) == 1


def test_too_many_questions_in_the_paper_and_lost_ones_beside_it_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.paper_wording.KNOWLEDGE", tmp_path)
    asked = "".join(f"- 第{at}次怎么办\n" for at in range(9))
    sheet = _sheet(f"## 第一条 甲\n\n甲。\n\n问法：\n\n{asked}")
    file = tmp_path / sheet.paper.path
    file.parent.mkdir()
    file.write_text(f"{FRONT}\n## 第一条 甲\n\n甲。\n\n问法：\n\n{asked}", "utf-8")
    file.with_suffix(".asked").write_text("## 第二条 乙\n- 乙怎么办\n", "utf-8")
    assert [fault.section for fault in beside_faults(sheet)] == ["第一条 甲", "第二条 乙"]


@needs_laws
def test_an_article_missing_from_a_paper_that_promises_all_is_found() -> None:
    law = "北京/北京市养犬管理规定.md"
    front = FRONT.replace("source:", f"law_file: {law}\nsource:")
    body = f"# 试验办法\n\n35条，本文逐条摘要。\n\n## 第一条 甲\n\n甲。{ASKED}"
    assert len(list(whole_faults(_sheet(body, front)))) == 34
    assert list(whole_faults(_sheet(body.replace("逐条摘要", "选编"), front))) == []


@needs_laws
def test_a_copied_sentence_is_found() -> None:
    law = "北京/北京市消防条例(2025-03-26).md"
    front = FRONT.replace("source:", f"law_file: {law}\nsource:")
    sentence = "任何单位和个人都有维护消防安全、保护消防设施、预防火灾、报告火警的义务。"
    sheet = _sheet(f"## 第六条 甲\n\n{sentence}{ASKED}", front)
    assert len(list(copy_faults(sheet))) == 1
