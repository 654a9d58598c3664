"""The retrospective as paper, sheets and picture; every number comes from the findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from casedb.assessment.states import RATE_NAMES
from casedb.days import day_text, exact_text, moment_text, span_text
from casedb.privacy import mask
from casedb.records import CaseRecord
from reports.papers import Paper, Picture, Section, Table, write_docx
from reports.pictures import Panel, panels_chart
from reports.retrospective import tables
from reports.retrospective.findings import Card, Part, Retrospective
from reports.sheets import table_xlsx
from reports.wordings import per_cent

TEXT_SHOWN = 160
TOP = 10


@dataclass(frozen=True, slots=True)
class Written:
    """The files of a retrospective."""

    docx: Path
    xlsx: Path
    picture: Path


def write(report: Retrospective, folder: Path, *, made_at: datetime) -> Written:
    """Write paper, sheets and the picture below `folder`."""
    stem = f"复盘报告-{report.cycle.name}"
    picture = draw(report, folder / "图" / f"{stem}.png")
    docx = write_docx(paper(report, picture, now=made_at), folder / f"{stem}.docx", made_at=made_at)
    xlsx = table_xlsx(
        folder / f"{stem}.xlsx",
        sheets=[
            (one.caption, one.headings, one.rows) for one in tables.sheets(report, now=made_at)
        ],
        saved_at=made_at,
    )
    return Written(docx, xlsx, picture)


def draw(report: Retrospective, path: Path) -> Path:
    """One picture: what each cause and each unit lost, this cycle beside the last."""
    unit = "分" if report.by_points else "项"
    whole = sum(part.weight for part in report.by_rate)
    return panels_chart(
        path,
        title=f"{report.cycle.name}失分 {len(report.points)} 项（折合 {whole:.1f} {unit}）",
        panels=[
            _panel("按原因", report.by_cause[:TOP], report.causes.name),
            _panel("按单位", report.by_unit[:TOP], str),
        ],
    )


def _panel(name: str, parts: Sequence[Part], called: Callable[[str], str]) -> Panel:
    known = any(part.items_before is not None for part in parts)
    return Panel(
        name,
        tuple(called(part.name) for part in parts),
        tuple(round(part.weight, 1) for part in parts),
        tuple(round(part.weight_before, 1) for part in parts) if known else (),
    )


def paper(report: Retrospective, picture: Path, *, now: datetime) -> Paper:
    """The whole paper; chapters as the contract names them."""
    cycle = report.cycle
    last = cycle.after_on - timedelta(days=1)
    due = f"，复盘时限 {exact_text(cycle.due_at)}" if cycle.due_at else ""
    return Paper(
        title=f"{cycle.name}复盘报告",
        subtitle=f"周期 {cycle.first_on} 至 {last}；考核明细 {day_text(cycle.issued_on)} 下发{due}",
        note=_note(report),
        sections=(
            Section("一、总体情况", tuple(overview_text(report)), (tables.overview(report),)),
            Section("二、失分构成", tuple(_shares_text(report)),
                    tables.shares(report) if report.points else (),
                    (Picture("图 1　失分构成", picture),) if report.points else ()),
            Section("三、失分明细", _detail_text(report), _filled(tables.details(report))),
            *_cards(report),
            Section("五、改进措施", _measures_text(report), _filled(tables.measures(report, now))),
            Section("六、上期措施回看", tuple(_looked_text(report)), _filled(tables.looked(report))),
            Section("七、未匹配的行", _unmatched_text(report),
                    _filled(tables.unmatched(report))),
            Section("八、口径与方法", tuple(_method(report))),
        ),
    )  # fmt: skip


def _note(report: Retrospective) -> str:
    told = ["含虚构数据，仅供演示。"] if report.invented else []
    told += [f"失分原因的名称和点评为{report.causes.note}。"] if report.causes.note else []
    return "".join(told)


def _filled(table: Table) -> tuple[Table, ...]:
    """A table without rows is left out of the paper; the words say why."""
    return (table,) if table.rows else ()


def overview_text(report: Retrospective) -> list[str]:
    """What the overview says in words."""
    cycle = report.cycle
    if not report.points:
        return [f"本周期考核明细共 {cycle.listed} 行，没有失分。"]
    rates = "，".join(
        f"{RATE_NAMES[one.rate]} {per_cent(one.share)}" for one in tables.told_rates(report)
    )
    told = [
        f"本周期考核明细共 {cycle.listed} 行，{report.lost_cases} 件工单失分 {len(report.points)} 项"
        f"，其中重复诉求 {report.repeats} 件。" + (f"按明细计算：{rates}。" if rates else "")
    ]
    if report.items_before is None:
        told.append("没有更早的考核明细，不与上期比较。")
    else:
        change = len(report.points) - report.items_before
        word = "增加" if change > 0 else "减少" if change < 0 else "持平"
        size = f" {abs(change)} 项" if change else ""
        told.append(
            f"上期（{_before_name(report)}）失分 {report.items_before} 项，本期{word}{size}。"
        )
    return told


def _before_name(report: Retrospective) -> str:
    return report.before.name if report.before else ""


def _shares_text(report: Retrospective) -> list[str]:
    if not report.points:
        return ["本周期没有失分。"]
    told = []
    for name, parts in (
        ("原因", report.by_cause), ("单位", report.by_unit), ("问题分类", report.by_topic),
    ):  # fmt: skip
        first = "；".join(
            f"{_name(report, name, part)} {part.items} 项（占 {per_cent(part.share)}）"
            for part in parts[:3]
            if part.items
        )
        told.append(f"按{name}：{first}。")
    if report.undecided:
        told.append(f"其中 {report.undecided} 项的原因还是系统提出的，没有经人确认。")
    return told


def _name(report: Retrospective, kind: str, part: Part) -> str:
    return report.causes.name(part.name) if kind == "原因" else part.name


def _detail_text(report: Retrospective) -> tuple[str, ...]:
    return (
        "每项失分对应一件工单的一项率；原因后面带“待确认”的由系统按工单的时间和文字提出。"
        if report.points
        else "本周期没有失分。",
    )


def _cards(report: Retrospective) -> tuple[Section, ...]:
    if not report.cards:
        said = (
            "没有能与工单对应上的失分，无法选取典型案例。" if report.points else "本周期没有失分。"
        )
        return (Section("四、典型案例", (said,)),)
    heads = "一二三"
    found = [Section("四、典型案例", (f"选取 {len(report.cards)} 件，内容已脱敏。",))]
    for number, card in enumerate(report.cards):
        title = f"案例{heads[number]}：{card.points[0].topic or card.case.title or '未分类'}（尾号 {card.case.tail}）"
        found.append(Section(title, tuple(card_lines(report, card)), level=2))
    return tuple(found)


def card_lines(report: Retrospective, card: Card) -> list[str]:
    """Process → where points were lost → comment → lesson."""
    case, cause = card.case, report.causes.get(card.cause)
    losses = "；".join(
        f"{RATE_NAMES[one.rate]}（{one.answer or '失分'}，{tables.cause_text(report, one)}）"
        for one in card.points
    )
    said = next((one.said for one in card.points if one.said), "")
    lines = [
        f"诉求：{_short(case.appeal or case.title) or '没有记录'}",
        f"处置流程：{'；'.join(process(case)) or '没有时间记录'}。",
        f"答复：{_short(case.reply) or '没有记录'}",
        f"失分：{losses}。" + (f"明细写明：{_short(said)}" if said else ""),
        f"点评：{cause.comment if cause else '原因待确认，暂不点评。'}",
        f"启示：{cause.lesson if cause else '原因确认后补写。'}",
    ]
    return [mask(line) for line in lines]


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= TEXT_SHOWN else flat[: TEXT_SHOWN - 1] + "…"


def process(case: CaseRecord) -> list[str]:
    """The way of a case, node by node, with how long each took after the dispatch."""
    start = case.dispatched_at or case.received_at
    nodes = (
        ("来电", case.received_at), ("派单", case.dispatched_at), ("签收", case.accepted_at),
        ("首次联系", case.first_contact_at), ("办结", case.closed_at), ("回访", case.revisited_at),
    )  # fmt: skip
    told = []
    for name, at in nodes:
        if at is None:
            continue
        late = name == "办结" and case.due_at is not None and at > case.due_at
        after = (
            f"（派单后 {span_text(at - start)}）" if start and at > start and name != "派单" else ""
        )
        told.append(f"{moment_text(at)} {name}{after}{'，已超时限' if late else ''}")
    missing = [name for name, at in nodes[3:5] if at is None]
    return told + [f"没有{'、'.join(missing)}的记录"] * bool(missing)


def _measures_text(report: Retrospective) -> tuple[str, ...]:
    if report.measures:
        return (f"本周期已定措施 {len(report.measures)} 项，均有责任人、期限，到期由系统提醒。",)
    if not report.points:
        return ("本周期没有失分，没有新定措施。",)
    advice = [
        f"针对“{cause.name}”（{part.items} 项）建议：{cause.measure}"
        for part in report.by_cause[:3]
        if part.items and (cause := report.causes.get(part.name))
    ]
    return ("本周期还没有定措施，请在聊天里发 /measure 写明责任人和期限。", *advice)


def _looked_text(report: Retrospective) -> list[str]:
    if report.before is None:
        return ["没有更早的考核周期，没有上期措施可看。"]
    if not report.last_measures:
        return [f"{report.before.name}没有留下措施。"]
    finished = sum(one.finished for one in report.last_measures)
    fewer = sum(
        one.now is not None and one.before is not None and one.now < one.before
        for one in report.last_measures
    )
    return [
        f"上期措施 {len(report.last_measures)} 项，已完成 {finished} 项；所针对的原因本期失分减少的 {fewer} 项。",
        "失分增减受诉求量和回访影响，不能全部归于措施。",
    ]


def _unmatched_text(report: Retrospective) -> tuple[str, ...]:
    if not report.unmatched:
        return ("明细里失分的行都对应到了案件库里的工单。",)
    return (
        f"以下 {len(report.unmatched)} 项在案件库里找不到工单，已按明细保留、计入失分；补导入工单后会自动对应上。",
    )


def _method(report: Retrospective) -> list[str]:
    weight = (
        "占比按明细写的失分值计算，一行有几项率失分的按失分多少分摊。"
        if report.by_points
        else "占比按失分程度计算：全失计一项，基本满意等按权重计不足一项。"
    )
    return [
        f"数据来自考核明细“{report.cycle.source}”，{exact_text(report.cycle.imported_at)} 导入；按工单编号对应案件库。",
        weight,
        "原因先看明细写的文字，再看工单的联系、办结、回访时间和答复，由系统提出，由人确认。",
        "上期措施回看只比较同一原因（同一单位有失分的比较该单位）的失分项数。",
    ]
