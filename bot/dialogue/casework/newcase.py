"""/new: a case recorded in one line or step by step; the steps survive a restart."""

from __future__ import annotations

import re
from datetime import datetime

from bot.dialogue import flows
from bot.dialogue.casework.topic_cards import proposed
from bot.dialogue.reminding.when import parse
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn
from bot.wording import cases as wording
from casedb import cases, people
from casedb.days import moment_text
from casedb.records import CaseDraft
from casedb.vocabulary import AppealKind, UnitKind

STEPS = ("order_no", "title", "appeal", "community", "unit", "due")
NOTHING = ("无", "没有", "不清楚", "跳过", "-")
FLOW = "new"
_ORDER_NO = re.compile(r"[A-Za-z]{0,6}[-\d]{5,40}")
_DUE_MARKS = re.compile(r"^(?:办理)?(?:时限|截止|期限)(?:到|为|是)?[:：]?|(?:之?前|截止|到期)$")


def start(turn: Turn, argument: str) -> Reply:
    """/new, or everything in one line: 编号；标题；诉求内容；社区；承办单位；办理时限."""
    fields = [part.strip() for part in argument.replace(";", "；").split("；") if part.strip()]
    if len(fields) >= 3:
        return _record(turn, dict(zip(STEPS, fields, strict=False)))
    if said := _in_words(turn, argument):
        return _record(turn, said)
    state = {"order_no": fields[0]} if fields else {}
    if fields:
        taken = _taken(turn, fields[0])
        if taken:
            return Reply(taken)
    flows.keep(turn, FLOW, state)
    return Reply(wording.NEW_ASK[STEPS[len(state)]])


def _in_words(turn: Turn, argument: str) -> dict[str, str]:
    """One line without semicolons: 编号 社区或单位 事由 时限; {} when it is not one.

    The first word is the order number; a known unit's name and a time limit are taken out, what is
    left is title and appeal.
    """
    words = argument.split()
    if len(words) < 2 or not _ORDER_NO.fullmatch(words[0]):
        return {}
    rest = words[1:]
    with turn.rooms.store.reading() as s:
        known = {unit.name: unit for unit in people.units(s)}
    named = [word for word in rest if word in known]
    rest = [word for word in rest if word not in known]
    due = next((word for word in rest if _is_due(turn, word)), "")
    what = " ".join(word for word in rest if word != due)
    if not what:
        return {}
    unit = named[0] if named else ""
    community = unit if unit and known[unit].kind is UnitKind.COMMUNITY else ""
    return {
        "order_no": words[0], "title": what, "appeal": what, "community": community,
        "unit": unit, "due": _DUE_MARKS.sub("", due),
    }  # fmt: skip


def _is_due(turn: Turn, word: str) -> bool:
    """Whether a word is a time limit: it says so, or is nothing but a time."""
    bare = _DUE_MARKS.sub("", word)
    if not any(mark.isdigit() or mark in "今明后周月号日点" for mark in bare):
        return False
    meant = parse(bare, now=turn.now, calendar=turn.rooms.calendar)
    return meant.due is not None and not meant.what


def step(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """The answer to the step that was asked for."""
    name = STEPS[len(state)]
    said = "" if text.strip() in NOTHING and name not in ("order_no", "title") else text.strip()
    if name == "order_no" and (taken := _taken(turn, said)):
        return Reply(taken)
    if name == "due" and said:
        due, question = _due(turn, said)
        if due is None:
            return Reply(wording.NEW_UNREADABLE_DUE.format(question=question))
    state = {**state, name: said}
    if len(state) < len(STEPS):
        flows.keep(turn, FLOW, state)
        return Reply(wording.NEW_ASK[STEPS[len(state)]])
    return _record(turn, state)


def _taken(turn: Turn, order_no: str) -> str:
    with turn.rooms.store.reading() as s:
        known = cases.find(s, order_no)
    return wording.NEW_TAKEN.format(no=order_no) if known else ""


def _due(turn: Turn, text: str) -> tuple[datetime | None, str]:
    meant = parse(text, now=turn.now, calendar=turn.rooms.calendar)
    return meant.due, meant.question or ""


def _record(turn: Turn, state: dict[str, str]) -> Reply:
    due, question = _due(turn, state["due"]) if state.get("due") else (None, "")
    if question:
        return Reply(wording.NEW_UNREADABLE_DUE.format(question=question))
    draft = CaseDraft(
        order_no=state["order_no"],
        source="聊天登记",
        kind=AppealKind.OTHER,
        title=state.get("title", ""),
        appeal=state.get("appeal", ""),
        community=state.get("community", ""),
        handling_unit=state.get("unit", ""),
        received_at=turn.now,
        dispatched_at=turn.now,
        due_at=due,
    )
    with turn.rooms.store.session() as s:
        case = cases.record(s, draft, actor=turn.actor, now=turn.now)
    flows.leave(turn)
    flows.remember(turn, f"工单 {case.order_no}")
    next_step = wording.NEW_NEXT if case.handling_unit_id else wording.NEW_NEXT_NO_UNIT
    said = wording.NEW_DONE.format(
        no=case.order_no,
        title=case.title,
        unit=case.handling_unit or "未定",
        due=moment_text(case.due_at) if case.due_at else "未登记",
        next=next_step.format(tail=case.tail),
    )
    line, buttons = proposed(turn, case)
    return Reply(f"{said}\n{line}".strip(), buttons)
