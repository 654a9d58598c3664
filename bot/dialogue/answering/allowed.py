"""What is taken to be allowed, forbidden or nobody's duty, beside what the cited article says of it.

Looked for are: allowed in the question and forbidden in the article; a duty denied and laid down;
forbidden or the only way, and permitted; to be paid for, and free.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.dialogue.answering import assumed, overlap
from bot.dialogue.answering.assumed import Claim, Said
from indexer.passages import PaperKind, Passage

CLOSE = 1  # pairs by which another sentence may be nearer to the question
LEAST_SHARED = 2  # pairs that question and passage must share for either to bear on the other
_FORBIDS = re.compile(
    r"不得(?!拒绝|拒收|阻挠|阻碍|妨碍|干涉|干扰|推诿|推托|歧视|限制|少于|超过|收费|以|强迫|强制|要求)|禁止|严禁|不能|不准(?!确|时|备)|不许(?!可)|不可以|不让|不支持|不写|不说|不夹|不当|不要(?!求)|别(?=把|让|拿|说|先)|不应|无效(?!时|的)"
)
_FORBIDS_PLAINLY = re.compile(r"不得|禁止|严禁|不准(?!确|时|备)|不许(?!可)|但不能")
_LAYS_DOWN = re.compile(
    r"应当|应(?!急|用|对|付|收|力)|必须|要(?!求|件|点|素|么|按)|须|负责|由|承担|先(?!行)|书面|及时|照样"
)
_LAYS_DOWN_PLAINLY = re.compile(r"应当|应(?!急|用|对|付|收|力)|必须|负责|书面|由|承担")
_PERMITS = re.compile(
    r"可以(?!并处|处|罚|责令|扣|没收|查封|.{1,3}的)|(?<![不认许])可(?!能|靠|疑|燃|见|公开|行|再生|回收|以|对|处|并处|罚|责令|扣|没收|查封|拘|追|按每|指定)|有权|允许|鼓励|自愿|自行"
)
_SPARES = re.compile(
    r"不用|不必|无需|无须|不需要|(?<!避)免(?!疫|税)|不收|不要|没有(?:规定|写|要求)|不是|自愿|不支持|不予|不再|不承担|不负|不重复|不另|不适用|不计|不算|不由|不罚|不作"
)
_PUNISHES = re.compile(r"罚|责令|处分|追究|拘留|违反|无效|没收")
_FREE = re.compile(r"不得收(?:费|取)|不收|免费|无偿|不要钱")
_LIMITED = re.compile(r"未经|除|擅自|没有|未|不经")  # forbidden only without something
_GIVEN = re.compile(r"同意|批准|许可|经过|登记|签|合格|备案|以后|商量|表决|之后")
_LIMITS = re.compile(
    r"不能(?!不)|不可以|不许(?!可)|不准(?!确|时|备)|不得|禁止|不允许|不让(?!上|停)|才能|才可以|才行|才准|不行(?!$)"
)
_LEFT_UNDONE = re.compile(r"(?:不|别|没).{0,8}(?:就[行成]|没事|可以|也行|都行)")
_WHO = re.compile(
    r"(街道|社区|居委会|物业|业主|平台|总包|开发商|家属|单位|机关|部门|公司|房东|物管会|业委会)[^，]{0,4}$"
)


@dataclass(frozen=True, slots=True)
class Contrary:
    """The words of the passage that say otherwise, and how much they share with the question."""

    words: str
    passage: Passage
    shared: int


def contrary(question: str, shown: Sequence[Passage], terms: Iterable[str] = ()) -> Contrary | None:
    """What the first passage says against what the question takes to be allowed or nobody's duty."""
    if not shown or shown[0].kind is PaperKind.CASE:
        return None
    first, topic = shown[0], overlap.asked(question, terms)
    if len(topic & overlap.about(first)) < LEAST_SHARED:
        return None
    for said in assumed.claims(question):
        if found := _AGAINST[said.claim](said, question, topic, first):
            return found
    return None


