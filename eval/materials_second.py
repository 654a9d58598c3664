"""The same twelve categories by another hand: other titles, layouts, date forms and words."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from eval.materials_papers import Facts, MadeCase, Paper, make_facts

_NUMERALS = "〇一二三四五六七八九"
_HALVES = ("上午", "下午")
_FORMS = ("docx", "text", "scan", "photo")


def numerals(number: int) -> str:
    """A number below a hundred as dates write it: 十, 二十三."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return head + (_NUMERALS[ones] if ones or not tens else "")


def dotted(at: datetime) -> str:
    """2026.9.8"""
    return f"{at.year}.{at.month}.{at.day}"


def slashed(at: datetime) -> str:
    """2026/9/8 10:20"""
    return f"{at.year}/{at.month}/{at.day} {at:%H:%M}"


def spoken(at: datetime) -> str:
    """9月8日上午10点20分"""
    half = _HALVES[at.hour >= 12]
    hour = at.hour - 12 if at.hour > 12 else at.hour
    return f"{at.month}月{at.day}日{half}{hour}点{at.minute:02d}分"


def solemn(at: datetime) -> str:
    """二〇二六年九月八日"""
    year = "".join(_NUMERALS[int(sign)] for sign in str(at.year))
    return f"{year}年{numerals(at.month)}月{numerals(at.day)}日"


def make_second(category: str, dice: random.Random) -> MadeCase:
    """A case without any fault, as another office writes it."""
    facts = make_facts(category, dice)
    reply, papers = _BY_CATEGORY[category](facts, dice)
    appeal = f"来电人称{facts.place}{facts.detail}，请相关部门处理。"
    return MadeCase(facts, reply, papers, appeal)


def _note(facts: Facts, why: str, dice: random.Random) -> Paper:
    """The unit's own statement, in prose."""
    title = dice.choice((
        f"关于{facts.order_no}号工单有关情况的说明", "剔除申请情况报告", f"{facts.unit}工单处理情况说明",
    ))  # fmt: skip
    return Paper(
        "statement", title,
        (
            "区接诉即办考评部门：",
            f"{spoken(facts.dispatched)}，我单位接到市民热线转来的{facts.order_no}号诉求，内容为{facts.place}{facts.trouble}。",
            f"{spoken(facts.contacted)}，工作人员{facts.staff}致电来电人了解情况。{why}，特申请予以剔除。",
            "专此报告。",
        ),
        sealed=f"{facts.unit}（公章）", dated=solemn(facts.answered), forms=_FORMS,
    )  # fmt: skip


def _form(
    facts: Facts, role: str, title: str, *rows: tuple[str, str], signer: str = "记录人签名",
    stamped: str = "", at: datetime | None = None, forms: tuple[str, ...] = _FORMS,
) -> Paper:  # fmt: skip
    """A printed form: label and value side by side."""
    return Paper(
        role, title, (),
        table=(("诉求编号", facts.order_no), *rows),
        signed=f"{signer}：{facts.staff}" if signer else "",
        sealed=f"{stamped}（印章）" if stamped else "",
        dated=f"日期：{dotted(at or facts.visited)}", forms=forms,
    )  # fmt: skip


def _letter(
    role: str, title: str, to: str, *body: str, by: str, at: datetime,
    forms: tuple[str, ...] = _FORMS,
) -> Paper:  # fmt: skip
    return Paper(
        role, title, (f"{to}：", *body), sealed=f"{by}（加盖公章）", dated=solemn(at), forms=forms
    )


def _scene(facts: Facts, role: str, title: str) -> Paper:
    mark = (f"{facts.visited:%Y.%m.%d %H:%M}", f"{facts.place}")
    return Paper(role, title, mark, scene=True, forms=("scene",))


Made = tuple[str, tuple[Paper, ...]]  # reply, papers


