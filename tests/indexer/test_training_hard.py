"""The round of hard negatives: what counts as wrong, and that it helps where texts are alike."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch missing: nothing can be trained")

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers  # noqa: E402

from indexer.training_data import Article, Pair, Question, part_of  # noqa: E402
from indexer.training_hard import HardPlan, Task, paper_task, sharpen, sharpen_mean, statute_task  # noqa: E402
from indexer.training_rounds import Pieces, StaticEncoder  # noqa: E402

LETTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


def _tokenizer() -> Tokenizer:
    pieces = [("[PAD]", 0.0), ("[UNK]", 0.0), *((letter, -3.0) for letter in LETTERS)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=1))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer


def _encoder() -> StaticEncoder:
    torch.manual_seed(1)
    return StaticEncoder(np.ones(len(LETTERS) + 2, np.int64), 16)


def _task() -> Task:
    """Each question is one letter; the right text holds a partner letter beside a common one."""
    half = len(LETTERS) // 2
    return Task(
        tuple(LETTERS[:half]),
        tuple(f"{LETTERS[half + at]}{LETTERS[(at + 1) % half]}" for at in range(half)),
        tuple(np.array([at]) for at in range(half)),
        (np.empty(0, np.int64),) * half,
    )


def _first(encoder: StaticEncoder, task: Task, tokenizer: Tokenizer) -> float:
    with torch.no_grad():
        asked = encoder(*Pieces(tokenizer, task.questions).batch(range(len(task.questions))))
        texts = encoder(*Pieces(tokenizer, task.texts).batch(range(len(task.texts))))
    best = (asked @ texts.T).argmax(dim=1).numpy()
    return float(np.mean([at in right for at, right in zip(best, task.right, strict=True)]))


def test_the_right_text_comes_before_those_most_like_it() -> None:
    tokenizer, task, encoder = _tokenizer(), _task(), _encoder()
    before = _first(encoder, task, tokenizer)
    plan = HardPlan(passes=60, batch=11, mined=8, ordinary=0, rate=0.05, dropped=0.0)
    sharpen(encoder, [task], [Pair("甲", "乙", "x")], tokenizer, plan)
    assert before < 0.5 and _first(encoder, task, tokenizer) > 0.9


def test_the_same_seed_sharpens_alike() -> None:
    tables = []
    for _ in range(2):
        encoder = _encoder()
        torch.manual_seed(5)
        plan = HardPlan(passes=2, batch=4, mined=5, ordinary=2)
        sharpen(encoder, [_task()], [Pair("甲", "乙", "x")], _tokenizer(), plan)
        tables.append(encoder.table())
    assert (tables[0] == tables[1]).all()


def test_the_mean_of_two_rounds_lies_between_them_and_both_begin_alike() -> None:
    pairs, plan = [Pair("甲", "乙", "x")], HardPlan(passes=2, batch=4, mined=5, ordinary=2)
    one, other, together = _encoder(), _encoder(), _encoder()
    torch.manual_seed(5)
    for encoder in (one, other):
        sharpen(encoder, [_task()], pairs, _tokenizer(), plan)
    torch.manual_seed(5)
    sharpen_mean(together, [_task()], pairs, _tokenizer(), plan, times=2)
    assert not torch.equal(one.vectors, other.vectors)
    assert torch.allclose(together.vectors, (one.vectors + other.vectors) / 2, atol=1e-6)


def test_every_gold_article_of_a_lay_question_is_right() -> None:
    articles = {name: Article(name, f"甲法第{name}条", "内容") for name in "一二三"}
    task = statute_task([Question("q", "怎么办", ("三", "一"))], articles)
    assert task.texts == tuple(article.full for article in articles.values())
    assert task.right[0].tolist() == [2, 0]


def test_a_question_of_ours_is_neither_right_nor_wrong_for_itself_and_its_sisters_are_right() -> (
    None
):
    asked = [
        Pair(f"第{at}个问题", f"节{at % 3}", f"节{at % 3}")
        for at in range(60)
        if part_of(f"第{at}个问题") == "train"
    ]
    task = paper_task(asked)
    for at, question in enumerate(task.questions):
        assert task.texts[int(task.itself[at][0])] == question
        group = asked[at].group
        wanted = {group} | {pair.left for pair in asked if pair.group == group} - {question}
        assert {task.texts[one] for one in task.right[at].tolist()} == wanted
