"""Effect of measures (整改成效) for the monthly report: what was done, and what its causes lost since."""

from __future__ import annotations

from datetime import datetime

from casedb.assessment.states import MeasureState
from reports.papers import Section, Table
from reports.retrospective import tables
from reports.retrospective.findings import Retrospective


def effect(report: Retrospective, *, now: datetime) -> Section:
    """The chapter: a count, the measures of the cycle before looked at again, the present ones."""
    counted = _counts(report, now)
    found = [counted]
    found += [one for one in (tables.looked(report), tables.measures(report, now)) if one.rows]
    return Section("", tuple(_sentences(report, now)), tuple(found))


def _counts(report: Retrospective, now: datetime) -> Table:
    every = [*(one.measure for one in report.last_measures), *report.measures]
    late = sum(one.state is MeasureState.OPEN and one.due_at < now for one in every)
    rows = (
        ("考核周期", report.cycle.name),
        ("本期失分项", f"{len(report.points)}"),
        ("上期失分项", tables.NOTHING if report.items_before is None else f"{report.items_before}"),
        ("上期措施", f"{len(report.last_measures)}"),
        ("其中已完成", f"{sum(one.finished for one in report.last_measures)}"),
        ("原因失分减少的", f"{_fewer(report)}"),
        ("本期新定措施", f"{len(report.measures)}"),
        ("逾期未完成", f"{late}"),
    )
    return Table("整改成效", ("项目", "数值"), rows)


def _fewer(report: Retrospective) -> int:
    return sum(
        one.now is not None and one.before is not None and one.now < one.before
        for one in report.last_measures
    )


def _sentences(report: Retrospective, now: datetime) -> list[str]:
    told = [f"{report.cycle.name}失分 {len(report.points)} 项。"]
    if report.items_before is None:
        told.append("没有更早的考核明细，看不出整改前后的变化。")
    elif report.last_measures:
        finished = sum(one.finished for one in report.last_measures)
        told.append(
            f"上期措施 {len(report.last_measures)} 项，已完成 {finished} 项，"
            f"所针对的原因失分减少的 {_fewer(report)} 项；失分增减还受诉求量和回访影响。"
        )
    else:
        told.append(f"上期失分 {report.items_before} 项，没有留下改进措施。")
    told.append(
        f"本期新定措施 {len(report.measures)} 项。" if report.measures else "本期还没有新定措施。"
    )
    return told
