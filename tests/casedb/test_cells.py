"""What one cell says, however it is written, on any machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedb.beijing import BEIJING
from casedb.intake.cells import (
    Unreadable,
    answer_of,
    instant_of,
    kind_of_appeal,
    order_no_of,
    text_of,
)
from casedb.vocabulary import AppealKind, RevisitAnswer

HALF_PAST_NINE = datetime(2026, 5, 7, 9, 30, tzinfo=BEIJING)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-05-07 09:30",
        "2026-05-07 09:30:00",
        "2026-05-07 09:30:00.0",
        "2026-5-7 9:30",
        "2026/5/7 9:30:00",
        "2026.5.7 9:30",
        "2026年5月7日9时30分",
        "2026年05月07日 09时30分00秒",
        "2026年5月7日 9点30分",
        "2026年5月7日上午9:30",
        "2026-05-07T09:30:00",
        "2026-05-07T09:30:00+08:00",
        "2026-05-07T01:30:00Z",
        "20260507093000",
        "202605070930",
        "20260507 0930",
        "２０２６－０５－０７　０９：３０",
        "2026-05-07（星期四）09:30",
        "2026-05-07 周四 9:30",
        "  2026-05-07\n09:30 ",
        46149.395833333336,
        "46149.395833333336",
        datetime(2026, 5, 7, 9, 30),  # noqa: DTZ001 (sheets have no zone)
        datetime(2026, 5, 7, 9, 29, 59, 999_998),  # noqa: DTZ001
    ],
)
def test_an_instant_is_read_in_beijing_time_however_it_is_written(cell: object) -> None:
    assert instant_of(cell) == HALF_PAST_NINE  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2026年5月7日下午3点", datetime(2026, 5, 7, 15, 0, tzinfo=BEIJING)),
        ("2026-05-07 3:05 pm", datetime(2026, 5, 7, 15, 5, tzinfo=BEIJING)),
        ("2026-05-07 24:00", datetime(2026, 5, 8, 0, 0, tzinfo=BEIJING)),
        ("2026-05-07", datetime(2026, 5, 7, 0, 0, tzinfo=BEIJING)),
        (date(2026, 5, 7), datetime(2026, 5, 7, 0, 0, tzinfo=BEIJING)),
        ("20260507", datetime(2026, 5, 7, 0, 0, tzinfo=BEIJING)),
    ],
)
def test_afternoon_midnight_and_whole_days(cell: object, wanted: datetime) -> None:
    assert instant_of(cell) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["2026-05-07", date(2026, 5, 7), 46149, "2026年5月7日"])
def test_a_deadline_without_time_lasts_to_the_end_of_the_day(cell: object) -> None:
    wanted = datetime(2026, 5, 7, 23, 59, 59, tzinfo=BEIJING)
    assert instant_of(cell, end_of_day=True) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["", " ", "-", "--", "/", "无", "NULL", "0000-00-00 00:00:00"])
def test_what_stands_for_nothing_is_nothing(cell: str) -> None:
    assert instant_of(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "5月7号上午", "5/7/2026", "26-05-07", "2026-02-30", "2026-13-01", "2026-05-07 25:00",
        "2026-05-07 9:75", "明天", "尽快", "2026", 12.5, True, time(9, 30), timedelta(hours=9),
        "2026-05-07至2026-05-09", "1826-05-07",
    ],
)  # fmt: skip
def test_what_is_no_instant_or_could_be_two_is_refused(cell: object) -> None:
    with pytest.raises(Unreadable) as wrong:
        instant_of(cell)  # type: ignore[arg-type]
    assert wrong.value.example == "2026-05-07 09:30"
    assert wrong.value.reason


FORMS = st.sampled_from(
    [
        "%Y-%m-%d %H:%M:%S",
        "%Y/%m/%d %H:%M:%S",
        "%Y年%m月%d日%H时%M分%S秒",
        "%Y%m%d%H%M%S",
        "%Y.%m.%d %H:%M:%S",
    ]
)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)), FORMS)  # noqa: DTZ001
def test_every_written_form_means_the_same_instant(moment: datetime, form: str) -> None:
    moment = moment.replace(microsecond=0)
    wanted = moment.replace(tzinfo=BEIJING).astimezone(UTC)
    assert instant_of(moment.strftime(form)) == wanted
    assert instant_of(moment) == wanted


@given(st.datetimes(datetime(1960, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001
def test_an_excel_serial_means_the_same_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    days = (moment - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    if days.is_integer() or days >= 80_000:
        return
    assert instant_of(days) == moment.replace(tzinfo=BEIJING)


@given(st.integers(0, 10**15 - 1))
def test_whole_numbers_up_to_fifteen_digits_are_the_same_text(number: int) -> None:
    assert order_no_of(float(number)) == str(number)
    assert order_no_of(number) == str(number)


@given(st.integers(10**15, 10**20))
def test_longer_numbers_are_refused_never_guessed(number: int) -> None:
    with pytest.raises(Unreadable):
        order_no_of(float(number))
    assert order_no_of(str(number)) == str(number)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("是", RevisitAnswer.YES), ("满意", RevisitAnswer.YES), ("已解决", RevisitAnswer.YES),
        (1.0, RevisitAnswer.YES), (True, RevisitAnswer.YES), ("基本满意", RevisitAnswer.MOSTLY),
        ("否", RevisitAnswer.NO), ("不满意", RevisitAnswer.NO), ("未解决", RevisitAnswer.NO),
        ("未接通", RevisitAnswer.NOT_REACHED), ("拒答", RevisitAnswer.NOT_REACHED), ("", None), ("-", None),
    ],
)  # fmt: skip
def test_answers_of_the_revisit(cell: object, answer: RevisitAnswer | None) -> None:
    assert answer_of(cell) is answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("投诉", AppealKind.COMPLAINT), ("咨询类", AppealKind.CONSULT), ("意见建议", AppealKind.SUGGESTION),
        ("投诉举报", AppealKind.OTHER), ("留言", AppealKind.OTHER), ("", None),
    ],
)  # fmt: skip
def test_kinds_of_appeal(cell: str, kind: AppealKind | None) -> None:
    assert kind_of_appeal(cell) is kind


def test_numbers_are_text_without_a_point_zero() -> None:
    assert text_of(13800001111.0) == "13800001111"
    assert text_of(1.5) == "1.5"
