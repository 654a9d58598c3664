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
from indexer.purposes import PurposeSense
from indexer.ranking import NAMELESS_LEXICAL, RERANKED, Ranking, first_fusion
from indexer.support import Support, support_row
from indexer.terms import Lexicon
from indexer.tokens import each_once, pairs_beginning
from indexer.units import UnitIndex

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

GATHERED = 60  # candidates by meaning, at least; half as many by words, which count less
_GATHERED_PER_WANTED = 3  # a long list, as for a batch run, needs deep pools from both sides
_UNITS_A_PASSAGE = 1.25  # nearest vectors asked for, per passage wanted
_ASKED_BY_NUMBER = 1000.0  # 《…》第N条 was asked for and is here: nothing else may stand before it


@dataclass(frozen=True, slots=True)
class Found:
    """Rows best first; features for the reranked ones."""

    rows: Rows
    scores: Floats
    lexical: Floats  # [rows]: BM25
    dense: Floats  # [rows]: similarity of the whole passage
    support: float
    supported: bool
    matched: Matched
    order: Rows  # [reranked]: which column or row of the next two the passage at a place has
    gained: Floats  # [terms, reranked]
    features: Floats  # [reranked, features]
    support_row: Floats  # the support features

    def explain(self, at: int, asked: Asked) -> Explanation:
        """Why the passage at this place stands there; below the reranked ones the fusion decided."""
        if at >= len(self.order):
            return Explanation(lexical=float(self.lexical[at]), dense=float(self.dense[at]))
        at = int(self.order[at])
        met: list[int] = self.matched.term[self.gained[:, at] > 0].tolist()
        values = tuple(zip(FEATURES, self.features[at].tolist(), strict=True))
        return Explanation(
            terms=tuple(asked.labels[t] for t in met if t < len(asked.labels)),
            lexical=float(self.gained[:, at].sum()),
            dense=float(self.features[at, COLUMN["dense"]]),
            features=values,
        )


