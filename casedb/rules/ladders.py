"""Ladders of reminders as written in a rule file: when, to whom, and who is next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from casedb.days import at_beijing, local
from casedb.rules.dated import Validity, check_dates, validity
from casedb.rules.limits import parse_clock
from casedb.rules.toml_file import TomlFile
from casedb.vocabulary import ObligationKind, Urgency


class Audience(StrEnum):
    """Who a step of a ladder speaks to."""

    RESPONSIBLE = "responsible"  # 承办人
    HEAD = "head"  # 单位负责人
    DESK = "desk"  # 专班
    LEADER = "leader"  # 值班领导


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A reminder at a fixed distance from the due time; `group` also speaks to the unit's group."""

    id: str
    offset: timedelta
    to: tuple[Audience, ...]
    group: bool = False


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Who is told when nobody acknowledged `after` the first reminder arrived.

    `no_earlier` (from the due time) keeps somebody from being called while there is plenty of time.
    """

    id: str
    after: timedelta
    to: tuple[Audience, ...]
    no_earlier: timedelta | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Beijing hours in which nothing is sent unless it is urgent; they may pass midnight."""

    begins: time = time(22, 0)
    ends: time = time(7, 0)
    urgent: tuple[Urgency, ...] = (Urgency.EMERGENCY, Urgency.UTILITY)

    def until(self, instant: datetime) -> datetime:
        """End of the quiet hours an instant lies in; the instant itself outside them."""
        at = local(instant)
        if not self._holds(at.time()):
            return instant
        day = at.date()
        if self.begins > self.ends and at.time() >= self.begins:
            day += timedelta(days=1)
        return at_beijing(day, self.ends).astimezone(instant.tzinfo)

    def since(self, instant: datetime) -> datetime:
        """Begin of the quiet hours an instant lies in; the instant itself outside them."""
        at = local(instant)
        if not self._holds(at.time()):
            return instant
        day = at.date()
        if self.begins > self.ends and at.time() < self.begins:
            day -= timedelta(days=1)
        return at_beijing(day, self.begins).astimezone(instant.tzinfo)

    def _holds(self, clock: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends


@dataclass(frozen=True, slots=True)
class Ladder:
    """One dated ladder (催办阶梯) for a kind of obligation."""

    id: str
    name: str
    kind: ObligationKind
    quiet: bool
    steps: tuple[LadderStep, ...]
    unanswered: tuple[Unanswered, ...]
    valid: Validity


def read_quiet(file: TomlFile) -> QuietHours:
    """The quiet hours of `ladders.toml`.

    Raises:
        RuleBroken: a time or a class of orders is unknown.
    """
    entry = file.content.get("quiet", {})
    begins, ends = parse_clock(entry.get("from", "22:00")), parse_clock(entry.get("to", "07:00"))
    if begins is None or ends is None:
        raise file.broken("quiet", "from 或 to 不是时刻", '请写成 from = "22:00"。')
    urgent = entry.get("urgent", ["2h", "24h"])
    if not isinstance(urgent, list) or not all(one in list(Urgency) for one in urgent):
        raise file.broken("quiet", "urgent 里有不认识的档次", "请从 2h、24h、7d、15d 里选。")
    return QuietHours(begins, ends, tuple(Urgency(one) for one in urgent))


def read_ladders(file: TomlFile) -> tuple[Ladder, ...]:
    """All ladders of `ladders.toml`, checked.

    Raises:
        RuleBroken: an unknown role, kind or offset, or a hole or overlap in dates.
    """
    entries = [(line, _ladder(file, line, entry)) for line, entry in file.tables("ladder")]
    names = dict.fromkeys(ladder.id for _, ladder in entries)
    for name in names:
        check_dates(file, name, [one for one in entries if one[1].id == name])
    return tuple(ladder for _, ladder in entries)


def _ladder(file: TomlFile, line: int, entry: dict[str, Any]) -> Ladder:
    name, kind = str(entry.get("id", "")), entry.get("kind")
    if not name or kind not in list(ObligationKind):
        kinds = "、".join(ObligationKind)
        raise file.broken(
            name or "ladder",
            f"没有 id 或不认识种类“{kind}”",
            f"kind 请从 {kinds} 里选。",
            line=line,
        )
    steps = tuple(_step(file, line, name, one) for one in _tables(entry.get("step")))
    later = tuple(_unanswered(file, line, name, one) for one in _tables(entry.get("unanswered")))
    if not steps:
        raise file.broken(name, "一级提醒都没有", "请至少写一个 step。", line=line)
    if len({one.id for one in steps}) < len(steps) or len({one.id for one in later}) < len(later):
        raise file.broken(
            name, "有两级提醒在同一时刻", "请合并成一级，收件人写在同一个 to 里。", line=line
        )
    return Ladder(
        id=name,
        name=str(entry.get("name", name)),
        kind=ObligationKind(kind),
        quiet=bool(entry.get("quiet", True)),
        steps=tuple(sorted(steps, key=lambda one: one.offset)),
        unanswered=tuple(sorted(later, key=lambda one: one.after)),
        valid=validity(file, line, entry),
    )


def _tables(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _step(file: TomlFile, line: int, name: str, entry: dict[str, Any]) -> LadderStep:
    at = str(entry.get("at", ""))
    offset = _offset(file, line, name, at)
    return LadderStep(
        f"at{at}", offset, _audience(file, line, name, entry), bool(entry.get("group"))
    )


def _unanswered(file: TomlFile, line: int, name: str, entry: dict[str, Any]) -> Unanswered:
    text = str(entry.get("after", ""))
    after = _offset(file, line, name, text)
    if after <= timedelta(0):
        raise file.broken(name, f"after“{text}”要大于零", '请写成 after = "30m"。', line=line)
    early = entry.get("no_earlier")
    no_earlier = None if early is None else _offset(file, line, name, str(early))
    return Unanswered(f"up{text}", after, _audience(file, line, name, entry), no_earlier)


def _audience(file: TomlFile, line: int, name: str, entry: dict[str, Any]) -> tuple[Audience, ...]:
    to = entry.get("to", [])
    unknown = (
        [str(one) for one in to if one not in list(Audience)] if isinstance(to, list) else [to]
    )
    if unknown or not to:
        roles = "、".join(Audience)
        raise file.broken(
            name,
            f"不认识收件角色“{'、'.join(map(str, unknown))}”",
            f"to 请从 {roles} 里选。",
            line=line,
        )
    return tuple(Audience(one) for one in to)


def _offset(file: TomlFile, line: int, name: str, text: str) -> timedelta:
    found = re.fullmatch(r"([+-]?)(\d{1,4})([mhd])", text)
    if not found:
        raise file.broken(
            name, f"时间差“{text}”读不懂", "请写成 -24h、-30m、0m、+2h 或 +1d。", line=line
        )
    size = timedelta(
        **{{"m": "minutes", "h": "hours", "d": "days"}[found.group(3)]: int(found.group(2))}
    )
    return -size if found.group(1) == "-" else size


def ladder_on(ladders: Iterable[Ladder], name: str, on: date) -> Ladder | None:
    """The ladder in force on a Beijing day; None when no version holds."""
    return next((one for one in ladders if one.id == name and one.valid.holds(on)), None)
