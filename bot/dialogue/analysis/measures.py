"""/measure: improvement measures with owner and due date; asked for, done, accepted, sent back."""

from __future__ import annotations

import re
from datetime import datetime, time

from bot.access import Action, Scope
from bot.analysis.assessing import causes_of
from bot.dialogue import flows
from bot.dialogue.reminding import when
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn, toast
from bot.wording import assessment as wording
from bot.wording import general
from casedb import people
from casedb.assessment import measures, points
from casedb.assessment.records import MeasureRecord
from casedb.assessment.states import MeasureState
from casedb.beijing import BEIJING, beijing
from casedb.days import beijing_day, moment_text
from casedb.errors import NotFound, Refused
from casedb.records import PersonRecord

FLOW, RETURN_FLOW = "measure", "measure_return"
LISTED, BUTTONS_SHOWN = 15, 6
TIME_WORDS = 3  # 6月20日 下午 5点
CLOSING = time(18, 0)  # a due day without a clock ends with the office day
_ACCEPTANCE = re.compile(r"[，,。；;\s]*验收(?:标准)?\s*[:：]\s*(?P<said>.+)$", re.S)
_CAUSE = re.compile(
    r"[，,。；;\s]*(?:针对(?:原因)?|原因)\s*[:：]?\s*[“\"]?(?P<said>[\u4e00-\u9fff]{2,10})[”\"]?"
)
_DATED = re.compile(r"\d\s*[月日号年/\-]|今天|昨天|前天|上周|上个?月")
_CLOCK = re.compile(r"\d{1,2}\s*[:：点时]|上午|下午|中午|晚上|早上|小时")
_DEED = re.compile(
    r"^(?P<deed>完成|验收|通过|退回|撤销|取消|done|accept|return|drop)\s*#?(?P<id>\d+)\s*(?:号|项)?[，,:：\s]*(?P<rest>.*)$",
    re.S,
)
NOTHING = ("无", "没有", "不用", "-")


def command(turn: Turn, argument: str = "") -> Reply:
    """/measure: the list; 完成|验收|退回|撤销 编号; or a new measure in one line."""
    said = argument.strip()
    if not said:
        return listing(turn)
    if deed := _DEED.match(said):
        return _deed(turn, deed["deed"], int(deed["id"]), deed["rest"].strip())
    if said in ("新建", "新", "new", "+"):
        return _start(turn, {})
    _require(turn)
    return _ask_next(turn, _read(turn, said))


def listing(turn: Turn) -> Reply:
    """Measures that are not over: of all units for the desk, of one's own for the others."""
    everything = turn.scope(Action.ASSESS) is Scope.ALL
    with turn.rooms.store.reading() as s:
        found = measures.open_measures(s, unit_id=None if everything else turn.person.unit_id)
    if turn.in_group:
        found = tuple(one for one in found if one.unit_id in turn.group_units)
    if not found:
        return Reply(
            "\n".join([wording.NO_MEASURES, wording.MEASURE_USAGE if everything else ""]).strip()
        )
    lines = [wording.LIST_HEAD.format(count=len(found))]
    lines += [f"- {wording.measure_line(one, turn.now)}" for one in found[:LISTED]]
    if len(found) > LISTED:
        lines.append(f"另有 {len(found) - LISTED} 项，见复盘报告。")
    return Reply("\n".join(lines), () if turn.in_group else _list_buttons(turn, found))


def _list_buttons(turn: Turn, found: tuple[MeasureRecord, ...]) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    overseer = turn.scope(Action.ASSESS) is Scope.ALL
    for one in found[:BUTTONS_SHOWN]:
        if one.state is MeasureState.DONE and overseer:
            rows.append(
                (
                    Button(f"{one.id} 验收通过", f"me:accept:{one.id}"),
                    Button(f"{one.id} 退回", f"me:return:{one.id}"),
                )
            )
        elif one.state is MeasureState.OPEN:
            rows.append((Button(f"{one.id} 已完成", f"me:done:{one.id}"),))
    return tuple(rows)


