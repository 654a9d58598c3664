"""An invented sub-district office in a real database, for the tests of process control."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from casedb import cases, obligations, people
from casedb.beijing import from_beijing
from casedb.calendar.workdays import WorkCalendar
from casedb.outgoing import outbox
from casedb.records import CaseDraft, CaseRecord, OutboxMessage, PersonRecord, UnitRecord
from casedb.rules import RuleBook, load_rules
from casedb.store import Session, Store
from casedb.vocabulary import ChatPurpose, Role, UnitKind

ROOT = Path(__file__).resolve().parents[2]
SECRET = "invented-secret-of-at-least-32-characters"
RULES = load_rules(ROOT / "knowledge" / "rules")
CALENDAR = WorkCalendar.load(ROOT / "knowledge" / "calendar")


def at(text: str) -> datetime:
    """A Beijing moment such as 2026-06-01 09:00 as UTC."""
    moment = datetime.fromisoformat(text)
    return from_beijing(moment.date(), moment.time())


@dataclass(frozen=True)
class Office:
    """A unit 甲一社区 with a worker, its head, a desk person and a leader, all on Telegram."""

    store: Store
    unit: UnitRecord
    worker: PersonRecord
    head: PersonRecord
    desk: PersonRecord
    leader: PersonRecord
    rules: RuleBook = RULES
    calendar: WorkCalendar = CALENDAR

    def case(
        self, s: Session, order_no: str, *, due: str, dispatched: str, now: datetime, **more: object
    ) -> CaseRecord:
        """Record a case of the unit, handled by the worker, accepted and contacted already."""
        done = at(dispatched) + timedelta(minutes=5)
        draft = CaseDraft(
            order_no=order_no,
            title="楼道堆物",
            appeal="楼道堆物影响通行",
            handling_unit=self.unit.name,
            dispatched_at=at(dispatched),
            due_at=at(due),
            **({"accepted_at": done, "first_contact_at": done} | more),  # type: ignore[arg-type]
        )
        made = cases.record(s, draft, actor="import", now=now)
        if made.closed_at is not None:
            return made
        return cases.assign(s, made.id, self.worker.id, actor="import", now=now)

    def tick(self, now: datetime) -> None:
        """What the schedule does at every tick."""
        with self.store.session() as s:
            obligations.ensure_for_cases(s, now=now, rules=self.rules, calendar=self.calendar)
        with self.store.session() as s:
            obligations.due_steps(s, now=now, rules=self.rules, calendar=self.calendar)

    def deliver(self, now: datetime) -> list[OutboxMessage]:
        """Claim everything that may go now and say it was sent."""
        gone: list[OutboxMessage] = []
        while True:
            with self.store.session() as s:
                batch = outbox.claim(s, owner="test", now=now, limit=100)
            if not batch:
                return gone
            with self.store.session() as s:
                for one in batch:
                    outbox.sent(s, one.id, message_ids=(f"m{one.id}",), now=now)
            gone += batch

    def run(
        self, start: datetime, end: datetime, *, every: timedelta
    ) -> list[tuple[datetime, OutboxMessage]]:
        """Let time pass; what went out, with when."""
        gone: list[tuple[datetime, OutboxMessage]] = []
        now = start
        while now <= end:
            self.tick(now)
            gone += [(now, one) for one in self.deliver(now)]
            now += every
        return gone

    def chat_of(self, person: PersonRecord) -> str:
        """The private chat of a person."""
        return f"chat-{person.name}"


def open_office(url: str) -> Office:
    """A fresh office at a database URL."""
    store = Store.open(url, secret_key=SECRET)
    now = datetime(2026, 5, 1, tzinfo=UTC)
    with store.session() as s:
        street = people.add_unit(s, "某街道", UnitKind.SUBDISTRICT)
        unit = people.add_unit(s, "甲一社区", UnitKind.COMMUNITY, parent_id=street.id)
        office = people.add_unit(s, "接诉即办专班", UnitKind.DESK, parent_id=street.id)
        worker = people.add_person(s, "林小满", unit.id, Role.COMMUNITY)
        head = people.add_person(s, "赵主任", unit.id, Role.COMMUNITY)
        desk = people.add_person(s, "钱专班", office.id, Role.DESK)
        leader = people.add_person(s, "孙领导", street.id, Role.LEADER)
        unit = people.set_unit(s, unit.id, head_id=head.id)
        for one in (worker, head, desk, leader):
            account(s, one, "telegram", f"chat-{one.name}", now)
    return Office(store, unit, worker, head, desk, leader)


def account(s: Session, person: PersonRecord, channel: str, chat: str, now: datetime) -> None:
    """Bind an account."""
    people.add_account(s, person.id, channel=channel, external_id=chat, private_chat=chat, now=now)


def bind_group(office: Office, chat: str, purpose: ChatPurpose = ChatPurpose.UNIT) -> None:
    """Bind a group to the unit (or to the ledger)."""
    with office.store.session() as s:
        people.bind_chat(
            s,
            channel="telegram",
            external_id=chat,
            topic_id="",
            title="甲一社区群",
            purpose=purpose,
            unit_id=office.unit.id if purpose is ChatPurpose.UNIT else None,
            actor=f"person:{office.desk.id}",
            now=datetime(2026, 5, 1, tzinfo=UTC),
        )
