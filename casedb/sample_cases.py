"""The cases of the invented sample: nobody called, nothing of it happened."""

from __future__ import annotations

from dataclasses import dataclass

from casedb.vocabulary import AppealKind, RevisitAnswer

HELP, COMPLAINT, CONSULT = AppealKind.HELP, AppealKind.COMPLAINT, AppealKind.CONSULT
SUGGEST, REPORT, PRAISE = AppealKind.SUGGESTION, AppealKind.REPORT, AppealKind.PRAISE
YES, NO, MOSTLY = RevisitAnswer.YES, RevisitAnswer.NO, RevisitAnswer.MOSTLY


@dataclass(frozen=True, slots=True)
class SampleCase:
    """One invented case; `due_in_hours` counts from the moment the sample is loaded."""

    title: str
    appeal: str
    topic: tuple[str, str, str]
    community: str
    due_in_hours: float
    unit: str = ""  # the community itself when left out
    kind: AppealKind = HELP
    caller: str = "张样例"
    phone: int = 1  # last four digits of an invented number
    allowed_days: int = 7
    accepted: bool = True
    contacted: bool = True
    reply: str = ""
    closed_hours_ago: float | None = None
    satisfied: RevisitAnswer | None = None


ONE, TWO, THREE = "甲一社区", "甲二社区", "甲三社区"
CITY, SAFE, LIVE, BUILD, LAW = (
    "城市管理办公室",
    "平安建设办公室",
    "民生保障办公室",
    "社区建设办公室",
    "综合行政执法队",
)

