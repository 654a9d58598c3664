"""The rules an assessment goes by, gathered for the shell and the chat."""

from __future__ import annotations

from datetime import datetime

from bot.rooms import Rooms
from casedb.assessment.causes import Causes, load_causes
from casedb.assessment.intake import Office
from casedb.assessment.profiles import load_details_profiles
from casedb.days import beijing_day
from casedb.rules.rate_rules import load_rate_rules


def causes_of(rooms: Rooms, now: datetime) -> Causes:
    """The causes in force today."""
    return load_causes(rooms.settings.rules_dir, beijing_day(now))


def office_of(rooms: Rooms, now: datetime) -> Office:
    """What an import of the details needs."""
    folder = rooms.settings.rules_dir
    return Office(
        profiles=load_details_profiles(folder / "profiles" / "assessment"),
        rates=load_rate_rules(folder),
        causes=causes_of(rooms, now),
        rules=rooms.rules,
        calendar=rooms.calendar,
    )
