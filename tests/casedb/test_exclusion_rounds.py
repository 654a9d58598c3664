"""Requests, materials, rounds and rechecks of exclusion, on real records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from casedb import audit, cases, people
from casedb.errors import Refused
from casedb.exclusion import requests, rounds
from casedb.exclusion.figures import figures
from casedb.exclusion.pieces import Finding, FindingStatus, MaterialFile
from casedb.exclusion.records import RequestRecord
from casedb.exclusion.states import Decision, ExclusionFlow, ExclusionState
from casedb.obligations import of_case
from casedb.records import PersonRecord
from casedb.rules import load_rules
from casedb.store import Session, Store
from casedb.vocabulary import ObligationKind, ObligationState, Role, UnitKind
from tests.casedb.invented_materials import ROOT, RULES, photo
from tests.casedb.kept import NOW, draft, open_store

LADDERS = load_rules(ROOT / "knowledge" / "rules")
DUE = NOW + timedelta(days=2)
SEAL = Finding(FindingStatus.MISSING, "seal", "材料上没有盖章", "说明.docx", 1, "", "请盖章。")
DATE = Finding(FindingStatus.MISSING, "date", "没有日期", "说明.docx", 1, "", "请写日期。")
CALLS = Finding(FindingStatus.MISSING, "calls.count", "只有 1 次", "记录.xlsx", 1, "", "请补拨。")
FINE = Finding(FindingStatus.MET, "order_no", "编号一致")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    with opened.session() as s:
        unit = people.add_unit(s, "甲一社区", UnitKind.COMMUNITY)
        people.add_person(s, "周分析", unit.id, Role.ANALYST)
        for number in ("GD2026050001", "GD2026050002"):
            cases.record(s, draft(number, handling_unit="甲一社区"), actor="import", now=NOW)
    yield opened
    opened.close()


def asked(s: Session, number: str = "GD2026050001") -> RequestRecord:
    case = cases.find(s, number)
    assert case is not None
    return requests.open_request(
        s, case.id, flow=ExclusionFlow.UNREASONABLE, category="EX08", due_at=DUE,
        exclusion=RULES, rules=LADDERS, actor="import", now=NOW,
    )  # fmt: skip


def analyst(s: Session) -> PersonRecord:
    (found,) = people.people(s, roles=(Role.ANALYST,))
    return found


def reviewed(s: Session, request_id: int, *found: Finding) -> int:
    made = rounds.record_review(s, request_id, found, rules_version="1", actor="import", now=NOW)
    return made.id


def issued(s: Session, review_id: int) -> RequestRecord:
    return rounds.issue(
        s, review_id, by=analyst(s), due_at=DUE + timedelta(days=1), opinion_path="o.docx",
        rules=LADDERS, now=NOW,
    )  # fmt: skip


def owed(s: Session, case_id: int) -> list[ObligationState]:
    return [one.state for one in of_case(s, case_id) if one.kind is ObligationKind.MATERIALS]


def test_a_request_owes_the_papers_of_its_category(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        assert made.wanted == ("拨打记录", "短信留痕")
        assert owed(s, made.case_id) == [ObligationState.DUE]
        assert cases.case(s, made.case_id).side_way == "unreasonable_asked"


def test_a_second_request_for_the_same_case_is_refused(store: Store) -> None:
    with store.session() as s:
        asked(s)
        with pytest.raises(Refused, match="已有剔除申请"):
            asked(s)


def test_the_same_content_is_taken_once_and_a_new_version_replaces_the_old(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        kept = [
            MaterialFile(f"{name}.docx", sha * 64, 10, "docx") for name, sha in ("a1", "b1", "a2")
        ]
        came = [
            requests.add_material(
                s, made.id, one, path="p", actor="import", channel="shell", now=NOW
            )[1]
            for one in kept
        ]
        assert came == [True, False, True]
        assert [one.sha256[0] for one in requests.materials(s, made.id)] == ["2"]
        assert len(requests.materials(s, made.id, every=True)) == 2


def test_photographs_of_other_cases_are_known_by_their_hash(store: Store) -> None:
    with store.session() as s:
        first, second = asked(s), asked(s, "GD2026050002")
        requests.add_material(
            s, first.id, photo(), path="p", actor="import", channel="shell", now=NOW
        )
        assert requests.photos_used(s, not_case=second.case_id) == {
            "a5c3f00f12345678": "GD2026050001"
        }
        assert requests.photos_used(s, not_case=first.case_id) == {}


def test_a_round_not_issued_is_replaced_and_an_issued_one_is_followed(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        first = reviewed(s, made.id, SEAL, DATE)
        assert reviewed(s, made.id, SEAL) == first
        issued(s, first)
        second = reviewed(s, made.id, FINE)
        assert [one.round for one in rounds.reviews(s, made.id)] == [1, 2]
        assert second != first


def test_the_next_round_shows_what_was_mended(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        issued(s, reviewed(s, made.id, SEAL, DATE, FINE))
        reviewed(s, made.id, DATE, CALLS)
        before, after = rounds.reviews(s, made.id)
        change = rounds.compare(before, after)
        assert [one.rule for one in change.mended] == ["seal"]
        assert [one.rule for one in change.remaining] == ["date"]
        assert [one.rule for one in change.fresh] == ["calls.count"]


def test_a_person_decides_and_what_is_overridden_is_not_owed(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        review_id = reviewed(s, made.id, SEAL, DATE)
        seal, date = rounds.review(s, review_id).findings
        rounds.decide(s, seal.id, Decision.OVERRIDDEN, by=analyst(s), now=NOW)
        rounds.decide(s, date.id, Decision.EDITED, by=analyst(s), now=NOW, says="请补写月日。")
        after = issued(s, review_id)
        assert after.state is ExclusionState.CORRECTING
        (standing,) = rounds.review(s, review_id).standing
        assert (standing.finding.says, standing.decided_by) == ("请补写月日。", "周分析")
        with pytest.raises(Refused, match="已经发出"):
            rounds.decide(s, date.id, Decision.CONFIRMED, by=analyst(s), now=NOW)


def test_an_opinion_without_faults_ends_what_was_owed(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        assert issued(s, reviewed(s, made.id, FINE)).state is ExclusionState.READY
        assert owed(s, made.case_id) == [ObligationState.DONE]


def test_an_opinion_with_faults_is_owed_by_a_new_time(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        issued(s, reviewed(s, made.id, SEAL))
        assert owed(s, made.case_id) == [ObligationState.CANCELLED, ObligationState.DUE]


def test_figures_count_first_passes_rounds_and_confirmed_faults(store: Store) -> None:
    with store.session() as s:
        good, bad = asked(s), asked(s, "GD2026050002")
        issued(s, reviewed(s, good.id, FINE))
        issued(s, reviewed(s, bad.id, SEAL, DATE))
        for one, passed in ((good, True), (bad, False)):
            requests.submit(s, one.id, actor="import", now=NOW)
            requests.recheck(
                s, one.id, passed=passed, note="缺签字", actor="import", now=NOW + timedelta(days=3)
            )
        counted = figures(s, begins=NOW - timedelta(days=1), ends=NOW + timedelta(days=1), now=NOW)
        assert counted.whole.first_pass_rate == 0.5
        assert (counted.whole.rounds, counted.whole.days) == (1.0, 3.0)
        assert {one.name: one.count for one in counted.faults} == {"没有盖章": 1, "没有日期": 1}
        assert [one.name for one in counted.by_category] == ["EX08"]


def test_every_step_is_in_the_chain_of_events(store: Store) -> None:
    with store.session() as s:
        made = asked(s)
        issued(s, reviewed(s, made.id, SEAL))
        kinds = [one.kind for one in audit.events_of(s, f"case:{made.case_id}")]
        assert kinds[-3:] == ["exclusion_asked", "materials_reviewed", "opinion_issued"]
        assert audit.verify(s).intact
