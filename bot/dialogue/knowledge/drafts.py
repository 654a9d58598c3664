"""/drafts: papers of the unit, from an analyst's answer to what the index cites."""

from __future__ import annotations

from bot.access import Action, Scope
from bot.dialogue import flows
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.learning import own_papers, publishing
from bot.learning.own_papers import body_of
from bot.wording import drafts as wording
from bot.wording import general
from casedb.days import beijing_day, day_text
from casedb.learning import drafts
from casedb.learning.drafts import DRAFT, PUBLISHED, DraftRecord
from casedb.outgoing.alerts import alert_desk
from casedb.records import OutgoingButton

FLOW = "draft"
SHOWN, LISTED = 1200, 10


def listing(turn: Turn, argument: str = "") -> Reply:
    """/drafts [NUMBER | TITLE]"""
    if argument.strip():
        with turn.rooms.store.reading() as s:
            found = drafts.named(s, argument)
        return card(turn, found)
    with turn.rooms.store.reading() as s:
        waiting, done = drafts.listing(s), drafts.listing(s, (PUBLISHED,))
    if not waiting and not done:
        return Reply(wording.LIST_EMPTY)
    lines = [wording.LIST_HEAD.format(count=len(waiting))]
    for one in waiting[:LISTED]:
        wrong = len(own_papers.faults(turn.rooms, one, turn.now))
        lines.append(_line(one, wording.LIST_FAULTS.format(count=wrong) if wrong else ""))
    if done:
        lines.append(wording.LIST_PUBLISHED.format(count=len(done)))
        lines += [_line(one) for one in done[:LISTED]]
    shown = (*waiting[:LISTED], *done[:LISTED])
    buttons = tuple(
        (Button(f"{one.id} 号 {one.title[:16]}", f"draft:{one.id}:show"),) for one in shown
    )
    return Reply("\n".join(lines), buttons)


def _line(one: DraftRecord, faults: str = "") -> str:
    day = day_text(beijing_day(one.published_at or one.changed_at))
    return wording.LIST_LINE.format(
        id=one.id, title=one.title, author=one.author, day=day, faults=faults
    )


def pressed(turn: Turn, data: str) -> Reply:
    """draft:new:<handoff> or draft:<id>:<deed>"""
    first, _, second = data.partition(":")
    if turn.in_group or turn.scope(Action.KNOWLEDGE) is Scope.NONE:
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    if first == "new" and second.isdigit():
        made = publishing.from_handoff(turn.rooms, int(second), turn.person, turn.now)
        return card(turn, made)
    deed = _DEEDS.get(second)
    if not first.isdigit() or (deed is None and second not in wording.WRITE):
        return toast(general.STALE_BUTTON)
    with turn.rooms.store.reading() as s:
        found = drafts.draft(s, int(first))
    if deed is not None:
        return deed(turn, found)
    flows.keep(turn, FLOW, {"draft": first, "field": second})
    return Reply(wording.WRITE[second])


