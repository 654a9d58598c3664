"""Puts into the outbox what the ladders say is due, and moves obligations up when nobody answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select, update

from casedb import people
from casedb.calendar.workdays import WorkCalendar
from casedb.days import beijing_day, moment_text, span_text
from casedb.errors import CasedbError
from casedb.models import Event, Obligation, Outbox
from casedb.obligations import standing
from casedb.obligations.digests import DIGEST, queue
from casedb.obligations.recipients import Directory, Recipient
from casedb.obligations.recurrence import renew
from casedb.obligations.reminder_text import (
    Occasion,
    buttons,
    group_buttons,
    group_text,
    private_text,
)
from casedb.obligations.reminders import Call, Standing, move
from casedb.obligations.views import view
from casedb.outgoing.alerts import alert_desk, private_target
from casedb.records import Target
from casedb.rules import RuleBook
from casedb.rules.ladders import Audience, Ladder
from casedb.store import Session
from casedb.vocabulary import ObligationState, OutboxState

# So few that the records are not held for longer than other writers wait.
BATCH = 50
LOOK_AGAIN = timedelta(hours=1)
CLOCK_MAY_STEP = timedelta(minutes=5)  # what time servers correct without a word


def due_steps(
    s: Session, *, now: datetime, rules: RuleBook, calendar: WorkCalendar, limit: int = BATCH
) -> int:
    """Look at obligations whose time has come and queue what they say.

    Safe to run in several processes and again after a kill: every message has its key. A broken
    obligation raises an alert and does not stop the others.

    Returns:
        How many obligations were looked at; call again while it equals `limit`.
    """
    _watch_clock(s, now)
    _hold_for_quiet(s, now, rules)
    rows = s.scalars(
        select(Obligation)
        .where(Obligation.next_at <= now, Obligation.state.in_(standing.ACTIVE))
        .order_by(Obligation.next_at, Obligation.id)
        .limit(limit)
    ).all()
    who = Directory(s, beijing_day(now))
    who.expect(rows)
    for row in rows:
        try:
            _look(s, row, who, now=now, rules=rules, calendar=calendar)
        except CasedbError as wrong:
            row.next_at = now + LOOK_AGAIN
            text = f"⚠️ 第 {row.id} 号提醒发不出去：{wrong.what}\n{wrong.fix}"
            alert_desk(s, key=f"alert:duty:{row.id}", text=text, now=now)
    return len(rows)


def _watch_clock(s: Session, now: datetime) -> None:
    """A clock that jumped back is told to the desk; keys keep anything from going out twice."""
    newest = s.scalar(select(Event.at).order_by(Event.id.desc()).limit(1))
    if newest is None or newest - now <= CLOCK_MAY_STEP:
        return
    text = (
        f"⏱️ 服务器时间往回跳了 {span_text(newest - now)}：最近一条记录是 {moment_text(newest)}，"
        f"现在却是 {moment_text(now)}。\n请核对服务器时间；在此之前到点的提醒不会重发，"
        "以后的提醒可能偏晚。"
    )
    alert_desk(s, key=f"alert:clock:{newest:%Y%m%dT%H%M}", text=text, now=now)


def _hold_for_quiet(s: Session, now: datetime, rules: RuleBook) -> None:
    """Reminders that could not leave before the quiet hours began wait for the morning."""
    morning = rules.quiet.until(now)
    if morning <= now:
        return
    loud = [ladder.id for ladder in rules.ladders if not ladder.quiet]
    calm = select(Obligation.id).where(Obligation.urgent.is_(False), Obligation.ladder.not_in(loud))
    s.execute(
        update(Outbox)
        .where(
            Outbox.state == OutboxState.WAITING,
            Outbox.not_before < morning,
            or_(
                Outbox.obligation_id.in_(calm),
                and_(Outbox.step == DIGEST, Outbox.id.not_in(_digests_with_haste(calm))),
            ),
        )
        .values(not_before=morning)
        .execution_options(synchronize_session="fetch")
    )


def _digests_with_haste(calm: Select[int]) -> Select[int | None]:
    """Digests that carry at least one reminder quiet hours do not hold."""
    return select(Outbox.carried_by).where(
        Outbox.carried_by.is_not(None),
        Outbox.state == OutboxState.CARRIED,
        Outbox.obligation_id.not_in(calm),
    )


def _look(
    s: Session,
    row: Obligation,
    who: Directory,
    *,
    now: datetime,
    rules: RuleBook,
    calendar: WorkCalendar,
) -> None:
    why = standing.untrue(row, standing.case_of(s, row))
    if why:
        standing.change(s, row, ObligationState.CANCELLED, now=now, actor="schedule", why=why)
        return
    ladder = _ladder_of(row, rules)
    before = standing_of(row)
    made = move(before, ladder, rules.quiet, now)
    for call in made.calls:
        _make(s, row, call, who, now=now)
    if before.step:
        _reroute_failed(s, row, who, now=now)
    row.step, row.rung = made.standing.step, made.standing.rung
    row.waiting_since, row.snoozed_until = made.standing.waiting_since, made.standing.snoozed_until
    row.next_at = made.next_at
    if row.repeats and before.step == 0 and row.step > 0:
        renew(s, row, now=now, rules=rules, calendar=calendar)


def _ladder_of(row: Obligation, rules: RuleBook) -> Ladder:
    ladder = rules.ladder(row.ladder, beijing_day(row.created_at))
    if ladder is None:
        raise CasedbError(
            f"催办阶梯“{row.ladder}”在 {beijing_day(row.created_at)} 没有生效的版本。",
            "请在 ladders.toml 里补上，一小时后会再试。",
        )
    return ladder


def standing_of(row: Obligation) -> Standing:
    """How far a stored obligation has come."""
    return Standing(
        due_at=row.due_at,
        created_at=row.created_at,
        step=row.step,
        rung=row.rung,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
        urgent=row.urgent,
    )


def _make(s: Session, row: Obligation, call: Call, who: Directory, *, now: datetime) -> None:
    reached = who.reach(row, call.to)
    already = _told_already(s, row, call, who, now)
    fresh = [one for one in reached.recipients if one.person.id not in already]
    _supersede(s, row, call)
    duty = view(s, row)
    occasion = Occasion(
        now=now,
        escalates=call.escalates and call.to != (Audience.RESPONSIBLE,),
        first_told=row.waiting_since,
        responsible=duty.person_name,
        notes=reached.missed,
    )
    for one in fresh:
        _tell(s, row, call, one, private_text(duty, occasion), now=now)
    if call.group:
        for chat in who.groups(row):
            queue(
                s,
                key=f"ob:{row.id}:{call.id}:c{chat.id}",
                target=Target(chat.channel, chat.external_id, chat.topic_id, is_group=True),
                text=group_text(duty, occasion),
                buttons=group_buttons(row.id),
                now=now,
                wanted_at=call.wanted_at,
                obligation_id=row.id,
                step=call.id,
                person_id=None,
                urgent=row.urgent,
            )
    _after_call(s, row, call, reached.missed, fresh, now=now)


def _after_call(
    s: Session,
    row: Obligation,
    call: Call,
    missed: tuple[str, ...],
    told: Iterable[Recipient],
    *,
    now: datetime,
) -> None:
    for reason in missed:
        text = f"⚠️ 提醒没有送到应该收的人：{reason}，已转给下一位。\n请补登账号、登记负责人或改派。"
        alert_desk(s, key=f"alert:missed:{reason}:{beijing_day(now)}"[:150], text=text, now=now)
    names = "、".join(one.person.name for one in told)
    if call.escalates and call.to != (Audience.RESPONSIBLE,):
        if names:
            standing.change(
                s,
                row,
                ObligationState.ESCALATED,
                now=now,
                actor="schedule",
                why=f"无人确认，已上报{names}",
            )
    elif row.state is ObligationState.DUE:
        standing.change(s, row, ObligationState.SENT, now=now, actor="schedule", why=names)


def _tell(
    s: Session, row: Obligation, call: Call, one: Recipient, text: str, *, now: datetime
) -> None:
    queue(
        s,
        key=f"ob:{row.id}:{call.id}:p{one.person.id}:{one.account.channel}",
        target=private_target(one.account),
        text=text,
        buttons=buttons(row.id),
        now=now,
        wanted_at=call.wanted_at,
        obligation_id=row.id,
        step=call.id,
        person_id=one.person.id,
        urgent=row.urgent,
    )


def _told_already(
    s: Session, row: Obligation, call: Call, who: Directory, now: datetime
) -> set[int]:
    """Whom an escalation need not tell: who hears of it in this very look, and who did not answer."""
    if not call.escalates:
        return set()
    silent = None if Audience.RESPONSIBLE in call.to else who.responsible(row)
    rows = s.scalars(
        select(Outbox.person_id).where(
            Outbox.obligation_id == row.id, Outbox.created_at == now, Outbox.person_id.is_not(None)
        )
    )
    told = {one for one in rows if one is not None}
    return told if silent is None else told | {silent.id}


def _supersede(s: Session, row: Obligation, call: Call) -> None:
    """A later step replaces earlier ones of the same obligation that have not left yet."""
    if not call.escalates and row.step:
        standing.cancel_waiting(s, [row.id], "由后一次提醒代替")


def _reroute_failed(s: Session, row: Obligation, who: Directory, *, now: datetime) -> None:
    """A private reminder that failed for good goes to the next account, else to the next person."""
    failed = s.scalars(
        select(Outbox).where(
            Outbox.obligation_id == row.id,
            Outbox.state == OutboxState.FAILED,
            Outbox.person_id.is_not(None),
        )
    ).all()
    for message in failed:
        assert message.person_id is not None
        known = s.scalar(select(Outbox.id).where(Outbox.key.startswith(f"{message.key}:else")))
        if known is not None:
            continue
        for one in _instead(s, row, who, message.person_id):
            queue(
                s,
                key=f"{message.key}:else:p{one.person.id}:{one.account.channel}",
                target=private_target(one.account),
                text=message.text,
                buttons=buttons(row.id),
                now=now,
                wanted_at=message.wanted_at,
                obligation_id=row.id,
                step=message.step,
                person_id=one.person.id,
                urgent=row.urgent,
            )


def _instead(s: Session, row: Obligation, who: Directory, person_id: int) -> tuple[Recipient, ...]:
    same = who.recipient(people.person(s, person_id))
    if same is not None:
        return (same,)
    for audience in (Audience.HEAD, Audience.DESK, Audience.LEADER):
        others = [
            one for one in who.reach(row, (audience,)).recipients if one.person.id != person_id
        ]
        if others:
            return tuple(others)
    return ()
