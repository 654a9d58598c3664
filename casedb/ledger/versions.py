"""Pure: who sees how much of a frozen ledger: a group order tails only, a unit only what is its own."""

from __future__ import annotations

from dataclasses import replace

from casedb.records import LedgerCase, LedgerSnapshot, UnitLine

TAIL = 6


def for_group(snapshot: LedgerSnapshot) -> LedgerSnapshot:
    """What the members of a group may see: order numbers by their tails, no member of staff.

    Id and hash stay those of the frozen ledger it is taken from.
    """
    return replace(snapshot, cases=tuple(map(_tailed, snapshot.cases)))


def _tailed(case: LedgerCase) -> LedgerCase:
    return replace(case, order_no=f"…{case.order_no[-TAIL:]}", handler="")


def for_unit(snapshot: LedgerSnapshot, unit: str) -> LedgerSnapshot:
    """One unit's part: its line, its cases, its totals."""
    cases = tuple(case for case in snapshot.cases if case.unit == unit)
    line = next((one for one in snapshot.by_unit if one.unit == unit), None)
    own = line or UnitLine(unit, 0, 0, 0, 0, 0, 0, 0)
    return replace(
        snapshot,
        new=own.new,
        open=own.open,
        due_today=own.due_today,
        due_in_3_days=own.due_in_3_days,
        overdue=own.overdue,
        not_contacted=own.not_contacted,
        closed=own.closed,
        has_no=sum("涉否" in case.flags for case in cases),
        repeats=sum("重复" in case.flags for case in cases),
        by_unit=(own,),
        cases=cases,
        changes=(),
        extra=(("材料待交", own.owed),),
    )
