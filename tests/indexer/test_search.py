"""Questions against a small index: names, numbers, filters, reasons, and questions of nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hashing import HashingEmbedder

from indexer.build import build_index
from indexer.passages import Filters, PaperKind, Standing
from indexer.ranking import RERANKED
from indexer.search import Index

PLACES = {"北京": "北京市", "上海": "上海市"}


def opened(folder: Path, files: dict[str, str], embedder: HashingEmbedder) -> Index:
    papers = folder / "papers"
    papers.mkdir(exist_ok=True)
    for name, text in files.items():
        (papers / name).write_text(text, "utf-8")
    build_index([papers], folder / "index", embedder=embedder)
    return Index.open(folder / "index", embedder)


def rule(title: str, place: str, body: dict[str, str], *, effective: str = "2020-01-01",
         repealed: str = "", access: str = "staff", kind: str = "policy") -> str:  # fmt: skip
    sections = "".join(f"## {heading}\n\n{text}\n\n" for heading, text in body.items())
    return (
        f"---\ntitle: {title}\nkind: {kind}\nplace: {place}\neffective_on: {effective}\n"
        f"repealed_on: {repealed}\naccess: {access}\nversion: {effective}\n---\n{sections}"
    )


@pytest.mark.parametrize(
    "question", ["条例第十四条", "《条例》第14条讲什么", "接诉即办工作条例14条", "第十四条的内容", "北京市接诉即办工作条例第 14 条"]
)  # fmt: skip
def test_an_article_asked_for_by_number_comes_first(
    tmp_path: Path, embedder: HashingEmbedder, question: str
) -> None:
    body = {f"第{n}条 题": f"{n}条的正文，讲接单。" for n in ("十三", "十四", "十五")}
    other = {"第十四条 别的": "别的条例也有第十四条，正文很像。"}
    index = opened(
        tmp_path,
        {"甲.md": rule("北京市接诉即办工作条例", "北京", body), "乙.md": rule("北京市物业管理条例", "北京", other)},
        embedder,
    )  # fmt: skip
    first = index.search(question).hits[0].passage
    assert (first.title, first.article) == ("北京市接诉即办工作条例", "第十四条")


def test_an_article_that_is_not_in_the_index_is_never_supported(index: Index) -> None:
    result = index.search("甲市接件办法第九十九条")
    assert not result.supported


def test_a_law_named_in_full_wins_over_the_short_form(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    files = {
        "旧.md": rule("信访工作条例", "全国", {"第三条 办信": "信访件六十日内办结。"}),
        "新.md": rule("北京市信访办法", "北京", {"第三条 办信": "来信六十日内办结。"}),
    }
    index = opened(tmp_path, files, embedder)
    assert index.search("信访条例规定几天办结").hits[0].passage.title == "信访工作条例"
    found = index.article("北京市信访办法", "3")
    assert found and found.title == "北京市信访办法"


def test_articles_of_a_repealed_law_are_not_taken_from_its_successor(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    files = {
        "新.md": rule(
            "信访工作条例", "全国", {"第三条 办信": "六十日内办结。", "第四条 督办": "督办要记录。"}
        )
    }
    index = opened(tmp_path, files, embedder)
    hits = index.search("信访条例第四条").hits
    assert all(hit.score < 500 for hit in hits)


def test_lookup_by_title_and_number(index: Index) -> None:
    assert index.article("甲市接件办法", "第2条之1") is not None
    assert index.article("《接件办法》", "第二条之一") == index.article("甲市接件办法", "第2条之1")
    assert index.article("甲市接件办法", "第九条") is None
    assert index.article("没有的办法", "第一条") is None
    assert index.article("甲市接件办法", "不是条号") is None
    assert [p.article for p in index.paper("接件办法") if p.article] == [
        "第一条",
        "第二条",
        "第二条之一",
    ]


def test_every_passage_is_found_again_by_its_id(index: Index) -> None:
    assert all(index.passage(passage.id) == passage for passage in index.passages)
    assert index.passage("nothing") is None
    assert len({passage.id for passage in index.passages}) == len(index.passages)


def test_a_question_in_the_words_of_its_questions_finds_the_section(index: Index) -> None:
    result = index.search("半夜能给居民打电话吗")
    assert result.hits[0].passage.article == "第二条之一"
    assert "问法" not in result.hits[0].passage.text


def test_only_what_holds_on_the_day_is_found(
    tmp_path: Path, embedder: HashingEmbedder, paper: Callable[..., str]
) -> None:
    files = {
        "旧.md": paper(effective="2020-01-01", repealed="2024-01-01"),
        "新.md": paper(effective="2024-01-01").replace("两个工作日", "三个工作日"),
    }
    index = opened(tmp_path, files, embedder)

    def found(on: date | None, *, superseded: bool = False) -> set[str]:
        filters = Filters(as_of=on, include_superseded=superseded)
        hits = index.search("首次联系要几天内", filters=filters).hits
        return {hit.passage.path for hit in hits}

    assert found(date(2023, 12, 31)) == {"papers/旧.md"}
    assert found(date(2024, 1, 1)) == {"papers/新.md"}
    assert found(date(2019, 6, 1)) == set()
    assert found(date(2024, 1, 1), superseded=True) == {"papers/旧.md", "papers/新.md"}
    assert found(None) == {"papers/旧.md", "papers/新.md"}
    old = index.article("甲市接件办法", "第二条", as_of=date(2021, 1, 1))
    assert old and "两个" in old.text and old.standing(date(2026, 1, 1)) is Standing.SUPERSEDED


def test_places_kinds_and_access_are_filtered_before_the_ranking(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    body = {"第一条 遛狗": "遛狗要牵绳，不牵绳的罚款。"}
    files = {
        "沪.md": rule("上海市遛狗规定", "上海", body),
        "京.md": rule("北京市遛狗规定", "北京", body),
        "内.md": rule("内部口径", "北京", {"遛狗口径": "遛狗不牵绳先劝后罚。"}, access="desk", kind="technique"),
    }  # fmt: skip
    index = opened(tmp_path, files, embedder)

    def titles(filters: Filters) -> set[str]:
        return {hit.passage.title for hit in index.search("遛狗不牵绳罚款", filters=filters).hits}

    assert titles(Filters(places=("北京", "全国"))) == {"北京市遛狗规定", "内部口径"}
    assert titles(Filters(kinds=(PaperKind.TECHNIQUE,))) == {"内部口径"}
    assert "内部口径" not in titles(Filters(access=("public", "staff")))
    assert titles(Filters(access=())) == set()
    assert index.search("遛狗不牵绳罚款").hits[0].passage.place == "北京"


def test_an_unknown_access_class_is_shown_to_nobody(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    files = {"密.md": rule("甲办法", "北京", {"第一条 密": "不该看见的内容。"}, access="secret")}
    index = opened(tmp_path, files, embedder)
    assert index.search("不该看见的内容").hits == ()


def test_explain_shows_terms_features_and_what_was_left_out(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    body = {"第一条 遛狗": "遛狗要牵绳，不牵绳的罚款。"}
    files = {
        "沪.md": rule("上海市遛狗规定", "上海", body),
        "京.md": rule("北京市遛狗规定", "北京", body),
    }
    index = opened(tmp_path, files, embedder)
    result = index.search("遛狗罚款", filters=Filters(places=("北京",)), explain=True)
    reasons = result.hits[0].explanation
    assert {"遛狗", "罚款"} <= set(reasons.terms)
    assert reasons.lexical > 0 and dict(reasons.features)["coverage"] > 0
    assert [hit.passage.place for hit in result.left_out] == ["上海"]
    assert "上海" in result.left_out[0].explanation.filtered_out


def test_below_the_reranked_head_a_long_list_keeps_the_order_of_the_fusion(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    body = {f"第{n}节 遛狗{n}": f"遛狗要牵绳，不牵绳的罚款{n}元。" for n in range(90)}
    index = opened(tmp_path, {"京.md": rule("北京市遛狗规定", "北京", body)}, embedder)
    hits = index.search("遛狗罚款", top=90, explain=True).hits
    scores = [hit.score for hit in hits]
    assert len({hit.passage.id for hit in hits}) == len(hits) > RERANKED
    assert scores == sorted(scores, reverse=True)
    assert hits[RERANKED - 1].explanation.features and not hits[RERANKED].explanation.features
    assert hits[RERANKED].explanation.lexical > 0
    assert [i for i, _ in index.rank("遛狗罚款", top=90)] == [hit.passage.id for hit in hits]


@pytest.mark.parametrize("question", ["", "   ", "😀😀😀", "？！……", "\ud83d", "\x00\x01"])
def test_a_question_of_nothing_finds_nothing(index: Index, question: str) -> None:
    result = index.search(question)
    assert (result.hits, result.support, result.supported) == ((), 0.0, False)
    assert index.rank(question, top=5) == []


@pytest.mark.parametrize("question", ["的", "怎么办呢", "退回" * 5000, "a" * 10_000, "罚", "第条"])
def test_a_strange_question_is_answered_in_order(index: Index, question: str) -> None:
    result = index.search(question)
    scores = [hit.score for hit in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= result.support <= 1


def test_no_hits_are_asked_for(index: Index) -> None:
    assert index.search("退回", top=0).hits == ()
    assert len(index.search("退回", top=1).hits) == 1


def test_an_empty_index_answers_nothing(tmp_path: Path, embedder: HashingEmbedder) -> None:
    index = opened(tmp_path, {}, embedder)
    assert index.search("退回").hits == ()
    assert index.titles() == ()


def test_many_threads_get_the_same_answers_as_one(index: Index) -> None:
    questions = ["能直接退吗", "首次联系几天", "半夜打电话", "甲市接件办法第一条"] * 10
    alone = [index.search(question) for question in questions]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(index.search, questions))
    assert together == alone
