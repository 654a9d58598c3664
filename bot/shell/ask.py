"""zhiban ask: one question, or a batch in which every item is a conversation of its own."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.shell.output import (
    note,
    put_json,
    put_json_line,
    read_json_lines,
    say,
    text_field,
    written_whole,
)


def ask(
    question: Annotated[str, typer.Argument(metavar="问题", help="要问的话")] = "",
    as_of: Annotated[
        str, typer.Option(metavar="日期", help="按这一天的规定回答，如 2026-06-01")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    batch: Annotated[Path | None, typer.Option(metavar="IN.jsonl", help="批量提问")] = None,
    out: Annotated[Path | None, typer.Option(metavar="OUT.jsonl", help="批量结果")] = None,
) -> None:
    """Answer with citations, or say honestly that no basis was found."""
    from bot.shell.opened import rooms

    day = read_day(as_of)
    if batch is None and not question.strip():
        raise typer.BadParameter("请写出问题，或者用 --batch 和 --out", param_hint="问题")
    if batch is not None and out is None:
        raise typer.BadParameter("批量提问要用 --out 指定结果文件", param_hint="--out")
    with rooms() as opened:
        if batch is None:
            _one(opened, question, day, as_json)
        else:
            assert out is not None
            _many(opened, batch, out, day)


def read_day(text: str) -> date | None:
    """A date option; a bad one is a usage error."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"“{text}”不是日期，写成 2026-06-01 这样", param_hint="日期"
        ) from None


def _one(opened: Any, question: str, day: date | None, as_json: bool) -> None:
    started = time.perf_counter()
    answer = _answer(opened, question, (), day)
    if as_json:
        put_json(_as_json("", answer, started))
    else:
        say(answer.text)


def _many(opened: Any, batch: Path, out: Path, day: date | None) -> None:
    from bot.shell.progress import counted

    items = list(read_json_lines(batch))
    with written_whole(out) as file:
        for item in counted(items, "回答"):
            context = tuple(str(turn) for turn in item.get("context") or ())
            item_day = read_day(str(item["as_of"])) if item.get("as_of") else day
            started = time.perf_counter()
            answer = _answer(opened, text_field(item, "question"), context, item_day)
            put_json_line(file, _as_json(text_field(item, "id"), answer, started))
    note(f"已回答 {len(items)} 个问题，写入 {out}。")


def _answer(opened: Any, question: str, context: tuple[str, ...], day: date | None) -> Any:
    from bot.dialogue.answering.ask import ask as answer_question

    return answer_question(opened, question, as_of=day, context=context)


def _as_json(identifier: str, answer: Any, started: float) -> dict[str, Any]:
    return {
        "id": identifier,
        "outcome": str(answer.outcome),
        "text": answer.text,
        "citations": [
            {
                "title": one.title,
                "article": one.article,
                "status": one.status,
                "effective_on": one.effective_on.isoformat() if one.effective_on else None,
                "verbatim": one.verbatim,
            }
            for one in answer.citations
        ],
        "score": round(float(answer.score), 4),
        "ms": round((time.perf_counter() - started) * 1000, 2),
    }
