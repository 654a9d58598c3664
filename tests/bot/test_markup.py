"""Any text renders and splits; nothing but white space is lost; citations stay whole and early."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.markup import escape, in_parts, render, split
from bot.channels.rendered import Kind, Rendered, units, visible
from tests.fakes.botapi_checks import check_entities, check_text

FAMILY, FLAG = "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e8\U0001f1f3"
SIGNS = [
    "**",
    "`",
    "```",
    "```py\n",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "# ",
    "[",
    "](https://a.cn/x)",
    "\\",
]
WORDS = [
    "《北京市接诉即办工作条例》第十二条",
    "第3条",
    "办结。",
    "，",
    " ",
    "长" * 40,
    FAMILY,
    FLAG,
    "e\u0301",
]
MARKUP = st.sampled_from([*SIGNS, *WORDS])
LETTERS = st.text(st.characters(codec="utf-16"), max_size=30)
ANYTHING = st.lists(st.one_of(MARKUP, LETTERS), max_size=60).map("".join)
LIMITS = st.integers(min_value=2, max_value=120)


def bare(text: str) -> str:
    return "".join(character for character in text if visible(character))


@given(ANYTHING)
def test_whatever_is_written_telegram_takes_it(markdown: str) -> None:
    for part in in_parts(render(markdown)):
        marks = [
            {"type": str(m.kind), "offset": m.offset, "length": m.length, "url": m.url}
            for m in part.entities
        ]
        shown, _ = check_text(part.text, "", marks)
        assert shown == part.text.strip()


@given(ANYTHING, LIMITS)
def test_splitting_loses_nothing_but_white_space(markdown: str, limit: int) -> None:
    whole = render(markdown)
    parts = split(whole, limit)
    assert bare("".join(part.text for part in parts)) == bare(whole.text)
    assert all(0 < units(part.text) <= limit for part in parts)


@given(ANYTHING, LIMITS)
def test_marks_cover_the_same_characters_after_a_split(markdown: str, limit: int) -> None:
    whole = render(markdown)

    def marked(rendered: Rendered) -> list[tuple[str, str]]:
        return [
            (span.kind, character)
            for span in rendered.spans
            for character in rendered.text[span.start : span.end]
            if visible(character)
        ]

    for part in split(whole, limit):
        check_entities(
            part.text,
            [{"type": str(m.kind), "offset": m.offset, "length": m.length, "url": m.url or "https://a.cn"}
             for m in part.entities],
        )  # fmt: skip
    split_marks = sorted(mark for part in split(whole, limit) for mark in marked(part))
    assert split_marks == sorted(marked(whole))


@given(
    st.lists(
        st.sampled_from(["《北京市接诉即办工作条例》第十二条第二款", "甲" * 37, "。", "\n", "乙 "])
    )
)
@settings(max_examples=200)
def test_a_citation_is_never_cut_in_two(words: list[str]) -> None:
    whole = render("".join(words))
    parts = split(whole, 60)
    found = sum(
        len(re.findall("《北京市接诉即办工作条例》第十二条第二款", part.text)) for part in parts
    )
    assert found == words.count("《北京市接诉即办工作条例》第十二条第二款")


@given(ANYTHING)
def test_escaped_words_are_shown_as_they_were_written(text: str) -> None:
    line = text.replace("\n", " ").replace("\r", "")
    assert bare(render("诉求：" + escape(line)).text) == bare(
        render("诉求：").text + _as_shown(line)
    )


def _as_shown(line: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", line)


def test_a_citation_far_down_is_named_in_the_first_part_too() -> None:
    answer = "先联系再上门。\n\n" + "经过说明。" * 1200 + "\n\n依据《物业管理条例》第三十条。"
    first, *rest = in_parts(render(answer))
    assert "《物业管理条例》第三十条" in first.text
    assert "《物业管理条例》第三十条" in rest[-1].text
    assert first.units <= 4096


def test_a_short_answer_stays_one_message_without_a_note() -> None:
    parts = in_parts(render("三个工作日。《合同》第二条"))
    assert [part.text for part in parts] == ["三个工作日。《合同》第二条"]


def test_cuts_fall_between_paragraphs_when_they_can() -> None:
    parts = split(render("甲" * 60 + "\n\n" + "乙" * 60), 100)
    assert [part.text for part in parts] == ["甲" * 60, "乙" * 60]


def test_an_emoji_family_and_a_flag_are_not_torn() -> None:
    for sign in (FAMILY, FLAG):
        parts = split(render(sign * 40), 31)
        assert "".join(part.text for part in parts) == sign * 40
        assert all(len(part.text) % len(sign) == 0 for part in parts)


def test_a_text_of_five_thousand_characters_goes_out_in_two_parts() -> None:
    parts = in_parts(render("好" * 5000))
    assert [part.units for part in parts] == [4096, 904]


def test_half_a_surrogate_becomes_a_sign_a_chat_can_show() -> None:
    assert render("坏\ud83d字").text == "坏\ufffd字"


@pytest.mark.parametrize(
    ("markdown", "text", "kind", "covered"),
    [
        ("**要点**在前", "要点在前", Kind.BOLD, "要点"),
        ("工单 `20260601_01`", "工单 20260601_01", Kind.CODE, "20260601_01"),
        ("## 依据", "依据", Kind.BOLD, "依据"),
        ("> 第一行\n> 第二行", "第一行\n第二行", Kind.QUOTE, "第一行\n第二行"),
        ("```\na = 1\nb\n```", "a = 1\nb", Kind.PRE, "a = 1\nb"),
        ("[全文](https://zb.example.cn/a)", "全文", Kind.LINK, "全文"),
    ],
)
def test_our_markdown_becomes_marks(markdown: str, text: str, kind: Kind, covered: str) -> None:
    shown = render(markdown)
    assert shown.text == text
    assert [(s.kind, shown.text[s.start : s.end]) for s in shown.spans] == [(kind, covered)]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("- 一\n- 二", "• 一\n• 二"),
        ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
        ("没有**关上", "没有**关上"),
        ("```没有关上", "```没有关上"),
        ("[网页](/articles/3)", "网页"),
        ("[本机](http://127.0.0.1:8080/x)", "本机"),
        ("[坏](http://localhost/x)", "坏（http://localhost/x）"),
        ("snake_case_名", "snake_case_名"),
    ],
)
def test_what_is_no_markup_stays_as_it_is(markdown: str, text: str) -> None:
    assert render(markdown).text == text
