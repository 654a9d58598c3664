"""Materials bound together: several papers in one file, as units hand them in. All invented."""

from __future__ import annotations

from datetime import datetime

from casedb.beijing import BEIJING
from casedb.exclusion.pieces import CaseFacts, MaterialFile, MaterialPage


def facts(category: str, reply: str = "") -> CaseFacts:
    """The case under review, whose number is written with hyphens."""
    return CaseFacts(
        "WZ-0803-2291", category, datetime(2026, 8, 3, 10, 12, tzinfo=BEIJING),
        datetime(2026, 8, 10, 18, 0, tzinfo=BEIJING), "甲一社区", "来电人反映有关问题。", reply,
    )  # fmt: skip


def word(name: str, text: str) -> MaterialFile:
    """A Word file: one page, whatever lies in it."""
    return MaterialFile(name, name, 9, "docx", (MaterialPage(1, text),))


def pages(name: str, *texts: str) -> MaterialFile:
    """A PDF with text."""
    made = tuple(MaterialPage(at, text) for at, text in enumerate(texts, start=1))
    return MaterialFile(name, name, 9, "pdf", made)


DUTIES = (
    "附件1　本科职责清单（摘页）\n一、负责辖区建设工程的日常巡查。\n二、配合区水务局开展宣传。\n"
)
HANDED_OVER = (
    "附件2　案件移送单\n工单编号 | WZ-0803-2291\n移送日期 | 2026年8月4日\n移送人签字 | 史明远\n"
)
ANSWER = "附件3　区水务局复函\n你科移送的停水事项属我局主管。\n区水务局（印章）\n2026年8月6日\n"
NOT_OURS = word(
    "汇总材料.docx",
    "关于WZ-0803-2291号工单剔除的请示\n供水管理不属于我科法定职责，应由区水务局负责，请予剔除。\n"
    f"城建科（印章）\n2026年8月7日\n{DUTIES}{HANDED_OVER}{ANSWER}",
)
CALLS = (
    "联系情况记录表\n工单编号：WZ-0803-2291\n第一次：8月3日11时02分，无人接听\n第二次：8月3日17时48分，拒接\n"
    "第三次：8月5日9时30分，拒接\n记录人：纪小溪（签字）\n2026年8月5日"
)
MESSAGE = "短信告知截图\n2026年8月5日 19:41\n您好，办理退费需要合同，请联系我们。"
UNHEARD = pages(
    "联系记录.pdf", CALLS, MESSAGE,
    "情况说明\nWZ-0803-2291号诉求，因诉求人拒绝配合，申请剔除。\n商务科（盖章）\n2026年8月6日",
)  # fmt: skip
AGAIN = pages(
    "剔除说明.pdf",
    "关于重复诉求的情况说明\n工单编号：WZ-0803-2291\n来电人于2026年6月12日首次反映（工单编号WZ-0612-1207），"
    "再次来电没有新的事实，属于重复诉求，申请剔除。\n甲一社区居委会（盖章）\n2026年8月5日",
    "前序工单详情截图\n工单编号：WZ-0612-1207\n办结日期：2026-06-18\n办理结果：已移动桶站。",
    "回访记录\n工单编号：WZ-0612-1207\n回访日期：2026-06-22\n来电人表示满意。",
    "新旧诉求比对\n结论：一致，无新情况。\n比对人：郎小满（签名）\n2026年8月5日",
)
STEPS = "四、分步实施方案\n第一步，更换破损最重的两段；第二步，组织业主表决。\n"
LIMITED = word(
    "全套材料.docx",
    "剔除申请材料\n一、情况说明\nWZ-0803-2291号诉求受维修资金不足制约，目前难以实施，申请剔除。\n房管所（公章）\n2026年8月7日\n"
    "二、政策依据\n《某市维修资金管理办法》：维修资金的使用应当经业主表决同意。\n"
    "三、解释沟通记录\n时间：2026年8月4日10:00\n内容：说明资金缺口。\n记录人签字：田一苇\n2026年8月4日\n"
    f"{STEPS}五、诉求人意见\n2026年8月4日，诉求人表示可以接受。\n诉求人（签名）：某先生\n2026年8月4日",
)
BOUND: dict[str, MaterialFile] = {
    "EX02": NOT_OURS, "EX08": UNHEARD, "EX04": AGAIN, "EX07": LIMITED,
}  # fmt: skip