def pressed(turn: Turn, data: str) -> Reply:
    """me:new:<cycle> | me:done | accept | return:<measure>"""
    deed, _, number = data.partition(":")
    if not number.isdigit():
        return toast(general.STALE_BUTTON)
    if turn.in_group:
        return toast(wording.IN_PRIVATE)
    if deed == "new":
        return _start(turn, {"cycle": number})
    if deed == "return":
        _require(turn)
        flows.keep(turn, RETURN_FLOW, {"measure": number})
        return Reply(wording.ASK_RETURN)
    if deed not in ("done", "accept"):
        return toast(general.STALE_BUTTON)
    reply = _deed(turn, deed, int(number), "")
    return Reply(reply.text, toast=reply.text[:180])


def _deed(turn: Turn, deed: str, number: int, rest: str) -> Reply:
    if turn.in_group:
        return Reply(wording.IN_PRIVATE)
    if deed in ("退回", "return"):
        return returned(turn, {"measure": str(number)}, rest)
    with turn.rooms.store.session() as s:
        if deed in ("完成", "done"):
            measures.done(s, number, by=turn.person, now=turn.now, note=rest)
            return Reply(wording.DONE.format(id=number))
        if deed in ("撤销", "取消", "drop"):
            measures.drop(s, number, by=turn.person, now=turn.now)
            return Reply(wording.DROPPED.format(id=number))
        measures.accept(s, number, by=turn.person, now=turn.now)
    return Reply(wording.ACCEPTED.format(id=number))


