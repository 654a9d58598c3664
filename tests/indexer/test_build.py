"""Building: incremental, whole or not at all, watched, checked."""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from hashing import HashingEmbedder

from indexer.batch import read_questions, search_batch
from indexer.build import build_from_corpus, build_index, is_stale
from indexer.checking import check_index
from indexer.errors import IndexerError
from indexer.record import BuildRecord, read_record
from indexer.search import Index, LiveIndex
from indexer.swap import current_version
from indexer.watch import watch

ROOT = Path(__file__).resolve().parents[2]
SECOND = "---\ntitle: 乙办法\nkind: policy\nplace: 北京\n---\n## 第一条 领表\n\n表格在一层领。\n"


def build(papers: Path, target: Path, embedder: HashingEmbedder) -> BuildRecord:
    return build_index([papers], target, embedder=embedder)


def test_the_record_tells_what_went_in(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    (papers / "坏.docx").write_bytes(b"")
    now = datetime(2026, 6, 1, tzinfo=UTC)
    record = build_index([papers], tmp_path / "index", embedder=embedder, now=now)
    assert record.passages == 4 and record.model_id == "hashing@1"
    assert [source.path for source in record.sources] == ["papers/坏.docx", "papers/接件办法.md"]
    assert "0 字节" in record.problems[0].what
    assert record.built_at == now.isoformat()
    assert read_record(tmp_path / "index" / "versions" / record.folder) == record


def test_only_changed_passages_are_embedded_again(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    first = build(papers, tmp_path / "index", embedder)
    (papers / "乙.md").write_text(SECOND, "utf-8")
    embedder.encoded.clear()
    second = build(papers, tmp_path / "index", embedder)
    assert embedder.encoded == ["乙办法 第一条 领表 表格在一层领。"]
    assert (second.embedded, second.reused) == (1, first.vectors)

    text = (papers / "接件办法.md").read_text("utf-8")
    (papers / "接件办法.md").write_text(text.replace("改发短信", "改发信息"), "utf-8")
    embedder.encoded.clear()
    build(papers, tmp_path / "index", embedder)
    assert len(embedder.encoded) == 1 and "改发信息" in embedder.encoded[0]


def test_reused_vectors_are_the_same_as_new_ones(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    build(papers, tmp_path / "a", embedder)
    build(papers, tmp_path / "a", embedder)
    build(papers, tmp_path / "b", embedder)
    again, fresh = (current_version(tmp_path / name) for name in "ab")
    assert again and fresh
    for name in ("vectors.npy", "vectors_scales.npy", "passages.jsonl", "keywords_docs.npy"):
        assert (again / name).read_bytes() == (fresh / name).read_bytes()


def test_what_is_deleted_is_gone(papers: Path, tmp_path: Path, embedder: HashingEmbedder) -> None:
    (papers / "乙.md").write_text(SECOND, "utf-8")
    build(papers, tmp_path / "index", embedder)
    assert Index.open(tmp_path / "index", embedder).article("乙办法", "1")
    (papers / "乙.md").unlink()
    build(papers, tmp_path / "index", embedder)
    index = Index.open(tmp_path / "index", embedder)
    assert "乙办法" not in index.titles()
    assert all(hit.passage.title != "乙办法" for hit in index.search("表格在一层领").hits)


def test_passage_ids_survive_a_rebuild_and_a_new_neighbour(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    build(papers, tmp_path / "index", embedder)
    before = {p.article: p.id for p in Index.open(tmp_path / "index", embedder).passages}
    (papers / "乙.md").write_text(SECOND, "utf-8")
    build(papers, tmp_path / "index", embedder)
    index = Index.open(tmp_path / "index", embedder)
    after = {p.article: p.id for p in index.paper("甲市接件办法")}
    assert after == before


def test_staleness_names_its_reason(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    target = tmp_path / "index"
    assert "还没有" in (is_stale(target, [papers], embedder) or "")
    build(papers, target, embedder)
    assert is_stale(target, [papers], embedder) is None
    assert "模型" in (is_stale(target, [papers], HashingEmbedder("other@2")) or "")
    (papers / "乙.md").write_text(SECOND, "utf-8")
    assert "新增 1、改动 0、删除 0" in (is_stale(target, [papers], embedder) or "")
    (papers / "接件办法.md").unlink()
    assert "新增 1、改动 0、删除 1" in (is_stale(target, [papers], embedder) or "")


def test_an_index_of_another_model_is_refused_with_the_command_that_mends_it(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    build(papers, tmp_path / "index", embedder)
    with pytest.raises(IndexerError) as caught:
        Index.open(tmp_path / "index", HashingEmbedder("other@2"))
    assert "zhiban index build" in caught.value.fix


def test_no_index_and_a_damaged_one_say_so(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    with pytest.raises(IndexerError, match="还没有索引"):
        Index.open(tmp_path / "index", embedder)
    build(papers, tmp_path / "index", embedder)
    version = current_version(tmp_path / "index")
    assert version
    (version / "facets.npy").write_bytes(b"broken")
    with pytest.raises(IndexerError, match="损坏"):
        Index.open(tmp_path / "index", embedder)
    (version / "facets.npy").unlink()
    with pytest.raises(IndexerError, match="不完整"):
        Index.open(tmp_path / "index", embedder)
    build(papers, tmp_path / "index", embedder)
    assert Index.open(tmp_path / "index", embedder).search("能直接退吗").hits


def test_check_finds_orphans_drift_and_damage(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    target = tmp_path / "index"
    (papers / "乙.md").write_text(SECOND, "utf-8")
    build(papers, target, embedder)
    assert check_index(target, [papers]) == []
    (papers / "乙.md").unlink()
    (papers / "丙.md").write_text(SECOND.replace("乙", "丙"), "utf-8")
    with (papers / "接件办法.md").open("a", encoding="utf-8") as file:
        file.write("\n又加一句。\n")
    found = {problem.path: problem.what for problem in check_index(target, [papers])}
    assert "已经不在" in found["papers/乙.md"] and "1 段" in found["papers/乙.md"]
    assert "改过" in found["papers/接件办法.md"]
    assert "还没有进索引" in found["papers/丙.md"]
    version = current_version(target)
    assert version
    np.save(version / "vectors.npy", np.zeros((1, 64), np.int8))
    assert any("对不上" in problem.what for problem in check_index(target, [papers]))


def test_two_wordings_of_one_law_follow_each_other(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    for year, days in ((2015, "三日"), (2022, "五日")):
        text = f"# 甲市接件办法\n\n第一条 {days}内回电话。\n第二条 自{year}年5月1日起施行。\n"
        (folder / f"甲市接件办法({year}-03-01).md").write_text(text, "utf-8")
    build_index([folder], tmp_path / "index", embedder=embedder)
    index = Index.open(tmp_path / "index", embedder)
    old = index.article("甲市接件办法", "第一条", as_of=date(2020, 1, 1))
    new = index.article("甲市接件办法", "第一条", as_of=date(2022, 5, 1))
    assert old and new and ("三日" in old.text, "五日" in new.text) == (True, True)
    assert old.repealed_on == date(2022, 5, 1)
    assert index.article("甲市接件办法", "第一条") == new


def test_an_amended_wording_begins_with_its_amendment(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    for version, days in (("2012-03-01", "三日"), ("2019-07-26", "五日")):
        text = f"# 甲市接件办法\n\n第一条 {days}内回电话。\n第二条 自2004年10月1日起施行。\n"
        (folder / f"甲市接件办法({version}).md").write_text(text, "utf-8")
    build_index([folder], tmp_path / "index", embedder=embedder)
    index = Index.open(tmp_path / "index", embedder)
    found = [
        index.article("甲市接件办法", "1", as_of=date(year, 1, 1)) for year in (2011, 2015, 2020)
    ]
    assert [p and p.text[4:6] for p in found] == [None, "三日", "五日"]


def test_two_texts_of_one_law_that_cannot_be_ordered_are_told(
    tmp_path: Path, embedder: HashingEmbedder
) -> None:
    folder = tmp_path / "laws"
    folder.mkdir()
    for name in ("甲.md", "乙.md"):
        (folder / name).write_text(f"# 甲市接件办法\n\n第一条 {name}。\n", "utf-8")
    record = build_index([folder], tmp_path / "index", embedder=embedder)
    assert "看不出哪一份在后" in record.problems[0].what


def test_readers_keep_the_old_index_until_the_new_one_is_whole(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    live = LiveIndex(tmp_path, embedder)
    with pytest.raises(IndexerError):
        live.current()
    build(papers, tmp_path / "index", embedder)
    first = live.current()
    assert live.current() is first
    for round in range(4):
        (papers / "乙.md").write_text(SECOND.replace("一层", f"{round}层"), "utf-8")
        build(papers, tmp_path / "index", embedder)
        assert first.search("能直接退吗").hits
        assert live.current().search("表格在哪层领").hits[0].passage.text == f"表格在{round}层领。"
    assert len(list((tmp_path / "index" / "versions").iterdir())) == 2


def test_a_source_that_is_not_there_is_told(tmp_path: Path, embedder: HashingEmbedder) -> None:
    with pytest.raises(IndexerError, match="找不到"):
        build_index([tmp_path / "none"], tmp_path / "index", embedder=embedder)


KILLED = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from hashing import HashingEmbedder
from indexer.build import build_index
for _ in range(500):
    print("go", flush=True)
    build_index([Path(sys.argv[3])], Path(sys.argv[4]), embedder=HashingEmbedder())
"""


def start(script: str, *arguments: Path) -> subprocess.Popen[str]:
    here = Path(__file__).parent
    return subprocess.Popen(
        [sys.executable, "-c", script, str(ROOT), str(here), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_build_killed_at_any_moment_leaves_the_old_index_in_use(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    for number in range(60):
        (papers / f"乙{number}.md").write_text(SECOND.replace("乙", f"乙{number}"), "utf-8")
    target = tmp_path / "index"
    build(papers, target, embedder)
    chance = random.Random(11)
    for _ in range(6):
        builder = start(KILLED, papers, target)
        assert builder.stdout
        assert builder.stdout.readline() == "go\n"
        time.sleep(chance.uniform(0, 0.4))
        builder.send_signal(signal.SIGKILL)
        builder.communicate()
        index = Index.open(target, embedder)
        assert len(index.passages) == 64
        assert index.article("乙7办法", "第一条")
        assert [p for p in check_index(target, [papers]) if p.path.startswith("0")] == []
    build(papers, target, embedder)
    assert not list(target.rglob("*.part"))


NO_ROOM = """
import resource, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from hashing import HashingEmbedder
from indexer.build import build_index
from indexer.errors import IndexerError
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    build_index([Path(sys.argv[3])], Path(sys.argv[4]), embedder=HashingEmbedder())
except IndexerError as error:
    print(error.what, error.fix)
"""


def test_a_full_disk_stops_the_build_and_leaves_the_old_index_in_use(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    assert resource.RLIM_INFINITY
    target = tmp_path / "index"
    build(papers, target, embedder)
    before = current_version(target)
    for number in range(200):
        (papers / f"乙{number}.md").write_text(SECOND.replace("乙", f"乙{number}"), "utf-8")
    said, errors = start(NO_ROOM, papers, target).communicate(timeout=60)
    assert "索引没有建成" in said and "原来的索引照常使用" in said, errors
    assert current_version(target) == before
    assert not list(target.rglob("*.part"))


def test_a_change_below_the_watched_folder_rebuilds(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    target = tmp_path / "index"
    build(papers, target, embedder)
    stop, seen = Event(), Event()
    problems: list[IndexerError] = []
    watcher = Thread(
        target=watch, args=([papers], target),
        kwargs={"embedder": embedder, "stop": stop, "built": lambda record: seen.set(),
                "failed": problems.append, "quiet_ms": 50},
    )  # fmt: skip
    watcher.start()
    try:
        for attempt in range(100):  # the watch may not have begun when the first change comes
            (papers / "乙.md").write_text(SECOND + f"\n第{attempt}次。\n", "utf-8")
            if seen.wait(0.2):
                break
        assert seen.is_set()
    finally:
        stop.set()
        watcher.join(20)
    assert problems == []
    assert Index.open(target, embedder).article("乙办法", "第一条")


def corpus(file: Path, rows: list[dict[str, str]]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_a_corpus_is_searched_in_batches(tmp_path: Path, embedder: HashingEmbedder) -> None:
    rows = [
        {"id": f"D{n}", "name": f"甲法第{n}条", "text": f"第{n}号单子归{n}科办。"}
        for n in range(1, 30)
    ]
    record = build_from_corpus(
        corpus(tmp_path / "c.jsonl", rows), tmp_path / "ix", embedder=embedder
    )
    assert record.passages == 29
    queries = tmp_path / "q.tsv"
    queries.write_text("q1\t甲法第7条\nq2\t\nq3\t单子归谁办\n", "utf-8")
    out = tmp_path / "run.tsv"
    assert search_batch(Index.open(tmp_path / "ix", embedder), queries, out, top=5) == 3
    lines = [line.split(" ") for line in out.read_text("utf-8").splitlines()]
    assert lines[0][:4] == ["q1", "Q0", "D7", "1"]
    assert [len(line) for line in lines] == [6] * 10
    scores = [float(line[4]) for line in lines if line[0] == "q3"]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "line, said",
    [("{not json", "第 2 行"), ('{"id": "2"}', "第 2 行"), ('["x"]', "第 2 行"),
     ('{"id": "1", "name": "甲", "text": "乙"}', "前面已经用过")],
)  # fmt: skip
def test_a_bad_corpus_line_is_named(
    tmp_path: Path, embedder: HashingEmbedder, line: str, said: str
) -> None:
    file = corpus(tmp_path / "c.jsonl", [{"id": "1", "name": "甲", "text": "乙"}])
    with file.open("a", encoding="utf-8") as more:
        more.write(line + "\n")
    with pytest.raises(IndexerError, match=said):
        build_from_corpus(file, tmp_path / "ix", embedder=embedder)
    assert current_version(tmp_path / "ix") is None


@pytest.mark.parametrize("text", ["没有制表符\n", "q1\t甲\nq1\t乙\n", "\t没有编号\n"])
def test_a_bad_line_of_questions_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "q.tsv"
    file.write_text(text, "utf-8")
    with pytest.raises(IndexerError, match="行"):
        read_questions(file)


def test_progress_is_told(papers: Path, tmp_path: Path, embedder: HashingEmbedder) -> None:
    told: list[tuple[str, int, int]] = []
    progress: Callable[[str, int, int], None] = lambda *step: told.append(step)  # noqa: E731
    build_index([papers], tmp_path / "index", embedder=embedder, progress=progress)
    assert told[0] == ("写入段落", 4, 4) and told[-1][1] == told[-1][2]


def test_an_index_without_the_table_of_the_coarse_scan_is_refused_and_built_anew(
    papers: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    target = tmp_path / "index"
    file = target / "versions" / build(papers, target, embedder).folder / "record.json"
    said = json.loads(file.read_text("utf-8")) | {"format": "zhiban-index-2"}
    file.write_text(json.dumps(said), "utf-8")
    with pytest.raises(IndexerError, match="另一个版本"):
        Index.open(target, embedder)
    build(papers, target, embedder)
    assert len(Index.open(target, embedder).passages) > 0
