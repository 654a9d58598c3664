"""Checks the front matter: dates that agree, a review date, known fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from eval.papers import LAWS, Fault, Sheet

REQUIRED = ("title", "kind", "version", "source", "confidence", "review_by", "access")
REQUIRED_OF_POLICY = ("level", "place")
_PLACES = {"北京", "全国"}
_ACCESS = {"public", "staff", "desk"}


def front_faults(sheet: Sheet) -> Iterator[Fault]:
    """Fields that must be there, places and access classes that exist."""
    front = sheet.paper.front
    required = REQUIRED + (REQUIRED_OF_POLICY if sheet.kind == "policy" else ())
    for key in required:
        if not front.get(key):
            yield Fault(sheet.name, key, "没有填写")
    if front.get("place") and front["place"] not in _PLACES:
        yield Fault(sheet.name, "place", f"{front['place']} 不是北京也不是全国")
    if front.get("access") and front["access"] not in _ACCESS:
        yield Fault(sheet.name, "access", f"{front['access']} 不是已有的等级")
    for law_file in sheet.law_files if LAWS.is_dir() else ():
        if not (LAWS / law_file).is_file():
            yield Fault(sheet.name, "law_file", f"{law_file} 不在法规原文里")


def date_faults(sheet: Sheet) -> Iterator[Fault]:
    """adopted <= effective < repealed; repealed and superseded_by come together.

    The version may be younger than the day of effect: it is the wording digested, and laws are
    amended. It may be a year alone.
    """
    front = sheet.paper.front
    adopted, effective, repealed = (
        _date(front.get(key, "")) for key in ("adopted_on", "effective_on", "repealed_on")
    )
    if adopted and effective and adopted > effective:
        yield Fault(sheet.name, "effective_on", f"{effective} 早于通过日 {adopted}")
    if effective and repealed and repealed <= effective:
        yield Fault(sheet.name, "repealed_on", f"{repealed} 不晚于施行日 {effective}")
    if front.get("superseded_by") and not repealed:
        yield Fault(sheet.name, "repealed_on", "写了 superseded_by 却没有废止日")
    version = front.get("version", "")
    wording = _date(version if len(version) > 4 else f"{version}-01-01") if version else None
    if version and not wording:
        yield Fault(sheet.name, "version", f"{version} 不是日期也不是年份")
    if wording and repealed and wording >= repealed:
        yield Fault(sheet.name, "version", f"{version} 不早于废止日 {repealed}")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
