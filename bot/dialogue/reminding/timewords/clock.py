"""Times of day: 下午三点半, 15:30, 差5分9点, 今晚, 下班前.

How an hour without 上午/下午 is read, because people at work leave it out:
1 to 6 is the afternoon (5点 is 17:00), 7 to 12 as said, 13 to 24 as said; 05:30 with its zero
is a clock reading and stays as printed. 下班前 is 17:30, 中午 12:00, a part of the day without
an hour its usual beginning.
"""

from __future__ import annotations

import re
from datetime import time

from bot.dialogue.reminding.timewords.marks import (
    AskBack,
    AskMark,
    ClockMark,
    Mark,
    N,
    PartMark,
    whole,
)

PARTS = {
    "dawn": "凌晨|拂晓|黎明|今晨|明晨",
    "morning": "一大早上?|一清早|大清早|清早|清晨|早晨|早上|早间|一早|晨|早",
    "forenoon": "上午|午前",
    "noon": "正中午|中午|正午|晌午",
    "afternoon": "下午|午后|后半晌",
    "dusk": "傍晚|黄昏",
    "evening": "晚上|晚间|晚|夜晚|夜里|夜间|夜",
    "midnight": "半夜|深夜|午夜|后半夜",
}
PART_OF = {
    word: part for part, words in PARTS.items() for word in words.replace("?", "").split("|")
}
PART_OF["一大早"] = "morning"
_PART = re.compile(
    "|".join(sorted((w for ws in PARTS.values() for w in ws.split("|")), key=len, reverse=True))
)

# Hours tried for a part of the day without an hour: the usual one first, later ones when that
# has passed today.
USUAL = {
    "dawn": (1, 2, 3, 4, 5),
    "morning": (8, 9, 10),
    "forenoon": (9, 10, 11),
    "noon": (12, 13),
    "afternoon": (14, 15, 16, 17),
    "dusk": (18, 19),
    "evening": (20, 21, 22, 23),
    "midnight": (23,),
}

_TAIL = r"(?:钟|整)?(?:之前|以前|前(?!\d|[一二两三四五六七八九十半夕])|左右|前后|的时候|时候|许|时(?![间限候长段]))?"
_HOUR = re.compile(rf"(?P<h>{N})(?:点钟?|时(?![间限候长段后内以之]))")
# 三点意见, 一点儿, 十点评分: a count or a verb, not an hour.
_NOT_AN_HOUR = re.compile(
    r"意见|建议|要求|内容|原因|看法|说明|问题|体会|措施|做法|经验|希望|注意|[儿位名评击子滴赞事]"
)
_MINUTES = re.compile(
    rf"(?P<half>半)|(?P<quarter>[一1三3])刻钟?|过(?P<past>{N})分|差(?P<short>{N})分钟?"
    rf"|零?(?P<m>{N})(?:分钟?(?![之钟])|(?![\d.个天周月年小钟时位名件份条项人元台户家次号楼两一-十]))"
)
_SHORT_OF = re.compile(rf"差(?:(?P<m>{N})分钟?|(?P<quarter>一)刻钟?)(?:到|就)?(?P<h>{N})点")
_PRINTED = re.compile(r"(?<![\d:/-])(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?(?![\d:])(?:分)?")
_ENGLISH = re.compile(
    r"(?<![\da-zA-Z])(?P<h>\d{1,2})(?::(?P<m>\d{2}))?(?P<half>[aApP])\.?[mM]\.?(?![a-zA-Z])"
)
_ZERO = re.compile(r"零点(?!零)|零时")
_OFFICE = (
    (re.compile(r"(?:快)?下班(?:之前|以前|前)(?!\d|[一二两三四五六七八九十半])"), time(17, 30)),
    (re.compile(r"下班(?:之?后|以后|时候?|的时候|(?=前))"), time(18, 0)),
    (re.compile(r"(?:上班|开工)(?:之前|以前|前)(?!\d|[一二两三四五六七八九十半])"), time(8, 30)),
    (
        re.compile(r"上班就|(?:一|刚|就)(?:上班|开工)(?:就|时)?|上班(?:之?后|以后|时候?|的时候)"),
        time(9, 0),
    ),
    (re.compile(r"(?:午饭|午休|吃完?午饭)(?:之?前|以前)"), time(11, 30)),
    (re.compile(r"(?:午饭|午休|吃完?午饭)(?:之?后|以后)"), time(13, 30)),
)
_TAIL_RE = re.compile(_TAIL)
_THIS_TIME = re.compile(r"(?:的?这个?时候|的?这时|的?此时|同一时间)")
_TO = re.compile(r"(?:到|至|-|—|~|–)+")


def match(text: str, at: int, *, free: bool) -> Mark | None:
    """The clock or part of the day that begins at `at`; `free` when no mark ends right there."""
    for pattern, clock in _OFFICE:
        if found := pattern.match(text, at):
            return ClockMark(at, found.end(), ((0, clock),))
    if found := _THIS_TIME.match(text, at):
        return ClockMark(at, found.end(), ((0, time(0, 0)),), now=True)
    part = _PART.match(text, at)
    if part and not _real_part(text, part, free=free):
        part = None
    hour_at = part.end() if part else at
    if part and text[hour_at : hour_at + 1] == "的":
        hour_at += 1
    found_clock = _clock(text, hour_at, PART_OF[part[0]] if part else "", free=free)
    if found_clock is None and part is not None:
        end = _tail(text, part.end())
        return PartMark(at, end, PART_OF[part[0]])
    if found_clock is None:
        return None
    end, reading = found_clock
    if isinstance(reading, str):
        return AskMark(at, end, reading)
    return ClockMark(at, _range_end(text, end), reading)


