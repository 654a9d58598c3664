"""The page of a report: pictures, tables, files to take away, and the cases behind every figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import FileResponse, Response

from bot import access
from bot.access import Action, Scope
from bot.analysis import reporting
from bot.analysis.reporting import MONTHLY, OVERALL
from bot.dialogue.talk import ChatKind
from bot.web.desk import Desk, desk_of
from bot.web.session import Seat
from casedb.errors import CasedbError
from casedb.tally.dimensions import Dimension
from casedb.tally.measures import BY_NAME
from casedb.tally.opening import opened, opened_groups
from casedb.tally.spans import Span, before, cycle_named, month
from reports.measured import LONG, Measured
from reports.monthly.advice import advice
from reports.monthly.charts import charts
from reports.monthly.tables import all_tables
from reports.papers import Table
from reports.sheets import STAGE_WORDS, beijing_text

router = APIRouter()
DeskHere = Annotated[Desk, Depends(desk_of)]
PICTURES = ("诉求量", "分类", "社区", "单位")
GROUPS = "群体性诉求"
SHOWN = 500
# Which figure a row of the overview opens, which dimension the rows of a table are of, and which
# figure a further column of it opens.
_ROWS = {
    "诉求总量": "件数", "已办结": "办结数", "逾期": "逾期数", "已回访": "回访数", "涉否": "涉否数",
    "重复诉求": "重复诉求", GROUPS: GROUPS, "申请剔除": "申请剔除", "未首次联系": "未首次联系",
    "按时办结率": "按时办结率", "响应率": "响应率", "解决率": "解决率", "满意率": "满意率",
}  # fmt: skip
_BY = {
    "诉求性质": Dimension.KIND, "来源渠道": Dimension.SOURCE, "一级分类": Dimension.TOPIC,
    "二级分类": Dimension.TOPIC_2, "三级分类": Dimension.TOPIC_3, "社区分布": Dimension.COMMUNITY,
    "承办单位": Dimension.UNIT, "来电时段": Dimension.HOUR, "诉求量变化": Dimension.DAY,
}  # fmt: skip
_COLUMNS = {
    "办结": "办结数", "逾期": "逾期数", "按时办结率": "按时办结率", "涉否": "涉否数", "重复": "重复诉求",
}  # fmt: skip
_NOES = {"响应率": "未响应", "解决率": "未解决", "满意率": "不满意"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell on the page; `link` opens the cases behind it."""

    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One table on the page."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@router.get("/reports")
def page(
    request: Request,
    desk: DeskHere,
    month: str = "",
    cycle: str = "",
    first: str = "",
    last: str = "",
) -> Response:
    """The report of a month, a cycle or any days; last month when nothing is asked."""
    seat = _allowed(desk, request)
    span = _span(desk, month, cycle, first, last)
    report = reporting.measured(desk.rooms, span)
    folder = _folder(desk, span)
    if report.now.total:
        charts(report, folder, ending="svg")
    return desk.templates.TemplateResponse(
        request,
        "report.html",
        {
            "seat": seat,
            "report": report,
            "name": span.name or span.text(),
            "query": f"first={span.first}&last={span.after - timedelta(days=1)}",
            "earlier": f"{before(span).first:%Y-%m}" if span.start_day else "",
            "pictures": PICTURES if report.now.total else (),
            "tables": [_shown(one, span) for one in all_tables(report) if one.rows],
            "advice": advice_texts(report),
        },
    )


def advice_texts(report: Measured) -> list[str]:
    """The suggestions without the numbers of tables that only the paper has."""
    return [re.sub(r"〔[^〕]*〕", "", one) for one in advice(report)] if report.now.total else []


@router.get("/reports/picture/{first}/{after}/{name}.svg")
def picture(request: Request, desk: DeskHere, first: date, after: date, name: str) -> Response:
    """One picture of a report that was looked at."""
    _allowed(desk, request)
    path = _folder(desk, Span(first, after)) / f"{name}.svg"
    if name not in PICTURES or not path.exists():
        raise HTTPException(404, "没有这张图，请重新打开报告。")
    return FileResponse(path, media_type="image/svg+xml")


@router.get("/reports/file")
def file(request: Request, desk: DeskHere, kind: str, first: date, last: date) -> Response:
    """The paper, the tables or the one-page picture, made on request."""
    _allowed(desk, request)
    span = _named(desk, Span(first, last + timedelta(days=1)))
    title = MONTHLY if span.start_day else OVERALL
    made = reporting.made_once(desk.rooms, span, title=title)
    path = {"docx": made.files.docx, "xlsx": made.files.xlsx, "png": made.files.picture}.get(kind)
    if path is None:
        raise HTTPException(404, "没有这种文件。")
    return FileResponse(path, filename=path.name)


