"""Quantities in a text, ready to be compared: spans of time, sums, shares, clock times, people.

"半个月" and "15日", "双倍" and "200%", "两万到十万" and "2万元以上10万元以下" have to meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indexer import numerals

NEARLY = 0.02  # a year of twelve months of thirty days is a year of 365 days
_NUMBER = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九]点[一二三四五六七八九](?=倍)|[零〇一二两三四五六七八九十百千]+)"
_ALONE = r"(?<![\d.第零〇一二两三四五六七八九十百千])"
_HOUR, _DAY, _WEEK, _MONTH, _YEAR = 1.0, 24.0, 168.0, 720.0, 8640.0
_UNITS: tuple[tuple[str, str, float], ...] = (
    ("span", r"分钟", _HOUR / 60),
    ("span", r"个?半?(?:小时|钟头)", _HOUR),
    ("span", r"个?(?:工作日|自然日)|日(?!常|历|均|志)|天(?!然|桥|井|窗|台|花)", _DAY),
    ("span", r"周(?!年|岁|边|围|期)|个?(?:星期|礼拜)", _WEEK),
    ("span", r"个半?月(?!台)", _MONTH),
    ("span", r"周?年(?!度|龄|轻|底|初|级|代|版|月|\d|[一二三四五六七八九十]{1,2}月)", _YEAR),
    ("age", r"周?岁", 1),
    ("money", r"万多?(?:元|块钱?)?", 10_000),
    ("money", r"元|块钱?", 1),
    ("share", r"倍", 100),
    ("share", r"[%％]", 1),
    ("share", r"成(?![为立功员年套本型])", 10),
    ("people", r"个?(?:人(?!民|大|行|员|工)|代表)|名(?!单|称|字)|位(?!置)", 1),
    ("head", r"只|条(?=狗|犬)", 1),
    ("times", r"次|遍", 1),
    ("area", r"平方?米|㎡|平(?=以|$|，)", 1),
    ("length", r"厘米|公分", 0.01),
    ("length", r"米(?![饭面粉])", 1),
    ("warmth", r"℃|摄氏度|度(?=[，。以就吧]|$)", 1),
    ("loudness", r"分贝", 1),
)  # fmt: skip
_SAID = [
    (kind, re.compile(rf"{_ALONE}(?P<n>{_NUMBER})\s*(?P<unit>{unit})"), worth)
    for kind, unit, worth in _UNITS
]
_HALF = (
    ("span", re.compile(r"半个?(?:小时|钟头)"), 0.5 * _HOUR),
    ("span", re.compile(r"半天"), 0.5 * _DAY),
    ("span", re.compile(r"半个月"), 15 * _DAY),
    ("span", re.compile(r"半年"), 6 * _MONTH),
    ("share", re.compile(r"双倍"), 200.0),
)
_PERCENT = re.compile(rf"百分之(?P<n>{_NUMBER})")
_FRACTION = re.compile(rf"(?P<low>{_NUMBER})分之(?P<n>{_NUMBER})")
_FINED = re.compile(
    rf"(?<![处惩])罚(?:款|金|他|你|我|人)?(?:要|得|是|就|到|最多|最少|顶多|一律|统一|也就|个)*(?P<n>{_NUMBER})(?:(?:到|至)(?P<to>{_NUMBER}))?(?![\d.万元块钱倍次条天日成个年月分%到至零〇一二两三四五六七八九十百千])"
)
_BARE = re.compile(
    rf"(?P<n>{_NUMBER})(?P<to>到|至|~|～|-|—|、)(?={_NUMBER}\s*(?P<unit>万|千|百|元|块|倍|成|%|日|天|个月|年))"
)
_RANGE = re.compile(r"^(?:\s*以上|\s*不满|\s*至|\s*到|[~～—-]|，?\s*(?:至|到))")
_HALF_DAY = r"(?P<half>早上|上午|凌晨|中午|下午|傍晚|晚上|夜里|夜间|晚|次日)?"
_CLOCK = re.compile(
    rf"{_HALF_DAY}{_ALONE}(?P<n>{_NUMBER})(?P<unit>点(?!五|几|半|倍)钟?|(?<!小)时(?![间段限候代]))"
)
_ROUGH = re.compile(r"[一二两三四五六七八九]{2}")
_LATE = frozenset(["下午", "傍晚", "晚上", "夜里", "夜间", "晚"])
_DATE = re.compile(
    r"(?:19|20)\d{2}\s*年|[\d一二三四五六七八九十]{1,2}月(?:[\d一二三四五六七八九十]{1,3}[日号])?"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity, or a range: its kind, its bounds in one unit a kind, its words and place."""

    kind: str
    low: float
    high: float
    words: str
    start: int
    end: int

    def meets(self, other: Quantity) -> bool:
        """Whether both can be true: the same value, one within the other, or the same limit."""
        if self.kind != other.kind:
            return False
        if self.high == other.high == float("inf"):
            return self.low == other.low
        if self.low == other.low == 0:
            return self.high == other.high
        slack = NEARLY * max(abs(self.low), abs(other.low))
        return self.low <= other.high + slack and other.low <= self.high + slack


