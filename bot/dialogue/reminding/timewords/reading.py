"""From clusters of marks to one instant, or to the question that must be asked back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.dialogue.reminding.timewords import clock, events
from bot.dialogue.reminding.timewords.days import monday
from bot.dialogue.reminding.timewords.marks import (
    MORNING,
    ONE_DAY,
    AheadMark,
    AskBack,
    AskMark,
    ClockMark,
    DayMark,
    Frame,
    PartMark,
    RepeatMark,
    SpanMark,
    add_months,
    holiday_end,
    valid_day,
    workdays_after,
)
from bot.dialogue.reminding.timewords.repeats import monthly
from bot.dialogue.reminding.timewords.scan import Cluster
from casedb.beijing import BEIJING

BEFORE_CLOSING = time(17, 30)  # a day said on that day itself, when its morning is past
EXAMPLE = "例如：明天上午9点。"


@dataclass(frozen=True, slots=True)
class Instant:
    """What was read: when, and whether it comes again."""

    due: datetime
    repeats: str | None


def read(text: str, chosen: Sequence[Cluster], frame: Frame) -> Instant:
    """The instant meant by the chosen clusters of the sentence.

    Raises:
        AskBack: it names none, or one that is past or impossible.
        CalendarMissing: a count of working days runs past the calendar.
    """
    if not chosen:
        raise AskBack(_nothing(text))
    marks = Cluster(
        tuple(mark for cluster in chosen for mark in cluster.marks),
        chosen[0].start,
        chosen[-1].end,
    )
    for ask in marks.of(AskMark):
        raise AskBack(ask.question)
    repeat = marks.of(RepeatMark)
    due = _Solver(text, marks, frame).due()
    return Instant(due, repeat[0].repeats if repeat else None)


def _nothing(text: str) -> str:
    if event := events.named(text):
        return f"“{event}”是哪一天、几点？请说一个具体的时间，{EXAMPLE}"
    return f"没有看到具体的时间，请说什么时候提醒，{EXAMPLE}"


def chosen(found: Sequence[Cluster]) -> list[Cluster]:
    """The heaviest cluster, and those that say what it leaves open."""
    if not found:
        return []
    first = max(found, key=lambda cluster: cluster.weight)
    picked = [first]
    has_day, has_clock = first.has_day, first.has_clock
    for other in found:
        if other is first or other.of(AskMark):
            continue
        exact = any(span.seconds for span in (*first.of(SpanMark), *other.of(SpanMark)))
        repeat = bool(other.of(RepeatMark)) and not first.of(RepeatMark)
        ahead = all(isinstance(mark, AheadMark) for mark in other.marks)
        day = other.has_day and not has_day and not other.has_clock and other.weight > 2
        hour = other.has_clock and not has_clock and not other.has_day
        if ahead or (not exact and (repeat or day or hour)):
            picked.append(other)
            has_day, has_clock = has_day or other.has_day, has_clock or other.has_clock
    return sorted(picked, key=lambda cluster: cluster.start)


class _Solver:
    """Tries the readings of the chosen marks in order; the first that is not past is meant."""

    def __init__(self, text: str, marks: Cluster, frame: Frame) -> None:
        self.text, self.marks, self.frame = text, marks, frame
        self.days = marks.of(DayMark)
        self.spans = marks.of(SpanMark)
        self.repeat = next(iter(marks.of(RepeatMark)), None)
        self.ahead = marks.of(AheadMark)

    def due(self) -> datetime:
        exact = next((span for span in self.spans if span.seconds), None)
        if exact is not None:
            return self._exact(exact)
        self._refuse_an_end()
        if not (self.days or self.spans or self.repeat or self._clock() or self._part()):
            raise AskBack(f"要提前提醒的事在哪一天、几点？{EXAMPLE}")
        last: datetime | None = None
        for day in self._candidates():
            for shift, at in self._times(day):
                instant = datetime.combine(day + shift * ONE_DAY, at, tzinfo=BEIJING)
                last = self._earlier(instant)
                if last > self.frame.now:
                    return last
        raise AskBack(self._past(last))

    def _refuse_an_end(self) -> None:
        """6月1日至5日每天, 国庆期间每天: nothing stops a repetition by itself."""
        if self.repeat is None or not self._has_an_end():
            return
        raise AskBack(
            "重复的提醒不会到那天自己停下。请只说从哪天开始，例如：从6月1日起每天上午9点；"
            "不用了再按编号取消。"
        )

    def _has_an_end(self) -> bool:
        if "为止" in self.text or self._says("期间"):
            return True
        between = self.text[self.days[0].end : self.days[-1].start] if self.days else ""
        return re.search(r"(?:到|至|截止|-|~|—)", between) is not None

    def _past(self, last: datetime | None) -> str:
        said = self.text[self.marks.start : self.marks.end].strip("，,、 ")
        shown = f"（{last:%Y年%-m月%-d日 %H:%M}）" if last else ""
        return f"“{said}”{shown}已经过了，请说一个将来的时间，{EXAMPLE}"

    def _exact(self, span: SpanMark) -> datetime:
        clock_mark = self._clock()
        if clock_mark is None and not self.days:
            self._refuse_event(span)
            return self._earlier(self.frame.now + timedelta(seconds=span.seconds))
        day = next(self._candidates())
        shift, at = self._times(day)[0]
        base = datetime.combine(day + shift * ONE_DAY, at, tzinfo=BEIJING)
        due = self._earlier(base + timedelta(seconds=span.seconds))
        if due <= self.frame.now:
            raise AskBack(self._past(due))
        return due

    def _refuse_event(self, span: SpanMark) -> None:
        """收到通知三天内: from which day?"""
        if self.days and self.days[0].start < span.start:
            return
        if event := events.counted_from(self.text, span.start, span.end):
            raise AskBack(f"“{event}”要从哪一天算起？请说几月几日，{EXAMPLE}")

    def _clock(self) -> ClockMark | None:
        clocks, part = self.marks.of(ClockMark), self._part()
        if not clocks:
            return None
        if part and part.start < clocks[0].start and clocks[0].times[0][1].hour <= 18:
            return clock.in_part(clocks[0], part.part)
        return clocks[0]

    def _part(self) -> PartMark | None:
        return next(iter(self.marks.of(PartMark)), None)

    def _times(self, day: date) -> Sequence[tuple[int, time]]:
        """Readings of the time of day; later ones serve only when the day is today."""
        today = day == self.frame.today and self.repeat is None
        if clock_mark := self._clock():
            if clock_mark.now:
                return ((0, self.frame.now.time().replace(second=0, microsecond=0)),)
            return clock_mark.times
        if part := self._part():
            times = clock.part_times(part.part)
            return times if today else times[:1]
        loose = bool(self.days) and self.days[0].loose_weekday
        return ((0, MORNING), (0, BEFORE_CLOSING)) if today and not loose else ((0, MORNING),)

    def _earlier(self, instant: datetime) -> datetime:
        """Minus what 提前 or 前 takes off."""
        for mark in self.ahead:
            instant -= timedelta(seconds=mark.seconds, days=mark.days)
            day = add_months(instant.date(), -mark.months)
            if mark.workdays:
                day = workdays_after(self.frame, self._inclusive(day), -mark.workdays)
            instant = datetime.combine(day, instant.timetz())
        return instant

    def _inclusive(self, day: date) -> date:
        """The last working day before a month's end may be that end; before a festival never."""
        last_before = self.days and not self.days[0].festival and self._says("最后")
        return day + ONE_DAY if last_before else day

    def _says(self, words: str) -> bool:
        return words in self.text[self.marks.start : self.marks.end]

    def _candidates(self) -> Iterator[date]:
        if self.repeat is not None:
            yield from self._repeated(self.repeat)
        elif self.spans:
            yield from self._counted()
        elif self.days:
            yield from self._said_days()
        else:
            yield from (self.frame.today + n * ONE_DAY for n in (0, 1))

    def _said_days(self) -> Iterator[date]:
        first = self.days[0]
        edge = self._edge(first)
        for day in first.days(self.frame):
            if edge == "前" and first.festival and not self.ahead:
                yield day - ONE_DAY
            elif edge == "后" and first.festival:
                yield workdays_after(self.frame, day, 1)
            elif edge == "后":
                yield day + ONE_DAY
            else:
                yield self._agreed(day)

    def _edge(self, mark: DayMark) -> str:
        """前 or 后 right behind a day."""
        behind = re.match(r"(?:之|以)?([前后])", self.text[mark.end :])
        if behind is None and self.text[: mark.start].endswith(("过了", "过完")):
            return "后"
        return behind[1] if behind else ""

    def _agreed(self, day: date) -> date:
        """6月1日 周一: the two must agree; 三周后的周五: that week's Friday."""
        for other in self.days[1:]:
            if other.weekday is not None and self.days[0].week:
                return monday(day) + other.weekday * ONE_DAY
            if other.weekday is not None and other.weekday != day.weekday():
                if other.loose_weekday and self.days[0].weekday is None:
                    name = "一二三四五六日"[day.weekday()]
                    raise AskBack(f"{day:%-m月%-d日}是周{name}，和说的不一致，请再说一次是哪一天。")
                raise AskBack("一条提醒只能有一个时间，请分成几条说。")
            if other.weekday is not None and not other.loose_weekday and self._other(other, day):
                raise AskBack(f"{day:%-m月%-d日}和说的星期几不在同一周，请再说一次是哪一天。")
            if other.weekday is None and other.start > self.days[0].end and self._both(other):
                raise AskBack("一条提醒只能有一个时间，请分成几条说。")
        return day

    def _other(self, mark: DayMark, day: date) -> bool:
        return next(iter(mark.days(self.frame))) != day

    def _both(self, other: DayMark) -> bool:
        between = self.text[self.days[0].end : other.start]
        return any(word in between for word in "和及跟与、")

    def _counted(self) -> Iterator[date]:
        """A span of days from today, or from the day said before it."""
        span = self.spans[0]
        given = bool(self.days) and self.days[0].start < span.start
        if not given:
            self._refuse_event(span)
        for base in self._base_days() if given else iter([self.frame.today]):
            yield self._ahead_of(base, span, given=given)

    def _ahead_of(self, base: date, span: SpanMark, *, given: bool) -> date:
        """`base` plus the span."""
        between = self.text[self.days[0].end : span.start] if given else ""
        back = ONE_DAY if given and re.search("起|开始", between) else 0 * ONE_DAY
        if span.workdays:
            return workdays_after(self.frame, base - back, span.workdays)
        day = add_months(base, span.months) + (span.days + 7 * span.weeks) * ONE_DAY - back
        for weekday in (mark.weekday for mark in self.days if mark.start > span.start):
            if weekday is not None:
                return monday(day) + weekday * ONE_DAY
        for said in (mark.of_month for mark in self.days if mark.start > span.start):
            if said and span.months:
                return valid_day(day.year, day.month, said)
        return day

    def _base_days(self) -> Iterator[date]:
        """The day a count begins at; a festival counts from the last day of its holiday."""
        first = self.days[0]
        for day in first.days(self.frame):
            yield holiday_end(self.frame, day) if first.festival else day

    def _repeated(self, repeat: RepeatMark) -> Iterator[date]:
        start = self.frame.today
        days = repeat.days
        if repeat.repeats == "yearly":
            yield from self._yearly()
            return
        if days is None and repeat.repeats == "weekly":
            weekday = next((m.weekday for m in self.days if m.weekday is not None), 0)
            first = start + ((weekday - start.weekday()) % 7) * ONE_DAY
            yield from (first, first + 7 * ONE_DAY)
            return
        if days is None:
            said = next(iter(self.days), None)
            days = said.days if said else monthly(1)
        elif self.days:
            start = next(iter(self.days[0].days(self.frame)))
        frame = Frame(max(self.frame.now, _midnight(start)), self.frame.calendar)
        yield from days(frame)

    def _yearly(self) -> Iterator[date]:
        if not self.days:
            raise AskBack("每年的几月几日？例如：每年6月1日上午9点。")
        first = next(self._said_days())
        yield first
        yield add_months(first, 12)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=BEIJING)
