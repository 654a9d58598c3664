"""Frozen views of the records: all that other packages ever see of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from casedb.closing.records import ClosingLine as ClosingLine
from casedb.vocabulary import (
    AppealKind,
    CaseStage,
    ChatPurpose,
    ObligationKind,
    ObligationState,
    OutboxState,
    RevisitAnswer,
    Role,
    SideWay,
    UnitKind,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit (单位) of the tree."""

    id: int
    name: str
    kind: UnitKind
    parent_id: int | None
    head_id: int | None  # person, 负责人
    active: bool = True
    population: int | None = None  # residents (常住人口), where known
    former_names: tuple[str, ...] = ()  # 曾用名, by which old sheets still call it


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A member of staff (人员)."""

    id: int
    name: str
    unit_id: int
    unit_name: str
    role: Role
    active: bool = True


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """A person's chat account; `private_chat` is where private messages go."""

    person_id: int
    channel: str
    external_id: str
    private_chat: str
    reachable: bool = True


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """A bound group."""

    id: int
    channel: str
    external_id: str
    topic_id: str  # "" when the group has no topics
    title: str
    purpose: ChatPurpose
    unit_id: int | None
    active: bool = True


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One hotline work order (工单) as the sub-district handles it. All texts are masked.

    Instants are UTC. `due_at` is the deadline in force (extension included).
    """

    id: int
    order_no: str
    source: str  # 来源渠道
    kind: AppealKind
    title: str
    appeal: str
    topic_path: tuple[str, str, str]
    community: str
    handling_unit_id: int | None
    handling_unit: str
    supporting_units: str
    handler_id: int | None
    stage: CaseStage
    side_way: SideWay
    urgency: Urgency | None
    received_at: datetime | None  # 来电时间
    dispatched_at: datetime | None
    accepted_at: datetime | None
    first_contact_at: datetime | None
    due_at: datetime | None
    due_source: str  # "工单办理时限" | rule id
    reply: str
    closed_at: datetime | None
    revisited_at: datetime | None
    responded: RevisitAnswer | None
    resolved: RevisitAnswer | None
    satisfied: RevisitAnswer | None
    complainant_masked: str
    phone_masked: str
    address_masked: str
    repeat_of: str  # order_no of an earlier case, "" if none
    remark: str
    extra: tuple[tuple[str, str], ...] = ()
    version: int = 1

    @property
    def has_no(self) -> bool:
        """涉否: at least one revisit answer is a no (working definition, 推断, to be confirmed)."""
        return RevisitAnswer.NO in (self.responded, self.resolved, self.satisfied)

    @property
    def tail(self) -> str:
        """What a group may see of the order number."""
        return self.order_no[-6:]


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What is known of a case before it is recorded; personal data unmasked, sealed on entry."""

    order_no: str
    source: str = ""
    kind: AppealKind | None = None
    title: str = ""
    appeal: str = ""
    topic_path: tuple[str, str, str] = ("", "", "")
    complainant: str = ""
    phone: str = ""
    address: str = ""
    community: str = ""
    handling_unit: str = ""
    supporting_units: str = ""
    received_at: datetime | None = None
    dispatched_at: datetime | None = None
    accepted_at: datetime | None = None
    first_contact_at: datetime | None = None
    due_at: datetime | None = None
    reply: str = ""
    closed_at: datetime | None = None
    revisited_at: datetime | None = None
    responded: RevisitAnswer | None = None
    resolved: RevisitAnswer | None = None
    satisfied: RevisitAnswer | None = None
    remark: str = ""
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One link of the chain of events."""

    id: int
    at: datetime
    actor: str
    subject: str  # "case:12", "person:3", "reminder:8"
    kind: str
    detail: str  # masked, readable Chinese
    hash: str


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that could not be read. `row` is the sheet's own row number (1 = headings)."""

    row: int
    column: str
    text: str
    example: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """What an import did; when `errors` is not empty nothing was stored."""

    rows: int
    created: int
    updated: int
    unchanged: int
    errors: tuple[CellError, ...] = ()
    profile: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: a channel's chat (and topic)."""

    channel: str
    chat: str
    topic: str = ""
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class OutgoingButton:
    """A button under a message; `data` comes back when pressed (at most 64 bytes)."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file under the data dir to be sent with a message."""

    path: str
    name: str  # shown to the reader
    as_picture: bool = False


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One message waiting to go, one row per key. `text` is our Markdown, already masked for groups."""

    id: int
    key: str
    target: Target
    text: str
    buttons: tuple[tuple[OutgoingButton, ...], ...]
    files: tuple[OutgoingFile, ...]
    not_before: datetime
    state: OutboxState
    attempts: int
    obligation_id: int | None = None
    step: str = ""
    resend_when_unsure: bool = True  # False for ledgers: the desk is asked instead
    message_ids: tuple[str, ...] = ()
    person_id: int | None = None
    wanted_at: datetime | None = None  # when it should have gone
    unsure: int = 0  # tries whose answer was cut off after the effect may have happened
    error: str = ""


@dataclass(frozen=True, slots=True)
class ObligationRecord:
    """Somebody has to do or acknowledge something by `due_at`."""

    id: int
    key: str
    kind: ObligationKind
    state: ObligationState
    text: str
    due_at: datetime
    case_id: int | None
    order_no: str
    unit_id: int | None
    person_id: int | None  # who is responsible now
    created_by: int | None
    ladder: str
    repeats: str  # "" | "daily" | "workdays" | "weekly" | "monthly" | "yearly"
    acknowledged_by: int | None = None
    acknowledged_at: datetime | None = None
    acknowledged_on: str = ""  # channel
    next_at: datetime | None = None  # when the next reminder is looked at
    outcome: str = ""  # "cannot do, because …", masked
    unit_name: str = ""
    person_name: str = ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit's row of the ledger."""

    unit: str
    new: int
    open: int
    due_today: int
    due_in_3_days: int
    overdue: int
    not_contacted: int
    closed: int
    has_no: int = 0  # 涉否
    owed: int = 0  # 剔除材料应交未交