def _forbidden(
    said: Said, question: str, topic: frozenset[str], passage: Passage
) -> Contrary | None:
    """Taken to be allowed: the sentence that forbids it, unless something is permitted too."""
    without = re.sub(r"行不行|能不能|可不可以", "", question)
    if _LIMITS.search(without) or _LEFT_UNDONE.search(said.clause):
        return None  # the question itself draws the line
    found = _nearest(_FORBIDS, topic, passage)
    if found is None or _PERMITS.search(found.sentence):
        return None
    if _LIMITED.search(found.sentence) and _GIVEN.search(question):
        return None
    permits = bool(_PERMITS.search(overlap.plain(passage)))
    needed = LEAST_SHARED if permits else passage.kind is PaperKind.TECHNIQUE
    return found.contrary(passage) if found.shared >= needed else None


def _laid_down(
    said: Said, question: str, topic: frozenset[str], passage: Passage
) -> Contrary | None:
    """Taken to be nobody's duty: the sentence that lays down what is denied, or binds who is named."""
    if _SPARES.search(overlap.plain(passage)):
        return None
    found = _nearest(_LAYS_DOWN, topic, passage)
    if found is None:
        return None
    denied = overlap.pairs(said.after or said.clause)
    who = _WHO.search(said.before)
    plainly = (
        passage.kind is not PaperKind.TECHNIQUE
        and (found.shared > 0 or found.near >= LEAST_SHARED)
        and bool(_LAYS_DOWN_PLAINLY.search(found.clause))
    )
    if denied & overlap.pairs(found.sentence) or (who and who[1] in found.sentence) or plainly:
        return found.contrary(passage)
    return None


def _permitted(
    said: Said, question: str, topic: frozenset[str], passage: Passage
) -> Contrary | None:
    """Taken to be forbidden: the sentence that permits it, in a passage that forbids nothing."""
    text = overlap.plain(passage)
    if _FORBIDS_PLAINLY.search(text) or _PUNISHES.search(text) or "可以" in question:
        return None
    found = _nearest(_PERMITS, topic, passage)
    return found.contrary(passage) if found else None


def _free(said: Said, question: str, topic: frozenset[str], passage: Passage) -> Contrary | None:
    """Taken to cost something: the sentence that says it is free."""
    found = _nearest(_FREE, topic, passage)
    return found.contrary(passage) if found and found.shared else None


def _left_open(
    said: Said, question: str, topic: frozenset[str], passage: Passage
) -> Contrary | None:
    """Taken to be the only way: the clause that permits another."""
    found = _nearest(_PERMITS, topic, passage)
    if (
        not found
        or _LAYS_DOWN.search(found.clause)
        or not found.shared
        or found.near < LEAST_SHARED
    ):
        return None
    return found.contrary(passage)


_AGAINST = {
    Claim.CHARGED: _free,
    Claim.OBLIGED: _left_open,
    Claim.ALLOWED: _forbidden,
    Claim.NO_DUTY: _laid_down,
    Claim.FORBIDDEN: _permitted,
}


@dataclass(frozen=True, slots=True)
class _Found:
    clause: str
    sentence: str
    shared: int  # pairs of the clause that the question says too
    near: int  # of the sentence

    def contrary(self, passage: Passage) -> Contrary:
        """What is shown of it."""
        return Contrary(overlap.excerpt(self.clause, self.sentence), passage, self.shared)


def _nearest(kind: re.Pattern[str], topic: frozenset[str], passage: Passage) -> _Found | None:
    """The clause of that kind nearest to the question; None where another sentence is nearer."""
    best: _Found | None = None
    merit = (-1, -1)
    nearest = 0
    for sentence in overlap.sentences(passage):
        near = len(topic & overlap.pairs(sentence))
        nearest = max(nearest, near)
        for clause in overlap.clauses(sentence):
            shared = len(topic & overlap.pairs(clause))
            if kind.search(clause) and (near, shared) > merit:
                best, merit = _Found(clause, sentence, shared, near), (near, shared)
    return best if merit[0] >= nearest - CLOSE else None
