"""Whom a reminder is for: oneself or one unit, named whole, by its beginning or as people shorten it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.dialogue.reminding.timewords import scan
from casedb.privacy.surnames import SINGLE

ME = "me"
_PERSON_VERB = r"(?:提醒|通知|告诉|告知|叫|让|喊|催办|催一?催|催|提个?醒|知会|嘱咐|转告)"
_ME = r"(?:我们|咱们?|我|本人|自己|俺)(?:一声|一下)?"
_LIKE_A_UNIT = r"[\u4e00-\u9fffA-Za-z0-9]{1,12}?(?:社区|科室|[科办站所队]|中心|专班|街道|物业|居委会|村委会|公司)(?![理法事组的])"
_ORDER = re.compile(
    r"(?:请|麻烦|帮忙?|给我?|替我?|为我?|帮我|到时候?|届时|记得|务必|再|另外|你|您|小助手|值班)*"
    r"(?:设置?|定|建立?|加|创建|新建|发|安排|添加|来(?=个|一)|做)(?:上|下|好)?(?:一?[个条则下])?(?:新的?)?(?:定时)?(?:提醒|闹钟|待办|备忘|日程)(?:事项)?"
)
_VERB = re.compile(
    rf"(?:请|麻烦|帮忙|帮我|帮|替我|到时候?|届时|记得|别忘了?|务必|再|要|都|你|您|准时|按时|定时|提前)*(?P<verb>{_PERSON_VERB})(?:一下|一声|下)?"
)
_NAME_LIKE = re.compile(
    rf"(?![查安计包关解简付管任代张](?:看|贴|装|排|水|划|装|决|要|好|开|交|理|办|表|电))[{SINGLE}][\u4e00-\u9fff]{{1,2}}$"
)
_STRANGER = re.compile(
    r"(?P<crowd>大家|各位|所有人|全体人员|他们?|她们?"
    r"|(?:[各每]个?|[几这那\d一二两三四五六七八九十]+[个家]|所有|全部|全体|其[他它]|相关|有关|辖区)的?(?:社区|科室|单位|部门|人员?))"
    r"|(?P<title>[\u4e00-\u9fff]{1,3}?(?:主任|书记|科长|经理|所长|队长|处长|师傅|老师|大姐|阿姨))"
)
_ONLY_A_KIND = re.compile("社区|科室|街道|物业|居委会|村委会|派出所|中心|单位|部门")
_OF_THE_UNIT = re.compile(
    "的?(?:同志们?|同事们?|工作人员|各位|负责人|负责同志|责任人|联系人|对接人|经办人|承办人|值班人员)?"
)
# 城管办 for 城市管理办公室: what shortened names of units end with.
_SHORT_ENDS = "办队科所站班委"
_SHORT_MOST = 6  # letters
_NO_SHORT_NAME = {"接诉即办"}
MANY_UNITS = "一条提醒只能发给一个单位，请分成几条说。"


class Whom:
    """Finds the person part (提醒甲一社区) and hides every unit's name from the grammar of time."""

    def __init__(self, text: str, units: Sequence[str]) -> None:
        self.name, self.question = ME, ""
        self.cut: list[tuple[int, int]] = []
        self.text = text
        places = _unit_places(text, units)
        hidden = list(text)
        for start, end, _ in places:
            hidden[start:end] = scan.HIDDEN * (end - start)
        self.hidden = "".join(hidden)
        self._order(text)
        self._verb(text, places)

    def _order(self, text: str) -> None:
        """设个提醒, 定个闹钟: not part of the task."""
        if found := _ORDER.search(text):
            self._hide(found.start(), found.end())

    def _hide(self, start: int, end: int) -> None:
        self.cut.append((start, end))
        self.hidden = self.hidden[:start] + scan.HIDDEN * (end - start) + self.hidden[end:]

    def _verb(self, text: str, places: Sequence[tuple[int, int, str]]) -> None:
        found = [m for m in _VERB.finditer(text) if not self._inside(m.start("verb"))]
        if not found and not self.cut:
            self._at_the_head(places)
            return
        asked = next((m for m in found if m["verb"] == "提醒"), found[0] if found else None)
        if asked is None or (asked["verb"] != "提醒" and self.cut):
            start, end = self.cut[0]
        else:
            start, end = asked.span()
        strong = asked is None or asked["verb"] == "提醒" or bool(self.cut)
        person = self._person_after(text, end, places) or self._person_before(text, start, places)
        if person is None and not strong:
            return  # 通知居民停水 is the task, not whom to remind
        first, last, name = person or (start, end, ME)
        self._hide(min(start, first) if first < start else start, end)
        if person:
            also = _OF_THE_UNIT.match(text, last)
            last = also.end() if also and len(also[0]) > 1 else last
            self._hide(first, last)
        self.name = name

    def _inside(self, at: int) -> bool:
        return any(start <= at < end for start, end in self.cut)

    def _at_the_head(self, places: Sequence[tuple[int, int, str]]) -> None:
        """甲一社区明天9点交材料; a shortened name only with the time right behind it."""
        if not places or places[0][0] != self.hidden.startswith("@"):
            return
        start, end, name = places[0]
        shortened = not name.startswith(self.text[start:end])
        if shortened and all(one.start != end for one in scan.clusters(self.hidden)):
            return
        self.name = name
        self._hide(0, end)

    def _person_after(
        self, text: str, end: int, places: Sequence[tuple[int, int, str]]
    ) -> tuple[int, int, str] | None:
        """Right behind the verb, or behind the time that follows it."""
        glue = re.compile(r"[\s，,：:给@]*")
        spots = [glue.match(text, end).end()]  # type: ignore[union-attr]
        if me := re.compile(_ME).match(text, spots[0]):
            return spots[0], me.end(), ME
        following = next(
            (c for c in scan.clusters(self.hidden) if c.start <= spots[0] + 1 <= c.end), None
        )
        if following is not None:
            spots.append(following.end)
            if me := re.compile(_ME).match(text, following.end):
                return following.end, me.end(), ME
        for spot in spots:
            for start, stop, name in places:
                if start == spot:
                    self._refuse_many(text, stop, places)
                    return start, stop, name
        self._refuse_stranger(spots[0])
        guess = re.compile(_LIKE_A_UNIT).match(self.hidden, spots[0])
        if guess and following is None and not scan.marks(guess[0]):
            return guess.start(), guess.end(), guess[0]
        return None

    def _refuse_stranger(self, at: int) -> None:
        """提醒大家, 提醒王主任: only oneself or a unit can be reminded."""
        found = _STRANGER.match(self.text, at)
        said = found[0] if found and (found["crowd"] or not scan.marks(found[0])) else ""
        following = next((c for c in scan.clusters(self.hidden) if c.start > at), None)
        kind = _ONLY_A_KIND.match(self.text, at)
        if kind and following and following.start == kind.end():
            said = kind[0]
        if not said and following and _NAME_LIKE.match(self.hidden[at : following.start]):
            said = self.hidden[at : following.start]
        if said:
            self.question = (
                f"只能提醒自己或某一个单位，不能直接提醒“{said}”。"
                "请说“提醒我……”或“提醒甲一社区……”。"
            )

    def _refuse_many(self, text: str, stop: int, places: Sequence[tuple[int, int, str]]) -> None:
        if any(start == stop + 1 and text[stop] in "和、及跟与" for start, _, _ in places):
            self.question = MANY_UNITS

    def _person_before(
        self, text: str, start: int, places: Sequence[tuple[int, int, str]]
    ) -> tuple[int, int, str] | None:
        """给甲一社区提醒."""
        for first, stop, name in places:
            lead = re.search(r"(?:给|向|对|替|@)$", text[:first])
            if lead and stop <= start <= stop + 2:
                return lead.start(), stop, name
        mine = re.search(rf"(?:给|替|帮|为){_ME}$", text[:start])
        return (mine.start(), start, ME) if mine else None


