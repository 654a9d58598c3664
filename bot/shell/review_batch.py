"""zhiban review --batch: each folder of cases, in name order, to one line of JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.rooms import Rooms
from bot.shell.output import note, put_json_line, written_whole
from bot.shell.progress import counted
from bot.shell.review_case import finding_json
from casedb.beijing import BEIJING
from casedb.exclusion.pieces import CaseFacts, Finding, MaterialFile

TEXTS = ("order_no", "category", "unit", "appeal", "reply")


def review_folder(folder: Path, out: Path) -> None:
    """Review every case folder below `folder`; a broken case.json stops with its place named."""
    from bot.materials.handed_in import read_handed_in, recognising
    from bot.materials.reviewing import findings_for, open_exclusion_rules, open_lawbook
    from bot.shell.opened import rooms

    if not folder.is_dir():
        raise BotError(f"找不到文件夹 {folder}。", "请检查路径。")
    places = sorted(one for one in folder.iterdir() if (one / "case.json").is_file())
    if not places:
        raise BotError(
            f"文件夹 {folder.name} 里没有案件。",
            "每件一个文件夹，里面放 case.json 和 files 文件夹。",
        )
    told = {place.name: read_facts(place / "case.json") for place in places}
    with rooms() as opened, written_whole(out) as lines:
        rules = open_exclusion_rules(opened.settings)
        for facts in told.values():
            rules.category(facts.category)
        book = open_lawbook(opened.settings, opened.index)
        with recognising() as ocr:
            for place in counted(places, "审核材料"):
                facts = told[place.name]
                _ensure_recorded(opened, facts)
                started = time.perf_counter()
                read = read_handed_in(_given(place / "files"), ocr=ocr)
                found = findings_for(read, facts, rules, book)
                seconds = time.perf_counter() - started
                put_json_line(lines, _line(place.name, read, found, seconds))
                lines.flush()
    note(f"审完 {len(places)} 件，结果在 {out}。")


def read_facts(path: Path) -> CaseFacts:
    """case.json of one case; a time without zone is Beijing time.

    Raises:
        BotError: no JSON object, a field is no text, or a time cannot be read.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError):
        said = None
    name = f"{path.parent.name}/case.json"
    if not isinstance(said, dict) or not str(said.get("order_no") or "").strip():
        raise BotError(f"{name} 不是带 order_no 的 JSON 对象。", "请照 COMMANDS 的样子写好再运行。")
    texts = {key: str(said.get(key) or "").strip() for key in TEXTS}
    return CaseFacts(
        order_no=texts["order_no"],
        category=texts["category"],
        dispatched_at=_instant(said.get("dispatched_at"), name),
        due_at=_instant(said.get("due_at"), name, end_of_day=True),
        unit=texts["unit"],
        appeal=texts["appeal"],
        reply=texts["reply"],
    )


def _instant(said: Any, name: str, *, end_of_day: bool = False) -> datetime | None:
    if said in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(str(said).strip().replace("/", "-"))
    except ValueError:
        raise BotError(
            f"{name} 里的时间“{str(said)[:30]}”看不懂。", "请写成 2026-06-01T09:00:00+08:00。"
        ) from None
    if end_of_day and len(str(said).strip()) <= 10:
        at = at.replace(hour=23, minute=59, second=59)
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)


def _given(folder: Path) -> list[tuple[Path, str]]:
    """The files of a case in name order, those in folders below by their path."""
    if not folder.is_dir():
        return []
    found = sorted(one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    return [(one, one.relative_to(folder).as_posix()) for one in found]


def _ensure_recorded(opened: Rooms, facts: CaseFacts) -> None:
    """The case and its unit, made where the records do not know them."""
    from casedb import cases, people
    from casedb.records import CaseDraft
    from casedb.vocabulary import UnitKind

    with opened.store.reading() as s:
        if cases.find(s, facts.order_no) is not None:
            return
    with opened.store.session() as s:
        if facts.unit and people.unit_named(s, facts.unit) is None:
            kind = UnitKind.COMMUNITY if facts.unit.endswith("社区") else UnitKind.SECTION
            people.add_unit(s, facts.unit, kind)
        draft = CaseDraft(
            order_no=facts.order_no,
            source="材料审核",
            title=facts.appeal[:40],
            appeal=facts.appeal,
            reply=facts.reply,
            handling_unit=facts.unit,
            dispatched_at=facts.dispatched_at,
            due_at=facts.due_at,
        )
        cases.record(s, draft, actor="import", now=opened.clock.now())


def _line(
    name: str, read: Sequence[MaterialFile], found: Sequence[Finding], seconds: float
) -> dict[str, Any]:
    return {
        "case": name,
        "findings": [finding_json(one) for one in found],
        "pages": {one.name: [page.text for page in one.pages] for one in read},
        "seconds": round(seconds, 3),
    }