def part_times(part: str) -> tuple[tuple[int, time], ...]:
    """Readings of a part of the day without an hour."""
    return tuple((0, time(hour, 0)) for hour in USUAL[part])


def in_part(mark: ClockMark, part: str) -> ClockMark:
    """A bare hour that follows a part of the day said with its day (今晚, then 8点)."""
    shift, clock = mark.times[0]
    reading = _read(clock.hour if not shift else 24, clock.minute, part, printed=False)
    return ClockMark(mark.start, mark.end, reading)


def _real_part(text: str, part: re.Match[str], *, free: bool) -> bool:
    """早 and 晚 alone are parts of the day only beside an hour or after 今 明 每 …."""
    if part[0] not in ("早", "晚", "夜", "晨"):
        return True
    before = text[part.start() - 1 : part.start()]
    if not free or before in ("今", "明", "后", "昨", "当", "每", "天", "日", "周"):
        return True
    return _HOUR.match(text, part.end()) is not None and text[part.end()] != "一"


def _clock(
    text: str, at: int, part: str, *, free: bool
) -> tuple[int, tuple[tuple[int, time], ...] | str] | None:
    """End and readings of the hour at `at`, or the question when there is no such hour."""
    if found := _ZERO.match(text, at):
        past = _MINUTES.match(text, found.end())
        end = past.end() if past else found.end()
        return _reading(text, end, 0, _minutes(past) if past else 0, part)
    if found := _SHORT_OF.match(text, at):
        minutes = 15 if found["quarter"] else whole(found["m"])
        return _reading(text, found.end(), whole(found["h"]) - 1, 60 - minutes, part)
    if found := _ENGLISH.match(text, at):
        half = "forenoon" if found["half"] in "aA" else "afternoon"
        return _reading(text, found.end(), int(found["h"]), int(found["m"] or 0), half)
    if found := _PRINTED.match(text, at):
        printed = found["h"].startswith("0") and not part
        return _reading(text, found.end(), int(found["h"]), int(found["m"]), part, printed=printed)
    if at and text[at - 1].isdigit():
        return None
    return _spoken(text, at, part, free=free)


def _spoken(
    text: str, at: int, part: str, *, free: bool
) -> tuple[int, tuple[tuple[int, time], ...] | str] | None:
    """三点半, 9点过5分, 15时30分."""
    hour = _HOUR.match(text, at)
    if hour is None or "." in hour["h"] or _NOT_AN_HOUR.match(text, hour.end()):
        return None
    if _a_little(text, hour, part, free=free):
        return None
    minutes = _MINUTES.match(text, hour.end())
    if minutes is None:
        return _reading(text, hour.end(), whole(hour["h"]), 0, part)
    if minutes["short"]:
        short = 60 - whole(minutes["short"])
        return _reading(text, minutes.end(), whole(hour["h"]) - 1, short, part)
    return _reading(text, minutes.end(), whole(hour["h"]), _minutes(minutes), part)


def _a_little(text: str, found: re.Match[str], part: str, *, free: bool) -> bool:
    """早一点, 快一点, 一点都: not one o'clock."""
    if found["h"] != "一" or part or not free:
        return False
    before, after = text[: found.start()][-1:], text[found.end() : found.end() + 1]
    return before in tuple("早晚快慢有差这那小大多少好") or after in tuple("点都也")


def _minutes(found: re.Match[str]) -> int:
    if found["half"]:
        return 30
    if found["quarter"]:
        return 15 if found["quarter"] in "一1" else 45
    return whole(found["m"] or found["past"] or "0")


def _reading(
    text: str, end: int, hour: int, minute: int, part: str, *, printed: bool = False
) -> tuple[int, tuple[tuple[int, time], ...] | str]:
    end = _tail(text, end)
    try:
        return end, _read(hour, minute, part, printed=printed)
    except AskBack as ask:
        return end, ask.question


def _read(hour: int, minute: int, part: str, *, printed: bool) -> tuple[tuple[int, time], ...]:
    """The reading of an hour within a part of the day ("" = not said)."""
    if not 0 <= hour <= 24 or not 0 <= minute <= 59 or (hour == 24 and minute):
        raise AskBack(f"没有{hour}点{minute}分这个时间，请再说一次，例如：下午3点半。")
    if hour == 24:
        return ((1, time(0, 0)),)
    shift = 0
    if part in ("evening", "midnight") and hour in (12, 0):
        shift, hour = 1, 0
    elif part in ("evening", "midnight") and 1 <= hour <= 4:
        shift = 1
    elif part in ("dusk", "evening", "midnight", "afternoon") and hour < 12:
        hour += 12
    elif part == "dawn" and hour == 12:
        hour = 0
    elif (part == "noon" and hour in (1, 2, 3)) or (not part and not printed and 1 <= hour <= 6):
        hour += 12
    return ((shift, time(hour, minute)),)


def _tail(text: str, at: int) -> int:
    found = _TAIL_RE.match(text, at)
    return found.end() if found else at


def _range_end(text: str, end: int) -> int:
    """9点到11点: the beginning is meant; the end is read over."""
    joined = _TO.match(text, end)
    if joined is None:
        return end
    part = _PART.match(text, joined.end())
    later = _clock(text, part.end() if part else joined.end(), "", free=False)
    return later[0] if later else end