@dataclass(frozen=True, slots=True)
class LedgerCase:
    """One case as the ledger shows it; masked, order number by its tail in groups."""

    order_no: str
    unit: str
    community: str
    topic: str
    title: str
    due_at: datetime | None
    stage: CaseStage
    light: str  # "红" | "黄" | "绿"
    flags: tuple[str, ...]  # 逾期 今日到期 3日内到期 未首联 涉否 重复 …
    source: str = ""
    kind: str = ""  # 诉求性质
    dispatched_at: datetime | None = None
    left: str = ""  # 剩余时长 when it was frozen, "超 2天" once it is over
    contacted: bool = False
    handler: str = ""
    exclusion: str = ""  # 剔除申请和材料的状态
    todo: str = ""  # 今日动作, proposed by the flags


@dataclass(frozen=True, slots=True)
class LedgerSnapshot:
    """The frozen ledger (台账) of one Beijing day; message, sheet, picture and page all read it."""

    on: date
    id: str  # "L20260601-1a2b3c4d"
    frozen_at: datetime
    content_hash: str
    new: int
    open: int
    due_today: int
    due_in_3_days: int
    overdue: int
    not_contacted: int
    closed: int
    has_no: int
    repeats: int
    by_unit: tuple[UnitLine, ...]
    cases: tuple[LedgerCase, ...]
    changes: tuple[str, ...] = ()  # since the ledger before, readable Chinese, tails only
    extra: tuple[tuple[str, int], ...] = field(default=())
    edition: str = ""  # "morning", "evening", … of casedb.ledger
    note: str = ""  # which rules behind it are unconfirmed


@dataclass(frozen=True, slots=True)
class FilingRecord:
    """A snapshot that reached a chat (报备): what, where, when, which message ids."""

    snapshot: str  # LedgerSnapshot.id
    on: date
    edition: str
    content_hash: str
    channel: str
    chat: str
    topic: str
    title: str
    filed_at: datetime
    message_ids: tuple[str, ...]
