"""Pure: every date and time a paper speaks of, and what it says happened then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from casedb.beijing import BEIJING, beijing
from casedb.exclusion.lines import Line


class Deed(StrEnum):
    """What happened at a moment, as far as the words around it tell."""

    DISPATCHED = "派单"
    CONTACTED = "联系"
    HANDLED = "处置"
    REPLIED = "反馈"
    NOTED = "办理"  # a labelled time of some deed of the paper's own
    SIGNED = "落款"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date in a line, with its time where one stands beside it. Beijing time.

    `labelled` = the words stand before it as a label (核查时间：…). `day` None: no such date exists.
    """

    line: Line
    words: str
    day: date | None
    clock: time | None
    deed: Deed
    labelled: bool
    first: bool = False  # 首次联系
    sentence: str = ""
    start: int = 0

    @property
    def at(self) -> datetime | None:
        """The aware instant; midnight when no time is said."""
        if self.day is None:
            return None
        return datetime.combine(self.day, self.clock or time(), tzinfo=BEIJING)


DIGITS = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
CLOCK = (
    r"(?:\s*[T,，]?\s*(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜间|晚)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:：]\s*(?P<minute>\d{2})(?:[:：]\d{2})?|[时点]\s*(?:(?P<minute2>\d{1,2})\s*分?|(?P<half>半))?))?"
)
FULL = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*(?:年|[./-])\s*(?P<month>\d{1,2})\s*(?:月|[./-])\s*(?P<day>\d{1,2})(?!\d)\s*[日号]?"
    + CLOCK
)
SHORT = re.compile(r"(?<![\d年])(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]" + CLOCK)
CHINESE = re.compile(
    r"(?P<year>[二〇○零一][〇○零一二三四五六七八九]{2,3})年(?P<month>[一二三四五六七八九十]{1,2})月(?P<day>[一二三四五六七八九十]{1,3})日"
    + CLOCK
)
CUT = re.compile(r"[。；;！!？?]")
CLAUSE = re.compile(r"[。；;！!？?，,、]")
LATE_PARTS = ("下午", "傍晚", "晚上", "晚间", "夜间", "晚")

IGNORED = re.compile(
    r"施行|实施|修订|修正|公布|发布|通过|印发|起施|废止|出生|生日|有效期|合同|竣工|建成|交付|签订|入住|计划|预计|拟|将[于在]|此前|之前|曾|前序|上次|前次|历史|原工单|去年|往年|自.{0,4}起|至今|以来|判决|立案|开庭|起诉|受理(?!.{0,4}工单)|登记日|打印|导出|版本|购买|投入使用|截止|截至|时限|期限|到期|前完成|以前|之前|日前|底前|年度|期间"
)
WORDS = (
    (Deed.SIGNED, re.compile(r"落款|填表|填报|出具|制表|签发|编制|签字日期|签名日期|盖章日期")),
    (Deed.REPLIED, re.compile(r"反馈|回复|答复|办结|结案|办理完毕")),
    (
        Deed.CONTACTED,
        re.compile(
            r"致电|通话|拨打|电话(?:中|里)?(?:联系|沟通|核实|了解|询问|告知)"
            r"|[与和同向](?:诉求人|来电人|反映人|市民|居民|其)(?:电话|当面)?(?:取得)?(?:联系|沟通)"
        ),
    ),
    (
        Deed.HANDLED,
        re.compile(
            r"核查|核实|查看|察看|查验|摸排|实地|上门|入户|到场|到达|现场|勘[查验]|检查|处置|处理|清理|整改|维修|巡查|走访|踏勘|拍摄|修复|劝阻"
        ),
    ),
    (
        Deed.CONTACTED,
        re.compile(r"联系|拨打|致电|通话|电话|见面|约谈|沟通|解释|短信|告知|接听|未接|呼叫|面谈"),
    ),
    (
        Deed.DISPATCHED,
        re.compile(r"派单|派发|派至|派到|转派|下派|收到.{0,6}工单|接到.{0,8}(?:工单|派)|接单|签收"),
    ),
)
LABEL = re.compile(r"[:：\t|]\s*$|(?:时间|日期)\s*[:：为是]?\s*$")


def moments_of(lines: Sequence[Line], near: date | None) -> Iterator[Moment]:
    """Every date of a paper in order; a date without a year takes the one nearest to `near`."""
    for line in lines:
        found = sorted(_matches(line.text), key=lambda one: one.start())
        for at, one in enumerate(found):
            end = found[at + 1].start() if at + 1 < len(found) else len(line.text)
            yield _moment(line, one, end, near)


