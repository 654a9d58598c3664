"""Pure: which unit a piece of text means, or that it cannot be told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from casedb.records import UnitRecord
from casedb.vocabulary import UnitKind

# Words that name a kind of unit and none in particular.
KIND_WORDS = frozenset(
    ["社区", "居委会", "社区居委会", "村委会", "科室", "科", "办公室", "街道", "街道办", "街道办事处", "办事处", "中心", "专班", "单位", "部门", "物业", "公司", "服务站", "社区服务站", "队"]
)  # fmt: skip
COMMUNITY_WORDS = (
    "社区居民委员会",
    "社区居委会",
    "居民委员会",
    "社区服务站",
    "居委会",
    "社区",
    "村委会",
)


def match_unit(text: str, known: Sequence[UnitRecord]) -> UnitRecord | None:
    """The one unit of `known` that `text` means; None when none or more than one might be meant.

    Tried in turn: the same name; the same name with its kind left out (甲一); a name inside the
    text (永宁街道甲一社区居委会) or around it; for sections an abbreviation (城管办).
    """
    wanted = plain(text)
    if not wanted or wanted in KIND_WORDS:
        return None
    names = [(plain(one.name), one) for one in known]
    taken = {name for name, _ in names}
    named = names + [
        (plain(old), one) for one in known for old in one.former_names if plain(old) not in taken
    ]
    core = _core(wanted)
    for matches in (
        [one for name, one in named if name == wanted],
        [one for name, one in named if core and _core(name) == core],
        _inside(wanted, named),
        [one for name, one in named if len(wanted) >= 2 and wanted in name],
        [one for name, one in named if _abbreviates(wanted, name, one.kind)],
    ):
        if matches:
            return matches[0] if len({one.id for one in matches}) == 1 else None
    return None


def parted_names(text: str) -> tuple[str, ...]:
    """The names written in one cell: 老甲社区、甲街社区."""
    return tuple(part for part in re.split(r"[、,，;；\s]+", text) if part)


def plain(text: str) -> str:
    """A name to compare by: no spaces, no brackets, full-width forms made plain."""
    return re.sub(r"[\s()\[\]【】“”\"'·]", "", unicodedata.normalize("NFKC", text))


def _core(name: str) -> str:
    """What is left of a community's name without the word for its kind."""
    for word in COMMUNITY_WORDS:
        if name.endswith(word):
            return name.removesuffix(word)
    return name


def _inside(wanted: str, named: Sequence[tuple[str, UnitRecord]]) -> list[UnitRecord]:
    """Units whose name stands in the text; a name within a longer found name does not count."""
    found = [(name, one) for name, one in named if len(name) >= 2 and name in wanted]
    longest = [
        one for name, one in found if not any(name != other and name in other for other, _ in found)
    ]
    # "永宁街道甲一社区" names the community and, on the way, the street above it.
    lower = [one for one in longest if one.kind is not UnitKind.SUBDISTRICT]
    return lower or longest


def _abbreviates(short: str, name: str, kind: UnitKind) -> bool:
    """城管办 for 城市管理办公室: the same first character, the others in the same order.

    Communities are left out: 甲村 is no short form of 甲一新村, it is another place.
    """
    if kind is UnitKind.COMMUNITY or len(short) < 2 or short[0] != name[0]:
        return False
    rest = iter(name)
    return all(sign in rest for sign in short)