def _not_ours(facts: Facts, dice: random.Random) -> Made:
    other = dice.choice(("己七街道", "庚八地区"))
    why = f"经实地踏勘并对照界线图，{facts.place}坐落于{other}范围，不在我街道管辖范围内"
    border = _form(
        facts, "boundary", "辖区四至核对单", ("核对地点", facts.place), ("核对依据", "民政部门界线图"),
        ("核对结论", f"界线以东，归{other}管理"), signer="核对人签字", stamped=facts.unit,
    )  # fmt: skip
    return (
        f"您好，{facts.place}由{other}管理，我街道已将您的诉求转至该单位。",
        (_note(facts, why, dice), border, _scene(facts, "location", "门牌")),
    )


def _not_duty(facts: Facts, dice: random.Random) -> Made:
    office = dice.choice(("区排水设施中心", "区园林绿化服务所"))
    why = f"按照权责清单，此事应由{office}负责，非我单位职责范围"
    handed = _form(
        facts, "transfer", "协调交办登记（吹哨单）", ("吹哨时间", slashed(facts.visited)),
        ("报到单位", office), ("交办事项", facts.trouble), ("交办意见", "请主责单位到场处置"),
        signer="经手人签名", stamped=facts.unit,
    )  # fmt: skip
    answer = _letter(
        "reply_letter", f"{office}关于协助办理事项的复函", facts.unit,
        f"贵单位{facts.visited.month}月{facts.visited.day}日来函已收到。经研究，该处设施由我中心管养，后续由我中心处置。",
        by=office, at=facts.answered,
    )  # fmt: skip
    duties = Paper(
        "duty_list", "街道权责清单摘页",
        ("序号　事项　责任单位", f"31　公共设施养护　{office}", "32　日常巡查发现上报　社区"),
        forms=_FORMS,
    )  # fmt: skip
    return (
        f"您好，您反映的问题由{office}负责，我单位已于当日转交。",
        (_note(facts, why, dice), duties, handed, answer),
    )


def _in_court(facts: Facts, dice: random.Random) -> Made:
    court = dice.choice(("某区人民法院", "某区信访办公室"))
    why = f"来电人已就同一事项向{court}提出请求并获受理，案件正在审理，应当通过法定渠道处理"
    number = f"（2026）京0199民初{dice.randint(1000, 9999)}号"
    notice = Paper(
        "legal_notice", "案件受理告知", (number, "申请人：", f"你就{facts.place}相关纠纷提交的材料收悉，经审查予以受理。"),
        sealed=f"{court}（印章）", dated=solemn(facts.dispatched - timedelta(days=6)), forms=_FORMS,
    )  # fmt: skip
    return f"您反映的事项已由{court}受理，请等候处理结果。", (_note(facts, why, dice), notice)


def _repeat(facts: Facts, dice: random.Random) -> Made:
    before = facts.dispatched - timedelta(days=dice.randint(16, 50))
    number = f"{before:%Y%m%d}{dice.randint(100000, 999999)}"
    why = f"来电人此前已于{before.month}月{before.day}日反映同样问题（工单{number}），现再次来电，未提供新的事实"
    old = _form(
        facts, "earlier_reply", "历史工单答复打印件", ("原单号", number),
        ("答复日期", dotted(before + timedelta(days=4))), ("答复要点", f"{facts.trouble}已安排人员处理。"),
        signer="", stamped=facts.unit, at=before + timedelta(days=4),
    )  # fmt: skip
    asked = _form(
        facts, "revisit", "热线回访情况", ("原单号", number), ("回访日期", dotted(before + timedelta(days=8))),
        ("回访意见", "已解决、满意"), signer="回访员", at=before + timedelta(days=8),
    )  # fmt: skip
    beside = _form(
        facts, "comparison", "两次来电内容对照表", ("第一次", f"{facts.place}{facts.trouble}"),
        ("第二次", f"{facts.place}{facts.trouble}"), ("对照结论", "诉求一致，无新增内容"),
        signer="对照人签字", stamped=facts.unit, at=facts.answered,
    )  # fmt: skip
    return (
        "您反映的问题前期已答复，此次无新的内容，请参照前次答复。",
        (_note(facts, why, dice), old, asked, beside),
    )


