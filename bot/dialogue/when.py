"""Plain Chinese -> when, who and what of a reminder, or the question to ask back.

Beijing time throughout. How vague words are read (the confirmation always says the full date):

- A date without a clock is 09:00; when that is today and 09:00 is past, 17:30.
- A clock without a date is its next occurrence: 9点 said at ten is tomorrow 09:00. With 今天 it
  is a past time and is asked back.
- Hours 1 to 6 without 上午/下午 are the afternoon; 05:30 with its zero stays as printed.
- 周三 is the coming one, today included; 本周三 may be past and is then asked back; weeks begin
  on Monday. 下周 without a day is its Monday, 下个月 its first day, 本周内 its Friday.
- 国庆前 is the day before, 国庆后 the first working day after; 周五前, 月底前 are that day.
- N个工作日后 and 内 count from the next working day (Civil Code, article 201).
- A date without its year that is past is next year's only when that is less than half a year away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dialogue.timewords import reading, scan
from bot.dialogue.timewords.marks import AskBack, Frame, Workdays
from casedb.beijing import beijing
from casedb.errors import CalendarMissing
from casedb.privacy.surnames import SINGLE

ME = "me"
_PERSON_VERB = r"(?:提醒|通知|告诉|告知|叫|让|喊|催办|催一?催|催|知会|嘱咐|转告)"
_ME = r"(?:我们|咱们?|我|本人|自己|俺)"
_LIKE_A_UNIT = r"[\u4e00-\u9fffA-Za-z0-9]{1,12}?(?:社区|科室|[科办站所队]|中心|专班|街道|物业|居委会|村委会|公司)(?![理法事组的])"
_ORDER = re.compile(
    r"(?:请|麻烦|帮忙?|给我?|替我?|为我?|帮我|到时候?|届时|记得|务必|再|另外|你|您|小助手|值班)*"
    r"(?:设置?|定|建立?|加|创建|新建|发|安排|添加|来(?=个|一)|做)(?:上|下|好)?(?:一?[个条则下])?(?:新的?)?(?:定时)?(?:提醒|闹钟|待办|备忘|日程)(?:事项)?"
)
_VERB = re.compile(
    rf"(?:请|麻烦|帮忙|帮我|帮|替我|到时候?|届时|记得|别忘了?|务必|再|要|都|你|您|准时|按时|定时|提前)*(?P<verb>{_PERSON_VERB})(?:一下|一声|下)?"
)
_HEAD = re.compile(
    r"^(?:[\s，,。；;：:、!！~\-—·@]|我(?=[要得需应])|记一?下|请|麻烦|帮我|帮忙|给我|记得|别忘了?|不要忘记?了?|勿忘|务必|一定要?|需要|应该|应|得|要|的|把这件?事|一下|并|都|就|关于|内容是?|事项是?|为)+"
)
_TAIL = re.compile(
    r"(?:[\s，,。；;：:、!！~\-—·？?]|的时候|记得|别忘了?|不要忘了?|勿忘|哦|啊|吧|呀|哈|啦|谢谢|一下|提醒|之前|以前)+$"
)
_NAME_LIKE = re.compile(
    rf"(?![查安计包关解简付管任代张](?:看|贴|装|排|水|划|装|决|要|好|开|交|理|办|表|电))[{SINGLE}][\u4e00-\u9fff]{{1,2}}$"
)
_STRANGER = re.compile(
    r"(?P<crowd>大家|各位|所有人|全体人员|各社区|各科室|各单位|所有社区|所有单位|他们?|她们?)"
    r"|(?P<title>[\u4e00-\u9fff]{1,3}?(?:主任|书记|科长|经理|所长|队长|处长|师傅|老师|大姐|阿姨))"
)
MANY_UNITS = "一条提醒只能发给一个单位，请分成几条说。"


@dataclass(frozen=True, slots=True)
class When:
    """A reminder as understood. `question` is set instead of `due` when we must ask back.

    `due` is aware, Beijing. `who` is "me" or a unit's name.
    """

    due: datetime | None
    who: str
    what: str
    repeats: str | None = None
    question: str | None = None


def parse(text: str, *, now: datetime, calendar: Workdays, units: Sequence[str] = ()) -> When:
    """Read a reminder said in plain Chinese.

    Args:
        text: what was said, with or without 提醒.
        now: an aware instant.
        calendar: working days; a count past it becomes a question.
        units: names that may be reminded; a part that fits only one of them will do.
    """
    sentence = scan.even(text[:500])
    who = _Who(sentence.text, units)
    frame = Frame(beijing(now), calendar)
    chosen = reading.chosen(scan.clusters(who.hidden))
    what = _what(sentence, who, [(cluster.start, cluster.end) for cluster in chosen])
    try:
        if who.question:
            raise AskBack(who.question)
        instant = reading.read(who.hidden, chosen, frame)
    except AskBack as ask:
        return When(None, who.name, what, question=ask.question)
    except CalendarMissing as missing:
        question = f"{missing.what}请直接说几月几日几点。"
        return When(None, who.name, what, question=question)
    except OverflowError:
        question = "这个时间太远了，请说一个近一些的日期。"
        return When(None, who.name, what, question=question)
    due = instant.due.replace(microsecond=0)
    if due <= frame.now:
        due += timedelta(seconds=1)
    return When(due, who.name, what, instant.repeats)


class _Who:
    """Finds the person part (提醒甲一社区) and hides every unit's name from the grammar of time."""

    def __init__(self, text: str, units: Sequence[str]) -> None:
        self.name, self.question = ME, ""
        self.cut: list[tuple[int, int]] = []
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
            also = re.compile("的?(?:同志们?|同事们?|工作人员|各位)?").match(text, last)
            last = also.end() if also and len(also[0]) > 1 else last
            self._hide(first, last)
        self.name = name

    def _inside(self, at: int) -> bool:
        return any(start <= at < end for start, end in self.cut)

    def _at_the_head(self, places: Sequence[tuple[int, int, str]]) -> None:
        """甲一社区明天9点交材料."""
        if places and places[0][0] == self.hidden.startswith("@"):
            _, end, self.name = places[0]
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
        found = _STRANGER.match(self.hidden, at)
        said = found[0] if found and not scan.marks(found[0]) else ""
        following = next((c for c in scan.clusters(self.hidden) if c.start > at), None)
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
    """Where units are named, whole or by a part that fits only one of them."""
    names = {name: name for name in units}
    for name in units:
        for size in range(2, len(name)):
            part = name[:size]
            if sum(other.startswith(part) for other in units) == 1:
                names.setdefault(part, name)
    places: list[tuple[int, int, str]] = []
    for part in sorted(names, key=len, reverse=True):
        for found in re.finditer(re.escape(part), text):
            if all(found.end() <= start or found.start() >= end for start, end, _ in places):
                places.append((found.start(), found.end(), names[part]))
    return sorted(places)


def _what(sentence: scan.Sentence, who: _Who, used: Sequence[tuple[int, int]]) -> str:
    """What is left: the task, without time, person and filler."""
    rest = sentence.cut([*who.cut, *used])
    previous = ""
    while previous != rest:
        previous = rest
        rest = _TAIL.sub("", _HEAD.sub("", rest))
    return re.sub(r"[，,]{2,}", "，", rest).strip()
