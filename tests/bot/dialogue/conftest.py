"""Real rooms on a temporary database, a small real index, a clock that stands still."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.dialogue.router import Dialogue
from bot.dialogue.talk import ChatKind, Incoming, IncomingFile, Reply
from bot.rooms import Rooms
from bot.settings import Settings
from casedb import people
from casedb.beijing import BEIJING
from casedb.calendar.workdays import WorkCalendar
from casedb.outgoing import outbox
from casedb.records import OutboxMessage
from casedb.rules import load_rules
from casedb.sample import load
from casedb.store import Store
from indexer.build import build_index
from indexer.embedders import load_embedder
from indexer.further import beside
from indexer.search import LiveIndex

ROOT = Path(__file__).resolve().parents[3]
KNOWLEDGE = ROOT / "knowledge"
PAPERS = (
    "policies/北京市接诉即办工作条例.md",
    "policies/个人信息保护法.md",
    "policies/治安管理处罚法.md",
    "policies/治安管理处罚法(2012-10-26).md",
    "policies/北京市非机动车管理条例.md",
    "policies/北京市非机动车管理条例(2018-09-28).md",
    "policies/信访工作条例.md",
    "policies/大气污染防治法.md",
    "policies/生态环境法典.md",
    "techniques/首次联系诉求人.md",
    "techniques/派单异议与退单.md",
    "techniques/申请延期.md",
    "techniques/电话回访与预回访.md",
)
MORNING = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)  # Monday


@dataclass
class StandingClock:
    """Tells the time it was set to."""

    at: datetime
    rate: float = 1.0
    simulated: bool = True

    def now(self) -> datetime:
        return self.at

    def seconds_until(self, instant: datetime) -> float:
        return max(0.0, (instant - self.at).total_seconds())

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small index of real papers, built once."""
    base = tmp_path_factory.mktemp("knowledge")
    for name in PAPERS:
        target = base / "papers" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(KNOWLEDGE / name, target)
        if beside(KNOWLEDGE / name).is_file():
            shutil.copy(beside(KNOWLEDGE / name), beside(target))
    sources = [base / "papers" / kind for kind in ("policies", "techniques")]
    build_index(sources, base / "index", embedder=load_embedder(None), previous=None)
    return base / "index"


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(MORNING)


SECRET = "invented-secret-key-for-tests-0123456789"


@pytest.fixture(scope="session")
def sample_records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented sample in a database, made once and copied for each test."""
    path = tmp_path_factory.mktemp("records") / "zhiban.db"
    store = Store.open(f"sqlite:///{path}", secret_key=SECRET)
    with store.session() as s:
        load(s, now=MORNING)
    store.close()
    return path


@pytest.fixture
def rooms(
    tmp_path: Path, index_folder: Path, sample_records: Path, clock: StandingClock
) -> Iterator[Rooms]:
    """Everything real: records with the invented sample, rules, calendar, index."""
    settings = Settings(
        data_dir=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'zhiban.db'}",
        secret_key=SECRET,
    )
    shutil.copy(sample_records, tmp_path / "zhiban.db")
    store = Store.open(settings.database_url, secret_key=settings.secret_key)
    yield Rooms(
        settings=settings,
        clock=clock,  # type: ignore[arg-type]
        store=store,
        index=LiveIndex(index_folder.parent, load_embedder(None)),
        rules=load_rules(KNOWLEDGE / "rules"),
        calendar=WorkCalendar.load(KNOWLEDGE / "calendar"),
    )
    store.close()


@dataclass
class Hall:
    """Says things as the sample's people and reads what comes back."""

    rooms: Rooms
    dialogue: Dialogue
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def incoming(self, name: str, text: str = "", *, pressed: str = "", group: str = "",
                 addressed: bool = True, files: tuple[IncomingFile, ...] = ()) -> Incoming:  # fmt: skip
        with self.rooms.store.reading() as s:
            person = people.find_person(s, name)
            account = people.accounts(s, person.id)[0] if person else None
        speaker = account.external_id if account else name
        return Incoming(
            id=str(next(self.numbers)),
            channel="web",
            chat=group or (account.private_chat if account else f"chat-{name}"),
            chat_kind=ChatKind.GROUP if group else ChatKind.PRIVATE,
            speaker=speaker,
            at=self.rooms.clock.now(),
            text=text,
            pressed=pressed,
            files=files,
            addressed=addressed,
        )

    def say(self, name: str, text: str = "", **how: object) -> Reply:
        return self.dialogue(self.incoming(name, text, **how))  # type: ignore[arg-type]

    def press(self, name: str, data: str, **how: object) -> Reply:
        return self.dialogue(self.incoming(name, pressed=data, **how))  # type: ignore[arg-type]

    def sent(self) -> tuple[OutboxMessage, ...]:
        """What waits in the outbox, taken out."""
        now = self.rooms.clock.now()
        with self.rooms.store.session() as s:
            taken = outbox.claim(s, owner="test", now=now, limit=100, lease=timedelta(minutes=5))
            for message in taken:
                outbox.sent(s, message.id, message_ids=("1",), now=now)
        return taken


@pytest.fixture
def hall(rooms: Rooms) -> Hall:
    return Hall(rooms, Dialogue(rooms))


UNIT_GROUP, LEDGER_GROUP = "group:unit", "group:ledger"
