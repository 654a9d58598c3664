"""Pure: do the articles that the papers cite exist, and were they in force."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from casedb.exclusion.pieces import Finding, FindingStatus, Laws, LawStanding, LawState
from casedb.exclusion.sorting import Sorted

NUMERAL = r"[零〇一二三四五六七八九十百千两\d]+"
ARTICLE = rf"第\s*{NUMERAL}\s*条(?:之[一二三四五六七八九十])?"
TITLED = re.compile(
    r"《\s*(?P<title>[^《》]{2,60}(?:〈[^〉]{2,30}〉[^《》]{0,20})?)\s*》\s*(?:[(（][^()（）]{1,30}[)）])?\s*(?:中|的|之)?\s*(?:相关|有关)?(?:规定)?\s*"
    rf"(?P<articles>{ARTICLE}(?:第{NUMERAL}[款项])*(?:第?[(（]{NUMERAL}[)）]项?)*(?:\s*[、,，和及与至]\s*{ARTICLE}(?:第{NUMERAL}[款项])*(?:第?[(（]{NUMERAL}[)）]项?)*)*)?"
)
BARE = re.compile(
    rf"(?:根据|依据|依照|按照|违反|适用|参照|符合)(?:了)?(?P<title>[\u4e00-\u9fff]{{2,30}}?(?:条例|办法|规定|意见|法典|法|[细通总准规]则))(?P<articles>{ARTICLE})"
)
ONE = re.compile(ARTICLE)
LAWLIKE = re.compile(
    r"(?:条例|办法|规定|意见|法典|法|[细通总准规]则|决定|通知|标准|规范)(?:[(（].{0,20}[)）])?$"
)
SPEAKS_OF_CHANGE = re.compile(r"废止|失效|取代|替代|修订前|原《|旧法|已被|不再适用|停止执行")
NO_LAW_ENDS = ("法", "条例", "法典")
FAULTS = {LawState.REPEALED, LawState.NOT_YET, LawState.NO_ARTICLE, LawState.NO_LAW}


@dataclass(frozen=True, slots=True)
class Citation:
    """A law and, where one is named, an article, as a paper cites them."""

    title: str
    article: str
    page: int
    words: str


def check_articles(files: Sequence[Sorted], laws: Laws, on: date) -> Iterator[Finding]:
    """Each cited article once per file; `on` is the Beijing date of the dispatch."""
    for one in files:
        seen: set[tuple[str, str]] = set()
        for cited in citations(one):
            if (cited.title, cited.article) in seen:
                continue
            seen.add((cited.title, cited.article))
            found = _judged(one, cited, laws.standing(cited.title, cited.article, on))
            if found is not None:
                yield found


def citations(one: Sorted) -> Iterator[Citation]:
    """Every citation of a file; a line break inside one does not matter."""
    for page in one.file.pages:
        text = re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])", "", page.text)
        for found in (*TITLED.finditer(text), *BARE.finditer(text)):
            title = found["title"].strip()
            around = text[max(0, found.start() - 8) : found.end() + 16]
            if not LAWLIKE.search(title) or SPEAKS_OF_CHANGE.search(around):
                continue
            for article in ONE.findall(found["articles"] or "") or [""]:
                yield Citation(title, article.replace(" ", ""), page.number, found[0][:60])


def _judged(one: Sorted, cited: Citation, standing: LawStanding) -> Finding | None:
    name = f"《{cited.title}》{cited.article}"
    if standing.state is LawState.IN_FORCE and cited.article:
        return Finding(
            FindingStatus.MET, "article", f"引用的{name}现行有效", one.file.name, cited.page
        )
    if standing.state not in FAULTS:
        return None
    says, cure, rule = _said(name, cited, standing)
    return Finding(
        FindingStatus.CONTRADICTORY, rule, says, one.file.name, cited.page, cited.words, cure
    )


def _said(name: str, cited: Citation, standing: LawStanding) -> tuple[str, str, str]:
    note = f"（{standing.note}）" if standing.note else ""
    if standing.state is LawState.REPEALED:
        return f"引用的{name}已废止{note}", "请改引现行有效的规定并核对条号。", "article.repealed"
    if standing.state is LawState.NOT_YET:
        return f"引用的{name}在派单时尚未施行{note}", "请改引当时有效的规定。", "article.not_yet"
    if standing.state is LawState.NO_ARTICLE:
        return (
            f"《{cited.title}》没有{cited.article}{note}",
            "请核对条号后改正。",
            "article.unknown",
        )
    return (
        f"查不到《{cited.title}》这部法规",
        "请核对法规名称；确有此规定的请附原文。",
        "article.unknown",
    )
