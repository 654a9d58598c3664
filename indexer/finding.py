"""The way from a question's terms and vector to ranked rows: gather, fuse, rerank, estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexer.asking import Asked, single_characters
from indexer.facets import Facets
from indexer.features import COLUMN, FEATURES, KIND_NAMES, Evidence, Places, table
from indexer.heads import HeadIndex
from indexer.keywords import KeywordIndex, Matched, best_rows
from indexer.mentions import Mentions, mentions
from indexer.names import TitleList
from indexer.passages import Explanation
from indexer.postings import K1
from indexer.ranking import RERANKED, Ranking, first_fusion
from indexer.support import Support, support_row
from indexer.terms import Lexicon
from indexer.tokens import pairs_beginning
from indexer.units import UnitIndex

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]

GATHERED = 100  # candidates from each side, at least
_UNITS_A_PASSAGE = 2  # nearest vectors asked for, per passage wanted
_ASKED_BY_NUMBER = 1000.0  # 《…》第N条 was asked for and is here: nothing else may stand before it


@dataclass(frozen=True, slots=True)
class Found:
    """Rows best first; features for the reranked ones."""

    rows: Rows
    scores: Floats
    support: float
    supported: bool
    matched: Matched
    order: Rows  # [reranked]: which column or row of the next two the passage at a place has
    gained: Floats  # [terms, reranked]
    features: Floats  # [reranked, features]
    support_row: Floats  # the support features

    def explain(self, at: int, asked: Asked) -> Explanation:
        """Why the passage at this place stands there."""
        if at >= len(self.order):
            return Explanation()
        at = int(self.order[at])
        met: list[int] = self.matched.term[self.gained[:, at] > 0].tolist()
        values = tuple(zip(FEATURES, self.features[at].tolist(), strict=True))
        return Explanation(
            terms=tuple(asked.labels[t] for t in met if t < len(asked.labels)),
            lexical=float(self.gained[:, at].sum()),
            dense=float(self.features[at, COLUMN["dense"]]),
            features=values,
        )


class Finder:
    """The read side of one index without its texts."""

    def __init__(
        self,
        folder: Path,
        facets: Facets,
        titles: TitleList,
        places: Sequence[str],
        lexicon: Lexicon,
        ranking: Ranking,
        support: Support,
    ) -> None:
        self._facets = facets
        self._titles = titles
        self._keywords = KeywordIndex(folder, len(facets))
        self._units = UnitIndex(folder)
        self._heads = HeadIndex(folder)
        self._ranking = ranking
        self._support = support
        near = {lexicon.home, lexicon.national, ""}
        self._places = Places(
            home=np.array([place == lexicon.home for place in places]),
            other=np.array([place not in near for place in places]),
        )
        self._kinds = {kind.name: at for at, kind in enumerate(lexicon.kinds[:8])}
        self._default = titles.exact(lexicon.law_names.get("条例", ""))

    def find(
        self, asked: Asked, query: Floats, mask: Mask | None, *, wanted: int, on: date | None
    ) -> Found:
        """Rank what the mask allows. `on` is the Beijing date that a rule should hold on."""
        depth = max(2 * wanted, GATHERED)  # a long list, as for a batch run, is reranked whole
        matched = self._match(asked)
        said = mentions(asked, self._titles, self._default)
        lexical = self._lexical(matched, mask, depth)
        exact = _within(said.rows(self._facets), mask)
        rows = np.unique(np.concatenate([
            exact, best_rows(lexical, depth),
            self._units.nearest(query, depth * _UNITS_A_PASSAGE, mask),
        ]))  # fmt: skip
        if not len(rows):
            return _nothing(matched)
        near = self._units.similarities(query, rows)
        fused = first_fusion(lexical[rows], np.maximum.reduce(near), self._ranking.lexical)
        is_exact = np.isin(rows, exact) if len(exact) else np.zeros(len(rows), bool)
        fused[is_exact] += 1  # what was asked for by number is always reranked
        order = np.argsort(-fused, kind="stable")
        first = order[: max(RERANKED, 2 * wanted)]
        evidence = self._evidence(
            asked, matched, said, lexical[rows[first]], [n[first] for n in near], rows[first]
        )
        features = table(asked, evidence, self._places, on)
        scores = self._ranking.scorer.scores(features)
        scores[is_exact[first]] += _ASKED_BY_NUMBER
        return self._ranked(asked, rows[order], fused[order], evidence, features, scores, matched)

    def _ranked(
        self, asked: Asked, rows: Rows, fused: Floats, evidence: Evidence, features: Floats,
        scores: Floats, matched: Matched,
    ) -> Found:  # fmt: skip
        """Reranked ones by their score, the others below them in the order of the first fusion."""
        best = np.argsort(-scores, kind="stable")
        tail = float(scores.min()) - 1 + (fused[len(best) :] - fused[len(best) - 1])
        row = support_row(asked, evidence, features, scores, best)
        probability = self._support.probability(row)
        return Found(
            rows=np.concatenate([rows[best], rows[len(best) :]]),
            scores=np.concatenate([scores[best], tail]),
            support=probability,
            supported=probability >= self._support.threshold,
            matched=matched,
            order=best,
            gained=evidence.gained,
            features=features,
            support_row=row,
        )

    def _match(self, asked: Asked) -> Matched:
        keys, weights = asked.keys, asked.weights
        for char in single_characters(asked):
            more = self._keywords.beginning_with(*pairs_beginning(char))
            keys = np.concatenate([keys, more])
            weights = np.concatenate([weights, np.full(len(more), 0.2, np.float32)])
        return self._keywords.match(keys, weights)

    def _lexical(self, matched: Matched, mask: Mask | None, depth: int) -> Scores:
        scores = self._keywords.scores(matched, depth)
        if mask is not None:
            scores[~mask] = 0
        return scores

    def _evidence(
        self, asked: Asked, matched: Matched, said: Mentions, lexical: Floats,
        near: list[Floats], rows: Rows,
    ) -> Evidence:  # fmt: skip
        facets = self._facets[rows]
        known = matched.term < len(asked.keys)
        own = known.copy()
        own[known] = asked.own[matched.term[known]]
        missing = np.ones(len(asked.keys), bool)
        missing[matched.term[known]] = False
        rarest = float(np.log1p((len(self._facets) + 0.5) / 0.5)) * (K1 + 1)
        whole, sentence, question = near
        numbers = np.zeros(len(rows), bool)
        for number, sub in said.numbers:
            numbers |= (facets["article"] == number) & (facets["sub"] == sub)
        named = np.zeros(len(rows), bool)
        for title in said.titles:
            named |= facets["title"] == title
        return Evidence(
            lexical=lexical,
            ceiling=float(matched.worth.sum()),
            gained=self._keywords.gained(matched, rows),
            worth=matched.worth,
            unknown=float((asked.weights * (missing & asked.own)).sum()) * rarest,
            term=matched.term,
            own=own,
            in_head=self._heads.held(matched.keys, rows),
            dense=whole,
            sentence=sentence,
            question=question,
            has_questions=self._units.has_questions(rows),
            named=named,
            any_named=bool(said.titles),
            article_missing=bool(said.articles) and not said.found(facets),
            article=numbers & (named | (not said.titles)),
            cues=self._cues(asked, facets),
            facets=facets,
        )

    def _cues(self, asked: Asked, facets: Facets) -> Floats:
        found = np.zeros((len(KIND_NAMES), len(facets)), np.float32)
        for at, name in enumerate(KIND_NAMES):
            if name in asked.kinds and name in self._kinds:
                found[at] = (facets["cues"] >> self._kinds[name]) & 1
        return found


def _within(rows: Rows, mask: Mask | None) -> Rows:
    return rows if mask is None else rows[mask[rows]]


def _nothing(matched: Matched) -> Found:
    none, no_rows = np.empty(0, np.float32), np.empty(0, np.int64)
    return Found(
        rows=no_rows, scores=none, support=0.0, supported=False, matched=matched, order=no_rows,
        gained=none.reshape(0, 0), features=none.reshape(0, len(FEATURES)), support_row=none,
    )  # fmt: skip
