"""The page of a report: pictures, tables, files, and every figure down to its cases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.fakes.program import Program, Visitor

SVG = "image/svg+xml"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(
        tmp_path_factory.mktemp("report"), DEMO="1", CLOCK_START="2026-06-01T10:00:00+08:00"
    ) as running:
        made = running.call("demo", "data", "--months", "2", "--cases-per-month", "60")
        assert made.returncode == 0, made.stderr
        yield running


@pytest.fixture(scope="module")
def desk(program: Program) -> Iterator[Visitor]:
    visitor = Visitor(program).sits_as(role="desk")
    yield visitor
    visitor.client.close()


def test_the_page_shows_the_month_with_pictures_and_the_cases_behind_each_figure(
    desk: Visitor,
) -> None:
    page = desk.client.get("/reports", params={"month": "2026-05"}, timeout=60).text
    assert "2026年05月民情分析" in page and "虚构数据" in page
    pictures = re.findall(r'<img src="([^"]+)"', page)
    assert len(pictures) == 4
    for one in pictures:
        answer = desk.client.get(one)
        assert answer.headers["content-type"] == SVG and "<svg" in answer.text
    rows = re.findall(r'<td><a href="(/reports/open[^"]+)">(\d+)(?: 件)?</a></td>', page)
    assert len(rows) > 20
    figures = ("逾期数", "涉否数", "按时办结率", "承办单位不在名册", "不满意")
    assert [one for one in figures if f"figure={quote(one)}" not in page] == []
    for link, count in rows[::12]:
        opened = desk.client.get(link.replace("&amp;", "&")).text
        assert f"共 {count} 件" in opened, link


def test_the_files_can_be_taken_away(desk: Visitor) -> None:
    page = desk.client.get("/reports", params={"month": "2026-05"}, timeout=60).text
    links = re.findall(r'href="(/reports/file[^"]+)"', page)
    starts = [desk.client.get(one.replace("&amp;", "&"), timeout=120).content[:4] for one in links]
    assert starts == [b"PK\x03\x04", b"PK\x03\x04", b"\x89PNG"]


def test_any_days_can_be_looked_at_and_an_empty_time_is_said(desk: Visitor) -> None:
    some = desk.client.get("/reports", params={"first": "2026-05-03", "last": "2026-05-20"}).text
    assert "2026-05-03 至 2026-05-20" in some
    assert "没有诉求记录" in desk.client.get("/reports", params={"month": "2019-01"}).text


@pytest.mark.parametrize("asked", [
    {"month": "2026-13"}, {"month": "2031-01"}, {"first": "x", "last": "2026-05-01"},
    {"first": "2026-05-09", "last": "2026-05-01"},
])  # fmt: skip
def test_an_impossible_period_is_refused_in_a_sentence(
    desk: Visitor, asked: dict[str, str]
) -> None:
    answer = desk.client.get("/reports", params=asked)
    assert answer.status_code == 400
    assert re.search(r"[。]$", answer.json()["error"])


def test_a_worker_may_not_and_a_stranger_must_sign_in(program: Program) -> None:
    worker = Visitor(program).sits_as(role="community")
    assert worker.client.get("/reports").status_code == 403
    assert worker.client.get(
        "/reports/open", params={"first": "2026-05-01", "last": "2026-05-31"}
    ).status_code == 403  # fmt: skip
    stranger = Visitor(program)
    assert stranger.client.get("/reports").status_code == 401
    for one in (worker, stranger):
        one.client.close()
