"""Materials kept, a request reviewed, an opinion written: what chat and shell do alike."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from bot.errors import BotError
from bot.materials.handed_in import Progress, read_handed_in, recognising
from bot.materials.reviewing import facts_of, findings_for, open_exclusion_rules, open_lawbook
from bot.rooms import Rooms
from casedb import cases
from casedb.deadlines import materials_due
from casedb.exclusion import requests, rounds
from casedb.exclusion.pieces import MaterialFile
from casedb.exclusion.records import MaterialRecord, RequestRecord, ReviewRecord
from casedb.exclusion.rulebook import ExclusionRules
from casedb.records import PersonRecord

NO_RULE_DAYS = timedelta(days=2)
FOLDER = "materials"


def default_due(rooms: Rooms, now: datetime) -> datetime:
    """By when materials or corrections are due where nobody said so: the rule `materials`."""
    return materials_due(now, rooms.rules, rooms.calendar).due or now + NO_RULE_DAYS


def keep_file(rooms: Rooms, path: Path) -> str:
    """Copy a file below the data dir under its own hash; returns the path relative to it.

    The name it came by plays no part, so no name can lead elsewhere.
    """
    digest = hashlib.sha256()
    with path.open("rb") as source:
        for block in iter(lambda: source.read(1 << 20), b""):
            digest.update(block)
    name = digest.hexdigest()
    folder = rooms.files_dir / FOLDER / name[:2]
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    if not target.exists():
        handle, draft = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as sink, path.open("rb") as source:
            shutil.copyfileobj(source, sink)
        Path(draft).replace(target)
    return target.relative_to(rooms.settings.data_dir).as_posix()


def take_in(
    rooms: Rooms, request_id: int, kept: str, name: str, *, actor: str, channel: str, now: datetime
) -> tuple[tuple[MaterialRecord, bool, str], ...]:
    """Record a kept file (an archive: each file in it) as material; beside it whether it is new,
    and why it cannot be opened ("" when it can)."""
    read = _looked_at(rooms.settings.data_dir / kept, name)
    with rooms.store.session() as s:
        return tuple(
            (
                *requests.add_material(
                    s, request_id, one, path=kept, actor=actor, channel=channel, now=now
                ),
                one.problem,
            )
            for one in read
        )


@lru_cache(maxsize=32)
def _looked_at(path: Path, name: str) -> tuple[MaterialFile, ...]:
    """Read without OCR. Kept in mind: what lies under its hash never changes, and with every further
    file all those before are looked at again."""
    return read_handed_in([(path, name)])


def read_materials(
    rooms: Rooms,
    found: Sequence[MaterialRecord],
    progress: Progress | None = None,
    *,
    recognise: bool = True,
) -> tuple[MaterialFile, ...]:
    """Read the kept files of a request; with `recognise` pictures by OCR where there is one."""
    wanted = {one.sha256: one.name for one in found}
    names = {one.path: one.name for one in found}
    given = [(rooms.settings.data_dir / path, name) for path, name in names.items()]
    if recognise:
        with recognising() as ocr:
            read = read_handed_in(given, ocr=ocr, progress=progress)
    else:
        read = tuple(one for path, name in given for one in _looked_at(path, name))
    return tuple(one for one in read if one.sha256 in wanted)


def run_review(
    rooms: Rooms,
    request_id: int,
    *,
    actor: str,
    now: datetime,
    progress: Progress | None = None,
    only: frozenset[str] = frozenset(),
) -> ReviewRecord:
    """Read, check, and store the findings as the next round; `only`: hashes, everything when empty."""
    rules = open_exclusion_rules(rooms.settings)
    with rooms.store.reading() as s:
        request = requests.request(s, request_id)
        case = cases.case(s, request.case_id)
        every = requests.materials(s, request_id, every=bool(only))
        found = [one for one in every if not only or one.sha256 in only]
        used = requests.photos_used(s, not_case=request.case_id)
    read = read_materials(rooms, found, progress)
    book = open_lawbook(rooms.settings, rooms.index)
    findings = findings_for(
        read, facts_of(case, request.category, request.due_at), rules, book, used
    )
    with rooms.store.session() as s:
        return rounds.record_review(
            s, request_id, findings, rules_version=rules.version, actor=actor, now=now
        )


def opinion_file(
    rooms: Rooms,
    review: ReviewRecord,
    path: Path,
    *,
    reviewer: str,
    due_at: datetime | None,
    now: datetime,
) -> Path:
    """Write the opinion of a round as docx, or as pdf when the name ends so.

    Raises:
        BotError: a pdf is wanted and LibreOffice is not here.
    """
    from reports.opinion import OpinionFacts, write_opinion
    from reports.pdf import as_pdf

    with rooms.store.reading() as s:
        request = requests.request(s, review.request_id)
        found = requests.materials(s, review.request_id)
        every = rounds.reviews(s, review.request_id)
    before = next((one for one in every if one.round == review.round - 1), None)
    facts = OpinionFacts(request, review, found, before, due_at, reviewer, now)
    if path.suffix.lower() != ".pdf":
        return write_opinion(facts, rules_of(rooms), path)
    with tempfile.TemporaryDirectory(prefix="zhiban-opinion-") as kept:
        draft = write_opinion(facts, rules_of(rooms), Path(kept) / "opinion.docx")
        printed = as_pdf(draft)
        if printed is None:
            raise BotError(
                "这台机器没有 LibreOffice，出不了 PDF。",
                "请把 --out 写成 .docx，或先安装 LibreOffice。",
            )
        return Path(shutil.copyfile(printed, path))


def rules_of(rooms: Rooms) -> ExclusionRules:
    """The exclusion rules in use."""
    return open_exclusion_rules(rooms.settings)


def issue_opinion(
    rooms: Rooms, review_id: int, *, by: PersonRecord, now: datetime
) -> tuple[RequestRecord, ReviewRecord, tuple[Path, ...]]:
    """A person lets the opinion go out: written as docx (and pdf), findings owed by a new deadline."""
    from reports.pdf import as_pdf

    due_at = default_due(rooms, now)
    with rooms.store.session() as s:
        number = rounds.review(s, review_id).number
        path = rooms.files_dir / "opinions" / f"{number}.docx"
        below = path.relative_to(rooms.settings.data_dir).as_posix()
        request = rounds.issue(
            s, review_id, by=by, due_at=due_at, opinion_path=below, rules=rooms.rules, now=now
        )
        review = rounds.review(s, review_id)
    opinion_file(rooms, review, path, reviewer=by.name, due_at=review.due_at, now=now)
    printed = as_pdf(path)
    return request, review, (path, printed) if printed else (path,)
