"""Counting and reports in plain Chinese: what is understood, who may see what, and what stays a question."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from docx import Document

from bot.dialogue.analysis.periods import period_in
from bot.dialogue.analysis.pivot_asked import Asked, Bound, Grown, NotUnderstood
from bot.dialogue.analysis.pivot_text import Answer, rows_of, text_of
from bot.dialogue.analysis.pivot_words import read
from casedb.errors import CasedbError
from casedb.invented import Months, fill
from casedb.tally.dimensions import Dimension
from casedb.tally.pivot import Cell, Pivot
from casedb.tally.spans import month

TODAY = date(2026, 6, 10)
C, U, T, H, M, D = (
    Dimension.COMMUNITY, Dimension.UNIT, Dimension.TOPIC, Dimension.HOUR, Dimension.MONTH, Dimension.DAY,
)  # fmt: skip


@pytest.mark.parametrize(("said", "first", "last"), [
    ("本月", "2026-06-01", "2026-06-30"), ("这个月", "2026-06-01", "2026-06-30"),
    ("上个月", "2026-05-01", "2026-05-31"), ("上上月", "2026-04-01", "2026-04-30"),
    ("5月", "2026-05-01", "2026-05-31"), ("十二月份", "2025-12-01", "2025-12-31"),
    ("去年3月", "2025-03-01", "2025-03-31"), ("2024年2月", "2024-02-01", "2024-02-29"),
    ("2026-05", "2026-05-01", "2026-05-31"), ("今年", "2026-01-01", "2026-12-31"),
    ("去年", "2025-01-01", "2025-12-31"), ("第二季度", "2026-04-01", "2026-06-30"),
    ("上季度", "2026-01-01", "2026-03-31"), ("去年下半年", "2025-07-01", "2025-12-31"),
    ("近三个月", "2026-03-11", "2026-06-10"), ("最近30天", "2026-05-12", "2026-06-10"),
    ("近两周", "2026-05-28", "2026-06-10"), ("上周", "2026-06-01", "2026-06-07"),
    ("昨天", "2026-06-09", "2026-06-09"), ("5月1日到5月15日", "2026-05-01", "2026-05-15"),
    ("12月20日至12月31号", "2025-12-20", "2025-12-31"), ("3月到5月", "2026-03-01", "2026-05-31"),
    ("2026-05-01至2026-05-03", "2026-05-01", "2026-05-03"),
    ("五月上旬", "2026-05-01", "2026-05-10"), ("2月下旬", "2026-02-21", "2026-02-28"),
    ("上月下半月", "2026-05-16", "2026-05-31"), ("本月中旬", "2026-06-11", "2026-06-20"),
    ("今年前三季度", "2026-01-01", "2026-09-30"), ("国庆假期", "2025-10-01", "2025-10-07"),
    ("最近", "2026-05-12", "2026-06-10"),
    ("上个考核周期", "2026-04-19", "2026-05-18"), ("本考核周期", "2026-05-19", "2026-06-18"),
])  # fmt: skip
def test_a_period_is_read_as_people_say_it(said: str, first: str, last: str) -> None:
    found = period_in(f"{said}各社区", TODAY, start_day=19)
    assert found is not None
    span = found.span
    assert (f"{span.first}", f"{span.after - timedelta(days=1)}") == (first, last)


def test_three_months_back_from_a_long_month_end_on_its_last_day() -> None:
    found = period_in("近三个月", date(2026, 5, 30))
    assert found is not None and found.span.first == date(2026, 2, 28)


@pytest.mark.parametrize("said", ["13月各社区", "2月30日按社区", "2026年0月按社区"])
def test_a_period_that_cannot_be_is_said_to_be_none(said: str) -> None:
    with pytest.raises(CasedbError):
        period_in(said, TODAY)


@pytest.mark.parametrize(("said", "rows", "columns", "measure", "words"), [
    ("本月 噪声 按社区", C, None, "件数", ("噪声",)),
    ("上个月各单位办结率", U, None, "办结率", ()),
    ("今年停车按月", M, None, "件数", ("停车",)),
    ("近三个月 噪声 按时段", H, None, "件数", ("噪声",)),
    ("哪个社区最多", C, None, "件数", ()),
    ("各社区分布", C, None, "件数", ()),
    ("帮我看看上个月各科室的按期办结率", U, None, "按时办结率", ()),
    ("5月份按社区和分类统计", C, T, "件数", ()),
    ("今年 供暖 趋势", M, None, "件数", ("供暖",)),
    ("近一周趋势", D, None, "件数", ()),
    ("这个月甲一社区什么问题最多", T, None, "件数", ("甲一社区",)),
    ("上个月满意率是多少", None, None, "满意率", ()),
    ("本月停车有多少件", None, None, "件数", ("停车",)),
    ("每个社区逾期多少", C, None, "逾期数", ()),
    ("三月份物业按社区分布", C, None, "件数", ("物业",)),
    ("社区排名 上月", C, None, "件数", ()),
    ("去年各季度", Dimension.QUARTER, None, "件数", ()),
    ("上个月每周", Dimension.WEEK, None, "件数", ()),
    ("噪声最多的社区", C, None, "件数", ("噪声",)),
    ("上个月噪声投诉按社区", C, None, "件数", ("噪声", "投诉")),
    ("上个月物业方面的问题 各单位", U, None, "件数", ("物业",)),
    ("上季度按周几", Dimension.WEEKDAY, None, "件数", ()),
    ("5月按星期几统计", Dimension.WEEKDAY, None, "件数", ()),
    ("物业类平均办理时长", None, None, "平均办结用时", ("物业",)),
    ("上个月各单位平均办理时间", U, None, "平均办结用时", ()),
    ("平均几个小时联系诉求人 按单位 上月", U, None, "平均首次联系用时", ()),
    ("哪些社区垃圾问题多", C, None, "件数", ("垃圾",)),
    ("近一个月广场舞集中在哪些社区", C, None, "件数", ("广场舞",)),
    ("这个月到现在最多的问题是什么", T, None, "件数", ()),
    ("五月份甲一社区的投诉都是什么", T, None, "件数", ("甲一社区", "投诉")),
    ("每天早上几点来电最多", H, None, "件数", ()),
    ("周末投诉多还是工作日多", Dimension.WEEKDAY, None, "件数", ()),
    ("上月 投诉 社区 渠道", C, Dimension.SOURCE, "件数", ("投诉",)),
    ("未办结按单位", U, None, "未办结数", ()),
    ("5月一共来了多少件", None, None, "件数", ()),
    ("这个月什么问题最突出", T, None, "件数", ()),
    ("5月 图像 按社区", C, None, "件数", ("图像",)),
    ("帮我列个上月各社区的表", C, None, "件数", ()),
    ("上月各单位满意率排名", U, None, "满意率", ()),
])  # fmt: skip
def test_many_ways_to_ask_for_a_count(
    said: str,
    rows: Dimension | None,
    columns: Dimension | None,
    measure: str,
    words: tuple[str, ...],
) -> None:
    asked = read(said, TODAY)
    assert isinstance(asked, Asked)
    assert (asked.rows, asked.columns, asked.measure.name, asked.words) == (
        rows, columns, measure, words,
    )  # fmt: skip


@pytest.mark.parametrize("said", [
    "满意率怎么算", "按规定多久办结", "诉求有哪些类型", "居民投诉小区停车怎么办", "去年同期",
    "响应率的口径是什么", "分哪些环节", "哪些部门管噪声怎么查", "办理时限的规定", "本月要不要开会",
    "2026年5月承重墙被拆罚多少", "2024年楼道充电动车按消防条例哪条", "2025年居委会一般按多少户设",
    "2020年的意见现在还有效，2小时签收按它执行",
])  # fmt: skip
def test_a_question_about_rules_is_no_request_to_count(said: str) -> None:
    assert read(said, TODAY) is None


@pytest.mark.parametrize(("said", "now", "then"), [
    ("5月停车问题同比", "2026-05-01 至 2026-05-31", "2025-05-01 至 2025-05-31"),
    ("上月总量环比", "2026-05-01 至 2026-05-31", "2026-04-01 至 2026-04-30"),
    ("各社区上月与上上月对比", "2026-05-01 至 2026-05-31", "2026-04-01 至 2026-04-30"),
    ("3月和5月比哪个社区涨得最多", "2026-05-01 至 2026-05-31", "2026-03-01 至 2026-03-31"),
    ("噪声类比去年同期多了多少", "2026-06-01 至 2026-06-10", "2025-06-01 至 2025-06-10"),
    ("今年供热比去年多多少", "2026-01-01 至 2026-06-10", "2025-01-01 至 2025-06-10"),
    ("满意率比上月高了还是低了", "2026-06-01 至 2026-06-10", "2026-05-01 至 2026-05-10"),
    ("上周和上上周对比", "2026-06-01 至 2026-06-07", "2026-05-25 至 2026-05-31"),
    ("帮我出一张5月各社区对比去年的图", "2026-05-01 至 2026-05-31", "2025-05-01 至 2025-05-31"),
    ("5月各单位按时办结率和去年同期相比", "2026-05-01 至 2026-05-31", "2025-05-01 至 2025-05-31"),
])  # fmt: skip
def test_periods_are_compared_as_people_ask_and_a_running_one_day_by_day(
    said: str, now: str, then: str
) -> None:
    asked = read(said, TODAY)
    assert isinstance(asked, Asked) and asked.against is not None
    assert set(asked.words) <= {"停车", "噪声", "供热"}
    assert (asked.span.text(), asked.against.text()) == (now, then)


def test_how_many_rows_which_first_and_within_what_bound_is_read() -> None:
    first = read("满意率最低的三个单位", TODAY)
    assert isinstance(first, Asked) and (first.top, first.least_first) == (3, True)
    five = read("今年投诉最多的前五个社区", TODAY)
    assert isinstance(five, Asked) and (five.top, five.rows, five.words) == (5, C, ("投诉",))
    below = read("上个月按时办结率低于95%的单位", TODAY)
    assert isinstance(below, Asked) and below.rows is U
    assert below.bound == Bound(below=True, value=pytest.approx(0.95))
    grown = read("3月和5月比哪个社区降得最多", TODAY)
    assert isinstance(grown, Asked) and grown.grown is Grown.LESS and grown.words == ()
    day = read("上月夜里来电多少件", TODAY)
    assert isinstance(day, NotUnderstood) and day.by == "夜里"


def table(*cells: tuple[str, float, int], said: str) -> Answer:
    asked = read(said, TODAY)
    assert isinstance(asked, Asked)
    made = tuple(Cell(row, "", part, whole) for row, part, whole in cells)
    return Answer(Pivot(asked.span, asked.rows, None, asked.measure, (), made), asked)


def test_rows_come_in_the_order_asked_for_and_only_those_within_the_bound() -> None:
    cells = (("甲", 9.0, 10), ("乙", 5.0, 10), ("丙", 0.0, 0), ("丁", 10.0, 10))

    def order(said: str) -> list[str]:
        return [row.row for row in rows_of(table(*cells, said=said))]

    assert order("上月各单位满意率") == ["乙", "甲", "丁", "丙"]
    assert order("上月满意率最高的前两个单位") == ["丁", "甲"]
    assert order("上月满意率低于95%的单位") == ["乙", "甲"]
    assert "没有符合的" in text_of(table(*cells, said="上月满意率低于10%的单位"))
    assert order("上月办得最快的一个单位") == ["乙"]


def test_what_cases_have_no_value_of_is_named() -> None:
    for said in ("本月按天气统计", "本月 噪声 按天气", "上个月按年龄来分"):
        asked = read(said, TODAY)
        assert isinstance(asked, NotUnderstood) and asked.by in ("天气", "年龄")


DESK, WORKER, LEDGER_GROUP = "钱二宁", "褚千里", "group:ledger"


@pytest.fixture
def hall(hall, clock):  # type: ignore[no-untyped-def]
    """The sample, and three months of invented cases before it."""
    with hall.rooms.store.session() as s:
        fill(s, Months(count=3, cases_each=80, seed=3), now=clock.now())
    return hall


def counts_in(text: str) -> list[int]:
    return [int(one) for one in re.findall(r"^- .*?：(\d+) 件", text, re.M)]


def test_a_count_comes_as_a_table_a_picture_and_the_cases_behind_it(hall) -> None:
    reply = hall.say(DESK, "上个月 按社区")
    total = int(re.search(r"共 (\d+) 件", reply.text)[1])
    counts = counts_in(reply.text)
    assert sum(counts) == total > 0 and counts == sorted(counts, reverse=True)
    assert reply.files[0].as_picture and reply.files[0].path.stat().st_size > 5000
    opened = hall.press(DESK, reply.buttons[0][0].data)
    assert f"：{counts[0]} 件" in opened.text and "XG2026" in opened.text


def test_within_one_topic_its_parts_are_counted(hall) -> None:
    text = hall.say(DESK, "上个月 噪声 按分类").text
    assert "三级分类" in text and "夜间施工" in text


def test_a_rate_shows_what_it_is_made_of_and_opens_to_what_it_misses(hall) -> None:
    reply = hall.say(DESK, "上个月各单位按时办结率")
    assert re.search(r"- \S+：\d+\.\d\d%（\d+ ÷ \d+）", reply.text)
    assert reply.buttons[0][0].label.startswith("看没达到的：")
    repeated = hall.say(DESK, "上个月各社区重复率")
    assert repeated.buttons[0][0].label.startswith("看工单：")


def test_case_numbers_can_be_asked_for_at_once(hall) -> None:
    text = hall.say(DESK, "上个月涉否的工单有哪些").text
    assert "涉否数" in text and text.count("`XG2026") >= 1


def test_a_comparison_tells_both_numbers_of_every_row(hall) -> None:
    now, then = (hall.say(DESK, f"{one}月 按社区").text for one in (5, 4))
    both = hall.say(DESK, "4月和5月比各社区").text
    totals = [int(re.search(r"共 (\d+) 件", text)[1]) for text in (now, then)]
    assert f"共 {totals[0]} 件" in both and f"2026-04-30：{totals[1]} 件" in both
    rows = re.findall(r"- (\S+)：(\d+) 件（\S+?%）.*?，对照期 (\d+) 件，([+-]\d+)", both)
    assert rows and all(int(new) - int(old) == int(change) for _, new, old, change in rows)
    assert sum(int(old) for _, _, old, _ in rows) == totals[1]
    assert "没有完整的记录" in hall.say(DESK, "5月比去年同期多多少").text


def test_records_that_begin_within_the_period_are_said(hall) -> None:
    assert "记录从 2026-03-0" in hall.say(DESK, "今年 按社区").text
    assert "记录从" not in hall.say(DESK, "5月 按社区").text


def test_two_kinds_in_one_sentence_are_told_side_by_side(hall) -> None:
    text = hall.say(DESK, "上月投诉和求助各多少").text
    assert re.search(r"- 投诉：\d+ 件", text) and re.search(r"- 求助：\d+ 件", text)


def test_mean_times_are_told_with_their_cases_and_can_be_opened(hall) -> None:
    reply = hall.say(DESK, "上月办得最慢的三个单位")
    assert len(re.findall(r"- \S+：[\d.]+ (?:小时|天)（\d+ 件）", reply.text)) == 3
    assert "XG2026" in hall.press(DESK, reply.buttons[0][0].data).text


def test_what_is_open_now_is_told_by_the_ledger(hall) -> None:
    assert "台账" in hall.say(DESK, "现在未办结的有多少").text


def test_a_worker_counts_only_the_cases_of_the_own_unit(hall) -> None:
    text = hall.say(WORKER, "上个月 按单位").text
    assert "甲一社区" in text and "甲二社区" not in text
    reply = hall.say(WORKER, "上个月 按分类")
    opened = hall.press(WORKER, reply.buttons[0][0].data).text
    assert "甲一社区" in opened and "甲二社区" not in opened


def test_what_is_overdue_today_is_told_by_the_ledger_not_by_the_day_of_the_call(hall) -> None:
    assert "台账" in hall.say(DESK, "今天逾期的工单有哪些").text
    assert "台账" not in hall.say(DESK, "上个月逾期的工单有哪些").text


def test_in_a_group_nothing_is_counted(hall) -> None:
    assert "私聊" in hall.say(DESK, "上个月 按社区", group=LEDGER_GROUP).text


@pytest.mark.parametrize("said", ["本月按天气统计", "明年1月 按社区", "2026年13月 按社区"])
def test_what_cannot_be_counted_gets_one_clear_sentence(hall, said: str) -> None:
    reply = hall.say(DESK, said)
    assert (
        "统计" in reply.text or "时段" in reply.text or "月份" in reply.text
    ) and not reply.files


def test_a_sentence_of_unknown_words_stays_a_question(hall) -> None:
    for said in ("各社区负责人是谁", "今天股票大盘走势", "2026年居委会有多少户设一个"):
        assert "没有工单" not in hall.say(DESK, said).text


def test_the_report_comes_as_picture_word_and_excel_with_the_cases_behind(hall) -> None:
    reply = hall.say(DESK, "/report 2026-05")
    assert [file.path.suffix for file in reply.files] == [".png", ".docx", ".xlsx"]
    assert "2026年05月民情分析" in reply.text and "虚构数据" in reply.text
    paper = Document(str(reply.files[1].path))
    total = re.search(r"诉求总量 (\d+) 件", reply.text)[1]
    assert any(f"受理诉求 {total} 件" in p.text for p in paper.paragraphs)
    opened = hall.press(DESK, reply.buttons[0][0].data).text
    assert "涉否" in opened and "XG2026" in opened


def test_the_report_is_asked_for_in_plain_chinese_too(hall) -> None:
    assert "2026年05月民情分析" in hall.say(DESK, "出一份上个月的民情分析").text
    assert "综合" in hall.say(DESK, "5月1日到5月15日的分析报告").files[1].name
    assert not hall.say(DESK, "月报有什么要求").files


def test_a_worker_gets_no_report_and_a_group_only_the_picture(hall) -> None:
    assert not hall.say(WORKER, "/report").files
    assert not hall.say(WORKER, "上个月的月报").files
    assert [file.as_picture for file in hall.say(DESK, "/report", group=LEDGER_GROUP).files] == [
        True
    ]


@pytest.mark.parametrize("said", ["2027-01", "2026-13", "乱写"])
def test_a_report_of_no_possible_period_says_so_and_writes_nothing(hall, said: str) -> None:
    reply = hall.say(DESK, f"/report {said}")
    assert not reply.files and ("还没有到" in reply.text or "不是" in reply.text)
    assert not list((hall.rooms.files_dir / "reports").glob("**/*.docx"))


def test_a_month_without_cases_is_said_in_one_sentence(hall) -> None:
    reply = hall.say(DESK, "/report 2020-01")
    assert "没有诉求记录" in reply.text
    assert month("2020-01").name in reply.text
