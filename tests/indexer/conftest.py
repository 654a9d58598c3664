"""Small real parts for the index tests: a hashing embedder, papers, files of every kind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hashing import HashingEmbedder

from indexer.build import build_index
from indexer.search import Index

PAPER = """---
title: 甲市接件办法
aliases: 接件办法
kind: policy
level: 政府规章
place: 北京
topics: 接件；回访
version: 2024-01-01
effective_on: {effective}
repealed_on: {repealed}
access: {access}
---
# 甲市接件办法

讲接件的一份假想办法。

## 第一条 先接后转

首先收到单子的科室要先接下来，再去找该办的单位，不得原样退回。

问法：
- 这个单子不归我们，能直接退吗
- 先接后转是啥意思

## 第二条 两天内联系

接下单子的人两个工作日内要给来电人回电话，说清什么时候去现场。

问法：

- 多久要给人家回电话
- 首次联系要几天内

## 第二条之一 夜间联系

晚上十点到早上七点不打电话，改发短信。

问法：
- 半夜能不能打电话给居民
"""


@pytest.fixture
def embedder() -> HashingEmbedder:
    return HashingEmbedder()


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with one knowledge paper and one official text."""
    folder = tmp_path / "papers"
    folder.mkdir()
    text = PAPER.format(effective="2024-01-01", repealed="", access="staff")
    (folder / "接件办法.md").write_text(text, "utf-8")
    return folder


@pytest.fixture
def paper() -> Callable[..., str]:
    def made(*, effective: str = "2024-01-01", repealed: str = "", access: str = "staff") -> str:
        return PAPER.format(effective=effective, repealed=repealed, access=access)

    return made


@pytest.fixture
def index(papers: Path, tmp_path: Path, embedder: HashingEmbedder) -> Index:
    build_index([papers], tmp_path / "index", embedder=embedder)
    return Index.open(tmp_path / "index", embedder)
