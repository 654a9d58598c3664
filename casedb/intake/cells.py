"""Pure: what one cell of a sheet says, or that it cannot be read and how it should be written."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from casedb.beijing import BEIJING
from casedb.intake.sheetfile import Cell
from casedb.vocabulary import AppealKind, RevisitAnswer

ROUNDED_FROM = 10**15  # Excel keeps 15 digits of a number; the rest becomes zeros
EXAMPLE_INSTANT = "2026-05-07 09:30"
EXAMPLE_ORDER = "把这一列设为“文本”格式后重新填写完整编号"
EXAMPLE_ANSWER = "是、否、基本满意 或 未接通"
EXAMPLE_DAYS = "5"
NOTHING = frozenset(
    ["-", "--", "---", "—", "——", "/", "\\", "无", "暂无", "空", "null", "NULL", "None", "none", "nan", "NaN", "N/A", "n/a", "#N/A", "未知", "0000-00-00", "(空)", "（空）"]
)  # fmt: skip
QUOTING = frozenset({"=", "'", "\u200b", "\ufeff"})
USUAL = re.compile(r"(?:19|20)\d{2}-\d{2}-\d{2} \d{2}:\d{2}(?::\d{2})?")
NO_INSTANT = re.compile(r"^0{4}-0{2}-0{2}(?: 0{2}:0{2}:0{2})?$")
SERIALS = (20_000.0, 80_000.0)  # Excel days, 1954 to 2119

DAY = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?:[-/.]|年)(?P<m>\d{1,2})(?:[-/.]|月)(?P<d>\d{1,2})[日号]?(?P<rest>.*)$"
)
SOLID = re.compile(
    r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?P<rest>(?:[T ]?\d{4}(?:\d{2})?)?)$"
)
CLOCK = re.compile(
    r"^(?P<half>上午|下午|晚上|凌晨|中午|早上|am|pm)?(?P<h>\d{1,2})(?:[:时点](?:(?P<i>\d{1,2})分?(?:[:]?(?P<s>\d{1,2})(?:\.\d+)?秒?)?)?)"
    r"(?P<after>am|pm)?(?P<zone>z|[+-]\d{2}:?\d{2})?$"
)
SOLID_CLOCK = re.compile(r"^(?P<h>\d{2})(?P<i>\d{2})(?P<s>\d{2})?$")
WEEKDAY = re.compile(r"[(\[]?(?:星期|周|礼拜)[一二三四五六日天][)\]]?")

KINDS = {
    "咨询": AppealKind.CONSULT,
    "求助": AppealKind.HELP,
    "投诉": AppealKind.COMPLAINT,
    "举报": AppealKind.REPORT,
    "建议": AppealKind.SUGGESTION,
    "表扬": AppealKind.PRAISE,
    "感谢": AppealKind.PRAISE,
    "其他": AppealKind.OTHER,
    "其它": AppealKind.OTHER,
}
YES, MOSTLY, NO, NOT_REACHED = (
    RevisitAnswer.YES,
    RevisitAnswer.MOSTLY,
    RevisitAnswer.NO,
    RevisitAnswer.NOT_REACHED,
)
ANSWERS = (
    dict.fromkeys(["是", "y", "yes", "true", "1", "√", "✓", "对", "有", "满意", "很满意", "非常满意", "已解决", "解决", "已响应", "响应", "已联系", "视为满意", "视为解决", "完全解决"], YES)
    | dict.fromkeys(["基本满意", "基本解决", "基本是", "部分解决", "较满意", "比较满意", "一般"], MOSTLY)
    | dict.fromkeys(["否", "不", "n", "no", "false", "0", "×", "x", "没有", "不满意", "很不满意", "非常不满意", "未解决", "没解决", "没有解决", "未响应", "没响应", "未联系", "不是", "未办理"], NO)
    | dict.fromkeys(["未接通", "无人接听", "拒接", "拒答", "拒评", "联系不上", "空号", "停机", "关机", "未评价", "不予评价", "未回访", "占线", "无法接通", "拒绝评价", "未接"], NOT_REACHED)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unreadable(Exception):
    """This cell does not say what its column promises."""

    example: str
    reason: str


def text_of(cell: Cell) -> str:
    """A cell as text: whole numbers without .0, instants as 2026-05-07 09:30:00, trimmed."""
    if isinstance(cell, str):
        text = cell.strip()
        return _unquoted(text) if text[:1] in QUOTING else text
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return _rounded(cell).strftime("%Y-%m-%d %H:%M:%S")
    return str(cell)


def _unquoted(text: str) -> str:
    """="2026…" and '2026… are how people make Excel keep a number as text."""
    text = text.strip("\u200b\ufeff")
    if len(text) > 3 and text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    if len(text) > 1 and text[0] == "'" and text[1].isalnum():
        return text[1:]
    return text


