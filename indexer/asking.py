"""A question as the index sees it: weighted terms, words that carry its content, its kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import rjieba

from indexer.numerals import ArticleKey, articles_asked, chinese
from indexer.terms import Lexicon
from indexer.tokens import Keys, code_points, is_han, normalise, pair_keys, run_key, runs

LONGEST_QUESTION = 600  # characters; what follows adds time, not meaning

# What a term of the question counts. Chosen on the train and dev parts of the lay questions.
ACROSS_WORDS = 0.5  # a character pair that spans two words
STOP_WORD = 0.3
SYNONYM = 0.35
NUMERAL = 0.6  # 15日 also looks for 十五日

_NUMBER_BEFORE_HAN = re.compile(r"(?<![0-9.])([1-9][0-9]{0,3})(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Words:
    """The content words of a question and which of its terms each is made of."""

    texts: tuple[str, ...]
    terms: npt.NDArray[np.int64]  # of all words, one word after the other
    starts: npt.NDArray[np.int64]  # where in `terms` each word begins

    def __len__(self) -> int:
        return len(self.texts)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question ready to be looked up."""

    text: str  # normalised and cut to length
    keys: Keys
    weights: npt.NDArray[np.float32]
    labels: tuple[str, ...]
    own: npt.NDArray[np.bool_]  # terms of the question itself that carry content
    words: Words
    articles: tuple[tuple[int, ArticleKey], ...]
    kinds: tuple[str, ...]
    elsewhere: bool = False  # it names a place whose rules do not bind here
    particular: bool = False  # it asks for one case, one day, one price

    @property
    def empty(self) -> bool:
        """True when nothing in the question can be looked up: no Han, Latin or digit."""
        return not self.labels


class Asker:
    """Turns questions into terms by one lexicon. Thread-safe: rjieba only reads after set-up."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._short = {word for word in lexicon.synonyms if len(word) == 1}
        places = "|".join(map(re.escape, lexicon.other_places))
        # 西安门大街 and 南京路 are streets, not the city
        self._elsewhere = re.compile(f"(?:{places})(?![路街门桥里巷])") if places else None
        self._kinds = [
            (kind.name, re.compile("|".join(map(re.escape, kind.asked)) or "(?!)"))
            for kind in lexicon.kinds
        ]
        self._particular = re.compile("|".join(map(re.escape, lexicon.particular)) or "(?!)")
        self._opening: dict[str, list[str]] = {}
        for word in lexicon.synonyms.keys() - self._short:
            self._opening.setdefault(word[:2], []).append(word)

    @cached_property
    def _cutter(self) -> rjieba.Jieba:
        """The word cutter, loaded with the first question: it takes longer than opening an index."""
        return _cutter(self.lexicon.words)

    def ask(self, question: str) -> Asked:
        """Terms, content words, article numbers and kind of the question."""
        text = normalise(_printable(question))[:LONGEST_QUESTION]
        terms = _Terms()
        words = self._own_terms(text, terms)
        own = len(terms.weights)
        self._numerals(text, terms)
        self._synonyms(text, words.texts, terms)
        weights = np.array(list(terms.weights.values()), np.float32)
        content = np.zeros(len(weights), bool)
        content[:own] = weights[:own] >= ACROSS_WORDS
        return Asked(
            text=text,
            keys=np.array(list(terms.weights), np.uint64),
            weights=weights,
            labels=tuple(terms.labels),
            own=content,
            words=words,
            articles=tuple(articles_asked(text)),
            kinds=tuple(name for name, said in self._kinds if said.search(text)),
            elsewhere=self._elsewhere is not None and bool(self._elsewhere.search(text)),
            particular=self._particular.search(text) is not None,
        )

    def _own_terms(self, text: str, terms: _Terms) -> Words:
        keys, places = pair_keys(text)
        key_at = dict(zip(places.tolist(), keys.tolist(), strict=True))
        words, inside, start = [], {}, 0
        for word in self._cutter.cut(text):
            stop = word in self.lexicon.stop
            for at in range(start, start + len(word) - 1):
                inside[at] = STOP_WORD if stop else 1.0
            if not stop and len(word) > 1 and start in key_at:
                words.append((word, range(start, start + len(word) - 1)))
            start += len(word)
        for at, key in key_at.items():
            terms.add(key, text[at : at + 2], inside.get(at, ACROSS_WORDS))
        found_runs = runs(text)
        for _, run in found_runs:
            terms.add(run_key(run), run, 1.0)
        made = {word: [terms.index[key_at[a]] for a in at if a in key_at] for word, at in words}
        made |= {run: [terms.index[run_key(run)]] for _, run in found_runs}
        return _words(made)

    def _numerals(self, text: str, terms: _Terms) -> None:
        for found in _NUMBER_BEFORE_HAN.finditer(text):
            written = chinese(int(found[1])) + text[found.end()]
            for key, at in zip(*pair_keys(written), strict=True):
                terms.add(int(key), written[at : at + 2], NUMERAL)

    def _synonyms(self, text: str, words: tuple[str, ...], terms: _Terms) -> None:
        """A word of one character counts only where the question is cut so."""
        opened = {text[at : at + 2] for at in range(len(text) - 1)}
        said = [w for pair in self._opening.keys() & opened for w in self._opening[pair]]
        for word in (*(w for w in said if w in text), *(self._short.intersection(words))):
            for other in self.lexicon.synonyms[word]:
                self._add_synonym(other, terms)

    def _add_synonym(self, word: str, terms: _Terms) -> None:
        keys, at = _pairs(word)
        for key, place in zip(keys, at, strict=True):
            terms.add(key, word[place : place + 2], SYNONYM)


def _words(made: dict[str, list[int]]) -> Words:
    sizes = [len(terms) for terms in made.values()]
    starts = np.cumsum([0, *sizes])[:-1] if sizes else np.empty(0, np.int64)
    terms = np.array([term for word in made.values() for term in word], np.int64)
    return Words(tuple(made), terms, starts)


class _Terms:
    """Terms in the order they were met; a term met twice keeps its greater weight."""

    def __init__(self) -> None:
        self.weights: dict[int, float] = {}
        self.labels: list[str] = []
        self.index: dict[int, int] = {}

    def add(self, key: int, label: str, weight: float) -> None:
        known = self.weights.get(key)
        if known is None:
            self.index[key] = len(self.labels)
            self.labels.append(label)
            self.weights[key] = weight
        elif weight > known:
            self.weights[key] = weight


@lru_cache(maxsize=8192)
def _pairs(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    keys, at = pair_keys(normalise(word))
    return tuple(keys.tolist()), tuple(at.tolist())


@lru_cache(maxsize=4)
def _cutter(words: tuple[str, ...]) -> rjieba.Jieba:
    cutter = rjieba.Jieba()
    for word in words:
        cutter.add_word(word, 20_000, "n")
    return cutter


def _printable(question: str) -> str:
    """Without lone surrogates (broken UTF-8 read with surrogateescape) and control characters."""
    if question.isprintable():  # neither of them is
        return question
    return "".join(
        c if c.isprintable() and not "\ud800" <= c <= "\udfff" else " " for c in question
    )


def single_characters(asked: Asked) -> tuple[str, ...]:
    """Han characters to look up when the question is too short for a pair (「罚」)."""
    if asked.labels:
        return ()
    codes = code_points(asked.text)
    return tuple(chr(c) for c in codes[is_han(codes)][:4])