def _untrue(facts: Facts, dice: random.Random) -> Made:
    why = (
        f"{spoken(facts.visited)}，两名工作人员上门查看，来电所称情形并不存在，反映内容与实际不一致"
    )
    visit = _form(
        facts, "site_record", "实地查看登记表", ("查看时间", slashed(facts.visited)), ("查看地点", facts.place),
        ("参加人员", f"{facts.staff}、网格员"), ("查看情况", f"现场秩序正常，未见{facts.trouble}。"),
        signer="登记人签名", stamped=facts.unit,
    )  # fmt: skip
    witness = Paper(
        "third_party", "情况证实", (
            f"我公司负责{facts.estate}物业服务。{facts.visited.month}月{facts.visited.day}日公司保洁员与社区人员一同到过{facts.door}号楼，"
            f"没有看到{facts.trouble}的情形。特此证明。",
        ),
        sealed="松涛物业有限责任公司（章）", dated=solemn(facts.visited), forms=_FORMS,
    )  # fmt: skip
    return (
        f"您好，社区人员于{facts.visited.month}月{facts.visited.day}日现场查看，没有发现您反映的情况。",
        (_note(facts, why, dice), visit, witness, _scene(facts, "photo", "IMG_20260912_现场")),
    )


def _unlawful(facts: Facts, dice: random.Random) -> Made:
    why = "来电人希望在公共绿地上围建私家小院，此项要求与物业管理有关法规相抵触，于法无据"
    law = Paper(
        "law_text", "相关法规条款摘编", ("《中华人民共和国民法典》", "第二百七十四条　建筑区划内的绿地，属于业主共有，但是属于城镇公共绿地或者明示属于个人的除外。"),
        forms=_FORMS,
    )  # fmt: skip
    told = _form(
        facts, "explanation", "答复沟通纪要", ("沟通时间", slashed(facts.contacted)), ("沟通形式", "入户面谈"),
        ("沟通要点", "逐条讲明法规内容，说明不能围占绿地"), ("对方反应", "已知晓"),
        signer="沟通人签字", stamped=facts.unit, at=facts.contacted,
    )  # fmt: skip
    return "您好，围占公共绿地与法规相抵触，不能办理，已当面向您说明。", (
        _note(facts, why, dice),
        law,
        told,
    )


def _limited(facts: Facts, dice: random.Random) -> Made:
    why = "因楼体结构所限，现阶段不具备加装条件，已将该事项纳入远期改造并做好解释工作"
    ground = Paper(
        "policy", "政策文件摘录", ("《北京市接诉即办工作条例》", "第十五条　承办单位应当依法及时办理诉求。"), forms=_FORMS,
    )  # fmt: skip
    told = _form(
        facts, "explanation", "上门解释登记", ("解释时间", slashed(facts.contacted)), ("解释方式", "上门"),
        ("解释内容", "介绍结构鉴定结论和改造排期"), signer="解释人签名", stamped=facts.unit, at=facts.contacted,
    )  # fmt: skip
    steps = Paper(
        "plan", "后续推进安排", ("一、近期：设置提示，加强巡查。", "二、中期：委托设计单位出具图纸。", "三、远期：列入明年改造。"),
        sealed=f"{facts.unit}（公章）", dated=solemn(facts.answered), forms=_FORMS,
    )  # fmt: skip
    heard = _form(
        facts, "attitude", "来电人意见征询单", ("征询时间", slashed(facts.answered)), ("征询结果", "来电人对分期实施表示接受"),
        signer="征询人签字", at=facts.answered,
    )  # fmt: skip
    return (
        "您好，因楼体结构所限目前不能加装，我们已上门说明分期安排。",
        (_note(facts, why, dice), ground, told, steps, heard),
    )


