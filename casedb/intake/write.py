"""Drafts from a sheet into the tables: new ones in bulk, known ones cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import insert, select

from casedb import audit
from casedb.audit import Deed
from casedb.cases.drafts import Prepared, cell_hashes, prepare, stage_of
from casedb.cases.repeats import Callers
from casedb.intake.update import apply_news, news_of, seal_news
from casedb.models import Case, PersonalData
from casedb.people.responsible import responsible_among
from casedb.people.staff import units
from casedb.privacy import mask
from casedb.records import CaseDraft, UnitRecord
from casedb.store import Session, reading_beside
from casedb.vocabulary import AppealKind

CHUNK = 500


@dataclass(slots=True)
class Written:
    """What became of the drafts."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the records hold of a case that a draft names."""

    id: int
    content_hash: str
    imported: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Task:
    """One draft, and which of its cells are news."""

    draft: CaseDraft
    cells: dict[str, str]

    def news(self, known: _Known | None) -> dict[str, str]:
        if known is None:
            return self.cells
        return {name: mark for name, mark in self.cells.items() if known.imported.get(name) != mark}


Tell = Callable[[str, int, int], None]


def write_drafts(
    s: Session,
    drafts: Sequence[CaseDraft],
    *,
    dry_run: bool,
    actor: str,
    now: datetime,
    tell: Tell,
) -> Written:
    """Create and update; the slow part (masking, sealing) is done before the write lock is taken."""
    tasks = [_Task(draft, cell_hashes(draft, s.box)) for draft in drafts]
    numbers = [draft.order_no for draft in drafts]
    with reading_beside(s) as beside:
        before = _known(beside, numbers)
    ready: dict[str, Prepared] = {}
    # Sheets repeat themselves (已联系诉求人 …); forgotten with the import.
    masker = lru_cache(maxsize=20_000)(mask)
    for done, task in enumerate(tasks):
        if task.news(before.get(task.draft.order_no)):
            ready[task.draft.order_no] = prepare(task.draft, s.box, masker=masker, cells=task.cells)
        if done % 200 == 0:
            tell("脱敏封存", done, len(tasks))
    known = before if dry_run else _known(s, numbers)
    written = Written()
    fresh: list[Prepared] = []
    changed: list[tuple[_Task, Prepared, _Known]] = []
    for task in tasks:
        row = known.get(task.draft.order_no)
        if not task.news(row):
            written.unchanged += 1
            continue
        made = ready.get(task.draft.order_no) or prepare(task.draft, s.box, cells=task.cells)
        if row is None:
            fresh.append(made)
        else:
            changed.append((task, made, row))
    if dry_run:
        written.created, written.updated = len(fresh), len(changed)
        return written
    _Writer(s, written, actor=actor, now=now).write(fresh, changed, tell)
    tell("入库", len(tasks), len(tasks))
    return written


