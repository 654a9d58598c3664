"""A person gives a case its topic (分类): proposed or of their own, with who and when."""

from __future__ import annotations

from datetime import datetime

from casedb.cases.change import changed
from casedb.cases.drafts import clean
from casedb.errors import CasedbError, Refused
from casedb.models import Case
from casedb.records import CaseRecord
from casedb.store import Session

LONGEST_LEVEL = 80


def set_topic(
    s: Session,
    case_id: int,
    path: tuple[str, str, str],
    *,
    actor: str,
    now: datetime,
    proposed: str = "",
    version: int | None = None,
) -> CaseRecord:
    """Set the topic of a case, closed ones too: it is what the classifier learns from.

    Args:
        proposed: what the machine had proposed and how sure it was, for the event.

    Raises:
        CasedbError: no first level, or a level too long.
        Refused: it has this topic already.
    """
    levels = [clean(level) for level in path]
    if not levels[0]:
        raise CasedbError("没有写一级分类。", "请至少写到一级，例如：噪声与环境。")
    if max(map(len, levels)) > LONGEST_LEVEL:
        raise CasedbError("分类名太长了。", f"每一级最多 {LONGEST_LEVEL} 个字。")

    def change(row: Case) -> str:
        before = "/".join(filter(None, (row.topic_1, row.topic_2, row.topic_3)))
        after = "/".join(filter(None, levels))
        if before == after:
            raise Refused(f"工单的分类已经是“{after}”。", "不用再确认。")
        row.topic_1, row.topic_2, row.topic_3 = levels
        told = f"分类确认为 {after}" if not before else f"分类由 {before} 改为 {after}"
        return f"{told}（{proposed}）" if proposed else told

    return changed(s, case_id, "classified", change, actor=actor, now=now, version=version)
