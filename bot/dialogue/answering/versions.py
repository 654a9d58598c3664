"""旧法: what a superseded wording said, and what holds now.

A question for an old wording (旧治安法打人罚多少, 改之前谁管) is answered from superseded papers
alone, with the rule in force beside it. Which paper is meant is told by its name, its aliases, or,
where no name is said, by which superseded passage answers best.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from indexer.passages import Filters, Hit, Passage, SearchResult, Standing
from indexer.search import Index

DEEP = 50  # passages looked through for superseded ones
FAR_BELOW = 3.0  # score below the best passage at which an unnamed old one is no longer meant
SURELY_IN_FORCE = 0.97  # support from which no repealed article is looked for
CLEARLY_BETTER = 1.0  # score by which a repealed article must lead what is in force
NEAR = 7  # characters around the marker in which the name is looked for
_KINDS = r"(?:条例|办法|规定|意见|法|文件|规矩|标准|流程)"
_OLD = re.compile(
    rf"(?:旧|老)的?(?:那[个部版套])?[^，。？?]{{0,10}}?{_KINDS}|{_KINDS}(?:没改|改|修订|修改|换|废止)(?:了)?(?:之)?(?:以)?前"
    rf"|(?:以前|从前|过去|原来|原先|早先|先前|之前)的?(?:那[个部版套])?[^，。？?]{{0,10}}?(?:老|旧)?{_KINDS}(?:里|上|中|怎|咋|说|写|是|集|多|几|谁|罚|对|管|第|$)"
    rf"|(?:以前|从前|过去|原来|原先|早先|先前|之前)的?那[个部版套][^，。？?]{{0,12}}?{_KINDS}"
    rf"|(?:没改|改|修订|修改|修法|改法|换新法?|新法(?:出来|施行|实施))(?:之)?(?:以)?前|(?:十几|二十|十|好几|几|多|\d+)年(?:以|之)?前|(?:20\d\d|二[零〇][零〇一二][零〇一二三四五六七八九])年?(?:的)?那(?:[个部版份])[^，。？?]{{0,14}}?{_KINDS}"
    rf"|(?:旧版|老版|上一版|旧文本|老文本|历史版本|那一?版)|(?:20[01]\d)(?:年)?(?:的)?(?:版|旧)"
)
_ABOUT_VERSIONS = re.compile(
    r"用哪|按哪|哪[版部个]|还(?:能|可以)?(?:用|引|管用|算数|有效|查得到|作数)|(?:到|从)?(?:哪天|何时|什么时候|啥时候|哪年|几号).{0,4}(?:为止|失效|废|作废|止|不用|取代)|新旧|老号码|旧号码|变(?:了|成)|区别|不一样|还是老"
)
_GENERIC = frozenset(["管理", "理条", "条例", "规定", "办法", "处罚", "建设", "安全", "保障", "旧的", "老的", "北京", "京市", "中华", "华人", "人民", "民共", "共和", "和国", "国的", "修正", "工作", "关于", "进一", "一步", "若干", "实施", "年的", "条规", "权益", "益保"])  # fmt: skip
_DATED = re.compile(r"[（(]\d{4}.{0,10}[)）]$|\d{4}\s*年?|修正")
_SINCE = re.compile(
    r"(?:现行[见为是]?|新法在?|现在改?看新?法?)(?:《(?P<title>[^》]{3,40})》)?[^。；《]{0,6}?(?P<article>第[一二三四五六七八九十百零]+条)"
)
_ASKING = frozenset(
    ["多少", "怎么", "什么", "罚多", "几天", "谁管", "处罚", "管理", "规定", "办法", "时候", "怎样"]
)
_BEGINS = re.compile(r"施行|生效|附则|适用范围")
_NAMED_BEFORE = re.compile(rf"{_KINDS}|没改|改|修")  # 消防条例没改以前: the name stands before
_NAME_ENDS = re.compile(r"^(?:旧|老|原)|(?:管理)?(?:条例|规定|办法|意见|法)$")


@dataclass(frozen=True, slots=True)
class Old:
    """The superseded passages that answer, best first, and the one that holds now."""

    passages: tuple[Passage, ...]
    now: Passage | None


def asked_for(question: str) -> bool:
    """Whether an old wording is asked for: what it said, or until when it held."""
    return bool(_OLD.search(question))


def find(index: Index, question: str, today: date, allowed: Filters) -> Old | None:
    """What the superseded wording says; None when none of ours is meant."""
    named = _named(index, question, today)
    bare = _OLD.sub("，", question).strip("，,。 ")
    about = bool(_ABOUT_VERSIONS.search(question))
    texts = [question, *([bare, f"{named}，{bare}"] if named and len(bare) > 1 else [])]
    results = [index.search(text, filters=allowed, top=DEEP).hits for text in texts]
    if about:
        return _until_when(index, results[0], named)
    found = [[hit for hit in hits if _meant(hit.passage, named, today)] for hits in results]
    if not any(found):
        return None
    if not named and (not found[0] or results[0][0].score - found[0][0].score > FAR_BELOW):
        return None
    best = _best_once(found)
    return Old(tuple(best), _now(index, bare or question, best[0], today, allowed))


def outlived(
    index: Index, question: str, in_force: SearchResult, today: date, allowed: Filters
) -> Passage | None:
    """The article of a repealed rule that answers where nothing in force does.

    Only where no successor of ours speaks of the matter: better the old content, marked, than none.
    """
    if in_force.support >= SURELY_IN_FORCE:
        return None
    every = index.search(question, filters=replace(allowed, include_superseded=True), top=1)
    if not every.supported or not every.hits:
        return None
    first = every.hits[0]
    if not first.passage.article or first.passage.standing(today) is not Standing.SUPERSEDED:
        return None
    best = in_force.hits[0].score if in_force.supported and in_force.hits else float("-inf")
    if first.score < best + CLEARLY_BETTER:
        return None
    return None if _now(index, question, first.passage, today, allowed) else first.passage


def _meant(passage: Passage, named: str, today: date) -> bool:
    return (
        passage.standing(today) is Standing.SUPERSEDED
        and passage.title == (named or passage.title)
        and not _BEGINS.search(passage.heading)
    )


def _until_when(index: Index, hits: Sequence[Hit], named: str) -> Old | None:
    """The note that says from when to when a wording holds, in its own paper or the one since."""
    papers = {named, *(one.superseded_by for one in index.paper(named) if one.superseded_by)}
    titles = {one.title for name in papers if name for one in index.paper(name)}
    notes = [h.passage for h in hits if h.passage.title in titles and not h.passage.article]
    return Old(tuple(notes[:2]), None) if notes else None


def _best_once(results: Sequence[Sequence[Hit]]) -> list[Passage]:
    """The two that the searches agree on most; articles before the notes on them."""
    merits: dict[str, float] = {}
    passages: dict[str, Passage] = {}
    for hits in results:
        for place, hit in enumerate(hits):
            passages[hit.passage.id] = hit.passage
            merits[hit.passage.id] = merits.get(hit.passage.id, 0.0) + 1 / (1 + place)
    ordered = sorted(passages.values(), key=lambda one: (one.article is None, -merits[one.id]))
    return ordered[:2]


def _now(
    index: Index, question: str, old: Passage, today: date, allowed: Filters
) -> Passage | None:
    """The rule in force that took its place: the one the old digest names, else one on the same matter.

    None rather than a neighbouring article of the new law.
    """
    if (said := _SINCE.search(old.text)) is not None:
        title = said["title"] or old.superseded_by
        found = index.article(title, said["article"], as_of=today)
        if found is not None:
            return found
    successors = {one.title for one in index.paper(old.superseded_by)} if old.superseded_by else ()
    filters = Filters(as_of=today, places=allowed.places, access=allowed.access)
    text = f"{old.superseded_by}，{question}，{old.heading}"
    hits = index.search(text, filters=filters, top=DEEP).hits
    in_force = [h.passage for h in hits if h.passage.standing(today) is Standing.IN_FORCE]
    matter = (_pairs(old.heading) | _pairs(question)) - _ASKING
    of_it = [one for one in in_force if one.title in successors and _pairs(one.heading) & matter]
    unknown = [one for one in in_force if one.title in successors and "没有核到" in one.heading]
    return next(iter((*of_it, *unknown)), None)


def _named(index: Index, question: str, today: date) -> str:
    """The title of the superseded paper that the words around the marker name, "" for none."""
    found = _OLD.search(question)
    if found is None:
        return ""
    said = question[max(0, found.start() - NEAR) : found.end() + NEAR]
    own = _NAMED_BEFORE.match(found.group())
    marked = _pairs(question[max(0, found.start() - NEAR) : found.end()] if own else found.group())
    if not re.search(_KINDS, said):
        return ""
    around = _pairs(said)
    best, most = "", 0.0
    for title in index.titles():
        passages = index.paper(title)
        if not passages or not any(
            one.title == title and one.standing(today) is Standing.SUPERSEDED for one in passages
        ):
            continue
        names = {title, *(alias for one in passages for alias in one.aliases)}
        core = {pair for name in names for pair in _pairs(_core(name))}
        score = len(core & marked) + 0.4 * len(core & around) - 0.01 * len(core)
        if core & around and score > most:
            best, most = title, score
    return best


def _core(name: str) -> str:
    return _NAME_ENDS.sub("", _NAME_ENDS.sub("", _DATED.sub("", name).strip("（()） ")))


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[^\u4e00-\u9fff]", "", text)
    return {bare[at : at + 2] for at in range(len(bare) - 1)} - _GENERIC
