"""Topics of cases: proposed by the machine with its confidence, confirmed by a person with a button."""

from __future__ import annotations

import re

from bot.access import Action, Scope
from bot.analysis.proposing import mark_of, proposal, proposer
from bot.dialogue.casework import cases
from bot.dialogue.casework.topic_cards import may_classify, proposed, share
from bot.dialogue.talk import Button, Reply
from bot.dialogue.turn import Turn
from bot.wording import general
from bot.wording import topics as wording
from casedb import cases as records
from casedb.cases.classifying import set_topic
from casedb.cases.texts import count_without_topic, topics_in_use, without_topic
from casedb.days import moment_text
from casedb.errors import CasedbError
from casedb.records import CaseRecord
from casedb.store import Session
from indexer.topics import Proposal, TopicPath
from indexer.topics.cold import load_rules

LISTED = 8
CANDIDATES = 5
LOOKED_AT = 400  # of the cases without a topic, when only some are within reach
NEW = "新"
_LEVELS = re.compile(r"[/／>＞、|\s]+")


def pressed(turn: Turn, data: str) -> Reply:
    """topic:<case>:<mark of a topic> or topic:<case>:other"""
    number, _, mark = data.partition(":")
    if not number.isdigit() or not mark:
        return Reply(general.STALE_BUTTON, toast=general.STALE_BUTTON)
    with turn.rooms.store.reading() as s:
        case = records.case(s, int(number))
        path = _marked(turn, s, case, mark) if mark != "other" else None
    if not may_classify(turn, case):
        said = general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role])
        return Reply(said, toast=said)
    if mark == "other":
        return Reply(wording.WRITE.format(no=case.order_no))
    if path is None:
        return Reply(wording.GONE, toast=wording.GONE)
    return _confirmed(turn, case, path)


def _marked(turn: Turn, s: Session, case: CaseRecord, mark: str) -> TopicPath | None:
    """The topic that a mark stands for: one proposed now, one in use, or one of the rules."""
    now = proposal(turn.rooms.settings, case, top=CANDIDATES).topics
    rules = load_rules(turn.rooms.settings.rules_dir).rules
    every = [*(one.path for one in now), *topics_in_use(s), *(one.path for one in rules)]
    every += [(path[0], "", "") for path in every]
    return next((path for path in every if mark_of(path) == mark), None)


def _confirmed(turn: Turn, case: CaseRecord, path: TopicPath) -> Reply:
    best = proposal(turn.rooms.settings, case, top=CANDIDATES)
    told = _told(best, path)
    with turn.rooms.store.session() as s:
        done = set_topic(s, case.id, path, actor=turn.actor, now=turn.now, proposed=told)
    text = "/".join(filter(None, done.topic_path))
    said = wording.DONE.format(
        no=done.order_no, topic=text, name=turn.person.name, at=moment_text(turn.now)
    )
    return Reply(said, toast=said[:180] if turn.incoming.pressed else "")


def _told(found: Proposal, path: TopicPath) -> str:
    """For the event: what had been proposed, how surely, and whether that was taken."""
    taken = next((one for one in found.topics if one.path == path), None)
    if taken is not None:
        return wording.EVENT.format(topic=taken.text, share=share(taken))
    return wording.EVENT_OTHER.format(topic=found.best.text) if found.best else ""


def command(turn: Turn, argument: str) -> Reply:
    """/topic, /topic NO, /topic NO FIRST/SECOND/THIRD"""
    said, _, rest = argument.strip().partition(" ")
    if not said:
        return _listing(turn)
    with turn.rooms.store.reading() as s:
        case = cases.find(turn, s, said)
        known = _first_levels(turn, s)
    if not may_classify(turn, case):
        return Reply(general.NOT_ALLOWED.format(role=general.ROLES[turn.person.role]))
    if not rest.strip():
        return _about(turn, case)
    return _written(turn, case, rest.strip(), known)


def _written(turn: Turn, case: CaseRecord, rest: str, known: set[str]) -> Reply:
    levels = [level for level in _LEVELS.split(rest) if level]
    own = levels[:1] == [NEW]
    levels = levels[1:] if own else levels
    if not 1 <= len(levels) <= 3:
        raise CasedbError("分类要写一到三级。", wording.USAGE)
    if not own and known and levels[0] not in known:
        listed = "、".join(sorted(known)[:40])
        return Reply(wording.UNKNOWN_FIRST.format(said=levels[0], known=listed, no=case.order_no))
    first, second, third = (*levels, "", "")[:3]
    return _confirmed(turn, case, (first, second, third))


def _first_levels(turn: Turn, s: Session) -> set[str]:
    rules = load_rules(turn.rooms.settings.rules_dir).rules
    return {path[0] for path in topics_in_use(s)} | {one.path[0] for one in rules}


def _about(turn: Turn, case: CaseRecord) -> Reply:
    """What a case is filed under, or what is proposed for it."""
    line, buttons = proposed(turn, case)
    if line:
        return Reply(f"**工单 {case.order_no}** {case.title}\n{line}", buttons)
    text = "/".join(filter(None, case.topic_path)) or "未分类"
    return Reply(f"工单 {case.order_no} 的分类：{text}。要改请发 /topic {case.order_no} 新的分类。")


def _listing(turn: Turn) -> Reply:
    """The newest cases without a topic, each with its first proposal."""
    reach = turn.scope(Action.CLASSIFY)
    if turn.in_group:
        return Reply(general.PRIVATE_ONLY)
    with turn.rooms.store.reading() as s:
        count = count_without_topic(s)
        found = without_topic(s, limit=LISTED if reach is Scope.ALL else LOOKED_AT)
        seen = [records.case(s, one.id) for one in found]
    seen = [case for case in seen if may_classify(turn, case)]
    if reach is not Scope.ALL:
        count = len(seen)
    if not seen:
        return Reply(wording.NONE_LEFT)
    tell = proposer(turn.rooms.settings)
    lines, buttons = [], []
    for number, case in enumerate(seen[:LISTED], start=1):
        best = tell.propose(case.title, case.appeal).best
        topic = (
            wording.ONE.format(topic=best.text, share=share(best))
            if best
            else wording.LIST_NOTHING.format(no=case.order_no)
        )
        title = case.title or case.appeal[:20]
        lines.append(
            wording.LIST_LINE.format(number=number, no=case.order_no, title=title, topic=topic)
        )
        if best:
            label = wording.LIST_BUTTON.format(number=number, topic=best.path[0])
            buttons.append(Button(label, f"topic:{case.id}:{mark_of(best.path)}"))
    head = wording.LIST_HEAD.format(count=count, shown=len(lines))
    pairs = tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
    return Reply("\n".join([head, *lines]), pairs)
