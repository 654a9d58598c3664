"""Whether a passage gives the kind of answer that is asked for: a sum, a body, a number, a wording.

The search finds what a question is about; among passages about the same matter the kind decides:
罚多少 wants the penalty, 归谁管 the body in charge, 咋说 the wording, 要备哪几样 the list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.passages import Hit, PaperKind, Passage
from indexer.search import Index

EXAMPLE = 1.5  # what an example loses when none is asked for
LESSON = 2.0  # and a lesson more than a case: it repeats for learners what a rule or a guide says
SECTIONS = ("saying", "papers")  # kinds that have a section of their own in each guide
CLOSING = 0.8  # what a section on closing, refusing or sources loses when that is not asked for
_CLOSING = re.compile(r"算办好|常见的“否”|^不能|^依据|^后面")
_WANTS_CLOSING = re.compile(
    r"算(?:不算)?(?:办好|办完|解决|完)|办好|办结|满意|解决了|达标|标准|后面|之后|以后|然后|收尾|依据|哪条|第几条|引|不能|不许|忌|别说|绝不|打死|不该|能不能|可不可以|行不|能说|能写|否|驳回|不认|没解决"
)
_EXAMPLES = (PaperKind.CASE, PaperKind.LESSON)
_WANTS_EXAMPLE = re.compile(r"案例|例子|举例|举个例|教训|培训|课|练习|别人(?:怎么|咋)|以前有没有")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of question: how it is asked, what a passage that answers it holds, its weight."""

    asked: re.Pattern[str]
    held: re.Pattern[str]
    gains: float
    loses: float = 0.0
    in_heading: bool = False
    in_title: bool = False  # in the heading or the title of the paper

    def of(self, passage: Passage) -> float:
        """What the passage gains or loses by it."""
        where = passage.text
        if self.in_heading:
            where = passage.article or passage.heading
            if self.in_title:
                where = f"{passage.title} {passage.heading}"
        return self.gains if self.held.search(where) else -self.loses


KINDS = {
    "penalty": Kind(
        re.compile(r"罚多少|怎么罚|咋罚|罚几|罚款|罚不罚|掏几|交几块|交多少罚|怎么处罚|罚则|会怎[样么着]|会咋|有啥后果|什么后果|能罚|重罚|拘留|拘他|罚单"),
        re.compile(r"罚款|警告|拘留|\d元|元以[上下]|没收|处罚|处分"), 1.4, 0.7,
    ),
    "damages": Kind(
        re.compile(r"赔多少|赔几|怎么赔|咋赔|赔偿多少|能赔|几倍|多赔|谁赔"),
        re.compile(r"赔偿|赔"), 0.6, 0.3,
    ),
    "article": Kind(
        re.compile(r"哪一?条|第几条|引哪|罚哪|违反(?:了)?(?:哪|啥|什么)"),
        re.compile(r"^第.+条"), 0.5, 0.0, True,
    ),
    "doing": Kind(
        re.compile(r"(?:怎么|咋|如何)(?:办|处理|弄|整|接单|接待|下手)|先(?:做|干|找|看|核|问)"),
        re.compile(r"先|找谁|怎么办|做什么"), 0.3, 0.0, True,
    ),
    "saying": Kind(
        re.compile(r"(?:怎么|咋|怎样|如何)(?:跟|和|对|给)?[^，。]{0,6}(?:说|讲|开口|接话|接茬|劝|安慰|回话|解释)|说啥|说什么|第一句|话术|开场白|(?:咋|怎么)(?:回|答|接)[啊呢]?$|咋(?:回|答|接)|安慰点啥"),
        re.compile(r"话术|怎么说|第一句|开口"), 0.3, 0.0, True,
    ),
    "papers": Kind(
        re.compile(r"(?:备|交|要|带|附|拿|凑)(?:齐|上)?(?:哪|啥|什么)(?:几样|些|材料|证明|凭据|东西)?|哪几样|啥材料|什么材料|材料清单|拿[^，。]{0,10}(?:证明|能(?:申请|剔|算)|还是拿)"),
        re.compile(r"要备|材料|清单|凭据"), 0.8, 0.0, True,
    ),
    "exclusion": Kind(
        re.compile(r"剔|EX\d|ex\d|不计(?:入|分)?|不算(?:分|考核)|申请不算|(?:能|可以|想|要|怎么|咋)报[^，。]{0,6}(?:失联|恶意|误|类|重复|不属实)|算(?:不算)?(?:恶意|失联|重复|误评)"),
        re.compile(r"剔除材料|不合理诉求与剔除"), 0.8, 0.0, True, True,
    ),
    "deadline": Kind(
        re.compile(r"几天|多久|多长时间|几个?月|几年|几日|多少天|什么时候|啥时候|提前几|几点|期限|时限|几小时|多少日|几号"),
        re.compile(r"[一二三四五六七八九十百两\d]+(?:个)?(?:工作)?(?:日|天|月|年|小时|分钟|时)"), 0.3, 0.15,
    ),
    "body": Kind(
        re.compile(r"归谁|谁管|谁罚|谁来|找谁|哪个部门|哪个单位|什么部门|啥部门|谁负责|找哪|谁查|谁处理|归哪|该谁|谁批|谁定|谁审"),
        re.compile(r"部门|负责|主管|机关|街道|居民委员会|居委会|由[^，。]{2,14}(?:处|罚|管|查|定)"), 0.1, 0.1,
    ),
    "reply": Kind(
        re.compile(r"回复(?:里)?(?:怎么|咋|该|要)|怎么写|咋写|(?:写|怎么)[^，。]{0,6}回复"),
        re.compile(r"回复|写|落款|依据"), 0.3, 0.0, True, True,
    ),
}  # fmt: skip


