"""Findings as messages: the list for the unit, the list for the analyst, one finding to decide."""

from __future__ import annotations

from datetime import datetime

from bot.access import Action, Scope
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn
from bot.materials.desk import rules_of
from bot.rooms import Rooms
from bot.wording import materials as wording
from casedb import people
from casedb.days import moment_text
from casedb.exclusion.records import FindingRecord, RequestRecord, ReviewRecord
from casedb.exclusion.states import Decision
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, private_target
from casedb.records import OutgoingButton
from casedb.vocabulary import Role

SHOWN = 20
BUTTONS = 12


def finding_line(at: int, one: FindingRecord, *, decided: bool) -> str:
    """One finding as a line of a list."""
    found = one.finding
    mark = f"（{wording.DECIDED[one.decision.value]}）" if decided else ""
    return wording.LINE.format(
        at=at, status=wording.STATUS_NAMES[found.status.value], where=where(one), says=found.says,
        words=_words(one), decided=mark, cure=found.cure,
    )  # fmt: skip


def _words(one: FindingRecord) -> str:
    return f"（“{one.finding.words}”）" if one.finding.words else ""


def where(one: FindingRecord) -> str:
    """File and page of a finding."""
    found = one.finding
    if not found.file:
        return "全部材料"
    return f"{found.file} 第{found.page}页" if found.page else found.file


def faults_of(review: ReviewRecord) -> tuple[FindingRecord, ...]:
    """Everything but what is met, in order; also what was overridden."""
    return tuple(one for one in review.findings if one.finding.status != "met")


def _lines(review: ReviewRecord, *, decided: bool = False) -> str:
    shown = faults_of(review) if decided else review.standing
    lines = [finding_line(at, one, decided=decided) for at, one in enumerate(shown, start=1)]
    if len(lines) > SHOWN:
        lines = [*lines[:SHOWN], f"……另有 {len(lines) - SHOWN} 项"]
    return "\n".join(lines) or wording.NO_FAULTS


def worker_text(turn: Turn, request: RequestRecord, review: ReviewRecord) -> Reply:
    """What the one who handed in hears at once."""
    if turn.scope(Action.REVIEW) is not Scope.NONE:
        return analyst_card(turn.rooms, request, review)
    count = len(review.standing)
    said = wording.FOUND if count else wording.FOUND_NONE
    return Reply(
        said.format(no=request.order_no, round=review.round, count=count, lines=_lines(review))
    )


def analyst_card(rooms: Rooms, request: RequestRecord, review: ReviewRecord) -> Reply:
    """The list an analyst decides on, a button for each finding and one to send the opinion."""
    rules = rules_of(rooms)
    text = wording.FOR_ANALYST.format(
        no=request.order_no, round=review.round, unit=request.unit or "未定单位",
        category=f"{request.category} {rules.category(request.category).name}",
        lines=_lines(review, decided=True), note=rules.note,
    )  # fmt: skip
    if review.issued_at is not None:
        return Reply(text.strip())
    every = faults_of(review)[:BUTTONS]
    single = [Button(f"第{at}项", f"ex:f:{one.id}") for at, one in enumerate(every, start=1)]
    rows = [tuple(single[at : at + 4]) for at in range(0, len(single), 4)]
    rows.append((Button(wording.BUTTON_SEND, f"ex:send:{review.id}"),))
    return Reply(text.strip(), tuple(rows))


def finding_card(review: ReviewRecord, finding_id: int) -> Reply:
    """One finding with what can be decided."""
    every = faults_of(review)
    at, one = next((at, one) for at, one in enumerate(every, start=1) if one.id == finding_id)
    decided = wording.DECIDED[one.decision.value]
    if one.decided_by and one.decided_at and one.decision is not Decision.OPEN:
        decided += f"（{one.decided_by}，{moment_text(one.decided_at)}）"
    text = wording.ONE.format(
        at=at, status=wording.STATUS_NAMES[one.finding.status.value], where=where(one),
        says=one.finding.says, words=_words(one), cure=one.finding.cure, decided=decided,
    )  # fmt: skip
    rows = (
        (
            Button(wording.BUTTON_CONFIRM, f"ex:ok:{one.id}"),
            Button(wording.BUTTON_EDIT, f"ex:edit:{one.id}"),
            Button(wording.BUTTON_OVERRIDE, f"ex:no:{one.id}"),
        ),
        (Button(wording.BUTTON_LIST, f"ex:list:{review.request_id}"),),
    )
    return Reply(text, rows)


def tell_analysts(
    rooms: Rooms, request: RequestRecord, review: ReviewRecord, *, now: datetime, but: Turn
) -> int:
    """Queue the list for every analyst (else the desk) with an account, but not for the presser."""
    card = analyst_card(rooms, request, review)
    buttons = tuple(
        tuple(OutgoingButton(one.label, one.data) for one in row) for row in card.buttons
    )
    told = 0
    with rooms.store.session() as s:
        every = people.people(s, roles=(Role.ANALYST,)) or people.desk(s)
        for person in every:
            account = account_of(s, person.id)
            if account is None or person.id == but.person.id or not person.active:
                continue
            told += outbox.put(
                s, key=f"reviewed:{review.id}:{now:%Y%m%dT%H%M%S}:p{person.id}",
                target=private_target(account), text=card.text, buttons=buttons, now=now,
                person_id=person.id,
            )  # fmt: skip
    return told
