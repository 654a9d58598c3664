"""Faults planted into the papers of the second hand, in other words and other places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from eval.materials_draft import Draft, Planted
from eval.materials_faults import Fault, bad_photo, missing, unreadable
from eval.materials_papers import Paper
from eval.materials_second import dotted, make_second, slashed, spoken

_DATED = ("site_record", "explanation", "transfer", "persuasion")
_BAD_ARTICLES = (
    "《北京市接诉即办工作条例》第五十二条", "《中华人民共和国民法通则》第八十三条", "《中华人民共和国侵权责任法》第八十五条",
    "《北京市物业管理条例》第二百一十条", "《北京市市容环境卫生条例》第九十五条", "《中华人民共和国婚姻法》第十七条",
)  # fmt: skip
_PERSONAL = (
    "来电人联系电话13800001234。", "来电人居民身份证110101199003070134。", "来电人户籍地址为某县东关街18号3单元502室。",
    "据了解来电人患有抑郁症，长期服药。", "来电人退款账号（银行卡）6222020000000000005。",
)  # fmt: skip
_LEADING = (
    "已嘱咐来电人接到回访时就说事情解决了、很满意。", "若来电人愿意改评，社区将送食用油一桶。", "麻烦来电人联系热线撤回差评。",
    "工作人员反复动员来电人把“未解决”改成“已解决”。", "劝来电人回访时选满意，以后有事优先办理。",
)  # fmt: skip


def _added(paper: Paper, line: str) -> Paper:
    """A sentence more, in a form as a row of remarks."""
    if paper.table and not paper.lines:
        return replace(paper, table=(*paper.table, ("备注", line)))
    return replace(paper, lines=(*paper.lines, line))


def _timed(paper: Paper, told: str) -> Paper:
    """Another time in the row that tells it."""
    rows = tuple((row[0], told) if row[0].endswith("时间") else row for row in paper.table)
    return replace(paper, table=rows)


def _wrong_number(draft: Draft) -> Planted | None:
    own = draft.facts.order_no
    paper = draft.paper("statement", *_DATED, "type_request", "calls", "boundary", "comparison")
    if paper is None or own not in "".join(paper.all_lines()):
        return None
    wrong = own[:-4] + f"{(int(own[-4:]) + draft.dice.randint(11, 4000)) % 10000:04d}"
    lines = tuple(line.replace(own, wrong) for line in paper.lines)
    table = tuple(tuple(cell.replace(own, wrong) for cell in row) for row in paper.table)
    title = paper.title.replace(own, wrong)
    changed = replace(paper, lines=lines, table=table, title=title)
    draft.put(paper, changed)
    return Planted("工单编号不一致", ("order_no",), draft.name(changed))


def _unsealed(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "reply_letter", "legal_notice", "type_request", "notice")
    if paper is None or not paper.sealed:
        return None
    office = paper.sealed.partition("（")[0]
    left = draft.dice.choice((office, "", "单位公章："))
    draft.put(paper, replace(paper, sealed=left))
    return Planted("没有盖章", ("seal",), draft.name(paper))


def _unsigned(draft: Draft) -> Planted | None:
    paper = draft.paper("site_record", "explanation", "persuasion")
    if paper is None:
        return None
    label = paper.signed.partition("：")[0]
    rows = tuple(row for row in paper.table if row[0] != "参加人员")
    draft.put(paper, replace(paper, signed=draft.dice.choice(("", f"{label}：")), table=rows))
    return Planted("没有签字", ("signature",), draft.name(paper))


def _undated(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "legal_notice", "type_request", "reply_letter", "comparison")
    if paper is None:
        return None
    draft.put(
        paper, replace(paper, dated=draft.dice.choice(("", "　　　年　　月　　日", "日期：")))
    )
    return Planted("没有日期", ("date",), draft.name(paper))


def _outside_window(draft: Draft) -> Planted | None:
    paper, facts, dice = draft.paper(*_DATED), draft.facts, draft.dice
    if paper is None:
        return None
    early = facts.dispatched - timedelta(days=dice.randint(2, 12))
    late = facts.due + timedelta(days=dice.randint(2, 9))
    shift = dice.choice((early, late))
    changed = _timed(paper, dice.choice((slashed, spoken, _clerical))(shift))
    draft.put(paper, replace(changed, dated=f"日期：{dotted(max(shift, facts.visited))}"))
    return Planted("时间在期限之外", ("time.", "date", "reply"), draft.name(paper))


def _clerical(at: datetime) -> str:
    return f"{at.year}-{at.month:02d}-{at.day:02d} {at.hour}时许"


def _impossible(draft: Draft) -> Planted | None:
    paper, facts, dice = draft.paper(*_DATED), draft.facts, draft.dice
    if paper is None:
        return None
    if dice.random() < 0.5:
        told = dice.choice(("2026/9/31 10:20", "2026年2月30日", "11月31日下午3点", "2026.13.2"))
        draft.put(paper, _timed(paper, told))
    else:
        changed = _timed(paper, slashed(facts.dispatched + timedelta(days=3)))
        draft.put(paper, replace(changed, dated=f"日期：{dotted(facts.dispatched)}"))
    return Planted("时间先后不可能", ("time.", "date", "reply"), draft.name(paper))


def _backwards(draft: Draft) -> Planted | None:
    """The unit's own statement lets the contact come before the order itself."""
    paper, facts = draft.paper("statement"), draft.facts
    if paper is None:
        return None
    early = spoken(facts.dispatched - timedelta(days=draft.dice.randint(1, 6)))
    lines = tuple(line.replace(spoken(facts.contacted), early) for line in paper.lines)
    draft.put(paper, replace(paper, lines=lines))
    return Planted("时间先后不可能", ("time.",), draft.name(paper))


