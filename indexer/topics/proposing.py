"""The topic of a text: by the trained model where there is one, else by the shipped rules."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from indexer.embedders import Embedder
from indexer.topics import model as models
from indexer.topics.cold import load_rules
from indexer.topics.model import TopicModel
from indexer.topics.records import Proposal

UNSURE = 0.5  # below it a firm rule is proposed beside the model


class Proposer:
    """Proposes topics; notices a newly trained model and changed rules by itself. Thread-safe."""

    def __init__(self, folder: Path, rules: Path, embedder: Embedder) -> None:
        self._folder, self._rules, self._embedder = folder, rules, embedder
        self._lock = Lock()
        self._model: TopicModel | None = None
        self._stamp = -1

    @property
    def model(self) -> TopicModel | None:
        """The newest usable model, None while there is none."""
        path = self._folder / models.FILE
        stamp = path.stat().st_mtime_ns if path.is_file() else 0
        with self._lock:
            if stamp != self._stamp:
                found = models.load(self._folder)
                fits = found is not None and self._fits(found)
                self._model, self._stamp = (found if fits else None), stamp
            return self._model

    def _fits(self, found: TopicModel) -> bool:
        """Whether it was trained with this embedding model and these rules."""
        made_with = (found.record.embedding, found.record.rules)
        return made_with == (self._embedder.model_id, load_rules(self._rules).fingerprint)

    def propose(self, title: str, text: str, *, top: int = 3) -> Proposal:
        """The likeliest topics of a masked text.

        Raises:
            IndexerError: the rules or the model cannot be read.
        """
        if not f"{title}{text}".strip():
            return Proposal((), "")
        rules = load_rules(self._rules)
        guessed = rules.guess(title, text, top=top)
        model = self.model
        if model is None:
            return Proposal(guessed, "rules" if guessed else "")
        told = model.topics(title, text, embedder=self._embedder, rules=rules, top=top)
        if told[0].confidence < UNSURE:
            known = {one.path[0] for one in told}
            told = (*told[: top - 1], *(one for one in guessed[:1] if one.path[0] not in known))
        return Proposal(told[:top], "model", model.record.labels)
