"""Invented sheets of cases for measuring; no real person, place or order."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

HEADINGS = (
    "工单编号", "来源渠道", "诉求性质", "标题", "诉求内容", "诉求人", "联系电话", "社区", "详细地址",
    "一级分类", "二级分类", "三级分类", "承办单位", "协办单位", "来电时间", "派单时间", "签收时间",
    "首次联系时间", "办理时限", "回复内容", "办结时间", "回访时间", "是否响应", "是否解决", "是否满意", "备注",
)  # fmt: skip
TOPICS = ("物业管理", "市容环卫", "噪声", "停车", "供暖", "违法建设", "电动自行车", "房屋漏水")
COMMUNITIES = ("甲一社区", "甲二社区", "乙一社区", "乙二社区", "丙一社区")
SEED = 7


def sheet_of(path: Path, *, rows: int) -> Path:
    """A sheet in the standard profile; the same every time."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("工单")
    page.append(HEADINGS)
    chance = random.Random(SEED)
    start = datetime(2026, 5, 1, 8, 0)  # noqa: DTZ001 — a cell of a sheet is Beijing time
    for number in range(rows):
        page.append(_row(chance, number, start))
    book.save(path)
    return path


def _row(chance: random.Random, number: int, start: datetime) -> list[str]:
    called = start + timedelta(minutes=4 * number)
    dispatched = called + timedelta(minutes=chance.randint(3, 20))
    topic, community = chance.choice(TOPICS), chance.choice(COMMUNITIES)
    closed = number % 3 == 0
    stamp = "%Y-%m-%d %H:%M"
    phone = f"139{chance.randint(0, 99_999_999):08d}"
    return [
        f"FZ{called:%Y%m%d}{number:06d}", "电话", "投诉", f"{topic}问题",
        f"来电人反映{community}{chance.randint(1, 30)}号楼附近{topic}问题，希望尽快处理，联系电话{phone}。",
        f"虚{chance.choice('构测试样例')}某", phone, community,
        f"{community}{chance.randint(1, 30)}号楼{chance.randint(1, 6)}单元{chance.randint(101, 1804)}",
        topic, "", "", community, "", f"{called:{stamp}}", f"{dispatched:{stamp}}",
        f"{dispatched + timedelta(minutes=20):{stamp}}", f"{dispatched + timedelta(hours=2):{stamp}}",
        f"{dispatched + timedelta(days=7):{stamp}}",
        "已现场核实并处理。" if closed else "",
        f"{dispatched + timedelta(days=3):{stamp}}" if closed else "",
        f"{dispatched + timedelta(days=7, hours=3):{stamp}}" if closed else "",
        "是" if closed else "", "是" if closed else "", "满意" if closed else "", "",
    ]  # fmt: skip
