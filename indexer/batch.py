"""Many questions at once: lines `qid<TAB>question` in, TREC run lines out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from indexer.encoding import decode
from indexer.errors import IndexerError
from indexer.readers import read_whole
from indexer.search import Index

TAG = "zhiban"


def read_questions(file: Path) -> list[tuple[str, str]]:
    """Question ids with their questions.

    Raises:
        IndexerError: a line without a tab, or an id that comes twice; the message names the line.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(decode(read_whole(file), file.name).split("\n"), 1):
        if not line.strip():
            continue
        qid, tab, question = line.partition("\t")
        if not tab or not qid.strip():
            raise IndexerError(
                f"{file.name} 第 {number} 行没有用制表符分开的编号和问题。",
                "请写成：编号、一个制表符（Tab）、问题。",
            )
        if qid.strip() in found:
            raise IndexerError(
                f"{file.name} 第 {number} 行的编号“{qid.strip()}”前面已经用过。",
                "请让每行的编号都不相同。",
            )
        found[qid.strip()] = question.strip()
    return list(found.items())


def run_lines(index: Index, questions: Iterable[tuple[str, str]], top: int) -> Iterator[str]:
    """`qid Q0 docid rank score tag`, best first; a question without hits gives no line."""
    for qid, question in questions:
        for rank, (passage_id, score) in enumerate(index.rank(question, top=top), 1):
            yield f"{qid} Q0 {passage_id} {rank} {score:.6f} {TAG}"


def search_batch(
    index: Index, queries: Path, out: Path, *, top: int,
    progress: Callable[[int, int], None] | None = None,
) -> int:  # fmt: skip
    """Answer every question of `queries` into the run file `out`; returns how many there were."""
    questions = read_questions(queries)
    with out.open("w", encoding="utf-8") as file:
        for done, question in enumerate(questions, 1):
            file.writelines(line + "\n" for line in run_lines(index, [question], top))
            if progress:
                progress(done, len(questions))
    return len(questions)
