"""The book of laws claims only what it knows: numbers of articles, replaced laws, invented titles."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.materials.lawbook import LawBook, load_counts, load_repealed

RULES = Path(__file__).resolve().parents[2] / "knowledge" / "rules"
ON = date(2026, 5, 4)


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook(None, load_counts(RULES), load_repealed(RULES) | {"信访条例": "信访工作条例"})


@pytest.mark.parametrize(
    ("title", "article", "state"),
    [
        ("北京市接诉即办工作条例", "第三十九条", "no_article"),
        ("北京市接诉即办工作条例", "第三十八条", "unknown"),
        ("中华人民共和国消防法", "第七十五条", "no_article"),
        ("中华人民共和国民法典", "第1260条", "unknown"),
        ("信访条例", "第十八条", "repealed"),
        ("民法通则", "第五条", "repealed"),
        ("北京市工单剔除管理条例", "第三条", "no_law"),
        ("物业条例", "第三条", "unknown"),
        ("某区热线工作办法", "第三条", "unknown"),
    ],
)
def test_what_is_said_of_an_article_without_an_index(
    book: LawBook, title: str, article: str, state: str
) -> None:
    assert book.standing(title, article, ON).state == state
