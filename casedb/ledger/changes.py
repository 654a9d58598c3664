"""Pure: what changed between two ledgers, in readable Chinese, order numbers by their tails."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casedb.days import day_text, moment_text
from casedb.records import LedgerCase, LedgerSnapshot
from casedb.vocabulary import CaseStage

NAMED = 6
TAIL = 6


def changes_since(before: LedgerSnapshot | None, now: LedgerSnapshot) -> tuple[str, ...]:
    """What is new, gone, newly overdue, newly contacted, moved or extended since the ledger before."""
    if before is None:
        return ("没有更早的台账可以比较。",)
    old = {case.order_no: case for case in before.cases if _open(case)}
    new = {case.order_no: case for case in now.cases if _open(case)}
    both = [(old[number], new[number]) for number in new if number in old]
    lines = [
        _line("新进在办", [number for number in new if number not in old]),
        _line("已不在办", [number for number in old if number not in new]),
        _line("新逾期", _turned(both, "逾期")),
        _line("新未首联超期转黄红", _worse(both)),
        _line(
            "已首联",
            [a.order_no for a, b in both if "未首联" in a.flags and "未首联" not in b.flags],
        ),
        _line("换承办单位", _differs(both, lambda case: case.unit)),
        _line("办理时限变更", _differs(both, lambda case: case.due_at)),
    ]
    told = [line for line in lines if line]
    since = f"与 {day_text(before.on)} {moment_text(before.frozen_at)[-5:]} 台账相比"
    return (f"{since}：{told[0]}", *told[1:]) if told else (f"{since}：没有变化。",)


def _open(case: LedgerCase) -> bool:
    return case.stage is not CaseStage.CLOSED


def _turned(both: Iterable[tuple[LedgerCase, LedgerCase]], flag: str) -> list[str]:
    return [b.order_no for a, b in both if flag in b.flags and flag not in a.flags]


def _worse(both: Iterable[tuple[LedgerCase, LedgerCase]]) -> list[str]:
    return [
        b.order_no
        for a, b in both
        if a.light == "绿" and b.light != "绿" and "未首联" in b.flags and "逾期" not in b.flags
    ]


def _differs(
    both: Iterable[tuple[LedgerCase, LedgerCase]], of: Callable[[LedgerCase], object]
) -> list[str]:
    return [b.order_no for a, b in both if of(a) != of(b)]


def _line(name: str, orders: list[str]) -> str:
    if not orders:
        return ""
    tails = "、".join(f"…{number[-TAIL:]}" for number in orders[:NAMED])
    return f"{name} {len(orders)} 件（{tails}{' 等' if len(orders) > NAMED else ''}）"
