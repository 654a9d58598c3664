"""Pure: was the complainant called often enough, at different times of day, as the papers say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from casedb.beijing import BEIJING
from casedb.exclusion.moments import Deed, Moment, day_of, moments_of
from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus
from casedb.exclusion.rulebook import CallRule, Category
from casedb.exclusion.sorting import Sorted

NOT_A_CALL = re.compile(
    r"短信|微信|派单|签收|制表|填表|打印|导出|截图时间|办理时限|工单|诉求时间|来电时间|统计|共计|合计"
)
CLOCK_ONLY = re.compile(
    r"(?<![\d:：])(?P<hour>[01]?\d|2[0-3])\s*[:：]\s*(?P<minute>[0-5]\d)(?![\d])"
)
STATED = re.compile(
    r"(?:共|累计|先后|合计|总计|一共|连续)?\s*(?:拨打|致电|电话联系|呼叫|联系)[^。；\n]{0,10}?(?P<count>\d{1,2}|[一二两三四五六七八九十])\s*[次遍通]"
    r"|(?:拨打|呼叫|通话|联系)(?:总)?次数\s*[:：]?\s*(?P<count2>\d{1,2}|[一二两三四五六七八九十])"
)
NUMBERS = dict(zip("一二两三四五六七八九十", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))
NOON, EVENING = 12, 18


def check_calls(
    files: Sequence[Sorted], case: CaseFacts, category: Category, rule: CallRule
) -> Iterator[Finding]:
    """Attempts of all call records together: how many, in how many periods; and counts claimed.

    Source: sample rule EX08, at least N calls in different periods (样例，待甲方确认).
    """
    near = day_of(case.dispatched_at) if case.dispatched_at else None
    records = [one for one in files if one.readable and any(p.id == "calls" for p in one.papers)]
    if not records:
        return
    attempts = [_attempts(one, near) for one in records]
    every = sorted({at for found in attempts for at in found})
    main = records[max(range(len(records)), key=lambda at: len(attempts[at]))]
    if category.calls:
        yield from _enough(main, every, rule)
    yield from _claimed(files, every)


def _enough(main: Sorted, every: Sequence[datetime], rule: CallRule) -> Iterator[Finding]:
    name, page = main.file.name, main.lines[0].page
    told = "、".join(f"{at:%m-%d %H:%M}" for at in every[:6])
    if not every:
        return  # times could not be told apart; the person who decides looks at the record
    if len(every) < rule.at_least:
        yield Finding(
            FindingStatus.MISSING, "calls.count",
            f"只有 {len(every)} 次拨打记录，少于 {rule.at_least} 次", name, page, told,
            f"请在不同时段补拨，至少 {rule.at_least} 次，并附截图或录音。",
        )  # fmt: skip
        return
    spread = every[-1] - every[0] >= timedelta(minutes=rule.minutes_apart)
    if len({_period(at) for at in every}) < rule.periods or not spread:
        yield Finding(
            FindingStatus.CONTRADICTORY, "calls.periods",
            f"{len(every)} 次拨打都集中在同一时段，不算不同时段", name, page, told,
            "请换上午、下午、晚上等不同时段再拨，并附记录。",
        )  # fmt: skip
        return
    yield Finding(
        FindingStatus.MET, "calls", f"拨打 {len(every)} 次，分布在不同时段", name, page, told
    )


def _period(at: datetime) -> tuple[date, int]:
    return at.date(), 0 if at.hour < NOON else 1 if at.hour < EVENING else 2


def _attempts(one: Sorted, near: date | None) -> set[datetime]:
    """Beijing instants of the attempts, each once; a line with a clock only goes by the last date."""
    if not any(paper.id == "calls" for paper in one.main):
        return _in_sentences(one, near)
    found: set[datetime] = set()
    day: date | None = None
    for line in one.lines:
        moments = [one for one in moments_of([line], near) if one.day is not None]
        if NOT_A_CALL.search(line.text) and not re.search(r"拨打|呼叫|接听|未接|通话", line.text):
            continue
        for moment in moments:
            day = moment.day
            if moment.clock is not None and moment.deed not in (Deed.DISPATCHED, Deed.REPLIED):
                found.add(_instant(moment))
        if any(one.clock for one in moments):
            continue
        if day is not None and (clock := CLOCK_ONLY.search(line.text)):
            hour, minute = int(clock["hour"]), int(clock["minute"])
            found.add(datetime.combine(day, time(hour, minute), tzinfo=BEIJING))
    return found


def _in_sentences(one: Sorted, near: date | None) -> set[datetime]:
    return {
        _instant(moment)
        for moment in moments_of(one.lines, near)
        if moment.day
        and moment.clock
        and re.search(r"拨打|呼叫|无人接听|未接|关机", moment.sentence)
    }


def _instant(moment: Moment) -> datetime:
    assert moment.day is not None and moment.clock is not None
    return datetime.combine(moment.day, moment.clock, tzinfo=BEIJING)


def _claimed(files: Sequence[Sorted], every: Sequence[datetime]) -> Iterator[Finding]:
    """A paper that claims more calls than the records show."""
    if not every:
        return
    for one in files:
        for line in one.lines:
            found = STATED.search(line.text)
            if found is None or re.search(r"至少|不少于|应当|要求|规定|第\s*\S\s*次", line.text):
                continue
            said = found["count"] or found["count2"]
            count = int(said) if said.isdigit() else NUMBERS[said]
            if count > len(every):
                yield Finding(
                    FindingStatus.CONTRADICTORY, "calls.claimed",
                    f"材料写拨打 {count} 次，记录里只有 {len(every)} 次", one.file.name, line.page,
                    found[0][:40], "请补齐拨打记录，或按实际次数改正文字。",
                )  # fmt: skip
                return
