"""Requests that are refused with the rule: a resident's data, forged evidence, coaxed ratings …

A question about the rule (能不能把电话给物业, 伪造材料什么后果) is no such request: it is answered.
Each rule below is a deed and what it is done to; what only asks about the deed lets it pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from bot.dialogue.answering import likeness, wishes

HOTLINE = "北京市接诉即办工作条例"
# Likeness to the examples from which a request is refused at once: by itself, in a long story,
# which holds a word of everything, and when what such requests are about is asked for.
ALONE, IN_A_STORY, ASKED_FOR = 0.29, 0.8, 0.0
STORY = 60  # characters
# From which it is refused when no paper answers it: by itself, and when it names the matter.
MAYBE, MAYBE_ABOUT = 0.0, -0.15
# Asks for what is written: never a maybe.
_CITES = re.compile(r"《|第[一二三四五六七八九十百零\d]+条")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused: a key for the wording, and the articles it rests on."""

    key: str  # one of likeness.KINDS
    basis: tuple[tuple[str, str], ...]  # (title, article)
    asked: bool = False  # only asks whether one may: answered where the papers answer it


PRIVACY = Refusal(
    "privacy", ((HOTLINE, "第八条"), (HOTLINE, "第三十五条"), ("个人信息保护法", "第十条"))
)
FORGERY = Refusal("forgery", ((HOTLINE, "第三十五条"),))
RATING = Refusal("rating", ((HOTLINE, "第三十五条"), (HOTLINE, "第二十三条")))
REVENGE = Refusal("revenge", ((HOTLINE, "第三十五条"), (HOTLINE, "第八条")))
FAVOURS = Refusal("favours", ((HOTLINE, "第三十五条"),))
ORDERS = Refusal("orders", ())  # no article: what the bot itself does not do

# ---------------------------------------------------------------- whose data, which data

