"""Clusters of texts: the same thing across wording, place and caller; grown by day as in one go."""

from __future__ import annotations

import random
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from indexer.clusters import Growing, Told, key_terms
from indexer.clusters.naming import typical
from indexer.embedders import load_embedder

EMBEDDER = load_embedder(None)
PLACES = ("柳湾家园", "青石里", "东篱苑", "榆树巷", "晨光花园", "石桥小区", "梧桐里", "北坡新村")
# Each cause in several people's words.
CAUSES = {
    "搅拌站": (
        "旁边的搅拌站整夜开工，灰尘大噪音大",
        "投诉附近违建混凝土搅拌站扰民",
        "搅拌站粉尘污染，半夜还轰隆隆",
        "什么时候能关停搅拌站，吵得睡不着",
    ),
    "供暖": (
        "家里暖气不热，只有十四度",
        "供暖温度上不去，老人冻感冒了",
        "暖气片冰凉，热力公司不来人",
        "室温不达标，供暖季过半了还冷",
    ),
    "电梯": (
        "电梯三天两头坏，困人两次",
        "电梯停运半个月没人修",
        "老人上不了楼，电梯故障一直不修",
        "电梯运行有异响，吓人",
    ),
    "地锁": (
        "有人私装地锁占公共车位",
        "地锁占位没人管，业主没处停车",
        "公共停车位被地锁圈走了",
        "私设地锁请拆除，停车难",
    ),
    "油烟": (
        "楼下餐馆油烟直排进卧室",
        "饭店烟道对着居民窗户，油烟呛人",
        "餐饮油烟扰民，不敢开窗",
        "商户油烟没有净化，一屋子味",
    ),
}


def planted(seed: int = 1) -> tuple[list[Told], list[str]]:
    """Events (a cause at a place) amid single complaints that belong to none."""
    chance = random.Random(seed)
    texts, truth = [], []
    events = [(place, cause) for place, cause in zip(PLACES, [*CAUSES, *CAUSES], strict=False)]
    for place, cause in events:
        start = chance.randrange(700_000, 700_040)
        for number in range(chance.randint(6, 10)):
            said = chance.choice(CAUSES[cause])
            form = chance.choice(
                ("{place}{said}", "{said}，就在{place}", "我住{place}，{said}，请管管")
            )
            texts.append((start + number, form.format(place=place, said=said)))
            truth.append(f"{place}{cause}")
    alone = ("问一下居住证怎么办", "路口红绿灯太短", "快递柜收费合不合理", "想给老人申请助餐", "公交站牌被撞歪了",
             "公园厕所没有灯", "孩子疫苗在哪打", "树枝挡住了监控", "雨后人行道积水", "健身器材松动")  # fmt: skip
    for at, said in enumerate(alone):
        texts.append((700_000 + at * 4, said))
        truth.append(said)
    order = sorted(range(len(texts)), key=lambda at: texts[at][0])
    told = [Told(n, texts[at][0], texts[at][1][:18], texts[at][1]) for n, at in enumerate(order, 1)]
    return told, [truth[at] for at in order]


def meanings(texts: list[Told]) -> np.ndarray:
    return EMBEDDER.encode_passages([f"{one.title} {one.text}" for one in texts])


def grown(texts: list[Told]) -> tuple[Growing, np.ndarray]:
    growing = Growing(EMBEDDER.dimension)
    labels = growing.grow(texts, meanings(texts))
    told_with = growing.merged(labels)
    return growing, np.array([told_with[int(one)] for one in labels])


def pairs(labels: list) -> set[tuple[int, int]]:
    return {(a, b) for a, b in combinations(range(len(labels)), 2) if labels[a] == labels[b]}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_events_are_found_and_causes_kept_apart(seed: int) -> None:
    texts, truth = planted(seed)
    _, labels = grown(texts)
    causes = [next((one for one in CAUSES if event.endswith(one)), event) for event in truth]
    found, true = pairs(labels.tolist()), pairs(truth)
    precision = len(found & pairs(causes)) / len(found)  # one cause at two places may be one topic
    recall = len(found & true) / len(true)
    assert precision >= 0.9 and recall >= 0.5, (precision, recall)


