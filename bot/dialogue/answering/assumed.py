"""What a question takes to be allowed, forbidden, owed or nobody's duty, clause by clause.

A clause that only asks (能不能, 是否, …吗) takes nothing for granted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_BREAK = re.compile(r"[，,。；;？?！!]")
_TAIL = re.compile(r"(?:对吧|是吧|没错吧|对不对|没毛病吧|对吗|是吗|对不|是不|没问题吧)$")
_OPEN = re.compile(
    r"能不能|可不可以|可否|是否|是不是|有没有|行不行|要不要|用不用|该不该|让不让|算不算|会不会|吗|么$|不$|还是|能(.{1,2})不能|怎么|哪|谁|什么|咋|啥|多少|几"
)


class Claim(Enum):
    """What a clause of the question takes for granted; those first that say most of the case."""

    NO_DUTY = re.compile(
        r"(?<!要)不用|不必|不需要|用不着|无需|(?:没有?|没这|没这个|无)(?:义务|责任)|不要紧(?!急)|无所谓|(?:法律?|条例|规定|街道|咱们?|我们)(?:也|都|就)?(?:不管|管不着)(?!理)"
    )
    FORBIDDEN = re.compile(
        r"不能(?![不让把拿光只全都])|不可以|不许(?!可)|不准(?!确|时|备)|不得|禁止|不允许|没门|没戏|没辙|不了的|只能(?=认|等|本人|忍|自认)"
    )
    CHARGED = re.compile(
        r"(?<!不)(?<!用)(?:要|得|该|必须|可以|能)(?:先)?(?:收|交|缴|付|掏)[^，]{0,6}(?:费|钱|款)"
    )
    OBLIGED = re.compile(r"(?<!不)必须|(?<!不)只能(?!认|忍|自认)|非得|一定[得要]")
    ALLOWED = re.compile(
        r"(?<![不才只咋])可以|(?:就|都|也|总|照样|还|直接|随时)能(?!不)|(?<![不才只咋])能(?!力|源|够?不|不|耗).*(?:吧|的$)|(?:规定|说|讲)[^，]{0,8}(?<!不)能|(?<!不)允许|(?:规定|法规|条例|是)许可|准许|(?<![别不能得])随便|自由|没事(?!人|找|干)|不违规|不算违规|不算违法|(?<![不才])合规|(?<![不才])合法(?!权)|很正常|就[行成](?!动)|即可|就算数|就让|没问题|(?<![不可])[行成](?:的)?吧|(?<![不可先])行$|(?<!不)都行|也行"
    )


@dataclass(frozen=True, slots=True)
class Said:
    """One clause with what it takes for granted, and its words on either side of that."""

    claim: Claim
    clause: str
    before: str  # of the clause, the words before those that claim
    after: str


def claims(question: str) -> list[Said]:
    """What the clauses take for granted, in the order of `Claim`."""
    order, found = list(Claim), []
    for piece in filter(None, _BREAK.split(question)):
        clause = _TAIL.sub("", piece)
        if _OPEN.search(clause):
            continue
        for claim in order:
            if words := claim.value.search(clause):
                before, after = clause[: words.start()], clause[words.end() :]
                found.append(Said(claim, clause, before, after))
                break
    return sorted(found, key=lambda one: order.index(one.claim))
