"""What can be filtered or compared without reading a passage: one fixed record each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from indexer.numerals import article_key
from indexer.passages import Filters, PaperKind, Passage, Standing
from indexer.purposes import purpose_of
from indexer.terms import QuestionKind

KINDS = tuple(PaperKind)
ACCESS = ("public", "staff", "desk")
LEVELS = ("", "law", "interpretation", "regulation", "local", "rule", "other")
_NEVER = 2**31 - 1

FACETS = np.dtype(
    [
        ("title", "<i4"), ("article", "<i4"), ("sub", "<i2"), ("length", "<i4"),
        ("effective", "<i4"), ("repealed", "<i4"), ("kind", "u1"), ("access", "u1"),
        ("place", "<u2"), ("level", "u1"), ("cues", "u1"), ("purpose", "u1"), ("searchable", "?"),
    ]
)  # fmt: skip
Facets = npt.NDArray[np.void]


def level_code(passage: Passage) -> int:
    """A coarse rank of the rule: law, judicial interpretation, regulation, local, rule."""
    said, title = passage.level, passage.title
    if "司法解释" in said or title.startswith("最高人民"):
        return LEVELS.index("interpretation")
    if said == "法律" or title.endswith(("法", "法典")):
        return LEVELS.index("law")
    if "地方" in said or (passage.place not in ("", "全国") and title.endswith("条例")):
        return LEVELS.index("local")
    if said == "行政法规" or title.endswith("条例"):
        return LEVELS.index("regulation")
    if "规章" in said or title.endswith(("办法", "规定", "细则")):
        return LEVELS.index("rule")
    return LEVELS.index("other")


def cue_bits(text: str, kinds: Sequence[QuestionKind]) -> int:
    """One bit per kind of question that the words of this text may answer; at most eight."""
    return sum(
        1 << at for at, kind in enumerate(kinds[:8]) if any(word in text for word in kind.found)
    )


def facet(
    passage: Passage, *, title: int, place: int, cues: int, searchable: bool
) -> tuple[object, ...]:
    """The record of one passage."""
    number, sub = (article_key(passage.article) if passage.article else None) or (0, 0)
    return (
        title, number, sub, len(passage.text),
        passage.effective_on.toordinal() if passage.effective_on else 0,
        passage.repealed_on.toordinal() if passage.repealed_on else _NEVER,
        KINDS.index(passage.kind),
        ACCESS.index(passage.access) if passage.access in ACCESS else len(ACCESS),
        place, level_code(passage), cues, purpose_of(passage), searchable,
    )  # fmt: skip


def is_rule(facets: Facets) -> npt.NDArray[np.bool_]:
    """Which passages come from a law or rule, so that dates bind them."""
    kinds = [KINDS.index(PaperKind.POLICY), KINDS.index(PaperKind.OFFICIAL)]
    return np.isin(facets["kind"], kinds)


def in_force(facets: Facets, on: date) -> npt.NDArray[np.bool_]:
    """Which passages hold on a Beijing date; what is no rule always holds."""
    day = on.toordinal()
    return ~is_rule(facets) | ((facets["effective"] <= day) & (day < facets["repealed"]))


def allowed(facets: Facets, filters: Filters, places: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Which passages may be found at all under these filters."""
    mask = facets["searchable"].copy()
    if filters.as_of and not filters.include_superseded:
        mask &= in_force(facets, filters.as_of)
    if filters.places:
        wanted = [i for i, place in enumerate(places) if not place or place in filters.places]
        mask &= np.isin(facets["place"], wanted)
    if filters.kinds:
        mask &= np.isin(facets["kind"], [KINDS.index(kind) for kind in filters.kinds])
    classes = [i for i, name in enumerate(ACCESS) if name in filters.access]
    mask &= np.isin(facets["access"], classes)
    return mask


def refusal(passage: Passage, filters: Filters) -> str:
    """Why these filters leave a passage out, in Chinese; "" when they do not."""
    if passage.access not in filters.access:
        return "提问人无权查看"
    if filters.kinds and passage.kind not in filters.kinds:
        return "不是要找的资料种类"
    if filters.places and passage.place and passage.place not in filters.places:
        return f"适用于{passage.place}，不是所问的地方"
    if filters.as_of and not filters.include_superseded:
        standing = passage.standing(filters.as_of)
        if standing in (Standing.SUPERSEDED, Standing.NOT_YET):
            return f"{filters.as_of.isoformat()} 时{standing.value}"
    return ""