def _bad_article(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "explanation")
    if paper is None:
        return None
    cited = draft.dice.choice(_BAD_ARTICLES)
    line = draft.dice.choice(("我们依照{}作出答复。", "对照{}的要求办理。", "工作人员向其宣读{}。"))
    draft.put(paper, _added(paper, line.format(cited)))
    return Planted("引用的条款不存在或已废止", ("article.",), draft.name(paper))


def _wrong_reason(draft: Draft) -> Planted | None:
    paper = draft.paper("statement")
    if paper is None:
        return None
    own = draft.facts.category
    other = draft.dice.choice(
        [one for one in ("EX01", "EX03", "EX08", "EX09", "EX10") if one != own]
    )
    foreign = make_second(other, draft.dice).papers[0].lines[2].partition("了解情况。")[2]
    head = paper.lines[2].partition("了解情况。")[0]
    lines = (*paper.lines[:2], f"{head}了解情况。{foreign}", *paper.lines[3:])
    draft.put(paper, replace(paper, lines=lines))
    return Planted("理由与类别不符", ("reason", "reply", "calls.claimed"), draft.name(paper))


def _contradiction(draft: Draft) -> Planted | None:
    paper = draft.paper("site_record", "calls", "attitude")
    if paper is None:
        return None
    reply = {
        "site_record": f"您好，经社区上门查看，{draft.facts.trouble}的情况确实存在，目前已经清走。",
        "calls": "您好，工作人员已与您通过电话沟通，您对处理结果表示认可。",
        "attitude": "您好，我们向您说明了分期安排，您表示不能接受。",
    }[paper.role]
    draft.case = replace(draft.case, reply=reply)
    return Planted("回复与材料矛盾", ("reply",))


def _few_calls(draft: Draft) -> Planted | None:
    paper = draft.paper("calls")
    if paper is None:
        return None
    if draft.dice.random() < 0.5:
        draft.put(paper, replace(paper, table=paper.table[: draft.dice.choice((2, 3))]))
        return Planted("拨打次数不足", ("calls.",), draft.name(paper))
    first = draft.facts.contacted
    rows = tuple(
        (f"第{at}次", slashed(first + timedelta(minutes=6 * at)), "无应答") for at in range(1, 5)
    )
    draft.put(paper, replace(paper, table=(paper.table[0], *rows)))
    return Planted("拨打都在同一时段", ("calls.",), draft.name(paper))


def _personal(draft: Draft) -> Planted | None:
    paper = draft.paper("statement", "explanation", "site_record", "comparison")
    if paper is None:
        return None
    draft.put(paper, _added(paper, draft.dice.choice(_PERSONAL)))
    return Planted("无关的个人信息", ("privacy",), draft.name(paper))


def _leading(draft: Draft) -> Planted | None:
    paper = draft.paper("explanation", "correction", "persuasion", "attitude", "statement")
    if paper is None:
        return None
    draft.put(paper, _added(paper, draft.dice.choice(_LEADING)))
    return Planted("引导改评价", ("leading",), draft.name(paper))


FAULTS: Sequence[Fault] = (
    _wrong_number, missing, _unsealed, _unsigned, _undated, _outside_window, _impossible,
    _backwards, _bad_article, _wrong_reason, _contradiction, _few_calls, bad_photo, _personal,
    _leading, unreadable,
)  # fmt: skip
ANYWHERE: Sequence[Fault] = (
    _wrong_number, _bad_article, _wrong_reason, _personal, _leading, _unsealed, _undated,
    unreadable, _backwards,
)  # fmt: skip
