"""The shipped rules: which words speak for which topic (knowledge/rules/topics.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexer.errors import IndexerError
from indexer.tokens import normalise
from indexer.topics.records import Topic, TopicPath

FILE = "topics.toml"
SURE = 3.0  # a word that belongs to hardly any other topic counts as much as three others
IN_TITLE = 1.0  # added when the word stands in the title as well
DOUBT = 1.5  # score that stands for everything the rules do not know
MOST = 0.9  # rules are never surer than this

Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rule:
    """The words of one topic; longer words first."""

    path: TopicPath
    words: tuple[str, ...]
    sure: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColdRules:
    """Every rule in the order of the file; none when there is no file."""

    rules: tuple[Rule, ...]
    fingerprint: str = ""  # of the file: a model is good for the rules it was trained with only

    def scores(self, title: str, text: str) -> Scores:
        """How much speaks for each rule."""
        head, whole = normalise(title), normalise(f"{title}\n{text}")
        return np.array([_score(rule, head, whole) for rule in self.rules], np.float32)

    def guess(self, title: str, text: str, *, top: int = 3) -> tuple[Topic, ...]:
        """The topics for which something speaks, best first."""
        scores = self.scores(title, text)
        order = np.argsort(-scores, kind="stable")[: top + 1]
        found = [int(at) for at in order if scores[at] > 0]
        known = float(scores[found].sum()) + DOUBT
        return tuple(
            Topic(self.rules[at].path, min(MOST, float(scores[at]) / known)) for at in found[:top]
        )


def _score(rule: Rule, title: str, whole: str) -> float:
    total = 0.0
    for words, worth in ((rule.sure, SURE), (rule.words, 1.0)):
        for word in words:
            if word in whole:
                total += worth + (IN_TITLE if word in title else 0.0)
    return total


def load_rules(folder: Path) -> ColdRules:
    """Read the rules of `folder`, again when the file has changed.

    Raises:
        IndexerError: the file cannot be read; the entry is named.
    """
    path = folder / FILE
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else ColdRules(())


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> ColdRules:
    content = path.read_bytes()
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise IndexerError(
            f"分类规则 {path.name} 读不懂：{wrong}。", "请改正这一处的写法后再试。"
        ) from wrong
    rules = tuple(_rule(path, at, one) for at, one in enumerate(said.get("topic", ()), 1))
    return ColdRules(rules, sha256(content).hexdigest()[:16])


def _rule(path: Path, number: int, said: Any) -> Rule:
    levels = said.get("path") if isinstance(said, dict) else None
    if not isinstance(levels, list) or not 1 <= len(levels) <= 3 or not all(levels):
        raise IndexerError(
            f"分类规则 {path.name} 第 {number} 个 [[topic]] 的 path 不对。",
            '请写成一到三级，例如 path = ["噪声与环境", "施工噪声", "夜间施工"]。',
        )
    first, second, third = (*map(str, levels), "", "")[:3]
    return Rule((first, second, third), _words(path, said, "words"), _words(path, said, "sure"))


def _words(path: Path, said: dict[str, Any], name: str) -> tuple[str, ...]:
    words = said.get(name, [])
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise IndexerError(
            f"分类规则 {path.name} 里“{said['path'][0]}”的 {name} 不是词的列表。",
            '请写成 ["词一", "词二"] 这样。',
        )
    return tuple(normalise(word) for word in words)
