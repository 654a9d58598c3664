"""Pooled judgements: what several rankers put first, judged by readers who do not see which one did.

`python -m eval.pooling draw NAME OUT` writes the candidates of eval/questions/NAME.jsonl;
`python -m eval.pooling take NAME POOL READER…` turns what the readers marked into
eval/judgements/NAME.jsonl. The author's gold is never changed. See eval/README.md.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.question import JUDGEMENTS, Question, load
from eval.scoring import ANSWERABLE

if TYPE_CHECKING:
    from bot.rooms import Rooms
    from indexer.passages import Passage
    from indexer.search import Judged

FOLDER = Path(__file__).parent / "questions"
DEPTH = 3  # of each ranker
USAGE = "python -m eval.pooling draw dev|held_out OUT.jsonl | take dev|held_out POOL.jsonl READER.jsonl…"
Pair = tuple[str, str]


def main(said: Sequence[str]) -> int:
    """Draw a pool, or take the readers' marks in."""
    match list(said):
        case ["draw", name, out]:
            return _draw(name, Path(out))
        case ["take", name, pool, *readers] if readers:
            return _take(name, Path(pool), [Path(one) for one in readers])
    print(USAGE, file=sys.stderr)
    return 2


def _draw(name: str, out: Path) -> int:
    from bot.app import open_rooms
    from bot.settings import read

    known = judgements(name)
    with tempfile.TemporaryDirectory(prefix="zhiban-pool-") as folder:
        rooms = open_rooms(read({"ZHIBAN_DATA_DIR": folder, "ZHIBAN_SECRET_KEY": "e" * 40}))
        try:
            drawn = [
                _candidates(rooms, one, known.get(one.id, {}))
                for one in load(FOLDER / f"{name}.jsonl")
                if one.kind in ANSWERABLE
            ]
        finally:
            rooms.store.close()
    asked = [one for one in drawn if one["candidates"]]
    out.write_text("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in asked), "utf-8")
    print(f"{len(asked)} questions, {sum(len(one['candidates']) for one in asked)} candidates")
    return 0


def _candidates(rooms: Rooms, question: Question, known: Mapping[Pair, bool]) -> dict[str, Any]:
    """The pool of one question: what was judged before and the author's own gold left out."""
    found = {named(one): one for one in _pool(rooms, question)}
    fresh = [
        one for pair, one in found.items() if pair not in known and not meets(one, question.gold)
    ]
    fresh.sort(key=lambda one: blake2b(f"{question.id}{one.id}".encode()).digest())
    return {
        "id": question.id,
        "question": question.text,
        "said_before": list(question.context),
        "as_of": question.as_of.isoformat() if question.as_of else "",
        "candidates": [_shown(one, at) for at, one in enumerate(fresh, start=1)],
    }


def _pool(rooms: Rooms, question: Question) -> Iterable[Passage]:
    """The first passages of four rankers: exact words, likeness, the search engine, the answer."""
    from bot.dialogue.answering import asking, lookup
    from bot.dialogue.answering.answers import Reader
    from bot.dialogue.answering.ask import ask
    from casedb.beijing import beijing

    index = rooms.index.current()
    day = question.as_of or beijing(rooms.clock.now()).date()
    text = asking.with_turn_before(question.text, question.context)
    allowed = lookup.filters(Reader(), day, include_superseded=asking.wants_old(text))
    measured = index.judge(text, filters=allowed)
    ids = [] if measured is None else [*_best(measured, "lexical"), *_best(measured, "likeness")]
    ids += [hit.passage.id for hit in index.search(text, filters=allowed, top=DEPTH).hits]
    answer = ask(rooms, question.text, as_of=question.as_of, context=question.context)
    ids += [one.passage_id for one in answer.citations[:DEPTH]]
    found = (index.passage(one) for one in dict.fromkeys(ids))
    return [one for one in found if one is not None]


def _best(measured: Judged, by: str) -> list[str]:
    from indexer.features import COLUMN

    table = measured.features
    if by == "lexical":
        values = table[:, COLUMN["lexical"]]
    else:
        values = table[:, [COLUMN["dense"], COLUMN["sentence"], COLUMN["question"]]].max(axis=1)
    return [measured.ids[at] for at in (-values).argsort(kind="stable")[:DEPTH]]


def named(passage: Passage) -> Pair:
    """How gold names a passage: title, and article or heading."""
    return passage.title, passage.article or passage.heading


def meets(passage: Passage, gold: Iterable[Pair]) -> bool:
    """Whether the gold names this passage."""
    parts = ("", passage.article or "", passage.heading)
    return any(title == passage.title and part in parts for title, part in gold)


def _shown(passage: Passage, number: int) -> dict[str, Any]:
    held = f"{passage.effective_on} 起" if passage.effective_on else ""
    ended = f"{passage.repealed_on} 废止" if passage.repealed_on else ""
    return {
        "number": number,
        "title": passage.title,
        "part": passage.article or passage.heading,
        "heading": passage.heading,
        "kind": str(passage.kind),
        "held": "，".join(one for one in (held, ended) if one),
        "text": passage.text.strip(),
    }


def judgements(name: str) -> dict[str, dict[Pair, bool]]:
    """What readers said of each candidate of each question; empty when nothing was judged."""
    file = JUDGEMENTS / f"{name}.jsonl"
    found: dict[str, dict[Pair, bool]] = {}
    if file.is_file():
        for line in file.read_text("utf-8").splitlines():
            one = json.loads(line)
            found.setdefault(one["id"], {})[one["title"], one["part"]] = bool(one["right"])
    return found


def _take(name: str, pool: Path, readers: Sequence[Path]) -> int:
    """Right is what every reader marked; how far they agree is printed."""
    marks = [{one["id"]: set(one["right"]) for one in _rows(reader)} for reader in readers]
    known = judgements(name)
    votes: list[tuple[bool, ...]] = []
    for one in _rows(pool):
        if any(one["id"] not in mark for mark in marks):
            continue  # a reader has not come so far
        for candidate in one["candidates"]:
            vote = tuple(candidate["number"] in mark[one["id"]] for mark in marks)
            votes.append(vote)
            pair = (candidate["title"], candidate["part"])
            known.setdefault(one["id"], {})[pair] = all(vote)
    _write(name, known)
    print(f"{len(votes)} judged, {sum(map(all, votes))} right; {agreement(votes)}")
    return 0


def _write(name: str, known: Mapping[str, Mapping[Pair, bool]]) -> None:
    lines = [
        json.dumps({"id": id_, "title": title, "part": part, "right": right}, ensure_ascii=False)
        for id_, pairs in sorted(known.items())
        for (title, part), right in sorted(pairs.items())
    ]
    JUDGEMENTS.mkdir(exist_ok=True)
    (JUDGEMENTS / f"{name}.jsonl").write_text("".join(f"{one}\n" for one in lines), "utf-8")


def agreement(votes: Sequence[tuple[bool, ...]]) -> str:
    """Of two readers: the share judged alike, and Cohen's kappa (what chance would give left out)."""
    if not votes or len(votes[0]) != 2:
        return "one reader"
    alike = sum(a == b for a, b in votes) / len(votes)
    yes = [sum(vote[at] for vote in votes) / len(votes) for at in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    kappa = (alike - chance) / (1 - chance) if chance < 1 else 1.0
    return f"two readers alike in {alike:.3f}, kappa {kappa:.3f}"


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
