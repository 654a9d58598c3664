"""Text to search terms: character pairs of Han text, Latin and digit runs, each as one 64-bit key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

TOKENS_VERSION = "pairs-1"  # part of the index fingerprint; raise it when a key changes

Keys = npt.NDArray[np.uint64]

_PAIR_SHIFT = 21  # a code point needs 21 bits, so a pair of them fits 42 and never meets a hash
_HASHED = 1 << 63
_RUN = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")


def normalise(text: str) -> str:
    """One width, one case, one zero; the length may change."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("〇", "零").replace("○", "零")
    return text.lower()


def is_han(codes: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Which code points are Han characters (common block, extension A, planes two and three)."""
    return (
        ((codes >= 0x4E00) & (codes <= 0x9FFF))
        | ((codes >= 0x3400) & (codes <= 0x4DBF))
        | ((codes >= 0x20000) & (codes <= 0x323AF))
    )


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """The text as an array of code points; lone surrogates are kept."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def each_once(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Ascending, sorted in place; a few hundred are sorted faster than np.unique hashes them."""
    numbers.sort()
    new = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return numbers[new]


def pair_key(pair: str) -> int:
    """The key of two Han characters."""
    return ord(pair[0]) << _PAIR_SHIFT | ord(pair[1])


def pairs_beginning(char: str) -> tuple[int, int]:
    """The half-open key range of all pairs that begin with this character."""
    return ord(char) << _PAIR_SHIFT, (ord(char) + 1) << _PAIR_SHIFT


@lru_cache(maxsize=65536)
def run_key(run: str) -> int:
    """The key of a Latin or digit run."""
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big") | _HASHED


def pair_keys(text: str) -> tuple[Keys, npt.NDArray[np.intp]]:
    """Keys of all Han pairs of a normalised text, and where each begins."""
    codes = code_points(text)
    if len(codes) < 2:
        return np.empty(0, np.uint64), np.empty(0, np.intp)
    han = is_han(codes)
    at = np.flatnonzero(han[:-1] & han[1:])
    wide = codes.astype(np.uint64)
    return (wide[at] << np.uint64(_PAIR_SHIFT)) | wide[at + 1], at


def runs(text: str) -> list[tuple[int, str]]:
    """Latin and digit runs of a normalised text; a joined run (db11-t.2021) also gives its parts."""
    found = []
    for match in _RUN.finditer(text):
        run = match[0]
        found.append((match.start(), run))
        if not run.isalnum():
            parts = re.split(r"[._-]", run)
            found.extend((match.start(), part) for part in parts)
    return found


def block_keys(texts: Sequence[str]) -> tuple[Keys, npt.NDArray[np.uint32]]:
    """Keys of many texts at once, and to which text each belongs."""
    normal = [normalise(text) for text in texts]
    starts = np.cumsum([0] + [len(text) + 1 for text in normal])[:-1]
    joined = "\n".join(normal)
    keys, at = pair_keys(joined)
    found = runs(joined)
    run_keys = np.fromiter((run_key(run) for _, run in found), np.uint64, len(found))
    run_at = np.fromiter((where for where, _ in found), np.intp, len(found))
    owners = np.searchsorted(starts, np.concatenate([at, run_at]), side="right") - 1
    return np.concatenate([keys, run_keys]), owners.astype(np.uint32)
