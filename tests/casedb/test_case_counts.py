"""The counts by month follow every way a case can come, change or go, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert, select, update

from casedb.backup import problems_of
from casedb.models import Case, CaseCount
from casedb.store import Session, Store
from casedb.vocabulary import AppealKind, CaseStage
from tests.casedb.kept import store_of

NAMES = (
    "topic_1", "topic_2", "topic_3", "community", "handling_unit", "kind", "source", "stage",
)  # fmt: skip


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with store_of(request.param, tmp_path) as opened:
        yield opened


def values(chance: Random) -> dict[str, object]:
    """Values that meet often; instants beside the turn of a Beijing month and of a year."""
    instants = (
        None,
        datetime(2025, 12, 31, 15, 59, 59, tzinfo=UTC),
        datetime(2025, 12, 31, 16, tzinfo=UTC),
        datetime(2026, 2, 28, 16, tzinfo=UTC),
    )
    return {
        "topic_1": chance.choice(["", "噪声", "停车%'"]),
        "community": chance.choice(["", "甲一社区"]),
        "kind": chance.choice([AppealKind.HELP, AppealKind.COMPLAINT]),
        "stage": chance.choice([CaseStage.HANDLING, CaseStage.CLOSED]),
        "received_at": chance.choice(instants),
        "dispatched_at": chance.choice(instants),
    }


def test_counts_that_lost_their_cases_are_found_by_the_check(store: Store) -> None:
    with store.session() as s:
        s.execute(insert(Case), [{"order_no": "N1", "recorded_at": datetime.now(UTC)}])
    assert problems_of(store) == ()
    with store.session() as s:
        s.execute(delete(CaseCount))
    assert problems_of(store) == ("按月统计表与案件表的件数不一致。",)


def counted_by_hand(s: Session) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for case in s.scalars(select(Case)):
        at = case.received_at or case.dispatched_at
        month = f"{at.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m}" if at else ""
        found[month, *(str(getattr(case, name)) for name in NAMES)] += 1
    return found


def test_the_counts_always_equal_what_one_counts_by_hand(store: Store) -> None:
    chance = Random(5)
    for step in range(12):
        with store.session() as s:
            rows = [
                {
                    "order_no": f"N{step}-{number}",
                    "recorded_at": datetime.now(UTC),
                    **values(chance),
                }
                for number in range(chance.randrange(1, 8))
            ]
            s.execute(insert(Case), rows)
            known = list(s.scalars(select(Case.id)))
            for case_id in chance.sample(known, len(known) // 3):
                s.execute(update(Case).where(Case.id == case_id).values(**values(chance)))
            for case_id in chance.sample(known, len(known) // 6):
                s.execute(delete(Case).where(Case.id == case_id))
        with store.reading() as s:
            kept = {
                (row.month, *(getattr(row, name) for name in NAMES)): row.count
                for row in s.scalars(select(CaseCount))
            }
            assert kept == counted_by_hand(s)
