"""Pure: do photographs say when and where, are they sharp and bright enough, are they new."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from casedb.days import moment_text
from casedb.exclusion.moments import FULL, day_of
from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus, MaterialPhoto
from casedb.exclusion.rulebook import Category, PhotoRule
from casedb.exclusion.sorting import Sorted

PLACE_WORDS = re.compile(
    r"地点|地址|位置|经度|纬度|[东西]经|[南北]纬|°|\d+\.\d{3,}|[路街巷号院楼]|小区|社区"
)
ALIKE_BITS = 4  # of 64; re-saved copies differ in a few
UNREADABLE, MISSING = FindingStatus.UNREADABLE, FindingStatus.MISSING


def check_photos(
    files: Sequence[Sorted],
    case: CaseFacts,
    category: Category,
    rule: PhotoRule,
    used_before: Mapping[str, str],
) -> Iterator[Finding]:
    """Each picture file. `used_before`: perceptual hash -> order number of another case.

    Source: DOMAIN §3.2 general checks 3 and 9 (样例).
    """
    for one in files:
        photo = one.file.photo
        if photo is None or not one.file.is_picture or one.file.problem:
            continue
        faults = [*_clear(one, photo, rule), *_reused(one, photo, used_before)]
        if one.is_photograph:
            faults += [*_when_and_where(one, photo), *_in_window(one, photo, case, category)]
        yield from faults
        if not faults and one.is_photograph:
            yield Finding(FindingStatus.MET, "photo", "照片清楚，有时间和地点", one.file.name, 1)


def _clear(one: Sorted, photo: MaterialPhoto, rule: PhotoRule) -> Iterator[Finding]:
    name = one.file.name
    if photo.brightness < rule.dark_below:
        yield Finding(
            UNREADABLE, "photo.dark", "照片太暗，看不清", name, 1,
            cure="请在光线足够时重新拍摄并保留时间、地点。",
        )  # fmt: skip
    elif (
        photo.brightness > rule.bright_above
        and one.is_photograph
        and photo.blur < rule.blurred_below
    ):
        yield Finding(
            UNREADABLE, "photo.bright", "照片过曝，看不清", name, 1,
            cure="请避开强光重新拍摄。",
        )  # fmt: skip
    elif photo.blur < rule.blurred_below and (one.is_photograph or not one.readable):
        # A photographed paper or a screenshot whose words were read is clear enough.
        yield Finding(
            UNREADABLE, "photo.blurred", "照片模糊，看不清", name, 1,
            cure="请对焦后重新拍摄，或重新扫描。",
        )  # fmt: skip


def _when_and_where(one: Sorted, photo: MaterialPhoto) -> Iterator[Finding]:
    """From the picture's own data, or printed on it as a watermark."""
    text = one.file.text
    cure = "请用带时间、地点水印的相机重拍，或交未经转发的原图。"
    if photo.taken_at is None and not FULL.search(text):
        yield Finding(MISSING, "photo.time", "照片没有拍摄时间", one.file.name, 1, cure=cure)
    if photo.place is None and not PLACE_WORDS.search(text):
        yield Finding(MISSING, "photo.place", "照片没有拍摄地点", one.file.name, 1, cure=cure)


def _in_window(
    one: Sorted, photo: MaterialPhoto, case: CaseFacts, category: Category
) -> Iterator[Finding]:
    at = photo.taken_at
    if at is None:
        return
    cure = "请核对是不是本案的照片；确系期限外拍摄的请说明理由。"
    if case.dispatched_at and at < case.dispatched_at:
        says = f"照片拍摄于 {moment_text(at)}，早于派单时间"
    elif case.due_at and not category.after_due and day_of(at) > day_of(case.due_at):
        says = f"照片拍摄于 {moment_text(at)}，晚于办理时限"
    else:
        return
    yield Finding(FindingStatus.CONTRADICTORY, "photo.window", says, one.file.name, 1, cure=cure)


def _reused(one: Sorted, photo: MaterialPhoto, used_before: Mapping[str, str]) -> Iterator[Finding]:
    for known, order_no in used_before.items():
        if one.is_photograph and alike(known, photo.perceptual_hash):
            yield Finding(
                FindingStatus.CONTRADICTORY, "photo.reused",
                f"这张照片在工单 {order_no} 里用过", one.file.name, 1,
                cure="请换成本案现场的照片。",
            )  # fmt: skip
            return


def alike(one: str, other: str) -> bool:
    """Whether two perceptual hashes (hex) belong to the same picture."""
    if not one or not other or len(one) != len(other):
        return False
    if one.strip("0") == "" or other.strip("0") == "":
        return False  # a picture of one even grey says nothing
    return (int(one, 16) ^ int(other, 16)).bit_count() <= ALIKE_BITS
