"""Journey (f): a question without basis → the analyst's answer → a paper of the unit → the asker is told."""

from __future__ import annotations

from tests.fakes.botapi import BotApi
from tests.fakes.program import Program
from tests.journeys.conftest import registers

WORKER, ANALYST, DESK = 71, 72, 73
ASKED = "楼顶的旧卫星锅归谁拆？"
ANSWER = "先问产权人，找不到的报城市管理办公室，三个工作日内到场确认。"


def test_what_was_not_known_is_answered_written_down_published_and_told(
    town: Program, botapi: BotApi
) -> None:
    town.start()
    for user, name, unit, role in (
        (WORKER, "林小满", "甲一社区", "community"),
        (ANALYST, "孙三和", "接诉即办专班", "analyst"),
        (DESK, "钱二宁", "接诉即办专班", "desk"),
    ):
        registers(town, botapi, name=name, unit=unit, role=role, user=user)

    asked = says(botapi, ASKED, user=WORKER)
    assert "依据" in asked.text
    presses(botapi, "转值班分析员", user=WORKER)
    call = next_to(botapi, ANALYST, "有人提问")
    assert ASKED in call.text and "甲一社区" in call.text

    presses(botapi, "我来答", user=ANALYST)
    says(botapi, ANSWER, user=ANALYST)
    relayed = next_to(botapi, WORKER, "值班分析员答复")
    assert ANSWER in relayed.text

    presses(botapi, "整理成资料草稿", user=ANALYST)
    for field, text in (
        ("写来源", "城市管理办公室 2026-05-20 的书面答复"),
        ("补问法", "屋顶的卫星接收锅没人管\n楼顶废弃天线找谁拆"),
    ):
        presses(botapi, field, user=ANALYST)
        says(botapi, text, user=ANALYST)
    presses(botapi, "请专班发布", user=ANALYST)
    next_to(botapi, DESK, "请审定发布")

    gaps = town.json("gaps", "--json")["gaps"]
    assert [(one["count"], one["unanswered"]) for one in gaps] == [(1, 1)]
    assert "林小满" not in str(gaps)
    listed = town.json("drafts", "list", "--json")["drafts"]
    assert [(one["id"], one["state"]) for one in listed] == [(1, "draft")]
    published = town.call("drafts", "publish", "1", "--by", "孙三和")
    assert published.returncode == 1 and "不能发布" in published.stderr
    published = town.call("drafts", "publish", "1")
    assert published.returncode == 0, published.stderr

    notice = next_to(botapi, WORKER, "现在有依据了")
    assert ASKED in notice.text
    presses(botapi, next(one for one in notice.labels if one.startswith("看答复")), user=WORKER)
    answer = next_to(botapi, WORKER, "本单位知识")
    assert "孙三和（接诉即办专班）编写" in answer.text and "2026-06-01" in answer.text
    found = town.json("ask", "废弃的楼顶卫星锅找谁拆", "--json")
    assert found["citations"][0]["title"] == "楼顶的旧卫星锅归谁拆"
    assert town.json("gaps", "--json")["gaps"] == []


def says(botapi: BotApi, text: str, *, user: int):  # type: ignore[no-untyped-def]
    """Say it and get the next thing that user reads."""
    before = len(botapi.methods.sent)
    botapi.says(text, user=user)
    botapi.wait(lambda: _read(botapi, user, before), 90, text)
    return _read(botapi, user, before)[-1]


def presses(botapi: BotApi, label: str, *, user: int) -> None:
    """Press the newest button with that label and wait for what it brings."""
    before = len(botapi.methods.sent)
    botapi.presses(label, user=user)
    botapi.wait(lambda: _read(botapi, user, before), 30, label)


def next_to(botapi: BotApi, user: int, words: str):  # type: ignore[no-untyped-def]
    """The newest message to that user that holds the words."""
    botapi.wait(lambda: _with(botapi, user, words), 90, words)
    return _with(botapi, user, words)[-1]


def _read(botapi: BotApi, user: int, since: int) -> list:  # type: ignore[type-arg]
    return [one for one in botapi.methods.sent[since:] if one.chat == user]


def _with(botapi: BotApi, user: int, words: str) -> list:  # type: ignore[type-arg]
    return [one for one in _read(botapi, user, 0) if words in one.text]