SAMPLE_CASES = (
    SampleCase("楼道堆物占用消防通道", "张女士反映3号楼2单元楼道长期堆放杂物，担心着火跑不出去，电话13800000001。",
               ("公共安全", "消防", "楼道堆物"), ONE, -50, kind=COMPLAINT, caller="张女士", phone=1),
    SampleCase("夜间施工噪声扰民", "小区东侧工地连续三晚过了十点还在施工，要求停止夜间作业。",
               ("噪声与环境", "施工噪声", "夜间施工"), TWO, -20, LAW, COMPLAINT, "李样例", 2, contacted=False),
    SampleCase("路灯不亮", "甲三社区南门外三盏路灯一周没亮，老人夜里出门怕摔。",
               ("城市管理", "道路照明", "路灯不亮"), THREE, -3, CITY, HELP, "王样例", 3),
    SampleCase("暖气不热", "家里室温只有15度，物业说是管网问题，希望尽快解决。",
               ("公共服务", "供热", "温度不达标"), ONE, 0.5, LIVE, HELP, "刘样例", 4, allowed_days=1),
    SampleCase("电动自行车进楼充电", "有人把电动自行车推进电梯，在楼道里拉线充电。",
               ("公共安全", "电动自行车", "楼内充电"), ONE, 1, "", REPORT, "陈样例", 5, accepted=False, contacted=False),
    SampleCase("下水管返水", "一层住户家里下水管反复返水，维修两次没有修好。",
               ("住房与修缮", "下水", "返水"), TWO, 2, "", HELP, "杨样例", 6, allowed_days=1),
    SampleCase("停车位被占", "固定车位长期被外来车辆占用，物业不管。",
               ("交通管理", "停车", "占用车位"), THREE, 3.5, "", COMPLAINT, "黄样例", 7),
    SampleCase("垃圾桶满溢", "垃圾投放点中午就满了，气味很大，希望增加清运次数。",
               ("市容环卫", "垃圾清运", "满溢"), ONE, 5, "", COMPLAINT, "吴样例", 8, contacted=False),
    SampleCase("无障碍坡道损坏", "坡道扶手松动，轮椅上不去，家里老人出不了门。",
               ("住房与修缮", "公共设施", "坡道"), TWO, 6, BUILD, HELP, "周样例", 9),
    SampleCase("商户油烟直排", "底商饭馆油烟直接排到居民楼下，开不了窗。",
               ("噪声与环境", "油烟", "餐饮油烟"), ONE, 8, LAW, COMPLAINT, "徐样例", 10),
    SampleCase("咨询居住证办理", "想问居住证到期怎么续，需要带什么材料。",
               ("公共服务", "政务服务", "居住证"), THREE, 10, LIVE, CONSULT, "孙样例", 11, allowed_days=2),
    SampleCase("电梯频繁停运", "4号楼电梯一个月停了五次，有人被困过。",
               ("物业管理", "电梯", "停运"), TWO, 20, "", COMPLAINT, "马样例", 12, accepted=False, contacted=False),
    SampleCase("建议增设健身器材", "小广场器材太少，建议增加适合老人用的。",
               ("社区建设", "文体设施", "健身器材"), ONE, 26, BUILD, SUGGEST, "朱样例", 13),
    SampleCase("违规搭建阳光房", "顶层住户在楼顶搭阳光房，担心漏水和安全。",
               ("违法建设", "楼顶搭建", "阳光房"), TWO, 30, LAW, REPORT, "胡样例", 14),
    SampleCase("树枝遮挡窗户", "楼前树枝伸到三层窗户，白天也要开灯。",
               ("市容环卫", "绿化", "修剪"), THREE, 47, CITY, HELP, "郭样例", 15),
    SampleCase("楼上漏水", "楼上卫生间漏水两个月，双方协商不成，希望社区调解。",
               ("社会秩序", "邻里纠纷", "漏水"), ONE, 55, SAFE, HELP, "何样例", 16),
    SampleCase("共享单车乱停", "地铁口外单车堆满人行道，推婴儿车过不去。",
               ("交通管理", "非机动车", "乱停放"), TWO, 70, CITY, COMPLAINT, "高样例", 17),
    SampleCase("楼道堆物又出现", "上次清理以后，3号楼2单元楼道又堆了旧家具。",
               ("公共安全", "消防", "楼道堆物"), ONE, 90, "", COMPLAINT, "张女士", 1, accepted=False, contacted=False),
    SampleCase("老楼外墙脱落", "外墙瓷砖掉下来砸到车，要求排查。",
               ("住房与修缮", "外墙", "脱落"), THREE, 120, CITY, HELP, "林样例", 18),
    SampleCase("老年餐桌价格", "老年餐桌饭菜涨价没有公示，希望说明。",
               ("养老助残", "老年餐桌", "价格"), ONE, 150, LIVE, CONSULT, "罗样例", 19, accepted=False, contacted=False),
    SampleCase("门禁失灵", "单元门禁坏了半个月，陌生人随便进。",
               ("物业管理", "门禁", "失灵"), ONE, 40, kind=COMPLAINT, caller="梁样例", phone=20,
               reply="已联系物业更换门禁主板，当天修复。", closed_hours_ago=5, satisfied=YES),
    SampleCase("井盖松动", "车过就响，担心掉下去。",
               ("城市管理", "道路设施", "井盖"), TWO, 30, CITY, HELP, "宋样例", 21,
               reply="已更换井盖并加固。", closed_hours_ago=9, satisfied=YES),
    SampleCase("广场舞音量大", "晚上九点以后音响声音很大，影响孩子睡觉。",
               ("噪声与环境", "生活噪声", "广场舞"), THREE, 12, SAFE, COMPLAINT, "谢样例", 22,
               reply="已与领队约定音量和时间。", closed_hours_ago=20, satisfied=NO),
    SampleCase("快递柜占道", "快递柜挡住楼门一半，进出不便。",
               ("物业管理", "公共区域", "占用"), TWO, 8, "", COMPLAINT, "唐样例", 23,
               reply="物业已将快递柜移到楼侧。", closed_hours_ago=28, satisfied=MOSTLY),
    SampleCase("表扬社区工作者", "下雪天社区的同志帮老人买菜，特来表扬。",
               ("社区建设", "服务", "表扬"), ONE, 100, "", PRAISE, "韩样例", 24,
               reply="已转达，感谢支持。", closed_hours_ago=2),
)  # fmt: skip
