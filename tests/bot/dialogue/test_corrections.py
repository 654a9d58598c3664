"""What a question takes for granted wrongly is said in the first line; what it takes rightly is not."""

from __future__ import annotations

import pytest

from bot.dialogue.answering import corrections, premises, quantities
from bot.dialogue.answering.premises import Premise
from indexer.passages import PaperKind, Passage

POOL = Passage(
    id="pool",
    title="某市游泳馆管理办法",
    text=(
        "游泳馆每15日换水一次，每半年清洗一次循环设备。深水区关闭要提前3日公告。"
        "场馆不公示水质的，由区体育部门责令改正，罚500元以上3000元以下；"
        "个人带玻璃瓶入场的，罚50元以下。救生员不得少于两人。"
    ),
    kind=PaperKind.POLICY,
    article="第八条",
    heading="换水和公告",
    questions=("游泳馆多久换一次水", "水质不公示罚多少"),
)
LAKE = Passage(
    id="lake",
    title="某市湖面管理规定",
    text="在湖面放生由区水务部门审批，擅自放生的由水务部门处理；游船由交通运输部门登记。",
    kind=PaperKind.POLICY,
    article="第三条",
    heading="湖面放生和游船",
)
BENCH = Passage(
    id="bench",
    title="某市长椅管理规定",
    text="公园长椅的维修费用由产权单位承担；养护单位应当定期检查长椅并公布报修电话。",
    kind=PaperKind.POLICY,
    article="第五条",
    heading="长椅的检查和维修",
)
ROOF = Passage(
    id="roof",
    title="某市屋顶花园规定",
    text="不得在屋顶花园烧烤、放养家禽。",
    kind=PaperKind.POLICY,
    article="第六条",
    heading="屋顶花园里不许做的",
)
STALL = Passage(
    id="stall",
    title="某市旧书摊规定",
    text="旧书摊主可以委托家人代为摆摊，也可以换位置。登记旧书摊不收费。",
    kind=PaperKind.POLICY,
    article="第二条",
    heading="旧书摊由谁摆、怎么登记",
)
SILENT = Passage(
    id="silent",
    title="某市凉亭办法",
    text="凉亭损坏应及时修复。办法没有规定几天内修好凉亭。",
    kind=PaperKind.POLICY,
    article="第九条",
    heading="凉亭修复",
)


@pytest.mark.parametrize(
    "question, passage, said, written",
    [
        ("游泳馆一个月换一次水就达标吧", POOL, "一个月", "15日"),
        ("深水区关闭提前一天公告就行", POOL, "一天", "3日"),
        ("水质不公示最多罚两百，馆长说的", POOL, "两百", "500元以上3000元以下"),
        ("带玻璃瓶进游泳馆，个人罚五千起吧", POOL, "五千起", "50元以下"),
        ("救生员必须四个人，对吧", POOL, "四个人", "两人"),
    ],
)
def test_a_wrong_number_or_fine_is_named_with_what_is_written(
    question: str, passage: Passage, said: str, written: str
) -> None:
    line = corrections.line(question, [passage])
    assert f"“{said}”" in line and f"“{written}”" in line and "第八条" in line


def test_that_no_number_is_written_is_said_in_the_words_of_the_passage() -> None:
    line = corrections.line("凉亭必须两天内修好，超了怎么说", [SILENT])
    assert "“两天”" in line and "没有规定几天内修好凉亭" in line


@pytest.mark.parametrize(
    "question, passage, said, written",
    [
        ("湖面放生归城管审批吧", LAKE, "城管", "水务"),
        ("游船登记是民政管的，我让他去民政", LAKE, "民政", "交通运输"),
        ("长椅的维修费都是街道出吧", BENCH, "街道", "产权单位"),
    ],
)
def test_who_is_wrongly_taken_to_be_responsible_is_named_with_who_is(
    question: str, passage: Passage, said: str, written: str
) -> None:
    line = corrections.line(question, [passage])
    assert f"“{said}”" in line and written in line


