"""Rounds of review: findings stored, decided by a person, issued as an opinion, compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from casedb.cases.change import write_event
from casedb.closing import sheet as closing_sheet
from casedb.days import exact_text
from casedb.errors import NotFound, Refused
from casedb.exclusion import requests
from casedb.exclusion.duties import settle_review
from casedb.exclusion.pieces import Finding as Found
from casedb.exclusion.pieces import FindingStatus
from casedb.exclusion.records import FindingRecord, RequestRecord, ReviewRecord, RoundChange
from casedb.exclusion.requests import CLOSED_TO_FILES, row_of, view
from casedb.exclusion.states import STATE_NAMES, Decision, ExclusionState
from casedb.models import Case, Finding, Person, Review
from casedb.privacy import mask
from casedb.records import PersonRecord
from casedb.rules import RuleBook
from casedb.store import Session

OWED_SHOWN = 19


def record_review(
    s: Session,
    request_id: int,
    findings: Sequence[Found],
    *,
    rules_version: str,
    actor: str,
    now: datetime,
) -> ReviewRecord:
    """Store what the machine proposes as the next round; nothing goes out before a person says so.

    A round that was not issued yet is replaced: the same materials are looked at once.

    Raises:
        Refused: the request is with the client or over.
    """
    row = row_of(s, request_id)
    if row.state in CLOSED_TO_FILES:
        raise Refused(f"这件剔除申请{STATE_NAMES[row.state]}。", "要重新审核请先退回。")
    last = _last(s, request_id)
    if last is not None and last.issued_at is None:
        review = last
        for old in s.scalars(select(Finding).where(Finding.review_id == last.id)):
            s.delete(old)
        review.reviewed_at, review.rules_version = now, rules_version
    else:
        row.round += 1
        review = Review(
            request_id=request_id,
            round=row.round,
            number=f"SH{row.asked_at:%Y%m%d}-{request_id:04d}-{row.round}",
            rules_version=rules_version,
            reviewed_at=now,
        )
        s.add(review)
    s.flush()
    s.add_all(_stored(review.id, one) for one in findings)
    row.first_reviewed_at = row.first_reviewed_at or now
    wrong = sum(1 for one in findings if one.status is not FindingStatus.MET)
    row.state = ExclusionState.REVIEWING
    said = f"第 {review.round} 轮材料审核：{wrong} 项待改（规则版本 {rules_version}）"
    write_event(s, s.get_one(Case, row.case_id), "materials_reviewed", said, actor=actor, now=now)
    s.flush()
    return review_view(s, review)


def _stored(review_id: int, found: Found) -> Finding:
    return Finding(
        review_id=review_id,
        status=found.status.value,
        rule=found.rule,
        file=found.file[:200],
        page=found.page,
        says=mask(found.says),
        words=mask(found.words),
        cure=found.cure,
    )


def decide(
    s: Session,
    finding_id: int,
    decision: Decision,
    *,
    by: PersonRecord,
    now: datetime,
    says: str = "",
    note: str = "",
) -> FindingRecord:
    """A person confirms, edits or overrides a finding, with name and time.

    Raises:
        Refused: the opinion went out already, or an edit says nothing.
    """
    row = s.get(Finding, finding_id)
    if row is None:
        raise NotFound("没有这一项问题。", "请重新打开审核清单。")
    review = s.get_one(Review, row.review_id)
    if review.issued_at is not None:
        raise Refused("这一轮的审核意见已经发出，不能再改。", "请在下一轮审核里处理。")
    if decision is Decision.EDITED:
        if not says.strip():
            raise Refused("没有写改成什么。", "请写明问题和整改办法。")
        row.says, row.words = mask(says.strip()), ""
    row.decision, row.decided_by, row.decided_at = decision, by.id, now
    row.note = mask(note.strip())
    request = row_of(s, review.request_id)
    words = {Decision.CONFIRMED: "确认", Decision.EDITED: "改写", Decision.OVERRIDDEN: "驳回"}
    said = f"{by.name}{words.get(decision, '重开')}审核问题：{row.says}"
    case = s.get_one(Case, request.case_id)
    write_event(s, case, "finding_decided", said, actor=f"person:{by.id}", now=now)
    s.flush()
    return finding_view(s, row)


def confirm_rest(s: Session, review_id: int, *, by: PersonRecord, now: datetime) -> int:
    """Confirm every finding nobody has decided about yet; returns how many."""
    rows = s.scalars(
        select(Finding).where(Finding.review_id == review_id, Finding.decision == Decision.OPEN)
    ).all()
    for row in rows:
        row.decision, row.decided_by, row.decided_at = Decision.CONFIRMED, by.id, now
    return len(rows)


def issue(
    s: Session,
    review_id: int,
    *,
    by: PersonRecord,
    due_at: datetime,
    opinion_path: str,
    rules: RuleBook,
    now: datetime,
) -> RequestRecord:
    """The opinion goes out: what stands is owed by `due_at`, or nothing is left and it is ready.

    Raises:
        Refused: it went out already, or the time has passed.
    """
    review = review_row(s, review_id)
    if review.issued_at is not None:
        raise Refused("这一轮的审核意见已经发出。", "请等单位整改后再审下一轮。")
    confirm_rest(s, review_id, by=by, now=now)
    s.flush()
    row = row_of(s, review.request_id)
    standing = review_view(s, review).standing
    review.issued_by, review.issued_at = by.id, now
    review.opinion_path, actor = opinion_path, f"person:{by.id}"
    if standing:
        review.due_at = row.due_at = due_at
        items = [_short(at, one) for at, one in enumerate(standing, start=1)][:OWED_SHOWN]
        closing_sheet.owe(
            s, row.case_id, items=items, due_at=due_at, actor=actor, now=now, rules=rules
        )
        row.state = ExclusionState.CORRECTING
    else:
        closing_sheet.handed_in(s, row.case_id, actor=actor, now=now)
        row.state = ExclusionState.READY
    settle_review(s, row.id, actor=actor, now=now, why=f"{by.name}已发出审核意见")
    until = f"，{exact_text(due_at)} 前整改" if standing else ""
    said = f"发出审核意见 {review.number}：{len(standing)} 项问题{until}"
    write_event(s, s.get_one(Case, row.case_id), "opinion_issued", said, actor=actor, now=now)
    s.flush()
    return view(s, row)


def _short(at: int, one: FindingRecord) -> str:
    """One owed item without the signs that part items."""
    said = re.sub(r"[、,，;；\n]+", " ", one.finding.says)
    return f"{at}.{said[:30]}"


def withdraw(s: Session, request_id: int, *, actor: str, now: datetime) -> RequestRecord:
    """Take a request back; what was owed for it, materials or review, is settled.

    Raises:
        Refused: it is over already.
    """
    taken = requests.withdraw(s, request_id, actor=actor, now=now)
    settle_review(s, request_id, actor=actor, now=now, why="撤回剔除申请", done=False)
    return taken


def reviews(s: Session, request_id: int) -> tuple[ReviewRecord, ...]:
    """Every round, first to last."""
    rows = s.scalars(select(Review).where(Review.request_id == request_id).order_by(Review.round))
    return tuple(review_view(s, row) for row in rows)


def review(s: Session, review_id: int) -> ReviewRecord:
    """One round."""
    return review_view(s, review_row(s, review_id))


def review_of_finding(s: Session, finding_id: int) -> ReviewRecord:
    """The round a finding belongs to."""
    row = s.get(Finding, finding_id)
    if row is None:
        raise NotFound("没有这一项问题。", "请重新打开审核清单。")
    return review(s, row.review_id)


def compare(before: ReviewRecord | None, after: ReviewRecord) -> RoundChange:
    """What was mended since the round before, what remains, what is new."""
    now = {one.finding.key: one.finding for one in after.standing}
    if before is None:
        return RoundChange((), (), tuple(now.values()))
    then = {one.finding.key: one.finding for one in before.standing}
    # A replaced file may say other words: what is still wrong in it by the same rule remains.
    loose = {key[:2] for key in then}
    return RoundChange(
        mended=tuple(one for key, one in then.items() if key[:2] not in {k[:2] for k in now}),
        remaining=tuple(one for key, one in now.items() if key[:2] in loose),
        fresh=tuple(one for key, one in now.items() if key[:2] not in loose),
    )


def _last(s: Session, request_id: int) -> Review | None:
    return s.scalar(
        select(Review).where(Review.request_id == request_id).order_by(Review.round.desc()).limit(1)
    )


def review_row(s: Session, review_id: int) -> Review:
    """The stored review.

    Raises:
        NotFound: no such review.
    """
    row = s.get(Review, review_id)
    if row is None:
        raise NotFound("没有这一轮审核。", "请用 /exclude 工单编号 重新打开。")
    return row


def review_view(s: Session, row: Review) -> ReviewRecord:
    """A review as other packages see it."""
    found = s.scalars(select(Finding).where(Finding.review_id == row.id).order_by(Finding.id))
    issuer = None if row.issued_by is None else s.get(Person, row.issued_by)
    return ReviewRecord(
        id=row.id,
        request_id=row.request_id,
        round=row.round,
        number=row.number,
        rules_version=row.rules_version,
        reviewed_at=row.reviewed_at,
        issued_by=issuer.name if issuer else "",
        issued_at=row.issued_at,
        due_at=row.due_at,
        opinion_path=row.opinion_path,
        findings=tuple(finding_view(s, one) for one in found),
    )


def finding_view(s: Session, row: Finding) -> FindingRecord:
    """A finding as other packages see it."""
    person = None if row.decided_by is None else s.get(Person, row.decided_by)
    return FindingRecord(
        id=row.id,
        finding=Found(
            FindingStatus(row.status), row.rule, row.says, row.file, row.page, row.words, row.cure
        ),
        decision=row.decision,
        decided_by=person.name if person else "",
        decided_at=row.decided_at,
        note=row.note,
    )
