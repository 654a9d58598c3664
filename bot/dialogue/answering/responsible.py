"""Who is taken to be responsible, beside whom the cited article names.

„着火原因由派出所认定，对吧“ is answered by an article that gives it to the fire service. A body is
only doubted where the article names another for what is asked and not that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.dialogue.answering import offices, overlap
from indexer.passages import PaperKind, Passage

LEAST_SHARED = 2
CLEARLY = 2  # pairs by which another's sentence must be nearer to the question than its own
_WHO = f"(?:区|市|当地)?(?:{offices.SPOKEN})(?:局|部门|机关|大队|队|集团|那边|的人|管理)*"
_TASK = r"(?:管|罚|查|处理|处罚|处置|负责|认定|鉴定|开(?:单|具|的|罚)?|批|审|定|办|下(?:文书|的)|监|组织|组建|主管|牵头|统筹|拘|没收|拆|取缔|立案|受理|执法|执行|打的?|给|发证?|登记|备案|协调|检查|许可|培训|公布|指导|的(?:事|活|责任|职责|权力?)|说了算|出面|赔|承担)"
_CLAIMS = tuple(
    re.compile(claim.format(who=_WHO, task=_TASK))
    for claim in (
        r"(?<!不)(?:归|由|属于?|该由?|(?<![不可于但要总还若或])是)(?:咱们?|我们)?{who}(?:来|去|统一|直接|就地|自己)*[^，。？?不没]{{0,5}}?{task}",
        r"(?<!不)归{who}(?:吧|对|，|$|的)",
        r"(?<![不跟向被找让叫给由归是该]){who}(?:就?(?:可以|能|有权|得|要|会)|来|去|统一|直接|负责)*(?:管|罚|查处|处罚|负责|主管|监管|牵头|认定|开罚?单|审批|批准|组建|拘|没收|强拆|取缔)",
        r"(?:转|移送|报|甩|推|派|交|申请|投诉)(?:到|给|去|向)?{who}(?:就|吧|去|处理|对|没错|完|，|是吧|$)",
        r"{who}(?:自己|一家)?(?:定|说了算|拍板|做主)(?:就|吧|，|的|$)",
        r"(?:找|叫|让|请){who}(?:就|吧|来|办|要|开|去)",
        r"(?:去|到){who}(?:办|备案|申请|登记|盖章)?(?:就|吧|，|$)",
    )
)
_OPEN = re.compile(r"还是|哪个部门|谁|是不是|不归|是否")
_ASKS = re.compile(r"^[^，。]{0,3}(?:吗|么)")
_PAID_SAID = re.compile(
    rf"(?:钱|费用?|款)[^，。？?]{{0,4}}?(?:都|全|得|该)?(?:是|由|归)?{_WHO}(?:来|自己)?(?:出(?!租|售|示|具|入|现)|掏|承担|负担|付)"
)
_PAID = re.compile(
    r"([^，。；]{2,14}?)(?:依法|自行|按[^，。；]{2,12})?(?:出(?!租|售|示|具|入|现|的)|承担|负担|清偿)"
)
_COST = re.compile(r"费用|费|资金|款|钱")
_ACTS = re.compile(
    r"由|负责|责令|罚|查|处理|主管|监督管理|监管|受理|牵头|组织|实施|认定|决定|审批|许可|临时监护|组建|申请|报告|没收|统筹|承担|协调|培训|制作|公布|管(?!理规|理条|理办)"
)


@dataclass(frozen=True, slots=True)
class Another:
    """Who was said, the clause that names somebody else, and whether it never names the one said."""

    said: str
    clause: str
    passage: Passage
    unnamed: bool


def another(question: str, shown: Sequence[Passage], terms: Iterable[str] = ()) -> Another | None:
    """The clause of the first passage that gives to another what the question gives to somebody."""
    if not shown or shown[0].kind is PaperKind.CASE:
        return None
    topic = overlap.asked(offices.unnamed(question), terms)
    if payer := _payer(question, shown[0]):
        return payer
    claims = _claims(question)
    for name, words in claims.items():
        if found := _for(name, words, frozenset(claims), topic, shown):
            return found
    return None


def _claims(question: str) -> dict[str, str]:
    """Office said to be responsible: how it was called."""
    found: dict[str, str] = {}
    if _OPEN.search(question):
        return found
    for pattern in _CLAIMS:
        for one in pattern.finditer(question):
            if not _ASKS.search(question[one.end() :]):
                name, words = offices.spoken(one)
                found.setdefault(name, words)
    return found


def _for(
    name: str,
    words: str,
    claimed: frozenset[str],
    topic: frozenset[str],
    shown: Sequence[Passage],
) -> Another | None:
    first = shown[0]
    whole = f"{first.heading}。{overlap.plain(first)}"
    if len(overlap.about(first) & topic) < LEAST_SHARED:
        return None
    acting = _acting(first, topic)
    if not acting:
        return None
    score, clause, who = acting[0]
    same = frozenset(offices.like(name))
    if who & claimed or who & same:
        return None
    if not same & offices.named(whole):
        elsewhere = (one for passage in shown[1:] for one in _acting(passage, topic))
        if any(name in others and shared > score for shared, _, others in elsewhere):
            return None
        return Another(words, _excerpt(clause), first, unnamed=True)
    if first.kind is PaperKind.TECHNIQUE:
        return None  # a guide names several, each with a step of the same case
    own = max((shared for shared, _, others in acting if others & same), default=0)
    if name in offices.named(whole) and score >= own + CLEARLY:
        return Another(words, _excerpt(clause), first, unnamed=False)
    return None


def _acting(passage: Passage, topic: frozenset[str]) -> list[tuple[int, str, frozenset[str]]]:
    """Sentences in which somebody acts, those nearest to the question first."""
    found = [
        (len(overlap.pairs(one) & topic), one, who)
        for one in overlap.sentences(passage)
        if _ACTS.search(one) and (who := offices.named(one))
    ]
    return sorted(found, key=lambda one: -one[0])


def _excerpt(sentence: str) -> str:
    """The part of the sentence in which somebody acts."""
    pieces = overlap.clauses(sentence)
    acting = (one for one in pieces if offices.named(one) and _ACTS.search(one))
    return overlap.excerpt(next(acting, pieces[-1]), sentence)


def _payer(question: str, passage: Passage) -> Another | None:
    """Who is said to pay, where the passage says who pays and it is somebody else."""
    said = _PAID_SAID.search(question)
    if not said or _OPEN.search(question):
        return None
    name, words = offices.spoken(said)
    for sentence in overlap.sentences(passage):
        paying = [one for one in _PAID.finditer(sentence) if offices.named(one.group(1))]
        if not paying or not _COST.search(sentence):
            continue
        payers = frozenset[str]().union(*(offices.named(one.group(1)) for one in paying))
        if payers and not payers & frozenset(offices.like(name)):
            unnamed = name not in offices.named(overlap.plain(passage))
            return Another(words, _excerpt(sentence), passage, unnamed)
        return None
    return None
