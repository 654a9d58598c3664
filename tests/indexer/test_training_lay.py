"""Our own lay questions and invented letters: what of them the encoder may see, and their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.training_data import Article, part_of, read_training_texts
from indexer.training_lay import LAY_QUESTIONS, kept_out, lay_pairs, read_lay
from indexer.training_letters import read_letters

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def test_a_question_goes_to_every_article_that_answers_it(tmp_path: Path) -> None:
    articles = {name: Article(name, f"甲法第{name}条", "内容。") for name in "一二三"}
    file = tmp_path / "lay.tsv"
    file.write_text(
        "一,二\t甲法第一条；甲法第二条\t怎么办\t找谁\n四\t乙法第四条\t没有这一条\n", "utf-8"
    )
    questions = read_lay(articles, file)
    assert [(one.text, one.gold) for one in questions] == [
        ("怎么办", ("一", "二")),
        ("找谁", ("一", "二")),
    ]
    shown = [one for one in questions if not kept_out(one.text)]
    assert [pair.left for pair in lay_pairs(questions, articles)] == [
        one.text for one in shown for _ in one.gold
    ]


def test_what_the_reranker_is_fitted_on_never_teaches_the_encoder() -> None:
    lines = [line.split("\t") for line in LAY_QUESTIONS.read_text("utf-8").splitlines()]
    articles = {name: Article(name, name, "内容。") for ids, *_ in lines for name in ids.split(",")}
    questions = read_lay(articles)
    kept = {one.text for one in questions if kept_out(one.text)}
    assert 0.05 < len(kept) / len(questions) < 0.07
    assert not kept & {pair.left for pair in lay_pairs(questions, articles)}


def test_every_question_stands_once_and_is_a_question_of_people() -> None:
    seen = set()
    for number, line in enumerate(LAY_QUESTIONS.read_text("utf-8").splitlines(), 1):
        ids, names, *questions = line.split("\t")
        assert ids and names and questions, number
        for question in questions:
            assert 4 <= len(question) <= 120, number
            assert question not in seen, number
            seen.add(question)


@pytest.mark.skipif(not (DATA / "retrieval").is_dir(), reason="../shared/data is not here")
def test_no_question_of_ours_is_a_held_out_one_of_the_public_set() -> None:
    texts = read_training_texts(DATA)
    ours = {one.text for one in read_lay(texts.by_id())}
    held_out = {one.text for one in texts.questions if part_of(one.text) != "train"}
    assert len(ours) > 20_000 and not ours & held_out


def test_letters_are_pairs_and_no_title_stands_twice() -> None:
    letters = read_letters()
    assert len(letters) > 300
    assert len({title for title, _ in letters}) == len(letters)
    assert all(len(reply) > 60 for _, reply in letters)
