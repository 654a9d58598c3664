"""The figures of `report monthly --json` are those that anybody counts from the exported cases."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.fakes.program import Program

MONTH, LAST, YEAR_AGO = "2026-05", "2026-04", "2025-05"
MOSTLY = {
    "是否响应": 1.0,
    "是否解决": 1.0,
    "是否满意": 0.6,
}  # weights of knowledge/rules/assessment.toml


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the report says of a month, and every exported case; fourteen months of invented ones."""
    folder = tmp_path_factory.mktemp("export")
    program = Program(folder, CLOCK_START="2026-06-10T09:00:00+08:00")
    made, report, export = program.calls(
        ("demo", "data", "--months", "14", "--cases-per-month", "120", "--seed", "5"),
        ("report", "monthly", "--month", MONTH, "--json"),
        ("cases", "export", "--out", str(folder / "工单.xlsx")),
    )
    assert (made.returncode, report.returncode, export.returncode) == (0, 0, 0), report.stderr
    return json.loads(report.stdout), exported(folder / "工单.xlsx")


def exported(path: Path) -> list[dict[str, Any]]:
    rows = load_workbook(path).worksheets[0].iter_rows(values_only=True)
    headings = [str(one) for one in next(rows)]
    return [dict(zip(headings, row, strict=True)) for row in rows]


def of_month(cases: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [one for one in cases if str(one["来电时间"] or one["派单时间"]).startswith(name)]


def rate(cases: list[dict[str, Any]], question: str) -> float:
    asked = [one[question] for one in cases if one[question] not in (None, "", "未接通")]
    good = sum(
        1.0 if str(one) == "是" else MOSTLY[question] * str(one).startswith("基本") for one in asked
    )
    return good / len(asked)


def test_counts_are_those_of_the_export(told: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    report, cases = told
    own = of_month(cases, MONTH)
    assert report["total"] == len(own) > 80
    for key, heading in (
        ("by_kind", "诉求性质"), ("by_topic", "一级分类"), ("by_topic_2", "二级分类"),
        ("by_topic_3", "三级分类"), ("by_community", "社区"), ("by_source", "来源渠道"),
    ):  # fmt: skip
        assert report[key] == Counter(one[heading] for one in own), key
    units = Counter(one["承办单位"] for one in own)
    assert {name: one["total"] for name, one in report["by_unit"].items()} == units
    days = Counter(int(str(one["来电时间"])[8:10]) for one in own)
    assert report["by_day"] == [days[day] for day in range(1, 32)]
    hours = Counter(int(str(one["来电时间"])[11:13]) for one in own)
    assert report["by_hour"] == [hours[hour] for hour in range(24)]


def test_rates_are_those_of_the_export(told: tuple[dict[str, Any], list[dict[str, Any]]]) -> None:
    report, cases = told
    own = of_month(cases, MONTH)
    for key, question in (
        ("response_rate", "是否响应"), ("resolution_rate", "是否解决"),
        ("satisfaction_rate", "是否满意"),
    ):  # fmt: skip
        assert report[key] == pytest.approx(rate(own, question)), key
    closed = [one for one in own if one["办结时间"] and one["办理时限"]]
    on_time = [one for one in closed if str(one["办结时间"]) <= str(one["办理时限"])]
    assert report["on_time_rate"] == pytest.approx(len(on_time) / len(closed))
    assert report["has_no"] == sum("否" in {one[question] for question in MOSTLY} for one in own)
    assert 0 < report["repeats"] < len(own) / 4  # who called again is not in an export
    waits = sorted(
        hours_between(one["派单时间"], one["办结时间"]) for one in own if one["办结时间"]
    )
    half = waits[(len(waits) - 1) // 2]
    assert report["steps"]["派单到办结"]["median_hours"] == pytest.approx(half, abs=0.02)


def hours_between(first: Any, last: Any) -> float:
    one, other = (datetime.fromisoformat(str(at)) for at in (first, last))
    return (other - one).total_seconds() / 3600


def test_comparisons_are_those_of_the_export(
    told: tuple[dict[str, Any], list[dict[str, Any]]],
) -> None:
    report, cases = told
    for key, name in (("vs_last_period", LAST), ("vs_last_year", YEAR_AGO)):
        then = len(of_month(cases, name))
        assert report[key]["known"] and report[key]["total"] == then > 0
        assert report[key]["difference"] == report["total"] - then
        assert report[key]["share"] == pytest.approx((report["total"] - then) / then)
    assert report["period"]["first"] == "2026-05-01" and report["period"]["after"] == "2026-06-01"
