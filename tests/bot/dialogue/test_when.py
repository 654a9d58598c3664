"""Plain Chinese -> when, who, what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.reminding.timewords import festivals
from bot.dialogue.reminding.when import parse
from casedb.beijing import BEIJING
from casedb.calendar.workdays import WorkCalendar

ROOT = Path(__file__).resolve().parents[3]
CALENDAR = WorkCalendar.load(ROOT / "knowledge" / "calendar")
UNITS = ("甲一社区", "甲二社区", "城市管理办公室", "平安建设办公室")
MONDAY = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)  # a Monday morning


def meant(text: str, now: datetime = MONDAY):
    return parse(text, now=now, calendar=CALENDAR, units=UNITS)


TIMES = """
提醒我明天上午9点交剔除材料 | 2026-06-02 09:00 | me | 交剔除材料
提醒甲一社区 下周三下午三点半开会 | 2026-06-10 15:30 | 甲一社区 | 开会
半小时后提醒我给诉求人回电话 | 2026-06-01 10:30 | me | 给诉求人回电话
2小时后 | 2026-06-01 12:00 | me |
1个半小时后 | 2026-06-01 11:30 | me |
过20分钟 | 2026-06-01 10:20 | me |
一刻钟后提醒我回电话 | 2026-06-01 10:15 | me | 回电话
3小时内联系诉求人 | 2026-06-01 13:00 | me | 联系诉求人
后天一早提醒我去现场 | 2026-06-03 08:00 | me | 去现场
大后天 | 2026-06-04 09:00 | me |
今晚8点提醒我看台账 | 2026-06-01 20:00 | me | 看台账
今晚12点 | 2026-06-02 00:00 | me |
夜里2点 | 2026-06-02 02:00 | me |
零点 | 2026-06-02 00:00 | me |
凌晨1点 | 2026-06-02 01:00 | me |
中午12点 | 2026-06-01 12:00 | me |
明天24:00 | 2026-06-03 00:00 | me |
明早7点 | 2026-06-02 07:00 | me |
月底前交报告 | 2026-06-30 09:00 | me | 交报告
下个月5号提醒甲二开例会 | 2026-07-05 09:00 | 甲二社区 | 开例会
本周五下班前交剔除材料 | 2026-06-05 17:30 | me | 交剔除材料
周日 | 2026-06-07 09:00 | me |
周末 | 2026-06-06 09:00 | me |
2026年6月1号 14:00 | 2026-06-01 14:00 | me |
２０２６年６月１８日　０９：３０　交材料 | 2026-06-18 09:30 | me | 交材料
六月十八日上午十点 | 2026-06-18 10:00 | me |
6/18下午3点 | 2026-06-18 15:00 | me |
2026-06-18 09:30 | 2026-06-18 09:30 | me |
18號下午兩點 | 2026-06-18 14:00 | me |
三个工作日后 | 2026-06-04 09:00 | me |
5个工作日内 | 2026-06-08 09:00 | me |
下一个工作日 | 2026-06-02 09:00 | me |
国庆后第一个工作日 | 2026-10-08 09:00 | me |
国庆前最后一个工作日提醒我交接 | 2026-09-30 09:00 | me | 交接
国庆节前两个工作日 | 2026-09-29 09:00 | me |
元旦前一天 | 2026-12-31 09:00 | me |
除夕 | 2027-02-05 09:00 | me |
中秋前 | 2026-09-24 09:00 | me |
端午节前一天提醒我安排值班 | 2026-06-18 09:00 | me | 安排值班
后天3点1刻 | 2026-06-03 15:15 | me |
明天差5分9点提醒我 | 2026-06-02 08:55 | me |
明天9点30 | 2026-06-02 09:30 | me |
明日上午九时三十分 | 2026-06-02 09:30 | me |
明天5点 | 2026-06-02 17:00 | me |
早上6点 | 2026-06-02 06:00 | me |
05:30 | 2026-06-02 05:30 | me |
下下周三 | 2026-06-17 09:00 | me |
三周后的周五 | 2026-06-26 09:00 | me |
两周后周一上午9点 | 2026-06-15 09:00 | me |
下周提醒我交周报 | 2026-06-08 09:00 | me | 交周报
交材料，明天9点 | 2026-06-02 09:00 | me | 交材料
提醒我把上周的工单明天上午9点前交给专班 | 2026-06-02 09:00 | me | 把上周的工单交给专班
提醒城市管理办公室6月18日前报送5月份的月报 | 2026-06-18 09:00 | 城市管理办公室 | 报送5月份的月报
明天下午三点开会，提前10分钟提醒我 | 2026-06-02 14:50 | me | 开会
提前一天提醒我6月18日开会 | 2026-06-17 09:00 | me | 开会
明天9点前10分钟 | 2026-06-02 08:50 | me |
明天下班前半小时提醒我 | 2026-06-02 17:30 | me |
本月最后一个工作日 | 2026-06-30 09:00 | me |
本月第二个周二 | 2026-06-09 09:00 | me |
本季度末 | 2026-06-30 09:00 | me |
明年元旦 | 2027-01-01 09:00 | me |
今天 | 2026-06-01 17:30 | me |
9点 | 2026-06-02 09:00 | me |
十一点 | 2026-06-01 11:00 | me |
明天9点到11点开会 | 2026-06-02 09:00 | me | 开会
给甲一社区设个提醒，后天下午2点报送照片 | 2026-06-03 14:00 | 甲一社区 | 报送照片
明天9点提醒我联系甲一社区 | 2026-06-02 09:00 | me | 联系甲一社区
明天下午提醒甲二社区把照片补齐 | 2026-06-02 14:00 | 甲二社区 | 把照片补齐
@甲一社区 明天9点交材料 | 2026-06-02 09:00 | 甲一社区 | 交材料
提醒甲三社区明天9点交材料 | 2026-06-02 09:00 | 甲三社区 | 交材料
三点意见要在明天前报 | 2026-06-02 09:00 | me | 三点意见要报
五号楼漏水明天下午去看 | 2026-06-02 14:00 | me | 五号楼漏水去看
五一社区明天停水 | 2026-06-02 09:00 | me | 五一社区停水
工单20260601001234明天上午10点到期提醒我 | 2026-06-02 10:00 | me | 工单20260601001234到期
明天这个时候提醒我 | 2026-06-02 10:00 | me |
"""


@pytest.mark.parametrize("line", TIMES.strip().splitlines())
def test_a_time_is_read(line):
    text, due, who, what = (part.strip() for part in line.split("|"))
    answer = meant(text)
    assert answer.question is None
    assert answer.due and answer.due.strftime("%Y-%m-%d %H:%M") == due
    assert (answer.who, answer.what) == (who, what)


REPEATS = """
每天早上8点半看台账 | 2026-06-02 08:30 | daily
每晚9点 | 2026-06-01 21:00 | daily
每周一上午九点提醒我开例会 | 2026-06-08 09:00 | weekly
每逢周五下午4点 | 2026-06-05 16:00 | weekly
每个工作日 下午5点 提醒我核对台账 | 2026-06-01 17:00 | workdays
周一到周五每天8点半 | 2026-06-02 08:30 | workdays
每月18号 | 2026-06-18 09:00 | monthly
每月底 | 2026-06-30 09:00 | monthly
每年6月1日 | 2027-06-01 09:00 | yearly
每年国庆 | 2026-10-01 09:00 | yearly
从下周一开始每天9点 | 2026-06-08 09:00 | daily
从7月1日起每个工作日9点 | 2026-07-01 09:00 | workdays
"""


@pytest.mark.parametrize("line", REPEATS.strip().splitlines())
def test_what_comes_again_says_how_often_and_when_first(line):
    text, due, repeats = (part.strip() for part in line.split("|"))
    answer = meant(text)
    assert answer.due and answer.due.strftime("%Y-%m-%d %H:%M") == due
    assert answer.repeats == repeats


ASKED_BACK = """
今天9点 | 已经过了
昨天下午3点 | 已经过了
5月20日 | 已经过了
上周五 | 已经过了
2025年6月1日9点 | 已经过了
三天前 | 过去
2月30日交材料 | 没有30日
二月二十九号 | 没有29日
2026-02-30 9:00 | 没有30日
13月1日 | 没有13月
6月31日 | 没有31日
32号 | 没有32号
明天25点 | 没有25点
明天9点75分 | 没有9点75分
等他回来提醒我签字 | 等他回来
收到通知后三个工作日内交复盘报告 | 从哪一天算起
考核明细下发后三个工作日内提醒我交复盘报告 | 从哪一天算起
会议结束后半小时提醒我整理纪要 | 从哪一天算起
开会前10分钟提醒我 | 哪一天
节后第一个工作日 | 哪个节日
400个工作日后 | 调休还没有公布
提醒我交材料 | 没有看到具体的时间
早一点提醒我 | 没有看到具体的时间
过几天 | 没有具体时间
农历八月十五 | 农历
每周一三五9点 | 只能有一个
每隔两天 | 重复
下周三和下周五下午3点 | 只能有一个
6月1日(周二) | 周一
提醒甲一社区和甲二社区明天9点开会 | 一个单位
提醒大家明天9点开会 | 某一个单位
提醒张三明天9点开会 | 某一个单位
"""


@pytest.mark.parametrize("line", ASKED_BACK.strip().splitlines())
def test_what_names_no_instant_is_asked_back(line):
    text, words = (part.strip() for part in line.split("|"))
    answer = meant(text)
    assert answer.due is None
    assert answer.question and words in answer.question


def test_a_bare_date_in_december_may_be_next_years():
    december = datetime(2026, 12, 20, 10, 0, tzinfo=BEIJING)
    answer = meant("1月5日交材料", december)
    assert answer.due == datetime(2027, 1, 5, 9, 0, tzinfo=BEIJING)


def test_a_weekday_said_on_that_day_is_today_while_its_hour_is_ahead():
    assert meant("周一下午3点").due == datetime(2026, 6, 1, 15, 0, tzinfo=BEIJING)
    assert meant("周一上午9点").due == datetime(2026, 6, 8, 9, 0, tzinfo=BEIJING)


def test_make_up_days_count_as_working_days():
    friday = datetime(2026, 10, 8, 10, 0, tzinfo=BEIJING)  # Saturday 10 October is worked
    assert meant("两个工作日后", friday).due == datetime(2026, 10, 10, 9, 0, tzinfo=BEIJING)


def test_the_machines_zone_does_not_matter(monkeypatch):
    import time

    for zone in ("UTC", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert meant("明天上午9点").due == datetime(2026, 6, 2, 9, 0, tzinfo=BEIJING)
    monkeypatch.undo()
    time.tzset()


def test_festivals_agree_with_the_published_calendar():
    named = {holiday.name: holiday for holiday in CALENDAR.years[2026].holidays}
    for name in ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆"):
        holiday = next(one for key, one in named.items() if key.startswith(name))
        falls = festivals.falls_on(name, 2026)
        assert falls and holiday.first <= falls <= holiday.last


# Independent of the grammar: built from parts whose meaning is counted day by day.
DAYS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2026, 11, 20),  # noqa: DTZ001
).map(lambda instant: instant.replace(second=0, microsecond=0, tzinfo=BEIJING))


@given(now=DAYS, weekday=st.integers(0, 6), weeks=st.integers(1, 2))
def test_next_weekdays_agree_with_a_day_by_day_walk(now, weekday, weeks):
    day: date = now.date() + timedelta(days=1)
    mondays = 0
    while True:
        mondays += day.weekday() == 0
        if mondays == weeks and day.weekday() == weekday:
            break
        day += timedelta(days=1)
    answer = meant(f"{'下' * weeks}周{'一二三四五六日'[weekday]}上午9点", now)
    assert answer.due and answer.due.date() == day


@given(now=DAYS, count=st.integers(1, 20))
def test_working_days_agree_with_a_day_by_day_walk(now, count):
    day, left = now.date(), count
    while left:
        day += timedelta(days=1)
        left -= CALENDAR.is_workday(day)
    answer = meant(f"{count}个工作日后提醒我", now)
    if day.year > 2026:  # only statutory days are known for 2027
        assert answer.question
    else:
        assert answer.due and answer.due.date() == day


WHENS = st.sampled_from(
    [
        "今天",
        "明天",
        "后天",
        "周三",
        "下周五",
        "月底",
        "18号",
        "6月18日",
        "每天",
        "每周一",
        "每个工作日",
        "每月5号",
        "三天后",
        "国庆后第一个工作日",
    ]
)
CLOCKS = st.sampled_from(
    [
        "",
        "上午9点",
        "下午三点半",
        "18:30",
        "晚上8点",
        "凌晨2点",
        "中午",
        "一早",
        "下班前",
        "差10分8点",
    ]
)
TASKS = st.sampled_from(["", "交剔除材料", "给诉求人回电话", "开调度会", "核对5月份的台账"])


@given(now=DAYS, when=WHENS, clock=CLOCKS, task=TASKS, late=st.booleans())
def test_a_due_time_is_always_ahead_and_the_task_survives(now, when, clock, task, late):
    text = f"{task}，{when}{clock}提醒我" if late and task else f"提醒我{when}{clock}{task}"
    answer = meant(text, now)
    assert (answer.due is None) == (answer.question is not None)
    if answer.due:
        assert answer.due > now
        assert answer.due.tzinfo is not None
    assert answer.what == task


@given(text=st.text(max_size=60))
def test_any_text_gets_an_answer_or_a_question(text):
    answer = meant(text)
    assert (answer.due is None) != (answer.question is None)


@given(
    text=st.lists(
        st.sampled_from(list("每今明后周一二三十年月日号点半前后个工作天小时分早晚国庆提醒我下本")),
        max_size=14,
    ).map("".join)
)
def test_scrambled_time_words_never_fall_over(text):
    answer = meant(text)
    assert answer.due is None or answer.due > MONDAY
