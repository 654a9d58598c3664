"""The clusters of the case records, kept in the data dir and grown by what is new since the last time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
from filelock import FileLock

from bot.analysis.case_texts import similar_texts, take_new
from bot.embedding import embedder
from bot.settings import Settings
from casedb.beijing import beijing
from casedb.cases.texts import CaseText, last_id, texts_after
from casedb.errors import CasedbError
from casedb.store import Session
from indexer.clusters import Growing, Told

FILE = Path("hot") / "clusters.npz"
CHUNK = 20_480
MOST_AT_ONCE = 30_000  # cases placed while somebody waits

Progress = Callable[[str, int, int], None]


def told(one: CaseText) -> Told:
    """A case as a text to be clustered; one without any time belongs to day 0."""
    day = beijing(one.at).date().toordinal() if one.at else 0
    return Told(one.id, day, one.title, one.appeal, one.caller, one.community)


def grown(
    settings: Settings,
    s: Session,
    *,
    most: int | None = MOST_AT_ONCE,
    progress: Progress = lambda step, done, total: None,
) -> Growing:
    """The clusters with every case in its place.

    Raises:
        CasedbError: more than `most` cases wait to be placed.
    """
    path = settings.data_dir / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        model = embedder(settings)
        found = Growing.load(path, model.dimension, model.model_id)
        newest = int(found.numbers.max(initial=0))
        waiting = last_id(s) - newest
        if waiting <= 0:
            return found
        if most is not None and waiting > most:
            raise CasedbError(
                f"还有约 {waiting} 件工单没有归并热点，现在做要几分钟。",
                "请先运行一次 zhiban report hot（服务每天夜里也会自己做），再看这一部分。",
            )
        _grow(settings, s, found, newest, waiting, progress)
        found.save(path)
        return found


def _grow(
    settings: Settings, s: Session, found: Growing, newest: int, waiting: int, progress: Progress
) -> None:
    take_new(settings, s, limit=None)
    vectors = similar_texts(settings)
    stream = texts_after(s, newest)
    done = 0
    while some := list(islice(stream, CHUNK)):
        numbers = np.array([one.id for one in some], np.int64)
        found.grow([told(one) for one in some], vectors.vectors_of(numbers))
        done += len(some)
        progress("归并热点", min(done, waiting), waiting)
