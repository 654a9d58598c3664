"""Pure: does the reason fit the category, and do reply and evidence tell the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from casedb.exclusion.lines import Line
from casedb.exclusion.moments import Deed, day_of, moments_of
from casedb.exclusion.pieces import CaseFacts, Finding, FindingStatus
from casedb.exclusion.rulebook import Category, ExclusionRules, Opposite, Patterns
from casedb.exclusion.sorting import Sorted

CONTRADICTORY = FindingStatus.CONTRADICTORY
REASON = re.compile(
    r"剔除(?:理由|原因|类别|依据|情形|事由)|(?:申请|申报)(?:理由|原因|类别|事由)|不(?:予|纳入)考核|予以剔除|申请剔除|特(?:此)?申请|综上|因此|据此|鉴于"
    r"|请予剔除|(?:应|可|拟|请|提请).{0,4}剔除|理由\s*[:：|\t]|原因\s*[:：|\t]|(?:认定|判定)(?:为|属)|符合.{0,12}(?:情形|条件|类别)"
)
REASON_LABEL = re.compile(r"(?:理由|原因|类别|情形|事由)\s*[:：\t|]")
CODE = re.compile(r"EX\s?-?(?P<no>0[1-9]|1[0-2])(?!\d)", re.IGNORECASE)
SENTENCE = re.compile(r"[^。；;！\n]+")
COMPLAINED = re.compile(
    r"诉求人反映|来电人?反映|市民反映|诉求内容|反映内容|诉求[:：]|反映[:：]|如|若|应当|不得"
)
JUDGED = re.compile(r"(?<!不)(?<!否)(?<!全部)属实[，。；]?$")
LOOKED = re.compile(r"核查|经查|核实|现场|属实")
COUNTED = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{2,8}?(?:小区|社区|家园|花园|胡同|里|院|路|街|苑|城|村|大厦))\s*(?P<no>\d{1,4})\s*(?P<unit>号楼|栋|号院|号)"
)
TIMES = re.compile(
    r"(?P<deed>拨打|致电|联系|核查|走访|上门|劝阻|解释|见面|巡查)[^。；，,\n\d]{0,8}(?P<count>\d{1,2}|[一二两三四五六七八九十])\s*次"
)
NUMBERS = dict(zip("一二两三四五六七八九十", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10), strict=True))


def check_reason(
    files: Sequence[Sorted], category: Category, rules: ExclusionRules
) -> Iterator[Finding]:
    """Another category's code, or reasons that speak of another category only."""
    fits = False
    wrong: list[tuple[Sorted, Line, str, Category]] = []
    for one in files:
        if one.all_main("law") or (one.any_main("earlier") and not one.any_main("ours")):
            continue
        for line, sentence in _reasons(one):
            code = CODE.search(sentence)
            if code and f"EX{code['no']}" != category.id:
                yield _unfit(one, line, sentence, rules.category(f"EX{code['no']}"), category)
                return
            own = bool(code) or _any(category.signals, sentence) or category.name in sentence
            fits = fits or own
            other = next(
                (c for c in rules.categories if c is not category and _means(c, sentence)), None
            )
            if other is not None and not own:
                wrong.append((one, line, sentence, other))
    if wrong and not fits:
        one, line, sentence, other = wrong[0]
        yield _unfit(one, line, sentence, other, category)
    elif fits:
        yield Finding(FindingStatus.MET, "reason", f"理由与类别“{category.name}”相符")


def _reasons(one: Sorted) -> Iterator[tuple[Line, str]]:
    """Sentences that give the reason; after a label the next line counts too."""
    follows = False
    for line in one.lines:
        for found in SENTENCE.finditer(line.text):
            sentence = found[0].strip()
            if REASON.search(sentence) or follows:
                yield line, sentence
            follows = bool(REASON_LABEL.search(sentence)) and len(sentence) <= 14


def _means(category: Category, sentence: str) -> bool:
    return category.name in sentence or _any(category.signals, sentence)


