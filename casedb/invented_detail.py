"""What makes an invented case life-like besides its topic and time: words, places, units, slips, slow units.

Drawn from a stream of chance of its own, so that volumes and topics do not depend on it.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select

from casedb import people
from casedb.models import Unit
from casedb.store import Session
from casedb.vocabulary import RevisitAnswer, SideWay, UnitKind

STREET = "样例街道"
RESIDENTS = {
    "甲一社区": 9_800, "甲二社区": 8_600, "甲三社区": 7_900, "乙一社区": 7_200, "乙二社区": 6_100,
    "乙三社区": 5_400, "丙一社区": 4_300, "丙二社区": 3_700,
}  # fmt: skip
SECTIONS = ("城市管理办公室", "平安建设办公室", "民生保障办公室", "综合行政执法队")
HANDLED_BY = {
    "市容环卫": "城市管理办公室", "交通管理": "城市管理办公室", "噪声与环境": "城市管理办公室",
    "公共安全": "平安建设办公室", "社会秩序": "平安建设办公室", "劳动社保": "民生保障办公室",
    "教育托幼": "民生保障办公室", "违法建设": "综合行政执法队", "市场管理": "综合行政执法队",
}  # fmt: skip
SECTION_SHARE = 0.3  # of the topics above that a section handles and not the community
SLOW = {"乙一社区": 1.25, "综合行政执法队": 1.45}  # times as long to close
PLACES = (
    "{n}号楼",
    "{n}号楼{m}单元",
    "东门",
    "西门",
    "南侧路口",
    "地下车库",
    "中心花园",
    "临街底商",
)
SINCE = ("今天早上", "昨天晚上", "近三天", "上周起", "半个月来", "一个多月", "反复多次")
WANTS = (
    "希望尽快处理", "要求到现场查看", "请相关单位给个说法", "希望长期有人管", "要求书面答复",
    "希望告知处理时间", "请协调解决",
)  # fmt: skip
OPENINGS = ("来电人反映", "市民来电称", "居民反映", "网友留言", "诉求人表示")
REPLIES = (
    "已到现场核实，当场处理完毕。", "已联系诉求人说明情况，约定整改时间。",
    "已转相关单位处置，后续跟踪。", "已现场解释政策，诉求人表示理解。",
)  # fmt: skip


def register(s: Session) -> dict[str, int]:
    """Units of the invented cases, added where the register has none of that name: name -> id."""
    known = {row.name: row for row in s.scalars(select(Unit))}
    above = next((row.id for row in known.values() if row.kind is UnitKind.SUBDISTRICT), None)
    if above is None:
        above = people.add_unit(s, STREET, UnitKind.SUBDISTRICT).id
    wanted = [(name, UnitKind.COMMUNITY) for name in RESIDENTS]
    wanted += [(name, UnitKind.SECTION) for name in SECTIONS]
    ids = {}
    for name, kind in wanted:
        row = known.get(name)
        ids[name] = row.id if row else people.add_unit(s, name, kind, parent_id=above).id
        if name in RESIDENTS and (row is None or row.population is None):
            people.set_residents(s, ids[name], RESIDENTS[name])
    return ids


def detail(
    chance: Random, row: dict[str, Any], ids: dict[str, int], *, mark: str, now: datetime
) -> None:
    """Fill in the details of a case; what is marked as invented stays marked.

    Who calls again calls about the same place, and the same unit handles it.
    """
    unit = HANDLED_BY.get(row["topic_1"])
    if row["repeat_of"]:
        row["appeal"] = row["appeal"].replace(f"（{mark}）", f"（{mark}）再次来电：", 1)
    else:
        if unit and chance.random() < SECTION_SHARE:
            row["handling_unit"] = unit
        _words(chance, row, mark)
    if row["reply"]:
        row["reply"] = f"（{mark}）{chance.choice(REPLIES)}"
    row["handling_unit_id"] = ids[row["handling_unit"]]
    _slow(chance, row, now)
    _slips(chance, row)


def _words(chance: Random, row: dict[str, Any], mark: str) -> None:
    place = chance.choice(PLACES).format(n=chance.randint(1, 30), m=chance.randint(1, 6))
    community, thing = row["community"], row["topic_3"]
    row["address_masked"] = f"{community}{place}"
    row["appeal"] = (
        f"（{mark}）{chance.choice(OPENINGS)}{community}{place}{chance.choice(SINCE)}{thing}"
        f"（{row['topic_2']}），{chance.choice(WANTS)}。"
    )


def _slow(chance: Random, row: dict[str, Any], now: datetime) -> None:
    """Some units take longer; a case closed late is less often called a good one."""
    times = SLOW.get(row["handling_unit"])
    if times and row["closed_at"]:
        closed = row["dispatched_at"] + (row["closed_at"] - row["dispatched_at"]) * times
        if closed <= min(now, row["revisited_at"] or now):
            row["closed_at"] = closed
    late = row["closed_at"] and row["closed_at"] > row["due_at"]
    if late and row["satisfied"] is RevisitAnswer.YES and chance.random() < 0.2:
        row["satisfied"] = RevisitAnswer.MOSTLY


def _slips(chance: Random, row: dict[str, Any]) -> None:
    """What real sheets lack or carry besides."""
    if chance.random() < 0.015:
        row["first_contact_at"] = None
    if chance.random() < 0.008:
        row["side_way"] = chance.choice((SideWay.UNREASONABLE_ASKED, SideWay.HARD_LISTED))
