"""Rules were not made for one way of writing: a third office's papers pass, its faults are found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casedb.exclusion.checking import faults, review_materials
from casedb.exclusion.pieces import Finding, MaterialFile
from tests.casedb.invented_materials import RULES
from tests.casedb.other_materials import PLANTED, SETS, TwoLaws, facts


def found_in(category: str, files: tuple[MaterialFile, ...]) -> tuple[Finding, ...]:
    return faults(review_materials(files, facts(category), RULES, TwoLaws()))


@pytest.mark.parametrize("category", SETS)
def test_papers_of_another_office_have_nothing_to_mend(category: str) -> None:
    assert found_in(category, SETS[category][1]) == ()


@pytest.mark.parametrize(("category", "at", "old", "new", "rule"), PLANTED)
def test_a_fault_in_other_words_is_found_and_nothing_else(
    category: str, at: int, old: str | None, new: str | None, rule: str
) -> None:
    files = list(SETS[category][1])
    if old is None:
        del files[at]
    else:
        page = files[at].pages[0]
        assert old in page.text
        files[at] = replace(
            files[at], pages=(replace(page, text=page.text.replace(old, new or "", 1)),)
        )
    rules = {one.rule for one in found_in(category, tuple(files))}
    assert rules and all(one.startswith(rule) for one in rules)
