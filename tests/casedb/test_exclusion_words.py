"""Words that lead a rating are told from words that do not; dates of papers are read as people write."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casedb.exclusion.lines import Line
from casedb.exclusion.moments import Deed, moments_of
from casedb.exclusion.personal_check import leading_words
from tests.casedb.invented_materials import RULES

LEADING = """请您在回访时回答满意
麻烦您把评价改成满意
我们引导诉求人将评价由不满意改为满意
只要您改评价，我们就给您送一份礼品
工作人员多次劝说诉求人撤销不满意评价
赠送小礼品一份，请其回访时评价满意
接到12345回访电话时请说已解决、满意
您看能不能帮我们改成满意
如果不改评价，以后就不再给您办理
为不影响考核，恳请您将“不满意”更正为“满意”
工作人员提示诉求人回访时按1表示满意"""
HONEST = """本人回访时按错键，真实意愿是满意，要求更正评价
申请理由：诉求人回访时误操作，把已解决选成未解决，本人要求更正
工作人员未引导诉求人修改评价
不得诱导诉求人更改评价
请诉求人对办理结果进行评价，诉求人回复满意
诉求人主动来电要求将评价改为满意
协调发放慰问礼品，诉求人表示满意
特申请热线将评价更正为满意
请贵中心将评价结果由不满意更正为满意
希望尽快处理，诉求人对答复表示满意
要求物业整改，物业回复已解决
让诉求人满意是我们的工作目标"""


@pytest.mark.parametrize("sentence", LEADING.splitlines())
def test_leading_words_are_found(sentence: str) -> None:
    assert leading_words(sentence, RULES)


@pytest.mark.parametrize("sentence", HONEST.splitlines())
def test_honest_words_are_left_alone(sentence: str) -> None:
    assert leading_words(sentence, RULES) == ""


@pytest.mark.parametrize(
    ("text", "day", "clock", "deed"),
    [
        ("核查时间：2026年5月6日10:00", date(2026, 5, 6), time(10), Deed.HANDLED),
        ("我单位接单后于2026年5月4日8:00首次联系诉求人", date(2026, 5, 4), time(8), Deed.CONTACTED),
        ("二〇二六年五月二十一日", date(2026, 5, 21), None, Deed.SIGNED),
        ("5月4日下午3时15分拨打，无人接听", date(2026, 5, 4), time(15, 15), Deed.CONTACTED),
        ("甲一社区居民委员会（盖章）2026年5月8日", date(2026, 5, 8), None, Deed.SIGNED),
        ("《某条例》自2021年9月24日起施行", date(2021, 9, 24), None, Deed.OTHER),
        ("2026-05-07 09:10 反馈诉求人", date(2026, 5, 7), time(9, 10), Deed.REPLIED),
        ("核查时间：2026年2月30日", None, None, Deed.HANDLED),
    ],
)
def test_dates_are_read_with_what_happened(
    text: str, day: date | None, clock: time | None, deed: Deed
) -> None:
    (found,) = moments_of([Line(1, text)], date(2026, 5, 4))
    assert (found.day, found.clock, found.deed) == (day, clock, deed)


@given(st.dates(date(2000, 1, 1), date(2035, 12, 31)))
def test_any_real_day_is_read_back_however_it_is_written(day: date) -> None:
    shapes = ("{0}年{1}月{2}日", "{0}-{1:02d}-{2:02d}", "{0}/{1}/{2}", "{0}.{1:02d}.{2:02d}")
    for shape in shapes:
        (found,) = moments_of([Line(1, shape.format(day.year, day.month, day.day))], None)
        assert found.day == day
