"""/hot: what people called about most, what is new, who calls again; as text and as papers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.access import Action, Scope
from bot.dialogue.talk import Attachment, Reply
from bot.dialogue.turn import Turn
from bot.hot import HotScope, of_cases
from bot.wording import general
from bot.wording import hot as wording
from casedb.beijing import beijing
from casedb.errors import CasedbError
from casedb.tally.spans import Span, before, month
from reports.hot import HotReport, HotTopic, write
from reports.wordings import signed_per_cent

TOPICS, REPEATS = 10, 5
DAYS = 30
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_MONTH = re.compile(r"\d{4}-\d{1,2}$")


def command(turn: Turn, argument: str) -> Reply:
    """/hot [MONTH | FIRST LAST]"""
    if turn.in_group:
        return Reply(general.PRIVATE_ONLY)
    span = _span(argument.strip(), beijing(turn.now).date())
    own = turn.scope(Action.SEE_CASES) is not Scope.ALL
    scope = HotScope(turn.person.unit_id, turn.person.unit_name) if own else None
    with turn.rooms.store.reading() as s:
        report = of_cases(turn.rooms.settings, s, span, scope=scope)
    if not report.total:
        return Reply(wording.EMPTY.format(span=_name(span)))
    return Reply(_text(report), files=_papers(turn, report))


def _span(said: str, today: date) -> Span:
    days = _DAY.findall(said)
    if not said or said in ("近30天", "近一个月", "最近"):
        return Span(today - timedelta(days=DAYS - 1), today + timedelta(days=1), f"近{DAYS}天")
    if said in ("本月", "这个月", "上月", "上个月"):
        this = month(f"{today:%Y-%m}")
        return before(this) if said.startswith("上") else this
    if days and len(days) <= 2:
        first, last = _date(days[0]), _date(days[-1])
        return Span(first, last + timedelta(days=1))
    if _MONTH.fullmatch(said):
        year, _, number = said.partition("-")
        return month(f"{year}-{int(number):02d}")
    raise CasedbError(f"没有看懂时段“{said[:30]}”。", wording.USAGE)


def _date(text: str) -> date:
    year, number, day = map(int, text.split("-"))
    try:
        return date(year, number, day)
    except ValueError:
        raise CasedbError(f"“{text}”不是日期。", wording.USAGE) from None


def _name(span: Span) -> str:
    return span.name or span.text()


def _text(report: HotReport) -> str:
    if not report.topics:
        lines = [wording.NONE.format(span=_name(report.span), fewest=report.fewest)]
    else:
        lines = [
            wording.HEAD.format(
                span=_name(report.span), total=report.total, topics=len(report.topics)
            )
        ]
    lines += [_line(at, one) for at, one in enumerate(report.topics[:TOPICS], start=1)]
    if len(report.topics) > TOPICS:
        lines.append(wording.MORE.format(count=len(report.topics) - TOPICS))
    if report.repeats:
        lines += ["", wording.REPEATS.format(count=len(report.repeats))]
        lines += [
            wording.REPEAT.format(
                title=one.title[:30], count=one.count, now=one.in_period, no=one.order_nos[-1]
            )
            for one in report.repeats[:REPEATS]
        ]
    return "\n".join(lines)


def _line(at: int, one: HotTopic) -> str:
    growth = f"，{signed_per_cent(one.growth)}" if one.growth is not None else ""
    change = "" if one.before is None else wording.CHANGE.format(before=one.before, growth=growth)
    places = "、".join(f"{place} {count}" for place, count in one.places[:2])
    return wording.LINE.format(
        at=at, name=one.name, count=one.count, change=change,
        state=wording.NEW if one.is_new else wording.KNOWN.format(first=one.first_on),
        places=f"｜{places}" if places else "",
    )  # fmt: skip


def _papers(turn: Turn, report: HotReport) -> tuple[Attachment, ...]:
    """The paper and the sheet, in a folder of this person's own."""
    if not report.topics:
        return ()
    folder = turn.rooms.files_dir / "hot" / f"{turn.person.id}-{turn.now:%Y%m%d%H%M%S}"
    name = wording.NAME.format(span=_name(report.span))
    return tuple(
        Attachment(path, f"{name}{path.suffix}") for path in write(report, folder, made_at=turn.now)
    )
