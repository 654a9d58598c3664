"""Texts as vectors of what they say: rare words by a hashed table, meaning by the embedding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

from indexer.clusters.records import Told
from indexer.terms import load_lexicon
from indexer.tokens import normalise
from indexer.topics.terms import cut

WIDTH = 512  # numbers that words are hashed into
SPREAD = 3  # of which each word takes so many
LONGEST = 500  # characters of a text; what it is about is said before that
LONGEST_PAIR = 6
TITLE_COUNTS = 2
BUCKETS = 1 << 18  # in which the bearers of a word are counted
WORDS_COUNT = 0.8  # length of the word part beside the meaning part of a vector
MEANING_COUNTS = 0.6
COMMON = 0.15  # share of many texts from which a word tells nothing
MANY = 2000
OTHERS = (
    300  # texts about other things taken to exist: in a few texts about one thing it is not common
)

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint64]
# What people say in any complaint.
_EMPTY = """
您好 你好 领导 尊敬 请问 希望 有关 部门 相关 情况 问题 反映 投诉 咨询 市民 来电
来电人 诉求 处理 解决 尽快 谢谢 感谢 麻烦 我们 他们 你们 自己 现在 已经 一直 没有
不能 可以 什么 怎么 为什么 这个 那个 这样 就是 还是 因为 所以 但是 而且 如果 时候
今天 昨天 每天 多次 严重 影响 居民 生活 业主 小区 社区 街道 工作 人员 政府 书记
市长 表示 认为 进行 要求 建议 关于 附近 旁边 以及 目前 至今 长期 大家 我家 家里
老百姓 百姓 请求 恳请 求助 举报 查处 给予 答复 回复 关注 重视 存在 一个 一些 有人
无人 没人 虚构 数据 虚构数据 核实
"""
EMPTY = frozenset(_EMPTY.split())


def words_of(one: Told) -> Counter[str]:
    """The words and pairs of words of a text that may tell what it is about; the title counts double."""
    found = Counter(_telling(f"{one.text}"[:LONGEST]))
    for word in _telling(one.title):
        found[word] += TITLE_COUNTS
    return found


def _telling(text: str) -> Iterable[str]:
    words, stop = cut(normalise(text)), _stop()
    yield from (word for word in words if len(word) > 1 and word not in stop)
    for one, two in pairwise(words):
        if len(one) + len(two) <= LONGEST_PAIR and one not in stop and two not in stop:
            yield one + two


@lru_cache(maxsize=1)
def _stop() -> frozenset[str]:
    return EMPTY | load_lexicon().stop


class Bearers:
    """How many texts bear each word, so that rare ones count more; grows with the texts."""

    def __init__(self, counts: npt.NDArray[np.int32] | None = None, texts: int = 0) -> None:
        self.counts = np.zeros(BUCKETS, np.int32) if counts is None else counts
        self.texts = texts

    def add(self, every: Sequence[Counter[str]]) -> None:
        """Count these texts in."""
        held = _buckets(_keys([word for words in every for word in words]))
        self.counts += np.bincount(held, minlength=BUCKETS).astype(np.int32)
        self.texts += len(every)

    def worth(self, words: Sequence[str]) -> Floats:
        """Inverse document frequency; 0 for a word that too many texts bear."""
        return self.worth_of(_keys(words))

    def worth_of(self, keys: Keys) -> Floats:
        """The same by the keys of the words."""
        held = self.counts[_buckets(keys)]
        worth = np.log((1 + self.texts + OTHERS) / (1 + held))
        common = (held > COMMON * self.texts) & (self.texts > MANY)
        return np.where(common, 0, worth).astype(np.float32)


def _keys(words: Sequence[str]) -> Keys:
    """A well-mixed 64-bit key for each word."""
    keys = np.fromiter((crc32(word.encode()) for word in words), np.uint64, len(words))
    keys = (keys + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(keys ^ (keys >> np.uint64(29)))


def _buckets(keys: Keys) -> npt.NDArray[np.intp]:
    return np.asarray(keys % np.uint64(BUCKETS), dtype=np.intp)


def vectors(every: Sequence[Counter[str]], meanings: Floats, bearers: Bearers) -> Floats:
    """One vector of unit length for each text; a text that says nothing is all zeros."""
    owners = np.repeat(np.arange(len(every)), [len(words) for words in every])
    names = [word for words in every for word in words]
    if not names:
        return np.zeros((len(every), WIDTH + meanings.shape[1]), np.float32)
    often = np.fromiter((count for words in every for count in words.values()), np.float32)
    keys = _keys(names)
    weights = np.sqrt(often) * bearers.worth_of(keys)
    flat = np.zeros(len(every) * WIDTH)
    for turn in range(SPREAD):
        spots = (keys >> np.uint64(20 + 10 * turn)) % np.uint64(WIDTH)
        signs = 2.0 * ((keys >> np.uint64(56 + turn)) & np.uint64(1)).astype(np.float32) - 1
        at = owners * WIDTH + spots.astype(np.intp)
        flat += np.bincount(at, weights * signs, minlength=len(flat))
    rows = flat.reshape(len(every), WIDTH).astype(np.float32)
    both = np.hstack([_unit(rows) * WORDS_COUNT, _unit(meanings) * MEANING_COUNTS])
    both[~rows.any(axis=1)] = 0
    return _unit(both)


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)