def _unreachable(facts: Facts, dice: random.Random) -> Made:
    calls = (
        facts.contacted,
        facts.contacted.replace(hour=19, minute=5),
        facts.visited,
        facts.answered,
    )
    why = "我单位先后四次在不同时间联系来电人，其电话一直处于无法接通或无人应答状态，未能核实诉求"
    rows = tuple(
        (f"第{at}次", slashed(moment), dice.choice(("无应答", "无法接通", "占线", "提示关机")))
        for at, moment in enumerate(calls, 1)
    )
    listed = Paper(
        "calls", dice.choice(("去电登记", "电话联系情况一览")), (f"对应诉求：{facts.order_no}",),
        table=(("次数", "去电时间", "接听情况"), *rows), signed=f"登记人：{facts.staff}",
        dated=f"日期：{dotted(facts.answered)}", forms=("xlsx", "docx", "text", "scan"),
    )  # fmt: skip
    message = Paper(
        "sms", "手机短信截屏", (f"{facts.visited:%m月%d日} 20:11", f"【{facts.unit}】您反映的问题（{facts.order_no}）我们正在办理，多次致电未通，盼回电。"),
        forms=("screen", "photo"),
    )  # fmt: skip
    return (
        "工作人员多次致电，您的电话一直未能接通，已发送短信，盼您回电。",
        (_note(facts, why, dice), listed, message),
    )


def _abusive(facts: Facts, dice: random.Random) -> Made:
    count = dice.randint(30, 80)
    why = f"来电人近一个月内频繁拨打热线共计{count}次，内容雷同，经劝导后仍未停止，挤占公共服务资源"
    told = _form(
        facts, "persuasion", "劝导谈话笔录", ("谈话时间", slashed(facts.contacted)), ("谈话地点", "社区会议室"),
        ("谈话内容", "提示合理使用热线，理性表达诉求"), signer="笔录人签字", stamped=facts.unit, at=facts.contacted,
    )  # fmt: skip
    counted = Paper(
        "frequency", "近一月来电次数汇总", (f"对应诉求：{facts.order_no}", f"总计 {count} 次，其中重复内容 {count - 2} 次。"),
        signed=f"制表：{facts.staff}", sealed=f"{facts.unit}（公章）", dated=f"日期：{dotted(facts.answered)}", forms=("xlsx", *_FORMS),
    )  # fmt: skip
    return "您好，您多次反映的同一问题已答复，请合理使用热线。", (
        _note(facts, why, dice),
        counted,
        told,
    )


def _mistaken(facts: Facts, dice: random.Random) -> Made:
    why = "来电人在接受回访时按键失误，误把满意记成不满意，事后自行提出更正"
    own = Paper(
        "correction", "更正声明", (
            f"本人为{facts.order_no}号诉求的来电人。接听回访时按错了键，事情其实已经办好，现自愿说明，请予更正。",
        ),
        signed="声明人（签名）：某女士", dated=solemn(facts.due + timedelta(days=3)), forms=_FORMS,
    )  # fmt: skip
    return "您好，您的诉求已办结。", (_note(facts, why, dice), own)


def _question(facts: Facts, dice: random.Random) -> Made:
    kind = dice.choice(("咨询", "建议", "表扬"))
    why = f"来电实为{kind}，并无处置要求，工单分类有误"
    asked = Paper(
        "type_request", "工单分类调整申请", (
            f"涉及诉求：{facts.order_no}", f"经回听录音，来电人仅提出{kind}，建议由投诉调整为{kind}类。",
        ),
        sealed=f"{facts.unit}（公章）", dated=solemn(facts.answered), forms=_FORMS,
    )  # fmt: skip
    return f"感谢您的{kind}，我们已记录。", (_note(facts, why, dice), asked)


def _force(facts: Facts, dice: random.Random) -> Made:
    event = dice.choice(("强降雪", "雷雨大风", "供水主管道突发爆裂"))
    why = f"受{event}影响，相关作业无法按期开展，属不可抗力情形"
    notice = Paper(
        "notice", f"关于做好{event}应对工作的紧急通告", (f"受{event}影响，{facts.dispatched.month}月{facts.dispatched.day}日起暂停露天作业，恢复时间另行公布。",),
        sealed="某区应急管理部门（印章）", dated=solemn(facts.dispatched), forms=_FORMS,
    )  # fmt: skip
    return f"因{event}，作业暂停，恢复后即为您处理。", (_note(facts, why, dice), notice)


_BY_CATEGORY = {
    "EX01": _not_ours, "EX02": _not_duty, "EX03": _in_court, "EX04": _repeat, "EX05": _untrue,
    "EX06": _unlawful, "EX07": _limited, "EX08": _unreachable, "EX09": _abusive,
    "EX10": _mistaken, "EX11": _question, "EX12": _force,
}  # fmt: skip
