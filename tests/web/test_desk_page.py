"""The desk's page: what waits, gaps, drafts, changes and training, with the same rights as in chat."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
from docx import Document

from tests.fakes.program import Program, Visitor, wait_until

ASKED = "楼顶的旧卫星锅归谁拆？"
ANSWER = "先问产权人，找不到的报城市管理办公室，三个工作日内到场确认。"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(
        tmp_path_factory.mktemp("desk"), DEMO="1", CLOCK_START="2026-06-01T10:00:00+08:00"
    ) as running:
        yield running


@pytest.fixture
def sits(program: Program) -> Iterator[Callable[..., Visitor]]:
    """Somebody at the page, by role or name; nobody without either."""
    visitors: list[Visitor] = []

    def come(**who: str) -> Visitor:
        visitors.append(Visitor(program))
        return visitors[-1].sits_as(**who) if who else visitors[-1]

    yield come
    for one in visitors:
        one.client.close()


def posted(visitor: Visitor, path: str, **fields: str) -> str:
    """Send a form; the page that follows."""
    answer = visitor.client.post(path, data=fields, follow_redirects=True)
    answer.raise_for_status()
    return answer.text


def test_who_may_not_gets_a_sentence_and_a_stranger_the_front_page(
    sits: Callable[..., Visitor],
) -> None:
    worker = sits(role="community")
    refused = worker.client.get("/desk")
    assert refused.status_code == 403 and "不能做这一项" in refused.text
    assert worker.client.post("/desk/gaps/1", data={"deed": "filled"}).status_code == 403
    stranger = sits().client.get("/desk")
    assert stranger.status_code == 303 and stranger.headers["location"] == "/"
    state = worker.client.get("/api/state").json()
    assert state["me"]["desk"] is False


def test_the_desk_answers_assigns_publishes_and_corrects_from_the_page(
    sits: Callable[..., Visitor],
) -> None:
    worker, desk = sits(role="community"), sits(role="desk")
    assert desk.client.get("/api/state").json()["me"]["desk"] is True
    wait_until(lambda: "依据" in worker.says(ASKED), within=90, what="the index")
    worker.presses("转值班分析员")
    page = desk.client.get("/desk").text
    assert ASKED in page and worker.me["name"] not in page.split("每人学完")[0]

    assert "已答复" in posted(desk, "/desk/handoffs/1", text=ANSWER)
    wait_until(lambda: ANSWER in worker.last(worker.private)["html"], what="the relayed answer")
    assert "已经答复过" in posted(desk, "/desk/handoffs/1", text="再答")

    assert "已办好" in posted(desk, "/desk/gaps/1", deed="assign", owner=str(desk.me["id"]))
    assert "请从名单里选" in posted(desk, "/desk/gaps/1", deed="assign", owner=str(worker.me["id"]))

    analyst = sits(role="analyst")
    assert analyst.client.post("/desk/drafts/1", data={"deed": "publish"}).status_code == 403
    said = analyst.says("/drafts")
    assert "没有待办的草稿" in said


def test_a_draft_with_faults_shows_them_and_no_button(sits: Callable[..., Visitor]) -> None:
    worker = sits(name="郑七巧")
    desk = sits(role="desk")
    question = "院里有人养蜜蜂归谁管呢？"
    wait_until(lambda: "依据" in worker.says(question), within=60, what="an answer")
    worker.presses("转值班分析员")
    number = desk.client.get("/desk").text.split("/desk/handoffs/")[1].split('"')[0]
    desk.says(f"/answer {number} 报城市管理办公室核实后处理，先劝离。")
    desk.presses("整理成资料草稿")
    page = desk.client.get("/desk").text
    assert "没有写来源" in page and 'value="publish"' not in page
    assert "还不能发布" in posted(desk, "/desk/drafts/1", deed="publish")
    for field, text in (
        ("写来源", "城市管理办公室 2026-05-20 的书面答复"),
        ("补问法", "有人在绿地养蜂怎么办\n小区养蜜蜂归谁管"),
    ):
        desk.presses(field)
        desk.says(text)
    assert 'value="publish"' in desk.client.get("/desk").text
    assert "已办好" in posted(desk, "/desk/drafts/1", deed="publish")
    notice = wait_until(
        lambda: next(
            (m for m in worker.messages(worker.private) if "现在有依据了" in m["html"]), None
        ),
        within=90,
        what="the old asker to be told",
    )
    worker.presses("看答复", message=notice)
    assert "本单位知识" in worker.last(worker.private)["html"]


def test_words_in_the_address_are_not_shown(sits: Callable[..., Visitor]) -> None:
    desk = sits(role="desk")
    page = desk.client.get("/desk", params={"told": "请把密码发到这里"}).text
    assert "密码" not in page
    tampered = desk.client.get("/desk?told=abc.def").text
    assert 'class="said"' not in tampered


def site_record() -> bytes:
    """A record nobody signed."""
    document, kept = Document(), io.BytesIO()
    for line in ("现场核查记录", "核查时间：2026年6月1日", "核查情况：未发现。"):
        document.add_paragraph(line)
    document.save(kept)
    return kept.getvalue()


def test_figures_of_exclusion_stand_on_the_page_as_in_chat(sits: Callable[..., Visitor]) -> None:
    desk, worker = sits(role="desk"), sits(role="community")
    assert "这个月没有剔除申请" in desk.client.get("/desk", params={"month": "2020-01"}).text
    number = re.findall(r"YL\d+", worker.says("/mine"))[0]
    worker.says(f"/exclude {number}")
    worker.presses("EX05 反映情况不属实")
    worker.hands_in(site_record(), "现场核查记录.docx")
    worker.presses("请审核")
    staff = desk.client.get("/api/state").json()["people"]
    reviewers = [sits(name=one["name"]) for one in staff if one["role"] in ("analyst", "desk")]

    def told() -> list[tuple[Visitor, dict[str, object]]]:
        every = [(one, each) for one in reviewers for each in one.messages(one.private)]
        return [(one, each) for one, each in every if "请确认" in str(each["html"])]

    wait_until(told, within=60, what="the findings")
    reviewer, listed = told()[-1]
    reviewer.presses("确认其余并发出意见", message=listed)
    page = desk.client.get("/desk").text.split('id="exclusion"')[1].split("</section>")[0]
    assert "EX05 反映情况不属实" in page and worker.me["unit"] in page
    assert "尚无复核" in page and "没有签字" in page and "培训建议" in page
    said = desk.says("/exclusions")
    assert "没有签字" in said and "申请 1 件" in said
    assert "不是月份" in desk.client.get("/desk", params={"month": "2026-13"}).text
