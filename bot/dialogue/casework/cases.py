"""Looks cases up and changes them on request, as far as the speaker's rights reach."""

from __future__ import annotations

import re

from bot.access import Action, Scope, may_change, may_see, shown_in
from bot.dialogue import flows
from bot.dialogue.casework import case_cards
from bot.dialogue.reminding.when import parse
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn
from bot.wording import cases as wording
from bot.wording import general
from casedb import cases, deadlines, people
from casedb.closing import sheet as closing_sheet
from casedb.days import moment_text
from casedb.errors import CasedbError, NotFound, Refused
from casedb.records import CaseRecord
from casedb.store import Session

SHORTEST_TAIL = 4
_NUMBER = re.compile(
    r"(?<![\dA-Za-z])(?=[A-Za-z-]{0,8}\d)[A-Za-z]{0,8}-?\d[\dA-Za-z-]{3,39}(?![\dA-Za-z])"
)
NO_REPLY = ("无", "没有", "不写", "跳过")


def numbers_in(text: str) -> list[str]:
    """What looks like an order number, or the tail of one, in a message."""
    return _NUMBER.findall(text)


def find(turn: Turn, s: Session, said: str) -> CaseRecord:
    """The one case that a number or a tail names, within the speaker's reach.

    Raises:
        NotFound: none, or not for this reader (the same sentence, so that nothing is given away).
        CasedbError: several.
    """
    said = said.strip().lstrip("#")
    if len(said) < SHORTEST_TAIL:
        raise CasedbError("没有写工单编号。", wording.CASE_USAGE)
    whole = cases.find(s, said)
    found = (whole,) if whole else cases.find_by_tail(s, said)
    seen = [case for case in found if visible(turn, s, case)]
    if not seen:
        if turn.in_group and found and _seen_in_private(turn, found):
            raise NotFound(wording.NOT_HERE, "")
        raise NotFound(wording.NOT_FOUND.format(said=said[:40]), "")
    if len(seen) > 1:
        listed = "、".join(case.order_no if not turn.in_group else case.tail for case in seen[:8])
        raise CasedbError(wording.SEVERAL.format(said=said, count=len(seen)), listed)
    return seen[0]


def visible(turn: Turn, s: Session, case: CaseRecord) -> bool:
    """Whether this reader, and in a group every member, may see the case."""
    if not turn.in_group:
        return may_see(turn.person, case, turn.scope(Action.SEE_CASES))
    names = {unit.id: unit.name for unit in people.units(s)}
    return shown_in(turn.groups, case, names)


def _seen_in_private(turn: Turn, found: tuple[CaseRecord, ...]) -> bool:
    return any(may_see(turn.person, case, turn.scope(Action.SEE_CASES)) for case in found)


def changeable(turn: Turn, s: Session, said: str, action: Action) -> CaseRecord:
    """A case the speaker may change.

    Raises:
        Refused: it may be seen, not changed.
    """
    case = find(turn, s, said)
    if not may_change(turn.person, case, turn.scope(action)):
        raise Refused(f"工单 {case.order_no} 不归您办理。", "请让承办单位或专班来做。")
    return case


def show(turn: Turn, argument: str) -> Reply:
    """/case NO"""
    with turn.rooms.store.reading() as s:
        case = find(turn, s, argument)
        reply = case_cards.card(turn, s, case)
    flows.remember(turn, f"工单 {case.order_no}")
    return reply


def this_one(turn: Turn) -> str:
    """The order number last spoken of in this talk, "" when none."""
    for text in reversed(flows.turns_before(turn)):
        if text.startswith("工单 "):
            return text.removeprefix("工单 ").strip()
    return ""


def mine(turn: Turn, _argument: str = "") -> Reply:
    """/mine: the open cases of one's unit; of the group's unit in a group."""
    with turn.rooms.store.reading() as s:
        if turn.in_group:
            found = tuple(case for case in cases.open_cases(s) if visible(turn, s, case))
            return case_cards.listed(turn, found, "本群")
        if turn.scope(Action.SEE_CASES) is Scope.ALL and turn.person.role != "leader":
            own = _own(turn, s)
            return case_cards.listed(turn, own or cases.open_cases(s), "" if own else "全部")
        return case_cards.listed(turn, _own(turn, s), turn.person.unit_name)


def _own(turn: Turn, s: Session) -> tuple[CaseRecord, ...]:
    return tuple(case for case in cases.open_cases(s) if may_see(turn.person, case, Scope.OWN))


def accept(turn: Turn, argument: str) -> Reply:
    """/accept NO"""
    with turn.rooms.store.session() as s:
        case = changeable(turn, s, argument, Action.CHANGE_CASES)
        done = cases.accept(s, case.id, actor=turn.actor, now=turn.now)
    flows.remember(turn, f"工单 {done.order_no}")
    return _accepted(turn, done)


def _accepted(turn: Turn, case: CaseRecord) -> Reply:
    due = moment_text(case.due_at) if case.due_at else "时限"
    return Reply(
        wording.DONE_ACCEPT.format(
            no=case.order_no, at=moment_text(turn.now), next=due, tail=case.tail
        )
    )


def contact(turn: Turn, argument: str) -> Reply:
    """/contact NO: the complainant was contacted."""
    with turn.rooms.store.session() as s:
        case = changeable(turn, s, argument, Action.CHANGE_CASES)
        done = cases.first_contact(s, case.id, actor=turn.actor, now=turn.now)
    flows.remember(turn, f"工单 {done.order_no}")
    return _contacted(turn, done)


