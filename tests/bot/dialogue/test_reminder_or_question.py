"""What people type to be reminded, with and without the word, and what only sounds like it."""

from __future__ import annotations

import pytest

from bot.dialogue.plain import is_reminder


@pytest.mark.parametrize(
    "text",
    [
        "提醒我明天九点开会",
        "10分钟后叫我看群",
        "半小时后叫我给诉求人回电",
        "明早七点喊我起来查泵房",
        "下周三下班前催甲一社区把照片补齐",
        "周五中午催一下城管办回函",
        "催甲二社区，漏水单，后天下午3点前",
        "记得周五给甲一社区发函",
        "别忘了明天交材料",
        "后天上午九点半提醒执法队出现场",
    ],
)
def test_it_is_a_reminder(text: str) -> None:
    assert is_reminder(text)


@pytest.mark.parametrize(
    "text",
    [
        "诉求人昨天下午叫我回电话，算首次联系吗",
        "居民晚上叫我上门调解怎么办",
        "甲一社区催了三次物业还不来怎么办",
        "下午催城管办的单子能不能延期",
        "楼下晚上装修，居民叫我们去管",
        "业主晚上叫我去劝架",
        "首次联系几小时内要打",
        "催办单怎么写",
        "供暖不热找谁",
    ],
)
def test_it_is_no_reminder(text: str) -> None:
    assert not is_reminder(text)
