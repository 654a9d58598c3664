"""Checks the wording: 问法 per section, no duplicates, no personal data, nothing copied."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from eval.papers import Fault, Sheet, articles_of

FEWEST, MOST = 3, 18  # 问法 per section
LONGEST_COPY = 29  # characters in a row that may stand in the official text too
_PERSONAL = {
    "手机号": re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)"),
    "身份证号": re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?!\d)"),
    "固定电话": re.compile(r"(?<!\d)0?10[- ]\d{8}(?!\d)"),
    "电子邮箱": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "银行卡号": re.compile(r"(?<!\d)62\d{14,17}(?!\d)"),
}


def question_faults(sheet: Sheet) -> Iterator[Fault]:
    """Three to eight 问法 per section, none twice in it. Text before the first heading is exempt."""
    for passage in sheet.passages:
        section = passage.article or passage.heading
        if not section or passage.heading == "小测":
            continue
        count = len(passage.questions)
        if not FEWEST <= count <= MOST:
            yield Fault(sheet.name, section, f"有 {count} 个问法，应为 {FEWEST} 到 {MOST} 个")
        repeated = Counter(map(_bare, passage.questions))
        for asked, times in repeated.items():
            if times > 1:
                yield Fault(sheet.name, section, f"问法“{asked}”写了 {times} 遍")


def shared_question_faults(sheets: Iterable[Sheet]) -> Iterator[Fault]:
    """The same 问法 in two sections of the same standing pulls an asker two ways."""
    places: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for sheet in sheets:
        repealed = bool(sheet.paper.front.get("repealed_on"))
        for passage in sheet.passages:
            for asked in set(map(_bare, passage.questions)):
                where = f"{sheet.name}#{passage.article or passage.heading}"
                places[repealed, asked].append(where)
    for (_, asked), sections in sorted(places.items()):
        if len(sections) > 1:
            yield Fault(sections[0], "问法", f"“{asked}”也在 {'、'.join(sections[1:])}")


def personal_faults(sheet: Sheet) -> Iterator[Fault]:
    """Numbers that could be somebody's."""
    for passage in sheet.passages:
        text = "\n".join((passage.heading, passage.text, *passage.questions))
        for what, pattern in _PERSONAL.items():
            for number in pattern.findall(text):
                yield Fault(sheet.name, passage.article or passage.heading, f"像{what}：{number}")


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


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text)
