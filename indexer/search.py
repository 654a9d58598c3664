"""Question -> ranked passages with score and reason, and whether they are support enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from threading import Event, Lock

import numpy as np
import numpy.typing as npt

from indexer.asking import Asked, Asker
from indexer.embedders import Embedder, load_embedder
from indexer.errors import IndexComing, IndexerError
from indexer.facets import Facets, allowed, refusal
from indexer.features import FEATURES
from indexer.finding import Finder, Found
from indexer.names import load_titles
from indexer.numerals import article_key
from indexer.passages import Explanation, Filters, Hit, Passage, SearchResult
from indexer.purposes import load_purposes
from indexer.ranking import load_ranking
from indexer.record import read_record, require_usable
from indexer.shelf import Shelf
from indexer.support import load_support
from indexer.swap import current_version
from indexer.terms import Lexicon, load_lexicon


@dataclass(frozen=True, slots=True)
class Judged:
    """The reranked passages of a question, best first, with what was measured about them."""

    ids: tuple[str, ...]
    features: npt.NDArray[np.float32]  # [ids, indexer.features.FEATURES]
    support_row: npt.NDArray[np.float32]  # [indexer.support.SUPPORT_FEATURES]
    query: npt.NDArray[np.float32]  # the question's vector


NO_FILTERS = Filters()
_UNEXPLAINED = Explanation()
# One search at a time: most of it holds the interpreter's lock, and threads that fight for that
# answer fewer questions a second together than one after the other.
_AT_ONCE = Lock()
_JUDGED_TOP = 10  # parameters are fitted on what a question for ten passages sees
_LEFT_OUT = 10  # near hits that a filter removed, shown by explain
_REBUILD = "请运行 zhiban index build 建立索引。"


class Index:
    """One finished index, opened read-only; any number of threads may search it at once."""

    def __init__(self, folder: Path, embedder: Embedder, lexicon: Lexicon) -> None:
        self.folder = folder
        self.record = read_record(folder)
        require_usable(self.record, embedder)
        self._embedder = embedder
        self._shelf = Shelf(folder)
        self._facets: Facets = np.load(folder / "facets.npy", mmap_mode="r").view(np.ndarray)
        self._titles = load_titles(folder / "titles.json", lexicon)
        self._asker = Asker(lexicon)
        self._finder = Finder(
            folder, self._facets, self._titles, self.record.places, lexicon,
            load_ranking(FEATURES), load_support(), load_purposes(),
        )  # fmt: skip
        self._mask = lru_cache(maxsize=32)(self._allowed)

    @classmethod
    def open(
        cls, folder: Path, embedder: Embedder | None = None, *, rules: Path | None = None
    ) -> Index:
        """Open the index in use below `folder`, or the version `folder` itself is.

        Raises:
            IndexerError: there is none, it is damaged, or another model or program made it.
        """
        for attempt in range(3):
            version = current_version(folder) or folder
            if not (version / "record.json").is_file():
                raise IndexerError(f"这里还没有索引：{folder}。", _REBUILD)
            try:
                return cls(version, embedder or load_embedder(None), load_lexicon(rules))
            except FileNotFoundError as error:
                # A new version may have been swapped in and this one removed meanwhile.
                if attempt == 2 or current_version(folder) in (None, version):
                    raise IndexerError(f"索引不完整：缺 {error.filename}。", _REBUILD) from error
            except (ValueError, OSError, EOFError) as error:
                raise IndexerError(f"索引文件已损坏：{error}。", _REBUILD) from error
        raise AssertionError("unreachable")

    def search(
        self, question: str, *, filters: Filters = NO_FILTERS, top: int = 10, explain: bool = False
    ) -> SearchResult:
        """The `top` best passages that the filters allow, and whether they support an answer.

        A question with nothing to look up (empty, emoji only) gives no hits and is unsupported.
        `explain` fills terms, features and what a filter removed.
        """
        with _AT_ONCE:
            asked = self._asker.ask(question)
            query = self._query(asked)
            if query is None or top < 1:
                return SearchResult(question, (), 0.0, False)
            mask = self._mask(filters)
            found = self._finder.find(asked, query, mask, wanted=top, on=filters.as_of)
            hits = tuple(
                self._hit(found, at, asked, explain) for at in range(min(top, len(found.rows)))
            )
            left_out = self._left_out(asked, query, filters) if explain else ()
            return SearchResult(question, hits, found.support, found.supported, left_out)

    def judge(self, question: str, *, filters: Filters = NO_FILTERS) -> Judged | None:
        """What reranker and support estimate know of a question; for fitting their parameters.

        None for a question with nothing to look up.
        """
        asked = self._asker.ask(question)
        query = self._query(asked)
        if query is None:
            return None
        found = self._finder.find(
            asked, query, self._mask(filters), wanted=_JUDGED_TOP, on=filters.as_of
        )
        ids = tuple(self._shelf.id_at(int(row)) for row in found.rows[: len(found.order)])
        return Judged(ids, found.features[found.order], found.support_row, query)

    def rank(self, question: str, *, top: int) -> list[tuple[str, float]]:
        """Passage ids and scores only, for batch runs."""
        asked = self._asker.ask(question)
        query = self._query(asked)
        if query is None or top < 1:
            return []
        found = self._finder.find(asked, query, self._mask(NO_FILTERS), wanted=top, on=None)
        ranked = zip(found.rows[:top].tolist(), found.scores[:top].tolist(), strict=True)
        return [(self._shelf.id_at(row), score) for row, score in ranked]

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id."""
        row = self._shelf.row_of(passage_id)
        return None if row is None else self._shelf[row]

    def article(self, title: str, article: str, *, as_of: date | None = None) -> Passage | None:
        """One article; 第14条 = 第十四条 = 14条, and the title may be a short form.

        With `as_of` the wording in force on that Beijing date; else the newest one.
        """
        key = article_key(article)
        rows = self._rows_of(title)
        if key is None or not len(rows):
            return None
        facets = self._facets[rows]
        rows = rows[(facets["article"] == key[0]) & (facets["sub"] == key[1])]
        if as_of:
            day = as_of.toordinal()
            facets = self._facets[rows]
            rows = rows[(facets["effective"] <= day) & (day < facets["repealed"])]
        found = [self._shelf[int(row)] for row in rows]
        return max(found, key=lambda p: (p.version, p.verbatim), default=None)

    def paper(self, title: str) -> tuple[Passage, ...]:
        """All passages of one paper in order; short forms count. Several versions follow each other."""
        return tuple(self._shelf[int(row)] for row in self._rows_of(title))

    def titles(self) -> tuple[str, ...]:
        """The title of every paper."""
        return tuple(self._titles.titles)

    @property
    def embedder(self) -> Embedder:
        """What turns texts into vectors here; for comparing texts with each other."""
        return self._embedder

    @property
    def passages(self) -> Sequence[Passage]:
        """Every passage in order, read from disk as asked for."""
        return self._shelf

    def _rows_of(self, title: str) -> npt.NDArray[np.int64]:
        wanted = self._titles.exact(title)
        return (
            np.flatnonzero(np.isin(self._facets["title"], wanted))
            if wanted
            else np.empty(0, np.int64)
        )

    def _allowed(self, filters: Filters) -> npt.NDArray[np.bool_] | None:
        mask = allowed(self._facets, filters, self.record.places)
        return None if mask.all() else mask

    def _query(self, asked: Asked) -> npt.NDArray[np.float32] | None:
        if not any(c.isalnum() for c in asked.text):
            return None
        return self._embedder.encode_queries([asked.text])[0]

    def _hit(self, found: Found, at: int, asked: Asked, explain: bool) -> Hit:
        passage = self._shelf[int(found.rows[at])]
        explanation = found.explain(at, asked) if explain else _UNEXPLAINED
        return Hit(passage, float(found.scores[at]), at + 1, explanation)

    def _left_out(
        self, asked: Asked, query: npt.NDArray[np.float32], filters: Filters
    ) -> tuple[Hit, ...]:
        mask = self._mask(filters)
        if mask is None:
            return ()
        readable = Filters(access=filters.access, include_superseded=True)
        found = self._finder.find(asked, query, self._mask(readable), wanted=50, on=filters.as_of)
        hits = []
        for at in np.flatnonzero(~mask[found.rows])[:_LEFT_OUT].tolist():
            hit = self._hit(found, at, asked, True)
            reason = refusal(hit.passage, filters)
            hits.append(replace(hit, explanation=replace(hit.explanation, filtered_out=reason)))
        return tuple(hits)


