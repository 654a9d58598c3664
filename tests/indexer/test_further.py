"""Further 问法 in a file beside a paper belong to its sections, in the index and out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hashing import HashingEmbedder
from watchfiles import Change

from indexer import watch
from indexer.build import build_index, is_stale
from indexer.errors import IndexerError
from indexer.further import beside, joined
from indexer.papers import parse_paper
from indexer.passages import Passage
from indexer.readers import paper_text, read_paper
from indexer.search import Index
from indexer.training_data import read_asked
from indexer.training_sets import papers_index

PAPER = """---
title: 甲办法
kind: policy
---
## 第一条 领表

表格在一层领。

问法：

- 去哪儿领表

（样例）

## 第二条 交表

交到二层。

问法：
- 表交给谁
"""
FURTHER = "## 第二条 交表\n- 填完送几层\n- 表往哪送\n\n## 第一条 领表\n- 空表在哪\n"


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    file = tmp_path / "papers" / "甲办法.md"
    file.parent.mkdir()
    file.write_text(PAPER, "utf-8")
    beside(file).write_text(FURTHER, "utf-8")
    return file


def _built(paper: Path, embedder: HashingEmbedder) -> dict[str | None, Passage]:
    target = paper.parents[1] / "index"
    build_index([paper.parent], target, embedder=embedder)
    return {one.article: one for one in Index.open(target, embedder).passages if one.article}


def test_they_stand_behind_the_papers_own_and_nothing_else_changes(paper: Path) -> None:
    alone, both = parse_paper(PAPER, "甲"), read_paper(paper)
    assert [section.questions for section in both.sections] == [
        ("去哪儿领表", "空表在哪"),
        ("表交给谁", "填完送几层", "表往哪送"),
    ]
    assert [one.text for one in both.sections] == [one.text for one in alone.sections]
    assert "（样例）" in both.sections[0].text


def test_no_file_beside_a_paper_changes_nothing(paper: Path) -> None:
    beside(paper).unlink()
    assert paper_text(paper) == PAPER == joined(PAPER, "\n")
    assert read_paper(paper).sections == parse_paper(PAPER, "甲").sections


def test_the_index_holds_them_and_embeds_only_what_is_new(
    paper: Path, embedder: HashingEmbedder
) -> None:
    assert _built(paper, embedder)["第二条"].questions == ("表交给谁", "填完送几层", "表往哪送")
    target = paper.parents[1] / "index"
    assert is_stale(target, [paper.parent], embedder) is None

    beside(paper).write_text(FURTHER.replace("空表在哪", "空白表哪儿拿"), "utf-8")
    assert "改动 1" in (is_stale(target, [paper.parent], embedder) or "")
    embedder.encoded.clear()
    assert _built(paper, embedder)["第一条"].questions == ("去哪儿领表", "空白表哪儿拿")
    assert embedder.encoded == ["空白表哪儿拿"]

    beside(paper).unlink()
    assert _built(paper, embedder)["第一条"].questions == ("去哪儿领表",)


def test_a_heading_that_the_paper_has_not_is_told(paper: Path, embedder: HashingEmbedder) -> None:
    beside(paper).write_text(FURTHER.replace("第一条 领表", "第九条 领表"), "utf-8")
    record = build_index([paper.parent], paper.parents[1] / "index", embedder=embedder)
    told = [problem.what for problem in record.problems]
    assert len(told) == 1 and "甲办法.asked" in told[0] and "第九条 领表" in told[0]
    assert record.passages == 2


def test_a_damaged_file_beside_a_paper_is_named(paper: Path, embedder: HashingEmbedder) -> None:
    beside(paper).write_bytes(FURTHER.encode()[:-8] + b"\xff\xfe\n")
    with pytest.raises(IndexerError, match=r"甲办法\.asked"):
        read_paper(paper)
    record = build_index([paper.parent], paper.parents[1] / "index", embedder=embedder)
    assert "甲办法.asked" in record.problems[0].what


def test_an_empty_file_beside_a_paper_says_nothing_and_a_locked_one_is_named(paper: Path) -> None:
    beside(paper).write_bytes(b"")
    assert paper_text(paper) == PAPER
    if os.geteuid() != 0:
        beside(paper).write_text(FURTHER, "utf-8")
        beside(paper).chmod(0)
        with pytest.raises(IndexerError, match="打不开"):
            read_paper(paper)


def test_training_reads_them(paper: Path, embedder: HashingEmbedder) -> None:
    pairs = {pair.left: pair for pair in read_asked(paper.parent)}
    assert pairs["填完送几层"].group == "甲办法|第二条 交表"
    assert "空表在哪" not in pairs["填完送几层"].right
    index = papers_index(paper.parent, paper.parents[1] / "part", embedder, "none of them")
    assert {one for p in index.passages for one in p.questions} >= {"空表在哪", "表往哪送"}


def test_a_change_of_them_is_watched(paper: Path) -> None:
    assert watch._is_paper(Change.modified, str(beside(paper)))