def said(cell: Cell) -> str:
    """Like `text_of`, but what only stands for "nothing" is nothing."""
    text = text_of(cell)
    return "" if text in NOTHING else text


def order_no_of(cell: Cell) -> str:
    """An order number (工单编号) as text.

    Raises:
        Unreadable: Excel has rounded it: a number of more than 15 digits, or 2.6E+16 as text.
    """
    if isinstance(cell, bool | date | time | timedelta):
        raise Unreadable(EXAMPLE_ORDER, "这不是编号，表格软件把它当成了日期或真假值")
    if isinstance(cell, int | float):
        if abs(cell) >= ROUNDED_FROM:
            raise Unreadable(
                EXAMPLE_ORDER, "超过 15 位的编号被表格软件当作数字存过，后几位已经丢了"
            )
        if cell < 0 or not float(cell).is_integer():
            raise Unreadable(EXAMPLE_ORDER, "编号不会是小数或负数")
        return str(int(cell))
    text = unicodedata.normalize("NFKC", said(cell)).strip()
    if re.fullmatch(r"\d+(?:\.\d+)?[eE]\+?\d+", text):
        raise Unreadable(EXAMPLE_ORDER, "编号被表格软件改成了科学记数，后几位已经丢了")
    decimal = re.fullmatch(r"(\d+)\.0+", text)
    if decimal:
        if len(decimal[1]) > 15:
            raise Unreadable(EXAMPLE_ORDER, "超过 15 位的编号被当作小数存过，后几位已经丢了")
        return decimal[1]
    if len(text) > 64:
        raise Unreadable("工单上印的编号，最多 64 个字", "编号太长")
    return re.sub(r"\s+", "", text) if text.isascii() else text


def instant_of(cell: Cell, *, end_of_day: bool = False) -> datetime | None:
    """An instant in UTC; sheets speak Beijing time unless the cell names its own zone.

    Args:
        end_of_day: a date without time means its last second (办理时限), else its first.

    Raises:
        Unreadable: not an instant, or one that can be read in two ways.
    """
    if isinstance(cell, datetime):
        return _from_sheet(_rounded(cell), whole_day=False, end_of_day=end_of_day)
    if isinstance(cell, date):
        return _from_sheet(datetime.combine(cell, time(0)), whole_day=True, end_of_day=end_of_day)
    if isinstance(cell, bool | time | timedelta):
        raise Unreadable(EXAMPLE_INSTANT, "没有写日期")
    text = str(cell) if isinstance(cell, float | int) else said(cell)
    if not text or NO_INSTANT.match(text):
        return None
    serial = _serial(text)
    if serial is not None:
        whole = serial.time() == time(0)
        return _from_sheet(serial, whole_day=whole, end_of_day=end_of_day)
    return _written(text, end_of_day=end_of_day)


def _rounded(moment: datetime) -> datetime:
    """Excel keeps fractions of a day; 9:29:59.999999 was 9:30."""
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _from_sheet(moment: datetime, *, whole_day: bool, end_of_day: bool) -> datetime:
    if not 1950 <= moment.year <= 2100:
        raise Unreadable(EXAMPLE_INSTANT, "年份不对")
    if whole_day and end_of_day:
        moment = moment.replace(hour=23, minute=59, second=59)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
    return zoned.astimezone(UTC)