class LiveIndex:
    """The index in use below a data folder; a newly swapped-in one is opened at the next question.

    Args:
        embedder: the embedder, or what loads it when the first index is opened.
    """

    def __init__(
        self, data: Path, embedder: Embedder | Callable[[], Embedder] | None = None
    ) -> None:
        self._target = data / "index"
        self._embedder: Embedder | None = None
        self._load: Callable[[], Embedder] = partial(load_embedder, None)
        if callable(embedder):
            self._load = embedder
        else:
            self._embedder = embedder
        self._opened: Index | None = None
        self._lock = Lock()
        self._settled = Event()
        self._settled.set()

    def current(self) -> Index:
        """The newest whole index.

        Raises:
            IndexComing: there is none yet, and one is being built.
            IndexerError: there is none, or it cannot be read.
        """
        opened, version = self._opened, current_version(self._target)
        if opened is not None and opened.folder == version:
            return opened
        if version is None and self.being_built:
            raise IndexComing("知识库索引正在建立，大约一分钟。", "请稍后再问一次。")
        with self._lock:
            if self._opened is None or self._opened.folder != current_version(self._target):
                if self._embedder is None:
                    self._embedder = self._load()
                self._opened = Index.open(self._target, self._embedder)
            return self._opened

    @property
    def being_built(self) -> bool:
        """Whether somebody said that a build has begun and not yet that it is over."""
        return not self._settled.is_set()

    @contextmanager
    def building(self) -> Iterator[None]:
        """Says to whoever asks meanwhile that an index is on its way."""
        self._settled.clear()
        try:
            yield
        finally:
            self._settled.set()

    def wait_built(self, seconds: float) -> bool:
        """Wait for the build under way; False when it is not over by then."""
        return self._settled.wait(seconds)
