"""Pure: a draft of a case made ready for the tables: masked, sealed, fingerprinted."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from casedb.errors import CasedbError
from casedb.privacy import mask, mask_address, mask_known, mask_name, mask_phone, phone_digits
from casedb.records import CaseDraft
from casedb.sealed import SealedBox
from casedb.vocabulary import CaseStage

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\x7f\ud800-\udfff]")
ORDER_DEADLINE = "工单办理时限"
LONGEST_ORDER_NO = 64
# Columns of fixed width in the tables; PostgreSQL refuses what is longer.
WIDTHS = {
    "source": 80,
    "topic_1": 80,
    "topic_2": 80,
    "topic_3": 80,
    "community": 80,
    "handling_unit": 200,
    "complainant_masked": 40,
    "phone_masked": 40,
}
INSTANTS = (
    "received_at",
    "dispatched_at",
    "accepted_at",
    "first_contact_at",
    "due_at",
    "closed_at",
    "revisited_at",
)
ANSWERS = ("responded", "resolved", "satisfied")
PERSONAL = ("complainant", "phone", "address")
TEXTS = ("title", "appeal", "reply", "remark")
EXTRA = "extra "
DRAFT_FIELDS = tuple(field.name for field in fields(CaseDraft) if field.name != "order_no")


Masker = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What goes into the tables for one draft; only fields that say something.

    `columns` are columns of cases, `sealed` of personal_data, `cells` the keyed hash of each field.
    """

    order_no: str
    columns: dict[str, Any]
    sealed: dict[str, bytes]
    cells: dict[str, str]
    content_hash: str


def prepare(
    draft: CaseDraft,
    box: SealedBox,
    *,
    masker: Masker = mask,
    cells: dict[str, str] | None = None,
) -> Prepared:
    """Mask every text of a draft and seal what is personal; no database is touched.

    Args:
        masker: what masks a text; a sheet that repeats itself brings one that remembers.
        cells: `cell_hashes` of this draft, where they are known already.

    Raises:
        CasedbError: no order number, or one that cannot be one.
    """
    order_no = checked_order_no(draft.order_no)
    cells = cell_hashes(draft, box) if cells is None else cells
    columns = _columns(draft, box, masker)
    return Prepared(
        order_no=order_no,
        columns=columns,
        sealed=_sealed(draft, columns, box),
        cells=cells,
        content_hash=whole_hash(cells),
    )


def checked_order_no(order_no: str) -> str:
    """The order number (工单编号) as text, or an error that says what is wrong with it."""
    order_no = "".join(sign for sign in order_no if sign.isprintable()).strip()
    if not order_no:
        raise CasedbError(what="没有工单编号。", fix="请写上工单上印的编号。")
    if len(order_no) > LONGEST_ORDER_NO:
        raise CasedbError(
            what=f"工单编号有 {len(order_no)} 个字，太长了。",
            fix=f"请核对编号，最多 {LONGEST_ORDER_NO} 个字。",
        )
    return order_no


def cell_hashes(draft: CaseDraft, box: SealedBox) -> dict[str, str]:
    """A short keyed hash of every field that says something; blank fields are left out."""
    said = {name: _plain(getattr(draft, name)) for name in DRAFT_FIELDS}
    return {name: box.mark(text, name) for name, text in said.items() if text not in {"", "[]"}}


def caller_hash(draft: CaseDraft, box: SealedBox) -> str:
    """Who called, to find repeat appeals by: the phone, else name with address; "" when unknown."""
    phone = phone_digits(draft.phone)
    if len(phone) >= 7:
        return box.fingerprint(phone, "caller phone")
    name, address = "".join(draft.complainant.split()), "".join(draft.address.split())
    if name and address:
        return box.fingerprint(f"{name}\0{address}", "caller name and address")
    return ""


def stage_of(columns: dict[str, Any]) -> CaseStage:
    """The stage that the times of a case imply."""
    if columns.get("closed_at"):
        return CaseStage.CLOSED
    if columns.get("reply"):
        return CaseStage.UNDER_REVIEW
    if columns.get("accepted_at") or columns.get("first_contact_at"):
        return CaseStage.HANDLING
    return CaseStage.DISPATCHED if columns.get("dispatched_at") else CaseStage.RECEIVED


def clean(text: str) -> str:
    """Text without the control characters that no database and no chat likes."""
    return CONTROL.sub("", text).strip() if CONTROL.search(text) else text.strip()


def _columns(draft: CaseDraft, box: SealedBox, masker: Masker) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "source": clean(draft.source),
        "kind": draft.kind,
        "topic_1": clean(draft.topic_path[0]),
        "topic_2": clean(draft.topic_path[1]),
        "topic_3": clean(draft.topic_path[2]),
        "community": masker(clean(draft.community)),
        "handling_unit": clean(draft.handling_unit),
        "supporting_units": clean(draft.supporting_units),
        "complainant_masked": mask_name(clean(draft.complainant)),
        "phone_masked": masked_phones(clean(draft.phone)),
        "address_masked": mask_address(clean(draft.address)),
        "caller_hash": caller_hash(draft, box),
        "original_due_at": draft.due_at,
        "due_source": ORDER_DEADLINE if draft.due_at else "",
        "extra": {key: _mask_of(draft, value, masker) for key, value in draft.extra},
    }
    for name in TEXTS:
        columns[name] = _mask_of(draft, getattr(draft, name), masker)
    for name in (*INSTANTS, *ANSWERS):
        columns[name] = getattr(draft, name)
    for name, width in WIDTHS.items():
        columns[name] = columns[name][:width]
    return {name: value for name, value in columns.items() if value not in (None, "", {})}


def masked_phones(phones: str) -> str:
    """A phone cell may hold several numbers; each is masked for itself."""
    for sign in "、,，;；/ ":
        if sign in phones and all(len(part) >= 7 for part in phones.split(sign) if part):
            return sign.join(mask_phone(part) for part in phones.split(sign) if part)
    return mask_phone(phones)


def _mask_of(draft: CaseDraft, text: str, masker: Masker) -> str:
    return mask_known(
        clean(text),
        names=(draft.complainant.strip(),),
        phones=(draft.phone.strip(),),
        addresses=(draft.address.strip(),),
        rest=masker,
    )


def _sealed(draft: CaseDraft, columns: dict[str, Any], box: SealedBox) -> dict[str, bytes]:
    sealed = {
        "name": box.seal(clean(draft.complainant)),
        "phone": box.seal(clean(draft.phone)),
        "address": box.seal(clean(draft.address)),
    }
    # The unmasked texts are kept only where masking took something away.
    texts = {name: clean(getattr(draft, name)) for name in TEXTS}
    hidden = {name: text for name, text in texts.items() if text != columns.get(name, "")}
    masked = columns.get("extra", {})
    hidden |= {
        f"{EXTRA}{key}": clean(value) for key, value in draft.extra if clean(value) != masked[key]
    }
    if hidden:
        sealed["texts"] = box.seal(json.dumps(hidden, ensure_ascii=False))
    return {name: value for name, value in sealed.items() if value}


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return str(value.timestamp())
    if isinstance(value, tuple):
        return json.dumps([part for part in value if part and any(part)], ensure_ascii=False)
    return "" if value is None else str(value).strip()


def whole_hash(cells: dict[str, str]) -> str:
    """One hash over the hashes of all cells."""
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()
