"""Every table of the retrospective, once: the paper and the workbook show the same ones."""

from __future__ import annotations

from datetime import datetime

from casedb.assessment.records import KeptRate, LostPointRecord, MeasureRecord
from casedb.assessment.states import MEASURE_NAMES, RATE_NAMES, MeasureState
from casedb.days import moment_text, span_text
from casedb.tally.pivot import NOT_SAID
from reports.papers import Table
from reports.retrospective.findings import LookedAt, Part, Retrospective
from reports.wordings import NOTHING, per_cent


def sheets(report: Retrospective, *, now: datetime) -> tuple[Table, ...]:
    """Every table for the workbook; here order numbers stand in full, for the desk's own use."""
    return (
        overview(report), *shares(report), whole_details(report), measures(report, now),
        looked(report), unmatched(report),
    )  # fmt: skip


def told_rates(report: Retrospective) -> tuple[KeptRate, ...]:
    """The rates by the details; none where the details list the losses alone."""
    lost_rows = len({one.row for one in report.points})
    return report.cycle.rates if report.cycle.listed > lost_rows else ()


def overview(report: Retrospective) -> Table:
    """The cycle at a glance."""
    cycle = report.cycle
    rows = [
        ("明细行数", f"{cycle.listed}"),
        ("失分工单", f"{report.lost_cases} 件"),
        ("失分项", f"{len(report.points)} 项"),
        ("上期失分项", NOTHING if report.items_before is None else f"{report.items_before} 项"),
        ("其中重复诉求", f"{report.repeats} 件"),
        ("其中已申请剔除", f"{report.excluded} 件"),
        ("原因已确认", f"{len(report.points) - report.undecided} 项"),
        ("原因待确认", f"{report.undecided} 项"),
        ("未匹配到工单", f"{len(report.unmatched)} 项"),
    ]
    rows += [
        (f"{RATE_NAMES[one.rate]}（按明细）", f"{per_cent(one.share)}（{one.asked} 件）")
        for one in told_rates(report)
    ]
    return Table("复盘总览", ("项目", "数值"), tuple(rows))


def shares(report: Retrospective) -> tuple[Table, ...]:
    """What each rate, cause, unit and topic lost."""
    unit = "分值" if report.by_points else "折合项"

    def table(
        caption: str, heading: str, parts: tuple[Part, ...], *, causes: bool = False
    ) -> Table:
        return Table(
            caption,
            (heading, "失分项", unit, "占比", "上期失分项"),
            tuple(
                (
                    report.causes.name(part.name) if causes else part.name,
                    f"{part.items}",
                    f"{part.weight:.2f}",
                    per_cent(part.share),
                    NOTHING if part.items_before is None else f"{part.items_before}",
                )
                for part in parts
            ),
        )

    return (
        table("失分按率", "率", report.by_rate),
        table("失分按原因", "原因", report.by_cause, causes=True),
        table("失分按单位", "单位", report.by_unit),
        table("失分按问题分类", "问题分类", report.by_topic),
    )


def details(report: Retrospective) -> Table:
    """Every lost point for the paper: tails, and few enough columns to be read."""
    return Table(
        "失分明细",
        ("工单尾号", "率", "环节", "单位", "问题分类", "原因和依据"),
        tuple(
            (
                one.tail or "没有编号",
                RATE_NAMES[one.rate],
                _node(report, one),
                one.unit or NOT_SAID,
                one.topic or NOT_SAID,
                f"{cause_text(report, one)}{'：' + _why(one) if _why(one) else ''}",
            )
            for one in report.points
        ),
    )


def whole_details(report: Retrospective) -> Table:
    """Every lost point for the desk's workbook, order numbers in full."""
    return Table(
        "失分明细",
        ("行号", "工单编号", "率", "回访结果", "失分", "环节", "单位", "社区", "问题分类", "原因", "依据",
         "明细写的原因"),
        tuple(
            (
                f"{one.row}",
                one.order_no or "没有编号",
                RATE_NAMES[one.rate],
                one.answer or NOTHING,
                f"{one.lost if one.points is None else one.points:g}",
                _node(report, one),
                one.unit or NOT_SAID,
                one.community or NOT_SAID,
                one.topic or NOT_SAID,
                cause_text(report, one),
                one.proposed_why or NOTHING,
                one.said or NOTHING,
            )
            for one in report.points
        ),
    )  # fmt: skip


def _why(one: LostPointRecord) -> str:
    return one.proposed_why if not one.cause or one.cause == one.proposed else ""


def _node(report: Retrospective, one: LostPointRecord) -> str:
    cause = report.causes.get(one.code)
    return one.node or (cause.node if cause else "") or NOTHING


def cause_text(report: Retrospective, one: LostPointRecord) -> str:
    """The cause and who answers for it."""
    if one.cause:
        return f"{report.causes.name(one.cause)}（{one.decided_by}确认）"
    return f"{report.causes.name(one.proposed)}（待确认）"


def measures(report: Retrospective, now: datetime) -> Table:
    """The measures of this cycle."""
    return Table(
        "改进措施",
        ("编号", "针对原因", "措施", "责任人", "期限", "验收标准", "状态"),
        tuple(
            (
                f"{one.id}",
                report.causes.name(one.cause) if one.cause else NOTHING,
                one.text,
                f"{one.unit}{one.owner}",
                moment_text(one.due_at),
                one.acceptance or NOTHING,
                standing(one, now),
            )
            for one in report.measures
        ),
    )


def standing(one: MeasureRecord, now: datetime) -> str:
    """Where a measure stands, lateness included."""
    word = MEASURE_NAMES[one.state]
    if one.state is MeasureState.OPEN:
        if one.due_at < now:
            return f"逾期 {span_text(now - one.due_at)}"
        return f"{word}{'，已确认' if one.acknowledged_at else '，未确认'}"
    return f"{word}（{one.accepted_by}）" if one.accepted_by else word


def looked_table(looked: tuple[LookedAt, ...], names: Retrospective) -> Table:
    """Earlier measures with what their causes lost before and now."""
    return Table(
        "上期措施回看",
        ("编号", "措施", "责任人", "针对原因", "范围", "上期失分项", "本期失分项", "结论"),
        tuple(
            (
                f"{one.measure.id}",
                one.measure.text,
                f"{one.measure.unit}{one.measure.owner}",
                names.causes.name(one.measure.cause) if one.measure.cause else NOTHING,
                one.where or "全部单位",
                NOTHING if one.before is None else f"{one.before}",
                NOTHING if one.now is None else f"{one.now}",
                one.verdict,
            )
            for one in looked
        ),
    )


def looked(report: Retrospective) -> Table:
    """The measures of the cycle before."""
    return looked_table(report.last_measures, report)


def unmatched(report: Retrospective) -> Table:
    """Points whose case is not in the records, with what the sheet says."""
    return Table(
        "未匹配的行",
        ("行号", "明细上的编号", "率", "单位", "明细写的原因"),
        tuple(
            (f"{one.row}", one.order_no or "没有编号", RATE_NAMES[one.rate], one.unit or NOT_SAID,
             one.said[:60] or NOTHING)
            for one in report.unmatched
        ),
    )  # fmt: skip
