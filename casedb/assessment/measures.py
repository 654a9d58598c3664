"""Measures (改进措施): asked for with owner and due time, reminded of, done, accepted or sent back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from casedb import audit, people
from casedb.assessment.countdown import OVERSEERS as DESK
from casedb.assessment.records import MeasureRecord
from casedb.assessment.states import MEASURE_NAMES, MeasureState
from casedb.days import beijing_day, moment_text
from casedb.errors import CasedbError, NotFound, Refused
from casedb.models import AssessmentCycle, Measure, Obligation, Person, Unit
from casedb.obligations import standing
from casedb.obligations.reminders import Standing, first_look
from casedb.obligations.views import obligation_row
from casedb.outgoing.alerts import alert_desk
from casedb.privacy import mask
from casedb.records import OutgoingButton, PersonRecord
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import ObligationKind, ObligationState, Role

MAY_ASK = (*DESK, Role.LEADER)
MAY_ACCEPT = (*DESK, Role.LEADER)


def create(
    s: Session,
    cycle_id: int,
    *,
    text: str,
    owner_id: int,
    due_at: datetime,
    by: PersonRecord,
    now: datetime,
    rules: RuleBook,
    cause: str = "",
    acceptance: str = "",
) -> MeasureRecord:
    """Ask for a measure; its owner is told at once and reminded until it is done.

    Args:
        due_at: aware instant by which it has to be done.
        acceptance: how it will be seen that it was done (验收标准).

    Raises:
        CasedbError: no text, or no ladder for measures is in force.
        Refused: the time has passed, the owner has left, or not for this person to ask.
    """
    said = mask(text.strip())
    owner = people.person(s, owner_id)
    if by.role not in MAY_ASK:
        raise Refused("改进措施由专班、驻场分析人员或值班领导提出。", "请把建议告诉他们。")
    if not said:
        raise CasedbError("没有写措施的内容。", "请补一句要做什么。")
    if not owner.active:
        raise Refused(f"{owner.name}已离岗。", "请换一位在岗的责任人。")
    if due_at <= now:
        raise Refused(f"{moment_text(due_at)} 已经过了。", "请换一个以后的时间。")
    cycle = s.get_one(AssessmentCycle, cycle_id)
    row = Measure(
        cycle_id=cycle.id,
        cause=cause,
        text=said,
        acceptance=mask(acceptance.strip()),
        unit_id=owner.unit_id,
        owner_id=owner.id,
        due_at=due_at,
        created_by=by.id,
        created_at=now,
    )
    s.add(row)
    s.flush()
    _owe(s, row, now=now, rules=rules, by=by)
    _note(
        s,
        row,
        "created",
        f"{owner.unit_name}{owner.name}，{moment_text(due_at)} 前：{said}",
        by,
        now,
    )
    return view(s, row)


def _owe(s: Session, row: Measure, *, now: datetime, rules: RuleBook, by: PersonRecord) -> None:
    ladder = rules.ladder("measure", beijing_day(now))
    if ladder is None:
        raise CasedbError("没有“measure”催办阶梯。", "请在 ladders.toml 里补上再试。")
    fresh = Obligation(
        key=f"measure:{row.id}:{row.returned}",
        kind=ObligationKind.MEASURE,
        text=f"改进措施 {row.id}：{row.text}",
        due_at=row.due_at,
        unit_id=row.unit_id,
        person_id=row.owner_id,
        created_by=by.id,
        created_at=now,
        ladder=ladder.id,
        ladder_version=ladder.valid.version,
        next_at=first_look(Standing(row.due_at, now), ladder, rules.quiet),
    )
    s.add(fresh)
    s.flush()
    row.obligation_id = fresh.id


def done(
    s: Session, measure_id: int, *, by: PersonRecord, now: datetime, note: str = ""
) -> MeasureRecord:
    """The owner (or their unit, or the desk) says it is done; the desk is asked to accept it.

    Raises:
        Refused: it is over already, or not this person's measure.
    """
    row = row_of(s, measure_id)
    if by.id != _owner_id(s, row) and by.unit_id != row.unit_id and by.role not in MAY_ACCEPT:
        raise Refused("这项措施不归你负责。", "请让责任人或专班来登记。")
    if row.state is not MeasureState.OPEN:
        raise Refused(
            f"这项措施{MEASURE_NAMES[row.state]}，不用再登记。", "发 /measure 可以看清单。"
        )
    row.state, row.done_at, row.done_note = MeasureState.DONE, now, mask(note.strip())
    _end(s, row, by, now, f"{by.name}登记完成")
    _note(s, row, "done", f"{by.name}登记完成：{row.done_note or '没有说明'}", by, now)
    told = f"：{row.done_note}" if row.done_note else "。"
    alert_desk(
        s,
        key=f"alert:measure:{row.id}:{row.returned}",
        text=f"☑️ 改进措施 {row.id} 已完成，请验收：{row.text}\n{by.unit_name}{by.name}{told}"
        + (f"\n验收标准：{row.acceptance}" if row.acceptance else ""),
        now=now,
        buttons=accept_buttons(row.id),
    )
    return view(s, row)


def accept_buttons(measure_id: int) -> tuple[tuple[OutgoingButton, ...], ...]:
    """Under a finished measure."""
    return (
        (
            OutgoingButton("验收通过", f"me:accept:{measure_id}"),
            OutgoingButton("退回", f"me:return:{measure_id}"),
        ),
    )


def accept(s: Session, measure_id: int, *, by: PersonRecord, now: datetime) -> MeasureRecord:
    """Somebody who may accepts a finished measure.

    Raises:
        Refused: not finished yet, or not for this person to accept.
    """
    row = _finished(s, measure_id, by)
    if row.state is MeasureState.DONE:
        row.state, row.accepted_by, row.accepted_at = MeasureState.ACCEPTED, by.id, now
        _note(s, row, "accepted", f"{by.name}验收通过", by, now)
    return view(s, row)


def send_back(
    s: Session,
    measure_id: int,
    *,
    because: str,
    due_at: datetime,
    by: PersonRecord,
    now: datetime,
    rules: RuleBook,
) -> MeasureRecord:
    """A finished measure is not accepted: it is open again until `due_at`, and reminded of anew.

    Raises:
        CasedbError: no reason given.
        Refused: not finished, accepted already, or the time has passed.
    """
    row = _finished(s, measure_id, by)
    reason = mask(because.strip())
    if not reason:
        raise CasedbError("没有写退回的原因。", "请补一句差在哪里。")
    if row.state is MeasureState.ACCEPTED:
        raise Refused("这项措施已经验收，不能退回。", "需要再做的请另提一项。")
    if due_at <= now:
        raise Refused(f"{moment_text(due_at)} 已经过了。", "请换一个以后的时间。")
    row.state, row.done_at, row.due_at = MeasureState.OPEN, None, due_at
    row.returned += 1
    _owe(s, row, now=now, rules=rules, by=by)
    _note(s, row, "returned", f"{by.name}退回：{reason}，{moment_text(due_at)} 前补做", by, now)
    obligation_row(
        s, row.obligation_id or 0
    ).text = f"改进措施 {row.id}（退回：{reason}）：{row.text}"
    return view(s, row)


def drop(s: Session, measure_id: int, *, by: PersonRecord, now: datetime) -> MeasureRecord:
    """Take an open measure back.

    Raises:
        Refused: it is over already, or neither the asker nor the desk.
    """
    row = row_of(s, measure_id)
    if by.id != row.created_by and by.role not in DESK:
        raise Refused("只有提出的人和专班能撤销措施。", "请找他们撤销。")
    if row.state is not MeasureState.OPEN:
        raise Refused(f"这项措施{MEASURE_NAMES[row.state]}，不能撤销。", "发 /measure 可以看清单。")
    row.state = MeasureState.DROPPED
    _end(s, row, by, now, f"{by.name}撤销")
    _note(s, row, "dropped", f"{by.name}撤销", by, now)
    return view(s, row)


def _finished(s: Session, measure_id: int, by: PersonRecord) -> Measure:
    row = row_of(s, measure_id)
    if by.role not in MAY_ACCEPT:
        raise Refused("改进措施由专班、驻场分析人员或值班领导验收。", "请让他们来验收。")
    if by.id == _owner_id(s, row) and by.role not in (Role.ADMIN, Role.LEADER):
        raise Refused("自己负责的措施不能自己验收。", "请让专班的另一位同事或领导验收。")
    if row.state not in (MeasureState.DONE, MeasureState.ACCEPTED):
        raise Refused(f"这项措施{MEASURE_NAMES[row.state]}，还不能验收。", "请等责任人登记完成。")
    return row


def _end(s: Session, row: Measure, by: PersonRecord, now: datetime, why: str) -> None:
    duty = obligation_row(s, row.obligation_id or 0)
    if duty.state is not ObligationState.CANCELLED:
        actor = f"person:{by.id}"
        standing.change(s, duty, ObligationState.DONE, now=now, actor=actor, why=why)


def measure(s: Session, measure_id: int) -> MeasureRecord:
    """One measure by its id."""
    return view(s, row_of(s, measure_id))


def measures_of(s: Session, cycle_id: int) -> tuple[MeasureRecord, ...]:
    """Every measure of a cycle that was not taken back, by due time."""
    rows = s.scalars(
        select(Measure)
        .where(Measure.cycle_id == cycle_id, Measure.state != MeasureState.DROPPED)
        .order_by(Measure.due_at, Measure.id)
    )
    return tuple(view(s, row) for row in rows)


def open_measures(
    s: Session, *, unit_id: int | None = None, states: Sequence[MeasureState] = ()
) -> tuple[MeasureRecord, ...]:
    """Measures that are not over, of all units or one, the most pressing first."""
    wanted = states or (MeasureState.OPEN, MeasureState.DONE)
    query = select(Measure).where(Measure.state.in_(wanted))
    if unit_id is not None:
        query = query.where(Measure.unit_id == unit_id)
    return tuple(view(s, row) for row in s.scalars(query.order_by(Measure.due_at, Measure.id)))


def row_of(s: Session, measure_id: int) -> Measure:
    """The row of a measure."""
    row = s.get(Measure, measure_id)
    if row is None:
        raise NotFound(f"没有编号 {measure_id} 的改进措施。", "发 /measure 可以看清单。")
    return row


def _owner_id(s: Session, row: Measure) -> int:
    """Who answers for it now: whoever the reminder was handed over to, else who it was given to."""
    duty = s.get(Obligation, row.obligation_id) if row.obligation_id else None
    return duty.person_id if duty is not None and duty.person_id else row.owner_id


def view(s: Session, row: Measure) -> MeasureRecord:
    """The measure as other packages see it."""
    owner = s.get_one(Person, _owner_id(s, row))
    unit = s.get(Unit, row.unit_id) if row.unit_id else None
    duty = s.get(Obligation, row.obligation_id) if row.obligation_id else None
    accepted = s.get(Person, row.accepted_by) if row.accepted_by else None
    return MeasureRecord(
        id=row.id,
        cycle_id=row.cycle_id,
        cycle=s.get_one(AssessmentCycle, row.cycle_id).name,
        cause=row.cause,
        text=row.text,
        acceptance=row.acceptance,
        unit_id=row.unit_id,
        unit=unit.name if unit else "",
        owner_id=owner.id,
        owner=owner.name,
        due_at=row.due_at,
        state=row.state,
        created_by=row.created_by,
        created_at=row.created_at,
        done_at=row.done_at,
        done_note=row.done_note,
        accepted_by=accepted.name if accepted else "",
        accepted_at=row.accepted_at,
        returned=row.returned,
        obligation_id=row.obligation_id,
        acknowledged_at=duty.acknowledged_at if duty else None,
    )


def _note(s: Session, row: Measure, kind: str, text: str, by: PersonRecord, now: datetime) -> None:
    audit.record(
        s, at=now, actor=f"person:{by.id}", subject=f"measure:{row.id}", kind=kind, detail=text
    )
