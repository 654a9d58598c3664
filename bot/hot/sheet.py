"""Hot topics of a sheet of texts that is not in the records: masked as it is read, kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.embedding import embedder
from bot.hot.found import found
from bot.hot.growth import told
from bot.settings import Settings
from casedb.beijing import beijing
from casedb.cases.texts import CaseText
from casedb.errors import CasedbError
from casedb.intake import drafts_of
from casedb.intake.profiles import load_profiles
from casedb.privacy import mask, mask_known
from casedb.records import CaseDraft
from casedb.tally.spans import Span
from indexer.clusters import Growing
from indexer.similar import embedded_text
from reports.hot import HotReport


def of_sheet(settings: Settings, path: Path, span: Span | None) -> HotReport:
    """The hot topics of a sheet; without a period, of all its days.

    Raises:
        CasedbError: the sheet cannot be read, or holds no texts with a time.
    """
    profiles = load_profiles(settings.rules_dir / "profiles")
    drafts = drafts_of(path, path.name, profiles=profiles)
    texts = {at: _text(at, one) for at, one in enumerate(drafts, start=1)}
    dated = sorted(beijing(one.at).date() for one in texts.values() if one.at is not None)
    if not dated:
        raise CasedbError(f"“{path.name}”里没有带时间的诉求。", "请核对来电时间或留言时间那一列。")
    span = span or Span(dated[0], dated[-1] + timedelta(days=1), "全部时段")
    model = embedder(settings)
    growing = Growing(model.dimension)
    every = [told(one) for one in texts.values()]
    growing.grow(
        every, model.encode_passages([embedded_text(one.title, one.text) for one in every])
    )

    def read(ids: Sequence[int]) -> dict[int, CaseText]:
        return {number: texts[number] for number in ids}

    return found(growing, span, read=read, source=path.name)


def _text(number: int, draft: CaseDraft) -> CaseText:
    """A draft as a masked text; the caller is told apart by what the sheet says of them."""
    known = (draft.complainant.strip(), draft.phone.strip(), draft.address.strip())
    title, appeal = (
        mask_known(one, names=known[:1], phones=known[1:2], addresses=known[2:], rest=mask)
        for one in (draft.title, draft.appeal)
    )
    caller = draft.phone.strip() or draft.complainant.strip()
    return CaseText(
        number, 1, draft.order_no, title, appeal, draft.topic_path, draft.community, "", None,
        draft.handling_unit, caller, draft.received_at or draft.dispatched_at,
    )  # fmt: skip
