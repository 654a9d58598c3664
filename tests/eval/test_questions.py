"""The evaluation questions: enough of each kind, honest about their golds, nobody's 问法."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from eval.question import Question, load
from eval.scoring import ANSWERABLE
from indexer.chunks import sections_of
from indexer.passages import Passage
from indexer.readers import read_paper

ROOT = Path(__file__).parents[2]
LEAST = {
    "dev": {"answerable": 410, "none": 80, "premise": 40, "dated": 27, "forbidden": 27},
    "held_out": {"answerable": 205, "none": 40, "premise": 20, "dated": 14, "forbidden": 14},
    "held_out_2": {"answerable": 300, "none": 60, "premise": 30, "dated": 18, "forbidden": 25},
}


@cache
def _questions(name: str) -> tuple[Question, ...]:
    return load(ROOT / "eval" / "questions" / f"{name}.jsonl")


def _all() -> tuple[Question, ...]:
    return tuple(one for name in LEAST for one in _questions(name))


@cache
def _corpus() -> tuple[Passage, ...]:
    files = sorted((ROOT / "knowledge").rglob("*.md"))
    return tuple(passage for file in files for passage in sections_of(read_paper(file)))


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize("name", LEAST)
def test_each_file_holds_enough_of_every_kind(name: str) -> None:
    kinds = Counter(question.kind for question in _questions(name))
    held = {
        "answerable": sum(kinds[kind] for kind in ANSWERABLE),
        "none": kinds["none"],
        "premise": kinds["premise"],
        "dated": kinds["place"] + kinds["version"],
        "forbidden": kinds["forbidden"],
    }
    assert {kind: count for kind, count in LEAST[name].items() if held[kind] < count} == {}


def test_no_question_stands_twice_and_no_id_either() -> None:
    asked = Counter((_bare(one.text), one.context, one.as_of) for one in _all())
    assert [text for text, count in asked.items() if count > 1] == []
    assert len({one.id for one in _all()}) == len(_all())


def test_every_expected_section_stands_in_the_corpus() -> None:
    parts = {(one.title, part) for one in _corpus() for part in ("", one.article, one.heading)}
    wrong = [(one.id, gold) for one in _all() for gold in one.gold if gold not in parts]
    assert wrong == []


def test_only_questions_that_can_be_answered_name_a_section() -> None:
    for one in _all():
        assert bool(one.gold) is (one.kind in ANSWERABLE | {"premise"}), one.id
        assert bool(one.context) is (one.kind == "follow"), one.id


def test_every_word_an_answer_must_contain_stands_in_an_expected_section() -> None:
    texts: dict[tuple[str, str], str] = {}
    for one in _corpus():
        for part in ("", one.article or "", one.heading):
            key = (one.title, part)
            shown = f"{one.article or ''}{one.heading}{one.text}"
            texts[key] = texts.get(key, "") + shown
    for question in _all():
        found = "".join(texts[gold] for gold in question.gold)
        assert [word for word in question.must if word not in found] == [], question.id


def test_no_question_is_copied_from_the_corpus() -> None:
    written = {_bare(asked) for one in _corpus() for asked in one.questions}
    assert [one.id for one in _all() if _bare(one.text) in written] == []


def test_every_law_and_every_guide_is_asked_about() -> None:
    laws_and_guides = {
        read_paper(file).title
        for folder in ("policies", "techniques")
        for file in (ROOT / "knowledge" / folder).glob("*.md")
    }
    asked = {title for one in _questions("dev") for title, _ in one.gold}
    assert laws_and_guides - asked == set()
