"""Journey (g): the real program proposes topics, advises on a case and finds what is hot; or says why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.fakes.program import Program

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "messages" / "messages.xlsx"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Invented cases of six months."""
    made = Program(tmp_path_factory.mktemp("analysis"))
    made.take_index()
    done = made.call("demo", "data", "--months", "6", "--cases-per-month", "120", "--seed", "7")
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def period(program: Program) -> tuple[str, str]:
    """The span of the last whole month."""
    now = json.loads(program.call("report", "hot", "--json").stdout)["period"]["after"]
    first = f"{now[:7]}-01"
    year, month = int(first[:4]), int(first[5:7])
    before = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}"
    return f"{before}-01", f"{before}-28"


def test_hot_topics_have_their_cases_and_the_papers_are_written(
    program: Program, period: tuple[str, str], tmp_path: Path
) -> None:
    first, last = period
    hot = ("report", "hot", "--from", first, "--to", last, "--json")
    found, again = program.jsons((*hot, "--out", str(tmp_path)), hot)
    assert found["total"] > 50 and found["topics"] and found["invented"]
    top = found["topics"][0]
    assert top["count"] == len(top["order_nos"]) and all(
        one.startswith("XG") for one in top["order_nos"]
    )
    assert {one.suffix for one in tmp_path.iterdir() if one.is_file()} == {".docx", ".xlsx"}
    assert again["topics"] == found["topics"]  # nothing is placed twice


def test_advice_names_its_sources_and_keeps_silent_where_history_is_short(
    program: Program, period: tuple[str, str]
) -> None:
    number = program.json("report", "hot", "--from", period[0], "--to", period[1], "--json")[
        "topics"
    ][0]["order_nos"][0]
    as_json, in_words = program.calls(("advice", number, "--json"), ("advice", number))
    assert as_json.returncode == 0, as_json.stderr
    advice = json.loads(as_json.stdout)
    assert advice["order_no"] == number and advice["similar"]["found"] > 0
    assert advice["steps"] and all(one["source"] for one in advice["steps"])
    assert advice["citations"] and all(one["status"] == "现行有效" for one in advice["citations"])
    risk = advice["risk"]
    if risk["check"] is None:
        assert risk["share"] is None and "不估计" in risk["text"]
    else:
        assert (risk["share"] is None) == (risk["check"]["auc"] < 0.55)
    assert number in in_words.stdout


def test_the_classifier_is_trained_and_used(program: Program) -> None:
    status = ("topics", "status", "--json")
    before, trained, after, proposed = program.calls(
        status, ("topics", "train"), status,
        ("topics", "propose", "楼道里有人飞线给电动车充电", "--json"),
    )  # fmt: skip
    assert json.loads(before.stdout)["source"] == "rules"
    assert trained.returncode == 0 and "件已确认分类" in trained.stdout
    assert json.loads(after.stdout)["labels"] > 500
    found = json.loads(proposed.stdout)[0]
    assert found["source"] == "model" and found["topics"][0]["path"][0] == "公共安全"


WRONG = (
    (("advice", "NOSUCH99"), "没有工单"),
    (("report", "hot", "--from", "昨天"), "不是日期"),
    (("report", "hot", "--from", "2026-05-31", "--to", "2026-05-01"), "对调"),
    (("report", "hot", "--from", "2999-01-01"), "还没有到"),
    (("report", "hot", "--sheet", "nowhere.xlsx"), "找不到文件"),
    (("topics", "propose", ""), "没有写诉求"),
)


def test_what_cannot_be_done_is_one_clear_sentence(program: Program) -> None:
    told = program.calls(*(words for words, _ in WRONG))
    for done, (words, said) in zip(told, WRONG, strict=True):
        assert done.returncode == 1 and said in done.stderr, (words, done)
        assert "Traceback" not in done.stderr


def test_an_empty_installation_says_there_is_nothing(tmp_path: Path) -> None:
    empty = Program(tmp_path)
    sheet = tmp_path / "空.xlsx"
    Workbook().save(sheet)
    train, hot, of_sheet = empty.calls(
        ("topics", "train"), ("report", "hot"), ("report", "hot", "--sheet", str(sheet))
    )
    assert train.returncode == 1 and "至少" in train.stderr
    assert "没有诉求" in hot.stdout
    assert of_sheet.returncode == 1 and "Traceback" not in of_sheet.stderr


@pytest.mark.skipif(not DATA.is_file(), reason="the public letters are not beside the repository")
def test_the_public_letters_show_their_known_hot_topics(program: Program) -> None:
    found = program.json("report", "hot", "--sheet", str(DATA), "--json")
    assert found["total"] > 2900
    top = " ".join(one["title"] + " ".join(one["terms"]) for one in found["topics"][:6])
    assert "捆绑销售" in top and "搅拌站" in top
    assert all(one["count"] == len(one["order_nos"]) for one in found["topics"])
