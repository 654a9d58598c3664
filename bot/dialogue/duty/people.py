"""Registers persons and groups: /start, /whoami, /invite, /bind, /unbind, /chats, /oncall."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.talk import ChatKind, Incoming, Reply
from bot.dialogue.turn import Turn
from bot.rooms import Rooms
from bot.wording import general
from bot.wording import people as wording
from casedb import obligations, people
from casedb.errors import CasedbError, NotFound
from casedb.records import PersonRecord
from casedb.vocabulary import ChatPurpose, Role

ROLE_OF = {name: Role(value) for value, name in general.ROLES.items()} | {
    role.value: role for role in Role
}
ROLE_OF |= {
    "分析员": Role.ANALYST,
    "驻场": Role.ANALYST,
    "社区工作者": Role.COMMUNITY,
    "领导": Role.LEADER,
}
PURPOSE_OF = {"台账": "ledger", "单位": "unit", "培训": "training"}


def role_name(person: PersonRecord) -> str:
    """The role in Chinese."""
    return general.ROLES[person.role.value]


def bind_account(rooms: Rooms, incoming: Incoming, code: str, now: datetime) -> Reply:
    """/start CODE from an account that may not be known yet; only in private."""
    if incoming.chat_kind is not ChatKind.PRIVATE:
        return Reply(wording.START_IN_GROUP)
    with rooms.store.session() as s:
        person = people.bind_account(
            s,
            code,
            channel=incoming.channel,
            external_id=incoming.speaker,
            private_chat=incoming.chat,
            now=now,
        )
    return Reply(_to_person(wording.BOUND, person))


def _to_person(sentence: str, person: PersonRecord) -> str:
    return sentence.format(name=person.name, unit=person.unit_name, role=role_name(person))


def start(turn: Turn, argument: str) -> Reply:
    """/start of somebody known: a new code rebinds, none greets."""
    if argument.strip():
        return bind_account(turn.rooms, turn.incoming, argument.strip(), turn.now)
    return Reply(_to_person(wording.START_HELLO, turn.person))


def whoami(turn: Turn, _argument: str = "") -> Reply:
    """/whoami"""
    with turn.rooms.store.reading() as s:
        accounts = people.accounts(s, turn.person.id)
    channels = "、".join(account.channel for account in accounts) or wording.UNREACHABLE
    return Reply(_to_person(wording.WHOAMI.replace("{accounts}", channels), turn.person))


def invite(turn: Turn, argument: str) -> Reply:
    """/invite NAME UNIT ROLE: a one-time code for a person, added when new."""
    parts = argument.split()
    if len(parts) != 3:
        return Reply(wording.INVITE_USAGE)
    name, unit_said, role_said = parts
    role = ROLE_OF.get(role_said)
    if role is None:
        raise CasedbError(wording.UNKNOWN_ROLE.format(name=role_said), "")
    if role is Role.ADMIN and turn.person.role is not Role.ADMIN:
        raise CasedbError("只有管理员能邀请管理员。", "请换一个角色，或请管理员来发。")
    with turn.rooms.store.session() as s:
        unit = people.unit_named(s, unit_said)
        if unit is None:
            names = "、".join(one.name for one in people.units(s))
            raise NotFound(wording.UNKNOWN_UNIT.format(name=unit_said, units=names), "")
        person = people.add_person(s, name, unit.id, role)
        code = people.invite(s, person.id, now=turn.now, actor=turn.actor)
    return Reply(_to_person(wording.INVITED.replace("{code}", code), person))


def leave(turn: Turn, argument: str) -> Reply:
    """/leave [UNIT] NAME: off duty; what was theirs goes to the unit."""
    said = "".join(argument.split())
    if not said:
        return Reply(wording.LEAVE_USAGE)
    with turn.rooms.store.session() as s:
        person = people.find_person(s, said)
        if person is None or person.name not in said:
            raise NotFound(wording.LEAVE_UNKNOWN.format(name=argument.strip()), "")
        if person.id == turn.person.id:
            raise CasedbError(wording.LEAVE_SELF, "")
        if person.role is Role.ADMIN and turn.person.role is not Role.ADMIN:
            raise CasedbError(wording.LEAVE_ADMIN, "")
        left = obligations.leave(s, person.id, now=turn.now, actor=turn.actor)
    return Reply(left.text)


def bind(turn: Turn, argument: str) -> Reply:
    """/bind ledger | unit NAME | training, said in the group by an admin."""
    if not turn.in_group:
        return Reply(wording.BIND_IN_PRIVATE)
    said, _, unit_said = argument.strip().partition(" ")
    word = PURPOSE_OF.get(said, said)
    if word not in {purpose.value for purpose in ChatPurpose}:
        return Reply(wording.BIND_USAGE)
    purpose, heard = ChatPurpose(word), turn.incoming
    with turn.rooms.store.session() as s:
        unit = people.unit_named(s, unit_said) if purpose is ChatPurpose.UNIT else None
        if purpose is ChatPurpose.UNIT and unit is None:
            names = "、".join(one.name for one in people.units(s))
            raise NotFound(wording.UNKNOWN_UNIT.format(name=unit_said, units=names), "")
        people.bind_chat(
            s,
            channel=heard.channel,
            external_id=heard.chat,
            topic_id=heard.topic,
            title=heard.chat_title,
            purpose=purpose,
            unit_id=unit.id if unit else None,
            actor=turn.actor,
            now=turn.now,
        )
    return Reply(wording.GROUP_BOUND[purpose.value].format(unit=unit.name if unit else ""))


def unbind(turn: Turn, argument: str) -> Reply:
    """/unbind [purpose], said in the group by an admin."""
    if not turn.in_group:
        return Reply(wording.BIND_IN_PRIVATE)
    said = argument.strip().split(" ")[0]
    word = PURPOSE_OF.get(said, said)
    known = {purpose.value for purpose in ChatPurpose}
    heard = turn.incoming
    with turn.rooms.store.session() as s:
        count = people.unbind_chat(
            s,
            channel=heard.channel,
            external_id=heard.chat,
            topic_id=heard.topic,
            purpose=ChatPurpose(word) if word in known else None,
            actor=turn.actor,
            now=turn.now,
        )
    return Reply(wording.UNBOUND.format(count=count) if count else wording.NOT_BOUND)


def chats(turn: Turn, _argument: str = "") -> Reply:
    """/chats: every bound group."""
    with turn.rooms.store.reading() as s:
        found = people.chats(s)
        names = {unit.id: unit.name for unit in people.units(s)}
    if not found:
        return Reply(wording.NO_CHATS)
    lines = [wording.CHATS_HEAD.format(count=len(found))]
    for one in found:
        unit = f"（{names.get(one.unit_id, '')}）" if one.unit_id else ""
        title = one.title or one.external_id
        lines.append(f"- {title}：{general.PURPOSES[one.purpose.value]}{unit}，{one.channel}")
    return Reply("\n".join(lines))
