"""The public-sentiment report on request: a summary, the paper, the tables, the picture, the cases behind."""

from __future__ import annotations

import re
from datetime import date

from bot.access import Action, Scope
from bot.analysis import reporting
from bot.analysis.reporting import MONTHLY, OVERALL, Made
from bot.dialogue.analysis.periods import period_in
from bot.dialogue.talk import Attachment, Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import counts as wording
from casedb.beijing import beijing
from casedb.errors import CasedbError
from casedb.tally.measures import BY_NAME
from casedb.tally.opening import Opened, opened, opened_groups
from casedb.tally.spans import Span
from reports.figures import Change
from reports.measured import Measured
from reports.monthly.advice import advice
from reports.sheets import STAGE_WORDS, beijing_text
from reports.wordings import per_cent, signed_per_cent

LISTED, SUGGESTED = 20, 3
GROUPS = "群体性诉求"
OPENED = ("涉否数", "逾期数", "重复诉求", GROUPS)
_WANTED = re.compile(
    r"^(?:请|麻烦|帮我|给我)*(?:出|做|写|生成|要|看看?|发|来|导出)?(?:一下|一份|份|个)?(?P<period>.{0,20}?)(?:的)?"
    r"(?:民情分析|月报|月度(?:分析)?报告|分析报告|综合(?:分析)?报告)(?:报告)?(?:发我|发来|发给我)?[吧呢。!！]*$"
)
_HOW = re.compile(r"怎么|如何|什么|为啥|为什么|要求|规定|多久|几天|谁")
_REFERENCE = re.compile(r"〔[^〕]*〕")


def report(turn: Turn, argument: str = "") -> Reply:
    """/report [period]: last month when nothing is said."""
    if turn.in_group and not turn.is_ledger_group:
        return Reply(wording.REPORT_PRIVATE)
    span = _span(turn, argument)
    monthly = span.start_day is not None
    made = reporting.made_once(turn.rooms, span, title=MONTHLY if monthly else OVERALL)
    text = summary(made.report)
    if turn.in_group:
        return Reply(text, files=(_picture(made),))
    files = (
        _picture(made),
        *(Attachment(one, one.name) for one in (made.files.docx, made.files.xlsx)),
    )
    return Reply(text, buttons=_buttons(made.report), files=files)


def answer(turn: Turn, text: str) -> Reply | None:
    """上个月的民情分析: a report asked for in plain Chinese; None when it is none."""
    found = _WANTED.match(text.strip())
    if not found or _HOW.search(text):
        return None
    said = found["period"]
    if said and period_in(said, beijing(turn.now).date()) is None:
        return None
    if turn.scope(Action.REPORT) is Scope.NONE:
        return Reply(wording.REPORT_NOT_YOURS)
    return report(turn, said)


def pressed(turn: Turn, data: str) -> Reply:
    """Open a figure of a report: `rep:<first>:<after>:<number in OPENED>`."""
    first, after, at = data.split(":")
    if turn.scope(Action.REPORT) is Scope.NONE or turn.in_group:
        return Reply(wording.PRIVATE, toast=wording.PRIVATE)
    span = Span(date.fromisoformat(first), date.fromisoformat(after))
    name = OPENED[int(at)]
    found = behind(turn, span, name)
    return Reply(_listed(f"{span.text()}　{name}", found))


def behind(turn: Turn, span: Span, name: str) -> Opened:
    """The cases behind one figure of a report."""
    rules = reporting.rate_rules(turn.rooms)
    with turn.rooms.store.reading() as s:
        if name == GROUPS:
            return opened_groups(s, span, limit=LISTED)
        return opened(s, span, measure=BY_NAME[name], rules=rules, now=turn.now, limit=LISTED)


def _listed(title: str, found: Opened) -> str:
    if not found.total:
        return wording.NO_CASES.format(title=title)
    lines = [wording.LISTED.format(title=title, total=found.total)]
    for one in found.cases:
        state = STAGE_WORDS.get(one.stage, one.stage)
        lines.append(f"- `{one.order_no}` {beijing_text(one.at)} {one.unit} {one.title}（{state}）")
    if found.total > len(found.cases):
        lines.append(wording.MORE.format(shown=len(found.cases)))
    return "\n".join(lines)


def _span(turn: Turn, argument: str) -> Span:
    """The period that is said; last month when nothing is.

    Raises:
        CasedbError: what is said names no period.
    """
    said = re.sub(r"(\d{4}-\d{2}-\d{2})\s+(\d{4}-\d{2}-\d{2})", r"\1到\2", argument.strip())
    if not said:
        return reporting.last_month(turn.now)
    start_day = reporting.rate_rules(turn.rooms).start_day
    period = period_in(said, beijing(turn.now).date(), start_day=start_day)
    if period is None:
        raise CasedbError(f"“{said[:20]}”不是一个时段。", wording.REPORT_USAGE)
    return period.span


def _picture(made: Made) -> Attachment:
    return Attachment(made.files.picture, made.files.picture.name, as_picture=True)


def summary(report: Measured) -> str:
    """The report in a few lines, for a message."""
    now = report.now
    name = now.span.name or now.span.text()
    if not now.total:
        return wording.REPORT_EMPTY.format(name=name)
    top = "、".join(
        f"{one.name} {one.count} 件（{per_cent(one.share)}）" for one in now.by_topic[:3]
    )
    lines = [
        f"**{name}民情分析**（{now.span.text()}）",
        f"- 诉求总量 {now.total} 件，环比 {_moved(report.last_period)}，同比 {_moved(report.last_year)}",
        f"- 按时办结率 {per_cent(now.on_time_rate)}，逾期 {now.late} 件",
        f"- 响应率 {per_cent(now.response_rate)}，解决率 {per_cent(now.resolution_rate)}，"
        f"满意率 {per_cent(now.satisfaction_rate)}，涉否 {now.has_no} 件",
        f"- 集中问题：{top}",
    ]
    lines += [f"- 建议：{_REFERENCE.sub('', one)}" for one in advice(report)[:SUGGESTED]]
    if report.rules.note:
        lines.append(wording.SAMPLE_RULES.format(note=report.rules.note))
    if now.invented:
        lines.append(wording.INVENTED.format(count=now.invented))
    return "\n".join(lines)


def _moved(other: Change) -> str:
    return signed_per_cent(other.share) if other.known else "没有完整的历史数据"


def _buttons(report: Measured) -> tuple[tuple[Button, ...], ...]:
    now = report.now
    counts = (now.has_no, now.late, now.repeats, now.group_appeals)
    key = f"rep:{now.span.first}:{now.span.after}"
    return tuple(
        (Button(f"看{name.removesuffix('数')}工单（{count}）", f"{key}:{at}"),)
        for at, (name, count) in enumerate(zip(OPENED, counts, strict=True))
        if count
    )
