"""Questions waiting for a person: handed off, claimed by one, answered once, passed on when late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update

from casedb import audit, people
from casedb.cases.drafts import clean
from casedb.errors import CasedbError, NotFound, Refused
from casedb.models import Handoff, Question
from casedb.privacy import mask
from casedb.questions import question_row
from casedb.store import Session


@dataclass(frozen=True, slots=True)
class HandoffRecord:
    """A question waiting for a person, or answered by one."""

    id: int
    question_id: int
    question: str
    asked_by: int | None
    asked_at: datetime
    channel: str
    chat: str
    topic: str
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str = ""
    context: tuple[str, ...] = ()  # masked turns before, oldest first
    told: tuple[int, ...] = ()  # persons asked so far, in order
    next_at: datetime | None = None  # when somebody is asked next

    @property
    def open(self) -> bool:
        """Nobody has answered yet."""
        return self.answered_at is None


def hand_off(
    s: Session,
    question_id: int,
    *,
    channel: str,
    chat: str,
    topic: str = "",
    context: Sequence[str] = (),
    now: datetime,
) -> HandoffRecord:
    """Pass a question on to the analyst on duty; asking twice makes one hand-off."""
    row = question_row(s, question_id)
    waiting = s.scalar(select(Handoff).where(Handoff.question_id == question_id))
    if waiting is None:
        waiting = Handoff(
            question_id=question_id,
            asked_at=now,
            channel=channel,
            chat=chat,
            topic=topic,
            answer="",
            context=[mask(clean(one)) for one in context],
            told=[],
            next_at=now,
        )
        row.outcome = "handoff"
        s.add(waiting)
        s.flush()
        _note(s, waiting, "handed_off", "转驻场分析人员", actor=_actor(row.person_id), now=now)
    return _view(waiting, row)


def handoff(s: Session, handoff_id: int) -> HandoffRecord:
    """One hand-off by its id."""
    row = _row(s, handoff_id)
    return _view(row, question_row(s, row.question_id))


def of_question(s: Session, question_id: int) -> HandoffRecord | None:
    """The hand-off of a question, None when it was answered by the knowledge."""
    row = s.scalar(select(Handoff).where(Handoff.question_id == question_id))
    return None if row is None else _view(row, question_row(s, question_id))


def open_handoffs(s: Session) -> tuple[HandoffRecord, ...]:
    """Hand-offs nobody has answered, oldest first."""
    rows = s.execute(
        select(Handoff, Question)
        .join(Question, Question.id == Handoff.question_id)
        .where(Handoff.answered_at.is_(None))
        .order_by(Handoff.id)
    )
    return tuple(_view(row, about) for row, about in rows)


def late(s: Session, now: datetime) -> tuple[HandoffRecord, ...]:
    """Hand-offs for which the next on the roster is to be asked now, oldest first."""
    waiting = (one for one in open_handoffs(s) if one.next_at is not None)
    return tuple(one for one in waiting if one.next_at is not None and one.next_at <= now)


def asked(s: Session, handoff_id: int, person_id: int, *, next_at: datetime) -> HandoffRecord:
    """Somebody on the roster was asked; the next one is at `next_at`."""
    row = _row(s, handoff_id)
    row.told, row.next_at = [*row.told, person_id], next_at
    s.flush()
    return handoff(s, handoff_id)


def nobody_left(s: Session, handoff_id: int, *, now: datetime, again_at: datetime) -> None:
    """The whole roster was asked in vain; it is looked at again at `again_at`."""
    row = _row(s, handoff_id)
    row.next_at = again_at
    _note(s, row, "nobody_left", "值班名单都问过，无人答复", actor="schedule", now=now)


def claim(
    s: Session, handoff_id: int, *, person_id: int, now: datetime, until: datetime | None = None
) -> HandoffRecord:
    """Somebody takes a question until `until`; of two at once one has it.

    Raises:
        Refused: another one has it, or it was answered.
    """
    taken = s.execute(
        update(Handoff)
        .where(
            Handoff.id == handoff_id,
            Handoff.answered_at.is_(None),
            or_(Handoff.claimed_by.is_(None), Handoff.claimed_by == person_id),
        )
        .values(claimed_by=person_id, claimed_at=now, next_at=until)
        .execution_options(synchronize_session="fetch")
    )
    row = _row(s, handoff_id)
    s.refresh(row)
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise _over() if row.answered_at is not None else _taken(s, row)
    _note(s, row, "claimed", "认领问题", actor=f"person:{person_id}", now=now)
    return handoff(s, handoff_id)


def _over() -> Refused:
    return Refused(what="这个问题已经答复过了。", fix="不用再处理；有补充请直接发给提问人。")


def _taken(s: Session, row: Handoff) -> Refused:
    name = people.person(s, row.claimed_by).name if row.claimed_by else "别人"
    return Refused(what=f"这个问题已经有人在处理（{name}）。", fix="有意见请直接告诉认领的人。")


def give_up(s: Session, handoff_id: int, *, person_id: int, now: datetime) -> bool:
    """Let go of a claim, so that the next is asked at once; False when it was not theirs."""
    row = _row(s, handoff_id)
    if row.answered_at is not None or row.claimed_by != person_id:
        return False
    row.claimed_by, row.claimed_at, row.next_at = None, None, now
    _note(s, row, "given_up", "放弃认领", actor=f"person:{person_id}", now=now)
    return True


def answer(
    s: Session, handoff_id: int, text: str, *, person_id: int, now: datetime
) -> HandoffRecord:
    """The analyst's answer, masked; whoever relays it finds chat and topic in the record.

    Raises:
        CasedbError: nothing was written.
        Refused: it was answered, or somebody else has claimed it.
    """
    said = mask(clean(text))
    if not said:
        raise CasedbError(what="答复是空的。", fix="请写上答复内容再发。")
    claim(s, handoff_id, person_id=person_id, now=now)
    row = _row(s, handoff_id)
    row.answer, row.answered_at, row.next_at = said, now, None
    _note(s, row, "answered", "答复转办问题", actor=f"person:{person_id}", now=now)
    return handoff(s, handoff_id)


def _view(row: Handoff, about: Question) -> HandoffRecord:
    return HandoffRecord(
        id=row.id,
        question_id=row.question_id,
        question=about.text,
        asked_by=about.person_id,
        asked_at=row.asked_at,
        channel=row.channel,
        chat=row.chat,
        topic=row.topic,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        answered_at=row.answered_at,
        answer=row.answer,
        context=tuple(map(str, row.context)),
        told=tuple(map(int, row.told)),
        next_at=row.next_at,
    )


def _row(s: Session, handoff_id: int) -> Handoff:
    row = s.get(Handoff, handoff_id)
    if row is None:
        raise NotFound(what="这个转办问题没有记录。", fix="请看最新的转办列表。")
    return row


def _actor(person_id: int | None) -> str:
    return "schedule" if person_id is None else f"person:{person_id}"


def _note(s: Session, row: Handoff, kind: str, text: str, *, actor: str, now: datetime) -> None:
    audit.record(s, at=now, actor=actor, subject=f"handoff:{row.id}", kind=kind, detail=text)
