"""From files and folders to passages: which files count, what each holds, what cannot be read."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

from indexer.chunks import passages_of, sections_of
from indexer.encoding import decode
from indexer.errors import IndexerError
from indexer.further import beside, joined, without_place
from indexer.papers import parse_paper
from indexer.passages import PaperKind, Passage
from indexer.pdftext import Ocr
from indexer.readers import KNOWN_SUFFIXES, document_from, read_further, read_whole
from indexer.record import Problem, Source

_NOT_PAPERS = ("readme.md",)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be indexed and the name it goes by in the index."""

    file: Path
    path: str  # below the folder it was found in, that folder's name first


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything read from the sources."""

    passages: tuple[Passage, ...]
    sources: tuple[Source, ...]
    problems: tuple[Problem, ...]


def source_files(sources: Sequence[Path]) -> list[SourceFile]:
    """All files that count, in a fixed order; a folder gives what lies below it.

    Raises:
        IndexerError: a source that is neither a file nor a folder.
    """
    found: dict[str, SourceFile] = {}
    for source in sources:
        if source.is_dir():
            for file in sorted(source.rglob("*")):
                if file.is_file() and _counts(file, source):
                    path = f"{source.name}/{file.relative_to(source).as_posix()}"
                    found.setdefault(path, SourceFile(file, path))
        elif source.is_file():
            found.setdefault(source.name, SourceFile(source, source.name))
        else:
            raise IndexerError(f"找不到资料文件夹或文件 {source}。", "请检查路径后再试。")
    return list(found.values())


def _counts(file: Path, root: Path) -> bool:
    parts = file.relative_to(root).parts
    hidden = any(part.startswith((".", "~$")) for part in parts)
    known = file.suffix.lower() in KNOWN_SUFFIXES
    return known and not hidden and file.name.lower() not in _NOT_PAPERS


def digests(sources: Sequence[Path]) -> dict[str, str]:
    """Path -> sha256 of every file that counts; a file that cannot be read gives ""."""
    found = {}
    for source in source_files(sources):
        try:
            content = read_whole(source.file)
            found[source.path] = _digest(content, _further(content, source.file))
        except IndexerError:
            found[source.path] = ""
    return found


def gather(sources: Sequence[Path], ocr: Ocr | None = None) -> Gathered:
    """Read every file; one that cannot be read is told as a problem and left out."""
    read: list[tuple[Source, list[Passage]]] = []
    problems = []
    for source in source_files(sources):
        digest = ""
        try:
            content = read_whole(source.file)
            further = _further(content, source.file)
            digest = _digest(content, further)
            passages, notes = read_passages(content, source, ocr, further)
            problems += [Problem(source.path, note + "。", "请换成完整的文件。") for note in notes]
            problems += _misplaced(content, further, source)
        except IndexerError as error:
            problems.append(Problem(source.path, error.what, error.fix))
            passages = []
        read.append((Source(source.path, digest, len(passages)), passages))
    settled, doubts = settle_versions([passages for _, passages in read])
    return Gathered(
        tuple(passage for passages in settled for passage in passages),
        tuple(source for source, _ in read),
        tuple(problems + doubts),
    )


def read_passages(
    content: bytes, source: SourceFile, ocr: Ocr | None = None, further: bytes = b""
) -> tuple[list[Passage], tuple[str, ...]]:
    """The passages of one file: a knowledge paper when it opens with front matter.

    `further` is the content of the file with more 问法 beside a paper.
    """
    if _is_paper(content, source.file):
        text = decode(content, source.file.name)
        more = decode(further, beside(source.file).name)
        paper = parse_paper(joined(text, more), source.path)
        return sections_of(paper), ()
    document = document_from(content, source.file, None, ocr)
    return passages_of(replace(document, path=source.path)), document.notes


def _is_paper(content: bytes, file: Path) -> bool:
    return file.suffix.lower() == ".md" and content.lstrip(b"\xef\xbb\xbf").startswith(b"---")


def _further(content: bytes, file: Path) -> bytes:
    return read_further(file) if _is_paper(content, file) else b""


def _digest(content: bytes, further: bytes) -> str:
    whole = hashlib.sha256(content)
    if further:
        whole.update(b"\0" + further)
    return whole.hexdigest()


def _misplaced(content: bytes, further: bytes, source: SourceFile) -> list[Problem]:
    """Of further 问法, those under a heading that the paper has not; they are not used."""
    if not further:
        return []
    file = beside(source.file)
    paper, more = decode(content, source.file.name), decode(further, file.name)
    return [
        Problem(
            source.path,
            f"{file.name} 里的“{heading}”在这份资料中没有同名且带问法的节，它下面的问法没有用上。",
            "请把标题改成与资料中的一样。",
        )
        for heading in without_place(paper, more)
    ]


def settle_versions(papers: Sequence[list[Passage]]) -> tuple[list[list[Passage]], list[Problem]]:
    """Of several wordings of one official text, each ends where the next one begins to hold."""
    versions: dict[str, list[tuple[date | None, str, int]]] = defaultdict(list)
    for at, passages in enumerate(papers):
        if passages and passages[0].kind is PaperKind.OFFICIAL:
            first = passages[0]
            versions[first.title].append((first.effective_on, first.version, at))
    settled, problems = list(papers), []
    for wordings in versions.values():
        wordings.sort(key=lambda one: (one[0] or date.min, one[1]))
        for (start, version, at), (next_start, next_version, _) in pairwise(wordings):
            first = papers[at][0]
            if next_start is None or (start, version) == (next_start, next_version):
                problems.append(_doubt(first))
            elif first.repealed_on is None:
                settled[at] = [
                    replace(p, repealed_on=next_start, superseded_by=f"{p.title}（{next_version}）")
                    for p in settled[at]
                ]
    return settled, problems


def _doubt(passage: Passage) -> Problem:
    return Problem(
        passage.path,
        f"《{passage.title}》有两份文本，看不出哪一份在后。",
        "请在文件名末尾写上通过日期，如 名称(2021-09-24).md。",
    )
