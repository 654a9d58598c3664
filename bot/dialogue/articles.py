"""The full article behind a citation: /article, and the button 全文."""

from __future__ import annotations

import re

from bot.dialogue import quoting
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn, toast
from bot.wording import handoffs as wording
from casedb.beijing import beijing
from indexer import numerals
from indexer.passages import Passage

_SAID = re.compile(rf"^\s*《?(?P<title>.+?)》?\s*(?P<article>{numerals.ARTICLE}|\d+条?)\s*$")


def show(turn: Turn, argument: str) -> Reply:
    """/article TITLE 第N条"""
    said = _SAID.match(argument)
    if said is None:
        return Reply(wording.ARTICLE_USAGE)
    index = turn.rooms.index.current()
    today = beijing(turn.now).date()
    title, article = said["title"].strip("《》 "), said["article"]
    found = index.article(title, article, as_of=today) or index.article(title, article)
    if found is None or found.access not in turn.reader.access:
        return Reply(wording.ARTICLE_MISSING.format(title=title, article=article))
    return whole(turn, found)


def pressed(turn: Turn, data: str) -> Reply:
    """art:<passage>"""
    found = turn.rooms.index.current().passage(data)
    if found is None or found.access not in turn.reader.access:
        return toast(wording.ARTICLE_GONE)
    return whole(turn, found)


def whole(turn: Turn, passage: Passage) -> Reply:
    """The passage with its citation and source."""
    line = quoting.citation_line(passage, beijing(turn.now).date())
    source = f"\n\n来源：{passage.source}" if passage.source else ""
    return Reply(f"**{line}**\n{passage.text.strip()}{source}")
