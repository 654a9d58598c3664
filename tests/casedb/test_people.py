"""Units, people, invitations, accounts and groups."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from casedb import people
from casedb.errors import CasedbError, Refused
from casedb.intake.sheetkind import BadSheet
from casedb.models import Invitation
from casedb.outgoing import outbox
from casedb.people.sheet import import_people
from casedb.records import IntakeResult, Target
from casedb.store import Store
from casedb.vocabulary import ChatPurpose, Role, UnitKind
from tests.casedb.kept import NOW, open_store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A street with sections and communities, and two people."""
    opened = open_store(tmp_path)
    with opened.session() as s:
        street = people.add_unit(s, "样例街道", UnitKind.SUBDISTRICT)
        for name, kind in (
            ("城市管理办公室", UnitKind.SECTION),
            ("综合行政执法队", UnitKind.SECTION),
            ("甲一社区", UnitKind.COMMUNITY),
            ("甲二社区", UnitKind.COMMUNITY),
            ("乙里社区", UnitKind.COMMUNITY),
        ):
            people.add_unit(s, name, kind, parent_id=street.id)
        people.add_person(s, "王小虎", 4, Role.COMMUNITY)
        people.add_person(s, "王小虎", 5, Role.COMMUNITY)
        people.add_person(s, "赵一安", 4, Role.DESK)
    return opened


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("甲一社区", "甲一社区"),
        ("甲一", "甲一社区"),
        (" 甲 一 社区 ", "甲一社区"),
        ("甲一社区居委会", "甲一社区"),
        ("样例街道甲一社区", "甲一社区"),
        ("样例街道办事处", "样例街道"),
        ("城管办", "城市管理办公室"),
        ("城市管理", "城市管理办公室"),
        ("执法队", "综合行政执法队"),
        ("乙里", "乙里社区"),
        ("甲", None),
        ("社区", None),
        ("甲社区", None),
        ("甲一社区和甲二社区", None),
        ("丙三社区", None),
        ("乙村", None),
        ("", None),
    ],
)
def test_a_unit_is_known_by_what_people_call_it(store: Store, text: str, name: str | None) -> None:
    with store.reading() as s:
        found = people.unit_named(s, text)
    assert (found.name if found else None) == name


def test_people_of_the_same_name_are_told_apart_by_their_unit(store: Store) -> None:
    with store.reading() as s:
        assert people.find_person(s, "王小虎") is None
        found = people.find_person(s, "甲二社区王小虎")
        assert found is not None
        assert found.unit_name == "甲二社区"
        assert people.find_person(s, "甲二 王小虎") == found
        assert people.find_person(s, "赵一安") is not None
        assert people.find_person(s, "没有这人") is None


def test_a_unit_cannot_be_part_of_itself(store: Store) -> None:
    with store.session() as s, pytest.raises(Refused):
        people.set_unit(s, 1, parent_id=4)


def test_a_code_binds_once_within_a_day_and_only_its_hash_is_kept(store: Store) -> None:
    with store.session() as s:
        code = people.invite(s, 1, now=NOW, actor="person:3")
        assert code not in str(s.scalars(select(Invitation.code_hash)).all())
        account = {"channel": "telegram", "external_id": "7", "private_chat": "7"}
        with pytest.raises(CasedbError):
            people.bind_account(s, "WRONG", **account, now=NOW)
        with pytest.raises(CasedbError, match="过期"):
            people.bind_account(s, code, **account, now=NOW + timedelta(hours=24))
        bound = people.bind_account(s, f" {code.lower()} ", **account, now=NOW)
        assert bound.id == 1
        with pytest.raises(CasedbError, match="用过"):
            people.bind_account(s, code, **account, now=NOW)
        assert people.person_by_account(s, "telegram", "7") == bound
        assert people.person_by_account(s, "web", "7") is None


def test_a_new_code_takes_the_place_of_the_old_one_and_a_new_account_of_the_old(
    store: Store,
) -> None:
    with store.session() as s:
        old = people.invite(s, 1, now=NOW, actor="person:3")
        new = people.invite(s, 1, now=NOW, actor="person:3")
        account = {"channel": "telegram", "private_chat": "7"}
        with pytest.raises(CasedbError):
            people.bind_account(s, old, external_id="7", **account, now=NOW)
        people.bind_account(s, new, external_id="7", **account, now=NOW)
        again = people.invite(s, 1, now=NOW, actor="person:3")
        people.bind_account(s, again, external_id="8", **account, now=NOW)
        assert people.person_by_account(s, "telegram", "7") is None
        assert [one.external_id for one in people.accounts(s, 1)] == ["8"]