def _matches(text: str) -> list[re.Match[str]]:
    full = [*FULL.finditer(text), *CHINESE.finditer(text)]
    taken = [one.span() for one in full]
    short = [
        one
        for one in SHORT.finditer(text)
        if not any(start <= one.start() < end for start, end in taken)
    ]
    return full + short


def _moment(line: Line, found: re.Match[str], end: int, near: date | None) -> Moment:
    before, after = line.text[: found.start()], line.text[found.end() : end]
    sentence = _sentence(line.text, found.start(), found.end())
    deed, labelled = _deed(line.text, before, after, found)
    # Words that make a date none of this case's own count within its clause, labels excepted.
    clause = (CLAUSE.split(before)[-1] if not labelled else "") + CLAUSE.split(after)[0]
    if not labelled and IGNORED.search(clause):
        deed = Deed.OTHER
    return Moment(
        line=line,
        words=found[0].strip(),
        day=_day(found, near),
        clock=_clock(found),
        deed=deed,
        labelled=labelled,
        first="首次联系" in sentence or "首联" in sentence,
        sentence=sentence,
        start=found.start(),
    )


def _sentence(text: str, start: int, end: int) -> str:
    begins = max((one.end() for one in CUT.finditer(text, 0, start)), default=0)
    ends = CUT.search(text, end)
    return text[begins : ends.start() if ends else len(text)]


def _deed(text: str, before: str, after: str, found: re.Match[str]) -> tuple[Deed, bool]:
    label = CLAUSE.split(before)[-1][-24:]
    if LABEL.search(before) and label.strip():
        if re.search(
            r"时限|期限|截止|截至|到期|应到|到庭|开庭|听证|施行|发布|公布|来电|诉求|反映|受理|立案|出生|打印|导出|回访|办理期|生效|有效|起始|开始|结束|预计|计划|拟|完成|发生|成立|建成|入住|前序|上次",
            label,
        ):
            return Deed.OTHER, True
        for deed, words in WORDS:
            if words.search(label):
                return deed, True
        if re.search(r"日期|时间", label):
            return (Deed.SIGNED if "日期" in label else Deed.NOTED), True
    if _alone(text, found):
        return Deed.SIGNED, False
    following = CUT.split(after)[0][:40]
    for deed, words in reversed(WORDS[1:]):
        if words.search(label) and re.search(r"(?<!后)(?:于|在)\s*$", before):
            return deed, False
    for part in re.split(r"[，,]", following)[:3]:
        for deed, words in WORDS[1:]:
            if words.search(part):
                return deed, False
    return Deed.OTHER, False


def _alone(text: str, found: re.Match[str]) -> bool:
    """A date that ends a short line without a sentence: a sign-off."""
    rest = re.sub(r"[()（）【】\[\]盖章公印签字\s]", "", text[found.end() :])
    return not rest and len(text) <= 44 and not re.search(r"[。；，,]", text)


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)
    number = int("".join(str(DIGITS[sign]) for sign in text))
    # Recognised text often loses the ring of 二〇二六.
    return number + 1800 if 200 <= number < 300 and len(text) == 3 else number


def _day(found: re.Match[str], near: date | None) -> date | None:
    month, day = _number(found["month"]), _number(found["day"])
    said = found.groupdict().get("year")
    try:
        if said:
            return date(_number(said), month, day)
        if near is None:
            return date(2024, month, day).replace(year=2024)
        around = [_made(near.year + step, month, day) for step in (-1, 0, 1)]
        real = [one for one in around if one is not None]
        return min(real, key=lambda one: abs(one - near)) if real else None
    except ValueError:
        return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(found: re.Match[str]) -> time | None:
    if not found["hour"]:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or found["minute2"] or 0)
    if found["half"]:
        minute = 30
    if found["part"] in LATE_PARTS and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def day_of(instant: datetime) -> date:
    """The Beijing day of an instant."""
    return beijing(instant).date()


def before(moment: Moment, instant: datetime) -> bool:
    """Whether a moment is certainly before an instant; a date without time counts as a whole day."""
    if moment.day is None:
        return False
    if moment.clock is None:
        return moment.day < day_of(instant)
    return _at(moment) + timedelta(minutes=1) <= instant


def after(moment: Moment, instant: datetime) -> bool:
    """Whether a moment is certainly after an instant."""
    if moment.day is None:
        return False
    if moment.clock is None:
        return moment.day > day_of(instant)
    return _at(moment) > instant


def earlier(one: Moment, other: Moment) -> bool:
    """Whether one moment is certainly earlier than another, at the precision both have."""
    if one.day is None or other.day is None:
        return False
    if one.clock is None or other.clock is None:
        return one.day < other.day
    return _at(one) < _at(other)


def _at(moment: Moment) -> datetime:
    instant = moment.at
    assert instant is not None
    return instant
