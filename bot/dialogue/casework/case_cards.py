"""A case as a message: the whole card in private, its tail and state in a group."""

from __future__ import annotations

from datetime import datetime

from bot.access import Action, Scope, may_change
from bot.dialogue.casework.topic_cards import proposed
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import cases as wording
from bot.wording.advice import BUTTON as ADVICE
from casedb import cases
from casedb.cases.stages import SIDE_WAY_NAMES, STAGE_NAMES
from casedb.days import moment_text, span_text
from casedb.privacy import mask
from casedb.records import CaseRecord, EventRecord
from casedb.store import Session
from casedb.vocabulary import CaseStage, SideWay

EVENTS_SHOWN = 6
LIST_LENGTH = 15


def state_of(case: CaseRecord, now: datetime) -> str:
    """Where it stands against its deadline, in one phrase."""
    if case.stage is CaseStage.CLOSED:
        return f"已结案（{moment_text(case.closed_at)}）" if case.closed_at else "已结案"
    if case.due_at is None:
        return "没有登记办理时限"
    left = case.due_at - now
    if left.total_seconds() <= 0:
        return f"**已超期** {span_text(-left)}（时限 {moment_text(case.due_at)}）"
    return f"还没到期，还有 {span_text(left)}（时限 {moment_text(case.due_at)}）"


def group_line(case: CaseRecord, now: datetime) -> str:
    """What a group may read: tail, stage, deadline."""
    return f"尾号{case.tail}｜{STAGE_NAMES[case.stage]}｜{state_of(case, now)}"


def private_line(case: CaseRecord, now: datetime) -> str:
    """One line of a list."""
    title = case.title or case.appeal[:20]
    unit = case.handling_unit or "未派"
    return f"- `{case.order_no}` {title}｜{unit}｜{state_of(case, now)}"


def card(turn: Turn, s: Session, case: CaseRecord) -> Reply:
    """The whole card; everything in it is masked."""
    if turn.in_group:
        return Reply(group_line(case, turn.now))
    way = f"（{SIDE_WAY_NAMES[case.side_way]}）" if case.side_way is not SideWay.NONE else ""
    lines = [
        f"**工单 {case.order_no}** {case.title}".strip(),
        f"{STAGE_NAMES[case.stage]}{way}｜{state_of(case, turn.now)}",
        f"承办单位：{case.handling_unit or '未定'}"
        + (f"；协办：{case.supporting_units}" if case.supporting_units else ""),
        f"性质：{case.kind}" + (f"；社区：{case.community}" if case.community else ""),
        _line("分类", "/".join(filter(None, case.topic_path))),
        _line("诉求", case.appeal[:300]),
        _line("诉求人", " ".join(filter(None, [case.complainant_masked, case.phone_masked]))),
        _line("地址", case.address_masked),
        _line("重复件", f"与 {case.repeat_of} 同一来电人同类诉求" if case.repeat_of else ""),
        _line("签收", moment_text(case.accepted_at) if case.accepted_at else "未签收"),
        _line(
            "首次联系", moment_text(case.first_contact_at) if case.first_contact_at else "未联系"
        ),
        _line("回复", case.reply[:200]),
        *_events(cases.events(s, case.id)),
    ]
    topic, topic_buttons = proposed(turn, case)
    lines.append(topic)
    return Reply("\n".join(line for line in lines if line), (*_buttons(turn, case), *topic_buttons))


def _line(label: str, value: str) -> str:
    return f"{label}：{value}" if value else ""


def _events(events: tuple[EventRecord, ...]) -> list[str]:
    shown = events[-EVENTS_SHOWN:]
    lines = [f"- {moment_text(event.at)} {mask(event.detail)[:80]}" for event in shown]
    return [wording.EVENTS, *lines] if lines else []


def _buttons(turn: Turn, case: CaseRecord) -> tuple[tuple[Button, ...], ...]:
    """Next deeds that are open to this person."""
    why = Button("时限怎么算的", f"case:{case.id}:why")
    advice = Button(ADVICE, f"advice:{case.id}")
    reach = turn.scope(Action.CHANGE_CASES)
    if case.stage is CaseStage.CLOSED or not may_change(turn.person, case, reach):
        return ((why, advice),)
    deeds = []
    if case.accepted_at is None:
        deeds.append(Button("签收", f"case:{case.id}:accept"))
    if case.first_contact_at is None:
        deeds.append(Button("已联系诉求人", f"case:{case.id}:contact"))
    deeds.append(Button("结案", f"case:{case.id}:close"))
    return (tuple(deeds), (why, advice))


def listed(turn: Turn, found: tuple[CaseRecord, ...], whose: str) -> Reply:
    """A list of cases, next deadline first."""
    if not found:
        return Reply(f"{whose}{wording.NONE_OPEN}")
    line = group_line if turn.in_group else private_line
    far = datetime.max.replace(tzinfo=turn.now.tzinfo)
    ordered = sorted(found, key=lambda case: case.due_at or far)
    lines = [wording.MINE_HEAD.format(whose=whose, count=len(found))]
    lines += [line(case, turn.now) for case in ordered[:LIST_LENGTH]]
    if len(found) > LIST_LENGTH:
        lines.append(wording.MORE.format(count=len(found) - LIST_LENGTH))
    return Reply("\n".join(lines))


__all__ = ["LIST_LENGTH", "Scope", "card", "group_line", "listed", "private_line", "state_of"]