def find(text: str) -> tuple[Quantity, ...]:
    """Every quantity of the text in order; "A以上B以下" and "A到B" are one."""
    masked = _DATE.sub(lambda found: "　" * len(found.group()), text)
    single = sorted((*_units(masked), *_others(masked)), key=lambda one: (one.start, -one.end))
    kept: list[Quantity] = []
    for one in single:
        if kept and one.start < kept[-1].end:
            continue
        kept.append(one)
    return tuple(_joined(text, kept))


def _units(text: str) -> Iterable[Quantity]:
    for kind, pattern, worth in _SAID:
        for found in pattern.finditer(text):
            value = _value(found["n"])
            if value is None:
                continue
            half = kind == "span" and "半" in text[found.start("unit") : found.end() + 1]
            value += 0.5 * half
            yield _single(kind, value * worth, found)
    for kind, pattern, whole in _HALF:
        for found in pattern.finditer(text):
            yield _single(kind, whole, found)


def _others(text: str) -> Iterable[Quantity]:
    for found in _PERCENT.finditer(text):
        if (value := _value(found["n"])) is not None:
            yield _single("share", value, found)
    for found in _FRACTION.finditer(text):
        part, whole = _value(found["n"]), _value(found["low"])
        if part and whole and whole != 100:
            yield _single("share", round(100 * part / whole, 2), found)
    for found in _FINED.finditer(text):
        low = _value(found["n"])
        high = _value(found["to"]) if found["to"] else low
        if low is not None and high is not None and high >= 20:
            start, end = found.start("n"), found.end("to" if found["to"] else "n")
            yield Quantity("money", low, high, text[start:end], start, end)
    for found in _BARE.finditer(text):
        yield from _bare(found)
    for found in _CLOCK.finditer(text):
        value = _value(found["n"])
        if value is not None and value <= 24:
            late = found["half"] in _LATE and value < 12
            yield _single("clock", value + 12 * late, found)


def _bare(found: re.Match[str]) -> Iterable[Quantity]:
    """The first number of "一到三万", which borrows the unit of the second."""
    value = _value(found["n"])
    if value is None:
        return
    kinds = {
        "万": ("money", 10_000), "千": ("money", 1000), "百": ("money", 100), "元": ("money", 1),
        "块": ("money", 1), "倍": ("share", 100), "成": ("share", 10), "%": ("share", 1),
        "日": ("span", _DAY), "天": ("span", _DAY), "个月": ("span", _MONTH), "年": ("span", _YEAR),
    }  # fmt: skip
    kind, worth = kinds[found["unit"]]
    if kind == "money" and value >= worth:
        worth = 1
    end = found.end("n")
    yield Quantity(kind, value * worth, value * worth, found["n"], found.start(), end)


def _single(kind: str, value: float, found: re.Match[str]) -> Quantity:
    words = re.sub(r"\s", "", found.group())
    return Quantity(kind, value, value, words, found.start(), found.end())


def _joined(text: str, found: list[Quantity]) -> Iterable[Quantity]:
    """Neighbours that are the two ends of one range become one; open ends are opened."""
    at = 0
    while at < len(found):
        one = found[at]
        after = found[at + 1] if at + 1 < len(found) else None
        if after and after.kind == one.kind and after.low > one.low:
            between = text[one.end : after.start]
            if re.fullmatch(
                r"\s*(?:元)?\s*(?:以上|不满|至|到|[~～—-])(?:[，、]|但)?(?:不超过)?\s*",
                between,
            ):
                end = after.end + len(_after(text, after.end, r"以下|以内|之间"))
                words = re.sub(r"\s", "", text[one.start : end])
                yield Quantity(one.kind, one.low, after.high, words, one.start, end)
                at += 2
                continue
        yield _opened(text, one)
        at += 1


def _opened(text: str, one: Quantity) -> Quantity:
    """ "B以下" holds every smaller value, "A以上" every greater one — of sums and shares only:
    "15日以内" is a limit that a wrong number of days must not hide under."""
    if one.kind not in ("money", "share"):
        return one
    low, high, end = one.low, one.high, one.end
    if under := _after(text, end, r"以下|以内"):
        low, end = 0.0, end + len(under)
    elif over := _after(text, end, r"以上|起"):
        high, end = float("inf"), end + len(over)
    words = re.sub(r"\s", "", text[one.start : end])
    return Quantity(one.kind, low, high, words, one.start, end)


def _after(text: str, at: int, words: str) -> str:
    found = re.compile(rf"\s*(?:元)?(?:{words})").match(text, at)
    return found.group() if found else ""


def _value(text: str) -> float | None:
    if _ROUGH.fullmatch(text):
        return None  # 三五天, 七八个: nobody says how many
    if "点" in text:
        whole, _, tenths = text.partition("点")
        return (numerals.parse(whole) or 0) + (numerals.parse(tenths) or 0) / 10
    if re.fullmatch(r"\d+\.\d+", text):
        return float(text)
    number = numerals.parse(text)
    return None if number is None else float(number)
