"""Days by number: 6月1日, 18号, 月底, 本月最后一个工作日, 年底, 二季度末.

A date without its year that is past means next year's when that is less than half a year away
(1月5日 said in December); otherwise it is past and the speaker is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from bot.dialogue.reminding.timewords.marks import (
    ONE_DAY,
    WEEK,
    WEEKDAYS,
    AskBack,
    AskMark,
    DayMark,
    Days,
    Frame,
    Mark,
    N,
    add_months,
    known,
    month_days,
    same,
    valid_day,
    whole,
)

NEXT_YEAR_WITHIN = 183  # days

_YEAR = r"(?P<y>今年|明年|后年|去年|前年|本年|当年|\d{4}年?|\d{2}年|[二两][〇零一二三四五六七八九]{3}年)"
_MONTH = rf"(?P<m>这个?月|本月|当月|上上个?月|上个?月|下下个?月|下个?月|次月|(?:{N})月(?:份)?)"
_IN_MONTH = (
    rf"(?:(?P<d>{N})(?:[日号](?!院|楼|线|门|机|房|车|桌|柜|井|单|公|码)(?:之?内)?)?"
    r"|(?P<end>月底|月末|底|末|最后一天)|(?P<begin>月初|初|第一天)|(?P<mid>月?中旬|月中|中(?!午|秋|心|间))|(?P<early>上旬)|(?P<late>下旬))"
)
_NTH = rf"第?(?P<nth>{N}|首|头一?|最后一?)个?(?P<what>工作日|{WEEK}[一二三四五六日天末])"
_DATE = re.compile(rf"(?:{_YEAR}的?)?{_MONTH}的?(?:{_NTH}|{_IN_MONTH})?")
_NTH_BARE = re.compile(rf"(?:月底|月末)?最后一?个(?P<what>工作日)|{WEEK}(?:内|里)?最后一?个工作日")
_ISO = re.compile(
    r"(?<![\d-])(?P<y>20\d{2})(?:-|/|\.)(?P<m>\d{1,2})(?:-|/|\.)(?P<d>\d{1,2})(?!\d)[日号]?[T ]?"
)
_TOGETHER = re.compile(
    r"(?<![\da-zA-Z-])(?P<y>20\d{2})(?P<m>0\d|1[0-2])(?P<d>[0-3]\d)(?![\da-zA-Z-])"
)
_SLASH = re.compile(
    r"(?<![\d/.-])(?P<m>\d{1,2})(?P<sep>[/.-])(?P<d>\d{1,2})(?![\d/.%-])(?P<day>[日号])?"
)
_DAY = re.compile(
    rf"(?P<d>{N})(?:号(?!院|楼|线|门|机|房|车|桌|柜|井|单|公|码|令|文|位|店)|日(?!常|报|程|内|后|志))(?:之?内)?"
)
_MONTH_EDGE = re.compile(
    r"(?P<end>(?:月底|月末)(?:的?最后一天)?|月内)|(?P<begin>月初)|(?P<mid>月中(?!旬)|中旬)|(?P<late>下旬)|(?P<early>上旬)"
)
_YEAR_EDGE = re.compile(
    rf"(?:{_YEAR}的?)?(?:(?P<end>年底|年末|底|末|最后一天)|(?P<begin>年初|初)|(?P<mid>年中))"
)
_QUARTER = re.compile(
    r"(?P<ref>本|这个?|下个?)?(?:(?P<q>[一二三四1-4])?季度?)(?P<edge>底|末|初)|(?P<half>[上下]半年)(?:底|末|结束)"
)
_YEAR_ONLY = re.compile(r"(?P<y>今年|明年|后年|去年|前年)(?!度|级)")


def match(text: str, at: int) -> Mark | None:
    """The numbered day that begins at `at`."""
    for reader in (_iso, _date, _year_edge, _quarter, _edge, _slash, _day, _year_only):
        if mark := reader(text, at):
            return mark
    return None


def _iso(text: str, at: int) -> Mark | None:
    found = _ISO.match(text, at) or _TOGETHER.match(text, at)
    return found and _fixed(at, found.end(), int(found["y"]), int(found["m"]), int(found["d"]))


def _fixed(start: int, end: int, year: int, month: int, day: int) -> Mark:
    try:
        on = valid_day(year, month, day)
    except AskBack as ask:
        return AskMark(start, end, ask.question, firm=True)
    return DayMark(start, end, same(lambda frame: on))


def _date(text: str, at: int) -> Mark | None:
    if text[:at][-1:].isdigit():
        return None
    found = _DATE.match(text, at)
    if found is None or not _is_date(text, at, found):
        return None
    pick = _picker(found)
    year, month = found["y"], found["m"]
    bare = not year and month[0] not in "这本当上下次"
    plain = found["d"] is None and not any(found[name] for name in ("end", "begin", "nth"))
    if plain and month[0] in "这本当" and not (found["mid"] or found["early"] or found["late"]):
        pick = _last_day  # 本月交: by its end
    return DayMark(
        at,
        found.end(),
        _months(year, month, pick),
        bound=not bare,
        described=plain,
    )


def _is_date(text: str, at: int, found: re.Match[str]) -> bool:
    """3月 alone is a month only when nothing says it is a length (3个月 never matches)."""
    month = found["m"]
    if month[0] in "这本当上下次":
        return True
    if not found["y"] and text[:at].endswith(("个", "第")):
        return False
    if found["d"] and text[found.end("d") : found.end("d") + 1] not in ("日", "号"):
        # 6月1 is a date, 6月1件 is not.
        return re.match(r"[个件份名位条项人次点:.\d]", text[found.end("d") :][:1]) is None
    return True


def _picker(found: re.Match[str]) -> Callable[[Frame, int, int], date]:
    """From frame, year, month to the day that is meant in it."""
    if found["nth"]:
        return _nth(found["nth"], found["what"])
    if found["d"]:
        day = whole(found["d"])
        return lambda frame, year, month: valid_day(year, month, day)
    return _edge_of_month(found)


def _edge_of_month(found: re.Match[str]) -> Callable[[Frame, int, int], date]:
    groups = found.groupdict()
    fixed = 1
    if groups.get("mid"):
        fixed = 15
    elif groups.get("late"):
        fixed = 21
    if groups.get("end"):
        return _last_day
    return lambda frame, year, month: date(year, month, fixed)


def _last_day(frame: Frame, year: int, month: int) -> date:
    return date(year, month, month_days(year, month))


def _nth(count: str, what: str) -> Callable[[Frame, int, int], date]:
    """第三个工作日, 最后一个周五 of a month."""

    def pick(frame: Frame, year: int, month: int) -> date:
        every = [date(year, month, n) for n in range(1, month_days(year, month) + 1)]
        if what == "工作日":
            known(frame, every[0])
            fit = [day for day in every if frame.calendar.is_workday(day)]
        else:
            fit = [day for day in every if day.weekday() == WEEKDAYS[what[-1]]]
        index = -1 if count.startswith("最后") else (1 if count[0] in "首头" else whole(count)) - 1
        if index >= len(fit):
            raise AskBack(f"{year}年{month}月没有第{count}个{what}，请再说一个日期。")
        return fit[index]

    return pick


def _months(year: str | None, month: str, pick: Callable[[Frame, int, int], date]) -> Days:
    """Readings of a month that may lack its year."""

    def days(frame: Frame) -> Iterator[date]:
        today = frame.today
        if month[0] in "这本当上下次":
            ahead = month.count("下") + month.count("次") - month.count("上")
            first = add_months(today.replace(day=1), ahead)
            yield pick(frame, first.year, first.month)
            return
        number = whole(month.replace("月", "").replace("份", ""))
        if year:
            yield _checked(frame, year_of(year, frame), number, pick)
            return
        this = _checked(frame, today.year, number, pick)
        yield this
        later = _checked(frame, today.year + 1, number, pick)
        if this < today and (later - today).days <= NEXT_YEAR_WITHIN:
            yield later

    return days


def _checked(frame: Frame, year: int, month: int, pick: Callable[[Frame, int, int], date]) -> date:
    valid_day(year, month, 1)
    return pick(frame, year, month)


def year_of(text: str, frame: Frame) -> int:
    words = {"今年": 0, "本年": 0, "当年": 0, "明年": 1, "后年": 2, "去年": -1, "前年": -2}
    if text in words:
        return frame.today.year + words[text]
    value = whole(text.replace("年", ""))
    return value + 2000 if value < 100 else value


def _year_edge(text: str, at: int) -> Mark | None:
    found = _YEAR_EDGE.match(text, at)
    if found is None or not (found["y"] or found[0].startswith("年")):
        return None
    year = found["y"]
    month, day = (12, 31) if found["end"] else (1, 1) if found["begin"] else (6, 30)

    def days(frame: Frame) -> Iterator[date]:
        if year:
            yield date(year_of(year, frame), month, day)
            return
        yield date(frame.today.year, month, day)
        yield date(frame.today.year + 1, month, day)

    return DayMark(at, found.end(), days)


def _quarter(text: str, at: int) -> Mark | None:
    """本季度末, 二季度末, 上半年结束: the last (or first) day."""
    found = _QUARTER.match(text, at)
    if found is None:
        return None
    first = found["edge"] == "初"
    half = {"上半年": 2, "下半年": 4}.get(found["half"] or "")
    named = half or (whole(found["q"]) if found["q"] else None)
    ahead = 1 if (found["ref"] or "").startswith("下") else 0

    def days(frame: Frame) -> Iterator[date]:
        base = named or (frame.today.month + 2) // 3
        for more in (0, 1):
            quarter = base + ahead + (more * 4 if named else more)
            start = add_months(date(frame.today.year, 1, 1), 3 * (quarter - 1))
            yield start if first else add_months(start, 3) - ONE_DAY

    return DayMark(at, found.end(), days)


def _edge(text: str, at: int) -> Mark | None:
    """月底, 月初, 中旬 without a month: of this month, else of the next."""
    found = _NTH_BARE.match(text, at)
    pick = _nth("最后", "工作日") if found and found["what"] else None
    if found is None or pick is None:
        found = _MONTH_EDGE.match(text, at)
        if found is None:
            return None
        pick = _edge_of_month(found)
    chosen = pick

    def days(frame: Frame) -> Iterator[date]:
        first = frame.today.replace(day=1)
        for ahead in (0, 1):
            month = add_months(first, ahead)
            day = chosen(frame, month.year, month.month)
            if day > frame.today or day.day != 1:  # 月初 said on the first is the next month's
                yield day

    return DayMark(at, found.end(), days, bound=False)


def _slash(text: str, at: int) -> Mark | None:
    """6/18 always; 6.18 and 6-18 only where 日, a clock or 前 follows."""
    found = _SLASH.match(text, at)
    if found is None:
        return None
    if found["sep"] != "/" and not found["day"]:
        follows = re.compile(r"前|之前|上午|下午|早|晚|中午|凌晨|截止| ?\d{1,2}(?::\d\d|点)")
        if not follows.match(text, found.end()):
            return None
    month, day = int(found["m"]), int(found["d"])
    pick: Callable[[Frame, int, int], date] = lambda frame, y, m: valid_day(y, m, day)  # noqa: E731
    return DayMark(at, found.end(), _months(None, f"{month}月", pick), bound=False)


def _day(text: str, at: int) -> Mark | None:
    """18号: of this month, or of the next when it is past."""
    if text[:at][-1:].isdigit() or text[:at].endswith(("第", "星期", "周")):
        return None
    found = _DAY.match(text, at)
    if found is None or "." in found["d"]:
        return None
    day = whole(found["d"])
    if not 1 <= day <= 31:
        return AskMark(at, found.end(), f"没有{day}号，请再说一个日期，例如：18号上午9点。")

    def days(frame: Frame) -> Iterator[date]:
        first = frame.today.replace(day=1)
        if day >= frame.today.day:
            yield valid_day(first.year, first.month, day)
        after = add_months(first, 1)
        yield valid_day(after.year, after.month, day)

    return DayMark(at, found.end(), days, of_month=day, bound=False)


def _year_only(text: str, at: int) -> Mark | None:
    found = _YEAR_ONLY.match(text, at)
    if found is None:
        return None
    said = found["y"]
    return DayMark(at, found.end(), same(lambda f: date(year_of(said, f), 1, 1)), described=True)
