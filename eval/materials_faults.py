"""Faults planted into the papers of the first hand, one function each."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from eval.materials_draft import Draft, Planted
from eval.materials_papers import day, make_case, say
from eval.materials_spoilt import OTHERWISE, WAYS

Fault = Callable[[Draft], Planted | None]


def _wrong_number(draft: Draft) -> Planted | None:
    own = draft.facts.order_no
    paper = draft.paper(
        "statement", "site_record", "explanation", "transfer", "type_request", "calls"
    )
    if paper is None or own not in "".join(paper.lines):
        return None
    at = draft.dice.randint(9, len(own) - 2)
    wrong = (
        own[:at] + str((int(own[at]) + 4) % 10) + str((int(own[at + 1]) + 3) % 10) + own[at + 2 :]
    )
    draft.put(paper, replace(paper, lines=tuple(line.replace(own, wrong) for line in paper.lines)))
    return Planted("工单编号不一致", ("order_no",), draft.name(paper))


def missing(draft: Draft) -> Planted | None:
    """A paper the category asks for is not there."""
    paper = draft.paper()
    if paper is None or paper.role in ("statement", "photo", "location"):
        return None
    draft.put(paper, None)
    # Without the record of calls nobody can see how often was called.
    return Planted("缺必交材料", (f"paper.{paper.role}", f"{paper.role}."))


def _unsealed(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "reply_letter", "legal_notice", "type_request", "notice")
    if paper is None or not paper.sealed:
        return None
    office = paper.sealed.removesuffix("（盖章）")
    draft.put(paper, replace(paper, sealed="", dated=f"{office}　{paper.dated}"))
    return Planted("没有盖章", ("seal",), draft.name(paper))


def _unsigned(draft: Draft) -> Planted | None:
    paper = draft.paper("site_record", "explanation", "persuasion")
    if paper is None:
        return None
    lines = tuple(line for line in paper.lines if not line.startswith("核查人员"))
    left = draft.dice.choice(("", "经办人（签字）："))
    draft.put(paper, replace(paper, signed=left, lines=lines))
    return Planted("没有签字", ("signature",), draft.name(paper))


def _undated(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "legal_notice", "type_request", "reply_letter", "comparison")
    if paper is None:
        return None
    draft.put(paper, replace(paper, dated=""))
    return Planted("没有日期", ("date",), draft.name(paper))


def _outside_window(draft: Draft) -> Planted | None:
    paper = draft.paper("site_record", "explanation", "transfer", "persuasion")
    if paper is None:
        return None
    facts = draft.facts
    shift = draft.dice.choice((facts.dispatched - timedelta(days=9), facts.due + timedelta(days=8)))
    lines = tuple(_moved(line, say(shift)) for line in paper.lines)
    changed = replace(paper, lines=lines, dated=day(shift) if shift > facts.due else paper.dated)
    draft.put(paper, changed)
    return Planted("时间在期限之外", ("time.", "date", "reply"), draft.name(paper))


def _moved(line: str, told: str) -> str:
    return re.sub(r"\d{4}年\d+月\d+日\d+时\d+分", told, line)


def _impossible(draft: Draft) -> Planted | None:
    paper = draft.paper("site_record", "explanation", "transfer", "persuasion")
    if paper is None:
        return None
    facts = draft.facts
    if draft.dice.random() < 0.5:
        told = f"{facts.visited.year}年{draft.dice.choice((9, 11))}月31日10时20分"
        draft.put(paper, replace(paper, lines=tuple(_moved(line, told) for line in paper.lines)))
    else:  # the deed is dated after the day on which its own record was signed
        late = say(facts.dispatched + timedelta(days=4))
        lines = tuple(_moved(line, late) for line in paper.lines)
        draft.put(paper, replace(paper, lines=lines, dated=day(facts.visited)))
    return Planted("时间先后不可能", ("time.", "date", "reply"), draft.name(paper))


def _bad_article(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "explanation")
    if paper is None:
        return None
    cited = draft.dice.choice((
        "《北京市接诉即办工作条例》第九十六条", "《信访工作条例》第一百零八条",
        "《中华人民共和国合同法》第六十条", "《信访条例》第二十一条",
        "《中华人民共和国物权法》第七十条",
    ))  # fmt: skip
    draft.put(paper, replace(paper, lines=(*paper.lines, f"以上依据{cited}办理。")))
    return Planted("引用的条款不存在或已废止", ("article.",), draft.name(paper))


def _wrong_reason(draft: Draft) -> Planted | None:
    paper = draft.paper("statement")
    if paper is None:
        return None
    other = draft.dice.choice(
        [one for one in ("EX01", "EX03", "EX04", "EX08") if one != draft.facts.category]
    )
    foreign = make_case(other, draft.dice).papers[0].lines[2]
    foreign = re.sub(r"前序工单\d+", "前序工单", foreign)
    draft.put(paper, replace(paper, lines=(*paper.lines[:2], foreign, *paper.lines[3:])))
    return Planted("理由与类别不符", ("reason", "reply"), draft.name(paper))


def _contradiction(draft: Draft) -> Planted | None:
    paper = draft.paper("site_record", "calls", "attitude")
    if paper is None:
        return None
    reply = {
        "site_record": f"现场核查发现{draft.facts.trouble}属实，已全部清理完毕。",
        "calls": "已与诉求人取得电话联系，诉求人表示满意。",
        "attitude": "已向诉求人说明，诉求人不认可，情绪激动。",
    }[paper.role]
    draft.case = replace(draft.case, reply=reply)
    return Planted("回复与材料矛盾", ("reply",))


def _few_calls(draft: Draft) -> Planted | None:
    paper = draft.paper("calls")
    if paper is None:
        return None
    if draft.dice.random() < 0.5:
        draft.put(paper, replace(paper, table=paper.table[:3]))
        return Planted("拨打次数不足", ("calls.",), draft.name(paper))
    first = draft.facts.contacted
    rows = tuple(
        (str(at), f"{first + timedelta(minutes=4 * at):%Y-%m-%d %H:%M}", "无人接听")
        for at in range(1, 5)
    )
    draft.put(paper, replace(paper, table=(paper.table[0], *rows)))
    return Planted("拨打都在同一时段", ("calls.",), draft.name(paper))


def bad_photo(draft: Draft) -> Planted | None:
    """A photograph without time and place, or blurred, or too dark."""
    paper = draft.paper("photo", "location")
    if paper is None:
        return None
    taken, name = draft.taken[paper.role], draft.name(paper)
    fault = draft.dice.choice(("bare", "blurred", "dark"))
    if fault == "bare":
        draft.taken[paper.role] = replace(taken, at=None, place=None, watermark=False)
        return Planted("照片没有时间地点", ("photo.time", "photo.place"), name)
    dark = fault == "dark"
    draft.taken[paper.role] = replace(taken, dark=dark, blurred=not dark)
    return Planted("照片模糊或太暗", ("photo.", "page.readable"), name)


def _personal(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "explanation", "site_record", "comparison")
    if paper is None:
        return None
    line = draft.dice.choice((
        "诉求人身份证号：110101199003070134。", "诉求人银行卡号：6222020000000000005。",
    ))  # fmt: skip
    draft.put(paper, replace(paper, lines=(*paper.lines, line)))
    return Planted("无关的个人信息", ("privacy",), draft.name(paper))


def _leading(draft: Draft) -> Planted | None:
    paper = draft.paper("explanation", "correction", "persuasion", "attitude", "statement")
    if paper is None:
        return None
    line = draft.dice.choice((
        "工作人员请诉求人下次接到回访时回答满意。", "告知诉求人如把评价改为满意，可优先安排并赠送礼品。",
        "建议诉求人联系热线把不满意改成满意。",
    ))  # fmt: skip
    draft.put(paper, replace(paper, lines=(*paper.lines, line)))
    return Planted("引导改评价", ("leading",), draft.name(paper))


def unreadable(draft: Draft) -> Planted | None:
    """A file that cannot be opened."""
    paper = draft.paper()
    if paper is None or paper.scene:
        return None
    spoil = WAYS.get(draft.forms[paper.role], OTHERWISE)
    draft.broken[paper.role] = draft.dice.choice(spoil)
    # A paper that nobody can open may also be called missing.
    rules = ("file.readable", "page.readable", f"paper.{paper.role}")
    return Planted("文件打不开", rules, draft.name(paper))


FAULTS: Sequence[Fault] = (
    _wrong_number, missing, _unsealed, _unsigned, _undated, _outside_window, _impossible,
    _bad_article, _wrong_reason, _contradiction, _few_calls, bad_photo, _personal, _leading,
    unreadable,
)  # fmt: skip
ANYWHERE: Sequence[Fault] = (  # fit nearly every case, so the others go first more often
    _wrong_number, _bad_article, _wrong_reason, _personal, _leading, _unsealed, _undated,
    unreadable,
)  # fmt: skip
