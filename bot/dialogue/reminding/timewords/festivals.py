"""Festivals by their Gregorian dates; those of the moon calendar stand in a table."""

from __future__ import annotations

from datetime import date, timedelta

FIXED = {
    "元旦": (1, 1),
    "新年": (1, 1),
    "植树节": (3, 12),
    "妇女节": (3, 8),
    "三八节": (3, 8),
    "三八妇女节": (3, 8),
    "五一劳动节": (5, 1),
    "五四青年节": (5, 4),
    "六一儿童节": (6, 1),
    "七一建党节": (7, 1),
    "八一建军节": (8, 1),
    "十一国庆": (10, 1),
    "三八": (3, 8),
    "愚人节": (4, 1),
    "劳动节": (5, 1),
    "五一": (5, 1),
    "青年节": (5, 4),
    "五四": (5, 4),
    "儿童节": (6, 1),
    "六一": (6, 1),
    "建党节": (7, 1),
    "七一": (7, 1),
    "建军节": (8, 1),
    "八一": (8, 1),
    "教师节": (9, 10),
    "国庆": (10, 1),
    "十一": (10, 1),
    "平安夜": (12, 24),
    "圣诞": (12, 25),
}
# Chinese New Year, Qingming, Dragon Boat, Double Seven, Mid-Autumn, Double Ninth.
# Source: the almanac of Purple Mountain Observatory (GB/T 33661-2017); checked in the tests
# against two calendar libraries for the statutory ones.
_TABLE = {
    2025: ("01-29", "04-04", "05-31", "08-29", "10-06", "10-29"),
    2026: ("02-17", "04-05", "06-19", "08-19", "09-25", "10-18"),
    2027: ("02-06", "04-05", "06-09", "08-08", "09-15", "10-08"),
    2028: ("01-26", "04-04", "05-28", "08-26", "10-03", "10-26"),
    2029: ("02-13", "04-04", "06-16", "08-16", "09-22", "10-16"),
    2030: ("02-03", "04-05", "06-05", "08-05", "09-12", "10-05"),
}
_MOVING = {
    "春节": (0, 0),
    "大年初一": (0, 0),
    "正月初一": (0, 0),
    "除夕": (0, -1),
    "大年三十": (0, -1),
    "年三十": (0, -1),
    "大年初二": (0, 1),
    "大年初三": (0, 2),
    "元宵": (0, 14),
    "正月十五": (0, 14),
    "清明": (1, 0),
    "端午": (2, 0),
    "七夕": (3, 0),
    "中秋": (4, 0),
    "重阳": (5, 0),
}
# Solar terms people name, by the usual rule for this century,
# floor(0.2422 y + c) - leap days; the tests compare 2025 to 2060 with a calendar library.
TERMS = {
    "立春": (2, 3.87),
    "春分": (3, 20.646),
    "立夏": (5, 5.52),
    "夏至": (6, 21.37),
    "立秋": (8, 7.5),
    "秋分": (9, 23.042),
    "立冬": (11, 7.438),
    "冬至": (12, 21.94),
}
NAMES = tuple(sorted([*FIXED, *_MOVING, *TERMS], key=len, reverse=True))


def falls_on(name: str, year: int) -> date | None:
    """The Beijing date of a festival in a year; None past the table."""
    if name in FIXED:
        return date(year, *FIXED[name])
    if name in TERMS:
        return _term(name, year)
    column, shift = _MOVING[name]
    if year not in _TABLE:
        return None
    return date.fromisoformat(f"{year}-{_TABLE[year][column]}") + timedelta(days=shift)


def _term(name: str, year: int) -> date | None:
    if not 2000 < year < 2100:
        return None
    month, constant = TERMS[name]
    of_century = year - 2000
    leap_days = (of_century - 1 if month < 3 else of_century) // 4
    return date(year, month, int(of_century * 0.2422 + constant) - leap_days)
