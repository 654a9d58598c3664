"""What we say about the assessment: imports, lost points, causes, measures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from casedb.assessment.causes import Causes
from casedb.assessment.records import CycleRecord, DetailsResult, LostPointRecord, MeasureRecord
from casedb.assessment.states import MEASURE_NAMES, RATE_NAMES, MeasureState
from casedb.days import exact_text, moment_text, span_text

SHOWN = 10
NO_MEASURES = "没有进行中的改进措施。"
NOT_DESK = "考核明细和复盘由专班、驻场分析人员和值班领导查看。"
IN_PRIVATE = "请私聊我办理复盘和措施。"
ALL_DECIDED = "{cycle}的失分原因都确认过了。"
DECIDED = "已定为“{cause}”"
HANDED_IN = "已登记{cycle}复盘报告提交，倒计时停止。"
MEASURE_USAGE = (
    "提一项改进措施：/measure 责任人 期限 措施内容 验收：标准\n"
    "例如：/measure 林小满 6月20日18:00 每周巡查楼道两次 验收：月底前无新增堆物\n"
    "登记完成：/measure 完成 编号 说明；撤销：/measure 撤销 编号"
)
ASK_OWNER = "由谁负责？请发责任人的姓名，或者单位名称（由单位负责人负责）。放弃请发 /cancel。"
ASK_DUE = "什么时候完成？例如：6月20日18:00、下周五。放弃请发 /cancel。"
ASK_TEXT = "要做什么？请写一句话。放弃请发 /cancel。"
ASK_ACCEPTANCE = "怎样算完成（验收标准）？没有就发“无”。放弃请发 /cancel。"
ASK_RETURN = "差在哪里、什么时候补好？例如：照片不全，6月25日前补。放弃请发 /cancel。"
UNKNOWN_OWNER = "没有找到责任人“{name}”，请写在册人员的姓名或有负责人的单位。"
NO_HEAD = "{unit}没有登记负责人，请写责任人的姓名。"
NO_CYCLE = "还没有导入过考核明细，措施要挂在考核周期上；请先发来考核明细表。"
CREATED = "已定改进措施 {id}（{cycle}）：{text}\n责任人 {owner}，{due} 前完成{acceptance}。系统现在就通知责任人，到期前再提醒。"
DONE = "已登记措施 {id} 完成，等专班验收。"
ACCEPTED = "措施 {id} 验收通过。"
RETURNED = "措施 {id} 已退回，{due} 前补做，责任人会收到提醒。"
DROPPED = "措施 {id} 已撤销，不再提醒。"
LIST_HEAD = "**改进措施 {count} 项**"


def import_lines(result: DetailsResult, now: datetime, *, dry_run: bool = False) -> list[str]:
    """What an import did, line by line."""
    if result.errors:
        lines = [f"有 {len(result.errors)} 格读不懂，一行都没有入库："]
        lines += [
            f"第 {one.row} 行“{one.column}”：“{one.text[:40]}”{one.reason}，请写成：{one.example}"
            for one in result.errors[:20]
        ]
        return lines
    head = "检查通过，没有入库" if dry_run else "考核明细已导入"
    lines = [
        f"{head}：{result.cycle}，共 {result.rows} 行，失分 {result.lost} 项"
        f"（新增 {result.created}，更新 {result.updated}，未变 {result.unchanged}）。"
    ]
    if result.unmatched:
        lines.append(f"⚠️ {len(result.unmatched)} 行没有对应到工单，已保留：")
        lines += [f"- {one}" for one in result.unmatched[:SHOWN]]
        if len(result.unmatched) > SHOWN:
            lines.append(f"- 另有 {len(result.unmatched) - SHOWN} 行，见复盘报告的“未匹配的行”。")
    lines += [f"⚠️ {one}" for one in result.warnings[:SHOWN]]
    if result.due_at is not None and result.due_at <= now:
        lines.append(f"⏳ 复盘报告时限 {exact_text(result.due_at)} 已经过了，不再倒计时。")
    elif result.due_at is not None:
        lines.append(
            f"⏳ 复盘报告时限：{exact_text(result.due_at)}（下发后三个工作日），到时系统提醒。"
        )
    return lines


def cycle_line(cycle: CycleRecord, points: Sequence[LostPointRecord]) -> str:
    """One cycle."""
    last = cycle.after_on - timedelta(days=1)
    due = f"，复盘时限 {moment_text(cycle.due_at)}" if cycle.due_at else ""
    state = "，复盘已提交" if cycle.handed_in_at else due
    return (
        f"{cycle.name}（{cycle.first_on} 至 {last}）：明细 {cycle.listed} 行，失分 {len(points)} 项，"
        f"原因待确认 {sum(not one.cause for one in points)} 项{state}"
    )


def point_line(point: LostPointRecord, causes: Causes) -> str:
    """One lost point with its number."""
    state = f"{point.decided_by}确认" if point.cause else "待确认"
    why = f"；{point.proposed_why}" if point.proposed_why and not point.cause else ""
    return (
        f"{point.id}. {point.order_no or '没有编号'}｜{RATE_NAMES[point.rate]}｜{point.unit or '未注明单位'}｜"
        f"{causes.name(point.code)}（{state}{why}）" + ("" if point.case else "｜未匹配到工单")
    )


def measure_line(one: MeasureRecord, now: datetime) -> str:
    """One measure with its number."""
    late = one.state is MeasureState.OPEN and one.due_at < now
    state = f"逾期 {span_text(now - one.due_at)}" if late else MEASURE_NAMES[one.state]
    told = "，已确认" if one.acknowledged_at and one.state is MeasureState.OPEN else ""
    return f"{one.id}. {one.text}｜{one.unit}{one.owner}｜{moment_text(one.due_at)}｜{state}{told}（{one.cycle}）"
