"""The full article behind a citation: /article, and the button 全文."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from bot.dialogue.answering import quoting
from bot.dialogue.answering.answers import is_rule
from bot.dialogue.talk import Reply
from bot.dialogue.turn import Turn, toast
from bot.materials.lawbook import load_counts
from bot.wording import answers
from bot.wording import handoffs as wording
from casedb.beijing import beijing
from indexer import numerals
from indexer.passages import PaperKind, Passage, Standing
from indexer.search import Index

WHOLE_PAPERS = (PaperKind.TECHNIQUE, PaperKind.CASE)  # short; one section alone helps little

_SAID = re.compile(rf"^\s*《?(?P<title>.+?)》?\s*(?P<article>{numerals.ARTICLE}|\d+条?)\s*$")

_NAMED = re.compile(
    r"《?(?P<title>[\u4e00-\u9fff（）()\d-]{0,24}(?:条例|办法|规定|意见|解释|法典|法))》?(?:的|里的?|中的?|上的?)?\s*$"
)


def not_held(index: Index, question: str, rules: Path, today: date) -> str:
    """That an article asked for by number does not exist, or is not among ours; "" otherwise."""
    for at, key in numerals.articles_asked(question):
        named = _NAMED.search(question[:at])
        if named is None:
            continue
        paper = _in_force(index, named["title"], today)
        article = numerals.article_name(key)
        if not paper or index.article(paper[0].title, article, as_of=today):
            continue
        title = paper[0].title
        counted = load_counts(rules).get(title.removeprefix("中华人民共和国"))
        last = counted.articles if counted else 0
        if last and key[0] > last:
            return answers.NO_SUCH_ARTICLE.format(title=title, last=last, article=article)
        return answers.ARTICLE_NOT_HELD.format(title=title, article=article)
    return ""


def _in_force(index: Index, said: str, today: date) -> tuple[Passage, ...]:
    """The paper in force whose name, or short name, ends what was said."""
    for begin in range(len(said) - 1):
        found = [
            one
            for one in index.paper(said[begin:])
            if one.standing(today) is Standing.IN_FORCE and one.article
        ]
        if found:
            return tuple(found)
    return ()


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
    """The article with its citation and source; of a guide all sections."""
    today = beijing(turn.now).date()
    source = f"\n\n来源：{passage.source}" if passage.source else ""
    if passage.kind in WHOLE_PAPERS:
        return Reply(f"{_guide(turn, passage, today)}{source}")
    digest = f"\n\n{answers.DIGEST}" if is_rule(passage) and not passage.verbatim else ""
    line = quoting.citation_line(passage, today)
    return Reply(f"**{line}**\n{passage.text.strip()}{digest}{source}")


def _guide(turn: Turn, passage: Passage, today: date) -> str:
    """Every section of the paper in order."""
    paper = turn.rooms.index.current().paper(passage.title)
    sections = [
        one
        for one in paper
        if one.path == passage.path and one.heading and one.access in turn.reader.access
    ]
    if len(sections) < 2:
        return f"**{quoting.citation_line(passage, today)}**\n{passage.text.strip()}"
    facts = quoting.citation_line(passage, today).rpartition("（")[2]
    head = f"**《{passage.title}》（{facts}**"
    return "\n\n".join([head, *(f"**{one.heading}**\n{one.text.strip()}" for one in sections)])
