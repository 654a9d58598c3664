"""Exclusion files for a case: taken from private chats, grouped by case, handed to the review."""

from __future__ import annotations

import json
import logging
import threading

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.casework import cases as looking
from bot.dialogue.duty.oncall import roster
from bot.dialogue.materials import exclusions
from bot.dialogue.materials.finding_cards import tell_analysts, worker_text
from bot.dialogue.talk import Button, IncomingFile, Reply
from bot.dialogue.turn import Turn, toast
from bot.errors import BotError
from bot.materials import desk as review_desk
from bot.wording import general
from bot.wording import materials as wording
from casedb.errors import CasedbError
from casedb.exclusion import duties, requests
from casedb.exclusion.records import RequestRecord
from casedb.outgoing import outbox
from casedb.records import OutgoingButton
from indexer.errors import IndexerError

log = logging.getLogger(__name__)
FLOW = "materials"
SHEETS = (".xlsx", ".xls", ".csv", ".xlsm", ".ods", ".tsv", ".toml", ".ics", ".ical")
PICTURES = ("png", "jpeg")


def takes(turn: Turn) -> bool:
    """Whether the files of this message are materials: somebody's open request waits for files.

    Sheets of those who import sheets stay imports unless the message names an order of theirs.
    """
    if turn.in_group or not turn.incoming.files:
        return False
    waiting = _waiting(turn)
    if not waiting:
        return False
    sheets = all(one.name.lower().endswith(SHEETS) for one in turn.incoming.files)
    return not (
        sheets and turn.scope(Action.SHEETS) is not Scope.NONE and not _named(turn, waiting)
    )


def _waiting(turn: Turn) -> tuple[RequestRecord, ...]:
    with turn.rooms.store.reading() as s:
        every = requests.open_requests(s)
    mine = [
        one
        for one in every
        if one.state in exclusions.CAN_REVIEW
        and (one.asked_by == turn.person.id or one.unit_id == turn.person.unit_id)
    ]
    return tuple(mine)


def _named(turn: Turn, waiting: tuple[RequestRecord, ...]) -> RequestRecord | None:
    """The request whose order number (or its tail) stands in the caption or a file name."""
    said = [turn.incoming.text, *(one.name for one in turn.incoming.files)]
    numbers = [number for text in said for number in looking.numbers_in(text.replace("_", " "))]
    hits = [
        one
        for one in waiting
        if any(len(number) >= 6 and one.order_no.endswith(number) for number in numbers)
    ]
    return hits[0] if len({one.id for one in hits}) == 1 else None


def received(turn: Turn, files: tuple[IncomingFile, ...]) -> Reply:
    """Take the files in; with several requests waiting they are kept and the case is asked for."""
    refused = [one.error for one in files if one.error or one.path is None]
    kept = [
        (review_desk.keep_file(turn.rooms, one.path), one.name)
        for one in files
        if one.path and not one.error
    ]
    lines = [text or general.VOICE for text in refused]
    if not kept:
        return Reply("\n".join(lines))
    waiting = _waiting(turn)
    chosen = _named(turn, waiting) or (waiting[0] if len(waiting) == 1 else None)
    if chosen is None:
        return _ask_which(turn, waiting, kept, lines)
    return _taken(turn, chosen, kept, lines)


def _ask_which(
    turn: Turn, waiting: tuple[RequestRecord, ...], kept: list[tuple[str, str]], lines: list[str]
) -> Reply:
    flow, state = flows.current(turn)
    pending = json.loads(state.get("files", "[]")) if flow == FLOW else []
    pending += [list(one) for one in kept]
    flows.keep(turn, FLOW, {"files": json.dumps(pending, ensure_ascii=False)})
    buttons = tuple(
        (Button(f"{one.order_no[-6:]} {one.category}", f"ex:for:{one.id}"),) for one in waiting[:10]
    )
    return Reply("\n".join([*lines, wording.WHICH.format(count=len(pending))]), buttons)


def chosen(turn: Turn, data: str) -> Reply:
    """ex:for:<request>: the kept files belong to this case."""
    request = exclusions.reachable(turn, data)
    flow, state = flows.current(turn)
    if flow != FLOW:
        return toast(wording.WHICH_STALE)
    kept = [(str(path), str(name)) for path, name in json.loads(state["files"])]
    flows.leave(turn)
    return _taken(turn, request, kept, [])