def _any(patterns: Patterns, text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _unfit(one: Sorted, line: Line, sentence: str, other: Category, category: Category) -> Finding:
    return Finding(
        CONTRADICTORY, "reason",
        f"所写理由像是{other.id}“{other.name}”，与申请类别{category.id}“{category.name}”不符",
        one.file.name, line.page, sentence[:60], "请按实际情况改写理由，或改申请对应的类别。",
    )  # fmt: skip


def check_reply(
    files: Sequence[Sorted], case: CaseFacts, rules: ExclusionRules
) -> Iterator[Finding]:
    """The reply on the order against each paper: statements, days, places and numbers of times."""
    if not case.reply.strip():
        return
    found = 0
    for one in files:
        if not one.readable or one.any_main("earlier") or one.any_main("law"):
            continue
        if one.any_main("issued") or one.any_main("number"):
            continue
        for finding in (
            *_opposed(one, case.reply, rules.opposites),
            *_other_place(one, case),
            *_other_count(one, case.reply),
        ):
            found += 1
            yield finding
    if not found:
        yield Finding(FindingStatus.MET, "reply", "回复与材料没有矛盾")


def _opposed(one: Sorted, reply: str, opposites: Sequence[Opposite]) -> Iterator[Finding]:
    for pair in opposites:
        claimed = _side(reply, pair)
        if claimed is None:
            continue
        sides = [(line, side, words) for line, side, words in _sides(one, pair)]
        other = [(line, words) for line, side, words in sides if side is not claimed]
        # A paper that says both is taken at its word only where it plainly judges.
        if len(other) < len(sides):
            other = [(line, words) for line, words in other if JUDGED.search(words)]
        if other:
            line, words = other[0]
            yield Finding(
                CONTRADICTORY, "reply",
                f"回复与材料说法相反（{pair.topic}；回复写“{_claim(reply, pair, claimed)}”）",
                one.file.name, line.page, words, "请核实后统一口径：改正回复或更换材料。",
            )  # fmt: skip


def _side(text: str, pair: Opposite) -> bool | None:
    """True for yes, False for no, None when a text says neither or both."""
    no = _any(pair.no, text)
    yes = _any(pair.yes, _without(text, pair.no))
    return None if yes == no else yes


def _without(text: str, patterns: Patterns) -> str:
    """A "not settled" must not be read as "settled" as well."""
    for pattern in patterns:
        text = pattern.sub("□", text)
    return text


def _sides(one: Sorted, pair: Opposite) -> Iterator[tuple[Line, bool, str]]:
    for line in one.lines:
        for found in SENTENCE.finditer(line.text):
            if COMPLAINED.search(found[0]) and not LOOKED.search(found[0]):
                continue  # what was complained of, or what ought to be, is not what was found
            side = _side(found[0], pair)
            if side is not None:
                yield line, side, found[0].strip()[:60]


def _claim(reply: str, pair: Opposite, side: bool) -> str:
    for pattern in pair.yes if side else pair.no:
        found = pattern.search(reply)
        if found:
            return found[0][:24]
    return reply[:24]


def check_reply_days(files: Sequence[Sorted], case: CaseFacts) -> Iterator[Finding]:
    """The reply says on which day somebody went or called, and every paper tells another day."""
    near = day_of(case.dispatched_at) if case.dispatched_at else None
    told = [m for m in moments_of([Line(0, case.reply)], near) if m.day]
    own = [one for one in files if one.readable and not one.any_main("earlier")]
    for deed in (Deed.HANDLED, Deed.CONTACTED):
        claimed = {m.day: m for m in told if m.deed is deed}
        found = [(one, m) for one in own for m in moments_of(one.lines, near) if m.deed is deed]
        plain = [(one, m) for one, m in found if m.labelled and m.day and one.all_main("ours")]
        if claimed and plain and not claimed.keys() & {m.day for _, m in found}:
            one, moment = plain[0]
            said = next(iter(claimed.values())).words
            yield Finding(
                CONTRADICTORY, "reply.day", f"回复写 {said} {deed.value}，材料写的是另一天",
                one.file.name, moment.line.page, moment.line.text[:60],
                "请核实日期，改正回复或材料。",
            )  # fmt: skip


def _other_place(one: Sorted, case: CaseFacts) -> Iterator[Finding]:
    """The same estate or street with another number than appeal and reply both say."""
    told: dict[str, set[str]] = {}
    for found in COUNTED.finditer(f"{case.appeal}\n{case.reply}"):
        told.setdefault(found["place"][-4:] + found["unit"], set()).add(found["no"])
    own: dict[str, set[str]] = {}
    first: dict[str, tuple[Line, str]] = {}
    for line in one.lines:
        for found in COUNTED.finditer(line.text):
            key = found["place"][-4:] + found["unit"]
            own.setdefault(key, set()).add(found["no"])
            first.setdefault(key, (line, found[0]))
    for key in told.keys() & own.keys():
        if not told[key] & own[key]:
            line, words = first[key]
            yield Finding(
                CONTRADICTORY, "place", "材料写的地点与工单不一致", one.file.name, line.page,
                words, "请核对是不是本案的地点，改正后重新提交。",
            )  # fmt: skip
            return


def _other_count(one: Sorted, reply: str) -> Iterator[Finding]:
    """The reply claims more (or fewer) times of one deed than the paper states."""
    told = {m["deed"]: _count(m["count"]) for m in TIMES.finditer(reply)}
    for line in one.lines:
        for found in TIMES.finditer(line.text):
            claimed = told.get(found["deed"])
            if claimed is not None and claimed != _count(found["count"]):
                yield Finding(
                    CONTRADICTORY, "reply", f"回复写{found['deed']} {claimed} 次，材料写的次数不同",
                    one.file.name, line.page, found[0], "请核实次数，改正回复或材料。",
                )  # fmt: skip
                return


def _count(said: str) -> int:
    return int(said) if said.isdigit() else NUMBERS[said]
