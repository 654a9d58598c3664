"""Checks the front matter: dates that agree, a review date, known fields."""

from __future__ import annotations

from collections.abc import Iterator

from eval.papers import LAWS, Fault, Sheet
from indexer import paper_faults


def front_faults(sheet: Sheet) -> Iterator[Fault]:
    """Fields that must be there, places and access classes that exist, law files that are here."""
    for one in paper_faults.front_faults(sheet.paper):
        yield Fault(sheet.name, one.section, one.what)
    for law_file in sheet.law_files if LAWS.is_dir() else ():
        if not (LAWS / law_file).is_file():
            yield Fault(sheet.name, "law_file", f"{law_file} 不在法规原文里")


def date_faults(sheet: Sheet) -> Iterator[Fault]:
    """Dates that agree with each other."""
    for one in paper_faults.date_faults(sheet.paper):
        yield Fault(sheet.name, one.section, one.what)