def named(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The order number was typed instead of pressed."""
    with turn.rooms.store.reading() as s:
        case = looking.find(turn, s, text)
        request = requests.request_of_case(s, case.id)
    if request is None or not request.open:
        raise CasedbError(
            f"工单 {case.order_no} 没有在办的剔除申请。", "请先发 /exclude 加工单编号。"
        )
    return chosen(turn, str(request.id))


def _taken(
    turn: Turn, request: RequestRecord, kept: list[tuple[str, str]], lines: list[str]
) -> Reply:
    for path, name in kept:
        taken = review_desk.take_in(
            turn.rooms, request.id, path, name,
            actor=turn.actor, channel=turn.incoming.channel, now=turn.now,
        )  # fmt: skip
        for one, fresh, problem in taken:
            said = wording.TAKEN if fresh else wording.TAKEN_AGAIN
            lines.append(said.format(name=one.name, no=request.order_no))
            if problem and fresh:
                lines.append(wording.PROBLEM.format(problem=problem.rstrip("。")))
    with turn.rooms.store.reading() as s:
        found = requests.materials(s, request.id)
    left = exclusions.missing_sentence(turn, request, found)
    lines.append(left)
    if left == wording.ALL_THERE:
        _owe_review(turn, request)
    button = (Button(wording.BUTTON_REVIEW, f"ex:go:{request.id}"),)
    return Reply("\n".join(lines), (button,))


def _owe_review(turn: Turn, request: RequestRecord) -> None:
    """The analyst on duty is to look at them, urged by the ladder; who may review does it himself."""
    rooms = turn.rooms
    with rooms.store.session() as s:
        on_duty = [turn.person] if turn.scope(Action.REVIEW) is not Scope.NONE else []
        on_duty += roster(s, turn.now)
        duties.owe_review(
            s, request.id, reviewer_id=on_duty[0].id if on_duty else None, actor=turn.actor,
            now=turn.now, rules=rooms.rules, calendar=rooms.calendar,
        )  # fmt: skip


def review(turn: Turn, data: str) -> Reply:
    """ex:go:<request>: check everything handed in; pictures take their time beside the talk."""
    request = exclusions.reachable(turn, data)
    with turn.rooms.store.reading() as s:
        found = requests.materials(s, request.id)
    if not found:
        return Reply(wording.NOTHING_TO_REVIEW)
    # A pdf may be a scan; only what certainly has no pictures is read while somebody waits.
    quick = all(one.kind in ("docx", "xlsx", "text") for one in found)
    if quick:
        return _reviewed(turn, request)
    threading.Thread(target=_review_beside, args=(turn, request), daemon=True).start()
    return Reply(wording.REVIEWING.format(count=len(found)))


def _reviewed(turn: Turn, request: RequestRecord) -> Reply:
    made = review_desk.run_review(turn.rooms, request.id, actor=turn.actor, now=turn.now)
    tell_analysts(turn.rooms, request, made, now=turn.now, but=turn)
    _owe_review(turn, request)
    return worker_text(turn, request, made)


def _review_beside(turn: Turn, request: RequestRecord) -> None:
    """Review off the talk's thread; the result, or why there is none, goes out by the outbox."""
    try:
        reply = _reviewed(turn, request)
        text, buttons = reply.text, reply.buttons
    except (CasedbError, IndexerError, BotError) as wrong:
        text = wording.REVIEW_FAILED.format(no=request.order_no, why=f"{wrong.what}{wrong.fix}")
        buttons = ()
    except Exception:
        log.exception("review of request %s failed", request.id)
        text, buttons = wording.REVIEW_FAILED.format(no=request.order_no, why=""), ()
    now = turn.rooms.clock.now()
    with turn.rooms.store.session() as s:
        outbox.put(
            s, key=f"review:{request.id}:{turn.incoming.channel}:{turn.incoming.id}"[:190],
            target=turn.target, text=text, now=now,
            buttons=tuple(tuple(_outgoing(one) for one in row) for row in buttons),
        )  # fmt: skip


def _outgoing(button: Button) -> OutgoingButton:
    return OutgoingButton(button.label, button.data)
