"""Documents sent to us: a sheet of cases, a closing sheet, a year's calendar; and exports."""

from __future__ import annotations

from pathlib import Path

from bot.access import Action, Scope
from bot.dialogue.analysis import retrospective
from bot.dialogue.duty import leaders
from bot.dialogue.talk import Attachment, IncomingFile, Reply
from bot.dialogue.turn import Turn
from bot.materials.rule_files import adopt_rules, is_exclusion_rules
from bot.wording import cases as wording
from bot.wording import general
from bot.wording import materials as material_wording
from bot.wording import people as people_wording
from bot.wording.topics import IMPORTED as UNSORTED
from casedb.beijing import beijing
from casedb.calendar import calendar_file
from casedb.cases.texts import count_without_topic
from casedb.closing.intake import import_closing_sheet
from casedb.errors import Refused
from casedb.intake import import_cases
from casedb.intake.profiles import load_profiles
from casedb.records import IntakeResult

ERRORS_SHOWN = 20
SHEET_ENDINGS = (".xlsx", ".xls", ".csv", ".xlsm", ".ods", ".tsv")
CALENDAR_ENDINGS = (".toml", ".ics", ".ical")
LEADER_WORDS = ("带班", "领导值班", "值班领导")
CLOSING_WORDS = ("结案作业", "材料催收", "应交材料")


def received(turn: Turn, files: tuple[IncomingFile, ...]) -> Reply:
    """Documents, one after the other."""
    if turn.in_group:
        return Reply(general.FILE_IN_GROUP)
    replies = [_one(turn, file) for file in files]
    text = "\n\n".join(reply.text for reply in replies if reply.text)
    buttons = tuple(row for reply in replies for row in reply.buttons)
    return Reply(text, buttons, files=tuple(file for reply in replies for file in reply.files))


def _one(turn: Turn, file: IncomingFile) -> Reply:
    if file.error or file.path is None:
        return Reply(file.error or general.VOICE)
    name = file.name.lower()
    if name.endswith(".toml") and is_exclusion_rules(name, file.path.read_bytes()[:100_000]):
        return _exclusion_rules(turn, file.path)
    if name.endswith(CALENDAR_ENDINGS):
        return _calendar(turn, file.path, file.name)
    if file.mime.startswith(("image/", "audio/", "video/")):
        return Reply(general.VOICE)
    return _sheet(turn, file.path, file.name)


def _require(turn: Turn, action: Action) -> None:
    if turn.scope(action) is Scope.NONE:
        raise Refused(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]), "")


def _calendar(turn: Turn, path: Path, name: str) -> Reply:
    _require(turn, Action.CALENDAR)
    rooms = turn.rooms
    year = calendar_file.accept(path.read_bytes(), name, rooms.settings.data_dir / "calendar")
    rooms.calendar.adopt(year)
    return Reply(
        wording.CALENDAR_TAKEN.format(year=year.year, version=year.version, source=year.source)
    )


def _exclusion_rules(turn: Turn, path: Path) -> Reply:
    """Another exclusion.toml; whoever may replace the calendar may replace it."""
    _require(turn, Action.CALENDAR)
    rules = adopt_rules(turn.rooms, path.read_bytes(), actor=turn.actor, now=turn.now)
    return Reply(
        material_wording.RULES_TAKEN.format(
            version=rules.version,
            categories=len(rules.categories),
            papers=len(rules.papers),
            note=f"{rules.note}。" if rules.note else f"由{rules.confirmed_by}确认。",
        )
    )


def _sheet(turn: Turn, path: Path, name: str) -> Reply:
    if any(word in name for word in LEADER_WORDS):
        _require(turn, Action.ROSTER)
        return Reply(_result(leaders.taken(turn, path, name), people_wording.LEADER_TAKEN))
    _require(turn, Action.SHEETS)
    if any(word in name for word in CLOSING_WORDS):
        with turn.rooms.store.session() as s:
            result = import_closing_sheet(
                s, path, name, actor=turn.actor, now=turn.now, rules=turn.rooms.rules
            )
        return Reply(_result(result, wording.CLOSING_TAKEN))
    if retrospective.takes(turn, path, name):
        return retrospective.received(turn, path, name)
    profiles = load_profiles(turn.rooms.settings.rules_dir / "profiles")
    with turn.rooms.store.session() as s:
        result = import_cases(s, path, name, profiles=profiles, actor=turn.actor, now=turn.now)
        unsorted = 0 if result.errors or not result.created else count_without_topic(s)
    said = _result(result, wording.IMPORTED)
    return Reply(f"{said}\n{UNSORTED.format(count=unsorted)}" if unsorted else said)


def _result(result: IntakeResult, sentence: str) -> str:
    if result.errors:
        lines = [wording.IMPORT_FAILED.format(count=len(result.errors))]
        for one in result.errors[:ERRORS_SHOWN]:
            lines.append(
                wording.IMPORT_CELL.format(
                    row=one.row,
                    column=one.column,
                    text=one.text[:40],
                    reason=f"{one.reason}。" if one.reason else "",
                    example=one.example,
                )
            )
        if len(result.errors) > ERRORS_SHOWN:
            lines.append(wording.IMPORT_MORE.format(count=len(result.errors) - ERRORS_SHOWN))
        return "\n".join(lines)
    said = sentence.format(
        rows=result.rows,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        profile=wording.IMPORT_PROFILE.format(name=result.profile) if result.profile else "",
    )
    return "\n".join([said, *(f"⚠️ {warning}" for warning in result.warnings[:10])])


def howto(_turn: Turn, _argument: str = "") -> Reply:
    """/import: say how."""
    return Reply(wording.IMPORT_HOWTO)


def export(turn: Turn, _argument: str = "") -> Reply:
    """/export: every case within reach, masked, as xlsx."""
    from casedb.cases.export import export_cases

    day = beijing(turn.now).date()
    folder = turn.rooms.files_dir / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"cases-{turn.person.id}-{turn.now:%Y%m%d%H%M%S}.xlsx"
    with turn.rooms.store.reading() as s:
        count = export_cases(s, path)
    text = wording.EXPORTED.format(count=count)
    return Reply(text, files=(Attachment(path, f"工单-{day}.xlsx"),))