@router.get("/reports/open")
def behind(
    request: Request,
    desk: DeskHere,
    first: date,
    last: date,
    figure: str = "件数",
    by: str = "",
    value: str = "",
) -> Response:
    """The cases behind one figure."""
    seat = _allowed(desk, request)
    span, now = Span(first, last + timedelta(days=1)), desk.rooms.clock.now()
    if (figure not in BY_NAME and figure != GROUPS) or (by and by not in list(Dimension)):
        raise HTTPException(404, "没有这个数字。")
    with desk.rooms.store.reading() as s:
        if figure == GROUPS:
            found = opened_groups(s, span, limit=SHOWN)
        else:
            found = opened(
                s, span, places=((Dimension(by), value),) if by else (), measure=BY_NAME[figure],
                rules=reporting.rate_rules(desk.rooms), now=now, limit=SHOWN,
            )  # fmt: skip
    title = "　".join(part for part in (span.text(), value, figure) if part)
    rows = [
        (one.order_no, beijing_text(one.at), one.unit, one.community, one.title,
         STAGE_WORDS.get(one.stage, str(one.stage)))
        for one in found.cases
    ]  # fmt: skip
    return desk.templates.TemplateResponse(
        request, "opened.html", {"seat": seat, "title": title, "total": found.total, "rows": rows}
    )


def _allowed(desk: Desk, request: Request) -> Seat:
    seat = desk.seat(request)
    if access.scope(seat.person.role, ChatKind.PRIVATE, Action.REPORT) is Scope.NONE:
        raise HTTPException(403, "民情分析报告由专班、分析人员和领导查看。")
    return seat


def _folder(desk: Desk, span: Span) -> Path:
    """Where the pictures of the page lie."""
    return desk.rooms.files_dir / "reports" / f"{span.first}_{span.after}" / "page"


def _span(desk: Desk, named: str, cycle: str, first: str, last: str) -> Span:
    if named:
        return month(named)
    if cycle:
        return cycle_named(cycle, start_day=reporting.rate_rules(desk.rooms).start_day)
    if first or last:
        try:
            span = Span(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))
        except ValueError:
            raise CasedbError("日期写得不对。", "请写成 2026-05-01 这样。") from None
        return _named(desk, span)
    return reporting.last_month(desk.rooms.clock.now())


def _named(desk: Desk, span: Span) -> Span:
    """Days that are a month or a cycle, as that."""
    last = span.after - timedelta(days=1)
    whole = (
        month(f"{span.first:%Y-%m}"),
        cycle_named(f"{last:%Y-%m}", start_day=reporting.rate_rules(desk.rooms).start_day),
    )
    for one in whole:
        if (one.first, one.after) == (span.first, span.after):
            return one
    return span


def _shown(table: Table, span: Span) -> Shown:
    return Shown(
        table.caption,
        table.headings,
        tuple(
            tuple(Cell(text, _link(table, at, column, span)) for column, text in enumerate(row))
            for at, row in enumerate(table.rows)
        ),
    )


def _link(table: Table, at: int, column: int, span: Span) -> str:
    """Where the cases behind a cell are listed; "" for a cell that counts no cases of the period."""
    opens = _opens(table, at, column, span)
    if opens is None:
        return ""
    days = {"first": f"{span.first}", "last": f"{span.after - timedelta(days=1)}"}
    return "/reports/open?" + urlencode(days | opens)


def _opens(table: Table, at: int, column: int, span: Span) -> dict[str, str] | None:
    name, heading = table.rows[at][0], table.headings[column]
    if table.caption == "总体情况" and column == 1 and name in _ROWS:
        return {"figure": _ROWS[name]}
    if table.caption == "回访三率" and heading == "否":
        return {"figure": _NOES[name]}
    if table.caption == "数据质量" and column == 1:
        return {"figure": name if name in BY_NAME else f"{name}未填"}
    if table.caption not in _BY:
        return None
    by, value = _place(_BY[table.caption], name, at, span)
    if column == 1:
        return {"by": by, "value": value}
    if table.caption == "承办单位" and heading in _COLUMNS:
        return {"by": by, "value": value, "figure": _COLUMNS[heading]}
    return None


def _place(by: Dimension, name: str, at: int, span: Span) -> tuple[Dimension, str]:
    """How the counting calls the row: "08:00–08:59" is 08 时, a day needs its year."""
    if by is Dimension.HOUR:
        return by, f"{name[:2]} 时"
    if by is not Dimension.DAY:
        return by, name
    if span.days > LONG:
        return Dimension.MONTH, name
    return by, f"{span.first + timedelta(days=at)}"
