"""Papers of the unit: put into the format of knowledge/, checked, written where the index reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.materials.lawbook import LawBook
from bot.materials.reviewing import open_lawbook
from bot.rooms import Rooms
from bot.wording import drafts as wording
from casedb.days import beijing_day
from casedb.exclusion.pieces import LawState
from casedb.learning.drafts import DraftRecord
from casedb.privacy import mask
from indexer import numerals, paper_faults
from indexer.chunks import sections_of
from indexer.documents import Paper, Section
from indexer.errors import IndexerError
from indexer.papers import parse_paper
from indexer.passages import PaperKind

REVIEW_AFTER = timedelta(days=365)
SHORTEST = 10  # characters of a body that says anything
FIRST_HEADING = "怎么办"
_NO_SOURCE = re.compile(r"^(?:无|没有|不知道|不清楚|暂无|略|待补|待定|同上|none|-+)?[。.]?$", re.I)
_MASKED = re.compile(r"\d{2,4}\*{3,}\d{0,4}|某(?:先生|女士|某)|[\u4e00-\u9fff]\*{1,3}|\*{3,}")
_CITED = re.compile(rf"《([^《》]{{2,40}})》(?:（[^（）]*）)?({numerals.ARTICLE})")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Body:
    """The sections of a draft, easy to change one by one."""

    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """Every 问法 of the draft."""
        return tuple(asked for section in self.sections for asked in section.questions)

    def text(self) -> str:
        """As Markdown in the format of knowledge/."""
        return "\n\n".join(_section_text(one) for one in self.sections) + "\n"

    def asked_too(self, lines: Sequence[str]) -> Body:
        """With more 问法 under the first section; those it has are not taken twice."""
        if not self.sections:
            return self
        known = {paper_faults.bare(one) for one in self.questions}
        fresh = [one for line in lines if (one := _question(line))]
        new = {paper_faults.bare(one): one for one in fresh if paper_faults.bare(one) not in known}
        first = self.sections[0]
        grown = replace(first, questions=(*first.questions, *new.values()))
        return Body((grown, *self.sections[1:]))

    def rewritten(self, text: str) -> Body:
        """With another text; 问法 that the new text does not bring are kept."""
        new = body_of(text)
        if new.questions or not new.sections:
            return new
        return Body((replace(new.sections[0], questions=self.questions), *new.sections[1:]))


def _question(line: str) -> str:
    return re.sub(r"^\s*(?:[-*•]|\d+[.、)）])\s*", "", line).strip()


def _section_text(section: Section) -> str:
    asked = "".join(f"- {one}\n" for one in section.questions)
    body = f"## {section.heading or FIRST_HEADING}\n\n{section.text.strip()}"
    return f"{body}\n\n问法：\n\n{asked}".rstrip() if asked else body


def body_of(text: str) -> Body:
    """The sections of what somebody typed; without headings it is one section."""
    said = text if re.search(r"^##\s", text, re.M) else f"## {FIRST_HEADING}\n\n{text}"
    paper = parse_paper(f"---\ntitle: 草稿\nkind: local\n---\n\n{said}", "draft.md")
    return Body(paper.sections)


def body_from(answer: str, asked: Sequence[str]) -> Body:
    """The body made from an analyst's answer and the ways it was asked."""
    body = body_of(answer)
    return Body(body.sections).asked_too(asked)


def paper_text(draft: DraftRecord, *, on: date, publisher: str) -> str:
    """The whole file; `on` is the Beijing date of publication."""
    front = {
        "title": draft.title,
        "kind": str(PaperKind.LOCAL),
        "issuer": f"{draft.author}（{draft.author_unit}）",
        "place": "北京",
        "version": on.isoformat(),
        "source": " ".join(draft.source.split()),
        "confidence": f"本单位编写，{publisher}审定",
        "review_by": (on + REVIEW_AFTER).isoformat(),
        "access": "staff",
    }
    lines = "\n".join(f"{key}: {value}" for key, value in front.items())
    return f"---\n{lines}\n---\n\n# {draft.title}\n\n{draft.text.strip()}\n"


