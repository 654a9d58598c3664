"""From an analyst's answer to knowledge of the unit: drafted, checked, published, cited, taken back."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from bot.learning import own_papers
from bot.learning.own_papers import body_of, paper_text
from casedb.learning import drafts
from indexer.build import build_index
from indexer.chunks import sections_of
from indexer.embedders import load_embedder
from indexer.papers import parse_paper
from indexer.search import LiveIndex
from tests.bot.dialogue.test_handoffs import DESK, FIRST, WORKER, data_of, hands_off

ASKED = "楼顶的旧卫星锅谁负责拆？"
ANSWER = (
    "先问产权人；找不到产权人的报城市管理办公室，由它约物业三个工作日内到场确认，拆前拍照留存。"
)
SOURCE = "城市管理办公室 2026-05-20 的书面答复"


def drafted(hall, answer: str = ANSWER) -> str:
    """Hand off, answer, press the button; the card."""
    hands_off(hall, ASKED)
    hall.press(FIRST, "claim:1")
    relayed = hall.say(FIRST, answer)
    return hall.press(FIRST, data_of(relayed, "draft:new:")).text


def completed(hall) -> None:
    drafted(hall)
    hall.press(FIRST, "draft:1:source")
    hall.say(FIRST, SOURCE)
    hall.press(FIRST, "draft:1:asked")
    hall.say(FIRST, "- 屋顶的卫星接收锅没人管\n- 楼顶废弃天线找谁拆\n")


def indexed(hall) -> object:
    """A hall whose index also holds what was published; the service does this by watching."""
    sources = [hall.rooms.settings.own_papers_dir]
    target = hall.rooms.settings.data_dir
    build_index(sources, target / "index", embedder=load_embedder(None), previous=None)
    rooms = dataclasses.replace(hall.rooms, index=LiveIndex(target, load_embedder(None)))
    return type(hall)(rooms, type(hall.dialogue)(rooms))


def test_an_answer_becomes_a_draft_that_says_what_it_lacks(hall):
    card = drafted(hall)
    assert "1 号草稿" in card and ANSWER in card and "- 楼顶的旧卫星锅谁负责拆？" in card
    assert "没有写来源" in card and "有 1 个问法" in card
    assert not list(hall.rooms.settings.own_papers_dir.glob("*.md"))
    assert "还不能发布" in hall.press(DESK, "draft:1:publish").text


def test_the_same_answer_makes_one_draft(hall):
    drafted(hall)
    assert "1 号草稿" in hall.press(FIRST, "draft:new:1").text
    assert "《楼顶的旧卫星锅谁负责拆》" in hall.say(FIRST, "/drafts").text


def test_what_is_published_is_found_and_cited_with_author_and_date(hall):
    completed(hall)
    card = hall.say(FIRST, "/drafts 1")
    assert "格式检查通过" in card.text
    assert "请专班发布" in [button.label for row in card.buttons for button in row]
    assert "不能做这一项" in hall.press(FIRST, "draft:1:publish").toast
    hall.press(FIRST, "draft:1:ask")
    assert any("请审定发布" in one.text for one in hall.sent())
    assert "已发布" in hall.press(DESK, "draft:1:publish").text
    answer = indexed(hall).say(WORKER, "屋顶旧卫星锅该找谁拆")
    assert "本单位知识" in answer.text and "孙三和（接诉即办专班）编写" in answer.text
    assert "2026-06-01" in answer.text and "城市管理办公室" in answer.text


def test_a_published_paper_is_taken_back_or_mended(hall):
    completed(hall)
    hall.press(DESK, "draft:1:publish")
    with pytest.raises(StopIteration):
        data_of(hall.say(FIRST, "/drafts 1"), "draft:1:drop")
    assert "旧的内容仍然能搜到" in hall.press(DESK, "draft:1:reopen").text
    hall.press(DESK, "draft:1:title")
    hall.say(DESK, "楼顶卫星锅的拆除")
    hall.press(DESK, "draft:1:publish")
    papers = [one.name for one in hall.rooms.settings.own_papers_dir.glob("*")]
    assert papers == ["0001-楼顶的旧卫星锅谁负责拆.md"]
    assert "已撤下" in hall.press(DESK, "draft:1:drop").text
    assert not list(hall.rooms.settings.own_papers_dir.glob("*"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("依据《北京市接诉即办工作条例》第九百条，两日内必须办完。", "第九百条"),
        ("依据《没有这样的管理条例》第三条，两日内必须办完。", "没有这样的管理条例"),
        ("找人", "太短"),
    ],
)
def test_what_must_not_be_published_is_refused_with_a_clear_sentence(hall, text, says):
    completed(hall)
    hall.press(FIRST, "draft:1:text")
    card = hall.say(FIRST, text).text
    assert says in card
    assert "还不能发布" in hall.press(DESK, "draft:1:publish").text
    assert not list(hall.rooms.settings.own_papers_dir.glob("*.md"))


@pytest.mark.parametrize("line", ["请打 13912345678 找王小花。", "请打 139****5678 问。"])
@pytest.mark.parametrize("field", ["text", "asked", "source", "title"])
def test_personal_data_is_refused_and_not_even_kept(hall, field, line):
    completed(hall)
    before = hall.say(FIRST, "/drafts 1").text
    hall.press(FIRST, f"draft:1:{field}")
    said = hall.say(FIRST, line).text
    assert "个人信息" in said and "没有保存" in said
    hall.say(FIRST, "/cancel")
    assert hall.say(FIRST, "/drafts 1").text == before


def test_a_title_that_is_taken_is_refused(hall):
    completed(hall)
    hall.press(FIRST, "draft:1:title")
    assert "已经有《申请延期》" in hall.say(FIRST, "申请延期").text


@pytest.mark.parametrize("source", ["无", "不知道", "……略", " "])
def test_no_source_is_no_source(hall, source):
    completed(hall)
    with hall.rooms.store.session() as s:
        drafts.change(s, 1, by=1, now=hall.rooms.clock.now(), source=source.strip("…"))
        found = drafts.draft(s, 1)
    assert any("来源" in one for one in own_papers.faults(hall.rooms, found, found.made_at))


def test_a_worker_and_a_group_see_no_drafts(hall):
    drafted(hall)
    assert "不能做这一项" in hall.say(WORKER, "/drafts").text
    assert "卫星" not in hall.say(FIRST, "/drafts", group="group:unit").text
    assert hall.press(WORKER, "draft:1:show").silent


def test_a_body_with_headings_keeps_them_and_a_new_text_keeps_the_questions(hall):
    body = body_of("## 甲\n\n先做甲。\n\n问法：\n\n- 一\n- 二\n\n## 乙\n\n再做乙。")
    assert [one.heading for one in body.sections] == ["甲", "乙"]
    assert body.rewritten("只做丙，别的不做。").questions == ("一", "二")
    assert body.asked_too(["1. 二", "三", ""]).questions == ("一", "二", "三")
    assert body_of(body.text()) == body


def test_the_file_is_a_paper_of_the_format(hall):
    completed(hall)
    with hall.rooms.store.reading() as s:
        found = drafts.draft(s, 1)
    text = paper_text(found, on=date(2026, 6, 1), publisher="钱二宁")
    paper = parse_paper(text, "x.md")
    assert paper.front["source"] == SOURCE
    assert [len(one.questions) for one in sections_of(paper)] == [3]
