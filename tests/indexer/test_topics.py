"""Topics of texts: the shipped rules, the trained model, what is refused, what is calibrated."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.embedders import load_embedder
from indexer.errors import IndexerError
from indexer.topics import Labelled, Proposer
from indexer.topics.cold import load_rules
from indexer.topics.grouping import groups_of
from indexer.topics.model import best_topics, load, save, softmax
from indexer.topics.training import macro_f1, train

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "knowledge" / "rules"
EMBEDDER = load_embedder(None)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST_LEVELS = 16

# Said as people say it; none of the texts repeats the examples of the rules.
SPOKEN = {
    "物业管理": "物业费年年涨，楼道灯坏了两个月报修没人来",
    "市容环卫": "楼下垃圾桶好几天没清运，厨余臭气熏天",
    "交通管理": "有人在公共车位上私装地锁，业主没地方停车",
    "违法建设": "邻居在露台私自搭建阳光房，是违建",
    "噪声与环境": "工地凌晨还在打桩，吵得没法睡",
    "公共服务": "家里暖气不热，打热力电话没人管",
    "住房与修缮": "顶层一下雨就漏，屋顶防水坏了",
    "公共安全": "有人把电瓶拎上楼在楼道里飞线充电",
    "市场管理": "健身房办的会员卡，店关门跑路不退费",
    "劳动社保": "包工头拖欠农民工工资三个月",
    "教育托幼": "孩子幼升小划片为什么换了学校",
    "养老助残": "养老驿站的老年餐停了，老人吃饭怎么办",
    "社会秩序": "每天早上有人遛狗不牵绳，吓着孩子",
    "医疗卫生": "医院挂号难，医保报销也说不清楚",
    "施工管理": "门口修路，施工围挡把人行道全占了",
    "行政效能": "办居住证跑了三趟，窗口态度很差互相推诿",
}


def labelled(count: int, seed: int = 3) -> list[Labelled]:
    """Invented letters with a topic: some of its words amid words that say nothing."""
    chance = random.Random(seed)
    rules = load_rules(RULES).rules[:8]
    filler = [
        "你好",
        "希望尽快处理",
        "反映多次",
        "麻烦看看",
        "一直没有答复",
        "就在小区里",
        "影响生活",
    ]
    made = []
    for _ in range(count):
        rule = chance.choice(rules)
        said = chance.sample(rule.words + rule.sure, 3) + chance.sample(filler, 3)
        chance.shuffle(said)
        made.append(Labelled(said[0], "，".join(said) + f"{chance.random()}", rule.path))
    return made


def test_the_shipped_rules_cover_the_sixteen_first_levels() -> None:
    assert len({rule.path[0] for rule in load_rules(RULES).rules}) == FIRST_LEVELS


@pytest.mark.parametrize("topic", SPOKEN)
def test_without_any_label_a_plain_complaint_gets_its_topic(topic: str, tmp_path: Path) -> None:
    found = Proposer(tmp_path, RULES, EMBEDDER).propose("", SPOKEN[topic])
    assert found.source == "rules" and found.best is not None
    assert found.best.path[0] == topic


def test_a_text_that_says_nothing_gets_no_topic(tmp_path: Path) -> None:
    tell = Proposer(tmp_path, RULES, EMBEDDER)
    for text in ("", "   ", "。。。", "谢谢"):
        assert tell.propose("", text).best is None


def test_a_trained_model_takes_over_and_is_noticed(tmp_path: Path) -> None:
    tell = Proposer(tmp_path, RULES, EMBEDDER)
    assert tell.model is None
    texts = labelled(400)
    model = train(texts, embedder=EMBEDDER, rules=load_rules(RULES), now=NOW)
    save(model, tmp_path)
    unseen = labelled(120, seed=99)
    found = [tell.propose(one.title, one.text) for one in unseen]
    assert all(one.source == "model" and one.labels == 400 for one in found)
    right = [one.best is not None and one.best.path[0] == text.path[0]
             for one, text in zip(found, unseen, strict=True)]  # fmt: skip
    assert np.mean(right) > 0.9
    assert model.record.macro_f1 is not None and model.record.macro_f1 > 0.85
    sure = [one.best.confidence for one in found if one.best]
    assert abs(np.mean(sure) - np.mean(right)) < 0.15


def test_training_twice_gives_the_same_model(tmp_path: Path) -> None:
    rules, texts = load_rules(RULES), labelled(120)
    one, two = (train(texts, embedder=EMBEDDER, rules=rules, now=NOW) for _ in range(2))
    assert np.array_equal(one.weights, two.weights) and one.record == two.record


@pytest.mark.parametrize(
    "texts",
    [
        [],
        labelled(20),
        [Labelled("停车", f"没有车位{n}", ("交通管理", "", "")) for n in range(200)],
    ],
    ids=["none", "few", "one topic"],
)
def test_too_few_labels_are_said(texts: list[Labelled]) -> None:
    with pytest.raises(IndexerError) as told:
        train(texts, embedder=EMBEDDER, rules=load_rules(RULES), now=NOW)
    assert "训练不出" in told.value.what and "至少" in told.value.fix


def test_empty_texts_among_the_labelled_do_no_harm() -> None:
    texts = [
        *labelled(100),
        Labelled("", "", ("物业管理", "", "")),
        Labelled("", "。", ("物业管理", "", "")),
    ]
    assert train(texts, embedder=EMBEDDER, rules=load_rules(RULES), now=NOW).record.labels == 101


def test_a_damaged_model_says_what_to_do_and_one_of_other_rules_is_not_used(tmp_path: Path) -> None:
    save(train(labelled(60), embedder=EMBEDDER, rules=load_rules(RULES), now=NOW), tmp_path)
    other = tmp_path / "rules"
    other.mkdir()
    (other / "topics.toml").write_text(
        '[[topic]]\npath = ["甲"]\nwords = ["乙"]\n', encoding="utf-8"
    )
    assert Proposer(tmp_path, other, EMBEDDER).model is None
    (tmp_path / "topics.npz").write_bytes(b"damaged")
    with pytest.raises(IndexerError, match="损坏"):
        load(tmp_path)


def test_a_wrong_rules_file_is_named(tmp_path: Path) -> None:
    for content in (
        "[[topic]]\npath = []\n",
        "[[topic]\n",
        '[[topic]]\npath = ["甲"]\nwords = "乙"\n',
    ):
        (tmp_path / "topics.toml").write_text(content, encoding="utf-8")
        with pytest.raises(IndexerError, match=r"topics\.toml"):
            load_rules(tmp_path)


def test_a_deeper_level_is_proposed_only_where_it_clearly_leads() -> None:
    paths = (("甲", "一", ""), ("甲", "二", ""), ("乙", "", ""))
    split = best_topics(paths, np.array([0.35, 0.35, 0.3], np.float32))
    assert split[0].path in (("甲", "", ""), ("甲", "一", "")) and split[
        0
    ].confidence == pytest.approx(0.7)
    clear = best_topics(paths, np.array([0.6, 0.1, 0.3], np.float32))
    assert clear[0].path == ("甲", "一", "")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_macro_f1_equals_the_slow_way(pairs: list[tuple[int, int]]) -> None:
    true, said = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    slow = []
    for topic in set(true.tolist()):
        hits = sum(a == b == topic for a, b in pairs)
        precision = hits / max(1, sum(b == topic for _, b in pairs))
        recall = hits / sum(a == topic for a, _ in pairs)
        slow.append(2 * precision * recall / (precision + recall) if hits else 0.0)
    assert macro_f1(true, said) == pytest.approx(sum(slow) / len(slow))


def test_near_copies_share_a_group_and_others_do_not() -> None:
    base = (
        "小区北门外的施工工地每天凌晨两点还在打桩，声音特别大，老人孩子都睡不着，希望有关部门管一管"
    )
    texts = [
        base,
        base.replace("两点", "三点"),
        "地铁站口共享单车堆了一大片，盲道都被占了，希望清理",
        base + "谢谢",
    ]
    found = groups_of(texts)
    assert found[0] == found[1] == found[3] != found[2]


def test_shares_add_up_to_one() -> None:
    assert softmax(np.array([[1.0, 900.0, -5.0]], np.float32)).sum() == pytest.approx(1)
