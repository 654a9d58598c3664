"""Which sentence, command or button goes to which function; order is the table's order."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.access import PRIVATE_ONLY, RIGHTS, Scope
from bot.dialogue import flows, held, plain
from bot.dialogue.analysis import measures, pivot, reports, retrospective
from bot.dialogue.answering import articles, asking, feedback
from bot.dialogue.casework import advice, cases, newcase, sheets, topics
from bot.dialogue.commands import BY_NAME, COMMANDS, Command
from bot.dialogue.duty import handoffs, people
from bot.dialogue.knowledge import changes, drafts, gaps, lessons
from bot.dialogue.materials import materials, opinions
from bot.dialogue.reminding import acks, reminders
from bot.dialogue.talk import SILENCE, ChatKind, Incoming, Reply
from bot.dialogue.turn import Turn
from bot.errors import BotError
from bot.rooms import Rooms
from bot.wording import answers as answer_wording
from bot.wording import cases as case_wording
from bot.wording import general
from casedb import people as records
from casedb.errors import CasedbError, RecordsBusy
from casedb.outgoing import outbox
from casedb.records import OutgoingButton, OutgoingFile, Target
from indexer.errors import IndexComing, IndexerError

log = logging.getLogger(__name__)
TRIES = 2  # each waits for the database as long as the store does
PAUSE = 0.3  # seconds between two tries
INDEX_PATIENCE = 25.0  # seconds a question waits for the first index; then it is answered later
_COMMAND = re.compile(r"^/([A-Za-z_]+)(?:@\w+)?(?:\s+|$)")

Press = Callable[[Turn, str], Reply]
Step = Callable[[Turn, dict[str, str], str], Reply]
BUTTONS: Mapping[str, Press] = {
    "ack": acks.ack,
    "ackall": acks.ack_all,
    "snooze": acks.snooze,
    "handover": acks.hand_over,
    "handto": acks.hand_to,
    "cannot": acks.cannot,
    "urge_late": acks.urge_late,
    "resend": acks.resend,
    "settled": acks.settled,
    "unremind": reminders.pressed_cancel,
    "case": cases.pressed,
    "art": articles.pressed,
    "fb": feedback.rate,
    "fbr": feedback.reason,
    "handoff": handoffs.ask_analyst,
    "handnew": handoffs.ask_apart,
    "claim": handoffs.claim,
    "unclaim": handoffs.unclaim,
    "hmore": handoffs.ask_more,
    "draft": drafts.pressed,
    "gap": gaps.pressed,
    "change": changes.pressed,
    "again": changes.again,
    "lesson": lessons.pressed,
    "ex": opinions.pressed,
    "rt": retrospective.pressed,
    "lp": retrospective.decided,
    "me": measures.pressed,
    "piv": pivot.pressed,
    "rep": reports.pressed,
    "topic": topics.pressed,
    "advice": advice.pressed,
}
FLOWS: Mapping[str, Step] = {
    newcase.FLOW: newcase.step,
    "close": lambda turn, state, text: cases.closed(turn, state["order_no"], text),
    "handover": acks.hand_named,
    "cannot": acks.cannot_because,
    acks.SNOOZE: acks.snooze_until,
    handoffs.ANSWER: handoffs.answer,
    handoffs.MORE: handoffs.more,
    drafts.FLOW: drafts.written,
    gaps.FLOW: gaps.named,
    feedback.FLOW: feedback.reason_written,
    materials.FLOW: materials.named,
    opinions.EDIT: opinions.edited,
    measures.FLOW: measures.step,
    measures.RETURN_FLOW: measures.returned,
}


class Dialogue:
    """Decides what to answer. Synchronous; any number of threads may call it at once."""

    def __init__(self, rooms: Rooms) -> None:
        self.rooms = rooms
        self._held = rooms.settings.data_dir / "held"
        self.commands = tuple((one.name, one.menu) for one in COMMANDS if one.name != "start")

    def __call__(self, incoming: Incoming) -> Reply:
        """Answer one thing said; never raises."""
        if incoming.chat_kind is ChatKind.GROUP and not (incoming.addressed or incoming.pressed):
            return SILENCE
        for attempt in range(TRIES):
            try:
                return self._answered(incoming)
            except RecordsBusy as busy:
                log.warning("records busy at message %s, try %d", incoming.id, attempt + 1)
                if attempt + 1 == TRIES:
                    return self._kept(incoming, busy, general.BUSY_KEPT)
                time.sleep(PAUSE)
            except IndexComing as coming:
                log.info("message %s waits for the index", incoming.id)
                self.rooms.index.wait_built(INDEX_PATIENCE)
                if attempt + 1 == TRIES or self.rooms.index.being_built:
                    return self._kept(incoming, coming, general.INDEX_COMING)
        raise AssertionError("unreachable")

    def _answered(self, incoming: Incoming) -> Reply:
        try:
            return self._answer(incoming)
        except (RecordsBusy, IndexComing):
            raise
        except (CasedbError, IndexerError, BotError) as wrong:
            return self._said(incoming, f"{wrong.what}{wrong.fix}")
        except Exception:
            number = secrets.token_hex(2).upper()
            log.exception("message %s failed, number %s", incoming.id, number)
            return self._said(incoming, general.FAILED.format(number=number))

    def _said(self, incoming: Incoming, text: str) -> Reply:
        """A sentence; under a button also as its toast."""
        return Reply(text, toast=text[:180]) if incoming.pressed else Reply(text)

    def _kept(self, incoming: Incoming, why: RecordsBusy | IndexComing, said: str) -> Reply:
        """Locked, or no index yet: a message is kept and answered later; a press can be repeated."""
        if incoming.pressed:
            return self._said(incoming, f"{why.what}{why.fix}")
        held.hold(self._held, incoming)
        return Reply(said)

    def release(self, now: datetime) -> int:
        """Answer what was held while the records were locked; called by the schedule."""
        return held.release(self._held, lambda incoming: self._late(incoming, now))

    def _late(self, incoming: Incoming, now: datetime) -> bool:
        try:
            reply = self._answered(incoming)
            if not reply.silent:
                self._queue(incoming, reply, now)
        except (RecordsBusy, IndexComing):
            return False
        return True

    def _queue(self, incoming: Incoming, reply: Reply, now: datetime) -> None:
        below = self.rooms.settings.data_dir
        with self.rooms.store.session() as s:
            outbox.put(
                s,
                key=f"late:{incoming.channel}:{incoming.id}"[:190],
                target=Target(
                    incoming.channel,
                    incoming.chat,
                    incoming.topic,
                    incoming.chat_kind is ChatKind.GROUP,
                ),
                text=f"{general.BUSY_LATE}\n{reply.text}",
                now=now,
                buttons=tuple(
                    tuple(OutgoingButton(one.label, one.data) for one in row if one.data)
                    for row in reply.buttons
                ),
                files=tuple(
                    OutgoingFile(
                        str(file.path.relative_to(below)), file.name, as_picture=file.as_picture
                    )
                    for file in reply.files
                ),
            )

    def _answer(self, incoming: Incoming) -> Reply:
        now = self.rooms.clock.now()
        with self.rooms.store.reading() as s:
            person = records.person_by_account(s, incoming.channel, incoming.speaker)
            groups = (
                records.chats_at(s, incoming.channel, incoming.chat, incoming.topic)
                if incoming.chat_kind is ChatKind.GROUP
                else ()
            )
        if person is None or not person.active:
            return self._stranger(incoming, now)
        turn = Turn(self.rooms, incoming, person, groups, now)
        if turn.in_group and not groups and not _binds(incoming.text):
            return self._said(incoming, general.GROUP_UNBOUND)
        return respond(turn)

    def _stranger(self, incoming: Incoming, now: datetime) -> Reply:
        """Somebody unknown gets how to register and nothing else."""
        if incoming.chat_kind is ChatKind.GROUP:
            return self._said(incoming, general.REGISTER_IN_GROUP)
        command = _COMMAND.match(incoming.text)
        if command and command[1].lower() == "start":
            code = incoming.text[command.end() :].strip()
            return (
                people.bind_account(self.rooms, incoming, code, now)
                if code
                else Reply(general.REGISTER)
            )
        return self._said(incoming, general.REGISTER)


def _binds(text: str) -> bool:
    command = _COMMAND.match(text)
    return bool(command) and command[1].lower() in ("bind", "unbind", "start")  # type: ignore[index]


def respond(turn: Turn) -> Reply:
    """The routes in order: buttons, documents, commands, an open flow, plain Chinese."""
    heard = turn.incoming
    if heard.pressed:
        return _press(turn, heard.pressed)
    if heard.files and materials.takes(turn):
        return materials.received(turn, heard.files)
    if heard.files:
        return sheets.received(turn, heard.files)
    text = heard.text.strip()
    if command := _COMMAND.match(text):
        return _command(turn, command[1].lower(), text[command.end() :].strip())
    if text.startswith("/"):
        return Reply(general.UNKNOWN_COMMAND.format(command=text.split()[0][:30]))
    flow, state = flows.current(turn)
    if flow in FLOWS:
        return _in_flow(turn, flow, state, text)
    if asking.wordless(text):
        return Reply(answer_wording.WORDLESS)
    if named := plain.command_of(text):
        return _run(turn, named[0], named[1])
    return plain.answer(turn, text)


def _press(turn: Turn, data: str) -> Reply:
    name, _, rest = data.partition(":")
    press = BUTTONS.get(name)
    if press is None:
        return Reply(general.STALE_BUTTON, toast=general.STALE_BUTTON)
    return press(turn, rest)


def _command(turn: Turn, name: str, argument: str) -> Reply:
    command = BY_NAME.get(name)
    if command is None:
        return Reply(general.UNKNOWN_COMMAND.format(command=f"/{name}"))
    return _run(turn, command, argument)


def _run(turn: Turn, command: Command, argument: str) -> Reply:
    """Do a command if the speaker may, here."""
    if turn.scope(command.needs) is Scope.NONE:
        elsewhere = RIGHTS[turn.person.role].get(command.needs, Scope.NONE)
        if turn.in_group and elsewhere is not Scope.NONE and command.needs in PRIVATE_ONLY:
            return Reply(general.PRIVATE_ONLY)
        if not (turn.in_group and not turn.groups and command.name in ("bind", "unbind")):
            return Reply(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
        return Reply(general.GROUP_UNBOUND)
    return command.does(turn, argument)


def _in_flow(turn: Turn, flow: str, state: dict[str, str], text: str) -> Reply:
    """The next step of an open flow. 取消 leaves it like /cancel."""
    if text in ("取消", "退出", "算了", "不填了"):
        handoffs.leave(turn)
        return Reply(general.LEFT_FLOW)
    if not text or asking.wordless(text):
        return Reply(case_wording.NEW_CONTINUE if flow == newcase.FLOW else answer_wording.WORDLESS)
    return FLOWS[flow](turn, state, text)