def test_a_cluster_is_named_by_what_it_is_about() -> None:
    texts, truth = planted()
    growing, _ = grown(texts)
    own = [one for one, event in zip(texts, truth, strict=True) if event == "柳湾家园搅拌站"]
    terms = key_terms(own, growing.bearers)
    assert "搅拌站" in "".join(terms) and "柳湾家园" in "".join(terms)
    assert typical(own, terms) in own


def test_day_by_day_finds_about_what_one_go_finds(tmp_path: Path) -> None:
    texts, _ = planted()
    _, at_once = grown(texts)
    by_day = Growing(EMBEDDER.dimension)
    for day in sorted({one.day for one in texts}):
        some = [one for one in texts if one.day == day]
        by_day.grow(some, meanings(some))
        by_day.save(tmp_path / "clusters.npz")
        by_day = Growing.load(tmp_path / "clusters.npz", EMBEDDER.dimension)
    assert by_day.numbers.tolist() == [one.number for one in texts]
    told = by_day.merged(by_day.labels)
    daily, once = pairs([told[int(one)] for one in by_day.labels]), pairs(at_once.tolist())
    assert len(daily & once) >= 0.6 * len(once)


def test_the_same_caller_needs_less_likeness() -> None:
    def told(caller: str) -> np.ndarray:
        texts = [
            Told(1, 700_000, "", "三单元电梯坏了没人修", caller="甲"),
            Told(2, 700_001, "", "上次说的电梯还没好", caller=caller),
            *(Told(n, 700_000 + n, "", text) for n, text in enumerate(
                ("路口红绿灯太短", "公交站牌歪了", "办居住证跑三趟", "暖气不热只有十五度"), 3)),
        ]  # fmt: skip
        return Growing(EMBEDDER.dimension).grow(texts, meanings(texts))

    same, other = told("甲"), told("乙")
    assert same[0] == same[1] and other[0] != other[1]


def test_empty_texts_and_no_texts_do_no_harm(tmp_path: Path) -> None:
    growing = Growing(EMBEDDER.dimension)
    assert len(growing.grow([], np.zeros((0, EMBEDDER.dimension), np.float32))) == 0
    blank = [Told(n, 700_000, "", "") for n in range(5)]
    labels = growing.grow(blank, meanings(blank))
    assert len(set(labels.tolist())) == 5  # nothing said is not the same thing said
    assert key_terms(blank, growing.bearers) == ()
    growing.save(tmp_path / "kept.npz")
    assert len(Growing.load(tmp_path / "kept.npz", EMBEDDER.dimension)) == 5
    assert len(Growing.load(tmp_path / "kept.npz", EMBEDDER.dimension, "another model")) == 0
    (tmp_path / "damaged.npz").write_bytes(b"no archive")
    assert len(Growing.load(tmp_path / "damaged.npz", EMBEDDER.dimension)) == 0
    assert len(Growing.load(tmp_path / "none.npz", EMBEDDER.dimension)) == 0


def test_a_topic_asleep_for_long_is_let_go_and_its_label_not_used_again() -> None:
    growing = Growing(EMBEDDER.dimension)
    early = [Told(n, 700_000, "", text) for n, text in enumerate(CAUSES["电梯"], 1)]
    first = growing.grow(early, meanings(early))
    late = [Told(n + 10, 701_000, "", text) for n, text in enumerate(CAUSES["油烟"] * 3)]
    second = growing.grow(late, meanings(late))
    third = growing.grow([Told(99, 701_001, "", "电梯停运半个月没人修")], meanings([early[0]]))
    assert not {*first.tolist()} & {*second.tolist(), *third.tolist()}
