"""Invented exclusion papers: for each of the twelve categories what a careful unit would hand in."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

STAFF = ("周立衡", "陈晓岚", "郑思远", "冯一禾", "沈若谷", "蒋怀民", "韩知秋", "秦牧之")
ESTATES = ("枫林小区", "云栖小区", "松涛小区", "晨光小区", "禾苑小区", "澄湖小区")
UNITS = ("甲一社区", "甲二社区", "乙三社区", "丙四社区", "综合保障科", "城市管理科")
TROUBLES = (
    ("楼道堆放杂物", "楼道内堆放旧家具，影响通行"),
    ("路灯不亮", "楼前路灯多日不亮，老人出行不便"),
    ("垃圾清运不及时", "垃圾桶满溢，异味大"),
    ("夜间施工噪声", "夜间有切割声，影响休息"),
    ("占道停车", "消防通道上常有车辆停放"),
    ("屋顶漏雨", "顶层房间下雨时渗水"),
)


@dataclass(frozen=True)
class Facts:
    """What one invented case is about; times are Beijing wall clocks."""

    order_no: str
    category: str
    unit: str
    estate: str
    door: int
    trouble: str
    detail: str
    staff: str
    dispatched: datetime
    due: datetime

    @property
    def contacted(self) -> datetime:
        return self.dispatched + timedelta(hours=1, minutes=25)

    @property
    def visited(self) -> datetime:
        return (self.dispatched + timedelta(days=1)).replace(hour=10, minute=20)

    @property
    def answered(self) -> datetime:
        return (self.dispatched + timedelta(days=2)).replace(hour=15, minute=40)

    @property
    def place(self) -> str:
        return f"{self.estate}{self.door}号楼"


@dataclass(frozen=True)
class Paper:
    """One paper before it becomes a file. Lines are what a reader sees."""

    role: str  # rule's name of the paper
    title: str
    lines: tuple[str, ...]
    signed: str = ""  # "" when the paper asks for no signature
    sealed: str = ""
    dated: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    scene: bool = False  # a photograph of a place
    forms: tuple[str, ...] = ("docx", "text", "scan", "photo")

    @property
    def stamped(self) -> bool:
        """Whether a seal is on it, not only the name of the office."""
        return self.sealed.endswith("）")

    def all_lines(self) -> tuple[str, ...]:
        """Title, body, table, sign-off."""
        rows = tuple("　".join(row) for row in self.table)
        end = tuple(line for line in (self.signed, self.sealed, self.dated) if line)
        return (self.title, *self.lines, *rows, *end)


@dataclass(frozen=True)
class MadeCase:
    """A case with its papers; `reply` is what was answered on the order."""

    facts: Facts
    reply: str
    papers: tuple[Paper, ...]
    appeal: str
    planted: tuple[str, ...] = field(default=())


def say(moment: datetime) -> str:
    """A moment as papers write it."""
    return f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute:02d}分"


def day(moment: datetime) -> str:
    """A day as papers write it."""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def make_facts(category: str, dice: random.Random) -> Facts:
    """Another invented case of the category."""
    dispatched = datetime(2026, dice.choice((9, 10)), dice.randint(2, 24), dice.randint(9, 15), 7)  # noqa: DTZ001
    trouble, detail = dice.choice(TROUBLES)
    return Facts(
        order_no=f"{dispatched:%Y%m%d}{dice.randint(100000, 999999)}", category=category,
        unit=dice.choice(UNITS), estate=dice.choice(ESTATES), door=dice.randint(1, 28),
        trouble=trouble, detail=detail, staff=dice.choice(STAFF), dispatched=dispatched,
        due=dispatched + timedelta(days=5),
    )  # fmt: skip


def make_case(category: str, dice: random.Random) -> MadeCase:
    """A case without any fault."""
    facts = make_facts(category, dice)
    reply, reason, papers = _BY_CATEGORY[category](facts, dice)
    statement = _formal(
        facts, "statement", "情况说明",
        f"{facts.unit}于{say(facts.dispatched)}收到该工单，诉求人反映{facts.place}{facts.trouble}。",
        f"申请理由：{reason}。",
        "以上情况，特此说明。",
        seal=True,
    )  # fmt: skip
    appeal = f"市民反映{facts.place}{facts.trouble}，{facts.detail}，希望尽快处理。"
    return MadeCase(facts, reply, (statement, *papers), appeal)


def _formal(
    facts: Facts, role: str, title: str, *body: str, seal: bool = False, sign: bool = False,
    table: tuple[tuple[str, ...], ...] = (), at: datetime | None = None,
    forms: tuple[str, ...] = ("docx", "text", "scan", "photo"), by: str = "",
) -> Paper:  # fmt: skip
    return Paper(
        role, title, (f"工单编号：{facts.order_no}", *body),
        signed=f"经办人（签字）：{facts.staff}" if sign else "",
        sealed=f"{by or facts.unit}（盖章）" if seal else "",
        dated=day(at or facts.answered), table=table, forms=forms,
    )  # fmt: skip


def _scene(facts: Facts, role: str, title: str) -> Paper:
    mark = (f"拍摄时间：{facts.visited:%Y-%m-%d %H:%M}", f"地点：{facts.place}")
    return Paper(role, title, mark, scene=True, forms=("scene",))


Made = tuple[str, str, tuple[Paper, ...]]  # reply, reason, papers


def _not_ours(facts: Facts, dice: random.Random) -> Made:
    other = dice.choice(("丁五街道", "戊六镇"))
    reason = f"反映地点在{other}行政区域内，不属于我街道辖区，{facts.unit}无管辖权"
    border = _formal(
        facts, "boundary", "网格界线说明",
        f"经比对网格图，{facts.place}位于{other}辖区，与我街道以规划路中心线为界。",
        seal=True, sign=True,
    )  # fmt: skip
    return (
        f"经核实，{facts.place}不属于我街道辖区，已建议转至{other}办理。", reason,
        (border, _scene(facts, "location", "点位照片")),
    )  # fmt: skip


def _not_duty(facts: Facts, dice: random.Random) -> Made:
    office = dice.choice(("区城市照明管理所", "区房屋安全事务所"))
    reason = f"该事项的主管部门为{office}，不属于{facts.unit}职责"
    return (
        f"该事项由{office}负责，已移送并告知诉求人。", reason,
        (
            _formal(facts, "duty_list", "职责清单（节选）", f"第12项　公共设施维护：责任单位为{office}。",
                    "第13项　协助巡查上报：责任单位为社区。", seal=True),
            _formal(facts, "transfer", "移送记录", f"移送时间：{say(facts.visited)}",
                    f"接收部门：{office}", "移送内容：原诉求全文及现场照片。", sign=True, seal=True,
                    at=facts.visited),
            _formal(facts, "reply_letter", "关于工单办理意见的回函", f"{facts.unit}：",
                    "你单位移送事项收悉，该设施由我单位维护，我单位将依职责办理。", seal=True, by=office),
        ),
    )  # fmt: skip


def _in_court(facts: Facts, dice: random.Random) -> Made:
    court = dice.choice(("某区人民法院", "某区劳动人事争议仲裁委员会"))
    reason = f"同一事项已由{court}立案受理，正在法定程序中，依法不再重复办理"
    notice = _formal(
        facts, "legal_notice", "受理通知书",
        f"受理编号：（2026）民初字第{dice.randint(1000, 9999)}号",
        f"关于{facts.place}{facts.trouble}引起的纠纷一案，经审查符合受理条件，决定立案。",
        seal=True, by=court, at=facts.visited,
    )  # fmt: skip
    return f"该事项已由{court}受理，已告知诉求人依法定程序解决。", reason, (notice,)


def _repeat(facts: Facts, dice: random.Random) -> Made:
    before = facts.dispatched - timedelta(days=dice.randint(20, 40))
    number = f"{before:%Y%m%d}{dice.randint(100000, 999999)}"
    reason = f"与前序工单{number}为同一诉求人、同一事项，没有新的情况"
    return (
        "该诉求与前序工单内容相同，前序工单已办结并回访，本次无新情况。", reason,
        (
            _formal(facts, "earlier_reply", "前序工单办结回复", f"前序工单编号：{number}",
                    f"办结时间：{day(before + timedelta(days=3))}", f"回复内容：{facts.trouble}已处理完毕。",
                    seal=True),
            _formal(facts, "revisit", "前序工单回访结果", f"前序工单编号：{number}",
                    f"回访时间：{day(before + timedelta(days=6))}", "回访结果：已解决，满意。", sign=True),
            _formal(facts, "comparison", "两次诉求比对说明", f"前序工单编号：{number}",
                    "比对结果：地点相同、事项相同、要求相同，未提出新的事实和理由。", sign=True, seal=True),
        ),
    )  # fmt: skip


def _untrue(facts: Facts, dice: random.Random) -> Made:
    reason = f"经现场核查，{facts.place}未发现所反映的{facts.trouble}情况，反映内容与事实不符"
    return (
        f"{day(facts.visited)}到现场核查，未发现所反映的问题，诉求不属实。", reason,
        (
            _formal(facts, "site_record", "现场核查记录", f"核查时间：{say(facts.visited)}",
                    f"核查地点：{facts.place}", f"核查人员：{facts.staff}、{dice.choice(STAFF)}",
                    f"核查情况：现场未发现{facts.trouble}，已拍照留存。", sign=True, seal=True,
                    at=facts.visited),
            _formal(facts, "third_party", "物业服务企业证明",
                    f"兹证明{day(facts.visited)}{facts.place}未发现{facts.trouble}情况。",
                    seal=True, by="禾苑物业服务中心"),
            _scene(facts, "photo", "现场照片"),
        ),
    )  # fmt: skip


def _unlawful(facts: Facts, dice: random.Random) -> Made:
    reason = "诉求人要求在消防通道上搭建车棚，违反消防法关于不得占用疏散通道的规定"
    return (
        "已向诉求人解释，所提要求违反法律规定，不能支持。", reason,
        (
            Paper("law_text", "法条原文", ("《中华人民共和国消防法》第二十八条",
                  "任何单位、个人不得占用、堵塞、封闭疏散通道、安全出口、消防车通道。")),
            _formal(facts, "explanation", "解释记录", f"沟通时间：{say(facts.contacted)}",
                    "沟通方式：当面", "沟通内容：向诉求人说明法律规定，所提搭建要求不能支持。",
                    sign=True, seal=True),
        ),
    )  # fmt: skip


def _limited(facts: Facts, dice: random.Random) -> Made:
    reason = "受场地客观条件限制，目前暂不具备实施条件，已分阶段安排并向诉求人解释"
    return (
        "因场地条件限制暂不具备实施条件，已制定阶段方案并向诉求人解释。", reason,
        (
            Paper("policy", "政策依据", ("《北京市接诉即办工作条例》第十五条",
                  "承办单位办理诉求应当依法履职，及时与诉求人联系。")),
            _formal(facts, "explanation", "解释记录", f"沟通时间：{say(facts.contacted)}",
                    "沟通内容：说明客观条件和后续安排。", sign=True, seal=True),
            _formal(facts, "plan", "阶段工作方案", "第一阶段：完成现场勘查和设计。",
                    "第二阶段：纳入下一年度改造计划。", seal=True),
            _formal(facts, "attitude", "诉求人态度记录", f"记录时间：{say(facts.answered)}",
                    "诉求人听取说明后表示理解。", sign=True),
        ),
    )  # fmt: skip


def _unreachable(facts: Facts, dice: random.Random) -> Made:
    first = facts.contacted
    times = (
        first,
        first.replace(hour=18, minute=35),
        facts.visited,
        facts.visited.replace(hour=19),
    )
    table = (
        ("序号", "拨打时间", "结果"),
        *tuple(
            (str(at), f"{moment:%Y-%m-%d %H:%M}", dice.choice(("无人接听", "响铃未接", "关机")))
            for at, moment in enumerate(times, 1)
        ),
    )
    reason = "经多次不同时段拨打，诉求人电话始终无人接听，无法取得联系"
    return (
        "多次拨打诉求人电话均无人接听，已发短信告知联系方式。", reason,
        (
            _formal(facts, "calls", "电话拨打记录", table=table, sign=True,
                    forms=("xlsx", "docx", "scan", "text")),
            Paper("sms", "短信截图", (f"工单编号：{facts.order_no}", f"发送时间：{facts.visited:%Y-%m-%d} 20:05",
                  "您好，您反映的事项正在办理，因电话未接通，请方便时回电。"), forms=("screen", "photo")),
        ),
    )  # fmt: skip


def _abusive(facts: Facts, dice: random.Random) -> Made:
    count = dice.randint(24, 60)
    reason = f"诉求人三十日内就同一事项反复拨打热线{count}次，经劝阻仍恶意占用热线资源"
    return (
        "已对诉求人劝阻告知，其仍就同一事项反复来电。", reason,
        (
            _formal(facts, "frequency", "来电频次统计", "统计区间：近三十日", f"来电次数：{count}次",
                    "反映事项：同一事项。", seal=True, sign=True),
            _formal(facts, "persuasion", "劝阻告知记录", f"告知时间：{say(facts.contacted)}",
                    "告知方式：电话", "告知内容：请依法、合理反映诉求，勿重复占用公共资源。",
                    sign=True, seal=True),
        ),
    )  # fmt: skip


def _mistaken(facts: Facts, dice: random.Random) -> Made:
    reason = "诉求人回访时误操作，把已解决选成未解决，本人要求更正"
    note = _formal(
        facts, "correction", "诉求人更正说明",
        "本人接听回访时误按了选项，实际问题已经解决，对办理结果满意，自愿申请更正。",
        at=facts.due + timedelta(days=2),
    )  # fmt: skip
    signed = replace(note, signed="诉求人（签字）：某先生")
    return "诉求已办理，诉求人表示回访时误操作，本人要求更正。", reason, (signed,)


def _question(facts: Facts, dice: random.Random) -> Made:
    kind = dice.choice(("咨询", "建议", "表扬"))
    reason = f"来电内容属于{kind}，派单时类型有误，应为{kind}类"
    request = _formal(
        facts, "type_request", "诉求类型更正申请", "原类型：投诉", f"申请更正为：{kind}",
        f"依据：《北京市接诉即办工作条例》第十一条。来电人只是{kind}，没有要求处置。", seal=True,
    )  # fmt: skip
    return f"来电内容为{kind}，已答复。", reason, (request,)


def _force(facts: Facts, dice: random.Random) -> Made:
    event = dice.choice(("暴雨", "寒潮", "大风"))
    reason = f"受{event}影响，属突发的不可抗力，处置条件暂不具备"
    notice = Paper(
        "notice", f"关于启动{event}应急响应的通知", (f"发布时间：{say(facts.dispatched)}",
        f"根据气象部门发布的{event}预警，自即日起启动应急响应，户外作业一律暂停。"),
        sealed="某区应急指挥部（盖章）", dated=day(facts.dispatched),
    )  # fmt: skip
    return f"因{event}预警户外作业暂停，预警解除后处置。", reason, (notice,)


_BY_CATEGORY = {
    "EX01": _not_ours, "EX02": _not_duty, "EX03": _in_court, "EX04": _repeat, "EX05": _untrue,
    "EX06": _unlawful, "EX07": _limited, "EX08": _unreachable, "EX09": _abusive,
    "EX10": _mistaken, "EX11": _question, "EX12": _force,
}  # fmt: skip
CATEGORIES = tuple(_BY_CATEGORY)
