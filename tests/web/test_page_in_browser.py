"""The chat page in a real browser: talk, press, read an article, see a push arrive, on a phone too."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from tests.fakes.program import Program

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="没有 Chromium 浏览器；安装 Debian 的 chromium 包后会运行"
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The sample on Monday 2026-06-01 at 08:20, ten minutes in a real one... a minute in two seconds."""
    with Program(
        tmp_path_factory.mktemp("page"),
        DEMO="1",
        CLOCK_START="2026-06-01T08:20:00+08:00",
        CLOCK_RATE="60",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def page(program: Program, browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1200, "height": 800}, locale="zh-CN")
    opened = context.new_page()
    opened.complaints = []
    opened.on(
        "console",
        lambda said: opened.complaints.append(said.text) if said.type == "error" else None,
    )
    opened.goto(program.url)
    yield opened
    context.close()


def sit(page: Any, unit: str = "专班") -> None:
    page.locator("#sample button", has_text=unit).first.click()
    page.locator("body[data-ready=yes]").wait_for(state="attached")  # past talk is shown too


def say(page: Any, text: str) -> Any:
    """Type into the private talk and wait for the answer."""
    pane = page.locator(".pane").first
    before = pane.locator(".message.bot").count()
    pane.locator("textarea").fill(text)
    pane.locator("textarea").press("Enter")
    answer = pane.locator(".message.bot").nth(before)
    answer.wait_for(timeout=15_000)
    return answer


def test_a_question_is_answered_and_its_article_opens(page: Any) -> None:
    sit(page)
    answer = say(page, "这个单子不归我们单位管，能退回去吗？")
    assert "《北京市接诉即办工作条例》" in answer.inner_text()
    pane = page.locator(".pane").first
    count = pane.locator(".message.bot").count()
    answer.locator(".buttons button", has_text="全文").first.click()
    article = pane.locator(".message.bot").nth(count)
    article.wait_for(timeout=15_000)
    assert "条" in article.inner_text()
    assert page.complaints == []


def test_words_typed_by_a_visitor_never_become_markup(page: Any) -> None:
    sit(page)
    say(page, "<img src=x onerror=alert(1)> **粗** 这是什么")
    own = page.locator(".pane").first.locator(".message.mine", has_text="<img").last
    assert own.locator("img").count() == 0
    assert "<img" in own.inner_text()


def test_the_sample_group_receives_the_morning_ledger_live(page: Any) -> None:
    sit(page)
    group = page.locator(".pane", has_text="样例街道接诉即办工作群")
    ledger = group.locator(".message.bot", has_text="台账").first
    ledger.wait_for(timeout=40_000)
    group.locator("img").first.wait_for(timeout=10_000)


def test_it_fits_a_phone(program: Program, browser: Any, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True)
    page = context.new_page()
    page.goto(program.url)
    sit(page)
    say(page, "遛狗不牵绳怎么处理？")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert page.locator("#tabs button").count() >= 2
    page.locator("#tabs button").nth(1).click()
    assert page.locator(".pane.shown").count() == 1
    context.close()


def word_file(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_materials_are_handed_in_on_the_page_several_at_once_and_reviewed(page: Any) -> None:
    sit(page, "甲一社区")
    listed = say(page, "我的工单")
    tail = re.search(r"YL\d{13}", listed.inner_text())
    assert tail, listed.inner_text()
    chosen = say(page, f"/exclude {tail[0]}")
    pane = page.locator(".pane").first
    count = pane.locator(".message.bot").count()
    chosen.locator(".buttons button", has_text="EX05").click()
    pane.locator(".message.bot").nth(count).wait_for(timeout=15_000)
    record = word_file("现场核查记录", f"工单编号：{tail[0]}", "核查情况：未发现所反映的情况。")
    proof = word_file("证明", "兹证明未发现所反映的情况。", "甲一物业（公章）")
    pane.locator("input[type=file]").set_input_files(
        [
            {"name": "现场核查记录.docx", "mimeType": "application/octet-stream", "buffer": record},
            {"name": "物业证明.docx", "mimeType": "application/octet-stream", "buffer": proof},
        ]
    )
    answer = pane.locator(".message.bot", has_text="看起来齐了").last
    answer.wait_for(timeout=20_000)
    assert "现场核查记录.docx" in answer.inner_text()
    assert "物业证明.docx" in answer.inner_text()
    answer.locator(".buttons button", has_text="请审核").click()
    found = pane.locator(".message.bot", has_text="第 1 轮审核").last
    found.wait_for(timeout=30_000)
    assert "没有签字" in found.inner_text()
    assert page.complaints == []
