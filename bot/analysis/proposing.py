"""Proposes a topic for a case, and trains the classifier from the topics people gave."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zlib import crc32

from bot.embedding import embedder
from bot.settings import Settings
from casedb.cases.texts import labelled
from casedb.records import CaseRecord
from casedb.store import Store
from indexer.topics import Labelled, Proposal, Proposer, TopicPath

FOLDER = "topics"


def proposer(settings: Settings) -> Proposer:
    """The proposer of this data dir."""
    return _opened(settings.data_dir / FOLDER, settings)


@lru_cache(maxsize=2)
def _opened(folder: Path, settings: Settings) -> Proposer:
    return Proposer(folder, settings.rules_dir, embedder(settings))


def proposal(settings: Settings, case: CaseRecord, *, top: int = 3) -> Proposal:
    """What the masked text of a case speaks for."""
    return proposer(settings).propose(case.title, case.appeal, top=top)


def mark_of(path: TopicPath) -> str:
    """A short mark of a topic, for buttons."""
    return f"{crc32('/'.join(path).encode()):08x}"


def train_topics(settings: Settings, store: Store, *, now: datetime) -> str:
    """Train from the newest labelled cases and keep the model; one Chinese sentence says how well.

    Needs scikit-learn and some memory, so it runs in a process of its own.

    Raises:
        IndexerError: too few labels.
    """
    from indexer.topics.cold import load_rules
    from indexer.topics.model import save
    from indexer.topics.training import MOST, train

    with store.reading() as s:
        texts = [Labelled(one.title, one.appeal, one.topic_path) for one in labelled(s, limit=MOST)]
    rules = load_rules(settings.rules_dir)
    model = train(texts, embedder=embedder(settings), rules=rules, now=now)
    save(model, settings.data_dir / FOLDER)
    return told(
        model.record.labels, model.record.topics, model.record.macro_f1, model.record.accuracy
    )


def told(labels: int, topics: int, macro_f1: float | None, accuracy: float | None) -> str:
    """How a model was made and how well it does, in one sentence."""
    score = (
        ""
        if macro_f1 is None
        else f"，交叉检验一级分类正确率 {accuracy:.1%}、宏平均 F1 {macro_f1:.3f}"
    )
    return f"按 {labels} 件已确认分类的工单训练，{topics} 个一级分类{score}。"
