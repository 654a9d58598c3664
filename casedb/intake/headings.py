"""Pure: find the row of headings in a table, and which profile it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casedb.cases.drafts import INSTANTS
from casedb.intake.cells import text_of
from casedb.intake.profiles import Profile, plain_heading
from casedb.intake.sheetfile import SheetTable
from casedb.intake.sheetkind import BadSheet

LOOK_AT_ROWS = 30
# A number and names alone may be any list; one of these makes it a sheet of cases.
CASE_SIGNS = frozenset(
    {"title", "appeal", "reply", "kind", "handling_unit", "resolved", "satisfied", "responded"}
    | set(INSTANTS)
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How one table is to be read: the profile, the heading row, what each column fills.

    `row` counts from 0. `fields` maps a column to a field, `extras` to the heading of a column
    that no field takes; columns without heading or to be ignored are in neither.
    """

    profile: Profile
    row: int
    headings: tuple[str, ...]
    fields: tuple[tuple[int, str], ...]
    extras: tuple[tuple[int, str], ...]


def layout_of(table: SheetTable, profiles: Sequence[Profile]) -> Layout | None:
    """The best reading of a table: most columns understood, then the higher priority.

    None when no row among the first thirty has the headings some profile requires.
    """
    best: tuple[tuple[int, int, int], Layout] | None = None
    for at, row in enumerate(table.rows[:LOOK_AT_ROWS]):
        headings = tuple(text_of(cell) if isinstance(cell, str) else "" for cell in row)
        for profile in profiles:
            layout = _layout(profile, at, headings)
            if layout is None:
                continue
            score = (len(layout.fields), profile.priority, -at)
            if best is None or score > best[0]:
                best = (score, layout)
    return None if best is None else best[1]


def _layout(profile: Profile, row: int, headings: tuple[str, ...]) -> Layout | None:
    plain = [plain_heading(heading) for heading in headings]
    fields: dict[int, str] = {}
    for field, wanted in profile.columns:
        for heading in map(plain_heading, wanted):
            if heading in plain and plain.index(heading) not in fields:
                fields[plain.index(heading)] = field
                break
    found = set(fields.values())
    if not set(profile.required) <= found or not found & CASE_SIGNS:
        return None
    if profile.made_order_no and not _has_all(profile.made_order_no.made_from, plain):
        return None
    ignored = {plain_heading(one) for one in profile.ignored}
    extras: list[tuple[int, str]] = []
    for column, heading in enumerate(headings):
        if column in fields or not plain[column] or plain[column] in ignored:
            continue
        extras.append((column, _new_name(heading, [name for _, name in extras])))
    return Layout(profile, row, headings, tuple(sorted(fields.items())), tuple(extras))


def _has_all(wanted: Sequence[str], plain: Sequence[str]) -> bool:
    return all(plain_heading(one) in plain for one in wanted)


def _new_name(heading: str, taken: Sequence[str]) -> str:
    """Two columns may bear the same heading; both are kept."""
    name = " ".join(heading.split())
    count = sum(one == name or one.startswith(f"{name}（") for one in taken)
    return name if not count else f"{name}（{count + 1}）"


def not_recognised(
    name: str, tables: Sequence[SheetTable], profiles: Sequence[Profile]
) -> BadSheet:
    """What to say about a file none of whose sheets has known headings."""
    filled = [table for table in tables if any(any(row) for row in table.rows)]
    if not filled:
        return BadSheet(
            what=f"文件“{name}”里没有内容。", fix="请重新导出后再发来；这次一行都没有入库。"
        )
    likeliest = profiles[0]
    needed = "、".join(likeliest.heading_of(field) for field in likeliest.required)
    seen = [text_of(cell) for row in filled[0].rows[:3] for cell in row if text_of(cell)][:6]
    shown = "、".join(one[:12] for one in seen)
    return BadSheet(
        what=f"文件“{name}”里没有认出表头（开头是：{shown}）。",
        fix=f"请在数据上方留一行表头，至少要有“{needed}”；这次一行都没有入库。",
    )
