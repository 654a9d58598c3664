"""knowledge/rules/exclusion.toml -> frozen exclusion rules; the file an admin puts in wins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from casedb.errors import CasedbError
from casedb.rules import toml_file
from casedb.rules.dated import UNCONFIRMED
from casedb.rules.toml_file import TomlFile

Patterns = tuple[re.Pattern[str], ...]
FLAGS = (
    "window", "ours", "photo", "law", "phones", "earlier", "number", "voice", "issued",
)  # fmt: skip
SIGN_WORDS = ("", "must", "some")
WORD = re.compile(r"\{([\u4e00-\u9fff]+)\}")


@dataclass(frozen=True, slots=True)
class PaperRule:
    """How a paper (材料) is known and what it must show.

    `seal`, `signature`, `date` are "must" or ""; `signed` "some" wants a seal or a signature.
    `window`: its times lie between dispatch and deadline. `ours`: the unit writes it itself.
    """

    id: str
    name: str
    names: Patterns
    seal: str = ""
    signature: str = ""
    signed: str = ""
    date: str = ""
    flags: frozenset[str] = frozenset()

    def has(self, flag: str) -> bool:
        """Whether a flag of the file is set for it."""
        return flag in self.flags


@dataclass(frozen=True, slots=True)
class Category:
    """One class of exclusion (剔除类别); each group of `papers` needs one of its papers."""

    id: str
    name: str
    basis: str
    papers: tuple[tuple[str, ...], ...]
    signals: Patterns
    image: bool = False
    calls: bool = False
    after_due: bool = False


@dataclass(frozen=True, slots=True)
class Opposite:
    """Two statements of one thing that cannot both hold."""

    topic: str
    yes: Patterns
    no: Patterns


@dataclass(frozen=True, slots=True)
class CallRule:
    """How often and how spread a complainant must have been called."""

    at_least: int = 3
    periods: int = 2
    minutes_apart: int = 60


@dataclass(frozen=True, slots=True)
class PhotoRule:
    """When a photograph is too blurred (variance of the Laplacian), too dark or burnt out (grey)."""

    blurred_below: float = 60.0
    dark_below: float = 45.0
    bright_above: float = 245.0


@dataclass(frozen=True, slots=True)
class ExclusionRules:
    """Everything a review goes by, with the version that is stored beside each review."""

    papers: tuple[PaperRule, ...]
    categories: tuple[Category, ...]
    opposites: tuple[Opposite, ...]
    leading_asks: Patterns
    leading_except: Patterns
    calls: CallRule
    photo: PhotoRule
    version: str
    effective_from: date | None
    source: str
    confirmed_by: str

    @property
    def note(self) -> str:
        """What every output says until somebody has confirmed the rules by name."""
        return "" if self.confirmed_by else UNCONFIRMED

    def paper(self, paper_id: str) -> PaperRule:
        """The rule of one paper."""
        return next(one for one in self.papers if one.id == paper_id)

    def category(self, said: str) -> Category:
        """The category with this code or name.

        Raises:
            CasedbError: there is none; the message lists them.
        """
        wanted = said.strip().upper()
        for one in self.categories:
            if wanted == one.id or said.strip() == one.name:
                return one
        known = "、".join(f"{one.id} {one.name}" for one in self.categories)
        raise CasedbError(f"没有剔除类别“{said[:20]}”。", f"请用其中之一：{known}。")

    def wanted(self, category: Category) -> tuple[str, ...]:
        """The papers of a category in words, alternatives joined by 或."""
        return tuple("或".join(self.paper(one).name for one in group) for group in category.papers)


def load_exclusion(folder: Path, own: Path | None = None) -> ExclusionRules:
    """Read `exclusion.toml`; a file of that name below `own` replaces the shipped one.

    Raises:
        RuleBroken: an entry is impossible; file, line and entry are named.
    """
    replaced = own / "exclusion.toml" if own else None
    path = replaced if replaced and replaced.is_file() else folder / "exclusion.toml"
    return read_exclusion(toml_file.read(path))


def read_exclusion(file: TomlFile) -> ExclusionRules:
    """The rules of a parsed file, checked.

    Raises:
        RuleBroken: naming the entry.
    """
    papers = tuple(_paper(file, line, entry) for line, entry in file.tables("paper"))
    known = {one.id for one in papers}
    calls, photo = file.content.get("calls", {}), file.content.get("photo", {})
    leading = file.content.get("leading", {})
    begins = file.content.get("effective_from")
    categories = tuple(_category(file, at, one, known) for at, one in file.tables("category"))
    if not papers or not categories:
        problem = "没有写一种材料（[[paper]]）" if not papers else "没有写一个类别（[[category]]）"
        raise file.broken("exclusion", problem, "请照随附的 exclusion.toml 补上。")
    return ExclusionRules(
        papers=papers,
        categories=categories,
        opposites=tuple(_opposite(file, at, one) for at, one in file.tables("opposite")),
        leading_asks=_patterns(file, 0, "leading", leading.get("asks", [])),
        leading_except=_patterns(file, 0, "leading", leading.get("except", [])),
        calls=CallRule(*(_whole(file, calls, name) for name in CallRule.__slots__)),
        photo=PhotoRule(*(_number(file, photo, name) for name in PhotoRule.__slots__)),
        version=str(file.content.get("version", "")),
        effective_from=begins if isinstance(begins, date) else None,
        source=str(file.content.get("source", "")),
        confirmed_by=str(file.content.get("confirmed_by", "")),
    )


def _paper(file: TomlFile, line: int, entry: dict[str, Any]) -> PaperRule:
    name = _text(file, line, entry, "id")
    signs = {key: str(entry.get(key, "")) for key in ("seal", "signature", "signed", "date")}
    if any(word not in SIGN_WORDS for word in signs.values()):
        raise file.broken(
            name, "盖章、签字、日期的要求写法不对", '请写 "must" 或 "some"。', line=line
        )
    return PaperRule(
        id=name,
        name=_text(file, line, entry, "name"),
        names=_patterns(file, line, name, entry.get("names", [])),
        flags=frozenset(flag for flag in FLAGS if entry.get(flag) is True),
        **signs,
    )


def _category(file: TomlFile, line: int, entry: dict[str, Any], known: set[str]) -> Category:
    name = _text(file, line, entry, "id")
    groups = tuple(tuple(str(one) for one in group) for group in entry.get("papers", []))
    unknown = sorted({one for group in groups for one in group} - known)
    if unknown or not groups:
        problem = f"没有定义的材料：{'、'.join(unknown)}" if unknown else "没有写要交什么材料"
        raise file.broken(name, problem, "请写 [[paper]] 里有的 id。", line=line)
    return Category(
        id=name.upper(),
        name=_text(file, line, entry, "name"),
        basis=str(entry.get("basis", "")),
        papers=groups,
        signals=_patterns(file, line, name, entry.get("signals", [])),
        image=entry.get("image") is True,
        calls=entry.get("calls") is True,
        after_due=entry.get("after_due") is True,
    )


def _opposite(file: TomlFile, line: int, entry: dict[str, Any]) -> Opposite:
    topic = _text(file, line, entry, "topic")
    return Opposite(
        topic,
        _patterns(file, line, topic, entry.get("yes", [])),
        _patterns(file, line, topic, entry.get("no", [])),
    )


def _text(file: TomlFile, line: int, entry: dict[str, Any], key: str) -> str:
    said = entry.get(key)
    if not isinstance(said, str) or not said.strip():
        raise file.broken(str(entry.get("id", key)), f"缺少 {key}", "请补上再试。", line=line)
    return said.strip()


def _patterns(file: TomlFile, line: int, entry: str, said: Any) -> Patterns:
    """Regular expressions; {诉求人} stands for every word the table [words] gives for it."""
    words = file.content.get("words", {})

    def known(found: re.Match[str]) -> str:
        if found[1] not in words:
            problem, fix = f"没有定义的词 {found[0]}", "请在 [words] 里写上，或去掉花括号。"
            raise file.broken(entry, problem, fix, line=line)
        return f"(?:{words[found[1]]})"

    try:
        return tuple(re.compile(WORD.sub(known, str(one))) for one in said)
    except (re.error, TypeError) as wrong:
        raise file.broken(
            entry, f"正则写法不对（{wrong}）", "请检查括号和方括号。", line=line
        ) from wrong


def _whole(file: TomlFile, table: dict[str, Any], key: str) -> int:
    value = table.get(key, getattr(CallRule(), key))
    if type(value) is not int or value < 0:
        raise file.broken(f"calls.{key}", "应当是不小于 0 的整数", "请改成例如 3。")
    return value


def _number(file: TomlFile, table: dict[str, Any], key: str) -> float:
    value = table.get(key, getattr(PhotoRule(), key))
    if type(value) not in (int, float) or value < 0:
        raise file.broken(f"photo.{key}", "应当是不小于 0 的数", "请改成例如 60.0。")
    return float(value)
