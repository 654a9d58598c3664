"""The risk model of this data dir: weighed again when a day has passed, kept in memory between."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from threading import Lock

from bot.settings import Settings
from casedb.beijing import beijing
from casedb.cases.endings import endings, newest_answered
from casedb.records import CaseRecord
from casedb.store import Session
from reports.no_risk import Risk, RiskModel, fitted, risk

HISTORY = 40_000  # answered cases, the newest
_lock = Lock()
_kept: dict[Path, tuple[str, RiskModel]] = {}


def risk_of(settings: Settings, s: Session, case: CaseRecord, *, now: datetime) -> Risk:
    """The risk that this case turns into a "no", as far as the desk's own history tells."""
    model = _model(settings, s, now)
    own = endings(s, [case.id])[case.id]
    return risk(model, own, now=now)


def _model(settings: Settings, s: Session, now: datetime) -> RiskModel:
    today = beijing(now).date().isoformat()
    with _lock:
        kept = _kept.get(settings.data_dir)
        if kept is None or kept[0] != today or kept[1].check is None:
            kept = (today, fitted(newest_answered(s, limit=HISTORY), now=now))
            _kept.clear()
            _kept[settings.data_dir] = kept
        return kept[1]
