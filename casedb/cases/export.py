"""Cases, masked, to a sheet with the headings the office system expects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from casedb.beijing import beijing
from casedb.cases.case_book import CaseFilter, list_cases
from casedb.intake.sheetfile import write_table
from casedb.records import CaseRecord
from casedb.store import Session
from casedb.vocabulary import RevisitAnswer

HEADINGS = (
    "工单编号 来源渠道 诉求性质 标题 诉求内容 诉求人 联系电话 社区 详细地址 一级分类 二级分类 三级分类 承办单位 协办单位"
    " 来电时间 派单时间 签收时间 首次联系时间 办理时限 回复内容 办结时间 回访时间 是否响应 是否解决 是否满意 备注"
)
WORDS = {
    RevisitAnswer.YES: "是",
    RevisitAnswer.MOSTLY: "基本满意",
    RevisitAnswer.NO: "否",
    RevisitAnswer.NOT_REACHED: "未接通",
    None: "",
}


def export_cases(s: Session, path: Path, wanted: CaseFilter | None = None) -> int:
    """Write cases to .xlsx or .csv; every text is masked already. Returns how many.

    What came in columns we do not know goes out in columns of the same headings.
    """
    found = list_cases(s, wanted or CaseFilter())
    extras = sorted({key for case in found for key, _ in case.extra})
    headings = [*HEADINGS.split(), *extras]
    return write_table(path, "工单", headings, _rows(found, extras))


def _rows(found: Sequence[CaseRecord], extras: Sequence[str]) -> Iterator[list[str]]:
    for case in found:
        kept = dict(case.extra)
        yield [*_standard(case), *(kept.get(key, "") for key in extras)]


def _standard(case: CaseRecord) -> list[str]:
    return [
        case.order_no,
        case.source,
        case.kind.value,
        case.title,
        case.appeal,
        case.complainant_masked,
        case.phone_masked,
        case.community,
        case.address_masked,
        *case.topic_path,
        case.handling_unit,
        case.supporting_units,
        _time(case.received_at),
        _time(case.dispatched_at),
        _time(case.accepted_at),
        _time(case.first_contact_at),
        _time(case.due_at),
        case.reply,
        _time(case.closed_at),
        _time(case.revisited_at),
        WORDS[case.responded],
        WORDS[case.resolved],
        WORDS[case.satisfied],
        case.remark,
    ]


def _time(instant: datetime | None) -> str:
    return beijing(instant).strftime("%Y-%m-%d %H:%M:%S") if instant else ""
