"""Pure: every check of one review in order, worst findings first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casedb.exclusion.article_check import check_articles
from casedb.exclusion.call_check import check_calls
from casedb.exclusion.moments import day_of
from casedb.exclusion.numbers_check import check_order_no
from casedb.exclusion.papers_check import check_papers, check_readable
from casedb.exclusion.personal_check import check_leading, check_personal
from casedb.exclusion.photo_check import check_photos
from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus, Laws, MaterialFile
from casedb.exclusion.reply_check import check_reason, check_reply, check_reply_days
from casedb.exclusion.rulebook import ExclusionRules
from casedb.exclusion.signs_check import check_signs
from casedb.exclusion.sorting import sort_files
from casedb.exclusion.time_check import check_times

ORDER = (
    FindingStatus.MISSING, FindingStatus.CONTRADICTORY, FindingStatus.UNREADABLE, FindingStatus.MET,
)  # fmt: skip


def review_materials(
    files: Sequence[MaterialFile],
    case: CaseFacts,
    rules: ExclusionRules,
    laws: Laws,
    *,
    used_before: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """Findings of all rules over the materials of one case: met, missing, contradictory, unreadable.

    A proposal only: an analyst confirms, edits or overrides each. The same materials, facts and
    rules give the same findings.

    Args:
        laws: asked for each cited article as of the Beijing date of dispatch.
        used_before: perceptual hash of photographs of other cases -> their order number.

    Raises:
        CasedbError: unknown category.

    Source: the sample matrix of exclusion.toml (样例规则，须甲方确认).
    """
    category = rules.category(case.category)
    known = sort_files(files, category, rules)
    found = [
        *check_papers(known, category, rules),
        *check_readable(known),
        *check_order_no(known, case),
        *check_signs(known),
        *check_times(known, case, category),
        *check_calls(known, case, category, rules.calls),
        *check_photos(known, case, category, rules.photo, used_before or {}),
        *check_reason(known, category, rules),
        *check_reply(known, case, rules),
        *check_reply_days(known, case),
        *check_personal(known, case),
        *check_leading(known, rules),
    ]
    if case.dispatched_at is not None:
        found += check_articles(known, laws, day_of(case.dispatched_at))
    found = list(_told_once(found))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: ORDER.index(one.status)))


def _told_once(found: Sequence[Finding]) -> Iterator[Finding]:
    """A wrong date is one fault, though the reply tells the right one."""
    wrong = {one.file for one in found if one.rule.startswith("time.") and one.file}
    for one in found:
        if one.rule != "reply.day" or one.file not in wrong:
            yield one


def faults(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Those that have to be mended."""
    return tuple(one for one in findings if one.status is not FindingStatus.MET)
