"""The lessons of knowledge/training as they are taught: pages, a practice, a quiz with its rule."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.settings import Settings
from indexer import numerals
from indexer.documents import Paper, Section
from indexer.errors import IndexerError
from indexer.passages import PaperKind
from indexer.readers import read_paper

PRACTICE, QUIZ = "练习", "小测"
LETTERS = "ABCD"
_NUMBER = re.compile(r"第([零〇一二三四五六七八九十百0-9]+)课")
_ITEM = re.compile(
    r"题[：:]\s*(.+?)\s*选项[：:]\s*(.+?)\s*答案[：:]\s*([A-D])(?:\s*依据[：:]\s*(.+))?$"
)
_CHOICE = re.compile(r"\s*([A-D])[.．、]\s*")
_BASIS = re.compile(rf"《([^《》]+)》\s*({numerals.ARTICLE})")


@dataclass(frozen=True, slots=True)
class Quiz:
    """One question with its choices; `basis` is the paper and article it rests on."""

    question: str
    choices: tuple[str, ...]
    answer: str  # A, B, C …
    basis: tuple[str, str] | None

    @property
    def right_choice(self) -> str:
        """The right answer in words."""
        return self.choices[LETTERS.index(self.answer)]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson. `sections` are what is read, without practice and quiz."""

    number: int
    title: str
    topics: str
    sections: tuple[Section, ...]
    practice: str
    quiz: tuple[Quiz, ...]

    @property
    def short(self) -> str:
        """三件必须做的事"""
        return re.sub(r"^培训?第.+?课[：:]?", "", self.title) or self.title

    @property
    def basis(self) -> tuple[tuple[str, str], ...]:
        """The articles it rests on, each once."""
        return tuple(dict.fromkeys(one.basis for one in self.quiz if one.basis))

    @property
    def about(self) -> str:
        """What it is about, in a few words for comparing."""
        first = self.sections[0].text if self.sections else ""
        return f"{self.short}。{self.topics}。{first}"


def lessons(settings: Settings) -> tuple[Lesson, ...]:
    """Every lesson in the order of its number; a paper that cannot be read is left out."""
    folder = settings.knowledge_dir / "training"
    files = sorted(folder.glob("*.md")) if folder.is_dir() else []
    return _read(tuple((file, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> tuple[Lesson, ...]:
    found: list[Lesson] = []
    for file, _ in files:
        try:
            paper = read_paper(file)
        except IndexerError:
            continue  # `zhiban index check` names it
        if paper.front.get("kind") == PaperKind.LESSON:
            found.append(_lesson(paper, len(found) + 1))
    return tuple(sorted(found, key=lambda one: (one.number, one.title)))


def _lesson(paper: Paper, place: int) -> Lesson:
    said = _NUMBER.search(paper.title)
    number = numerals.parse(said[1]) if said else None
    practice = next((one.text for one in paper.sections if one.heading == PRACTICE), "")
    quiz = next((one.text for one in paper.sections if one.heading == QUIZ), "")
    read = [one for one in paper.sections if one.heading not in (PRACTICE, QUIZ) and one.heading]
    return Lesson(
        number=number or 100 + place,
        title=paper.title,
        topics=paper.front.get("topics", "").replace("；", "、"),
        sections=tuple(read),
        practice=re.sub(rf"^{PRACTICE}[：:]\s*", "", practice.strip()),
        quiz=tuple(one for line in quiz.splitlines() if (one := quiz_of(line))),
    )


def quiz_of(line: str) -> Quiz | None:
    """A line 题：… 选项：A. … B. … 答案：B 依据：《…》第N条; None when it is no such line."""
    found = _ITEM.search(line.strip())
    if found is None:
        return None
    parts = _CHOICE.split(found[2])
    letters, choices = parts[1::2], [one.strip() for one in parts[2::2]]
    if letters != list(LETTERS[: len(letters)]) or found[3] not in letters:
        return None
    basis = _BASIS.search(found[4] or "")
    article = re.sub(r"\s", "", basis[2]) if basis else ""
    return Quiz(found[1], tuple(choices), found[3], (basis[1], article) if basis else None)


def lesson_of(settings: Settings, number: int) -> Lesson | None:
    """The lesson with this number."""
    return next((one for one in lessons(settings) if one.number == number), None)