_COMPLAINANT = (
    r"(?:诉求人|投诉(?:人|者|的(?:那|这)?[个位户家]?(?:人|居民|业主|老太太|大爷|大妈|女的|男的|人家)?)|举报(?:人|者|的(?:那|这)?[个位]?人?)"
    r"|反映(?:人|者|问题的(?:人|居民)?)|来电(?:人|的人|号码)|打(?:电话|热线|12345|了?12345)的?(?:人|那[个位]|居民)|打(?:电话|热线|12345|了?12345)的|提诉求的|(?:投诉|举报|反映)[^，。]{1,10}的(?:是|那[个户家位]|人|居民|住户|业主)|报案人|信访人|上访的?人?|(?:那|这)个?(?:老投诉|总投诉|天天投诉)[^，。]{0,6})"
)
_SOMEBODY = (
    r"(?:[\u4e00-\u9fff]某某?|[张王李赵刘陈杨黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚][\u4e00-\u9fff]{1,2}(?=的(?:电话|手机|住址|地址|身份|联系)|家住|住哪|住几|手机|电话)"
    r"|(?:这|那)[个位户家][^，。]{0,6}|[他她]家?|\d+号楼[^，。]{0,10}(?:业主|住户|居民|房主|人家|那户)|工单(?:里|上|中)?[^，。]{0,10}(?:的人|的居民))"
)
_PUBLIC = r"(?:居民|业主|住户|租户|市民|群众|老百姓|老人|街坊|房主|户主|孩子|残疾人|低保户)"
_DATA = (
    r"(?:手机号?码?|电话号码|电话|号码|联系方式|住址|地址|门牌号?|房间?号|住(?:在)?哪|住(?:在)?几|哪栋|几号楼|哪个单元|几单元|哪一?户|身份证号?码?|姓名|名字|真名|叫(?:什么|啥)|是谁|是哪[个位户家]|病历|病情|户籍|家里(?:有谁|几口)|家庭(?:情况|成员|住址)"
    r"|信息(?!公开|化|系统)|个人资料|在哪(?:个|所|家)?(?:学校|单位|公司|上班|上学)|几零几|几号院|隐私|银行卡号?|微信号?|QQ号?|车牌号?|工作单位|在哪上班|名单|身份信息)"
)
_WHO = re.compile(
    r"(?:是|到底|究竟)?谁(?:投诉|举报|告|反映)(?:的|了|我们)|谁打的?(?:了)?(?:12345|热线)|(?:谁|哪[个位户家一][^，。]{0,5})(?:(?:投诉|举报|反映)(?:的|了|我们|咱们|过)|打(?:的|了)?(?:热线|12345|电话))|(?:投诉|举报|反映)(?:的|人)(?:到底)?是(?:谁|哪)"
    r"|(?:投诉|举报|反映|告状?|打热线|打12345)(?:我们|咱们?|我)?(?:的|人)?(?:那[个位家户])?(?:到底)?是不是[^，。]{0,14}(?:姓|单元|号楼|[0-9一二三四五六七八九十]+[层楼号]|那家|家的|老[王李张刘陈赵]|他|她|对门|楼上|楼下|隔壁)"
    r"|(?:查|看|对|帮|确认|核对|告诉|透|说)[^，。]{0,6}是不是[^，。]{1,14}(?:投诉|举报|反映|告|打热线|打12345|打电话)的"
)
_UNMASK = re.compile(
    r"(?:隐藏的|打星号?的|带星号?的|还原|解密|反脱敏|取消脱敏|去掉?脱敏|去掉?打码|解除脱敏|明文|不打码|不脱敏).{0,14}(?:电话|号码|姓名|地址|信息|数据|名单|诉求人|工单)|(?:电话|号码|姓名|地址|信息|数据).{0,8}(?:还原|解密|明文|不打码|不脱敏|完整(?:地)?显示)"
)
_GIVE = re.compile(
    r"(?:联系方式|电话|号码|手机号?|地址|住址|门牌号?)[，,。！!？?]?(?:我(?:想|要|去|得|好|自己|直接|这就)|有没有$|有吗|急用|急着)|(?:打|亮|吐|贴|翻|拿|交|报|说|念)出来|给我|发我|发给我|发一?下|发群|发到|告诉我|告知我|跟我说|说一下|报一?下|报给|念一?下|列出|列一?[下个份]|列个|提供|查一?下|查查|查到|查出|查询一?下|帮我查|帮忙查|找出|找一?下|帮我找|调一?下|调出|调取|导出|拉一?[份个下]|打印|输出|显示|透露|私下|偷偷|悄悄|我(?:想|需)?要|我想知道|想知道|要一?下|弄到|搞到|拿到|获取|套出|看看|给一?[个份下]|是多少|是什么|多少|叫(?:什么|啥)|是谁|是哪|住哪|住在哪|住几|住在几|几号楼|哪栋|哪一?户"
)
_ABOUT_DATA = re.compile(
    r"代为|代投诉|指的是|是指|什么意思|定义|包括|打不通|没人接|关机|停机|空号|联系不上|不接电话|拒接|写错|记错|不准|有误|不全|缺失|没留|没写|不详|不愿|不肯|不给|不提供|保护|泄露|泄漏|外泄|怎么?脱敏|如何脱敏|打码|保密|保存|存(?:在|到)|保留|合规|违法|违规|后果|责任|处罚|追责|依据|哪条|规定|条例|法律|流程|要不要|该不该|应不应该|应该|需不需要|需要(?:登记|核实|填|写)|是否|核实|核对|登记|问(?:我|我们|是谁|谁|起)|来问|追问|打听|怎么(?:拒|回|答|说|办|跟|处理|登记|填|写|联系)|拒绝|能不能说|能说吗|能.{0,8}(?:公开|公布|会上|发|说|写|告诉).{0,8}吗|如何(?:回|答|说|处理|登记|填|联系)"
)
_TO_OTHERS = re.compile(
    r"(?:给|告诉|发给|透露给|转给|提供给|交给)(?:了)?(?:物业|施工|对方|被投诉|被反映|商户|老板|开发商|社区|居委会|邻居|楼下|楼上|媒体|记者|他们?|单位|部门|第三方|承办|协办|科室)"
)
_TO_ME = re.compile(
    r"给我(?!们?(?:讲|说|介绍|解释))|发我|发给我|告诉我|告知我|发一?下|发群|发到群|帮我|替我|我(?:想|需)?要|我想知道|私下|偷偷|悄悄"
)

