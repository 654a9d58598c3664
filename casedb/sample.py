"""The invented sample: units, people, groups and cases around `now`, loaded into an empty database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from casedb import cases, people
from casedb.beijing import beijing
from casedb.invented import MARK
from casedb.models import Case, Unit
from casedb.records import CaseDraft, UnitRecord
from casedb.sample_cases import SAMPLE_CASES, SampleCase
from casedb.store import Session
from casedb.vocabulary import ChatPurpose, RevisitAnswer, Role, UnitKind

STREET = "样例街道"
DESK = "接诉即办专班"
# The working bodies that 北京市街道办事处条例 art. 9 names.
UNITS = (
    (DESK, UnitKind.DESK),
    ("民生保障办公室", UnitKind.SECTION),
    ("城市管理办公室", UnitKind.SECTION),
    ("平安建设办公室", UnitKind.SECTION),
    ("社区建设办公室", UnitKind.SECTION),
    ("综合行政执法队", UnitKind.SECTION),
    ("甲一社区", UnitKind.COMMUNITY),
    ("甲二社区", UnitKind.COMMUNITY),
    ("甲三社区", UnitKind.COMMUNITY),
)
# Name, unit, role, whether head of the unit.
STAFF = (
    ("赵一安", DESK, Role.ADMIN, True),
    ("钱二宁", DESK, Role.DESK, False),
    ("孙三和", DESK, Role.ANALYST, False),
    ("李四平", DESK, Role.ANALYST, False),
    ("周五明", STREET, Role.LEADER, True),
    ("吴六顺", "民生保障办公室", Role.SECTION, True),
    ("郑七巧", "城市管理办公室", Role.SECTION, True),
    ("王九思", "平安建设办公室", Role.SECTION, True),
    ("冯十全", "社区建设办公室", Role.SECTION, True),
    ("陈百川", "综合行政执法队", Role.SECTION, True),
    ("褚千里", "甲一社区", Role.COMMUNITY, True),
    ("卫万里", "甲一社区", Role.COMMUNITY, False),
    ("蒋百合", "甲二社区", Role.COMMUNITY, True),
    ("沈千帆", "甲三社区", Role.COMMUNITY, True),
)
CHANNEL = "web"
ACTOR = "sample"


def load(s: Session, *, now: datetime) -> bool:
    """Load the sample; False, and nothing is done, when there are units or cases already.

    Args:
        now: aware instant; deadlines are placed around it, so that a day shows reminders,
            escalation and overdue cases.
    """
    if s.scalar(select(func.count(Unit.id))) or s.scalar(select(func.count(Case.id))):
        return False
    known = _units(s)
    _staff(s, known, now)
    _groups(s, known, now)
    for number, sample in enumerate(SAMPLE_CASES, start=1):
        _case(s, number, sample, now)
    return True


def _units(s: Session) -> dict[str, UnitRecord]:
    street = people.add_unit(s, STREET, UnitKind.SUBDISTRICT)
    known = {STREET: street}
    for name, kind in UNITS:
        known[name] = people.add_unit(s, name, kind, parent_id=street.id)
    return known


def _staff(s: Session, known: dict[str, UnitRecord], now: datetime) -> None:
    for name, unit, role, heads in STAFF:
        who = people.add_person(s, name, known[unit].id, role)
        if heads:
            people.set_unit(s, known[unit].id, head_id=who.id)
        account = f"web:{who.id}"
        people.add_account(
            s, who.id, channel=CHANNEL, external_id=account, private_chat=account, now=now
        )


def _groups(s: Session, known: dict[str, UnitRecord], now: datetime) -> None:
    for chat, title, purpose, unit in (
        ("group:ledger", "样例街道接诉即办工作群", ChatPurpose.LEDGER, None),
        ("group:unit", "甲一社区工作群", ChatPurpose.UNIT, known["甲一社区"].id),
    ):
        people.bind_chat(
            s,
            channel=CHANNEL,
            external_id=chat,
            topic_id="",
            title=title,
            purpose=purpose,
            unit_id=unit,
            actor=ACTOR,
            now=now,
        )


def _case(s: Session, number: int, sample: SampleCase, now: datetime) -> None:
    """One case; its times are counted from `now`, never later than it where they are past deeds."""
    minute = now.replace(second=0, microsecond=0)
    due = minute + timedelta(hours=sample.due_in_hours)
    dispatched = min(due - timedelta(days=sample.allowed_days), minute - timedelta(hours=2))
    closed = None
    if sample.closed_hours_ago is not None:
        closed = minute - timedelta(hours=sample.closed_hours_ago)
        dispatched = min(dispatched, closed - timedelta(days=1))
    answer = sample.satisfied
    accepted = dispatched + timedelta(minutes=50) if sample.accepted or closed else None
    cases.record(
        s,
        CaseDraft(
            order_no=f"YL{beijing(dispatched):%Y%m%d}{number:05d}",
            source="12345 热线",
            kind=sample.kind,
            title=sample.title,
            appeal=sample.appeal,
            topic_path=sample.topic,
            complainant=sample.caller,
            phone=f"1380000{sample.phone:04d}",
            address=f"{sample.community}{number}号楼1单元{number:02d}01",
            community=sample.community,
            handling_unit=sample.unit or sample.community,
            received_at=dispatched - timedelta(minutes=6),
            dispatched_at=dispatched,
            accepted_at=accepted,
            first_contact_at=dispatched + timedelta(hours=1.5) if sample.contacted else None,
            due_at=due,
            reply=sample.reply,
            closed_at=closed,
            revisited_at=closed + timedelta(hours=1) if closed and answer else None,
            responded=RevisitAnswer.YES if answer else None,
            resolved=answer,
            satisfied=answer,
            remark=MARK,
        ),
        actor=ACTOR,
        now=now,
    )
