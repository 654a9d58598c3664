"""What masking must hide, what it must keep, and that doing it twice changes nothing."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casedb.privacy import mask, mask_address, mask_known, mask_name, mask_phone, phone_digits

# Each line, and what must not be readable in it afterwards. Everybody here is invented.
HIDDEN = [
    # mobile numbers
    ("电话13800001111", "13800001111"),
    ("手机：138 0000 1111", "0000 1111"),
    ("138-0000-1111", "0000-1111"),
    ("138－0000－1111", "0000－1111"),
    ("138—0000—1111", "0000—1111"),
    ("138.0000.1111", "0000.1111"),
    ("138，0000，1111", "0000，1111"),
    ("138、0000、1111", "0000、1111"),
    ("138（0000）1111", "0000"),
    ("1 3 8 0 0 0 0 1 1 1 1", "0 0 0 0"),
    ("１３８００００１１１１", "００００"),
    ("①③⑧00001111", "00001111"),
    ("１３８-００００-１１１１", "００００"),
    ("+86 13800001111", "00001111"),
    ("+86-138-0000-1111", "0000-1111"),
    ("008613800001111", "00001111"),
    ("8613800001111", "00001111"),
    ("013800001111", "00001111"),
    ("tel13800001111abc", "00001111"),
    ("联系13800001111或13900002222均可", "00002222"),
    ("1380000111113900002222", "00002222"),
    ("**13800001111**", "00001111"),
    ("13800001111转802", "00001111"),
    ("(138)00001111", "00001111"),
    ("138 00001111", "00001111"),
    ("1380000 1111", "0000 1111"),
    ("13800 001111", "001111"),
    ("138\u200b0000\u200b1111", "0000"),
    ("一三八零零零零一一一一", "零零零零"),
    ("幺三八〇〇〇〇幺幺幺幺", "〇〇〇〇"),
    ("电话是一三八 零零零零 一一一一", "零零零零"),
    ("19912345678", "12345678"),
    ("我的号17000001111微信同号", "00001111"),
    # landlines and service numbers
    ("010-68211234", "6821"),
    ("（010）68211234", "6821"),
    ("(010) 6821 1234", "6821"),
    ("010 68211234转8001", "6821"),
    ("01068211234", "6821"),
    ("0591-87654321", "8765"),
    ("座机68211234", "6821"),
    ("电话：6821-1234", "6821"),
    ("联系电话 68211234", "6821"),
    ("400-810-1234", "810-1234"),
    ("400 8101 234", "8101"),
    ("4008101234", "8101234"),
    ("800-810-1234", "810-1234"),
    ("+852 9123 4567", "9123"),
    ("联系电话：010-68211234、68211235", "68211235"),
    ("电话68211234或68211235", "68211235"),
    # papers
    ("身份证110101199003074610", "110101199003074610"),
    ("身份证号：11010119900307461０", "19900307"),
    ("证件 110101 19900307 4610", "19900307"),
    ("身份证11010519491231002X", "19491231"),
    ("身份证号11010519491231002x。", "19491231"),
    ("老身份证110105491231002", "491231"),
    ("身份证号码110101199003074611", "19900307"),
    ("卡号6222021234567890128", "02123456789"),
    ("6222 0212 3456 7890 128", "3456"),
    ("银行账号：11010120260001234", "20260001"),
    ("护照E12345678", "12345678"),
    ("车牌京A12345", "12345"),
    ("京AD12345", "D12345"),
    ("京A·12345", "12345"),
    ("京 A 12345", "12345"),
    ("京Ａ１２３４５", "１２３４５"),
    ("京a8k7y9的车", "8k7y9"),
    ("冀BF1234挂停在门口", "F1234"),
    # births
    ("出生于1987年3月7日，女", "3月7日"),
    ("生日：1987-03-07", "03-07"),
    ("出生年月1956年8月", "8月"),
    ("1951年10月出生的老人", "10月"),
    ("诉求人：赵 铁 柱 电话打不通", "柱"),
    # doors
    ("3号楼2单元501漏水", "501"),
    ("3号楼2单元501室", "501"),
    ("三号楼二单元五零一", "五零一"),
    ("12栋3门402号", "402"),
    ("甲一小区5-3-201", "201"),
    ("住5-3-201室", "201"),
    ("12-2-1103", "1103"),
    ("5号院3号楼2单元501", "501"),
    ("3#2单元501", "501"),
    ("3＃楼501", "501"),
    ("A座1203室", "1203"),
    ("B座1单元1203", "1203"),
    ("甲一小区3-501", "501"),
    ("3-501室", "501"),
    ("501室漏水", "501"),
    ("3号楼501噪音大", "501"),
    ("3号楼 2单元 501", "501"),
    ("3号楼二单元五层501", "501"),
    ("２单元５０１室", "５０１"),
    ("甲乙胡同12号", "12号"),
    ("甲乙路15号住户", "15号"),
    ("第3栋第2单元第501室", "501"),
    ("1-2-3-401", "401"),
    ("楼上601户天天吵", "601"),
    ("4-2-601住户，B2-1-302", "302"),
    ("五号楼四单元三零二", "三零二"),
    # names
    ("张女士来电", "张女士"),
    ("张丽华女士来电", "丽华"),
    ("欧阳女士", "欧阳"),
    ("欧阳娜娜女士", "娜娜"),
    ("诉求人：王小虎", "小虎"),
    ("诉求人王小虎反映", "小虎"),
    ("联系人：李某某", "某某"),
    ("联系人:刘海波,电话", "海波"),
    ("联系人 赵大成 电话", "大成"),
    ("姓名：买买提·艾力", "艾力"),
    ("联系人：John Smith", "Smith"),
    ("我叫王小虎，住附近", "小虎"),
    ("我是王小虎，想反映", "小虎"),
    ("王小虎 13800001111", "小虎"),
    ("王小虎，13800001111", "小虎"),
    ("13800001111 王小虎", "小虎"),
    ("王小虎（13800001111）", "小虎"),
    ("王小虎，男，45岁", "小虎"),
    ("业主陈大文反映", "大文"),
    ("居民孙二娘投诉楼上", "二娘"),
    ("我母亲周桂香今年80岁", "桂香"),
    ("王建国说没人管", "建国"),
    ("此致敬礼！王小虎", "小虎"),
    ("找李队长说了", "李队长"),
    ("王经理不接电话", "王经理"),
    ("姓 名：王小虎", "小虎"),
    ("被投诉人：马大哈", "大哈"),
    ("经办人=钱多多", "多多"),
    ("我姓张，叫张伟杰，住附近", "伟杰"),
    ("张伟杰，希望尽快", "杰"),
    ("投诉人是陈大明，住在附近", "大明"),
    ("户主：诸葛亮；", "亮"),
    ("联系人李雷/韩梅梅 13800001111", "梅梅"),
    # chat ids
    ("微信：abc_12345", "abc_12345"),
    ("微信号 wxid-998877", "998877"),
    ("加V：zhang8888", "zhang8888"),
    ("VX:zhang8888", "zhang8888"),
    ("QQ：123456789", "123456789"),
    ("QQ号123456789", "123456789"),
    ("邮箱zhang.san@example.com", "zhang.san"),
    ("ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ｚｈａｎｇ"),
]  # fmt: skip

KEPT = [
    "2026年5月1日生效的条例",
    "2026年5月1日产生的垃圾，5月出生率",
    "工单编号：20260507123456789",
    "工单20260507001到期了吗",
    "工单编号FZ202009030000",
    "工单号：BJ-2026-05070001",
    "编号 110105202605011234 的工单",
    "根据《北京市接诉即办工作条例》第十四条、第二十三条第一款",
    "依据第14条第3项办理",
    "请拨打12345或96069，火警119，急救120",
    "微信搜索12345公众号",
    "市12345热线、12315、12369、95598、10086",
    "京政发〔2023〕15号",
    "国务院令第711号",
    "京发改[2019]1234号文件",
    "GB/T 33358-2016、DB11/T 2021—2022",
    "办理时限2026-05-07 09:30前",
    "2026年5月7日9时30分派单",
    "2026/5/7 9:30:00",
    "2026.5.7",
    "2026-05-07T09:30:00+08:00",
    "20260507",
    "补偿15000元，合计1,234,567.89元",
    "¥13,800,001,111.00",
    "每平方米35.6元，共120平方米",
    "3号楼300户居民停水",
    "5号楼电梯停运",
    "2单元门禁坏了",
    "三室一厅，3室1厅",
    "共3-5天，2-3次",
    "地铁10号线、1号线",
    "办公室在2楼",
    "15个工作日内，24小时内，7天",
    "语文老师反映",
    "社区主任、物业经理、项目经理",
    "高层住户反映水压低",
    "石景山区、丰台区、海淀区",
    "安全隐患，严重影响",
    "谢谢！",
    "温度18℃，湿度45%",
    "101.5万元",
    "占比12.5%，同比增长3.2%",
    "第3号议案",
    "2026年第15号公告",
    "关于对左海边建高层楼房的举报",
    "老人、孩子、家长都不敢走",
    "业主应当按时缴费",
    "居民常年反映这个问题",
    "1500、2000、3000元三档",
    "电压220V，功率1500W",
    "北纬39.90度",
    "版本1.2.3.4",
    "共50栋楼1200户",
    "3栋90户均未供暖",
    "108号门面",
    "班主任和任课老师、代课老师",
    "工单号12345202605070001与96069无关",
    "样例街道甲一社区",
    "物业公司电话没人接",
    "尊敬的女士先生",
    "女士优先",
    "10:30至22:00施工",
]


@pytest.mark.parametrize(("line", "secret"), HIDDEN)
def test_what_points_to_a_person_is_not_readable_afterwards(line: str, secret: str) -> None:
    assert secret not in mask(line)


@pytest.mark.parametrize(("line", "secret"), HIDDEN)
def test_masking_twice_is_masking_once(line: str, secret: str) -> None:
    assert mask(mask(line)) == mask(line)


@pytest.mark.parametrize("line", KEPT)
def test_what_points_to_nobody_stays_as_it_is(line: str) -> None:
    assert mask(line) == line


@pytest.mark.parametrize("ending", ["", "。", "，请尽快处理", " 谢谢", "\n"])
@pytest.mark.parametrize("opening", ["", "您好，", "【来电】", "诉求：", "1. "])
def test_the_words_around_do_not_uncover_a_number(opening: str, ending: str) -> None:
    for number in ("13800001111", "138 0000 1111", "010-68211234", "110101199003074610"):
        assert number not in mask(f"{opening}{number}{ending}")


def test_line_with_an_order_number_and_a_phone_keeps_the_one_and_hides_the_other() -> None:
    masked = mask("工单编号：26050712345678901，联系电话：13800001111，2026-05-07 09:30派单")
    assert masked == "工单编号：26050712345678901，联系电话：138****1111，2026-05-07 09:30派单"


def test_names_of_the_row_are_hidden_wherever_they_recur() -> None:
    masked = mask_known(
        "昨天慕容雪说水管坏了，慕容雪家在甲一小区3号楼，号码68211234",
        names=["慕容雪"],
        phones=["68211234"],
        addresses=["甲一小区3号楼"],
    )
    assert "慕容雪" not in masked
    assert "68211234" not in masked
    assert "3号楼" not in masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张丽华", "张**"),
        ("欧阳娜娜", "欧阳**"),
        ("张女士", "某女士"),
        ("张丽华女士", "张**女士"),
        ("甲", "*"),
        ("", ""),
        ("John", "J***"),
        ("张**", "张**"),
    ],
)
def test_a_name_keeps_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001111", "138****1111"),
        ("+86 138-0000-1111", "138****1111"),
        ("010-68211234", "****1234"),
        ("68211234", "****34"),
        ("", ""),
    ],
)
def test_a_phone_keeps_what_helps_to_tell_it_apart(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("甲一小区3号楼2单元501", "甲一小区*号楼*单元***"),
        ("甲乙路83号院12号楼3门402", "甲乙路83号院**号楼*门***"),
        ("甲一小区5-3-201", "甲一小区*-*-***"),
        ("甲一小区 501", "甲一小区 ***"),
        ("甲一社区三号楼二单元五零一", "甲一社区*号楼*单元***"),
    ],
)
def test_an_address_keeps_the_compound_and_loses_the_door(address: str, masked: str) -> None:
    assert mask_address(address) == masked


def test_the_same_phone_is_known_again_however_it_is_written() -> None:
    ways = [
        "13800001111",
        "138-0000-1111",
        "+8613800001111",
        "０１３８００００１１１１",
        "008613800001111",
    ]
    assert {phone_digits(way) for way in ways} == {"13800001111"}


PIECES = st.sampled_from(
    str.split(
        "张 王小虎 女士 先生 电话 ： , ， 。 的 反映 3号楼 2单元 501 - － 5 138 0000 1111 13800001111 工单编号 2026 年 5月"
        " 7日 第 条 十四 身份证 110101199003074610 京A 12345 微信 abc_1 @ .com 010 68211234 元 号 室 （ ） * ** + 86"
        " 一三八 零零零零 一一一一 \u200b １３８ 00001111 联系人 姓名 ( x"
    )
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_masking_settles_after_one_call(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_masking_settles_on_any_text(text: str) -> None:
    assert mask(mask(text)) == mask(text)


MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
NO_DIGITS = st.text(max_size=12).filter(lambda text: not any(map(str.isdigit, text)))


@settings(max_examples=300, deadline=None)
@given(NO_DIGITS, MOBILES, NO_DIGITS)
def test_no_mobile_number_survives_whatever_stands_around_it(
    before: str, mobile: str, after: str
) -> None:
    assert mobile not in unicodedata.normalize("NFKC", mask(before + mobile + after))


@settings(max_examples=300, deadline=None)
@given(TEXTS, MOBILES, TEXTS)
def test_no_run_of_eleven_digits_that_is_a_mobile_is_left(
    before: str, mobile: str, after: str
) -> None:
    left = unicodedata.normalize("NFKC", mask(f"{before}，{mobile}，{after}"))
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", left)


SEPARATORS = st.sampled_from(["", " ", "-", "－", "—", "  ", "、", "，", "·", ".", " - "])


@settings(max_examples=200, deadline=None)
@given(MOBILES, SEPARATORS)
def test_no_mobile_survives_in_groups_of_three_four_four(mobile: str, separator: str) -> None:
    written = separator.join((mobile[:3], mobile[3:7], mobile[7:]))
    assert written not in mask(f"电话{written}。")
