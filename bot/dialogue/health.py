"""/doctor in chat: whether records, index and calendar are as they should be."""

from __future__ import annotations

from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn
from casedb import people
from casedb.beijing import beijing
from casedb.learning import handoffs
from casedb.outgoing import outbox


def report(turn: Turn, _argument: str = "") -> Reply:
    """One line each; only what an administrator needs to know."""
    rooms = turn.rooms
    with rooms.store.reading() as s:
        pending, waiting = outbox.pending_count(s), len(handoffs.open_handoffs(s))
        groups, staff = len(people.chats(s)), len(people.people(s))
    index = rooms.index.current()
    ends = rooms.calendar.ends_soon(beijing(turn.now).date())
    lines = [
        "**自检**",
        f"- 记录：正常（{rooms.store.dialect_name}），人员 {staff}，群 {groups}",
        f"- 知识库：{len(index.titles())} 份资料，{len(index.passages)} 段",
        f"- 待发消息 {pending} 条；等待人工答复 {waiting} 个",
        f"- 工作日历：{f'只到 {ends}，请发下一年的节假日表' if ends else '正常'}",
        f"- 规则：{_unconfirmed(turn)}",
    ]
    return Reply("\n".join(lines))


def _unconfirmed(turn: Turn) -> str:
    count = sum(not one.valid.confirmed_by for one in turn.rooms.rules.ladders)
    return f"{count} 条催办阶梯是样例规则，未经甲方确认" if count else "都已确认"
