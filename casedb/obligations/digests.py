"""Several reminders to one chat within one minute become one digest message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from casedb.models import Case, Obligation, Outbox
from casedb.obligations import standing
from casedb.outgoing.outbox_rows import Buttons, put
from casedb.records import Target
from casedb.store import Session
from casedb.vocabulary import OutboxState

ONE_MINUTE = timedelta(minutes=1)
DIGEST = "digest"
SHOWN = 20
BUTTONS_A_LINE = 4
BUTTON_LINES = 2


def queue(
    s: Session,
    *,
    key: str,
    target: Target,
    text: str,
    buttons: Buttons,
    now: datetime,
    wanted_at: datetime,
    obligation_id: int,
    step: str,
    person_id: int | None,
    urgent: bool,
) -> bool:
    """Queue a reminder; the second one for a chat within a minute joins the first.

    A chat that was spoken to less than a minute ago hears the next reminders together when the
    minute is over, unless one is urgent. False when the key is taken.
    """
    waiting = _waiting(s, target, now)
    start = now if urgent or waiting is not None else max(now, _minute_over(s, target, now))
    added = put(
        s,
        key=key,
        target=target,
        text=text,
        now=now,
        buttons=buttons,
        not_before=start,
        wanted_at=wanted_at,
        obligation_id=obligation_id,
        step=step,
        person_id=person_id,
    )
    if added and waiting is not None:
        _join(s, waiting, key, now=now, urgent=urgent)
    return added


def _same_chat(target: Target) -> tuple[object, ...]:
    return (
        Outbox.channel == target.channel,
        Outbox.chat == target.chat,
        Outbox.topic == target.topic,
        or_(Outbox.obligation_id.is_not(None), Outbox.step == DIGEST),
    )


def _waiting(s: Session, target: Target, now: datetime) -> Outbox | None:
    query = (
        select(Outbox)
        .where(
            *_same_chat(target),  # type: ignore[arg-type]
            Outbox.state == OutboxState.WAITING,
            Outbox.not_before <= now + ONE_MINUTE,
            # A digest once tried may lie in the chat already: who confirms all of it there
            # must not confirm what came later and was never shown.
            or_(Outbox.step != DIGEST, Outbox.attempts == 0),
        )
        .order_by(Outbox.id)
        .limit(1)
    )
    return s.scalar(query)


def _minute_over(s: Session, target: Target, now: datetime) -> datetime:
    spoken = select(func.max(func.coalesce(Outbox.sent_at, Outbox.not_before))).where(
        *_same_chat(target),  # type: ignore[arg-type]
        Outbox.state.in_([OutboxState.SENDING, OutboxState.SENT]),
    )
    last = s.scalar(spoken)
    # A time after now can only come from a clock that jumped back since.
    return now if last is None or last > now else last + ONE_MINUTE


def _join(s: Session, waiting: Outbox, key: str, *, now: datetime, urgent: bool) -> None:
    """Make `waiting` a digest if it is none, and let it carry the row just put.

    Its words are written when it is claimed, from what still holds then.
    """
    added = s.scalars(select(Outbox).where(Outbox.key == key)).one()
    digest = waiting if waiting.step == DIGEST else _digest_of(s, waiting, now)
    added.state, added.carried_by = OutboxState.CARRIED, digest.id
    digest.wanted_at = min(digest.wanted_at, added.wanted_at)
    digest.unsure = max(digest.unsure, added.unsure)
    if urgent:
        digest.not_before = now


def _digest_of(s: Session, first: Outbox, now: datetime) -> Outbox:
    digest = Outbox(
        key=f"digest:{first.key}",
        step=DIGEST,
        person_id=first.person_id,
        channel=first.channel,
        chat=first.chat,
        topic=first.topic,
        is_group=first.is_group,
        text="",
        wanted_at=first.wanted_at,
        not_before=first.not_before,
        # What may have arrived already stays marked inside the digest.
        unsure=first.unsure,
        created_at=now,
    )
    s.add(digest)
    s.flush()
    first.state, first.carried_by = OutboxState.CARRIED, digest.id
    return digest


@dataclass(frozen=True, slots=True)
class Known:
    """What claimed messages speak of, looked up for all of them at once."""

    carried: Mapping[int, tuple[Outbox, ...]]  # digest -> the messages it carries
    duties: Mapping[int, Obligation]
    cases: Mapping[int, Case]

    @classmethod
    def of(cls, s: Session, rows: Sequence[Outbox]) -> Known:
        """Look up what these rows, and those their digests carry, remind of."""
        s.flush()
        digests = [row.id for row in rows if row.step == DIGEST]
        carried: dict[int, tuple[Outbox, ...]] = {}
        found = select(Outbox).where(
            Outbox.carried_by.in_(digests), Outbox.state == OutboxState.CARRIED
        )
        for row in s.scalars(found.order_by(Outbox.id)) if digests else ():
            assert row.carried_by is not None
            carried[row.carried_by] = (*carried.get(row.carried_by, ()), row)
        every = [*rows, *(row for group in carried.values() for row in group)]
        numbers = {row.obligation_id for row in every if row.obligation_id is not None}
        duties = s.scalars(select(Obligation).where(Obligation.id.in_(numbers))) if numbers else ()
        by_id = {duty.id: duty for duty in duties}
        of_cases = {duty.case_id for duty in by_id.values() if duty.case_id is not None}
        cases = s.scalars(select(Case).where(Case.id.in_(of_cases))) if of_cases else ()
        return cls(carried, by_id, {case.id: case for case in cases})

    def untrue(self, row: Outbox) -> str:
        """Why a message no longer holds, "" while it does."""
        duty = self.duties.get(row.obligation_id or 0)
        return "" if duty is None else standing.untrue(duty, self.cases.get(duty.case_id or 0))


def redraw(digest: Outbox, known: Known) -> None:
    """Write the digest anew from what it carries and still holds; nothing left cancels it."""
    left = []
    for row in known.carried.get(digest.id, ()):
        if why := known.untrue(row):
            row.state, row.error = OutboxState.CANCELLED, why
        else:
            left.append(row)
    if not left:
        digest.state, digest.error = OutboxState.CANCELLED, "所含提醒都已不需要"
    elif len(left) == 1:
        digest.text, digest.buttons = left[0].text, left[0].buttons
    else:
        digest.text, digest.buttons = _digest_text(left), _digest_buttons(digest.id, left)


def _digest_text(rows: list[Outbox]) -> str:
    lines = [f"⏰ **{len(rows)} 项提醒**"]
    shown = rows[:SHOWN]
    lines += [f"{place}. {_first_line(row.text)}" for place, row in enumerate(shown, start=1)]
    if len(rows) > len(shown):
        lines.append(f"另有 {len(rows) - len(shown)} 项，发“我的提醒”查看。")
    return "\n".join(lines)


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].removeprefix("⏰ ") if text.strip() else ""


def _digest_buttons(digest_id: int, rows: list[Outbox]) -> list[list[dict[str, str]]]:
    single = [
        {"label": f"已收到 {place}", "data": f"ack:{row.obligation_id}"}
        for place, row in enumerate(rows[: BUTTONS_A_LINE * BUTTON_LINES], start=1)
    ]
    lines = [
        single[start : start + BUTTONS_A_LINE] for start in range(0, len(single), BUTTONS_A_LINE)
    ]
    return [*lines, [{"label": "全部已收到", "data": f"ackall:{digest_id}"}]]
