"""Column profiles of the details sheet (考核明细): knowledge/rules/profiles/assessment/*.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casedb.errors import CasedbError
from casedb.intake.cells import text_of
from casedb.intake.profiles import plain_heading
from casedb.intake.sheetfile import SheetTable
from casedb.rules import toml_file
from casedb.rules.toml_file import TomlFile

RATE_FIELDS = ("response", "resolution", "satisfaction")
LOSS_FIELDS = (*RATE_FIELDS, "lost_item", "points")
FIELDS = ("order_no", *LOSS_FIELDS, "reason", "node", "unit", "community", "topic", "excluded")
LOOK_AT_ROWS = 30
_NO_RATE = r"(?!.*(?:原因|时间|时限|说明|意见|方式|电话|号码|姓名|描述|措施|人$))"
# What a heading that no profile knows most likely holds; used where only one column fits.
LIKELY = {
    "order_no": re.compile(
        r"^(?:热线|市民|工单|诉求|来电|受理|派单|转办|交办|案件|事项|任务)*(?:编号|单号|号码|流水号|编码|id)$"
    ),
    "response": re.compile(rf"^{_NO_RATE}.*(?:响应|联系)"),
    "resolution": re.compile(rf"^{_NO_RATE}.*解决"),
    "satisfaction": re.compile(rf"^{_NO_RATE}.*满意"),
    "points": re.compile(r"^(?:失|扣|扣减)分(?:分?值|数|情况)$"),
    "reason": re.compile(r"原因|存在(?:的)?问题|问题描述"),
    "unit": re.compile(r"^(?!.*(?:协办|配合|上级|派)).*(?:单位|科室|部门)(?:名称)?$"),
    "community": re.compile(r"社区|居委会"),
}


@dataclass(frozen=True, slots=True)
class DetailsProfile:
    """One way a details sheet is laid out; `signs` are fields that no sheet of cases has."""

    name: str
    title: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DetailsLayout:
    """Where the headings of a table stand (`row` from 0) and which column fills which field."""

    row: int
    headings: tuple[str, ...]
    fields: tuple[tuple[str, int], ...]
    signed: bool

    def column(self, field: str) -> int:
        """The column of a field, -1 when there is none."""
        return dict(self.fields).get(field, -1)

    def heading(self, field: str) -> str:
        """The field's heading as printed, "" when there is none."""
        at = self.column(field)
        return " ".join(self.headings[at].split()) if at >= 0 else ""


def load_details_profiles(folder: Path) -> tuple[DetailsProfile, ...]:
    """Every profile of a folder, by name.

    Raises:
        RuleBroken: a file says something impossible; file and entry are named.
        CasedbError: there is no profile at all.
    """
    found = tuple(_profile(toml_file.read(path)) for path in sorted(folder.glob("*.toml")))
    if not found:
        raise CasedbError(
            "没有找到考核明细的列对照方案。",
            "请检查 knowledge/rules/profiles/assessment 里的 .toml 文件。",
        )
    return found


def _profile(file: TomlFile) -> DetailsProfile:
    columns: Any = file.content.get("columns")
    signs: Any = file.content.get("signs", [])
    if not isinstance(columns, dict) or "order_no" not in columns:
        raise file.broken(
            "columns", "没有 order_no", '请写成 [columns] 下面 order_no = ["工单编号"]。'
        )
    for field, headings in columns.items():
        if field not in FIELDS:
            raise file.broken(field, "不认识这个字段", f"可用的字段：{'、'.join(FIELDS)}。")
        if not isinstance(headings, list) or not all(isinstance(h, str) and h for h in headings):
            raise file.broken(field, "应当是一组文字", '请写成 ["工单编号", "工单号"] 这样。')
    if not isinstance(signs, list) or not set(signs) <= set(columns):
        raise file.broken("signs", "里面有 columns 没写的字段", "请先在 columns 里写它的表头。")
    name = str(file.content.get("name") or file.name.removesuffix(".toml"))
    return DetailsProfile(
        name,
        str(file.content.get("title", name)),
        tuple((field, tuple(headings)) for field, headings in columns.items()),
        tuple(signs),
    )


def layout_of(table: SheetTable, profiles: Sequence[DetailsProfile]) -> DetailsLayout | None:
    """The best reading of a table: the row, of the first thirty, under which most is understood.

    Of two rows of headings the lower one wins, for merged headings repeat in it. None when no row
    has an order number and at least one column that can tell of a loss.
    """
    best: tuple[tuple[int, int], DetailsLayout] | None = None
    for at, row in enumerate(table.rows[:LOOK_AT_ROWS]):
        headings = tuple(text_of(cell) if isinstance(cell, str) else "" for cell in row)
        for profile in profiles:
            layout = _layout(profile, at, headings)
            if layout is not None and (best is None or (len(layout.fields), at) > best[0]):
                best = ((len(layout.fields), at), layout)
    return None if best is None else best[1]


def _layout(profile: DetailsProfile, row: int, headings: tuple[str, ...]) -> DetailsLayout | None:
    plain = [plain_heading(heading) for heading in headings]
    fields: dict[str, int] = {}
    for field, wanted in profile.columns:
        taken = set(fields.values())
        for heading in map(plain_heading, wanted):
            places = [at for at, one in enumerate(plain) if one == heading and at not in taken]
            if places:
                fields[field] = places[0]
                break
    signed = bool(set(fields) & set(profile.signs))  # by a known heading, not by a likely one
    for field, likely in LIKELY.items():
        if field not in fields:
            taken = set(fields.values())
            places = [at for at, one in enumerate(plain) if at not in taken and likely.search(one)]
            if len(places) == 1:  # of two that may be meant neither is
                fields[field] = places[0]
    if "order_no" not in fields or not set(fields) & set(LOSS_FIELDS):
        return None
    return DetailsLayout(row, headings, tuple(fields.items()), signed)