@dataclass(frozen=True, slots=True)
class _Pool:
    """Candidates and what both sides say of each."""

    rows: Rows
    lexical: Floats
    near: Floats  # [units.NEAR, rows]
    fused: Floats
    exact: Mask  # asked for by paper and number

    def part(self, which: Rows | slice) -> _Pool:
        """Some of them, in this order."""
        return _Pool(
            self.rows[which], self.lexical[which], self.near[:, which], self.fused[which],
            self.exact[which],
        )  # fmt: skip


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
        purposes: PurposeSense,
    ) -> None:
        self._facets = facets
        self._titles = titles
        self._keywords = KeywordIndex(folder, len(facets))
        self._units = UnitIndex(folder)
        self._heads = HeadIndex(folder)
        self._ranking = ranking
        self._support = support
        self._purposes = purposes
        near = {lexicon.home, lexicon.national, ""}
        self._places = Places(
            home=np.array([place == lexicon.home for place in places]),
            other=np.array([place not in near for place in places]),
        )
        self._kinds = {kind.name: at for at, kind in enumerate(lexicon.kinds[:8])}
        # Texts without title and heading, as letters and replies. Most features say nothing of
        # them, and names of places decide, which stand in the words and not in the meaning: so they
        # keep the order of the first fusion, and exact words lead in it.
        self._nameless = titles.titles == [""]
        self._default = titles.exact(lexicon.law_names.get("条例", ""))

    @property
    def _share(self) -> float:
        """Of BM25 in the first fusion."""
        return NAMELESS_LEXICAL if self._nameless else self._ranking.lexical

    def find(
        self, asked: Asked, query: Floats, mask: Mask | None, *, wanted: int, on: date | None
    ) -> Found:
        """Rank what the mask allows. `on` is the Beijing date that a rule should hold on.

        Only the head is reranked: what is learned on heads pushes right ones out of a long list.
        """
        matched = self._match(asked)
        said = mentions(asked, self._titles, self._default)
        pool = self._gather(query, matched, said, mask, wanted)
        if not len(pool.rows):
            return _nothing(matched)
        head = pool.part(slice(RERANKED))
        evidence = self._evidence(asked, query, matched, said, head)
        features = table(asked, evidence, self._places, on)
        scores = self._scores(features, head)
        best = np.argsort(-scores, kind="stable")
        beyond, behind = self._tail(pool, len(best))
        final = pool.part(np.concatenate([best, beyond]))
        tail = float(scores.min()) - 1 - behind
        sounds = self._support.sounds(asked.text, query)
        row = support_row(asked, evidence, features, scores, best, sounds)
        probability = self._support.probability(row)
        return Found(
            rows=final.rows,
            scores=np.concatenate([scores[best], tail]),
            lexical=final.lexical,
            dense=final.near[0],
            support=probability,
            supported=probability >= self._support.threshold,
            matched=matched,
            order=best,
            gained=evidence.gained,
            features=features,
            support_row=row,
        )

    def _tail(self, pool: _Pool, head: int) -> tuple[Rows, Floats]:
        """The order of what is not reranked, and how far each is behind the first of them.

        Far down the list the whole passage tells more than its best sentence, which may be anyone's.
        """
        whole = first_fusion(pool.lexical, pool.near[0], self._share)[head:]
        order = np.argsort(-whole, kind="stable")
        return order + head, (whole.max(initial=0.0) - whole[order]).astype(np.float32)

    def _scores(self, features: Floats, head: _Pool) -> Floats:
        if self._nameless:
            return head.fused.copy()
        scores = self._ranking.scorer.scores(features)
        scores[head.exact] += _ASKED_BY_NUMBER
        return scores

    def _gather(
        self, query: Floats, matched: Matched, said: Mentions, mask: Mask | None, wanted: int
    ) -> _Pool:
        """Candidates of both sides, each measured on both, in the order of the first fusion."""
        depth = max(_GATHERED_PER_WANTED * wanted, GATHERED)
        lexical = self._keywords.scores(matched, depth)
        if mask is not None:
            lexical[~mask] = 0
        exact = _within(said.rows(self._facets), mask)
        rows = each_once(np.concatenate([
            exact, best_rows(lexical, depth if self._nameless else depth // 2),
            self._units.nearest(query, int(depth * _UNITS_A_PASSAGE), mask),
        ]))  # fmt: skip
        near = self._units.similarities(query, rows)
        words = lexical[rows].astype(np.float32)
        fused = first_fusion(words, (near[0] + near.max(axis=0)) / 2, self._share)
        is_exact = np.isin(rows, exact) if len(exact) else np.zeros(len(rows), bool)
        fused[is_exact] += 1  # what was asked for by number is always reranked
        pool = _Pool(rows, words, near, fused, is_exact)
        return pool.part(np.argsort(-fused, kind="stable"))

    def _match(self, asked: Asked) -> Matched:
        keys, weights = asked.keys, asked.weights
        for char in single_characters(asked):
            more = self._keywords.beginning_with(*pairs_beginning(char))
            keys = np.concatenate([keys, more])
            weights = np.concatenate([weights, np.full(len(more), 0.2, np.float32)])
        return self._keywords.match(keys, weights)

    def _evidence(
        self, asked: Asked, query: Floats, matched: Matched, said: Mentions, head: _Pool
    ) -> Evidence:
        rows = head.rows
        facets = self._facets[rows]
        known = matched.term < len(asked.keys)
        own = known.copy()
        own[known] = asked.own[matched.term[known]]
        missing = np.ones(len(asked.keys), bool)
        missing[matched.term[known]] = False
        rarest = float(np.log1p((len(self._facets) + 0.5) / 0.5)) * (K1 + 1)
        whole, sentence, question, of_three, of_six = head.near
        fit, share = self._purposes.columns(asked.text, query, facets["purpose"])
        numbers = np.zeros(len(rows), bool)
        for number, sub in said.numbers:
            numbers |= (facets["article"] == number) & (facets["sub"] == sub)
        named = np.zeros(len(rows), bool)
        for title in said.titles:
            named |= facets["title"] == title
        return Evidence(
            lexical=head.lexical,
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
            questions_3=of_three,
            questions_6=of_six,
            has_questions=self._units.has_questions(rows),
            named=named,
            any_named=bool(said.titles),
            article_missing=bool(said.articles) and not said.found(facets),
            article=numbers & (named | (not said.titles)),
            cues=self._cues(asked, facets),
            purpose_fit=fit,
            purpose_share=share,
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
        rows=no_rows, scores=none, lexical=none, dense=none, support=0.0, supported=False,
        matched=matched, order=no_rows, gained=none.reshape(0, 0),
        features=none.reshape(0, len(FEATURES)), support_row=none,
    )  # fmt: skip
