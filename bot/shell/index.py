"""zhiban index: build, add official texts, check."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import BotError
from bot.shell.output import note, put_json, say

app = typer.Typer(help="知识库索引：建立、添加原文、检查。", no_args_is_help=True)


@app.command("build", help="重建知识库索引，或用 --from/--to 由 corpus.jsonl 建一个独立索引。")
def build(
    corpus: Annotated[Path | None, typer.Option("--from", metavar="corpus.jsonl")] = None,
    target: Annotated[Path | None, typer.Option("--to", metavar="DIR")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """Build in a new folder and swap it in whole."""
    from bot.app import build_own_index, embedder_of
    from bot.settings import read
    from bot.shell.progress import Steps

    settings = read()
    if (corpus is None) != (target is None):
        raise typer.BadParameter("--from 和 --to 要一起用", param_hint="--from/--to")
    if corpus is not None and target is not None:
        from indexer.build import build_from_corpus

        record = build_from_corpus(corpus, target, embedder=embedder_of(settings), progress=Steps())
    else:
        record = build_own_index(settings, progress=Steps())
    if as_json:
        put_json({"passages": record.passages, "seconds": record.seconds, "model": record.model_id})
    else:
        note(f"索引已建好：{record.passages} 段，用时 {record.seconds:.1f} 秒。")


@app.command("add", help="添加官方原文（md、docx、pdf、txt、html），回答时逐字引用。")
def add(paths: Annotated[list[Path], typer.Argument(metavar="PATH…")]) -> None:
    """Copy official texts into the data dir and index them; all or none."""
    from bot.app import build_own_index
    from bot.settings import read
    from indexer.readers import read_official

    settings = read()
    files = [file for path in paths for file in _files_below(path)]
    for file in files:
        read_official(file)  # refuses before anything is copied
    settings.added_papers_dir.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, settings.added_papers_dir / file.name)
    record = build_own_index(settings)
    say(f"已添加 {len(files)} 份原文；索引现有 {record.passages} 段。")


def _files_below(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    if not path.exists():
        raise BotError(f"找不到 {path}。", "请检查路径。")
    return [path]


@app.command("check", help="检查索引与知识库是否一致。")
def check(as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False) -> int:
    """Name orphans, drift and staleness; exit 1 when there are any."""
    from bot.app import paper_sources
    from bot.settings import read
    from indexer.checking import check_index

    settings = read()
    problems = check_index(settings.index_dir, paper_sources(settings))
    if as_json:
        put_json({"problems": [f"{one.path}：{one.what}{one.fix}" for one in problems]})
    for problem in () if as_json else problems:
        say(f"{problem.path}：{problem.what}{problem.fix}")
    if not problems:
        note("索引与知识库一致。")
        return 0
    note("请运行 zhiban index build 重建索引。")
    return 1
