"""Which cases a word means: a topic, a place, a unit, a kind, else what stands in the title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select

from casedb.models import Case, CaseCount
from casedb.store import Session
from casedb.tally.grouping import Table
from casedb.tally.names import Names

TOPICS = ("topic_1", "topic_2", "topic_3")
# What people say, and how the classification calls it.
SAID = {
    "供暖": "供热", "暖气": "供热", "噪音": "噪声", "违建": "违法建设", "漏水": "渗漏",
    "欠薪": "拖欠工资", "讨薪": "拖欠工资", "电动车": "电动自行车", "停车难": "停车",
    "狗": "犬", "物业": "物业管理",
}  # fmt: skip

_ABOUT = re.compile(r"(?:类|方面|相关|渠道|来源|途径)?(?:的)?(?:问题|诉求)?$")


class Meaning(StrEnum):
    """Where a word was found."""

    TOPIC = "分类"
    COMMUNITY = "社区"
    UNIT = "承办单位"
    KIND = "诉求性质"
    SOURCE = "来源"
    TITLE = "标题"


_COLUMN = {
    Meaning.COMMUNITY: "community",
    Meaning.UNIT: "handling_unit",
    Meaning.KIND: "kind",
    Meaning.SOURCE: "source",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """A word and the values it means; a title has none and is searched for the word itself."""

    word: str
    meaning: Meaning
    values: tuple[str, ...] = ()

    def conditions(self, table: Table) -> tuple[ColumnElement[bool], ...]:
        """As conditions on cases or on their kept counts."""
        if self.meaning is Meaning.TOPIC:
            columns = [getattr(table, name) for name in TOPICS]
            return (or_(*(column.in_(self.values) for column in columns)),)
        if self.meaning is Meaning.TITLE:
            return (Case.title.contains(self.word, autoescape=True),)
        return (getattr(table, _COLUMN[self.meaning]).in_(self.values),)


def together(filters: Sequence[Filter], table: Table) -> tuple[ColumnElement[bool], ...]:
    """All words together: two communities, units, kinds or sources mean either (no case has both)."""
    out: list[ColumnElement[bool]] = []
    for meaning in Meaning:
        found = [
            one for each in filters if each.meaning is meaning for one in each.conditions(table)
        ]
        out += [or_(*found)] if meaning in _COLUMN and len(found) > 1 else found
    return tuple(out)


def meant(s: Session, words: tuple[str, ...], names: Names) -> tuple[Filter, ...]:
    """What each word means, by the values that the records hold."""
    return tuple(_meant(s, word, names) for word in words)


def _meant(s: Session, word: str, names: Names) -> Filter:
    known = {meaning: _values(s, (column,)) for meaning, column in _COLUMN.items()}
    topics = _values(s, TOPICS)
    for meaning, values in known.items():
        if exact := _same(word, values, names):
            return Filter(word, meaning, exact)
    bare = _ABOUT.sub("", word) or word
    for spoken in (word, SAID.get(word, word), bare, SAID.get(bare, bare)):
        if found := tuple(one for one in topics if spoken in one):
            return Filter(word, Meaning.TOPIC, found)
    for meaning, values in known.items():
        if len(bare) >= 2 and (found := tuple(one for one in values if bare in one)):
            return Filter(word, meaning, found)
    return Filter(word, Meaning.TITLE)


def _same(word: str, values: tuple[str, ...], names: Names) -> tuple[str, ...]:
    wanted = names.every(names.present(word))
    return tuple(one for one in values if one in wanted)


def _values(s: Session, columns: tuple[str, ...]) -> tuple[str, ...]:
    found: set[str] = set()
    for name in columns:
        found.update(
            str(one) for one in s.scalars(select(getattr(CaseCount, name)).distinct()) if one
        )
    return tuple(sorted(found))