# ---------------------------------------------------------------- forged evidence

_PAPER = r"(?:照片|图片|图|证明|记录|材料|录音|视频|截图|回复|回访|签字|签名|签收|通话|笔录|台账|说明|佐证|证据|公章|盖章|章|报告|依据|条款|法条|条号|文号|法规|回执|表扬信|感谢信|锦旗|确认[书单]|鉴定|数据|回单|发票|合同|清单)"
_FORGE = re.compile(
    rf"假装.{{0,10}}(?:联系|通过?电话|去过|到过|走访|核查)|把.{{0,14}}(?:记录|录音|评价|回访|痕迹).{{0,6}}(?:清|删|抹|去掉|撤)(?:了|掉|一条)?(?:吧|了吧)?$|(?:证明|说).{{0,4}}(?:他|她|诉求人|投诉人|来电人).{{0,4}}(?:精神|有病|疯|脑子).{{0,10}}(?:好|便于|方便|为了|才能)?(?:剔|不计|销)|伪造|编造|捏造|造假|作假|做假|假造|虚构|凭空|瞎编|随便编|编(?:一?[个份条段套些点张]|几[个条份]|出来?).{{0,14}}(?:{_PAPER}|理由|规定|情况|工作|经过|过程|结果|措施|感谢)|(?<![年休病事放产暑寒婚度])(?:假(?![期日装冒])|虚假)的?.{{0,8}}{_PAPER}|{_PAPER}.{{0,6}}(?:造假|作假|做假)"
    rf"|(?:PS|P|p|修|合成)(?:图|一?张|掉)|(?:PS|P|p|合成|生成).{{0,12}}(?:照片|图|录音|视频)|摆拍|倒签|补签|代签|冒签|替.{{0,8}}签(?:个|一?下)?[字名]|模仿.{{0,12}}(?:口气|语气|笔迹|口吻|签)"
    r"|(?:时间|日期|水印|签收|派单|办结|首联).{0,10}(?:改成|改到|改为|改早|往前改|调成|调到|往前调|倒填|提前写|写成前|写早)|(?<![整修])(?:改|改动|篡改|涂改|抹掉|去掉|P掉).{0,10}(?:时间|日期|水印).{0,8}(?:免得|避免|别让|不让|改成|掉|超期|不超)|(?:日期|水印|时间).{0,6}(?:改掉|抹掉|去掉|P掉|涂掉)"
    r"|(?:弄|改|调|填|标|写|记|登|算|点|录|挂|报|显示|签)(?:成|到|在)(?:昨天|前天|大前天|上周|上个?礼拜|上个?星期|上个?月|头天|前一天|当天|派单那天|按时|准时|没超期|没逾期|期限内|时限内|已联系|已回访|已解决|已签收|联系上)"
    r"|没(?:有)?(?:打|去|联系|做|拍|见|到|办|查|回访|签收|核实|通知|下去)[^，。]{0,10}[，,]?.{0,12}(?:标|勾|点|选|挂|录|算|弄|改)(?:成|上|为|个)?.{0,4}(?:已|了吧|联系过|去过|打过)"
    r"|先(?:标|勾|点|选|写|记|填|录|改|挂|报)(?:成|为|上|个)?.{0,4}(?:已联系|已办|已解决|已回访|已签收|已到|联系过|联系上|去过|办结|解决).{0,16}(?:回头|以后|再说|后面|晚点|明天|过后|有空|慢慢|其实|实际|没)"
    r"|(?:签字|签名|手印|笔迹|签到).{0,16}(?:描|照着(?:写|签)|仿|学着签|替着签)"
    r"|(?:照片|图|记录|台账|签|笔迹|日期|水印|材料|录音|视频|时间|编)[^。]{0,24}(?:看不出来?|查不出来?|圆(?:得|不)?上|圆过去|圆回来|圆谎|不露馅|别露馅|不穿帮|别穿帮|蒙过去|混过去|瞒过去|糊弄过去|对不出|不被发现|发现不了)"
    r"|(?:学|照|仿)(?:着)?[^，。]{0,6}(?:笔迹|签字|签名|字迹)"
    r"|(?:没有?发生过?|不存在|没有过|没这回事|子虚乌有|莫须有)的?.{0,10}(?:记录|过程|照片|调解|走访|联系|会议|核查|回访|材料)|捏(?:一?个|造)|(?<![建制构打改再创])造(?:一?[个份张])|(?:做|弄|搞)(?:一?[个份张])?假|(?:拿|用|把).{0,14}(?:照片|图片|录音|截图|记录|视频).{0,6}(?:当成?|充|顶|代替|冒|凑)(?!面|场|事|作证)|没(?:有)?(?:打|去|联系|做|拍|见|到|办|查|回访|签收|核实|通知)[^，。]{0,10}[，,]?.{0,16}(?:写|记|填|报|补|登记|显示)(?:成|个|一?份|上|为)?.{0,6}(?:已|了|过|去过|打过|联系)|补.{0,6}没(?:做|打|去|有|拍|联系)过?"
    rf"|(?:旧|以前|去年|上次|之前|别的|别处|网上|其他|别人的?|上个月).{{0,10}}(?:照片|图|录音|记录|视频|截图).{{0,10}}(?:顶|充|代替|替代|凑|应付|当作|冒|交上去|糊弄)|(?:应付|糊弄|蒙混|蒙骗|骗过).{{0,6}}(?:检查|领导|考核|回访|审核|区里|市里)|骗.{{0,4}}(?:热线|12345|审核|考核)"
    r"|(?:偷偷|悄悄|私下).{0,14}(?:删|改|抹|调)|(?:删|抹|销毁|清).{0,10}(?:留痕|痕迹|不满意|超期|逾期|差评|证据)|(?:留痕|痕迹|不满意|超期|逾期|差评|证据).{0,8}(?:删|抹|销毁|清掉)|瞒报|隐瞒.{0,8}(?:不报|工单|情况)|冒充.{0,10}(?:诉求人|居民|业主|市民|领导|社区|物业|鉴定)"
)
_ABOUT_FORGERY = re.compile(
    r"后果|责任|处罚|处分|追责|问责|怎么(?:罚|处理|处罚|认定|识别|看出|发现|防|查|举报|投诉|避免)|如何(?:处理|处罚|认定|识别|发现|防|避免)|归谁|谁管|谁能|找谁|哪个部门|罚|险情|突发事件|商品|灾情|谣言|生产日期|举证|算不算|算造假|是不是|是否|会怎[样么]|违法吗|违规吗|犯法|罚多少|罚款|哪条|第几条|规定|怎么办$|怎么办[？?]|被(?:查|发现|人|冒|举报|伪造)|举报|不得|禁止|(?<!能)不能(?=[^吗]*$)|有人|发现|怀疑|疑似"
)
_HELP_ME = re.compile(
    r"帮(?:我|忙|着)|教(?:我|教)|给我|替我|代我|怎么(?:才能)?(?:伪造|编|造假|作假|P|p|改掉|瞒|糊弄|应付|冒充|倒签|代签)|如何(?:伪造|编造|造假|作假|瞒|应付|冒充)"
)

