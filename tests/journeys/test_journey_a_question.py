"""Journey (a): a question in chat is answered with a citation, or honestly not at all."""

from __future__ import annotations

from tests.fakes.botapi import BotApi
from tests.fakes.program import Program
from tests.journeys.conftest import registers

GROUP = -4100


def test_a_worker_registers_asks_and_gets_a_cited_answer(town: Program, botapi: BotApi) -> None:
    town.start()
    registers(town, botapi, name="林小满", unit="甲一社区", role="community", user=71)

    asked = len(botapi.methods.sent)
    botapi.says("这个单子不归我们单位管，能退回去吗？", user=71)
    answer = botapi.sent(asked + 1, within=30)[-1]

    assert "《北京市接诉即办工作条例》" in answer.text
    assert "第" in answer.text and "条" in answer.text
    assert "现行有效" in answer.text
    assert any("全文" in label for label in answer.labels)

    botapi.presses(next(label for label in answer.labels if "全文" in label), user=71)
    article = botapi.sent(asked + 2, within=30)[-1]
    assert article.text != answer.text and "条" in article.text


def test_a_question_without_basis_is_not_answered_from_thin_air(
    town: Program, botapi: BotApi
) -> None:
    town.start()
    registers(town, botapi, name="林小满", unit="甲一社区", role="community", user=71)

    asked = len(botapi.methods.sent)
    botapi.says("火星移民的落户手续怎么办？", user=71)
    answer = botapi.sent(asked + 1, within=30)[-1]

    assert "没有收录" in answer.text or "依据" in answer.text
    assert "第" not in answer.text or "条" not in answer.text.split("第")[1][:6]


def test_a_stranger_and_an_unbound_group_get_how_to_register_and_nothing_else(
    town: Program, botapi: BotApi
) -> None:
    town.start()
    botapi.group(GROUP, "某个群")

    botapi.says("接诉即办条例第十四条说什么？", user=99)
    private = botapi.sent(1, within=30)[-1]
    assert "/start" in private.text and "首接" not in private.text

    botapi.says(f"@{botapi.username} 首接负责是什么", user=99, chat=GROUP)
    group = botapi.sent(2, within=30)[-1]
    assert "首接" not in group.text


def test_the_bot_keeps_silent_in_a_group_until_it_is_spoken_to(
    town: Program, botapi: BotApi
) -> None:
    town.start()
    botapi.group(GROUP, "甲一社区工作群", u71="administrator")
    registers(town, botapi, name="林小满", unit="甲一社区", role="admin", user=71)
    before = len(botapi.methods.sent)
    botapi.says(f"/bind@{botapi.username} unit 甲一社区", user=71, chat=GROUP)
    botapi.sent(before + 1, within=30)

    botapi.says("今天谁值班？", user=71, chat=GROUP)
    botapi.says(f"@{botapi.username} 首接负责制是什么意思？", user=71, chat=GROUP)
    answers = botapi.sent(before + 2, within=30)[before + 1 :]

    assert len(answers) == 1
    assert "首接" in answers[0].text
