"""One known case and a later row of it: which cells are news, and what they change."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from casedb.beijing import spoken
from casedb.cases.drafts import TEXTS, Prepared, stage_of, whole_hash
from casedb.cases.stages import further
from casedb.models import Case, PersonalData
from casedb.records import CaseDraft
from casedb.store import Session

FIELD_NAMES = {
    "source": "来源渠道",
    "kind": "诉求性质",
    "title": "标题",
    "appeal": "诉求内容",
    "topic_path": "分类",
    "complainant": "诉求人",
    "phone": "联系电话",
    "address": "详细地址",
    "community": "社区",
    "handling_unit": "承办单位",
    "supporting_units": "协办单位",
    "received_at": "来电时间",
    "dispatched_at": "派单时间",
    "accepted_at": "签收时间",
    "first_contact_at": "首次联系时间",
    "due_at": "办理时限",
    "reply": "回复内容",
    "closed_at": "办结时间",
    "revisited_at": "回访时间",
    "responded": "是否响应",
    "resolved": "是否解决",
    "satisfied": "是否满意",
    "remark": "备注",
    "extra": "其他列",
}
# Field of a draft → the columns of a case that follow from it.
COLUMNS = {
    "topic_path": ("topic_1", "topic_2", "topic_3"),
    "complainant": ("complainant_masked", "caller_hash"),
    "phone": ("phone_masked", "caller_hash"),
    "address": ("address_masked", "caller_hash"),
    "due_at": ("due_at", "original_due_at", "due_source"),
}
SEALED = {"complainant": "name", "phone": "phone", "address": "address"}
MASKED_FORM = {
    "complainant": "complainant_masked",
    "phone": "phone_masked",
    "address": "address_masked",
}


def news_of(draft: CaseDraft, row: Case, names: Sequence[str]) -> list[str]:
    """The fields that changed since the last import, our own masked export sent back left out."""
    return [name for name in names if not _only_masked_form(draft, name, row)]


def apply_news(row: Case, made: Prepared, names: Sequence[str]) -> str:
    """Set what is news; returns the words for the event."""
    for name in names:
        if name == "extra":
            row.extra = {**row.extra, **made.columns.get("extra", {})}
            continue
        for column in COLUMNS.get(name, (name,)):
            if made.columns.get(column) not in (None, ""):
                setattr(row, column, made.columns[column])
    row.stage = further(row.stage, stage_of(_times(row)))
    row.imported = {**row.imported, **{name: made.cells[name] for name in names}}
    row.content_hash = whole_hash(row.imported)
    return "导入更新：" + "；".join(_told(name, made.columns) for name in names)


def seal_news(s: Session, case_id: int, made: Prepared, names: Sequence[str]) -> None:
    """Seal what changed of the personal data; the rest stays sealed as it is."""
    row = s.get(PersonalData, case_id)
    if row is None:
        row = PersonalData(case_id=case_id, name=b"", phone=b"", address=b"", texts=b"")
        s.add(row)
    for name in set(names) & set(SEALED):
        setattr(row, SEALED[name], made.sealed.get(SEALED[name], b""))
    texts = set(names) & {*TEXTS, "extra"}
    if texts:
        kept = json.loads(s.box.open(row.texts) or "{}")
        kept = {key: text for key, text in kept.items() if key.split(" ")[0] not in texts}
        fresh = json.loads(s.box.open(made.sealed.get("texts", b"")) or "{}")
        kept |= {key: text for key, text in fresh.items() if key.split(" ")[0] in texts}
        row.texts = s.box.seal(json.dumps(kept, ensure_ascii=False)) if kept else b""


def _told(name: str, columns: Mapping[str, Any]) -> str:
    value = columns.get(name)
    if isinstance(value, datetime):
        return f"{FIELD_NAMES[name]}改为 {spoken(value)}"
    if name in {"handling_unit", "community", "kind"} and value:
        return f"{FIELD_NAMES[name]}改为 {value}"
    return f"{FIELD_NAMES[name]}有更新"


def _only_masked_form(draft: CaseDraft, name: str, row: Case) -> bool:
    """Our own export, sent back, holds masked texts; they must not replace what is sealed."""
    if name in MASKED_FORM:
        return getattr(draft, name) == getattr(row, MASKED_FORM[name])
    if name == "extra":
        return all(row.extra.get(key) == text for key, text in draft.extra)
    return name in TEXTS and getattr(draft, name) == getattr(row, name)


def _times(row: Case) -> dict[str, Any]:
    names = ("closed_at", "reply", "accepted_at", "first_contact_at", "dispatched_at")
    return {name: getattr(row, name) for name in names}
