"""Journey (c): materials sent in private become findings, an analyst decides, an opinion comes back."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook

from tests.fakes.botapi import BotApi
from tests.fakes.botapi_world import Sent
from tests.fakes.program import Program, wait_until
from tests.journeys.conftest import registers

WORKER, ANALYST = 81, 82
NO = "20260531000456"
RECORD = (
    "现场核查记录",
    f"工单编号：{NO}",
    "核查时间：2026年6月1日 07:50",
    "核查地点：甲一小区3号楼",
    "核查情况：经现场核查，楼道未发现堆物。",
)
PROOF = (
    "证明",
    "兹证明甲一小区3号楼每日巡查，未发现楼道堆物。",
    "甲一物业服务有限公司（公章）",
    "2026年6月1日",
)


def sheet() -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(("工单编号", "标题", "诉求内容", "社区", "承办单位", "派单时间", "办理时限"))
    page.append(
        (
            NO,
            "楼道堆物",
            "反映3号楼楼道堆物",
            "甲一社区",
            "甲一社区",
            "2026-05-31 09:00",
            "2026-06-05 18:00",
        )
    )
    return saved(book)


def paper(lines: tuple[str, ...]) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(thing: object) -> bytes:
    buffer = io.BytesIO()
    thing.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def said_to(botapi: BotApi, user: int, words: str) -> Sent:
    """The newest message to a person that holds these words."""

    def found() -> list[Sent]:
        return [one for one in botapi.methods.sent if one.chat == user and words in one.text]

    wait_until(found, within=60, what=f"“{words}” to {user}")
    return found()[-1]


def opinions(botapi: BotApi, user: int) -> list[Sent]:
    sent = botapi.methods.sent
    return [one for one in sent if one.chat == user and one.file_name.endswith(".docx")]


def words_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


@pytest.fixture
def office(town: Program, botapi: BotApi, tmp_path: Path) -> Program:
    """The town with a worker, an analyst and one case, running; without LibreOffice.

    How a paper becomes a PDF is proven once, in tests/reports; here each opinion would take minutes.
    """
    town.environment["PATH"] = str(Path(sys.executable).parent)
    town.start()
    registers(town, botapi, name="林小满", unit="甲一社区", role="community", user=WORKER)
    registers(town, botapi, name="周分析", unit="接诉即办专班", role="analyst", user=ANALYST)
    file = tmp_path / "工单.xlsx"
    file.write_bytes(sheet())
    assert town.json("cases", "import", str(file), "--json")["created"] == 1
    return town


def asks_for_exclusion(botapi: BotApi) -> None:
    botapi.says(f"/exclude {NO}", user=WORKER)
    said_to(botapi, WORKER, "请选剔除类别")
    botapi.presses("EX05 反映情况不属实", user=WORKER)
    said_to(botapi, WORKER, "现场核查记录")


def test_three_taps_files_in_findings_out_opinion_back_and_a_second_round(
    office: Program, botapi: BotApi
) -> None:
    asks_for_exclusion(botapi)
    needed = said_to(botapi, WORKER, "第三方证明")
    assert "6月" in needed.text
    assert "样例规则，未经甲方确认" in needed.text
    botapi.sends_document(paper(RECORD), "现场核查记录.docx", user=WORKER)
    assert "还缺：第三方证明" in said_to(botapi, WORKER, "已收到“现场核查记录.docx”").text
    proof = paper(PROOF)
    botapi.sends_document(proof, "../../物业公司证明.docx", user=WORKER)
    said_to(botapi, WORKER, "物业公司证明.docx”（工单")
    botapi.sends_document(proof, "证明副本.docx", user=WORKER)
    said_to(botapi, WORKER, "完全一样")
    botapi.presses("请审核", user=WORKER)
    said_to(botapi, WORKER, "第 1 轮审核")

    listed = said_to(botapi, ANALYST, "请确认")
    assert "没有签字" in listed.text
    botapi.presses("确认其余并发出意见", user=ANALYST)
    said_to(botapi, WORKER, "剔除材料审核意见")
    wait_until(lambda: opinions(botapi, WORKER), within=60, what="the opinion")
    first = words_of(opinions(botapi, WORKER)[-1].content)
    for words in (NO, "没有签字", "周分析", "样例规则，未经甲方确认", "SHA-256"):
        assert words in first
    botapi.presses("看要改什么", user=WORKER)
    said_to(botapi, WORKER, "要改的 1 项")

    mended = (*RECORD, "核查人（签字）：林小满", "2026年6月1日")
    botapi.sends_document(paper(mended), "现场核查记录.docx", user=WORKER)
    wait_until(
        lambda: sum("已收到“现场核查记录.docx”" in one.text for one in botapi.methods.sent) == 2,
        what="the mended paper",
    )
    botapi.presses("请审核", user=WORKER)
    said_to(botapi, WORKER, "第 2 轮审核")
    said_to(botapi, ANALYST, "第 2 轮")
    botapi.presses("确认其余并发出意见", user=ANALYST)
    wait_until(lambda: len(opinions(botapi, WORKER)) == 2, within=60, what="the second opinion")
    second = words_of(opinions(botapi, WORKER)[-1].content)
    assert "已整改 1 项" in second
    assert "可以报送复核" in second


def test_the_shell_and_a_wrong_category_answer_in_one_sentence(
    town: Program, tmp_path: Path
) -> None:
    file = tmp_path / "工单.xlsx"
    file.write_bytes(sheet())
    town.json("cases", "import", str(file), "--json")
    record = tmp_path / "现场核查记录.docx"
    record.write_bytes(paper(RECORD))
    out = tmp_path / "意见.docx"
    done = town.json("review", NO, "--category", "EX05", str(record), "--json", "--out", str(out))
    rules = {one["rule"] for one in done["findings"] if one["status"] != "met"}
    assert rules == {"signature", "paper.third_party"}
    assert "没有签字" in words_of(out.read_bytes())
    wrong = town.call("review", NO, "--category", "EX99", str(record))
    assert wrong.returncode == 1
    assert "没有剔除类别“EX99”" in wrong.stderr
