"""An analyst decides about findings, lets the opinion go out, and records the recheck."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.casework import cases as looking
from bot.dialogue.materials import exclusions, materials
from bot.dialogue.materials.finding_cards import analyst_card, faults_of, finding_card, finding_line
from bot.dialogue.talk import Attachment, Reply
from bot.dialogue.turn import Turn, toast
from bot.materials import desk as review_desk
from bot.wording import general
from bot.wording import materials as wording
from casedb import people
from casedb.days import moment_text
from casedb.errors import NotFound, Refused
from casedb.exclusion import requests, rounds
from casedb.exclusion.records import RequestRecord, ReviewRecord
from casedb.exclusion.states import STATE_NAMES, Decision
from casedb.outgoing import outbox
from casedb.outgoing.alerts import account_of, private_target
from casedb.records import OutgoingButton, OutgoingFile

EDIT = "finding"


def _id(data: str) -> int:
    head = data.partition(":")[0]
    if not head.isdigit():
        raise NotFound(general.STALE_BUTTON, "")
    return int(head)


def _only_reviewers(turn: Turn) -> None:
    if turn.scope(Action.REVIEW) is Scope.NONE:
        raise Refused(wording.DECIDE_NOT_ALLOWED, "")


def listing(turn: Turn, data: str) -> Reply:
    """ex:list:<request>"""
    _only_reviewers(turn)
    request = exclusions.reachable(turn, data)
    return analyst_card(turn.rooms, request, _latest(turn, request))


def _latest(turn: Turn, request: RequestRecord) -> ReviewRecord:
    with turn.rooms.store.reading() as s:
        every = rounds.reviews(s, request.id)
    if not every:
        raise NotFound("还没有审核过。", "请先按“请审核”。")
    return every[-1]


def one(turn: Turn, data: str) -> Reply:
    """ex:f:<finding>"""
    _only_reviewers(turn)
    with turn.rooms.store.reading() as s:
        review = rounds.review_of_finding(s, _id(data))
    return finding_card(review, _id(data))


def confirm(turn: Turn, data: str) -> Reply:
    """ex:ok:<finding>"""
    return _decided(turn, _id(data), Decision.CONFIRMED)


def override(turn: Turn, data: str) -> Reply:
    """ex:no:<finding>: not a fault"""
    return _decided(turn, _id(data), Decision.OVERRIDDEN)


def edit(turn: Turn, data: str) -> Reply:
    """ex:edit:<finding>: into which words?"""
    _only_reviewers(turn)
    finding_id = _id(data)
    with turn.rooms.store.reading() as s:
        review = rounds.review_of_finding(s, finding_id)
    every = faults_of(review)
    at = next(place for place, known in enumerate(every, start=1) if known.id == finding_id)
    flows.keep(turn, EDIT, {"finding": str(finding_id)})
    return Reply(wording.EDIT_ASK.format(at=at))


def edited(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The new words were typed."""
    reply = _decided(turn, int(state["finding"]), Decision.EDITED, says=text)
    flows.leave(turn)
    return reply


def _decided(turn: Turn, finding_id: int, decision: Decision, says: str = "") -> Reply:
    _only_reviewers(turn)
    with turn.rooms.store.session() as s:
        rounds.decide(s, finding_id, decision, by=turn.person, now=turn.now, says=says)
        review = rounds.review_of_finding(s, finding_id)
        request = requests.request(s, review.request_id)
    return analyst_card(turn.rooms, request, review)


def send(turn: Turn, data: str) -> Reply:
    """ex:send:<review>: the rest is confirmed, the opinion goes to the unit with a new deadline."""
    _only_reviewers(turn)
    request, review, paths = review_desk.issue_opinion(
        turn.rooms, _id(data), by=turn.person, now=turn.now
    )
    _tell_unit(turn, request, review, paths)
    count = len(review.standing)
    due = moment_text(review.due_at) if review.due_at else ""
    said = wording.SENT if count else wording.SENT_NONE
    text = said.format(number=review.number, unit=request.unit or "承办单位", count=count, due=due)
    files = tuple(Attachment(path, _name(review, path)) for path in paths)
    return Reply(text, files=files)


