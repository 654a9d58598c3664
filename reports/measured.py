"""One period measured against the one before, the same a year ago, and the running cycle."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casedb.beijing import beijing
from casedb.rules.rate_rules import RateRules
from casedb.store import Session
from casedb.tally.counts import count
from casedb.tally.facts import first_day
from casedb.tally.spans import Span, before, cycle, year_ago
from reports.figures import Change, Figures, Share, change, figures

LONG = 62  # days from which the pace is told by month
COVERED = 3  # days that may be missing at the start of a period that still counts as recorded


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a period and of what it is compared with; None where no history reaches."""

    now: Figures
    earlier: Figures | None
    a_year_ago: Figures | None
    cycle: Figures | None  # of the cycle in which the period ends, where it differs from it
    last_period: Change
    last_year: Change
    rising: tuple[tuple[Share, int], ...]  # topics with their count in the period before
    pace: tuple[tuple[str, int], ...]  # cases by day, or by month of a long period
    rules: RateRules
    until: date | None = None  # Beijing date of counting, where the period is not over yet


def measure(s: Session, span: Span, rules: RateRules, *, now: datetime) -> Measured:
    """Count a period and what it is compared with.

    Args:
        now: aware instant; open cases past their deadline at `now` are late.
    """

    def counted(one: Span) -> Figures:
        return figures(count(s, one, rules, now=now), rules)

    reaches = first_day(s)
    this, earlier, a_year_ago = (counted(one) for one in (span, before(span), year_ago(span)))
    last_period = change(this, earlier, known=_known(reaches, before(span)))
    last_year = change(this, a_year_ago, known=_known(reaches, year_ago(span)))
    running = cycle(span.after - timedelta(days=1), start_day=rules.start_day)
    return Measured(
        now=this,
        earlier=earlier if last_period.known else None,
        a_year_ago=a_year_ago if last_year.known else None,
        cycle=None if running == span or rules.start_day == 1 else counted(running),
        last_period=last_period,
        last_year=last_year,
        rising=_rising(this, earlier) if last_period.known else (),
        pace=_pace(this),
        rules=rules,
        until=beijing(now).date() if span.end > now else None,
    )


def _known(reaches: datetime | None, span: Span) -> bool:
    """Whether the records cover the whole of a period; a month half covered is no comparison."""
    return reaches is not None and reaches < span.end and (reaches - span.start).days <= COVERED


def _rising(now: Figures, then: Figures) -> tuple[tuple[Share, int], ...]:
    """Topics of the second level that grew most in number."""
    old = {one.name: one.count for one in then.by_topic_2}
    grown = [(one, old.get(one.name, 0)) for one in now.by_topic_2]
    grown = [pair for pair in grown if pair[0].count - pair[1] > 0]
    return tuple(sorted(grown, key=lambda pair: (pair[1] - pair[0].count, pair[0].name))[:5])


def _pace(now: Figures) -> tuple[tuple[str, int], ...]:
    days = [(now.span.first + timedelta(days=at), cases) for at, cases in enumerate(now.by_day)]
    if len(days) <= LONG:
        return tuple((f"{day:%m-%d}", cases) for day, cases in days)
    months: Counter[str] = Counter()
    for day, cases in days:
        months[f"{day:%Y-%m}"] += cases
    return tuple(months.items())
