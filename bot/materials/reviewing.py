"""One review put together: rules, knowledge base, materials, findings; used by chat and shell."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from bot.materials.lawbook import LawBook, load_counts, load_repealed
from bot.settings import Settings
from casedb.exclusion.checking import review_materials
from casedb.exclusion.pieces import CaseFacts, Finding, MaterialFile
from casedb.exclusion.rulebook import ExclusionRules, load_exclusion
from casedb.records import CaseRecord
from indexer.errors import IndexerError
from indexer.search import LiveIndex
from indexer.terms import load_lexicon

log = logging.getLogger(__name__)


def open_exclusion_rules(settings: Settings) -> ExclusionRules:
    """The sample rules, or the file an admin has put into the data dir."""
    own = settings.data_dir / "rules"
    files = (settings.rules_dir / "exclusion.toml", own / "exclusion.toml")
    stamps = tuple((one.stat().st_mtime_ns, one.stat().st_size) for one in files if one.is_file())
    return _read_rules(settings.rules_dir, own, stamps)


@lru_cache(maxsize=4)
def _read_rules(shipped: Path, own: Path, _stamps: tuple[tuple[int, int], ...]) -> ExclusionRules:
    """Read anew only when a file has changed: compiling all patterns takes a while."""
    return load_exclusion(shipped, own)


def open_lawbook(settings: Settings, index: LiveIndex) -> LawBook:
    """The knowledge base as a book of laws; without an index only numbers of articles are known."""
    counts = load_counts(settings.rules_dir)
    successors = load_repealed(settings.rules_dir) | load_lexicon(settings.rules_dir).successors
    try:
        return LawBook(index.current(), counts, successors)
    except IndexerError as wrong:
        log.warning("review without the knowledge base: %s", wrong)
        return LawBook(None, counts, successors)


def facts_of(case: CaseRecord, category: str, materials_due: datetime | None = None) -> CaseFacts:
    """What the records say of the case under review; papers may be signed until they are due."""
    later = [one for one in (case.due_at, materials_due) if one is not None]
    return CaseFacts(
        order_no=case.order_no,
        category=category,
        dispatched_at=case.dispatched_at or case.received_at,
        due_at=case.due_at,
        unit=case.handling_unit,
        appeal=case.appeal,
        reply=case.reply,
        signed_until=max(later) if later else None,
    )


def findings_for(
    files: Sequence[MaterialFile],
    facts: CaseFacts,
    rules: ExclusionRules,
    book: LawBook,
    used_before: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """The machine's proposal."""
    return review_materials(files, facts, rules, book, used_before=used_before)