def written(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """What was asked for was typed."""
    field = state["field"]
    if personal := tuple(own_papers.personal_faults(text)):
        return Reply("\n".join((*personal, wording.NOT_TAKEN)))  # never even kept
    with turn.rooms.store.session() as s:
        before = drafts.draft(s, int(state["draft"]))
        body = body_of(before.text)
        if field == "asked":
            body = body.asked_too(text.splitlines())
        elif field == "text":
            body = body.rewritten(text)
        changed = drafts.change(
            s,
            before.id,
            by=turn.person.id,
            now=turn.now,
            title=text if field == "title" else None,
            source=text if field == "source" else None,
            text=body.text() if field in ("asked", "text") else None,
        )
    flows.leave(turn)
    return card(turn, changed)


def card(turn: Turn, draft: DraftRecord) -> Reply:
    """A draft whole, what it lacks, and what may be done with it."""
    head = wording.CARD.format(
        id=draft.id,
        state=wording.STATES[draft.state],
        title=draft.title,
        author=draft.author,
        unit=draft.author_unit,
        source=draft.source or wording.SOURCE_MISSING,
        text=draft.text.strip()[:SHOWN],
    )
    if draft.state != DRAFT:
        return Reply(f"{head}\n\n{_published(draft)}".rstrip(), _later_buttons(turn, draft))
    wrong = own_papers.faults(turn.rooms, draft, turn.now)
    below = "\n".join((wording.MISSING_HEAD, *(f"- {one}" for one in wrong)))
    return Reply(f"{head}\n\n{below if wrong else wording.READY}", _buttons(turn, draft, wrong))


def _published(draft: DraftRecord) -> str:
    if draft.published_at is None:
        return ""
    day = day_text(beijing_day(draft.published_at))
    return wording.PUBLISHED_LINE.format(day=day, name=draft.publisher)


def _may_publish(turn: Turn) -> bool:
    return turn.scope(Action.PUBLISH) is not Scope.NONE


def _buttons(
    turn: Turn, draft: DraftRecord, wrong: tuple[str, ...]
) -> tuple[tuple[Button, ...], ...]:
    def button(label: str, deed: str) -> Button:
        return Button(label, f"draft:{draft.id}:{deed}")

    rows = [
        (button(wording.SOURCE, "source"), button(wording.ASKED, "asked")),
        (button(wording.TEXT, "text"), button(wording.TITLE, "title")),
        (button(wording.DROP, "drop"),),
    ]
    if not wrong:
        may = _may_publish(turn)
        label = wording.PUBLISH if may else wording.ASK_PUBLISH
        rows.insert(0, (button(label, "publish" if may else "ask"),))
    return tuple(rows)


def _later_buttons(turn: Turn, draft: DraftRecord) -> tuple[tuple[Button, ...], ...]:
    if not _may_publish(turn):
        return ()
    row = [Button(wording.REOPEN, f"draft:{draft.id}:reopen")]
    if draft.state == PUBLISHED:
        row.append(Button(wording.TAKE_BACK, f"draft:{draft.id}:drop"))
    return (tuple(row),)


def _publish(turn: Turn, draft: DraftRecord) -> Reply:
    if not _may_publish(turn):
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    done = publishing.publish(turn.rooms, draft.id, turn.person, turn.now)
    said = wording.DONE.format(title=done.title)
    return Reply(said, toast=said[:60])


def _ask_publish(turn: Turn, draft: DraftRecord) -> Reply:
    show = OutgoingButton(f"{draft.id} 号 {draft.title[:16]}", f"draft:{draft.id}:show")
    said = wording.TO_DESK.format(author=draft.author, id=draft.id, title=draft.title)
    with turn.rooms.store.session() as s:
        key = f"draft:{draft.id}:{draft.changed_at:%Y%m%d%H%M%S}"
        alert_desk(s, key=key, text=said, now=turn.now, buttons=((show,),))
    return Reply(wording.ASKED_PUBLISH, toast=wording.ASKED_PUBLISH)


def _drop(turn: Turn, draft: DraftRecord) -> Reply:
    published = draft.state == PUBLISHED
    if published and not _may_publish(turn):
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    publishing.withdraw(turn.rooms, draft.id, turn.person, turn.now)
    said = wording.TAKEN_BACK if published else wording.DROPPED
    said = said.format(id=draft.id, title=draft.title)
    return Reply(said, toast=said[:60])


def _reopen(turn: Turn, draft: DraftRecord) -> Reply:
    if not _may_publish(turn):
        return toast(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    with turn.rooms.store.session() as s:
        again = drafts.reopen(s, draft.id, by=turn.person.id, now=turn.now)
    shown = card(turn, again)
    return Reply(f"{wording.REOPENED}\n\n{shown.text}", shown.buttons)


_DEEDS = {
    "show": card,
    "publish": _publish,
    "ask": _ask_publish,
    "drop": _drop,
    "reopen": _reopen,
}
