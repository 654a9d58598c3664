"""Invented exclusion materials for the tests: a clean set for each category, to be spoilt one by one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from casedb.beijing import BEIJING
from casedb.exclusion.pieces import (
    CaseFacts,
    Finding,
    LawStanding,
    LawState,
    MaterialFile,
    MaterialPage,
    MaterialPhoto,
)
from casedb.exclusion.rulebook import load_exclusion

ROOT = Path(__file__).resolve().parents[2]
RULES = load_exclusion(ROOT / "knowledge" / "rules")
NO = "20260504000217"
UNIT = "甲一社区居民委员会"
SIGNED = f"{UNIT}（盖章）\n2026年5月8日"


class InventedLaws:
    """A book of two laws in force and one repealed."""

    def standing(self, title: str, article: str, on: object) -> LawStanding:
        if title == "信访条例":
            return LawStanding(LawState.REPEALED, "由《信访工作条例》取代")
        if title in ("北京市接诉即办工作条例", "信访工作条例"):
            if article in ("第九十九条", "第88条"):
                return LawStanding(LawState.NO_ARTICLE, "全文共 38 条")
            return LawStanding(LawState.IN_FORCE)
        return LawStanding(LawState.UNKNOWN)


def facts(category: str, **said: object) -> CaseFacts:
    """The invented case."""
    known: dict[str, object] = {
        "order_no": NO,
        "category": category,
        "dispatched_at": datetime(2026, 5, 4, 9, 30, tzinfo=BEIJING),
        "due_at": datetime(2026, 5, 11, 18, 0, tzinfo=BEIJING),
        "unit": "甲一社区",
        "appeal": "反映甲一小区3号楼楼道堆物影响通行。",
        "reply": "工作人员已与诉求人联系并说明情况。",
    }
    return CaseFacts(**(known | said))  # type: ignore[arg-type]


def paper(name: str, text: str, **said: object) -> MaterialFile:
    """A text file of one page."""
    return MaterialFile(name, "0" * 64, 100, "docx", (MaterialPage(1, text),), **said)  # type: ignore[arg-type]


def photo(name: str = "IMG_2041.jpg", text: str = "", **said: object) -> MaterialFile:
    """A photograph with time and place."""
    known: dict[str, object] = {
        "taken_at": datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING),
        "place": (39.9, 116.3),
        "blur": 400.0,
        "brightness": 120.0,
        "perceptual_hash": "a5c3f00f12345678",
    }
    facts_of_photo = MaterialPhoto(**(known | said))  # type: ignore[arg-type]
    pages = (MaterialPage(1, text, "ocr" if text else "none"),)
    return MaterialFile(name, "1" * 64, 100, "jpeg", pages, facts_of_photo)


def explanation(extra: str = "") -> MaterialFile:
    return paper(
        "与诉求人沟通解释记录.docx",
        f"沟通解释记录\n工单编号：{NO}\n沟通时间：2026年5月6日15:20\n沟通方式：电话\n"
        f"沟通内容：工作人员向诉求人逐项解释了有关规定，诉求人表示知晓。{extra}\n"
        "记录人（签字）：林小满\n2026年5月6日",
    )


CLEAN: dict[str, tuple[MaterialFile, ...]] = {
    "EX01": (
        photo("点位门牌照片.jpg"),
        paper("网格界线说明.docx", f"网格界线说明\n工单编号：{NO}\n该点位在甲一社区网格西侧界线以外，属于乙二街道。\n{SIGNED}"),
        paper(
            "情况说明.docx",
            f"关于工单{NO}的情况说明\n我社区于2026年5月4日10时接到派单，5月5日到现场核实，"
            "该点位位于乙二街道辖区，不属于我街道管辖范围，依据《北京市接诉即办工作条例》第十二条，特申请剔除。\n" + SIGNED,
        ),
    ),
    "EX02": (
        paper("职责清单（节选）.pdf", "街道职责清单\n第十五项 市容环境日常巡查\n"),
        paper("移送记录.docx", f"事项移送记录\n工单编号：{NO}\n移送时间：2026年5月5日 09:10\n接收部门：区某主管部门\n经办人：林小满\n2026年5月5日"),
        paper("部门回函.pdf", f"关于办理有关事项的回函\n{UNIT}：\n你单位来函收悉。该事项由我部门负责办理。\n区某主管部门（公章）\n2026年5月7日"),
    ),
    "EX03": (
        paper("信访受理告知书.pdf", "受理告知书\n（2026）信受字第0321号\n你于2026年4月12日提出的信访事项，本机关决定予以受理。\n区信访办公室（盖章）\n2026年4月15日"),
    ),
    "EX04": (
        paper("前序工单办结回复.docx", "前序工单办结回复\n前序工单号：20260312000088\n2026年3月15日办结，楼道堆物已清理。\n"),
        paper("回访结果截图.docx", "回访结果\n回访时间：2026年3月20日\n是否解决：是\n是否满意：满意\n"),
        paper("比对说明.docx", f"重复诉求比对说明\n本次工单编号：{NO}\n前序工单号：20260312000088\n两次诉求为同一诉求人反映同一事项，未发现新情况，申请剔除。\n{SIGNED}"),
    ),
    "EX05": (
        paper(
            "现场核查记录.docx",
            f"现场核查记录\n工单编号：{NO}\n核查时间：2026年5月6日10:00\n核查地点：甲一小区3号楼\n"
            "核查情况：经现场核查，3号楼楼道未发现堆物。\n核查人（签字）：林小满、周晓山",
        ),
        paper("物业公司证明.pdf", "证明\n兹证明甲一小区3号楼近一个月每日巡查，未发现楼道堆物。\n甲一物业服务有限公司（公章）\n2026年5月7日"),
        photo(),
    ),
    "EX06": (
        paper("法条原文.docx", "《北京市接诉即办工作条例》（节选）\n第十一条 有关诉求的分类办理。\n"),
        explanation(),
    ),
    "EX07": (
        paper("政策依据.docx", "政策依据\n《北京市接诉即办工作条例》第十五条\n"),
        explanation(),
        paper("分阶段工作方案.docx", "分阶段工作方案\n第一阶段：2026年6月前完成意见征集。\n第二阶段：2026年12月底前完成设计。\n"),
        paper("诉求人态度记录.docx", f"诉求人态度记录\n工单编号：{NO}\n联系时间：2026年5月7日 14:00\n诉求人表示理解。\n记录人：林小满\n2026年5月7日"),
    ),
    "EX08": (
        paper(
            "拨打记录.xlsx",
            f"拨打记录\n工单编号\t{NO}\n序号\t拨打时间\t结果\n1\t2026-05-04 10:12\t无人接听\n"
            "2\t2026-05-04 15:40\t无人接听\n3\t2026-05-05 19:05\t关机\n",
        ),
        paper("短信截图.docx", "短信留痕\n2026-05-05 19:10\n您好，我是甲一社区工作人员，就您反映的事项请与我们联系。\n"),
    ),
    "EX09": (
        paper("频次统计.xlsx", "诉求频次统计\n月份\t次数\n2026-01\t41\n2026-02\t38\n2026-03\t52\n"),
        paper("劝阻告知记录.docx", f"劝阻告知记录\n工单编号：{NO}\n告知时间：2026年5月6日 09:30\n告知内容：请依法理性反映诉求。\n告知人（签字）：林小满\n2026年5月6日"),
    ),
    "EX10": (
        paper("诉求人更正说明.docx", f"评价更正说明\n工单编号：{NO}\n本人回访时按错键，真实意愿是满意，要求更正评价。\n说明人（签字）：王某\n2026年5月13日"),
    ),
    "EX11": (
        paper("诉求类型更正申请.docx", f"诉求类型更正申请\n工单编号：{NO}\n该诉求为政策咨询，不属于投诉，特申请将类型更正为咨询。\n{SIGNED}"),
    ),
    "EX12": (
        paper("暴雨预警通知.pdf", "关于启动防汛应急响应的通知\n各单位：受强降雨影响，自2026年5月5日8时起启动应急响应。\n区防汛指挥部（盖章）\n2026年5月5日"),
    ),
}  # fmt: skip


def faulty(findings: tuple[Finding, ...]) -> list[tuple[str, str]]:
    """Rule and file of everything that has to be mended."""
    return [(one.rule, one.file) for one in findings if one.status.value != "met"]
