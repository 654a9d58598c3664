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

from bot.dialogue.reminding.timewords import reading, scan
from bot.dialogue.reminding.timewords.marks import AskBack, Frame, Workdays
from bot.dialogue.reminding.timewords.whom import Whom
from casedb.beijing import beijing
from casedb.errors import CalendarMissing

_HEAD = re.compile(
    r"^(?:[\s，,。；;：:、!！~\-—·]|@我?|吧(?=[，,])|我(?=[要得需应])|记一?下|请|麻烦|帮我|帮忙|给我|记得|别忘了?|不要忘记?了?|勿忘|务必|一定要?|需要|应该|应|得|要|的|把这件?事|一下|并|都|就|关于|内容是?|事项是?|为)+"
)
_TAIL = re.compile(
    r"(?:[\s，,。；;：:、!！~\-—·？?]|的时候|记得|别忘了?|不要忘了?|勿忘|哦|啊|吧|呀|哈|啦|谢谢|一下|提醒|之前|以前)+$"
)


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
    who = Whom(sentence.text, units)
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


def _what(sentence: scan.Sentence, who: Whom, used: Sequence[tuple[int, int]]) -> str:
    """What is left: the task, without time, person and filler."""
    rest = sentence.cut([*who.cut, *used])
    previous = ""
    while previous != rest:
        previous = rest
        rest = _TAIL.sub("", _HEAD.sub("", rest))
    return re.sub(r"[，,]{2,}", "，", rest).strip()