def test_who_leaves_is_no_longer_known(store: Store) -> None:
    with store.session() as s:
        people.add_account(s, 1, channel="web", external_id="w", private_chat="w", now=NOW)
        people.set_unit(s, 4, head_id=1)
        people.leave(s, 1, now=NOW, actor="person:3")
        assert people.person_by_account(s, "web", "w") is None
        assert people.head_of(s, 4) is None
        assert [one.id for one in people.people(s, unit_id=4)] == [3]
        with pytest.raises(Refused):
            people.invite(s, 1, now=NOW, actor="person:3")


def test_an_upgraded_group_takes_its_waiting_messages_along(store: Store) -> None:
    with store.session() as s:
        people.bind_chat(
            s, channel="telegram", external_id="-100", topic_id="", title="群", unit_id=4,
            purpose=ChatPurpose.UNIT, actor="person:3", now=NOW,
        )  # fmt: skip
        outbox.put(s, key="k", target=Target("telegram", "-100", is_group=True), text="好", now=NOW)
        assert people.migrate_chat(s, "telegram", "-100", "-1009", NOW) == 2
        assert people.chats_at(s, "telegram", "-1009", "")[0].unit_id == 4
        claimed = outbox.claim(s, owner="t", now=NOW, limit=5, lease=timedelta(minutes=1))
        assert [one.target.chat for one in claimed] == ["-1009"]


def test_a_unit_group_needs_a_unit_and_an_unbound_group_is_gone(store: Store) -> None:
    chat = {"channel": "telegram", "external_id": "-1", "actor": "person:3", "now": NOW}
    with store.session() as s:
        with pytest.raises(CasedbError):
            people.bind_chat(
                s, **chat, topic_id="", title="", purpose=ChatPurpose.UNIT, unit_id=None
            )
        people.bind_chat(
            s, **chat, topic_id="5", title="", purpose=ChatPurpose.LEDGER, unit_id=None
        )
        assert people.chats(s, purpose=ChatPurpose.LEDGER)[0].topic_id == "5"
        assert people.unbind_chat(s, **chat, topic_id="5") == 1
        assert people.chats(s) == ()


def test_a_chat_that_refuses_us_is_marked_until_somebody_writes_again(store: Store) -> None:
    with store.session() as s:
        people.add_account(s, 1, channel="telegram", external_id="7", private_chat="7", now=NOW)
        assert people.mark_unreachable(s, "telegram", "7", NOW) == 1
        assert not people.accounts(s, 1)[0].reachable
        people.mark_reachable(s, "telegram", "7", NOW)
        assert people.accounts(s, 1)[0].reachable


def roster(path: Path, units: list[list[str]], staff: list[list[str]]) -> Path:
    book = Workbook()
    page = book.active
    page.title = "单位"
    for row in [["单位名称", "类型", "上级单位", "负责人"], *units]:
        page.append(row)
    other = book.create_sheet("人员")
    for row in [["姓名", "单位", "角色"], *staff]:
        other.append(row)
    book.save(path)
    return path


def take(store: Store, path: Path) -> IntakeResult:
    with store.session() as s:
        return import_people(s, path, now=NOW, actor="shell")


def test_a_roster_makes_units_people_and_heads_and_twice_changes_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    path = roster(
        tmp_path / "people.xlsx",
        [["甲一社区", "社区", "样例街道", "王小虎"], ["样例街道", "街道", "", ""]],
        [["王小虎", "甲一社区", "社区工作者"], ["赵一安", "样例街道", "管理员"]],
    )
    first, again = take(store, path), take(store, path)
    assert (first.rows, first.created, first.errors) == (4, 4, ())
    assert (again.created, again.updated, again.unchanged) == (0, 0, 4)
    with store.reading() as s:
        home = people.unit_named(s, "甲一社区")
        assert home is not None
        assert people.unit(s, home.parent_id or 0).name == "样例街道"
        head = people.head_of(s, home.id)
        assert head is not None
        assert head.name == "王小虎"
    store.close()


def test_a_roster_with_mistakes_names_them_and_stores_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    path = roster(
        tmp_path / "people.xlsx",
        [["甲一社区", "小区", "没有的街道", ""], ["甲一社区", "社区", "", ""]],
        [["王小虎", "丙社区", "社区"], ["", "甲一社区", "书记员"]],
    )
    result = take(store, path)
    assert {(one.row, one.column[-4:]) for one in result.errors} >= {
        (2, "”的类型"),
        (2, "上级单位"),
    }
    assert len(result.errors) == 6
    with store.reading() as s:
        assert people.units(s) == ()
    store.close()


def test_a_workbook_without_either_sheet_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    book = Workbook()
    book.active.append(["甲", "乙"])
    book.save(tmp_path / "people.xlsx")
    with pytest.raises(BadSheet):
        take(store, tmp_path / "people.xlsx")
    store.close()
