"""Every paper of knowledge/: what it cites exists, what it digests is so, nobody is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from eval.paper_citations import citation_faults, link_faults
from eval.paper_digests import likeness_faults, number_faults, whole_faults
from eval.paper_fronts import date_faults, front_faults
from eval.paper_wording import (
    beside_faults,
    copy_faults,
    personal_faults,
    question_faults,
    shared_question_faults,
)
from eval.papers import KNOWLEDGE, LAWS, Fault, Sheet, sheets
from indexer.further import FURTHER_SUFFIX

Check = Callable[[Sheet], Iterator[Fault]]
needs_laws = pytest.mark.skipif(not LAWS.is_dir(), reason="../shared/data/laws is not here")


def _told(check: Check) -> str:
    return "\n".join(str(fault) for sheet in sheets() for fault in check(sheet))


def test_there_are_as_many_papers_of_each_kind_as_the_desk_was_promised() -> None:
    kinds = [sheet.kind for sheet in sheets()]
    in_force = [one for one in sheets() if one.kind == "policy" and not _repealed(one)]
    assert len(in_force) >= 40
    assert sum(_repealed(one) for one in sheets()) >= 8
    assert kinds.count("technique") >= 80
    assert kinds.count("case") >= 40


@pytest.mark.parametrize("check", [front_faults, date_faults, link_faults])
def test_front_matter_is_complete_and_agrees_with_itself_and_others(check: Check) -> None:
    assert _told(check) == ""


def test_every_section_carries_enough_questions_and_shows_three_to_eight() -> None:
    assert _told(question_faults) == ""
    assert _told(beside_faults) == ""


def test_no_file_of_further_questions_has_lost_its_paper() -> None:
    lost = [
        one.name
        for one in KNOWLEDGE.rglob(f"*{FURTHER_SUFFIX}")
        if not one.with_suffix(".md").is_file()
    ]
    assert lost == []


def test_no_question_leads_to_two_sections_of_the_same_standing() -> None:
    assert "\n".join(map(str, shared_question_faults(sheets()))) == ""


def test_no_paper_holds_personal_data() -> None:
    assert _told(personal_faults) == ""


def test_every_citation_names_a_paper_and_an_article_that_exist() -> None:
    assert _told(citation_faults) == ""


@needs_laws
@pytest.mark.parametrize("check", [number_faults, likeness_faults, copy_faults])
def test_every_digest_keeps_the_facts_and_not_the_sentences(check: Check) -> None:
    assert _told(check) == ""


@needs_laws
def test_papers_that_promise_every_article_hold_every_article() -> None:
    assert _told(whole_faults) == ""
    promised = sum("逐条摘要" in sheet.passages[0].text for sheet in sheets())
    assert promised >= 50


def test_cases_are_marked_as_invented() -> None:
    for sheet in (one for one in sheets() if one.kind == "case"):
        assert "本案例为虚构，用于培训" in sheet.passages[0].text, sheet.name
        headings = [one.heading for one in sheet.passages if one.heading]
        assert headings == ["办理过程", "失分点", "点评", "启示"], sheet.name


def _repealed(sheet: Sheet) -> bool:
    return bool(sheet.paper.front.get("repealed_on"))
