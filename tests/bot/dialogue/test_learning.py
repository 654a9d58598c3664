"""Learning once a day beside the service: what it makes, when it is due, what it says when it cannot."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from bot.analysis.case_texts import similar_texts
from bot.analysis.proposing import proposer
from bot.learning import daily as learning
from bot.learning.daily import is_due, keep_learning, last_learned, learn
from casedb import cases
from casedb.cases.classifying import set_topic
from casedb.records import CaseDraft

KINDS = {
    ("噪声与环境", "施工噪声", "夜间施工"): (
        "工地半夜打桩",
        "夜间施工吵",
        "凌晨挖掘机响",
        "施工到后半夜",
    ),
    ("交通管理", "停车", "占用车位"): ("私装地锁", "车位被占", "乱停车堵门", "僵尸车占位"),
    ("公共服务", "供热", "温度不达标"): ("暖气不热", "室温只有十四度", "供暖不达标", "暖气片冰凉"),
}


@pytest.fixture
def labelled(rooms):
    """Sixty invented cases with a topic."""
    now = rooms.clock.now()
    with rooms.store.session() as s:
        for number in range(60):
            path = list(KINDS)[number % 3]
            said = KINDS[path][number % 4]
            cases.record(
                s,
                CaseDraft(order_no=f"XX20260500{number:04d}", title=said,
                          appeal=f"{said}，第{number}户反映", topic_path=path, received_at=now),
                actor="import", now=now,
            )  # fmt: skip
    return rooms


def test_what_is_learned_is_noticed_by_the_running_service(labelled):
    tell = proposer(labelled.settings)
    assert tell.propose("", "半夜工地打桩").source == "rules"
    told = learn(labelled.settings, labelled.store, now=labelled.clock.now())
    assert len(told) == 3 and "件已确认分类" in told[2]
    found = tell.propose("", "半夜工地打桩")
    assert found.source == "model" and found.best.path[0] == "噪声与环境"
    assert len(similar_texts(labelled.settings)) >= 60


def test_it_is_due_once_a_day_and_at_once_when_never_done(labelled):
    settings, now = labelled.settings, labelled.clock.now()
    assert last_learned(settings) is None and is_due(settings, now)
    learn(settings, labelled.store, now=now)
    assert not is_due(settings, now)
    assert not is_due(settings, now + timedelta(hours=15))  # past midnight, before its time
    assert is_due(settings, now + timedelta(hours=17))
    (settings.data_dir / "learned.json").write_text("damaged")
    assert is_due(settings, now)


def test_too_few_labels_are_written_down_and_stop_nothing_else(rooms):
    with rooms.store.session() as s:
        for one in cases.list_cases(s, cases.CaseFilter())[:2]:
            set_topic(s, one.id, ("物业管理", "乙", "丙"), actor="person:1", now=rooms.clock.now())
    told = learn(rooms.settings, rooms.store, now=rooms.clock.now())
    assert "训练不出" in told[2] and "类似工单索引更新" in told[0]
    said = json.loads((rooms.settings.data_dir / "learned.json").read_text("utf-8"))
    assert said["told"] == list(told)


def test_a_changed_case_is_found_by_its_new_words_and_an_old_index_is_mended(labelled):
    now = labelled.clock.now()
    learn(labelled.settings, labelled.store, now=now)
    with labelled.store.session() as s:
        case = cases.find(s, "XX202605000001")
        set_topic(s, case.id, ("交通管理", "停车", "地锁"), actor="person:1", now=now)
    told = learn(labelled.settings, labelled.store, now=now)
    assert told[0] == "类似工单索引更新 1 件。"
    assert similar_texts(labelled.settings).known()[case.id] == 2


def test_the_service_learns_in_a_process_of_its_own_and_stops_at_once(labelled, monkeypatch):
    monkeypatch.setattr(learning, "START_AFTER", 0.0)

    async def run() -> None:
        stop = asyncio.Event()
        part = asyncio.create_task(keep_learning(labelled, stop))
        for _ in range(600):
            if last_learned(labelled.settings) is not None:
                break
            await asyncio.sleep(0.1)
        stop.set()
        await asyncio.wait_for(part, 10)

    asyncio.run(run())
    assert last_learned(labelled.settings) is not None
    assert proposer(labelled.settings).model is not None
