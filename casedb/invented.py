"""Invented but life-like cases over many months, for demonstration, backtests and load; all marked so."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from casedb import audit
from casedb.beijing import beijing
from casedb.days import at_beijing
from casedb.errors import CasedbError
from casedb.invented_detail import detail, register
from casedb.models import Case
from casedb.store import Session
from casedb.vocabulary import AppealKind, CaseStage, RevisitAnswer, SideWay

PREFIX = "XG"  # 虚构
PREFIXES = (PREFIX, "YL")  # YL: the small sample of `casedb.sample`
MARK = "虚构数据"
CHUNK = 5000
REPEAT_SHARE = 0.06
COMMUNITIES = (
    "甲一社区", "甲二社区", "甲三社区", "乙一社区", "乙二社区", "乙三社区", "丙一社区", "丙二社区",
)  # fmt: skip
SOURCES = ("电话", "网络", "微信")
KINDS = (
    (AppealKind.COMPLAINT, 46), (AppealKind.HELP, 34), (AppealKind.CONSULT, 12),
    (AppealKind.SUGGESTION, 4), (AppealKind.REPORT, 3), (AppealKind.PRAISE, 1),
)  # fmt: skip
HOUR_WEIGHTS = (1, 1, 1, 1, 1, 2, 5, 9, 13, 14, 12, 9, 6, 7, 10, 11, 10, 9, 8, 8, 7, 5, 3, 2)


@dataclass(frozen=True, slots=True)
class Trade:
    """A topic: its path, its usual weight, and how many times as much in each month (1–12)."""

    path: tuple[str, str, str]
    weight: float
    seasons: tuple[tuple[int, float], ...] = ()

    def in_month(self, month: int) -> float:
        """Weight in a month of the year."""
        return self.weight * dict(self.seasons).get(month, 1.0)


HEATING = ((11, 14.0), (12, 10.0), (1, 9.0), (2, 5.0), (3, 3.0))
RAIN = ((6, 2.5), (7, 4.5), (8, 4.0), (9, 2.0))
NIGHTS = ((5, 1.3), (6, 1.8), (7, 2.0), (8, 1.9), (9, 1.4))
TRADES = (
    Trade(("物业管理", "服务质量", "保洁不到位"), 9),
    Trade(("物业管理", "服务质量", "报修不及时"), 8),
    Trade(("物业管理", "收费", "物业费争议"), 5),
    Trade(("市容环卫", "垃圾清运", "桶站满溢"), 7, NIGHTS),
    Trade(("市容环卫", "占道经营", "流动摊贩"), 4, NIGHTS),
    Trade(("交通管理", "停车", "占用车位"), 8, ((9, 1.4),)),
    Trade(("交通管理", "共享单车", "乱停放"), 4),
    Trade(("违法建设", "私搭乱建", "楼顶加建"), 4, ((3, 1.4), (4, 1.5), (5, 1.4))),
    Trade(("噪声与环境", "施工噪声", "夜间施工"), 5, NIGHTS),
    Trade(("噪声与环境", "社会生活噪声", "广场舞"), 4, NIGHTS),
    Trade(("公共服务", "供热", "温度不达标"), 1, HEATING),
    Trade(("公共服务", "供水供电", "停水停电"), 3, ((7, 2.0), (8, 2.2))),
    Trade(("住房与修缮", "房屋漏雨", "屋面渗漏"), 3, RAIN),
    Trade(("住房与修缮", "下水", "管道堵塞"), 5, RAIN),
    Trade(("公共安全", "电动自行车", "楼道充电"), 5, ((7, 1.5), (8, 1.5))),
    Trade(("公共安全", "消防", "通道占用"), 4),
    Trade(("市场管理", "预付卡", "商家跑路"), 3, ((1, 1.6), (12, 1.5))),
    Trade(("劳动社保", "工资", "拖欠工资"), 1.5, ((12, 3.0), (1, 4.0))),
    Trade(("教育托幼", "入学", "划片咨询"), 1, ((5, 3.0), (6, 3.0), (8, 4.0), (9, 3.0))),
    Trade(("社会秩序", "养犬", "遛犬不牵绳"), 4),
)


@dataclass(frozen=True, slots=True)
class Months:
    """How much to invent: `count` months that end with the month before `now`."""

    count: int
    cases_each: int
    seed: int


def fill(
    s: Session,
    wanted: Months,
    *,
    now: datetime,
    progress: Callable[[str, int, int], None] | None = None,
) -> int:
    """Write invented cases; the same seed gives the same cases. Returns how many.

    Raises:
        CasedbError: numbers that make no sense, or invented cases are there already.
    """
    if not 1 <= wanted.count <= 240 or not 1 <= wanted.cases_each <= 1_000_000:
        raise CasedbError("月数或每月件数不对。", "月数写 1 到 240，每月件数写 1 到 1000000。")
    if s.scalar(select(func.count()).where(Case.order_no.startswith(PREFIX))):
        raise CasedbError("数据库里已经有虚构数据了。", "请换一个新的数据目录再生成。")
    chance, finer = random.Random(wanted.seed), random.Random(f"{wanted.seed}-detail")
    ids = register(s)
    total, done = wanted.count * wanted.cases_each, 0
    batch: list[dict[str, Any]] = []
    for row in _rows(chance, wanted, now):
        detail(finer, row, ids, mark=MARK, now=now)
        batch.append(row)
        if len(batch) == CHUNK:
            s.execute(insert(Case), batch)
            done += len(batch)
            batch = []
            if progress:
                progress("生成虚构数据", done, total)
    if batch:
        s.execute(insert(Case), batch)
        done += len(batch)
    audit.record(
        s, at=now, actor="shell", subject="cases", kind="invented", detail=f"生成虚构数据 {done} 件"
    )
    return done


def _rows(chance: random.Random, wanted: Months, now: datetime) -> Iterator[dict[str, Any]]:
    first = _month_before(now, wanted.count)
    number = 0
    recent: deque[dict[str, Any]] = deque(maxlen=400)
    for step in range(wanted.count):
        start = _plus_months(first, step)
        days = (_plus_months(start, 1) - start).days
        trades = [trade.in_month(start.month) for trade in TRADES]
        volume = round(wanted.cases_each * sum(trades) / _USUAL * chance.uniform(0.94, 1.06))
        stamps = sorted(_stamp(chance, start, days) for _ in range(volume))
        for called in stamps:
            number += 1
            trade = chance.choices(TRADES, trades)[0]
            row = _row(chance, number, called, trade, now)
            if recent and chance.random() < REPEAT_SHARE:
                _repeat(row, chance.choice(recent))
            recent.append(row)
            yield row


_USUAL = sum(trade.in_month(month) for trade in TRADES for month in range(1, 13)) / 12


def _stamp(chance: random.Random, start: date, days: int) -> datetime:
    day = start + timedelta(days=chance.randrange(days))
    hour = chance.choices(range(24), HOUR_WEIGHTS)[0]
    return at_beijing(day, time(hour, chance.randrange(60), chance.randrange(60))).astimezone(UTC)


def _row(
    chance: random.Random, number: int, called: datetime, trade: Trade, now: datetime
) -> dict[str, Any]:
    community = chance.choices(COMMUNITIES, range(len(COMMUNITIES), 0, -1))[0]
    dispatched = called + timedelta(minutes=chance.randint(3, 9))
    due = dispatched + timedelta(days=7)
    closed = dispatched + timedelta(hours=min(chance.lognormvariate(3.6, 0.8), 24 * 9))
    over = closed <= now
    answers = _answers(chance) if over and due <= now else (None, None, None)
    return {
        "order_no": f"{PREFIX}{beijing(called):%Y%m%d}{number:07d}",
        "source": chance.choices(SOURCES, (82, 12, 6))[0],
        "kind": chance.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0],
        "title": f"{community}{trade.path[2]}",
        "appeal": f"（{MARK}）来电人反映{community}{trade.path[1]}问题：{trade.path[2]}，希望尽快处理。",
        "topic_1": trade.path[0],
        "topic_2": trade.path[1],
        "topic_3": trade.path[2],
        "community": community,
        "handling_unit": community,
        "stage": CaseStage.CLOSED if over else CaseStage.HANDLING,
        "received_at": called,
        "dispatched_at": dispatched,
        "accepted_at": dispatched + timedelta(minutes=chance.randint(2, 110)),
        "first_contact_at": dispatched + timedelta(hours=chance.lognormvariate(1.2, 0.7)),
        "due_at": due,
        "original_due_at": due,
        "due_source": "工单办理时限",
        "reply": f"（{MARK}）已核实处理。" if over else "",
        "closed_at": closed if over else None,
        "revisited_at": due + timedelta(hours=2) if answers[0] else None,
        "responded": answers[0],
        "resolved": answers[1],
        "satisfied": answers[2],
        "caller_hash": f"{number:08x}",
        "repeat_of": "",
        "remark": MARK,
        "side_way": SideWay.NONE,
        "address_masked": "",
        "recorded_at": dispatched,
    }


def _repeat(row: dict[str, Any], earlier: dict[str, Any]) -> None:
    """The same caller about the same thing again."""
    for name in (
        "title", "appeal", "address_masked", "topic_1", "topic_2", "topic_3", "community",
        "handling_unit",
    ):  # fmt: skip
        row[name] = earlier[name]
    row["caller_hash"], row["repeat_of"] = earlier["caller_hash"], earlier["order_no"]


def _answers(chance: random.Random) -> tuple[RevisitAnswer, RevisitAnswer, RevisitAnswer]:
    """Three revisit answers with rates of 96–99 %; who was not reached answers none of them."""
    if chance.random() < 0.08:
        missed = RevisitAnswer.NOT_REACHED
        return missed, missed, missed
    responded = RevisitAnswer.YES if chance.random() < 0.993 else RevisitAnswer.NO
    resolved = RevisitAnswer.YES if chance.random() < 0.978 else RevisitAnswer.NO
    if resolved is RevisitAnswer.NO:
        return responded, resolved, RevisitAnswer.NO
    satisfied = chance.choices(
        (RevisitAnswer.YES, RevisitAnswer.MOSTLY, RevisitAnswer.NO), (97.4, 2.2, 0.4)
    )[0]
    return responded, resolved, satisfied


def _month_before(now: datetime, months: int) -> date:
    local = at_beijing(date(1970, 1, 1)).tzinfo
    today = now.astimezone(local).date()
    return _plus_months(date(today.year, today.month, 1), -months)


def _plus_months(first: date, months: int) -> date:
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
