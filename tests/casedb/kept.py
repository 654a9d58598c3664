"""Opened records, drafts and sheets for the tests of the records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from casedb.intake.profiles import load_profiles
from casedb.records import CaseDraft, IntakeResult
from casedb.store import Store
from tests.fakes.postgres import database

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
SECRET = "invented-secret-of-at-least-32-characters"
PROFILES = load_profiles(ROOT / "knowledge" / "rules" / "profiles")
NOW = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)  # 09:00 in Beijing
HEADINGS = list(
    str.split(
        "工单编号 来源渠道 诉求性质 标题 诉求内容 诉求人 联系电话 社区 详细地址 一级分类 二级分类 三级分类 承办单位 协办单位"
        " 来电时间 派单时间 签收时间 首次联系时间 办理时限 回复内容 办结时间 回访时间 是否响应 是否解决 是否满意 备注"
    )
)


def open_store(folder: Path) -> Store:
    """New records in a folder."""
    return Store.open(f"sqlite:///{folder}/records.db", secret_key=SECRET)


@contextmanager
def store_of(kind: str, folder: Path) -> Iterator[Store]:
    """New records on either database."""
    if kind == "sqlite":
        store = open_store(folder)
        yield store
        store.close()
        return
    with database() as url:
        store = Store.open(url, secret_key=SECRET)
        try:
            yield store
        finally:
            store.close()


def draft(order_no: str = "GD2026050001", **said: Any) -> CaseDraft:
    """An invented case."""
    return CaseDraft(
        **{"order_no": order_no, "title": "楼道堆物", "appeal": "楼道里堆满纸箱", **said}
    )


def sheet(path: Path, rows: Sequence[Sequence[Any]], *, name: str = "工单") -> Path:
    """An xlsx with these rows."""
    book = Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def row(**cells: Any) -> list[Any]:
    """One row under the standard headings."""
    unknown = set(cells) - set(HEADINGS)
    assert not unknown, unknown
    return [cells.get(heading, "") for heading in HEADINGS]


def take_in(
    store: Store, path: Path, *, name: str = "", profile: str | None = None, **more: Any
) -> IntakeResult:
    """Import a file as the shell does."""
    from casedb.intake import import_cases

    with store.session() as s:
        return import_cases(
            s,
            path,
            name or path.name,
            profiles=PROFILES,
            profile=profile,
            actor="import",
            now=more.pop("now", NOW),
            **more,
        )