def _contacted(turn: Turn, case: CaseRecord) -> Reply:
    due = moment_text(case.due_at) if case.due_at else "办理时限"
    at = moment_text(turn.now)
    return Reply(wording.DONE_CONTACT.format(at=at, due=due, tail=case.tail))


def close(turn: Turn, argument: str) -> Reply:
    """/close NO [reply]; without a reply it is asked for."""
    said, _, reply = argument.strip().partition(" ")
    with turn.rooms.store.reading() as s:
        case = changeable(turn, s, said, Action.CHANGE_CASES)
    if not reply.strip():
        flows.keep(turn, "close", {"order_no": case.order_no})
        return Reply(wording.CLOSE_ASK)
    return closed(turn, case.order_no, reply)


def closed(turn: Turn, order_no: str, reply: str) -> Reply:
    """Close it with this reply."""
    with turn.rooms.store.session() as s:
        case = changeable(turn, s, order_no, Action.CHANGE_CASES)
        text = "" if reply.strip() in NO_REPLY else reply
        done = cases.close(s, case.id, actor=turn.actor, now=turn.now, reply=text)
    flows.leave(turn)
    flows.remember(turn, f"工单 {done.order_no}")
    return Reply(wording.DONE_CLOSE.format(no=done.order_no, at=moment_text(turn.now)))


def assign(turn: Turn, argument: str) -> Reply:
    """/assign NO UNIT [reason]"""
    parts = argument.split(maxsplit=2)
    if len(parts) < 2:
        return Reply(wording.ASSIGN_USAGE)
    with turn.rooms.store.session() as s:
        case = changeable(turn, s, parts[0], Action.ASSIGN)
        unit = people.unit_named(s, parts[1])
        if unit is None:
            raise NotFound(f"没有找到单位“{parts[1]}”。", _unit_names(s))
        note = parts[2] if len(parts) > 2 else ""
        cases.reassign(s, case.id, unit.id, actor=turn.actor, now=turn.now, note=note)
    return Reply(wording.DONE_ASSIGN.format(no=case.order_no, unit=unit.name))


def _unit_names(s: Session) -> str:
    return "现有：" + "、".join(unit.name for unit in people.units(s)) + "。"


def extend(turn: Turn, argument: str) -> Reply:
    """/extend NO TIME REASON"""
    said, _, rest = argument.strip().partition(" ")
    if not rest.strip():
        return Reply(wording.EXTEND_USAGE)
    meant = parse(rest, now=turn.now, calendar=turn.rooms.calendar)
    if meant.due is None:
        return Reply(wording.EXTEND_TIME.format(question=meant.question or ""))
    with turn.rooms.store.session() as s:
        case = changeable(turn, s, said, Action.ASSIGN)
        done = cases.extend(
            s, case.id, meant.due, actor=turn.actor, now=turn.now, reason=meant.what
        )
    assert done.due_at is not None
    return Reply(wording.DONE_EXTEND.format(no=done.order_no, due=moment_text(done.due_at)))


def why(turn: Turn, argument: str) -> Reply:
    """/why NO: each due time line by line."""
    with turn.rooms.store.reading() as s:
        case = find(turn, s, argument or this_one(turn))
        owed = closing_sheet.known_line(s, case.id, turn.now)
    lines = deadlines.explain(case, turn.rooms.rules, turn.rooms.calendar, owed)
    shown = case.tail if turn.in_group else case.order_no
    text = "\n".join([wording.WHY_HEAD.format(no=shown), *lines])
    return Reply(text.replace(case.order_no, shown))


def due(turn: Turn, argument: str) -> Reply:
    """/due START RULE"""
    start, _, rule = argument.strip().partition(" ")
    if not rule:
        return Reply(wording.DUE_USAGE)
    counted = deadlines.due(start, rule, turn.rooms.calendar)
    lines = [f"**{moment_text(counted.due)}**" + ("（暂定）" if counted.provisional else "")]
    lines += [f"- {line.day:%m-%d} {line.reason}" for line in counted.days]
    return Reply("\n".join(lines))


def reveal(turn: Turn, argument: str) -> Reply:
    """/reveal NO REASON: a complainant's data in the clear, in private, written down."""
    said, _, reason = argument.strip().partition(" ")
    with turn.rooms.store.session() as s:
        case = changeable(turn, s, said, Action.REVEAL)
        if not reason.strip():
            return Reply(wording.REVEAL_ASK.format(tail=case.tail))
        seen = cases.reveal(s, case.id, actor=turn.actor, now=turn.now, reason=reason.strip())
    return Reply(
        wording.REVEALED.format(
            no=seen.order_no,
            name=seen.name or "未留",
            phone=seen.phone or "未留",
            address=seen.address or "未留",
        )
    )


def pressed(turn: Turn, data: str) -> Reply:
    """case:<id>:<deed>, a button under a card."""
    number, _, deed = data.partition(":")
    if not number.isdigit():
        return Reply(toast=general.STALE_BUTTON, silent=True)
    with turn.rooms.store.reading() as s:
        case = cases.case(s, int(number))
    deeds = {"accept": accept, "contact": contact, "close": close, "why": why}
    if deed not in deeds:
        return Reply(toast=general.STALE_BUTTON, silent=True)
    return deeds[deed](turn, case.order_no)
