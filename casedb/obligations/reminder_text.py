"""Pure: what a reminder says, to a person and to a group, and its buttons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casedb.days import moment_text
from casedb.records import ObligationRecord, OutgoingButton
from casedb.vocabulary import ObligationKind

KIND_WORDS = {
    ObligationKind.ACCEPT: "签收时限",
    ObligationKind.FIRST_CONTACT: "首次联系诉求人时限",
    ObligationKind.DEADLINE: "办理时限",
    ObligationKind.MATERIALS: "剔除材料提交时限",
    ObligationKind.REVIEW: "材料审核时限",
    ObligationKind.RETROSPECTIVE: "复盘报告提交时限",
    ObligationKind.MEASURE: "改进措施完成时限",
}

DEEDS = {
    ObligationKind.ACCEPT: "请尽快签收。",
    ObligationKind.FIRST_CONTACT: "请联系诉求人并登记首次联系时间。",
    ObligationKind.DEADLINE: "请在时限前办结并反馈。",
    ObligationKind.MATERIALS: "请在时限前提交剔除材料。",
    ObligationKind.REVIEW: "请在时限前完成材料审核。",
    ObligationKind.RETROSPECTIVE: "请在时限前提交复盘报告。",
    ObligationKind.MEASURE: "请在时限前完成，完成后发 /measure 完成 编号 登记。",
}

TAIL = 6


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why this message goes out now."""

    now: datetime
    escalates: bool = False  # nobody acknowledged, somebody higher is told
    first_told: datetime | None = None  # when the first reminder arrived
    responsible: str = ""  # name of the person who has not answered
    notes: tuple[str, ...] = ()  # who could not be reached


def private_text(duty: ObligationRecord, occasion: Occasion) -> str:
    """The message to a person: order number, unit and due time, nothing about the complainant."""
    lines = [f"{_mark(duty, occasion)} {_subject(duty, duty.order_no)}"]
    if occasion.escalates:
        since = f"，首次提醒 {moment_text(occasion.first_told)}" if occasion.first_told else ""
        who = f"{occasion.responsible}尚未确认" if occasion.responsible else "还没有人确认"
        lines.append(f"上报：{who}{since}。")
    elif duty.kind in DEEDS:
        overdue = occasion.now >= duty.due_at
        lines.append("已到时限，请立即处理。" if overdue else DEEDS[duty.kind])
    lines += [f"注意：{note}，请改派或补登账号。" for note in occasion.notes]
    return "\n".join(lines)


def group_text(duty: ObligationRecord, occasion: Occasion) -> str:
    """The message to the unit's group: only the tail of the order number, no person."""
    tail = f"尾号{duty.order_no[-TAIL:]}" if duty.order_no else ""
    return f"{_mark(duty, occasion)} {_subject(duty, tail)}"


def _mark(duty: ObligationRecord, occasion: Occasion) -> str:
    if occasion.escalates:
        return "⬆️"
    return "❗" if duty.kind in KIND_WORDS and occasion.now >= duty.due_at else "⏰"


def _subject(duty: ObligationRecord, order: str) -> str:
    if duty.kind is ObligationKind.PERSONAL:
        whose = f"{duty.unit_name} " if duty.unit_id is not None else ""
        about = f"（工单 {order}）" if order else ""
        return f"提醒：{whose}{duty.text}{about}｜{moment_text(duty.due_at)}"
    parts = [f"工单 {order}" if order else duty.text, duty.unit_name]
    parts.append(f"{KIND_WORDS[duty.kind]} {moment_text(duty.due_at)}")
    return "｜".join(part for part in parts if part)


def buttons(obligation_id: int) -> tuple[tuple[OutgoingButton, ...], ...]:
    """Under a private reminder: acknowledge, snooze, hand over, cannot."""
    return (
        (OutgoingButton("已收到", f"ack:{obligation_id}"),),
        (
            OutgoingButton("1小时后再提醒", f"snooze:{obligation_id}:1h"),
            OutgoingButton("明天9点", f"snooze:{obligation_id}:tomorrow"),
            OutgoingButton("另选时间", f"snooze:{obligation_id}:choose"),
        ),
        (
            OutgoingButton("转交", f"handover:{obligation_id}"),
            OutgoingButton("办不了", f"cannot:{obligation_id}"),
        ),
    )


def group_buttons(obligation_id: int) -> tuple[tuple[OutgoingButton, ...], ...]:
    """Under a reminder in a group: acknowledge only."""
    return ((OutgoingButton("已收到", f"ack:{obligation_id}"),),)
