"""What the first lines and the name of an official text say: title, dates, place, level."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from indexer.terms import Lexicon

_IN_NAME = re.compile(r"[(（](\d{4})-?(\d{2})-?(\d{2})[)）]")
_DAY = r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_EFFECTIVE = re.compile(rf"自\s*{_DAY}\s*起(?:施行|实施|生效|执行)")
_ON_ISSUE = re.compile(r"自(?:公布|发布|颁布|印发)之日起(?:施行|实施|生效|执行)")
_LAW_WORDS = re.compile(
    r"(?:法典|法|条例|规定|办法|细则|解释|决定|规则|标准|意见|通知|批复|准则|规程|章程|方案|纲要)"
    r"(?:[（(][^()（）]{1,12}[)）])?$"
)
_FRONT = 1500  # characters in which the dates of adoption stand


def title_of(text: str, path: Path) -> str:
    """The first line that reads like a title, else the file's name without date and number."""
    stem = _IN_NAME.sub("", path.stem).strip(" _-")
    for line in [line.strip() for line in text[:_FRONT].split("\n") if line.strip()][:8]:
        bare = line.lstrip("#").strip(" *《》　")
        if re.match(r"第[一1]条", bare):
            break
        bare = re.sub(r"(?<=[\u4e00-\u9fff])[ 　]+(?=[\u4e00-\u9fff])", "", bare)
        if (line.startswith("# ") or _LAW_WORDS.search(bare)) and 3 <= len(bare) <= 80:
            return bare
    return stem


def version_of(text: str, path: Path) -> str:
    """ISO date of the wording: from the file's name, else the last date of adoption in the front."""
    if found := _IN_NAME.search(path.name):
        return _iso(found.groups())
    days = [_iso(d) for d in re.findall(_DAY, _front(text))]
    return max(filter(None, days), default="")


def effective_of(text: str, version: str) -> date | None:
    """The day from which this wording holds, as the text says it; its adoption when it says at once.

    An amended text still prints the first day of the rule; the wording itself began when it was
    adopted, so an earlier day gives way to that.
    """
    found = _EFFECTIVE.findall(_front(text)) or _EFFECTIVE.findall(text[-_FRONT:])
    if found and (day := _iso(found[-1])):
        return date.fromisoformat(max(day, version))
    if version and (_ON_ISSUE.search(text[-_FRONT:]) or not found):
        return date.fromisoformat(version)
    return None


def place_of(title: str, text: str, lexicon: Lexicon) -> str:
    """The place whose rule it is."""
    if place := lexicon.place_of(title):
        return place
    front = _front(text)
    if re.search(r"全国人民代表大会|国务院|最高人民法院|最高人民检察院", front):
        return lexicon.national
    return next((p for p in (lexicon.home, *lexicon.other_places) if f"{p}市" in front), "")


def level_of(title: str, place: str, lexicon: Lexicon) -> str:
    """The rank of the rule by its title and place; "" when it cannot be told."""
    if title.startswith("最高人民"):
        return "司法解释"
    if place == lexicon.national:
        if title.endswith(("法", "法典")):
            return "法律"
        return "行政法规" if title.endswith("条例") else "部门规章"
    if title.endswith("条例"):
        return "地方性法规"
    return "政府规章" if title.endswith(("办法", "规定", "细则")) else ""


def _front(text: str) -> str:
    end = re.search(r"^[ \t　#*]*第[一1]条", text, re.MULTILINE)
    return text[: min(end.start() if end else _FRONT, _FRONT)]


def _iso(parts: tuple[str | None, ...]) -> str:
    try:
        return date(*(int(part or 0) for part in parts)).isoformat()
    except ValueError:
        return ""
