"""Pure: what the reranker knows of each candidate, as one table of numbers.

A row per candidate passage, a column per name in `FEATURES`, in that order; float32, finite.
Learned parameters (`model/ranking.json`) name the columns they use, so a column may be added
at the end without making old parameters wrong. Lexical values are shares (0–1), similarities
are inner products of unit vectors (-1–1), flags are 0 or 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from indexer.asking import Asked
from indexer.facets import LEVELS, Facets, in_force
from indexer.passages import PaperKind
from indexer.purposes import FLAG_NAMES, purpose_flags

Floats = npt.NDArray[np.float32]

FEATURES = (
    "lexical",  # BM25 / the most the question's known terms could give
    "lexical_to_best",  # BM25 / BM25 of the best candidate
    "lexical_rank",  # 1 / (1 + place by BM25)
    "dense",  # similarity of the whole passage
    "dense_to_best",  # its distance below the best candidate, ≤ 0
    "dense_rank",  # 1 / (1 + place by similarity)
    "sentence",  # best similarity of one of its sentences; `dense` when it has none
    "question",  # best similarity of one of its 问法; 0 when it has none
    "has_questions",
    "coverage",  # idf-weighted share of the question's own terms that the passage holds
    "words",  # idf-weighted share of the question's content words held whole
    "title_coverage",  # the same share, in title and heading alone
    "named",  # the question names this paper
    "named_other",  # the question names a paper, and not this one
    "article",  # the question gives this article's number (and names no other paper)
    "place_home",
    "place_other",  # neither Beijing nor national nor unsaid
    "not_in_force",
    "kind_penalty", "kind_deadline", "kind_definition", "kind_who", "kind_how", "kind_money",
    "length",  # log10 of its characters
    "level_law", "level_interpretation", "level_regulation", "level_local", "level_rule",
    "technique",  # our own guide or case, not a rule
    "asked_length",  # log10 of the question's characters; the same for every candidate
    "purpose_fit",  # log of how much more than usual the question asks for a section of this purpose
    "purpose_share",  # log probability of it; both 0 where nothing tells a purpose
    "questions_3", "questions_6",  # mean similarity of its best three and six 问法
    "questions_3_to_best",  # the former below that of the best candidate, ≤ 0
    *FLAG_NAMES,
)  # fmt: skip
COLUMN = {name: at for at, name in enumerate(FEATURES)}
_UNKNOWN_WORTH = 8.0  # about what a rare term is worth
_LEVEL_CODES = np.array(
    [LEVELS.index(n) for n in ("law", "interpretation", "regulation", "local", "rule")]
)
_OWN_KINDS = np.array(
    [kind in (PaperKind.TECHNIQUE, PaperKind.CASE, PaperKind.LOCAL) for kind in PaperKind]
)
KIND_NAMES = ("penalty", "deadline", "definition", "who", "how", "money")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured about the candidates of one question, one value per candidate."""

    lexical: Floats  # BM25
    ceiling: float  # the most BM25 the known terms could give
    gained: Floats  # [terms, candidates]: what each known term gave
    worth: Floats  # [terms]: the most each known term could give
    unknown: float  # worth of the question's own terms that no passage holds
    term: npt.NDArray[np.int64]  # [terms]: which of the question's terms each is
    own: npt.NDArray[np.bool_]  # [terms]: the question's own words, not synonyms or stop words
    in_head: npt.NDArray[np.bool_]  # [terms, candidates]: the term stands in title or heading
    dense: Floats
    sentence: Floats
    question: Floats
    questions_3: Floats
    questions_6: Floats
    has_questions: npt.NDArray[np.bool_]
    named: npt.NDArray[np.bool_]
    any_named: bool
    article_missing: bool  # an article was asked for by paper and number, and is not here
    article: npt.NDArray[np.bool_]
    cues: Floats  # [kinds, candidates]: the passage holds words that answer such a question
    purpose_fit: Floats
    purpose_share: Floats
    facets: Facets

    def own_worth(self) -> tuple[Floats, float]:
        """What each of the question's own terms is worth, 0 for others; and all with unknown ones."""
        worth = np.where(self.own, self.worth, 0).astype(np.float32)
        return worth, float(worth.sum()) + self.unknown or 1.0