# ---------------------------------------------------------------- coaxed ratings

_MAY_ONE = re.compile(
    r"(?:能|可以|行|对|算|违规|合规|允许).{0,16}[吗么][？?。]*$|(?:行不行|可不可以|能不能|可以不)(?!.*(?:给我|发我|告诉我|帮))"
)
_CALLER = rf"(?:诉求人|投诉人|举报人|居民|业主|住户|市民|群众|老百姓|来电人|当事人|老人|大爷|大妈|对方|人家|他们?|她们?|{_PUBLIC})"
_SWAY = r"(?:诱导|引导|逼|哄|骗|说服|动员|威胁|吓唬|收买|买通|施压|软磨硬泡|暗示|搞定|央求|忽悠|迫使|强迫|劝|做[^，。]{0,6}工作|送[^，。]{0,8}(?:礼|东西|鸡蛋|米|面|油|卡|红包)|给[^，。]{0,8}(?:好处|红包|钱|礼|补偿费|封口费|小恩小惠)|塞[^，。]{0,6}(?:钱|红包|卡)|请[^，。]{0,4}吃饭|花钱)"
_CHANGED = r"(?:改(?:成|为|口|评|一?下评|回访)|(?:打|给|评|说|选|答|填|回|回答|回复)(?:成|个|为|是|上|我们|咱们?|出)?[^，。]{0,5}(?:满意|好评|五星|5星|五分|5分|高分|已解决|解决了|已经解决|联系过)|好评|撤(?:诉|单|销|回|案)|别(?:说|给|打)不满意|不要说不满意|不打差评|改评价|改口)"
_RATING = re.compile(
    rf"(?:诱导|引导|教唆|唆使).{{0,12}}(?:评价|打分|回访|满意|评分)|{_SWAY}.{{0,20}}{_CHANGED}|(?:让|求|请|叫|要求|教|催|拜托|使|怎么跟|跟).{{0,6}}{_CALLER}.{{0,16}}{_CHANGED}"
    r"|(?:不满意|差评|未解决|没解决|评价|评分|回访(?:结果|记录)?|满意度|三率|满意率|解决率|响应率).{0,8}(?:改(?:成|为|到|高|一?下)|调(?:成|高)|变成|弄成|刷(?:成|高|上去)?|美化|篡改|做高)|(?:改|刷|篡改|修改|调高|美化|做高)(?:一?下|掉|高)?.{0,6}(?:评价|评分|满意率|满意度|回访结果|回访记录|三率|解决率|响应率|好评)"
    rf"|(?:冒充|假扮|装成|假装).{{0,8}}{_CALLER}.{{0,12}}(?:评价|回访|接|打)|(?:找|安排|让)(?:人|同事|亲戚|朋友|志愿者|网格员).{{0,12}}(?:接回访|打好评|冒充|假装|充当|替.{{0,6}}评)|撤(?:诉|单).{{0,4}}话术"
    rf"|(?:让|叫|教|告诉|嘱咐|交代){_CALLER}.{{0,4}}(?:说|答|讲|回答?)(?:成|是)?(?:社区|我们|街道|物业|已经?|都)?[^，。]{{0,6}}(?:来过|去过|看过|联系过|解决|修好|办好|处理好|满意|打过)"
)
_ABOUT_RATING = re.compile(
    rf"(?:诱导|引导|教唆|唆使).{{0,12}}(?:评价|打分|回访|满意|评分)|能不能|可不可以|可以.{{0,20}}吗|能.{{0,20}}吗|行不行|允许|违规|违法|合规|后果|责任|追责|处分|问责|怎么处理|算不算|是否|是不是|怎么(?:防|避免)|发现|举报|有人|被要求|规定|哪条|误评|误操作|按错|选错|打错|不得|禁止|主动|自己(?:要求|想|提出|要)|本人|{_CALLER}(?:要求|想要?|提出|要|说要|又|突然)(?:改|修改|更改|更正|撤|重新)"
)
_ASKS_TRICK = re.compile(
    r"帮(?:我|忙)|教(?:我|教)|给我|写一?[份个段]|话术|怎么(?:才能|样才能|样)?(?:让|劝|哄|骗|说服|搞定|改|刷|把|给|使|跟|做)|如何(?:才能)?(?:让|劝|诱导|说服|改|刷|把|使)|有(?:什么|啥|没有)(?:办法|招|窍门|技巧|高招)|支个?招|窍门|想个"
)