@pytest.mark.parametrize(
    "question, passage, written",
    [
        ("屋顶花园烧烤没事吧，就一晚上", ROOF, "不得在屋顶花园烧烤"),
        ("邻居说屋顶花园可以放养家禽，我这么回他", ROOF, "放养家禽"),
        ("养护单位没义务公布报修电话，找不到算了", BENCH, "公布报修电话"),
        ("长椅不用定期检查吧", BENCH, "定期检查长椅"),
        ("旧书摊不能换位置，也不能请人代摆，对吧", STALL, "可以"),
        ("登记旧书摊要交登记费，先收着", STALL, "不收费"),
    ],
)
def test_what_is_wrongly_taken_to_be_allowed_owed_or_free_is_met_with_the_words_of_the_passage(
    question: str, passage: Passage, written: str
) -> None:
    line = corrections.line(question, [passage])
    assert line.startswith("请先核对") and written in line


@pytest.mark.parametrize(
    "question, passage",
    [
        ("游泳馆半个月换一次水，没错吧", POOL),
        ("深水区关闭得提前三天公告吧", POOL),
        ("水质不公示罚五百到三千吧", POOL),
        ("救生员最少两个人，对吧", POOL),
        ("带玻璃瓶进游泳馆，个人罚三十块吧", POOL),
        ("昨天下午等了四个小时，游泳馆换水的公告还没贴", POOL),
        ("游泳馆多少天换一次水", POOL),
        ("湖面放生是水务审批吧", LAKE),
        ("湖面放生归城管还是归水务", LAKE),
        ("长椅维修费是产权单位出，养护单位查，对吧", BENCH),
        ("屋顶花园不能烧烤吧", ROOF),
        ("屋顶花园能不能烧烤", ROOF),
        ("屋顶花园烧烤可以吗", ROOF),
        ("不在屋顶花园烧烤就行吧", ROOF),
        ("旧书摊主可以让家人代摆吧", STALL),
        ("旧书摊登记不收钱吧", STALL),
        ("长椅得定期检查，对吧", BENCH),
        ("凉亭几天修好，办法好像没写吧", SILENT),
    ],
)
def test_what_is_rightly_taken_for_granted_or_only_asked_is_not_doubted(
    question: str, passage: Passage
) -> None:
    assert corrections.line(question, [passage]) == ""


def test_a_passage_about_something_else_corrects_nothing() -> None:
    assert corrections.line("骑马必须满十二岁，归城管罚，不用戴头盔", [ROOF]) == ""
    assert corrections.line("屋顶花园可以烧烤吧", []) == ""


@pytest.mark.parametrize(
    "one, other",
    [
        ("半个月", "15日"),
        ("一年", "365天"),
        ("两万到十万", "2万元以上10万元以下"),
        ("双倍", "200%"),
        ("五成到一倍", "50%以上100%以下"),
        ("下午三点", "15时"),
        ("罚八百", "500元以上3000元以下"),
    ],
)
def test_the_same_quantity_is_known_in_other_words(one: str, other: str) -> None:
    (said,), (held,) = quantities.find(one), quantities.find(other)
    assert said.meets(held) and held.meets(said)


@pytest.mark.parametrize(
    "one, other", [("三天", "3个月"), ("罚五百", "200元以下"), ("罚五百以下", "200元以下")]
)
def test_other_quantities_are_told_apart(one: str, other: str) -> None:
    (said,), (held,) = quantities.find(one), quantities.find(other)
    assert not said.meets(held)


@pytest.mark.parametrize("text", ["2024年6月的事", "来了三五天", "第四十天", "第二十三条"])
def test_dates_rough_counts_and_ordinals_are_no_quantities(text: str) -> None:
    assert quantities.find(text) == ()


def test_a_question_that_knows_it_is_not_written_is_not_called_wrong() -> None:
    premise = Premise("x", (("小时",),), (), "这个前提不对：条例没有写小时数。", "", "")
    assert premises.says(premise, "条例规定几小时").startswith("这个前提不对")
    assert premises.says(premise, "条例里没写几小时吧") == "条例没有写小时数。"