def _unit_places(text: str, units: Sequence[str]) -> list[tuple[int, int, str]]:
    """Where units are named, whole or by a part that fits only one of them; the longest first."""
    names = {name: name for name in units}
    for name in units:
        for size in range(2, len(name)):
            part = name[:size]
            if _ONLY_A_KIND.fullmatch(part):
                continue
            if sum(other.startswith(part) for other in units) == 1:
                names.setdefault(part, name)
    found = [
        (hit.start(), hit.end(), name)
        for part, name in names.items()
        for hit in re.finditer(re.escape(part), text)
    ]
    found += _shortened(text, units)
    places: list[tuple[int, int, str]] = []
    for start, end, name in sorted(found, key=lambda place: (place[0] - place[1], place[0])):
        if all(end <= first or start >= last for first, last, _ in places):
            places.append((start, end, name))
    return sorted(places)


def _shortened(text: str, units: Sequence[str]) -> list[tuple[int, int, str]]:
    """城管办, 执法队, 专班: letters of one unit's name in their order, with its kind at the end."""
    found = []
    for end in (hit.end() for hit in re.finditer(f"[{_SHORT_ENDS}]", text)):
        for size in range(2, min(_SHORT_MOST, end) + 1):
            part = text[end - size : end]
            fits = [name for name in units if _shortens(part, name)]
            if len(fits) == 1 and part not in _NO_SHORT_NAME:
                found.append((end - size, end, fits[0]))
    return found


def _shortens(part: str, name: str) -> bool:
    if len(part) < 3:
        return name.endswith(part)
    letters = iter(name)
    return all(letter in letters for letter in part)