# ---------------------------------------------------------------- revenge

_TARGET = r"(?:诉求人|投诉人|举报人|投诉的|举报的|打12345的|打热线的|老投诉|天天投诉|总投诉|那个?(?:居民|业主|投诉)|刁民|告状的)"
_HARM = r"(?:报复|打击|教训|收拾|整(?:一?下|治)|弄(?:一?下|死|走)|恐吓|威胁|吓唬|吓一吓|骚扰|堵(?:他|她|门)|跟踪|找[^，。]{0,4}麻烦|给[^，。]{0,6}(?:颜色|小鞋|教训)|穿.{0,2}小鞋|曝光|人肉|拉黑|封口|闭嘴|盯住|算账|不敢再)"
_REVENGE = re.compile(
    rf"(?:找|跟|去|给)(?:他|她|他们|她们|人家|那[个人女男户家]?的?)们?(?:的)?(?:单位|领导|老板|公司|学校|爱人|家里人?|儿女|子女|孩子)[^，。]{{0,4}}(?:聊聊|谈谈|说说|反映|施压|打个?招呼|管管|做工作|告状|敲打)|{_HARM}.{{0,12}}{_TARGET}|{_TARGET}.{{0,16}}(?!收拾|整治){_HARM}"
)
_ABOUT_REVENGE = re.compile(
    rf"被|怕|担心|防止|避免|保护|后果|责任|追责|处分|怎么处理|算不算|是否|不得|禁止|规定|能不能|可以.{{0,10}}吗|(?:威胁|恐吓|骚扰|跟踪|曝光|堵)(?:我|我们|社区|工作人员|同事|物业|邻居)|{_TARGET}.{{0,4}}(?:威胁|恐吓|骚扰|跟踪|报复|要曝光)(?!一?下)(?!.{{0,4}}{_TARGET})"
)


