"""Units, persons, roles, invitations, accounts and chats, gathered under one name."""

from __future__ import annotations

from casedb.people.accounts import (
    accounts,
    add_account,
    bind_account,
    invite,
    mark_reachable,
    mark_unreachable,
    person_by_account,
)
from casedb.people.chats import bind_chat, chats, chats_at, migrate_chat, unbind_chat
from casedb.people.duty import duty, set_duty
from casedb.people.leaders import duty_leader, leader_days, set_duty_leader
from casedb.people.staff import (
    DESK_ROLES,
    add_person,
    add_unit,
    desk,
    find_person,
    head_of,
    leave,
    people,
    person,
    remember_names,
    rename_unit,
    set_residents,
    set_role,
    set_unit,
    unit,
    unit_named,
    units,
)

__all__ = [
    "DESK_ROLES",
    "accounts",
    "add_account",
    "add_person",
    "add_unit",
    "bind_account",
    "bind_chat",
    "chats",
    "chats_at",
    "desk",
    "duty",
    "duty_leader",
    "find_person",
    "head_of",
    "invite",
    "leader_days",
    "leave",
    "mark_reachable",
    "mark_unreachable",
    "migrate_chat",
    "people",
    "person",
    "person_by_account",
    "remember_names",
    "rename_unit",
    "set_duty",
    "set_duty_leader",
    "set_residents",
    "set_role",
    "set_unit",
    "unbind_chat",
    "unit",
    "unit_named",
    "units",
]
