"""The line and buttons by which a topic is proposed for a case that has none."""

from __future__ import annotations

from bot.access import Action, may_see
from bot.analysis.proposing import mark_of, proposal
from bot.dialogue.talk import Button
from bot.dialogue.turn import Turn
from bot.wording import topics as wording
from casedb.records import CaseRecord
from indexer.topics import Proposal, Topic

SHOWN = 2  # proposals under one case


def proposed(turn: Turn, case: CaseRecord) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    """The line and buttons for a case that has no topic yet; nothing for one that has."""
    if case.topic_path[0] or turn.in_group or not may_classify(turn, case):
        return "", ()
    found = proposal(turn.rooms.settings, case, top=SHOWN)
    other = Button(wording.OTHER, f"topic:{case.id}:other")
    if found.best is None:
        return wording.NOTHING.format(no=case.order_no), ()
    buttons = [
        (Button(_button(one), f"topic:{case.id}:{mark_of(one.path)}"),) for one in found.topics
    ]
    return _line(found), (*buttons, (other,))


def _button(topic: Topic) -> str:
    return f"分类：{topic.text}"


def _line(found: Proposal) -> str:
    topics = "；".join(wording.ONE.format(topic=one.text, share=share(one)) for one in found.topics)
    return wording.PROPOSED.format(topics=topics, source=_source(found))


def _source(found: Proposal) -> str:
    if found.source == "model":
        return wording.SOURCE_MODEL.format(labels=found.labels)
    return wording.SOURCE_RULES


def share(topic: Topic) -> str:
    return f"{topic.confidence:.0%}"


def may_classify(turn: Turn, case: CaseRecord) -> bool:
    return may_see(turn.person, case, turn.scope(Action.CLASSIFY))
