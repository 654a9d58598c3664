"""Exclusion requests: opened, collecting materials, submitted, rechecked; each step an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from casedb import cases
from casedb.cases.change import write_event
from casedb.closing import sheet as closing_sheet
from casedb.days import exact_text
from casedb.errors import NotFound, Refused
from casedb.exclusion.pieces import MaterialFile
from casedb.exclusion.records import MaterialRecord, RequestRecord
from casedb.exclusion.rulebook import ExclusionRules
from casedb.exclusion.states import FLOW_NAMES, OVER, STATE_NAMES, ExclusionFlow, ExclusionState
from casedb.models import Case, ExclusionRequest, Material, Person, Unit
from casedb.privacy import mask
from casedb.rules import RuleBook
from casedb.store import Session
from casedb.vocabulary import CaseStage, SideWay

SIDE_WAYS = {
    ExclusionFlow.UNREASONABLE: SideWay.UNREASONABLE_ASKED,
    ExclusionFlow.APPEAL: SideWay.ASSESSMENT_APPEALED,
}
CLOSED_TO_FILES = (ExclusionState.SUBMITTED, *OVER)


def flow_for(stage: CaseStage) -> ExclusionFlow:
    """The flow that fits: before closing the appeal is disputed, after it the assessment."""
    return ExclusionFlow.APPEAL if stage is CaseStage.CLOSED else ExclusionFlow.UNREASONABLE


def open_request(
    s: Session,
    case_id: int,
    *,
    flow: ExclusionFlow,
    category: str,
    due_at: datetime,
    exclusion: ExclusionRules,
    rules: RuleBook,
    actor: str,
    now: datetime,
    reason: str = "",
) -> RequestRecord:
    """Open a request; the handling unit owes the category's papers by `due_at` (UTC).

    Raises:
        Refused: a request of this case is open already, or the time has passed.
        CasedbError: unknown category.
    """
    wanted = exclusion.category(category)
    known = request_of_case(s, case_id)
    if known is not None and known.open:
        raise Refused(
            f"工单 {known.order_no} 已有剔除申请（{STATE_NAMES[known.state]}）。",
            "请接着交材料；要换类别请先撤回原申请。",
        )
    case = s.get_one(Case, case_id)
    row = ExclusionRequest(
        case_id=case_id,
        unit_id=case.handling_unit_id,
        flow=flow,
        category=wanted.id,
        reason=mask(reason.strip()),
        wanted=list(exclusion.wanted(wanted)),
        asked_by=_person_id(actor),
        asked_at=now,
        due_at=due_at,
    )
    s.add(row)
    s.flush()
    cases.side_way(s, case_id, SIDE_WAYS[flow], actor=actor, now=now, note=wanted.name)
    closing_sheet.owe(
        s, case_id, items=exclusion.wanted(wanted), due_at=due_at, actor=actor, now=now, rules=rules
    )
    said = f"{FLOW_NAMES[flow]}：{wanted.id} {wanted.name}，{exact_text(due_at)} 前交材料"
    write_event(s, case, "exclusion_asked", said, actor=actor, now=now)
    return view(s, row)


def _person_id(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "person" and number.isdigit() else None


def request(s: Session, request_id: int) -> RequestRecord:
    """One request by its id."""
    return view(s, row_of(s, request_id))


def request_of_case(s: Session, case_id: int) -> RequestRecord | None:
    """The latest request of a case."""
    row = s.scalar(
        select(ExclusionRequest)
        .where(ExclusionRequest.case_id == case_id)
        .order_by(ExclusionRequest.id.desc())
        .limit(1)
    )
    return None if row is None else view(s, row)


def open_requests(s: Session, *, unit_id: int | None = None) -> tuple[RequestRecord, ...]:
    """Requests that are not over, of all units or one, the most pressing first."""
    query = select(ExclusionRequest).where(ExclusionRequest.state.not_in(OVER))
    if unit_id is not None:
        query = query.where(ExclusionRequest.unit_id == unit_id)
    rows = s.scalars(query.order_by(ExclusionRequest.due_at, ExclusionRequest.id))
    return tuple(view(s, row) for row in rows)


def add_material(
    s: Session,
    request_id: int,
    file: MaterialFile,
    *,
    path: str,
    actor: str,
    channel: str,
    now: datetime,
) -> tuple[MaterialRecord, bool]:
    """Take a file in; the same content again is recognised and gives (record, False).

    A file of the same name replaces the earlier one in later reviews; both are kept.

    Raises:
        Refused: the request is with the client or over.
    """
    row = row_of(s, request_id)
    if row.state in CLOSED_TO_FILES:
        raise Refused(
            f"这件剔除申请{STATE_NAMES[row.state]}，不再收材料。", "要补材料请先找分析员退回。"
        )
    known = s.scalar(
        select(Material).where(Material.request_id == request_id, Material.sha256 == file.sha256)
    )
    if known is not None:
        return material_view(s, known), False
    for other in s.scalars(
        select(Material).where(Material.request_id == request_id, Material.name == file.name[:200])
    ):
        other.replaced = True
    material = Material(
        request_id=request_id,
        sha256=file.sha256,
        name=file.name[:200],
        path=path,
        size=file.size,
        kind=file.kind,
        sent_by=_person_id(actor),
        channel=channel,
        received_at=now,
        round=row.round + 1,
        perceptual_hashes=[file.photo.perceptual_hash] if file.photo else [],
    )
    s.add(material)
    s.flush()
    case = s.get_one(Case, row.case_id)
    said = f"收到材料“{mask(file.name)}”，指纹 {file.sha256[:12]}"
    write_event(s, case, "material_received", said, actor=actor, now=now)
    return material_view(s, material), True


def materials(s: Session, request_id: int, *, every: bool = False) -> tuple[MaterialRecord, ...]:
    """The files of a request that count now, or with `every` also replaced ones."""
    query = select(Material).where(Material.request_id == request_id)
    if not every:
        query = query.where(Material.replaced.is_(False))
    return tuple(material_view(s, one) for one in s.scalars(query.order_by(Material.id)))


def photos_used(s: Session, *, not_case: int) -> Mapping[str, str]:
    """Perceptual hash -> order number, of photographs handed in for other cases."""
    rows = s.execute(
        select(Material.perceptual_hashes, Case.order_no)
        .join(ExclusionRequest, ExclusionRequest.id == Material.request_id)
        .join(Case, Case.id == ExclusionRequest.case_id)
        .where(ExclusionRequest.case_id != not_case, Material.kind.in_(("png", "jpeg")))
    )
    return {str(one): order_no for hashes, order_no in rows for one in hashes}


def submit(s: Session, request_id: int, *, actor: str, now: datetime) -> RequestRecord:
    """The materials go to the client for recheck (复核).

    Raises:
        Refused: nothing was reviewed yet, or it is with the client or over already.
    """
    row = row_of(s, request_id)
    if row.round == 0 or row.state in CLOSED_TO_FILES:
        raise Refused(
            f"这件剔除申请{STATE_NAMES[row.state]}，还不能报送。", "请先审核，或查看它的进度。"
        )
    row.state, row.submitted_at = ExclusionState.SUBMITTED, now
    closing_sheet.handed_in(s, row.case_id, actor=actor, now=now)
    write_event(s, s.get_one(Case, row.case_id), "exclusion_submitted", "剔除材料报送复核", actor=actor, now=now)  # fmt: skip
    return view(s, row)


def recheck(
    s: Session, request_id: int, *, passed: bool, note: str, actor: str, now: datetime
) -> RequestRecord:
    """The client's recheck (复核) came back.

    Raises:
        Refused: it was not submitted.
    """
    row = row_of(s, request_id)
    if row.state is not ExclusionState.SUBMITTED:
        raise Refused(
            f"这件剔除申请{STATE_NAMES[row.state]}，没有等待复核。", "请先报送再登记结果。"
        )
    row.state = ExclusionState.PASSED if passed else ExclusionState.RETURNED
    row.rechecks, row.rechecked_at, row.result = row.rechecks + 1, now, mask(note.strip())
    said = f"{STATE_NAMES[row.state]}{'：' + row.result if row.result else ''}"
    write_event(s, s.get_one(Case, row.case_id), "exclusion_rechecked", said, actor=actor, now=now)
    return view(s, row)


def withdraw(s: Session, request_id: int, *, actor: str, now: datetime) -> RequestRecord:
    """Take a request back; what was owed for it is settled.

    Raises:
        Refused: it is over already.
    """
    row = row_of(s, request_id)
    if row.state in OVER:
        raise Refused(f"这件剔除申请{STATE_NAMES[row.state]}。", "不用再撤回。")
    row.state = ExclusionState.WITHDRAWN
    closing_sheet.handed_in(s, row.case_id, actor=actor, now=now)
    write_event(s, s.get_one(Case, row.case_id), "exclusion_withdrawn", "撤回剔除申请", actor=actor, now=now)  # fmt: skip
    return view(s, row)


def row_of(s: Session, request_id: int) -> ExclusionRequest:
    """The stored request.

    Raises:
        NotFound: no such request.
    """
    row = s.get(ExclusionRequest, request_id)
    if row is None:
        raise NotFound("没有这件剔除申请。", "请用 /exclude 工单编号 重新打开。")
    return row


def view(s: Session, row: ExclusionRequest) -> RequestRecord:
    """A request as other packages see it."""
    case = s.get_one(Case, row.case_id)
    unit = None if row.unit_id is None else s.get(Unit, row.unit_id)
    return RequestRecord(
        id=row.id,
        case_id=row.case_id,
        order_no=case.order_no,
        unit_id=row.unit_id,
        unit=unit.name if unit else case.handling_unit,
        flow=row.flow,
        category=row.category,
        reason=row.reason,
        state=row.state,
        wanted=tuple(str(one) for one in row.wanted),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        due_at=row.due_at,
        round=row.round,
        submitted_at=row.submitted_at,
        rechecks=row.rechecks,
        rechecked_at=row.rechecked_at,
        result=row.result,
    )


def material_view(s: Session, row: Material) -> MaterialRecord:
    """A material as other packages see it."""
    sender = None if row.sent_by is None else s.get(Person, row.sent_by)
    return MaterialRecord(
        id=row.id,
        request_id=row.request_id,
        sha256=row.sha256,
        name=row.name,
        path=row.path,
        size=row.size,
        kind=row.kind,
        sent_by=sender.name if sender else "",
        received_at=row.received_at,
        round=row.round,
        replaced=row.replaced,
    )


def names_of(found: Sequence[MaterialRecord]) -> tuple[str, ...]:
    """The names of materials."""
    return tuple(one.name for one in found)
