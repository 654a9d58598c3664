"""Somebody leaves (离岗): what they owed goes to whoever heads the unit, nothing more goes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from casedb import audit, people
from casedb.models import Case, Obligation, Outbox
from casedb.obligations import standing
from casedb.outgoing.alerts import alert_desk
from casedb.records import PersonRecord
from casedb.store import Session
from casedb.vocabulary import CaseStage, ObligationKind, ObligationState, OutboxState

WHY = "承办人已离岗"


@dataclass(frozen=True, slots=True)
class Left:
    """Who left and what they leave behind: passed on, ended, cases and units without a name."""

    person: PersonRecord
    passed_on: int  # reminders that now go to the head of the unit, or up from there
    ended: int  # reminders they had set for themselves
    cases: tuple[str, ...]  # open cases that name nobody any more
    headless: tuple[str, ...]  # units they headed

    @property
    def text(self) -> str:
        """What the desk has to know and to mend, in Chinese."""
        said = [f"{self.person.unit_name}{self.person.name}已离岗，聊天账号已解除绑定。"]
        if self.passed_on:
            said.append(f"名下 {self.passed_on} 项提醒已转给单位负责人，没有负责人的逐级上报。")
        if self.ended:
            said.append(f"自己给自己设的 {self.ended} 项提醒已取消。")
        if self.cases:
            more = f"等 {len(self.cases)} 件" if len(self.cases) > 5 else ""
            said.append(f"未结工单 {'、'.join(self.cases[:5])}{more}没有承办人了，请改派。")
        said += [f"{name}没有负责人了，请在人员表的“单位”里补上再导入。" for name in self.headless]
        return "\n".join(said)


def leave(s: Session, person_id: int, *, now: datetime, actor: str) -> Left:
    """Take somebody off duty and pass on what was theirs; the desk is told what to mend.

    Raises:
        NotFound: nobody of that id.
    """
    headed = tuple(one.name for one in people.units(s) if one.head_id == person_id)
    person = people.leave(s, person_id, now=now, actor=actor)
    owed = s.scalars(
        select(Obligation).where(
            Obligation.person_id == person_id, Obligation.state.in_(standing.ACTIVE)
        )
    ).all()
    own = [one for one in owed if _only_theirs(one)]
    for row in own:
        standing.change(s, row, ObligationState.CANCELLED, now=now, actor=actor, why="本人已离岗")
    rest = [one for one in owed if not _only_theirs(one)]
    _pass_on(s, rest, person, now=now, actor=actor)
    _take_back(s, person_id)
    left = Left(person, len(rest), len(own), _handed_back(s, person_id), headed)
    alert_desk(s, key=f"alert:left:{person_id}:{now:%Y%m%dT%H%M%S}", text=left.text, now=now)
    return left


def _only_theirs(row: Obligation) -> bool:
    personal = row.kind is ObligationKind.PERSONAL and row.unit_id is None
    return personal and row.created_by == row.person_id


def _pass_on(
    s: Session, rows: Sequence[Obligation], person: PersonRecord, *, now: datetime, actor: str
) -> None:
    """Back to the unit, which hears of what was told already at once; of the rest when it is due."""
    standing.cancel_waiting(s, [row.id for row in rows], WHY)
    for row in rows:
        row.person_id, row.unit_id = None, row.unit_id or person.unit_id
        if row.step:
            row.snoozed_until, row.next_at, row.waiting_since = now, now, None
            standing.change(s, row, ObligationState.DUE, now=now, actor=actor, why=WHY)
        audit.record(
            s, at=now, actor=actor, subject=f"obligation:{row.id}", kind="handed_over", detail=WHY
        )


def _take_back(s: Session, person_id: int) -> None:
    """Messages of other kinds (escalations, alerts) that have not left yet."""
    s.execute(
        update(Outbox)
        .where(
            Outbox.person_id == person_id,
            Outbox.state.in_([OutboxState.WAITING, OutboxState.CARRIED]),
            Outbox.sent_at.is_(None),
        )
        .values(state=OutboxState.CANCELLED, error="收件人已离岗")
        .execution_options(synchronize_session="fetch")
    )


def _handed_back(s: Session, person_id: int) -> tuple[str, ...]:
    """Take their name off their open cases; the order numbers."""
    rows = s.scalars(
        select(Case)
        .where(Case.handler_id == person_id, Case.stage != CaseStage.CLOSED)
        .order_by(Case.id)
    ).all()
    for row in rows:
        row.handler_id = None
    return tuple(row.order_no for row in rows)
