"""The desk's page: what waits, gaps, drafts, changed papers, exclusion, training; rights as in chat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from bot.access import RIGHTS, Action
from bot.dialogue.duty.oncall import ANSWERERS, roster
from bot.dialogue.knowledge.gaps import USUAL_WORKDAYS, due_after
from bot.dialogue.knowledge.lessons import finished
from bot.errors import BotError
from bot.learning import corrections, gaps, lesson_advice, own_papers, passing_on, publishing
from bot.learning.lessons import lessons
from bot.rooms import Rooms
from bot.web import exclusion
from bot.web.desk import Desk, desk_of
from bot.web.session import Seat
from bot.wording import changes as change_words
from bot.wording import drafts as draft_words
from bot.wording import gaps as gap_words
from bot.wording import general
from casedb import people
from casedb.days import moment_text
from casedb.errors import CasedbError
from casedb.learning import changes, citing, drafts, handoffs
from casedb.learning import gaps as gap_records
from casedb.learning import lessons as lesson_records
from casedb.records import PersonRecord
from indexer.errors import IndexerError

router = APIRouter()
DeskHere = Annotated[Desk, Depends(desk_of)]
Typed = Annotated[str, Form()]
DONE = "已办好。"
SAID_SECONDS = 600


def _seat(request: Request, desk: Desk, action: Action = Action.KNOWLEDGE) -> Seat:
    """Who sits here, if they may; a clear sentence otherwise."""
    seat = desk.seat(request)
    if action not in RIGHTS[seat.person.role]:
        raise HTTPException(403, general.NOT_ALLOWED.format(role=general.ROLES[seat.person.role]))
    return seat


@router.get("/desk")
def overview(request: Request, desk: DeskHere, told: str = "", month: str = "") -> Response:
    """Everything that is open, with what may be done about it."""
    seat = desk.seat_or_none(request)
    if seat is None:
        return RedirectResponse("/", status_code=303)
    seat = _seat(request, desk)
    rooms, said = desk.rooms, desk.links.open(told) or ""
    try:
        gaps.gather(rooms, rooms.clock.now())
    except IndexerError as wrong:
        said = said or str(wrong)
    return desk.templates.TemplateResponse(
        request,
        "desk.html",
        {
            "me": seat.person,
            "said": said,
            "moment": moment_text,
            "may_publish": Action.PUBLISH in RIGHTS[seat.person.role],
            "waiting": _waiting(rooms),
            "gaps": _gaps(rooms),
            "staff": _staff(rooms),
            "drafts": _drafts(rooms),
            "changes": _changes(rooms),
            "exclusion": exclusion.shown(rooms, month),
            "training": _training(rooms),
        },
    )


def _waiting(rooms: Rooms) -> dict[str, Any]:
    with rooms.store.reading() as s:
        found = handoffs.open_handoffs(s)
        names = {one.id: one.name for one in people.people(s)}
        order = [one.name for one in roster(s, rooms.clock.now())]
    rows = [{"row": one, "claimed": names.get(one.claimed_by or 0, "")} for one in found]
    return {"rows": rows, "roster": order}


def _gaps(rooms: Rooms) -> list[dict[str, Any]]:
    with rooms.store.reading() as s:
        found = gap_records.listing(s)
    return [
        {
            "row": one,
            "whys": "、".join(f"{gap_words.WHYS[why]} {count}" for why, count in one.whys.items()),
            "state": gap_words.STATES[one.state],
        }
        for one in found
    ]


def _staff(rooms: Rooms) -> tuple[PersonRecord, ...]:
    with rooms.store.reading() as s:
        return people.people(s, roles=ANSWERERS)


def _drafts(rooms: Rooms) -> list[dict[str, Any]]:
    now = rooms.clock.now()
    with rooms.store.reading() as s:
        found = drafts.listing(s, (drafts.DRAFT, drafts.PUBLISHED))
    return [
        {
            "row": one,
            "state": draft_words.STATES[one.state],
            "faults": own_papers.faults(rooms, one, now) if one.state == drafts.DRAFT else (),
        }
        for one in found
    ]


def _changes(rooms: Rooms) -> list[dict[str, Any]]:
    with rooms.store.reading() as s:
        found = changes.listing(s)
        concerned = citing.affected(s, found)
    return [
        {
            "row": one,
            "what": change_words.WHAT[one.what],
            "concerned": concerned[one.id],
            "sends": len(corrections.planned(rooms, one)),
        }
        for one in found
        if concerned[one.id]
    ]


def _training(rooms: Rooms) -> dict[str, Any]:
    every = lessons(rooms.settings)
    with rooms.store.reading() as s:
        staff, found = people.people(s), lesson_records.results(s)
    counted = [(one, sum(finished(one, found.get(each.id, {})) for each in staff)) for one in every]
    rows = [(each, sum(finished(one, found.get(each.id, {})) for one in every)) for each in staff]
    try:
        advice = lesson_advice.shown(every, lesson_advice.advise(rooms, rooms.clock.now()))
    except IndexerError:
        advice = ""
    return {"lessons": counted, "people": rows, "count": len(every), "advice": advice}


def _done(desk: Desk, deed: Callable[[], object], place: str) -> Response:
    """Do it and show the page again with what came of it; signed, so that no link can put words there."""
    try:
        came = deed()
        said = came if isinstance(came, str) else DONE
    except (CasedbError, BotError, IndexerError) as refused:
        said = str(refused)
    told = quote(desk.links.sign(said, seconds=SAID_SECONDS))
    return RedirectResponse(f"/desk?told={told}#{place}", status_code=303)


@router.post("/desk/handoffs/{number}")
def answer(number: int, request: Request, desk: DeskHere, text: Typed) -> Response:
    """Answer a question that waits; it is relayed to where it was asked."""
    seat, rooms = _seat(request, desk, Action.ANSWER_HANDOFFS), desk.rooms

    def deed() -> str:
        now = rooms.clock.now()
        with rooms.store.session() as s:
            done = handoffs.answer(s, number, text, person_id=seat.person.id, now=now)
            passing_on.relay(s, done, seat.person, now)
        return f"{number} 号已答复，已转给提问的人。"

    return _done(desk, deed, "waiting")


@router.post("/desk/gaps/{number}")
def gap(
    number: int, request: Request, desk: DeskHere, deed: Typed, owner: Annotated[int, Form()] = 0
) -> Response:
    """Assign a gap, or close it."""
    seat, rooms = _seat(request, desk), desk.rooms

    def done() -> None:
        now = rooms.clock.now()
        with rooms.store.session() as s:
            if deed in (gap_records.FILLED, gap_records.DROPPED):
                gap_records.close(s, number, deed, by=seat.person.id, now=now)
                return
            to = people.person(s, owner)
            if to.role not in ANSWERERS or not to.active:
                raise BotError("这个人不能补知识缺口。", "请从名单里选。")
            gap_records.assign(
                s,
                number,
                to,
                due_at=due_after(rooms, now, USUAL_WORKDAYS),
                by=seat.person,
                now=now,
                rules=rooms.rules,
            )

    return _done(desk, done, "gaps")


@router.post("/desk/drafts/{number}")
def draft(number: int, request: Request, desk: DeskHere, deed: Typed) -> Response:
    """Publish a draft, or take a paper back."""
    seat, rooms = _seat(request, desk, Action.PUBLISH), desk.rooms
    if deed == "publish":
        done = publishing.publish
    elif deed == "withdraw":
        done = publishing.withdraw
    else:
        raise HTTPException(400, general.STALE_BUTTON)
    return _done(desk, lambda: done(rooms, number, seat.person, rooms.clock.now()), "drafts")


@router.post("/desk/changes/{number}")
def change(number: int, request: Request, desk: DeskHere, deed: Typed) -> Response:
    """Send the correction, or say that none is needed."""
    seat, rooms = _seat(request, desk), desk.rooms

    def done() -> str:
        now = rooms.clock.now()
        with rooms.store.reading() as s:
            one = changes.change(s, number)
        if one.state != changes.OPEN:
            return change_words.DONE_ALREADY.format(id=number, state=change_words.STATES[one.state])
        if deed == "push":
            sent = corrections.push(rooms, one, seat.person, now)
            return change_words.PUSHED.format(count=sent)
        with rooms.store.session() as s:
            changes.settle(s, number, changes.SETTLED, by=seat.person.id, now=now)
        return change_words.SKIPPED.format(id=number)

    return _done(desk, done, "changes")
