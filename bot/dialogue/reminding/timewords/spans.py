"""Lengths of time: 半小时后, 三天内, 5个工作日后, 提前一刻钟."""

from __future__ import annotations

import re

from bot.dialogue.reminding.timewords.marks import AheadMark, AskMark, Mark, N, SpanMark, number

_HOURS = (
    rf"(?:(?P<h>{N})个?(?P<hhalf>半)?(?:小时|钟头|(?<=\d)[hH](?![a-zA-Z]))(?P<halfmore>半(?!小|个|天|年))?"
    r"|(?P<halfhour>半个?(?:小时|钟头)))"
)
_MINUTES = rf"(?:(?P<m>{N})(?:分钟?|(?<=\d)min)|(?P<q>{N})刻钟|(?P<s>{N})秒钟?)"
_EXACT = re.compile(rf"(?:{_HOURS}(?:零?(?P<m2>{N})分钟?|(?P<q2>{N})刻钟?)?|{_MINUTES})")
_DATES = re.compile(
    rf"(?:(?P<wd>{N})个?(?:工作日|工作天)|(?P<d>{N})个?(?:天|日(?![常报程]))|(?P<w>{N})个?(?:周|星期|礼拜)(?![一二三四五六日天末])"
    rf"|(?P<mo>{N})个(?P<mohalf>半)?月|(?P<halfmonth>半个?月)|(?P<y>{N})年(?!\d)|(?P<halfyear>半年))(?:的?时间)?"
)
_THROUGH = re.compile(
    r"(?:再?过|再等|等)上?|(?<!最)(?:之|以)?后的?(?=[\d一二两三四五六七八九十半])"
)
_LATER = re.compile(r"(?:的?时间)?(?:之后|以后|过后|后(?![天年日])|之内|以内|内(?!容|部|勤))")
_AGO = re.compile(r"(?:之前|以前|前)(?![\d一二两三四五六七八九十半])")
_AHEAD = re.compile(
    r"提前|(?<![开例晨早晚夕年大座谈评审务])会前(?=[\d一二两三四五六七八九十半])|(?:之前|以前|前)(?=的?[\d一二两三四五六七八九十半])|早(?=[\d一二两三四五六七八九十半].{0,4}(?:提醒|告诉|通知))"
)
# 国庆后第一个工作日, 6月1日后第三天: counted from the day said before it.
_NTH_AFTER = re.compile(
    rf"(?:之|以)?后的?(?:(?:第(?P<wd>{N})|首|头一)个?工作日|(?P<first>上班的?第一天|第一天上班|首个上班日|上班首日)|第(?P<d>{N})[天日])"
)
_LAST_BEFORE = re.compile(r"(?:之|以)?前的?(?:(?P<wd>最后一?个?工作日)|最后一天)")
_SOME_HOLIDAY = re.compile(
    r"(?:过完?节|节日?|过完?年|(?<![\d今明后去前每一二两三四五六七八九十几半学成青少童老])年|放假|假期|长假|放完假|收假)(?:结束)?(?:之|以)?[前后]"
)
_SOON = re.compile(
    r"过(?:几|些)(?:天|日|周)|过一?阵子?|改天|回头|过会儿|(?:等|待|一)会儿?|稍后|晚些时候?|早些时候?|晚点(?!名)|过一会儿?|有空|几天后|过段时间"
)


def match(text: str, at: int) -> Mark | None:
    """The span that begins at `at`, if it says after, within or ahead."""
    if found := _SOON.match(text, at):
        return AskMark(
            at, found.end(), f"“{found[0]}”没有具体时间，请说几月几日几点，例如：明天下午3点。"
        )
    if found := _SOME_HOLIDAY.match(text, at):
        return AskMark(
            at,
            found.end(),
            f"“{found[0]}”指哪个节日？请说节日名或几月几日，例如：国庆后第一个工作日。",
        )
    if found := _NTH_AFTER.match(text, at):
        workdays = 1 if found["first"] else _count(found["wd"] or "1") * (found["d"] is None)
        return SpanMark(at, found.end(), days=_count(found["d"]), workdays=workdays)
    if found := _LAST_BEFORE.match(text, at):
        return AheadMark(at, found.end(), days=not found["wd"], workdays=bool(found["wd"]))
    if found := _AHEAD.match(text, at):
        return _ahead(text, at, found.end())
    through = _THROUGH.match(text, at)
    begin = through.end() if through else at
    if begin and text[begin - 1].isdigit():
        return None
    length = _EXACT.match(text, begin) or _DATES.match(text, begin)
    if length is None:
        return None
    later = _LATER.match(text, length.end())
    if later is None and through is None:
        return _past(text, at, length)
    return _span(at, later.end() if later else length.end(), length)


def _ahead(text: str, at: int, begin: int) -> Mark | None:
    begin += text[begin : begin + 1] == "的"
    length = _EXACT.match(text, begin) or _DATES.match(text, begin)
    if length is None:
        return None
    span = _span(at, length.end(), length)
    days = span.days + 7 * span.weeks
    return AheadMark(at, length.end(), span.seconds, days, span.months, span.workdays)


def _past(text: str, at: int, length: re.Match[str]) -> Mark | None:
    """三天前: over and done."""
    ago = _AGO.match(text, length.end())
    if ago is None or (text[:at].endswith("第")):
        return None
    said = text[at : ago.end()]
    return AskMark(at, ago.end(), f"“{said}”已经过去了，请说一个将来的时间，例如：明天上午9点。")


def _span(start: int, end: int, length: re.Match[str]) -> SpanMark:
    """The length as numbers; fractions only of hours and minutes."""
    groups = length.groupdict()
    if "wd" not in groups:
        return SpanMark(start, end, seconds=_seconds(groups))
    return SpanMark(
        start,
        end,
        days=_count(groups["d"]) + 15 * bool(groups["halfmonth"] or groups["mohalf"]),
        weeks=_count(groups["w"]),
        months=_count(groups["mo"]) + 12 * _count(groups["y"]) + (6 if groups["halfyear"] else 0),
        workdays=_count(groups["wd"]),
    )


def _seconds(groups: dict[str, str | None]) -> float:
    hours = (number(groups["h"]) or 0.0) if groups["h"] else 0.0
    hours += 0.5 * bool(groups["hhalf"]) + 0.5 * bool(groups["halfmore"])
    hours += 0.5 * bool(groups["halfhour"])
    minutes = sum((number(groups[name] or "0") or 0.0) for name in ("m", "m2"))
    minutes += sum(15 * (number(groups[name] or "0") or 0.0) for name in ("q", "q2"))
    return hours * 3600 + minutes * 60 + (number(groups["s"] or "0") or 0.0)


def _count(text: str | None) -> int:
    return int(number(text) or 0) if text else 0
