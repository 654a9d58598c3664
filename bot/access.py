"""Who may do what, in which chat; in a group everything is cut to its least privileged reader."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import IntEnum, StrEnum

from bot.dialogue.answering.answers import Reader
from bot.dialogue.talk import ChatKind
from casedb.records import CaseRecord, ChatRecord, PersonRecord
from casedb.vocabulary import ChatPurpose, Role


class Action(StrEnum):
    """What somebody wants to do."""

    ASK = "ask"  # questions about rules and techniques
    SEE_CASES = "see_cases"
    CHANGE_CASES = "change_cases"  # accept, first contact, notes, close
    NEW_CASE = "new_case"
    ASSIGN = "assign"  # reassign and extend
    SHEETS = "sheets"  # import and export
    LEDGER = "ledger"
    REMIND = "remind"  # oneself
    REMIND_UNITS = "remind_units"
    ANSWER_HANDOFFS = "answer_handoffs"
    CLOSING_SHEET = "closing_sheet"
    SETTLE_SENDING = "settle_sending"  # was an uncertain message received
    REVEAL = "reveal"  # a complainant's data in the clear
    BIND_GROUPS = "bind_groups"
    INVITE = "invite"
    CALENDAR = "calendar"
    HEALTH = "health"
    EXCLUDE = "exclude"  # ask for exclusion, hand in materials
    REPORT = "report"  # public-sentiment reports over everybody's cases
    REVIEW = "review"  # decide findings, send opinions, record rechecks
    ASSESS = "assess"  # forecasts, assessment details, retrospectives, measures
    CLASSIFY = "classify"  # give a case its topic
    ROSTER = "roster"  # who answers on a day
    KNOWLEDGE = "knowledge"  # gaps, drafts, changes of papers, corrections
    PUBLISH = "publish"  # a draft becomes knowledge of the unit
    TRAINING = "training"  # who has done which lesson


class Scope(IntEnum):
    """How far it goes."""

    NONE = 0
    OWN = 1  # what belongs to one's own unit or oneself
    ALL = 2


_WORKER: Mapping[Action, Scope] = {
    Action.ASK: Scope.ALL,
    Action.SEE_CASES: Scope.OWN,
    Action.CHANGE_CASES: Scope.OWN,
    Action.LEDGER: Scope.OWN,
    Action.REMIND: Scope.ALL,
    Action.REMIND_UNITS: Scope.OWN,
    Action.CLOSING_SHEET: Scope.OWN,
    Action.REVEAL: Scope.OWN,
    Action.EXCLUDE: Scope.OWN,
    Action.CLASSIFY: Scope.OWN,
}
_OVERSEER: Mapping[Action, Scope] = {
    Action.ASK: Scope.ALL,
    Action.SEE_CASES: Scope.ALL,
    Action.LEDGER: Scope.ALL,
    Action.REMIND: Scope.ALL,
    Action.REMIND_UNITS: Scope.ALL,
    Action.CLOSING_SHEET: Scope.ALL,
    Action.REPORT: Scope.ALL,
    Action.ASSESS: Scope.ALL,
}
_DESK: Mapping[Action, Scope] = {
    **_OVERSEER,
    Action.CHANGE_CASES: Scope.ALL,
    Action.NEW_CASE: Scope.ALL,
    Action.ASSIGN: Scope.ALL,
    Action.SHEETS: Scope.ALL,
    Action.ANSWER_HANDOFFS: Scope.ALL,
    Action.SETTLE_SENDING: Scope.ALL,
    Action.REVEAL: Scope.ALL,
    Action.INVITE: Scope.ALL,
    Action.EXCLUDE: Scope.ALL,
    Action.REVIEW: Scope.ALL,
    Action.CLASSIFY: Scope.ALL,
    Action.ROSTER: Scope.ALL,
    Action.KNOWLEDGE: Scope.ALL,
    Action.PUBLISH: Scope.ALL,
    Action.TRAINING: Scope.ALL,
}
RIGHTS: Mapping[Role, Mapping[Action, Scope]] = {
    Role.ADMIN: dict.fromkeys(Action, Scope.ALL),
    Role.DESK: _DESK,
    Role.ANALYST: {
        **_OVERSEER,
        Action.NEW_CASE: Scope.ALL,
        Action.SHEETS: Scope.ALL,
        Action.ANSWER_HANDOFFS: Scope.ALL,
        Action.EXCLUDE: Scope.ALL,
        Action.REVIEW: Scope.ALL,
        Action.CLASSIFY: Scope.ALL,
        Action.KNOWLEDGE: Scope.ALL,
        Action.TRAINING: Scope.ALL,
    },
    Role.LEADER: {**_OVERSEER, Action.ASSIGN: Scope.ALL},
    Role.SECTION: _WORKER,
    Role.COMMUNITY: _WORKER,
}
# What is never done before the eyes of a group.
PRIVATE_ONLY = frozenset(
    {
        Action.NEW_CASE,
        Action.CHANGE_CASES,
        Action.ASSIGN,
        Action.SHEETS,
        Action.REVEAL,
        Action.INVITE,
        Action.CALENDAR,
        Action.HEALTH,
        Action.SETTLE_SENDING,
        Action.EXCLUDE,
        Action.REVIEW,
        Action.ASSESS,
        Action.CLASSIFY,
        Action.ROSTER,
        Action.KNOWLEDGE,
        Action.PUBLISH,
        Action.TRAINING,
    }
)


def scope(role: Role, chat: ChatKind, action: Action) -> Scope:
    """How far a role may go with an action in this kind of chat."""
    if chat is ChatKind.GROUP and action in PRIVATE_ONLY:
        return Scope.NONE
    return RIGHTS[role].get(action, Scope.NONE)


def may_see(person: PersonRecord, case: CaseRecord, reach: Scope) -> bool:
    """Whether a case is within a person's reach: their unit handles or supports it, or they do."""
    if reach is Scope.ALL:
        return True
    if reach is Scope.NONE:
        return False
    own = person.unit_name
    return (
        case.handling_unit_id == person.unit_id
        or case.handler_id == person.id
        or case.community == own
        or own in case.supporting_units
    )


def may_change(person: PersonRecord, case: CaseRecord, reach: Scope) -> bool:
    """Whether a person may change a case: narrower than seeing it."""
    if reach is not Scope.OWN:
        return reach is Scope.ALL
    return case.handling_unit_id == person.unit_id or case.handler_id == person.id


def shown_in(
    groups: Collection[ChatRecord], case: CaseRecord, units: Mapping[int, str] | None = None
) -> bool:
    """Whether every member of the group may see this case: it is the ledger's or the unit's own."""
    names = units or {}
    for group in groups:
        if group.purpose is ChatPurpose.LEDGER:
            return True
        if group.purpose is ChatPurpose.UNIT and group.unit_id is not None:
            own = case.handling_unit_id == group.unit_id
            if own or (names.get(group.unit_id) or "\0") == case.community:
                return True
    return False


def reader(person: PersonRecord, chat: ChatKind, groups: Sequence[ChatRecord] = ()) -> Reader:
    """Who will read the answer: the person, or the least privileged member of the group."""
    if chat is ChatKind.GROUP:
        return Reader(Role.COMMUNITY, in_group=True)
    return Reader(person.role)
