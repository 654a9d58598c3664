"""Checks the wording: 问法 per section, no duplicates, no personal data, nothing copied."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from eval.papers import KNOWLEDGE, Fault, Sheet, articles_of
from indexer import paper_faults
from indexer.further import beside, without_place
from indexer.paper_faults import bare
from indexer.papers import parse_paper
from indexer.readers import read_further

MOST_SHOWN = 8  # 问法 that stand in the paper itself
LONGEST_COPY = 29  # characters in a row that may stand in the official text too


def question_faults(sheet: Sheet) -> Iterator[Fault]:
    """Enough 问法 per section, none twice in it."""
    for one in paper_faults.question_faults(sheet.passages):
        yield Fault(sheet.name, one.section, one.what)


def beside_faults(sheet: Sheet) -> Iterator[Fault]:
    """A paper shows its readers a handful of 问法 a section; the others stand in the file beside it."""
    file = KNOWLEDGE / sheet.paper.path
    text = file.read_text("utf-8")
    for section in parse_paper(text, sheet.paper.path).sections:
        if len(section.questions) > MOST_SHOWN:
            told = f"资料里有 {len(section.questions)} 个问法，请把多于 {MOST_SHOWN} 个的移到 {beside(file).name}"
            yield Fault(sheet.name, section.heading, told)
    for heading in without_place(text, read_further(file).decode("utf-8")):
        yield Fault(beside(file).name, heading, "资料里没有同名且带问法的节")


def shared_question_faults(sheets: Iterable[Sheet]) -> Iterator[Fault]:
    """The same 问法 in two sections of the same standing pulls an asker two ways."""
    places: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for sheet in sheets:
        repealed = bool(sheet.paper.front.get("repealed_on"))
        for passage in sheet.passages:
            for asked in set(map(bare, passage.questions)):
                where = f"{sheet.name}#{passage.article or passage.heading}"
                places[repealed, asked].append(where)
    for (_, asked), sections in sorted(places.items()):
        if len(sections) > 1:
            yield Fault(sections[0], "问法", f"“{asked}”也在 {'、'.join(sections[1:])}")


def personal_faults(sheet: Sheet) -> Iterator[Fault]:
    """Numbers that could be somebody's."""
    for one in paper_faults.personal_faults(sheet.passages):
        yield Fault(sheet.name, one.section, one.what)


def copy_faults(sheet: Sheet) -> Iterator[Fault]:
    """Runs of the official wording; facts carry over, sentences do not."""
    source = _close("".join(articles_of(sheet).values()))
    if not source:
        return
    width = LONGEST_COPY + 1
    runs = {source[at : at + width] for at in range(len(source) - width + 1)}
    for passage in sheet.passages:
        text = _close(passage.text)
        for at in range(len(text) - width + 1):
            if text[at : at + width] in runs:
                copied = text[at : at + width]
                yield Fault(sheet.name, passage.article or passage.heading, f"照抄原文：{copied}")
                break


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text)
