"""Pure: do the times of the papers form a closed chain: dispatch, contact, handling, answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from casedb.days import moment_text
from casedb.exclusion.moments import Deed, Moment, after, before, day_of, earlier, moments_of
from casedb.exclusion.numbers_check import names_another
from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus
from casedb.exclusion.rulebook import Category
from casedb.exclusion.sorting import Sorted

CHAIN = (Deed.DISPATCHED, Deed.CONTACTED, Deed.HANDLED, Deed.REPLIED)
DONE = (Deed.CONTACTED, Deed.HANDLED, Deed.REPLIED, Deed.NOTED)
OWN_DEEDS = (*DONE, Deed.SIGNED)
EARLIER_CASE = ("前序", "上次", "前次", "原工单", "历史")
ANOTHER_CASE = (
    *EARLIER_CASE, "首次反映", "首次诉求", "此前", "前期", "曾于", "第一次反映", "第一次来电", "回访",
)  # fmt: skip
CURE_WINDOW = "请核对时间是否写错；写错的改正，确在期限外发生的请说明理由并附依据。"
CURE_ORDER = "请按派单、联系、处置、反馈的实际先后核对并改正时间。"


def check_times(files: Sequence[Sorted], case: CaseFacts, category: Category) -> Iterator[Finding]:
    """Impossible dates, times outside the case's window, and deeds in an impossible order.

    Source: DOMAIN §3.2 general check 2 and 7 (样例).
    """
    near = day_of(case.dispatched_at) if case.dispatched_at else None
    found = 0
    told = [list(moments_of(one.lines, near)) for one in files]
    for one, every in zip(files, told, strict=True):
        wrong = [*_impossible(one, every), *_window(one, every, case, category)]
        wrong += _dispatch(one, every, case)
        # A time that is wrong already is out of order too; it is told once.
        for finding in wrong or _order(one, every):
            found += 1
            yield finding
    across = list(_across(files, told)) if not found else []
    yield from across
    if not found and not across and any(told):
        yield Finding(FindingStatus.MET, "time.chain", "材料所记时间先后相符，都在期限内")


def _contradiction(one: Sorted, rule: str, says: str, moment: Moment, cure: str) -> Finding:
    return Finding(
        FindingStatus.CONTRADICTORY, rule, says, one.file.name, moment.line.page,
        _words(moment), cure,
    )  # fmt: skip


def _words(moment: Moment) -> str:
    said = moment.line.text
    at = max(0, moment.start - 14)
    return said[at : moment.start + len(moment.words) + 12].strip()


def _impossible(one: Sorted, moments: Sequence[Moment]) -> Iterator[Finding]:
    for moment in moments:
        if moment.day is None:
            yield _contradiction(
                one, "time.impossible", "写了一个不存在的日期", moment, "请改成真实的日期。"
            )


def _window(
    one: Sorted, moments: Sequence[Moment], case: CaseFacts, category: Category
) -> Iterator[Finding]:
    if not one.all_main("window") or (one.any_main("earlier") and not one.any_main("ours")):
        return
    for moment in moments:
        if moment.deed not in OWN_DEEDS or _of_another_case(moment, case):
            continue
        if case.dispatched_at and before(moment, case.dispatched_at):
            says = f"{moment.deed.value}时间早于派单时间（{moment_text(case.dispatched_at)}）"
            yield _contradiction(one, "time.before_dispatch", says, moment, CURE_WINDOW)
            return
        until = case.signed_until if moment.deed is Deed.SIGNED else None
        until = until or case.due_at
        if until and not category.after_due and after(moment, until):
            says = f"{moment.deed.value}时间晚于{'材料' if until != case.due_at else '办理'}时限（{moment_text(until)}）"
            yield _contradiction(one, "time.after_due", says, moment, CURE_WINDOW)
            return


def _of_another_case(moment: Moment, case: CaseFacts) -> bool:
    """A sentence that speaks of an earlier order tells times of that order."""
    if any(word in moment.sentence for word in ANOTHER_CASE):
        return True
    return names_another(moment.sentence, case.order_no)


def _dispatch(one: Sorted, moments: Sequence[Moment], case: CaseFacts) -> Iterator[Finding]:
    """The dispatch time a paper tells is the one of the order."""
    if case.dispatched_at is None or one.any_main("earlier"):
        return
    for moment in moments:
        if moment.deed is not Deed.DISPATCHED or "签收" in moment.sentence:
            continue
        if not moment.labelled and "派单" not in moment.sentence and "派发" not in moment.sentence:
            continue
        if moment.day not in (None, day_of(case.dispatched_at)) and not _of_another_case(
            moment, case
        ):
            says = f"所写派单时间与工单不一致，工单是 {moment_text(case.dispatched_at)}"
            yield _contradiction(one, "time.dispatch", says, moment, "请按工单改正派单时间。")
            return


def _order(one: Sorted, moments: Sequence[Moment]) -> Iterator[Finding]:
    """Within one paper: first contact before handling, handling before the answer, signing last."""
    if (one.any_main("earlier") and not one.any_main("ours")) or one.any_main("law"):
        return
    own = [moment for moment in moments if not _of_another_case_words(moment)]
    firsts = [one for one in own if one.deed is Deed.CONTACTED and one.first]
    handled = [one for one in own if one.deed is Deed.HANDLED]
    replied = [one for one in own if one.deed is Deed.REPLIED]
    signed = [one for one in own if one.deed is Deed.SIGNED]
    pairs = (
        (replied, firsts, "反馈时间早于首次联系时间"),
        (handled, firsts, "处置时间早于首次联系时间"),
        (replied, handled, "反馈时间早于处置时间"),
    )
    for later_ones, sooner_ones, says in pairs:
        for later in later_ones:
            if sooner_ones and all(earlier(later, sooner) for sooner in sooner_ones):
                yield _contradiction(one, "time.order", says, later, CURE_ORDER)
                return
    if (told_first := _backwards(own)) is not None:
        step, backwards = told_first
        says = f"{backwards.deed.value}时间早于在它之前的{step.deed.value}时间（{step.words}）"
        yield _contradiction(one, "time.order", says, backwards, CURE_ORDER)
        return
    done = [
        moment for moment in own if moment.deed in DONE and not moment.sentence.startswith("计划")
    ]
    for sign in signed[-1:]:
        sooner = next((deed for deed in done if earlier(sign, deed)), None)
        if sooner is not None:
            says = f"落款日期早于所记的{sooner.deed.value}时间（{sooner.words}）"
            yield _contradiction(one, "time.order", says, sign, CURE_ORDER)


def _backwards(own: Sequence[Moment]) -> tuple[Moment, Moment] | None:
    """Two steps of the chain told one after the other, of which the second was before the first.

    Told in one line, or both behind labels of their own; a paper may tell them in another order.
    """
    steps = [moment for moment in own if moment.deed in CHAIN]
    for sooner, later in pairwise(steps):
        told_together = sooner.line == later.line or (sooner.labelled and later.labelled)
        onwards = CHAIN.index(sooner.deed) < CHAIN.index(later.deed)
        if told_together and onwards and earlier(later, sooner):
            return sooner, later
    return None


def _of_another_case_words(moment: Moment) -> bool:
    return any(word in moment.sentence for word in EARLIER_CASE)


def _across(files: Sequence[Sorted], told: Sequence[list[Moment]]) -> Iterator[Finding]:
    """Over all papers: nobody answers before anything was handled."""
    own = [
        (one, moments)
        for one, moments in zip(files, told, strict=True)
        if one.all_main("window") and not one.any_main("earlier")
    ]
    handled = [m for _, moments in own for m in moments if m.deed is Deed.HANDLED]
    if not handled:
        return
    for one, moments in own:
        for moment in moments:
            labelled = moment.deed is Deed.REPLIED and moment.labelled
            if labelled and all(earlier(moment, other) for other in handled):
                says = f"反馈时间早于全部处置时间（最早 {handled[0].words}）"
                yield _contradiction(one, "time.order", says, moment, CURE_ORDER)
                return