def faults(rooms: Rooms, draft: DraftRecord, now: datetime) -> tuple[str, ...]:
    """Why it cannot be published yet, one Chinese sentence each; empty when it can."""
    found = []
    if _NO_SOURCE.match(draft.source.strip()):
        found.append(wording.NO_SOURCE)
    try:
        paper = parse_paper(
            paper_text(draft, on=beijing_day(now), publisher="专班"), f"{draft.title}.md"
        )
    except IndexerError as wrong:
        return (*found, f"{wrong.what}{wrong.fix}")
    unwritten = wording.BODY_TO_WRITE in draft.text
    if unwritten or sum(len(one.text) for one in paper.sections) < SHORTEST:
        found.append(wording.TOO_SHORT)
    found += _format_faults(paper)
    found += personal_faults("\n".join((draft.title, draft.text, draft.source)))
    found += _title_faults(rooms, draft)
    found += _citation_faults(open_lawbook(rooms.settings, rooms.index), draft, beijing_day(now))
    return tuple(dict.fromkeys(found))


def _format_faults(paper: Paper) -> Iterator[str]:
    passages = sections_of(paper)
    checks = (
        *paper_faults.front_faults(paper),
        *paper_faults.date_faults(paper),
        *paper_faults.question_faults(passages),
        *paper_faults.personal_faults(passages),
    )
    for one in checks:
        if one.section != "source":  # said already, and better
            yield wording.FAULT.format(section=one.section, what=one.what)


def personal_faults(text: str) -> Iterator[str]:
    """What the records would mask, and what was masked already and helps nobody."""
    for line in text.splitlines():
        plain = _BOLD.sub(r"\1", line.strip().removeprefix("- "))
        if hidden := _MASKED.search(plain):
            yield wording.MASKED.format(part=hidden[0], line=plain[:30])
        elif mask(plain) != plain:
            yield wording.PERSONAL.format(line=plain[:40], masked=mask(plain)[:40])


def _title_faults(rooms: Rooms, draft: DraftRecord) -> Iterator[str]:
    """A title that another paper bears would make two papers look like one."""
    try:
        same = rooms.index.current().paper(draft.title)
    except IndexerError:
        return
    for passage in same[:1]:
        if passage.title == draft.title and passage.kind is not PaperKind.LOCAL:
            yield wording.TITLE_TAKEN.format(title=draft.title)


def _citation_faults(laws: LawBook, draft: DraftRecord, on: date) -> Iterator[str]:
    """Articles that do not exist or no longer hold; what is not known is not claimed."""
    for cited in _CITED.finditer(draft.text + draft.source):
        title, article = cited[1], cited[2]
        standing = laws.standing(title, article, on)
        if standing.state in (LawState.NO_LAW, LawState.NO_ARTICLE):
            yield wording.NO_ARTICLE.format(title=title, article=article)
        elif standing.state is LawState.REPEALED:
            yield wording.REPEALED.format(title=title, article=article, why=standing.note)


def path_of(rooms: Rooms, draft: DraftRecord) -> Path:
    """Where the paper lies once published; a new title keeps the name, passages keep their ids."""
    for known in rooms.settings.own_papers_dir.glob(f"{draft.id:04d}-*.md"):
        return known
    name = re.sub(r"[^\w\u4e00-\u9fff（）()-]", "", draft.title)[:40]
    return rooms.settings.own_papers_dir / f"{draft.id:04d}-{name}.md"


def write(rooms: Rooms, draft: DraftRecord, now: datetime, *, publisher: str) -> Path:
    """Put the paper where the index reads it, whole or not at all."""
    path = path_of(rooms, draft)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    text = paper_text(draft, on=beijing_day(now), publisher=publisher)
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)
    return path


def remove(rooms: Rooms, draft: DraftRecord) -> None:
    """Take a paper away from where the index reads."""
    for path in rooms.settings.own_papers_dir.glob(f"{draft.id:04d}-*.md"):
        path.unlink()