def returned(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """Why it is sent back and until when: 照片不全，6月25日前补."""
    number = int(state["measure"])
    if not text.strip():
        flows.keep(turn, RETURN_FLOW, {"measure": str(number)})
        return Reply(wording.ASK_RETURN)
    due, what, _ = _due(turn, text)
    if due is None:
        due = datetime.combine(
            turn.rooms.calendar.after(beijing_day(turn.now), workdays=3), CLOSING, tzinfo=BEIJING
        )
    with turn.rooms.store.session() as s:
        measures.send_back(
            s, number, because=what or text, due_at=due, by=turn.person, now=turn.now,
            rules=turn.rooms.rules,
        )  # fmt: skip
    flows.leave(turn)
    return Reply(wording.RETURNED.format(id=number, due=moment_text(due)))


def _require(turn: Turn) -> None:
    if turn.scope(Action.ASSESS) is Scope.NONE:
        raise Refused(wording.IN_PRIVATE if turn.in_group else wording.NOT_DESK, "")


def _start(turn: Turn, state: dict[str, str]) -> Reply:
    _require(turn)
    return _ask_next(turn, state)


def _read(turn: Turn, said: str) -> dict[str, str]:
    """What one line tells: owner, due time, text, acceptance, cause."""
    state: dict[str, str] = {}
    if found := _ACCEPTANCE.search(said):
        state["acceptance"] = found["said"].strip()
        said = said[: found.start()]
    if (found := _CAUSE.search(said)) and (
        cause := causes_of(turn.rooms, turn.now).named(found["said"])
    ):
        state["cause"] = cause.id
        said = f"{said[: found.start()]} {said[found.end() :]}"
    head, _, rest = said.strip().partition(" ")
    owner = _owner(turn, head)
    if owner is not None:
        state["owner"] = str(owner.id)
        said = rest
    due, what, question = _due(turn, said)
    if due is not None:
        state["due"] = due.isoformat()
    elif question:
        state["asked"] = question
        what = " ".join(what.split()[1:])
    if what.strip():
        state["text"] = what.strip()
    return state


def _owner(turn: Turn, text: str) -> PersonRecord | None:
    """A person by name, else the head of a unit; None when neither is meant."""
    with turn.rooms.store.reading() as s:
        person = people.find_person(s, text) if 2 <= len(text) <= 20 else None
        if person is not None:
            return person
        unit = people.unit_named(s, text) if len(text) >= 2 else None
        if unit is None:
            return None
        head = people.head_of(s, unit.id)
    if head is None:
        raise NotFound(wording.NO_HEAD.format(unit=unit.name), "")
    return head


def _due(turn: Turn, text: str) -> tuple[datetime | None, str, str]:
    """The time a text begins with (or holds), the rest of it, and what to ask where it cannot be.

    A day without a clock ends at closing time. Words of the deed such as 每周 are no part of it.
    """
    words = text.split()
    for count in range(min(len(words), TIME_WORDS), 0, -1):
        due, rest, _ = _parsed(turn, " ".join(words[:count]))
        if due is not None and not rest:
            return due, " ".join(words[count:]), ""
    return _parsed(turn, text)


def _parsed(turn: Turn, text: str) -> tuple[datetime | None, str, str]:
    read = when.parse(f"提醒我 {text}", now=turn.now, calendar=turn.rooms.calendar)
    if read.due is None or read.repeats:
        dated = bool(_DATED.search(text))
        return None, text, (read.question or "") if dated and not read.repeats else ""
    due = read.due
    if not _CLOCK.search(text):
        due = datetime.combine(beijing(due).date(), CLOSING, tzinfo=BEIJING)
        if due <= turn.now:
            due = due.replace(hour=23, minute=59)
    return due, read.what, ""


def step(turn: Turn, state: dict[str, str], text: str) -> Reply:
    """One answer of the talk in which a measure is put together."""
    said = text.strip()
    missing = _missing(state)
    if missing == "owner":
        owner = _owner(turn, said)
        if owner is None:
            return Reply(wording.UNKNOWN_OWNER.format(name=said[:20]))
        return _ask_next(turn, {**state, "owner": str(owner.id)})
    if missing == "due":
        due, _, question = _due(turn, said)
        if due is None:
            return Reply(question or wording.ASK_DUE)
        return _ask_next(turn, {**state, "due": due.isoformat()})
    if missing == "text":
        return _ask_next(turn, {**state, "text": said})
    return _ask_next(turn, {**state, "acceptance": "" if said in NOTHING else said})


def _missing(state: dict[str, str]) -> str:
    return next((one for one in ("owner", "due", "text", "acceptance") if one not in state), "")


def _ask_next(turn: Turn, state: dict[str, str]) -> Reply:
    questions = {
        "owner": wording.ASK_OWNER,
        "due": wording.ASK_DUE,
        "text": wording.ASK_TEXT,
        "acceptance": wording.ASK_ACCEPTANCE,
    }
    missing = _missing(state)
    if missing:
        asked = state.pop("asked", "") if missing == "due" else ""
        flows.keep(turn, FLOW, state)
        return Reply(asked or questions[missing])
    return _create(turn, state)


def _create(turn: Turn, state: dict[str, str]) -> Reply:
    with turn.rooms.store.session() as s:
        known = points.cycles(s)
        if not known:
            raise NotFound(wording.NO_CYCLE, "")
        made = measures.create(
            s,
            int(state.get("cycle") or known[0].id),
            text=state["text"],
            owner_id=int(state["owner"]),
            due_at=datetime.fromisoformat(state["due"]),
            by=turn.person,
            now=turn.now,
            rules=turn.rooms.rules,
            cause=state.get("cause", ""),
            acceptance=state["acceptance"],
        )
    flows.leave(turn)
    acceptance = f"，验收标准：{made.acceptance}" if made.acceptance else ""
    return Reply(
        wording.CREATED.format(
            id=made.id,
            cycle=made.cycle,
            text=made.text,
            owner=f"{made.unit}{made.owner}",
            due=moment_text(made.due_at),
            acceptance=acceptance,
        )
    )