def rerank(question: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits in order of how well they fit the kind of answer asked for."""
    kinds = [kind for kind in KINDS.values() if kind.asked.search(question)]
    scored = []
    for hit in hits:
        gained = sum(kind.of(hit.passage) for kind in kinds)
        if is_unasked_example(question, hit.passage):
            gained -= EXAMPLE + (LESSON if hit.passage.kind is PaperKind.LESSON else 0)
        if _unasked_closing(question, hit.passage):
            gained -= CLOSING
        scored.append(replace(hit, score=hit.score + gained))
    scored = _sections_for_openings(scored)
    scored.sort(key=lambda hit: -hit.score)
    return tuple(replace(hit, rank=place) for place, hit in enumerate(scored, start=1))


def _sections_for_openings(hits: Sequence[Hit]) -> list[Hit]:
    """The lines above the first section only say what a paper is about: where one of its sections
    was found too, that takes their place."""
    kept: list[Hit] = [hit for hit in hits if not is_opening(hit.passage)]
    for opening in (hit for hit in hits if is_opening(hit.passage)):
        of_paper = [at for at, hit in enumerate(kept) if hit.passage.path == opening.passage.path]
        if not of_paper:
            kept.append(opening)
            continue
        best = max(of_paper, key=lambda at: kept[at].score)
        if kept[best].score < opening.score:
            kept[best] = replace(kept[best], score=opening.score)
    return kept


def is_opening(passage: Passage) -> bool:
    """Whether it only says what its paper is about."""
    return bool(passage.path) and not (passage.article or passage.heading or passage.page)


def _unasked_closing(question: str, passage: Passage) -> bool:
    return (
        passage.kind is PaperKind.TECHNIQUE
        and bool(_CLOSING.search(passage.heading))
        and not _WANTS_CLOSING.search(question)
    )


def is_unasked_example(question: str, passage: Passage) -> bool:
    """Whether it is a case or a lesson although neither is asked for."""
    return passage.kind in _EXAMPLES and not _WANTS_EXAMPLE.search(question)


def fits(question: str, passage: Passage) -> bool:
    """Whether it holds what every kind of question asked wants; False when no kind is asked."""
    kinds = [kind for kind in KINDS.values() if kind.asked.search(question)]
    return bool(kinds) and all(kind.of(passage) > 0 for kind in kinds)


def section_of_kind(question: str, index: Index, passage: Passage) -> Passage | None:
    """The section of the same guide that holds the wording or the list asked for; None if it does."""
    if passage.kind is not PaperKind.TECHNIQUE:
        return None
    for name in SECTIONS:
        kind = KINDS[name]
        if not kind.asked.search(question) or kind.of(passage) > 0:
            continue
        siblings = (one for one in index.paper(passage.title) if one.path == passage.path)
        return next((one for one in siblings if kind.held.search(one.heading)), None)
    return None
