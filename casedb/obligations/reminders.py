"""Pure: who is to be told what now, who is next if nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from casedb.rules.ladders import Audience, Ladder, LadderStep, QuietHours, Unanswered

# A step pulled before the quiet hours leaves a little while before they begin.
BEFORE_QUIET = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an obligation has come on its ladder. All instants are aware UTC.

    `step` and `rung` count what was passed already; `waiting_since` is when the first reminder
    arrived (shifted when a higher rung was called late); `snoozed_until` silences everything.
    """

    due_at: datetime
    created_at: datetime
    step: int = 0
    rung: int = 0
    waiting_since: datetime | None = None
    snoozed_until: datetime | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One message to be put now: to whom, when it should have gone."""

    id: str
    to: tuple[Audience, ...]
    group: bool
    wanted_at: datetime
    escalates: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """What a look at a ladder gives: calls to make now, the new standing, when to look again."""

    calls: tuple[Call, ...]
    standing: Standing
    next_at: datetime | None


def step_times(
    standing: Standing, ladder: Ladder, quiet: QuietHours
) -> tuple[tuple[datetime, LadderStep], ...]:
    """When each step of the ladder is to go, quiet hours considered.

    A step before the due time that quiet hours would push past it goes a quarter of an hour before they begin.
    """
    return tuple((_step_time(standing, ladder, quiet, step), step) for step in ladder.steps)


def _step_time(standing: Standing, ladder: Ladder, quiet: QuietHours, step: LadderStep) -> datetime:
    at = standing.due_at + step.offset
    if not ladder.quiet or standing.urgent:
        return at
    later = quiet.until(at)
    if step.offset < timedelta(0) and later >= standing.due_at:
        return quiet.since(at) - BEFORE_QUIET
    return later


def rung_time(
    standing: Standing, ladder: Ladder, quiet: QuietHours, rung: Unanswered
) -> datetime | None:
    """When somebody higher is called if nobody answers; None while nothing has arrived yet."""
    if standing.waiting_since is None:
        return None
    at = standing.waiting_since + rung.after
    if rung.no_earlier is not None:
        at = max(at, standing.due_at + rung.no_earlier)
    return at if not ladder.quiet or standing.urgent else quiet.until(at)


def move(standing: Standing, ladder: Ladder, quiet: QuietHours, now: datetime) -> Move:
    """What has to be said now and when to look again.

    Of several steps whose time has passed only the last one speaks: the others are superseded.
    Of several rungs only the next one: after an outage everybody still gets the time to answer.
    """
    resting = _rests_until(standing, ladder, quiet, now)
    if resting is not None:
        return Move((), standing, resting)
    calls: list[Call] = []
    after = _take_step(standing, ladder, quiet, now, calls)
    after = _take_rung(after, ladder, quiet, now, calls)
    return Move(tuple(calls), after, _next(after, ladder, quiet))


def _rests_until(
    standing: Standing, ladder: Ladder, quiet: QuietHours, now: datetime
) -> datetime | None:
    until = standing.snoozed_until
    if until is not None and until > now:
        return until
    if ladder.quiet and not standing.urgent and quiet.until(now) > now:
        return quiet.until(now)
    return None


def _take_step(
    standing: Standing, ladder: Ladder, quiet: QuietHours, now: datetime, calls: list[Call]
) -> Standing:
    times = step_times(standing, ladder, quiet)
    passed = [index for index, (at, _) in enumerate(times) if index >= standing.step and at <= now]
    if standing.snoozed_until is not None:
        # The snooze is over: speak again, in the words of the last step that applies.
        index = passed[-1] if passed else max(standing.step - 1, 0)
        step = times[index][1]
        wanted = max(standing.snoozed_until, times[index][0] if passed else standing.snoozed_until)
        # The instant keeps the key unique when the same step is snoozed again.
        name = f"{step.id}~{standing.snoozed_until:%m%d%H%M%S}"
        calls.append(Call(name, step.to, step.group, wanted))
        return _replace(standing, step=max(index + 1, standing.step), snoozed_until=None)
    if not passed:
        return standing
    at, step = times[passed[-1]]
    calls.append(Call(step.id, step.to, step.group, max(at, standing.created_at)))
    return _replace(standing, step=passed[-1] + 1)


def _take_rung(
    standing: Standing, ladder: Ladder, quiet: QuietHours, now: datetime, calls: list[Call]
) -> Standing:
    if standing.rung >= len(ladder.unanswered) or standing.waiting_since is None:
        return standing
    rung = ladder.unanswered[standing.rung]
    at = rung_time(standing, ladder, quiet, rung)
    if at is None or at > now:
        return standing
    calls.append(Call(rung.id, rung.to, group=False, wanted_at=at, escalates=True))
    # The next rung counts from now, not from a call that was made late.
    since = max(standing.waiting_since, now - rung.after)
    return _replace(standing, rung=standing.rung + 1, waiting_since=since)


def _next(standing: Standing, ladder: Ladder, quiet: QuietHours) -> datetime | None:
    times = [at for at, _ in step_times(standing, ladder, quiet)[standing.step :]]
    if standing.rung < len(ladder.unanswered):
        at = rung_time(standing, ladder, quiet, ladder.unanswered[standing.rung])
        times += [] if at is None else [at]
    return min(times, default=None)


def _replace(
    standing: Standing,
    *,
    step: int | None = None,
    rung: int | None = None,
    waiting_since: datetime | None = None,
    snoozed_until: datetime | None = None,
) -> Standing:
    return Standing(
        due_at=standing.due_at,
        created_at=standing.created_at,
        step=standing.step if step is None else step,
        rung=standing.rung if rung is None else rung,
        waiting_since=waiting_since or standing.waiting_since,
        snoozed_until=snoozed_until,
        urgent=standing.urgent,
    )


def first_look(standing: Standing, ladder: Ladder, quiet: QuietHours) -> datetime:
    """When a new obligation is to be looked at first: its first step, but not before it exists."""
    times = [at for at, _ in step_times(standing, ladder, quiet)]
    return max(min(times), standing.created_at)
