"""The training program: what it may see, that it learns, and that it repeats itself."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.training_data import (
    Pair,
    asked_pairs,
    part_of,
    read_asked,
    read_training_texts,
)

torch = pytest.importorskip("torch", reason="torch missing: nothing can be trained")

from indexer import training  # noqa: E402
from indexer.embedders import StaticEmbedder  # noqa: E402
from indexer.training_official import official_pairs, official_texts  # noqa: E402
from indexer.training_rounds import Plan, StaticEncoder, learn  # noqa: E402

THINGS = "猫狗鸟鱼牛羊马兔鹿熊虎象"
DEEDS = ("进入院内", "占用楼道", "夜间吵闹", "损坏花木", "随意放养")
PAPER = """---
title: 甲市院子办法
---
## 第一条 猫进院

猫进入院内的，由院长登记。

问法：
{lines}

## 第二条 没有问法

这一条没有人问。
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented articles and questions in the layout of the real data."""
    folder = tmp_path_factory.mktemp("data")
    source = folder / "retrieval"
    source.mkdir()
    articles, questions, answers, gold = [], [], [], []
    for number, (thing, deed) in enumerate((t, d) for t in THINGS for d in DEEDS):
        name = f"甲市{thing}类管理办法第{'一二三四五'[number % 5]}条"
        text = f"{thing}{deed}的，由主管单位责令改正。拒不改正的，{thing}的主人应当赔偿。"
        articles.append({"id": f"A{number}", "name": name, "text": text})
        questions.append(f"{number}\t邻居家的{thing}{deed}怎么办？")
        answers.append({"question": questions[-1].split("\t")[1], "answer": f"{thing}主人要改。"})
        gold.append(f"{number}\tA{number}\t1")
    with gzip.open(source / "corpus.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in articles)
    (source / "train_queries.tsv").write_text("\n".join(questions) + "\n", "utf-8")
    (source / "train_qrels.tsv").write_text("\n".join(gold) + "\n", "utf-8")
    (source / "train_answers.jsonl").write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in answers) + "\n", "utf-8"
    )
    law = folder / "laws" / "甲市"
    law.mkdir(parents=True)
    (law / "甲市院子条例(2020-01-01).md").write_text(
        "# 甲市院子条例\n\n## 第一章 总则\n\n第一条　为了管好院子，制定本条例。\n\n"
        "依照第二条办理的，从其规定。\n\n第二条 院子由院长管。\n", "utf-8",
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model")
    assert _train(data, out) == 0
    return out


def _train(data: Path, out: Path) -> int:
    return training.main(
        ["--data", str(data), "--out", str(out), "--knowledge", str(data / "none"), "--epochs", "1"]
    )


@given(st.text(min_size=1))
def test_a_question_stays_in_its_part_whatever_else_there_is(text: str) -> None:
    assert part_of(text) == part_of(text)
    assert part_of(text) in {"train", "dev", "test"}


def test_about_one_question_in_six_is_held_out_twice() -> None:
    parts = [part_of(f"第{number}个问题怎么办？") for number in range(3000)]
    assert 0.13 < parts.count("dev") / 3000 < 0.20
    assert 0.13 < parts.count("test") / 3000 < 0.20


def test_no_held_out_question_and_none_of_its_answers_is_trained_on(data: Path) -> None:
    texts = read_training_texts(data)
    pairs, counts = training.training_pairs(texts)
    seen = {pair.left for pair in pairs} | {pair.right for pair in pairs}
    for part in ("dev", "test"):
        held_out = texts.part(part)
        assert held_out
        assert not seen & {question.text for question in held_out}
        assert not {pair.group for pair in pairs} & {question.id for question in held_out}
    assert counts.questions >= 3 * len(texts.part("train"))


def test_articles_are_read_with_their_chapter_and_a_cross_reference_is_no_article(
    data: Path,
) -> None:
    chapters = read_training_texts(data).chapters
    assert [(pair.left, pair.right) for pair in chapters] == [
        ("甲市院子条例 总则", "为了管好院子，制定本条例。"),
        ("甲市院子条例 总则", "院子由院长管。"),
    ]


def test_our_own_questions_are_read_with_their_section(tmp_path: Path) -> None:
    lines = "- 猫进了我家院子咋办\n- 隔壁的猫老来找谁"
    (tmp_path / "paper.md").write_text(PAPER.format(lines=lines), "utf-8")
    asked = list(read_asked(tmp_path))
    assert [pair.left for pair in asked] == ["猫进了我家院子咋办", "隔壁的猫老来找谁"]
    assert all("猫进入院内的" in pair.right and "问法" not in pair.right for pair in asked)


def test_held_out_questions_of_ours_train_nothing() -> None:
    asked = [Pair(f"第{n}种问法是什么", "甲节的正文", "甲节") for n in range(60)]
    used = {pair.left for pair in asked_pairs(asked)} | {p.right for p in asked_pairs(asked)}
    assert used - {"甲节的正文"} == {p.left for p in asked if part_of(p.left) == "train"}


def test_our_questions_are_paired_with_the_official_wording(data: Path) -> None:
    texts = official_texts(data / "laws", read_training_texts(data).articles)
    asked = [
        Pair("谁管院子", "甲市院子条例 第二条 归院长", "甲市院子条例|第二条 院长"),
        Pair("没有这一条", "甲市院子条例 第九条", "甲市院子条例|第九条 没有"),
        Pair("没有条号", "甲市院子条例 要点", "甲市院子条例|要点"),
    ]
    assert list(official_pairs(asked, texts)) == [
        Pair("谁管院子", "甲市院子条例第二条 院子由院长管。", "甲市院子条例|第二条 院长")
    ]
    held_out = [Pair(f"第{n}种问法", "正文", "甲节") for n in range(60)]
    pairs, counts = training.training_pairs(read_training_texts(data), held_out)
    seen = {pair.left for pair in pairs} & {pair.left for pair in held_out}
    assert seen == {p.left for p in held_out if part_of(p.left) == "train"}
    assert counts.official == len(seen)


def test_training_teaches_questions_to_find_their_article(data: Path, tmp_path: Path) -> None:
    (tmp_path / "words.tsv").write_text("主人\t养的人\n", "utf-8")
    texts = read_training_texts(data, words=tmp_path / "words.tsv")
    tokenizer = training.train_tokenizer(texts)
    torch.manual_seed(1)
    pairs, _ = training.training_pairs(texts)
    plan = Plan(epochs=15, batch=64, dropped=0.2)
    encoder, _ = training.train_encoder(texts, pairs, tokenizer, plan)
    training.save(encoder, tokenizer, tmp_path)
    embedder = StaticEmbedder(tmp_path)
    articles = embedder.encode_passages([article.full for article in texts.articles])
    held_out = [*texts.part("dev"), *texts.part("test")]
    scores = embedder.encode_queries([q.text for q in held_out]) @ articles.T
    ids = [article.id for article in texts.articles]
    first = [ids[at] in q.gold for at, q in zip(scores.argmax(axis=1), held_out, strict=True)]
    assert np.mean(first) > 0.5  # one in sixty by chance


def test_the_same_seed_and_tokenizer_make_the_same_model(
    data: Path, trained: Path, tmp_path: Path
) -> None:
    shutil.copy(trained / "tokenizer.json", tmp_path)
    assert _train(data, tmp_path) == 0
    # Sums over threads may round differently, so vectors are compared and not bytes.
    texts = ["首接单位负责到底", "猫进入院内由主管单位责令改正", "赔偿"]
    first = StaticEmbedder(trained).encode_passages(texts)
    again = StaticEmbedder(tmp_path).encode_passages(texts)
    assert (first * again).sum(axis=1).min() > 0.999


def test_the_record_tells_what_went_in(trained: Path) -> None:
    record = json.loads((trained / "training.json").read_text("utf-8"))
    assert record["seed"] == training.SEED
    assert record["pairs"]["chapters"] == 2
    assert record["plan"]["epochs"] == 1


def test_missing_data_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _train(tmp_path / "none", tmp_path / "out") == 1
    assert "--data" in capsys.readouterr().err


def test_texts_of_one_group_are_not_pushed_apart(data: Path) -> None:
    tokenizer = training.train_tokenizer(read_training_texts(data))
    torch.manual_seed(1)
    encoder = StaticEncoder(np.ones(tokenizer.get_vocab_size(), np.int64), 8)
    same = [Pair("猫进入院内", "由主管单位责令改正", "甲"), Pair("狗占用楼道", "赔偿", "甲")] * 4
    assert learn(encoder, same, tokenizer, Plan(epochs=1, batch=8, dropped=0.0)) < 1e-3
