"""The last round: each question against the texts that the model so far takes for its answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional

from indexer.training_data import LONGEST_TEXT, Article, Pair, Question, part_of
from indexer.training_rounds import Ids, Pieces, StaticEncoder

PAPER_SHARE = 0.6  # our 问法 are many; all of them in each pass take from rare statutes
_TEXTS_AT_ONCE = 4096
_QUESTIONS_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class HardPlan:
    """The settings of this round. The defaults are those of the shipped model.

    mined: the wrong texts of a question are drawn from its nearest so many.
    wrong: how many of them a question meets in one pass.
    twin: a text as like the right one as this says the same and is not called wrong.
    ordinary: ordinary pairs of a step, so that the tail is not forgotten.
    """

    passes: int = 4
    batch: int = 128
    mined: int = 100
    wrong: int = 15
    twin: float = 0.92
    ordinary: int = 1024
    rate: float = 0.04
    scale: float = 15.0
    dropped: float = 0.3


@dataclass(frozen=True, slots=True)
class Task:
    """Questions to be answered from a set of texts."""

    questions: tuple[str, ...]
    texts: tuple[str, ...]
    right: tuple[Ids, ...]  # per question: the texts that answer it
    itself: tuple[Ids, ...]  # per question: texts that are neither right nor wrong
    share: float = 1.0  # of the questions, drawn anew for each pass

    def batches(self, size: int) -> int:
        """How many full batches a pass has."""
        return int(len(self.questions) * self.share) // size


def statute_task(questions: Sequence[Question], articles: Mapping[str, Article]) -> Task:
    """Lay questions, to be answered from all statute articles."""
    place = {name: at for at, name in enumerate(articles)}
    return Task(
        tuple(question.text for question in questions),
        tuple(article.full[:LONGEST_TEXT] for article in articles.values()),
        tuple(np.array([place[one] for one in question.gold]) for question in questions),
        (np.empty(0, np.int64),) * len(questions),
    )


def paper_task(asked: Sequence[Pair]) -> Task:
    """Our own 问法 of the train part, to be answered from the sections and the other 问法."""
    seen = [pair for pair in asked if part_of(pair.left) == "train"]
    sections = {pair.group: pair.right for pair in seen}
    members: dict[str, list[int]] = defaultdict(list)
    for at, group in enumerate(sections):
        members[group].append(at)
    for at, pair in enumerate(seen, len(sections)):
        members[pair.group].append(at)
    places = range(len(sections), len(sections) + len(seen))
    return Task(
        tuple(pair.left for pair in seen),
        (*sections.values(), *(pair.left for pair in seen)),
        tuple(
            np.array([one for one in members[pair.group] if one != at])
            for at, pair in zip(places, seen, strict=True)
        ),
        tuple(np.array([at]) for at in places),
        PAPER_SHARE,
    )


class _Prepared:
    """A task cut into pieces, with the wrong texts found for each question."""

    def __init__(self, task: Task, tokenizer: Tokenizer) -> None:
        self.task = task
        self.asked = Pieces(tokenizer, task.questions)
        self.texts = Pieces(tokenizer, task.texts)
        self._near: dict[int, Ids] = {}

    def mine(self, encoder: StaticEncoder, questions: Ids, plan: HardPlan) -> None:
        """Look for the nearest texts of these questions by what the encoder knows now."""
        with torch.no_grad():
            table = _encoded(encoder, self.texts, _TEXTS_AT_ONCE)
            self._near = {}
            for start in range(0, len(questions), _QUESTIONS_AT_ONCE):
                rows = questions[start : start + _QUESTIONS_AT_ONCE]
                some = encoder(*self.asked.batch(rows))
                nearest = torch.topk(some @ table.T, min(plan.mined, len(self.texts))).indices
                for at, found in zip(rows.tolist(), nearest, strict=True):
                    self._near[at] = self._wrong(at, found, table, plan.twin)

    def _wrong(self, at: int, found: torch.Tensor, table: torch.Tensor, twin: float) -> Ids:
        right, itself = self.task.right[at], self.task.itself[at]
        alike = (table[found] @ table[right].T).max(dim=1).values
        kept = found[alike < twin].numpy()
        return kept[~np.isin(kept, np.concatenate([right, itself]))]

    def loss(self, encoder: StaticEncoder, batch: Ids, plan: HardPlan) -> torch.Tensor:
        """Cross-entropy of one right text of each question against all texts shown in this step."""
        shown, wanted = self._shown(batch, plan.wrong)
        one = encoder(*self.asked.batch(batch), plan.dropped)
        other = encoder(*self.texts.batch(shown), plan.dropped)
        not_wrong = np.stack([
            np.isin(shown, np.concatenate([self.task.right[at], self.task.itself[at]]))
            for at in batch.tolist()
        ])  # fmt: skip
        not_wrong[np.arange(len(batch)), wanted] = False
        scores = (one @ other.T * plan.scale).masked_fill(torch.from_numpy(not_wrong), -1e4)
        return functional.cross_entropy(scores, torch.from_numpy(wanted))

    def _shown(self, batch: Ids, wrong: int) -> tuple[Ids, Ids]:
        """One right text of each question, then its wrong ones; and where the right ones stand."""
        picked = []
        for at in batch.tolist():
            right, others = self.task.right[at], self._near[at]
            chosen = torch.randperm(len(others))[:wrong].numpy()
            one = right[int(torch.randint(len(right), (1,)))]
            picked.append(np.concatenate([[one], others[chosen]]))
        starts = np.cumsum([0, *(len(one) for one in picked)])[:-1]
        return np.concatenate(picked), starts


def sharpen(
    encoder: StaticEncoder,
    tasks: Sequence[Task],
    ordinary: Sequence[Pair],
    tokenizer: Tokenizer,
    plan: HardPlan,
) -> float:
    """Teach the encoder to tell the right text from those most like it.

    Returns:
        The mean loss of the last pass.
    """
    prepared = [_Prepared(task, tokenizer) for task in tasks]
    left = Pieces(tokenizer, [pair.left for pair in ordinary])
    right = Pieces(tokenizer, [pair.right for pair in ordinary])
    optimizer = torch.optim.Adam([encoder.vectors], lr=plan.rate)
    steps = plan.passes * sum(task.batches(plan.batch) for task in tasks)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / max(1, steps))
    losses: list[float] = []
    for _ in range(plan.passes):
        batches = list(_batches(prepared, plan.batch))
        for one in prepared:
            shown = [batch for task, batch in batches if task is one]
            one.mine(encoder, np.sort(np.concatenate(shown or [np.empty(0, np.int64)])), plan)
        losses = []
        for task, batch in batches:
            loss = task.loss(encoder, batch, plan)
            if plan.ordinary:
                drawn = torch.randint(len(ordinary), (plan.ordinary,)).numpy()
                here = encoder(*left.batch(drawn), plan.dropped)
                there = encoder(*right.batch(drawn), plan.dropped)
                loss = loss + functional.cross_entropy(
                    here @ there.T * plan.scale, torch.arange(len(drawn))
                )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
    return float(np.mean(losses)) if losses else 0.0


def sharpen_mean(
    encoder: StaticEncoder,
    tasks: Sequence[Task],
    ordinary: Sequence[Pair],
    tokenizer: Tokenizer,
    plan: HardPlan,
    times: int,
) -> float:
    """The round several times from the same start, each in another order; their mean is kept.

    What a single round learns by chance stands out in one and fades in the mean.

    Returns:
        The mean loss of the last passes.
    """
    start, summed = encoder.vectors.detach().clone(), torch.zeros_like(encoder.vectors)
    losses = []
    for _ in range(times):
        with torch.no_grad():
            encoder.vectors.copy_(start)
        losses.append(sharpen(encoder, tasks, ordinary, tokenizer, plan))
        summed += encoder.vectors.detach()
    with torch.no_grad():
        encoder.vectors.copy_(summed / max(1, times))
    return float(np.mean(losses))


def _encoded(encoder: StaticEncoder, texts: Pieces, size: int) -> torch.Tensor:
    starts = range(0, len(texts), size)
    return torch.cat(
        [encoder(*texts.batch(range(at, min(at + size, len(texts))))) for at in starts]
    )


def _batches(tasks: Sequence[_Prepared], size: int) -> Iterator[tuple[_Prepared, Ids]]:
    """The full batches of a pass over all tasks in one random order."""
    found = []
    for task in tasks:
        order = torch.randperm(len(task.task.questions)).numpy()
        starts = range(0, task.task.batches(size) * size, size)
        found += [(task, order[at : at + size]) for at in starts]
    for at in torch.randperm(len(found)).tolist():
        yield found[at]