def _known(s: Session, numbers: Sequence[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for some in _chunks(numbers):
        rows = s.execute(
            select(Case.order_no, Case.id, Case.content_hash, Case.imported).where(
                Case.order_no.in_(some)
            )
        )
        found |= {row[0]: _Known(row[1], row[2], row[3] or {}) for row in rows}
    return found


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for at in range(0, len(items), CHUNK):
        yield items[at : at + CHUNK]


class _Writer:
    """Writes within the one transaction of the import."""

    def __init__(self, s: Session, written: Written, *, actor: str, now: datetime) -> None:
        self._s, self._written, self._actor, self._now = s, written, actor, now
        self._units: tuple[UnitRecord, ...] = units(s)
        self._unit_of: dict[tuple[str, str], int | None] = {}
        self._unknown: dict[str, int] = {}

    def write(
        self,
        fresh: Sequence[Prepared],
        changed: Sequence[tuple[_Task, Prepared, _Known]],
        tell: Tell,
    ) -> None:
        callers = Callers(self._s, [one.columns.get("caller_hash", "") for one in fresh])
        for done, some in enumerate(_chunks(_by_time(fresh))):
            self._create(some, callers)
            tell("入库", done * CHUNK, len(fresh) + len(changed))
        for some in _chunks(changed):
            self._update(some)
        for name, count in self._unknown.items():
            self._written.warnings.append(f"没有叫“{name}”的单位，{count} 件工单先按文字保存。")

    def _create(self, some: Sequence[Prepared], callers: Callers) -> None:
        rows = [self._row(one, callers) for one in some]
        self._s.execute(insert(Case).execution_options(render_nulls=True), rows)
        ids = dict(
            self._s.execute(
                select(Case.order_no, Case.id).where(
                    Case.order_no.in_([one.order_no for one in some])
                )
            )
            .tuples()
            .all()
        )
        blank = {"name": b"", "phone": b"", "address": b"", "texts": b""}
        self._s.execute(
            insert(PersonalData),
            [{"case_id": ids[one.order_no], **blank, **one.sealed} for one in some],
        )
        self._record((ids[one.order_no], "recorded", "导入登记") for one in some)
        self._written.created += len(some)

    def _row(self, one: Prepared, callers: Callers) -> dict[str, Any]:
        columns = one.columns
        return {
            **BLANK,
            **columns,
            "order_no": one.order_no,
            "stage": stage_of(columns),
            "handling_unit_id": self._unit(columns),
            "repeat_of": callers.earlier(
                columns.get("caller_hash", ""), columns.get("topic_1", ""), one.order_no
            ),
            "content_hash": one.content_hash,
            "imported": one.cells,
            "recorded_at": self._now,
            "version": 1,
        }

    def _unit(self, columns: dict[str, Any]) -> int | None:
        """The responsible unit; sheets name the same few over and over."""
        key = (columns.get("handling_unit") or "", columns.get("community") or "")
        if key not in self._unit_of:
            found = responsible_among(self._units, columns)
            self._unit_of[key] = found.unit_id
            if found.unknown:
                self._unknown.setdefault(found.unknown, 0)
        unknown = key[0] if key[0] in self._unknown else key[1]
        if unknown in self._unknown:
            self._unknown[unknown] += 1
        return self._unit_of[key]

    def _update(self, some: Sequence[tuple[_Task, Prepared, _Known]]) -> None:
        ids = [known.id for _, _, known in some]
        rows = {row.id: row for row in self._s.scalars(select(Case).where(Case.id.in_(ids)))}
        said: list[tuple[int, str, str]] = []
        for task, made, known in some:
            row = rows[known.id]
            names = news_of(task.draft, row, list(task.news(known)))
            if not names:
                self._written.unchanged += 1
                continue
            said.append((row.id, "updated", apply_news(row, made, names)))
            if {"handling_unit", "community"} & set(names):
                self._resettle(row)
            seal_news(self._s, row.id, made, names)
            self._written.updated += 1
        self._s.flush()
        self._record(said)

    def _resettle(self, row: Case) -> None:
        unit_id = self._unit({"handling_unit": row.handling_unit, "community": row.community})
        if unit_id != row.handling_unit_id:
            row.handling_unit_id, row.handler_id = unit_id, None

    def _record(self, deeds: Iterable[tuple[int, str, str]]) -> None:
        audit.record_many(
            self._s,
            (
                Deed(self._now, self._actor, f"case:{case_id}", kind, detail)
                for case_id, kind, detail in deeds
            ),
        )


def _by_time(fresh: Sequence[Prepared]) -> list[Prepared]:
    """Oldest first, so that a repeat points back and never forward."""

    def key(one: Prepared) -> tuple[bool, Any]:
        at = one.columns.get("received_at") or one.columns.get("dispatched_at")
        return (at is None, at.timestamp() if at else 0)

    return sorted(fresh, key=key)


def _blank() -> dict[str, Any]:
    """A value for every column a new case may leave open; bulk inserts want the same keys."""
    texts = "source title appeal topic_1 topic_2 topic_3 community handling_unit supporting_units due_source reply complainant_masked phone_masked address_masked caller_hash repeat_of remark"
    nothing = "received_at dispatched_at accepted_at first_contact_at due_at original_due_at closed_at revisited_at responded resolved satisfied"
    return {
        **dict.fromkeys(texts.split(), ""),
        **dict.fromkeys(nothing.split()),
        "kind": AppealKind.OTHER,
        "extra": {},
    }


BLANK = _blank()