def _serial(text: str) -> datetime | None:
    """Days since 1899-12-30, as Excel counts them, where a date column holds a bare number."""
    if not re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return None
    days = float(text)
    if not SERIALS[0] <= days <= SERIALS[1]:
        return None
    return _rounded(datetime(1899, 12, 30) + timedelta(days=days))  # noqa: DTZ001 (zone follows)


def _written(text: str, *, end_of_day: bool) -> datetime:
    if USUAL.fullmatch(text):
        with suppress(ValueError):  # a day that does not exist is explained below
            return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)
    plain = unicodedata.normalize("NFKC", text).replace("：", ":").strip().lower()
    plain = re.sub(r"\s*([-/.:年月日时分秒])\s*", r"\1", WEEKDAY.sub(" ", plain))
    plain = re.sub(r"\s+", " ", plain).strip()
    found = DAY.match(plain) or SOLID.match(plain.replace(" ", ""))
    if found is None:
        raise Unreadable(EXAMPLE_INSTANT, _why_no_day(plain))
    try:
        day = datetime(int(found["y"]), int(found["m"]), int(found["d"]))  # noqa: DTZ001
    except ValueError:
        raise Unreadable(EXAMPLE_INSTANT, "没有这一天") from None
    rest = found["rest"].strip(" t,，")
    if not rest:
        return _from_sheet(day, whole_day=True, end_of_day=end_of_day)
    return _from_sheet(_at(day, rest), whole_day=False, end_of_day=end_of_day)


def _why_no_day(plain: str) -> str:
    if re.search(r"\d{1,2}[月/.-]\d{1,2}", plain) and not re.search(r"(?:19|20)\d{2}", plain):
        return "没有写年份，或年份只有两位"
    return "认不出日期"


def _at(day: datetime, rest: str) -> datetime:
    """The clock time `rest` on that day; 24:00 is the next day's first moment."""
    found = CLOCK.match(rest.replace(" ", "")) or SOLID_CLOCK.match(rest)
    if found is None:
        raise Unreadable(EXAMPLE_INSTANT, "认不出几点几分")
    parts = found.groupdict()
    hour, minute = int(parts["h"]), int(parts.get("i") or 0)
    second = int(parts.get("s") or 0)
    half = parts.get("half") or parts.get("after") or ""
    if (half in {"下午", "晚上", "pm"} and hour < 12) or (half == "中午" and hour < 3):
        hour += 12
    if half in {"上午", "凌晨", "am"} and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        raise Unreadable(EXAMPLE_INSTANT, "没有这个钟点")
    moment = day + timedelta(hours=hour, minutes=minute, seconds=second)
    zone = parts.get("zone")
    if not zone:
        return moment
    return datetime.fromisoformat(
        moment.isoformat() + ("+00:00" if zone == "z" else f"{zone[:3]}:{zone[-2:]}")
    )


def kind_of_appeal(cell: Cell) -> AppealKind | None:
    """诉求性质; None when blank, OTHER when the word is not one of ours."""
    text = re.sub(r"[类件单型]$", "", said(cell))
    if not text:
        return None
    if text in KINDS:
        return KINDS[text]
    named = {kind for word, kind in KINDS.items() if word in text}
    return named.pop() if len(named) == 1 else AppealKind.OTHER


def answer_of(cell: Cell) -> RevisitAnswer | None:
    """One answer at the revisit.

    Raises:
        Unreadable: a word that is neither yes, mostly, no nor not reached.
    """
    text = re.sub(r"[\s。.]", "", unicodedata.normalize("NFKC", text_of(cell))).lower()
    if text in ANSWERS:
        return ANSWERS[text]
    if not text or text in NOTHING:
        return None
    raise Unreadable(EXAMPLE_ANSWER, "认不出回访结果")


def days_of(cell: Cell) -> float | None:
    """A count of days taken."""
    text = said(cell).removesuffix("天").removesuffix("日").strip()
    if not text:
        return None
    try:
        days = float(text)
    except ValueError:
        raise Unreadable(EXAMPLE_DAYS, "认不出天数") from None
    if not 0 <= days < 10_000:
        raise Unreadable(EXAMPLE_DAYS, "天数不对")
    return days