BY_KEY = {one.key: one for one in (PRIVACY, FORGERY, RATING, REVENGE, FAVOURS, ORDERS)}


def only_asks(question: str) -> bool:
    """Whether it asks if one may, and does not ask for it to be done."""
    text = re.sub(r"\s+", "", question)
    return bool(_MAY_ONE.search(text)) and not _HELP_ME.search(text)


def refusal(question: str) -> Refusal | None:
    """The rule a request runs into by its words, None when it may be answered."""
    text = re.sub(r"\s+", "", question)
    for rule in (_revenge, _rating, _forgery, _privacy):
        if found := rule(text):
            return replace(found, asked=only_asks(text))
    return None


def against(question: str, rules: Path) -> Refusal | None:
    """What a request runs into: by its words, or because it sounds like those that are refused.

    `asked` marks what is refused only when no paper answers it: a deed that is named, and yet
    nobody surely asks for it to be done.
    """
    wanted = wishes.wanted(question)
    named = refusal(question)
    learned = likeness.load(rules)
    if learned is None:
        return replace(named, asked=not wanted) if named else None
    score = learned.score(question)
    about = wishes.about_any(question)
    firm = score >= (IN_A_STORY if len(question) > STORY and not wanted else ALONE)
    firm = firm or (wanted and (about or named is not None) and score >= ASKED_FOR)
    maybe = score >= (MAYBE_ABOUT if about else MAYBE) and not _CITES.search(question)
    if not firm and not maybe and (named is None or wishes.reported(question)):
        return None
    return replace(named or BY_KEY[learned.kind(question)], asked=not firm)


def _privacy(text: str) -> Refusal | None:
    about = _ABOUT_DATA.search(text)
    to_me = _TO_ME.search(text)
    if _UNMASK.search(text) and not (about and not to_me):
        return PRIVACY
    if _WHO.search(text):
        return None if about and not to_me else PRIVACY
    person = rf"(?:{_COMPLAINANT}|{_SOMEBODY})"
    near = re.search(rf"{person}.{{0,12}}{_DATA}|{_DATA}.{{0,4}}{person}", text)
    public = re.search(rf"{_PUBLIC}们?(?:的|家的?)?{_DATA}", text) and (
        to_me or re.search(r"所有|全部|每户|批量|输出|导出|列出|打包", text)
    )
    if not (near or public) or not _GIVE.search(text):
        return None
    if _TO_OTHERS.search(text) and not re.search(r"给我(?!们)|发我|告诉我|帮我", text):
        return None
    if about and not (to_me and not re.search(r"怎么(?:回|答|说|办)|打不通|空号|联系不上", text)):
        return None
    return PRIVACY


def _forgery(text: str) -> Refusal | None:
    if not _FORGE.search(text):
        return None
    return None if _ABOUT_FORGERY.search(text) and not _HELP_ME.search(text) else FORGERY


def _rating(text: str) -> Refusal | None:
    if not _RATING.search(text):
        return None
    return None if _ABOUT_RATING.search(text) and not _ASKS_TRICK.search(text) else RATING


def _revenge(text: str) -> Refusal | None:
    if not _REVENGE.search(text):
        return None
    return None if _ABOUT_REVENGE.search(text) else REVENGE
