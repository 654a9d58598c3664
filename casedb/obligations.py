"""Obligations: reminders that somebody asks for, acknowledges, snoozes, hands over or cannot do."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import or_, select

from casedb import audit, people, standing
from casedb.alerts import alert_desk
from casedb.days import beijing_day, moment_text
from casedb.duty_intake import ensure_for_cases
from casedb.duty_steps import due_steps
from casedb.duty_views import obligation_row, view
from casedb.errors import CasedbError, Refused
from casedb.models import Obligation, Outbox
from casedb.privacy import mask
from casedb.records import ObligationRecord, PersonRecord
from casedb.recurrence import REPEATS, series
from casedb.reminders import Standing, first_look
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import ObligationKind, ObligationState, Role

__all__ = [
    "acknowledge",
    "acknowledge_all",
    "ask",
    "cancel",
    "cannot",
    "done",
    "due_steps",
    "ensure_for_cases",
    "get",
    "hand_over",
    "listing",
    "of_case",
    "snooze",
]

OVERSEERS = (Role.ADMIN, Role.DESK, Role.ANALYST, Role.LEADER)
CASE_KINDS = (ObligationKind.ACCEPT, ObligationKind.FIRST_CONTACT, ObligationKind.DEADLINE)


def ask(
    s: Session,
    *,
    text: str,
    due_at: datetime,
    by: PersonRecord,
    now: datetime,
    rules: RuleBook,
    person_id: int | None = None,
    unit_id: int | None = None,
    repeats: str = "",
    kind: ObligationKind = ObligationKind.PERSONAL,
    case_id: int | None = None,
    chat: str = "",
    key: str = "",
    ladder: str = "",
) -> ObligationRecord:
    """Somebody asks for a reminder: of themselves, of a colleague, or of a unit.

    Args:
        due_at: aware instant at which to remind (for other kinds: by when it has to be done).
        person_id: who is to act; the asker when neither person nor unit is given.
        repeats: "" or daily, workdays, weekly, monthly, yearly (at the same Beijing time).
        key: the same key again gives the reminder made before.

    Raises:
        Refused: the time has passed.
        CasedbError: no text, or an unknown repetition or ladder.
    """
    said = mask(text.strip())
    if not said:
        raise CasedbError("没有写提醒什么。", "请写成：提醒我 明天上午9点 交剔除材料。")
    if due_at <= now:
        raise Refused(f"{moment_text(due_at)} 已经过了。", "请换一个以后的时间。")
    if repeats and repeats not in REPEATS:
        raise CasedbError(f"不认识重复方式“{repeats}”。", "请选每天、工作日、每周、每月或每年。")
    digest = hashlib.sha256(f"{by.id}|{said}|{due_at}|{now}|{unit_id}".encode()).hexdigest()[:20]
    wanted_key = key or f"ask:{by.id}:{digest}"
    known = s.scalar(select(Obligation).where(Obligation.key == wanted_key))
    if known is not None:
        return view(s, known)
    row = Obligation(
        key=wanted_key,
        kind=kind,
        text=said,
        due_at=due_at,
        case_id=case_id,
        unit_id=unit_id,
        person_id=person_id if person_id or unit_id else by.id,
        created_by=by.id,
        created_at=now,
        repeats=repeats,
        chat=chat,
    )
    _on_ladder(row, ladder or _default_ladder(row), rules, now)
    s.add(row)
    s.flush()
    audit.record(
        s,
        at=now,
        actor=f"person:{by.id}",
        subject=f"obligation:{row.id}",
        kind="created",
        detail=f"{moment_text(due_at)} {said}",
    )
    return view(s, row)


def _default_ladder(row: Obligation) -> str:
    if row.kind is not ObligationKind.PERSONAL:
        return row.kind.value
    return "unit" if row.unit_id is not None else "personal"


def _on_ladder(row: Obligation, name: str, rules: RuleBook, now: datetime) -> None:
    ladder = rules.ladder(name, beijing_day(now))
    if ladder is None:
        raise CasedbError(f"没有名为“{name}”的催办阶梯。", "请在 ladders.toml 里补上再试。")
    row.ladder, row.ladder_version = ladder.id, ladder.valid.version
    row.next_at = first_look(Standing(row.due_at, now), ladder, rules.quiet)


def acknowledge(
    s: Session, obligation_id: int, *, by: PersonRecord, channel: str, now: datetime
) -> ObligationRecord:
    """「已收到」: stops the ladder and takes back what is queued, in this same transaction.

    A second press changes nothing: the record says who acknowledged first, and when.

    Raises:
        Refused: the presser has nothing to do with it.
    """
    row = obligation_row(s, obligation_id)
    _may_touch(s, row, by)
    if row.state not in standing.ACTIVE:
        return view(s, row)
    row.acknowledged_by, row.acknowledged_at, row.acknowledged_on = by.id, now, channel
    why = f"{by.unit_name}{by.name}在{channel}上确认"
    standing.change(s, row, ObligationState.ACKNOWLEDGED, now=now, actor=f"person:{by.id}", why=why)
    return view(s, row)


def acknowledge_all(
    s: Session, message_id: int, *, by: PersonRecord, channel: str, now: datetime
) -> tuple[ObligationRecord, ...]:
    """「全部已收到」 under a digest: acknowledges everything that message spoke of."""
    return tuple(
        acknowledge(s, one, by=by, channel=channel, now=now)
        for one in standing.obligations_in(s, message_id)
    )


def _may_touch(s: Session, row: Obligation, by: PersonRecord) -> None:
    if by.id in (row.person_id, row.created_by) or by.role in OVERSEERS:
        return
    if row.unit_id is not None and by.unit_id == row.unit_id:
        return
    told = select(Outbox.id).where(Outbox.obligation_id == row.id, Outbox.person_id == by.id)
    if s.scalar(told.limit(1)) is None:
        raise Refused("这项提醒不归你处理。", "请让承办人、单位负责人或专班来按。")


def _active(s: Session, obligation_id: int, by: PersonRecord) -> Obligation:
    row = obligation_row(s, obligation_id)
    _may_touch(s, row, by)
    if row.state not in standing.ACTIVE:
        words = standing.STATE_WORDS[row.state]
        raise Refused(f"这项提醒{words}，不用再处理。", "发“我的提醒”可以看还有哪些。")
    return row


def snooze(
    s: Session, obligation_id: int, *, until: datetime, by: PersonRecord, now: datetime
) -> ObligationRecord:
    """Be reminded again at `until`; for a case at its due time at the latest.

    Raises:
        Refused: the time has passed, or the reminder is over.
    """
    row = _active(s, obligation_id, by)
    if until <= now:
        raise Refused(f"{moment_text(until)} 已经过了。", "请选一个以后的时间。")
    if row.kind is not ObligationKind.PERSONAL and row.due_at > now:
        until = min(until, row.due_at)
    _again_at(s, row, until, "稍后再提醒")
    _note(s, row, "snoozed", f"{by.name}：{moment_text(until)} 再提醒", by, now)
    return view(s, row)


def hand_over(
    s: Session,
    obligation_id: int,
    *,
    to: PersonRecord,
    by: PersonRecord,
    now: datetime,
    note: str = "",
) -> ObligationRecord:
    """Give it to a colleague, who is told at once.

    Raises:
        Refused: the colleague has left, or the reminder is over.
    """
    row = _active(s, obligation_id, by)
    if not to.active:
        raise Refused(f"{to.name}已离岗。", "请转交给在岗的同事。")
    row.person_id = to.id
    _again_at(s, row, now, "已转交")
    said = mask(note.strip())
    _note(s, row, "handed_over", f"{by.name}转交{to.name}{'：' + said if said else ''}", by, now)
    standing.change(
        s, row, ObligationState.DUE, now=now, actor=f"person:{by.id}", why=f"转交{to.name}"
    )
    return view(s, row)


def _again_at(s: Session, row: Obligation, at: datetime, why: str) -> None:
    standing.cancel_waiting(s, [row.id], why)
    row.snoozed_until, row.next_at, row.waiting_since = at, at, None


def cannot(
    s: Session, obligation_id: int, *, because: str, by: PersonRecord, now: datetime
) -> ObligationRecord:
    """ "Cannot do, because …": goes to the head of the unit at once, and the desk is told why.

    Raises:
        CasedbError: no reason given.
        Refused: the reminder is over.
    """
    row = _active(s, obligation_id, by)
    reason = mask(because.strip())
    if not reason:
        raise CasedbError("没有写办不了的原因。", "请补一句原因，例如：需要区里协调。")
    row.outcome = reason
    head = None if row.unit_id is None else people.head_of(s, row.unit_id)
    if head is not None and head.id != by.id:
        row.person_id = head.id
        _again_at(s, row, now, "办不了，已上报")
    else:
        standing.cancel_waiting(s, [row.id], "办不了，已上报专班")
    why = f"{by.name}办不了：{reason}"
    standing.change(s, row, ObligationState.ESCALATED, now=now, actor=f"person:{by.id}", why=why)
    duty = view(s, row)
    subject = f"工单 {duty.order_no}" if duty.order_no else duty.text
    text = f"🆘 {by.unit_name}{by.name}说办不了：{subject}\n原因：{reason}\n请协调或改派。"
    alert_desk(s, key=f"alert:cannot:{row.id}:{now:%Y%m%dT%H%M%S}", text=text, now=now)
    return duty


def cancel(s: Session, obligation_id: int, *, by: PersonRecord, now: datetime) -> ObligationRecord:
    """Take a reminder back; a repeating one with all its repetitions.

    Raises:
        Refused: neither the asker nor the desk.
    """
    row = obligation_row(s, obligation_id)
    if by.id != row.created_by and by.role not in (Role.ADMIN, Role.DESK):
        raise Refused("只有设提醒的人和专班能取消它。", "请找发起人或专班取消。")
    rows = [row]
    if row.repeats:
        rows += s.scalars(
            select(Obligation).where(
                Obligation.key.startswith(series(row.key), autoescape=True),
                Obligation.state.in_(standing.ACTIVE),
                Obligation.id != row.id,
            )
        ).all()
    for one in rows:
        if one.state in standing.ACTIVE:
            standing.change(
                s,
                one,
                ObligationState.CANCELLED,
                now=now,
                actor=f"person:{by.id}",
                why=f"{by.name}取消",
            )
    return view(s, row)


def done(s: Session, obligation_id: int, *, actor: str, now: datetime, why: str) -> None:
    """What was owed is done (materials handed in, review finished): the ladder ends."""
    row = obligation_row(s, obligation_id)
    if row.state is not ObligationState.CANCELLED:
        standing.change(s, row, ObligationState.DONE, now=now, actor=actor, why=why)


def get(s: Session, obligation_id: int) -> ObligationRecord:
    """One obligation by its id."""
    return view(s, obligation_row(s, obligation_id))


def listing(s: Session, person: PersonRecord) -> tuple[ObligationRecord, ...]:
    """What a person has to do or asked for and is not over yet, next first."""
    rows = s.scalars(
        select(Obligation)
        .where(
            Obligation.state.in_(standing.ACTIVE),
            or_(Obligation.person_id == person.id, Obligation.created_by == person.id),
        )
        .order_by(Obligation.due_at, Obligation.id)
    )
    return tuple(view(s, row) for row in rows)


def of_case(s: Session, case_id: int) -> tuple[ObligationRecord, ...]:
    """Every obligation of a case, over or not, in order of due time."""
    rows = s.scalars(
        select(Obligation)
        .where(Obligation.case_id == case_id)
        .order_by(Obligation.due_at, Obligation.id)
    )
    return tuple(view(s, row) for row in rows)


def _note(
    s: Session, row: Obligation, kind: str, text: str, by: PersonRecord, now: datetime
) -> None:
    audit.record(
        s, at=now, actor=f"person:{by.id}", subject=f"obligation:{row.id}", kind=kind, detail=text
    )
