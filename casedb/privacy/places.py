"""Pure: find door numbers (门牌) in a text and star out the numbers, keeping the words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casedb.privacy.view import Span, matches, view_of, windows

N = r"(?:[0-9]{1,4}|[零〇一二两三四五六七八九十百]{1,5}|[A-Za-z][0-9]{0,2}|[甲乙丙丁东西南北中])"
ROOM_NO = r"(?:[A-Za-z]?-?[0-9]{3,4}[A-Za-z]?|[零〇一二三四五六七八九]{3,4})"
GAP = r"[ ,，、\-]{0,2}"
BUILDING = rf"(?:第? ?{N} ?(?:号 ?楼|栋|幢|座|#楼?|号院? ?(?={GAP}{N} ?(?:单元|门))|楼(?!梯|道|顶|下|上|里|层)))"
UNIT = rf"(?:第? ?{N} ?(?:单元|门洞|门(?!口|前|外|禁|卡|头|面|诊|市|牌)|梯(?!队|子)|单(?!位|独|车|号|价|据)))"
FLOOR = rf"(?:第? ?{N} ?(?:层|楼(?!栋)))"
# What follows a bare number when it counts or measures something and is no room.
NO_COUNT = r"(?![0-9]| ?[元人个多余名台辆米平㎡件次年月日天块只棵%％.:/万亿点分度吨斤公厘℃吋寸岁路楼栋幢座]|户)"
# 601户 is a flat, 300户 a number of households: flats are numbered 01 to 29 on each floor.
FLAT = r"[0-9]{1,2}(?:0[1-9]|[12][0-9]) ?号?户(?!居民|人家|业主|群众|家庭|左右|以上|共|均|都)"
ROOM = rf"(?:{ROOM_NO} ?(?:号?房间?|号?室|号)|{FLAT}|{ROOM_NO}{NO_COUNT}|[0-9]{{1,2}} ?(?:号房|室(?![0-9一二两三]?厅)|号(?![楼院线])))"

# Looked at first, so that most characters are passed by with one glance.
FIRST = "(?=[第0-9A-Za-z零〇一二两三四五六七八九十百甲乙丙丁东西南北中])"
WHOLE = re.compile(
    rf"{FIRST}(?<![0-9A-Za-z])(?:{BUILDING}{GAP}{UNIT}(?:{GAP}{FLOOR})?(?:{GAP}{ROOM})?"
    rf"|{BUILDING}{GAP}(?:{FLOOR}{GAP})?{ROOM}"
    rf"|{UNIT}{GAP}(?:{FLOOR}{GAP})?{ROOM})"
)
ROOM_ALONE = re.compile(
    r"(?=[0-9A-Za-z\-零〇一二三四五六七八九])(?<![0-9A-Za-z.])"
    r"(?:[A-Za-z]?-?[0-9]{3,4}[A-Za-z]?|[零〇一二三四五六七八九]{3,4})"
    r" ?(?:号室|号房|室(?!外|内)|房间|房(?!屋|产|价|租|子|管|地|东|主|贷|改)|号门(?!面|口|前|外|诊|市))"
    rf"|(?<![0-9A-Za-z.]){FLAT}"
)
TRIPLE = re.compile(
    r"(?<![0-9A-Za-z\-./:年])(?:[A-Za-z]?[0-9]{1,3}|[A-Za-z]) ?[号#]?[\-#] ?(?:[A-Za-z]|[0-9]{1,3}) ?-? ?"
    r"(?<=-) ?[0-9]{3,4}(?![0-9\-./年月])"
)
QUADRUPLE = re.compile(
    r"(?<![0-9A-Za-z\-./:年])[0-9]{1,3} ?- ?[0-9]{1,3} ?- ?[0-9]{1,2} ?- ?[0-9]{1,4}(?![0-9\-./])"
)
PAIR = re.compile(
    r"(?=[ 0-9])(?:(?<=[区楼苑园院里居庭府家城墅座住栋幢庄寓])|(?<=家住 )|(?<=住在)) ?[0-9]{1,3} ?[-#] ?[0-9]{3,4}"
    r"(?![0-9\-./年月元])"
    r"|(?=[0-9])(?<![0-9A-Za-z\-./:])[0-9]{1,3} ?[-#] ?[0-9]{3,4} ?(?=号?室|住户|业主|居民|房间|号房)"
)
SMALL_TRIPLE = re.compile(
    r"(?<=[区楼苑园院里居庭府家城墅座住栋幢庄寓]) ?[0-9]{1,3} ?- ?[0-9]{1,2} ?- ?[0-9]{1,4}(?![0-9\-./年月])"
)
LANE = re.compile(
    r"(?=[ :：甲乙丙丁0-9一二三四五六七八九十百])(?:(?<=[路街巷弄村屯排])|(?<=胡同)|(?<=大街)|(?<=大院)|(?<=平房)|(?<=[东西南北前后]里)|(?<=[一二三四五六七八九十0-9]条)"
    r"|(?<=门牌)|(?<=门牌号)) ?[:：]? ?(?:[甲乙丙丁] ?)?(?:[0-9]{1,4}|[一二三四五六七八九十百]{1,4})(?:-[0-9]{1,4})? ?(?:号|#)"
    r"(?! ?(?:院|线|门|口|出|文|令|地|楼|公路|车|国道))"
)
NUMBERED = re.compile(
    r"(?:[0-9]+|[零〇一二两三四五六七八九十百]+(?=号|单元|门|层|楼|室|房|栋|幢|座|户|$)|[A-Za-z](?=座|单元|[0-9]))"
)
CALENDAR = re.compile(r"(?:0?[1-9]|1[0-2]) ?- ?(?:0?[1-9]|[12][0-9]|3[01]) ?- ?(?:19|20)[0-9]{2}$")

# Something numbered that may be part of a door number.
GATE = re.compile(
    r"[0-9A-Za-z零〇一二两三四五六七八九十百东西南北中甲乙丙丁] ?(?:[号栋幢座室房户#]|单元|门(?![口前外禁卡头面诊市牌])|楼|层|- ?[0-9A-Za-z])"
)
# Each with the signs without which it cannot match.
PATTERNS = (
    (WHOLE, ("单", "门", "梯", "楼", "栋", "幢", "座", "#", "层")),
    (ROOM_ALONE, ("室", "房", "户", "号门")),
    (QUADRUPLE, ("-",)),
    (TRIPLE, ("-",)),
    (SMALL_TRIPLE, ("-",)),
    (PAIR, ("-", "#")),
    (LANE, ("号", "#")),
)

# In an address everything numbered is personal, except what names a road or a compound.
STAYS = re.compile(
    r"[0-9]+(?= ?(?:号院|路|街|环|里|巷|条|区|期|线|村|乡|组团|弄|大街|国道))"
    r"|(?<=[第])[0-9]+(?=社区)"
)
ADDRESS_NUMBER = re.compile(
    r"[A-Za-z]?[0-9]+[A-Za-z]?|[零〇一二三四五六七八九十百]+(?= ?(?:号(?!院)|单元|门|层|楼|室|房|栋|幢|座|户))"
    r"|(?<=[楼元层门院栋幢座])[零〇一二三四五六七八九]{3,4}|[A-Za-z](?=座|单元)"
)


def door_spans(view: str) -> list[Span]:
    """Every door number in `view` (see `view_of`), its digits starred out, its words kept."""
    places = windows(GATE, view, before=14, after=30)
    if not places:
        return []
    return [
        span
        for pattern, signs in PATTERNS
        if any(sign in view for sign in signs)
        for span in _starred(pattern, view, places)
    ]


def _starred(pattern: re.Pattern[str], view: str, places: list[tuple[int, int]]) -> Iterator[Span]:
    for found in matches(pattern, view, places):
        if not CALENDAR.fullmatch(found[0]):
            yield Span(*found.span(), NUMBERED.sub(_stars, found[0]))


def _stars(found: re.Match[str]) -> str:
    return "*" * len(found[0])


def mask_address(address: str) -> str:
    """An address as a group may see it: road, compound and community stay, the door goes."""
    view = view_of(address)
    stays = [found.span() for found in STAYS.finditer(view)]
    parts, at = [], 0
    for found in ADDRESS_NUMBER.finditer(view):
        if any(start < found.end() and found.start() < end for start, end in stays):
            continue
        parts += [address[at : found.start()], _stars(found)]
        at = found.end()
    return "".join([*parts, address[at:]])