def table(asked: Asked, evidence: Evidence, places: Places, on: date | None) -> Floats:
    """The feature table, [candidates, len(FEATURES)]."""
    count = len(evidence.dense)
    columns = np.zeros((count, len(FEATURES)), np.float32)
    _fill_lexical(columns, asked, evidence)
    _fill_dense(columns, evidence)
    _fill_paper(columns, evidence, places, on)
    columns[:, COLUMN["kind_penalty"] : COLUMN["kind_money"] + 1] = evidence.cues.T
    columns[:, COLUMN["asked_length"]] = np.log10(1 + len(asked.text))
    return columns


@dataclass(frozen=True, slots=True)
class Places:
    """By code of a place in this index: is it home, do its rules not bind here."""

    home: npt.NDArray[np.bool_]
    other: npt.NDArray[np.bool_]


def _fill_lexical(columns: Floats, asked: Asked, evidence: Evidence) -> None:
    best = float(evidence.lexical.max(initial=0.0)) or 1.0
    columns[:, COLUMN["lexical"]] = evidence.lexical / max(evidence.ceiling, 1e-6)
    columns[:, COLUMN["lexical_to_best"]] = evidence.lexical / best
    columns[:, COLUMN["lexical_rank"]] = _reciprocal_ranks(evidence.lexical)
    worth, whole = evidence.own_worth()
    held = evidence.gained > 0
    columns[:, COLUMN["coverage"]] = worth @ held / whole
    columns[:, COLUMN["title_coverage"]] = worth @ evidence.in_head / whole
    columns[:, COLUMN["words"]] = _words_held(asked, evidence, held)


def _words_held(asked: Asked, evidence: Evidence, held: npt.NDArray[np.bool_]) -> Floats:
    """Share of the content words that stand whole in the passage; long words weigh more."""
    words = asked.words
    if not len(words):
        return np.zeros(held.shape[1], np.float32)
    size = max(len(asked.keys), int(evidence.term.max(initial=0)) + 1)
    held_by_term = np.zeros((size, held.shape[1]), bool)
    held_by_term[evidence.term] = held
    worth = np.full(size, _UNKNOWN_WORTH, np.float32)  # a term that stands nowhere
    worth[evidence.term] = evidence.worth
    weight = np.add.reduceat(worth[words.terms], words.starts)
    whole = np.logical_and.reduceat(held_by_term[words.terms], words.starts, axis=0)
    return np.asarray(weight @ whole / weight.sum(), dtype=np.float32)


def _fill_dense(columns: Floats, evidence: Evidence) -> None:
    columns[:, COLUMN["dense"]] = evidence.dense
    columns[:, COLUMN["dense_to_best"]] = evidence.dense - evidence.dense.max(initial=-1.0)
    columns[:, COLUMN["dense_rank"]] = _reciprocal_ranks(evidence.dense)
    columns[:, COLUMN["sentence"]] = evidence.sentence
    columns[:, COLUMN["question"]] = evidence.question
    columns[:, COLUMN["questions_3"]] = evidence.questions_3
    columns[:, COLUMN["questions_6"]] = evidence.questions_6
    columns[:, COLUMN["questions_3_to_best"]] = evidence.questions_3 - evidence.questions_3.max(
        initial=0.0
    )
    columns[:, COLUMN["has_questions"]] = evidence.has_questions


def _fill_paper(columns: Floats, evidence: Evidence, places: Places, on: date | None) -> None:
    facets = evidence.facets
    columns[:, COLUMN["named"]] = evidence.named
    columns[:, COLUMN["named_other"]] = evidence.any_named & ~evidence.named
    columns[:, COLUMN["article"]] = evidence.article
    columns[:, COLUMN["place_home"]] = places.home[facets["place"]]
    columns[:, COLUMN["place_other"]] = places.other[facets["place"]]
    if on:
        columns[:, COLUMN["not_in_force"]] = ~in_force(facets, on)
    columns[:, COLUMN["length"]] = np.log10(1 + facets["length"])
    levels = facets["level"][:, None] == _LEVEL_CODES
    columns[:, COLUMN["level_law"] : COLUMN["level_rule"] + 1] = levels
    columns[:, COLUMN["technique"]] = _OWN_KINDS[facets["kind"]]
    columns[:, COLUMN["purpose_fit"]] = evidence.purpose_fit
    columns[:, COLUMN["purpose_share"]] = evidence.purpose_share
    if facets["purpose"].any():
        columns[:, -len(FLAG_NAMES) :] = purpose_flags(facets["purpose"])


def _reciprocal_ranks(values: Floats) -> Floats:
    ranks = np.empty(len(values), np.float32)
    ranks[np.argsort(-values, kind="stable")] = np.arange(len(values), dtype=np.float32)
    return np.where(values > 0, 1 / (1 + ranks), 0).astype(np.float32)
