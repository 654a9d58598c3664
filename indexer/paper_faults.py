"""Whether a knowledge paper keeps to the format: fields, dates, 问法, nothing personal in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from indexer.documents import Paper
from indexer.passages import PaperKind, Passage

REQUIRED = ("title", "kind", "version", "source", "confidence", "review_by", "access")
REQUIRED_OF_POLICY = ("level", "place")
PLACES = {"北京", "全国"}
ACCESS = {"public", "staff", "desk"}
FEWEST, MOST = 3, 36  # 问法 per section, those beside the paper counted
_PERSONAL = {
    "手机号": re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)"),
    "身份证号": re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?!\d)"),
    "固定电话": re.compile(r"(?<!\d)0?10[- ]\d{8}(?!\d)"),
    "电子邮箱": re.compile(r"[\w.+-]+@[\w-]+\.\w+"),
    "银行卡号": re.compile(r"(?<!\d)62\d{14,17}(?!\d)"),
}


@dataclass(frozen=True, slots=True)
class PaperFault:
    """One thing wrong in one section (or field) of a paper, in Chinese."""

    section: str
    what: str


def front_faults(paper: Paper) -> Iterator[PaperFault]:
    """Fields that must be there, places and access classes that exist."""
    front = paper.front
    policy = front.get("kind", "policy") == PaperKind.POLICY
    for key in REQUIRED + (REQUIRED_OF_POLICY if policy else ()):
        if not front.get(key):
            yield PaperFault(key, "没有填写")
    if front.get("place") and front["place"] not in PLACES:
        yield PaperFault("place", f"{front['place']} 不是北京也不是全国")
    if front.get("access") and front["access"] not in ACCESS:
        yield PaperFault("access", f"{front['access']} 不是已有的等级")


def date_faults(paper: Paper) -> Iterator[PaperFault]:
    """adopted <= effective < repealed; repealed and superseded_by come together.

    The version may be younger than the day of effect: it is the wording digested, and laws are
    amended. It may be a year alone.
    """
    front = paper.front
    adopted, effective, repealed = (
        _date(front.get(key, "")) for key in ("adopted_on", "effective_on", "repealed_on")
    )
    if adopted and effective and adopted > effective:
        yield PaperFault("effective_on", f"{effective} 早于通过日 {adopted}")
    if effective and repealed and repealed <= effective:
        yield PaperFault("repealed_on", f"{repealed} 不晚于施行日 {effective}")
    if front.get("superseded_by") and not repealed:
        yield PaperFault("repealed_on", "写了 superseded_by 却没有废止日")
    version = front.get("version", "")
    wording = _date(version if len(version) > 4 else f"{version}-01-01") if version else None
    if version and not wording:
        yield PaperFault("version", f"{version} 不是日期也不是年份")
    if wording and repealed and wording >= repealed:
        yield PaperFault("version", f"{version} 不早于废止日 {repealed}")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def question_faults(passages: Sequence[Passage]) -> Iterator[PaperFault]:
    """Three to 36 问法 per section with those beside the paper, none twice in it. Text before the first heading is exempt."""
    for passage in passages:
        section = passage.article or passage.heading
        if not section or passage.heading == "小测":
            continue
        count = len(passage.questions)
        if not FEWEST <= count <= MOST:
            yield PaperFault(section, f"有 {count} 个问法，应为 {FEWEST} 到 {MOST} 个")
        repeated = Counter(map(bare, passage.questions))
        for asked, times in repeated.items():
            if times > 1:
                yield PaperFault(section, f"问法“{asked}”写了 {times} 遍")


def personal_faults(passages: Sequence[Passage]) -> Iterator[PaperFault]:
    """Numbers that could be somebody's."""
    for passage in passages:
        text = "\n".join((passage.heading, passage.text, *passage.questions))
        for what, pattern in _PERSONAL.items():
            for number in pattern.findall(text):
                yield PaperFault(passage.article or passage.heading, f"像{what}：{number}")


def bare(text: str) -> str:
    """A question for comparing: letters, characters and digits only."""
    return re.sub(r"\W", "", text)
