"""Knowledge papers: front matter and sections, read with the markdown package."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

from indexer.documents import Paper, Section
from indexer.errors import IndexerError
from indexer.passages import PaperKind

_ASKED = "问法："
_DATE_KEYS = ("adopted_on", "effective_on", "repealed_on", "review_by")


class SectionTreeprocessor(Treeprocessor):
    """Walks the parsed page and gathers the text and the 问法 under each `##` heading."""

    def __init__(self, page: Markdown) -> None:
        super().__init__(page)
        self.sections: list[tuple[str, list[str], list[str]]] = []

    def run(self, root: Element) -> None:
        """Called by markdown once the inline marks are resolved."""
        self.sections = [("", [], [])]
        asking = False
        for block in root:
            if block.tag in ("h1", "h2"):
                self.sections.append((_text(block) if block.tag == "h2" else "", [], []))
                asking = False
                continue
            asking = self._take(block, asking=asking)

    def _take(self, block: Element, *, asking: bool) -> bool:
        """Add a block to the section; returns whether a list of 问法 may follow."""
        _, body, questions = self.sections[-1]
        lines = _lines(block)
        if block.tag == "p" and (at := _asked_from(lines)) is not None:
            body.extend(lines[:at])
            questions.extend(_bare(line) for line in lines[at + 1 :])
            return True
        if asking and block.tag in ("ul", "ol"):
            questions.extend(_bare(line) for line in lines)
            return True
        body.append("\n".join(lines))
        return False


class Sections(Extension):
    """Registers the walk after the inline marks (priority 20) are resolved."""

    walk: SectionTreeprocessor

    def extendMarkdown(self, md: Markdown) -> None:
        """Called by markdown."""
        self.walk = SectionTreeprocessor(md)
        md.treeprocessors.register(self.walk, "sections", 15)


def parse_paper(text: str, path: str) -> Paper:
    """A knowledge paper from its text.

    Raises:
        IndexerError: no front matter, no title, an unknown kind, or an impossible date.
    """
    sections = Sections()
    page = Markdown(extensions=["meta", "tables", sections])
    page.convert(text.replace("\r\n", "\n"))
    meta: dict[str, Any] = getattr(page, "Meta", {})
    front = {key: " ".join(values).strip() for key, values in meta.items()}
    _check(front, path)
    found = tuple(
        Section(heading, "\n\n".join(part for part in body if part), tuple(filter(None, asked)))
        for heading, body, asked in sections.walk.sections
        if any(body)
    )
    return Paper(path=path, front=front, sections=found)


def _check(front: dict[str, str], path: str) -> None:
    name = Path(path).name
    if not front.get("title"):
        raise IndexerError(
            f"资料 {name} 开头没有 title。", "请在文件开头两行 --- 之间写上 title、kind 等项。"
        )
    kinds = [str(kind) for kind in PaperKind]
    if front.get("kind", "policy") not in kinds:
        raise IndexerError(
            f"资料 {name} 的 kind 写的是“{front['kind']}”。", f"请改成 {'、'.join(kinds)} 之一。"
        )
    for key in _DATE_KEYS:
        if front.get(key):
            try:
                date.fromisoformat(front[key])
            except ValueError as error:
                raise IndexerError(
                    f"资料 {name} 的 {key} 写的是“{front[key]}”，不是日期。",
                    "请写成 2026-06-01 这样的日期，或留空。",
                ) from error


def _asked_from(lines: list[str]) -> int | None:
    return next((at for at, line in enumerate(lines) if line.strip() in (_ASKED, "问法:")), None)


def _bare(line: str) -> str:
    return line.strip().removeprefix("- ").removeprefix("* ").strip()


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _lines(block: Element) -> list[str]:
    """The lines of one block as a reader would write them in plain text."""
    if block.tag in ("ul", "ol"):
        ordered = block.tag == "ol"
        return [
            f"{at}. {_text(item)}" if ordered else f"- {_text(item)}"
            for at, item in enumerate(block, 1)
        ]
    if block.tag == "blockquote":
        return [f"> {line}" for part in block for line in _lines(part)]
    if block.tag == "table":
        return [" | ".join(_text(cell) for cell in row) for row in block.iter("tr")]
    return [line.strip() for line in _text(block).split("\n")]