def _name(review: ReviewRecord, path: Path) -> str:
    return f"审核意见-{review.number}{path.suffix}"


def _tell_unit(
    turn: Turn, request: RequestRecord, review: ReviewRecord, paths: Sequence[Path]
) -> None:
    """The opinion to who asked, who handles the case and the head of the unit, each once."""
    count = len(review.standing)
    said = wording.TO_UNIT if count else wording.TO_UNIT_NONE
    due = moment_text(review.due_at) if review.due_at else ""
    text = said.format(number=review.number, no=request.order_no, count=count, due=due)
    below = turn.rooms.settings.data_dir
    files = tuple(
        OutgoingFile(path.relative_to(below).as_posix(), _name(review, path)) for path in paths
    )
    buttons = ((OutgoingButton(wording.BUTTON_TODO, f"ex:todo:{request.id}"),),)
    with turn.rooms.store.session() as s:
        told = {request.asked_by}
        if request.unit_id is not None:
            head = people.head_of(s, request.unit_id)
            own = people.people(s, unit_id=request.unit_id)
            told |= {head.id} if head else {one.id for one in own}
        for person_id in sorted(one for one in told if one is not None and one != turn.person.id):
            account = account_of(s, person_id)
            if account is not None:
                outbox.put(
                    s, key=f"opinion:{review.id}:p{person_id}", target=private_target(account),
                    text=text, buttons=buttons, files=files, now=turn.now, person_id=person_id,
                )  # fmt: skip


def todo(turn: Turn, data: str) -> Reply:
    """ex:todo:<request>: what the unit has to mend, from the last opinion that went out."""
    request = exclusions.reachable(turn, data)
    with turn.rooms.store.reading() as s:
        every = [one for one in rounds.reviews(s, request.id) if one.issued_at is not None]
    standing = every[-1].standing if every else ()
    if not standing:
        return Reply(wording.TODO_NONE.format(no=request.order_no))
    due = moment_text(request.due_at) if request.due_at else ""
    head = wording.TODO_HEAD.format(no=request.order_no, count=len(standing), due=due)
    lines = [finding_line(at, one, decided=False) for at, one in enumerate(standing, start=1)]
    return Reply("\n".join([head, *lines]))


def submit(turn: Turn, data: str) -> Reply:
    """ex:submit:<request>: the materials went to the client."""
    _only_reviewers(turn)
    request = exclusions.reachable(turn, data)
    with turn.rooms.store.session() as s:
        requests.submit(s, request.id, actor=turn.actor, now=turn.now)
    no = request.order_no
    return Reply(wording.SUBMITTED.format(no=no, at=moment_text(turn.now), tail=no[-6:]))


def recheck(turn: Turn, argument: str) -> Reply:
    """/recheck NO 通过|退回 [reason]"""
    parts = argument.split(maxsplit=2)
    if len(parts) < 2 or parts[1] not in ("通过", "退回"):
        return Reply(wording.RECHECK_USAGE)
    with turn.rooms.store.session() as s:
        case = looking.find(turn, s, parts[0])
        known = requests.request_of_case(s, case.id)
        if known is None:
            raise NotFound(f"工单 {case.order_no} 没有剔除申请。", "请先发 /exclude 加工单编号。")
        done = requests.recheck(
            s, known.id, passed=parts[1] == "通过", note=parts[2] if len(parts) > 2 else "",
            actor=turn.actor, now=turn.now,
        )  # fmt: skip
    return Reply(wording.RECHECKED.format(no=case.order_no, state=STATE_NAMES[done.state]))


def pressed(turn: Turn, data: str) -> Reply:
    """ex:<deed>:<id>, every button of exclusion."""
    deed, _, rest = data.partition(":")
    deeds = {
        "new": exclusions.opened, "flow": exclusions.by_flow, "case": exclusions.of_case,
        "status": exclusions.status, "off": exclusions.withdraw,
        "go": materials.review, "for": materials.chosen, "list": listing, "f": one,
        "ok": confirm, "no": override, "edit": edit, "send": send, "todo": todo, "submit": submit,
    }  # fmt: skip
    if turn.in_group or deed not in deeds:
        return toast(general.STALE_BUTTON)
    return deeds[deed](turn, rest)
