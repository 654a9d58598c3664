"""/changes: papers that changed, who was answered from them; corrections by one tap; old questions anew."""

from __future__ import annotations

from bot.access import Action, Scope
from bot.dialogue.answering import questions as answering
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.learning import corrections, paper_watch
from bot.wording import changes as wording
from bot.wording import general
from casedb import people, questions
from casedb.days import beijing_day, day_text
from casedb.errors import NotFound
from casedb.learning import changes, citing
from casedb.learning.changes import ChangeRecord
from casedb.learning.citing import Affected

LISTED, SHOWN = 10, 12


def listing(turn: Turn, argument: str = "") -> Reply:
    """/changes [NUMBER]"""
    if argument.strip().isdigit():
        return _shown(turn, int(argument))
    with turn.rooms.store.reading() as s:
        every = changes.listing(s)
        concerned = citing.affected(s, every)
    found = [one for one in every if concerned[one.id]]
    others = len(every) - len(found)
    below = [wording.OTHERS.format(count=others)] if others else []
    if not found:
        return Reply("\n".join((wording.EMPTY, *below)))
    lines = [paper_watch.line(one, concerned[one.id]) for one in found[:LISTED]]
    buttons = tuple(
        (Button(f"{one.id} 号《{one.title[:14]}》", f"change:{one.id}:show"),)
        for one in found[:LISTED]
    )
    return Reply("\n".join((wording.HEAD.format(count=len(found)), *lines, *below)), buttons)


def pressed(turn: Turn, data: str) -> Reply:
    """change:list or change:<id>:show|push|skip"""
    if turn.in_group or turn.scope(Action.KNOWLEDGE) is Scope.NONE:
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    number, _, deed = data.partition(":")
    if number == "list":
        return listing(turn)
    if not number.isdigit() or deed not in ("show", "push", "skip"):
        return toast(general.STALE_BUTTON)
    if deed == "show":
        return _shown(turn, int(number))
    with turn.rooms.store.reading() as s:
        one = changes.change(s, int(number))
    if one.state != changes.OPEN:
        said = wording.DONE_ALREADY.format(id=one.id, state=wording.STATES[one.state])
        return toast(said)
    return _push(turn, one) if deed == "push" else _skip(turn, one)


def _push(turn: Turn, one: ChangeRecord) -> Reply:
    sent = corrections.push(turn.rooms, one, turn.person, turn.now)
    said = wording.PUSHED.format(count=sent) if sent else wording.PUSHED_NONE
    return Reply(said, toast=said)


def _skip(turn: Turn, one: ChangeRecord) -> Reply:
    with turn.rooms.store.session() as s:
        changes.settle(s, one.id, changes.SETTLED, by=turn.person.id, now=turn.now)
    said = wording.SKIPPED.format(id=one.id)
    return Reply(said, toast=said)


def _shown(turn: Turn, change_id: int) -> Reply:
    with turn.rooms.store.reading() as s:
        one = changes.change(s, change_id)
        concerned = citing.affected(s, [one])[one.id]
        groups = {(group.channel, group.external_id) for group in people.chats(s)}
    lines = [
        wording.CARD.format(
            id=one.id,
            title=one.title,
            what=wording.WHAT[one.what],
            day=day_text(beijing_day(one.at)),
            state=wording.STATES[one.state],
            places="、".join(place for _, place in one.passages[:SHOWN] if place) or "全文",
        )
    ]
    lines += _concerned_lines(concerned, groups)
    return _with_push(turn, one, lines)


def _concerned_lines(concerned: Affected, groups: set[tuple[str, str]]) -> list[str]:
    """The answers (nobody's name) and the open cases."""
    if not concerned:
        return [wording.NOBODY]
    lines = []
    if concerned.answers:
        lines.append(wording.ANSWERS.format(count=len(concerned.answers)))
    for answer in concerned.answers[-SHOWN:]:
        in_group = (answer.channel, answer.chat) in groups
        where = wording.IN_GROUP if in_group else wording.IN_PRIVATE
        day = day_text(beijing_day(answer.at))
        lines.append(wording.ANSWER_LINE.format(day=day, where=where, question=answer.text[:60]))
    if concerned.cases:
        lines.append(wording.CASES.format(count=len(concerned.cases)))
    for case in concerned.cases[:SHOWN]:
        lines.append(wording.CASE_LINE.format(order=case.order_no, unit=case.unit))
    return lines


def _with_push(turn: Turn, one: ChangeRecord, lines: list[str]) -> Reply:
    back = (Button(wording.BACK, "change:list"),)
    if one.state != changes.OPEN:
        return Reply("\n".join(lines), (back,))
    plan = corrections.planned(turn.rooms, one)
    rows: list[tuple[Button, ...]] = []
    if plan:
        lines += ["", wording.PREVIEW.format(text=plan[0].text)]
        label = wording.PUSH.format(count=len(plan))
        rows.append((Button(label, f"change:{one.id}:push"),))
    rows += [(Button(wording.SKIP, f"change:{one.id}:skip"),), back]
    return Reply("\n".join(lines), tuple(rows))


def again(turn: Turn, data: str) -> Reply:
    """again:<question>: the old question answered by what holds now."""
    if not data.isdigit():
        return toast(general.STALE_BUTTON)
    try:
        with turn.rooms.store.reading() as s:
            asked = questions.question(s, int(data))
    except NotFound:
        return toast(wording.GONE)
    if asked.person_id != turn.person.id or turn.in_group:
        return toast(general.STALE_BUTTON)
    return answering.answer_after(turn, asked.text, ())
