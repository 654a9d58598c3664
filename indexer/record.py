"""The record of a build: what went in, what made it, what could not be read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from indexer.chunks import CHUNKER_VERSION
from indexer.embedders import Embedder
from indexer.errors import IndexerError
from indexer.tokens import TOKENS_VERSION

FORMAT = "zhiban-index-5"
_LIBRARIES = ("numpy", "faiss-cpu", "rjieba", "tokenizers", "Markdown", "python-docx", "pypdfium2")
_REBUILD = "请运行 zhiban index build 重建索引。"


@dataclass(frozen=True, slots=True)
class Source:
    """One file that went into an index."""

    path: str  # below the folder it was found in, with that folder's name first
    digest: str  # sha256 of its bytes
    passages: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a file or the index that a person should know."""

    path: str
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """How an index came to be; saved in it as record.json."""

    folder: str  # name of the version folder
    fingerprint: str  # of everything below that decides what the index holds
    model_id: str
    dimension: int
    passages: int
    vectors: int
    embedded: int  # vectors computed in this build
    reused: int  # vectors taken over from the build before
    seconds: float
    built_at: str = ""  # ISO instant, UTC; empty when the caller gave none
    format: str = FORMAT
    chunker: str = CHUNKER_VERSION
    tokens: str = TOKENS_VERSION
    terms: str = ""  # fingerprint of terms.toml
    libraries: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()


@cache
def library_versions() -> tuple[str, ...]:
    """The libraries whose change may change an index, as name==version."""
    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name}=={version(name)}")
        except PackageNotFoundError:
            found.append(f"{name}==?")
    return tuple(found)


def write_record(folder: Path, record: BuildRecord) -> None:
    """Save the record in its version folder."""
    text = json.dumps(asdict(record), ensure_ascii=False, indent=1)
    (folder / "record.json").write_text(text, "utf-8")


def read_record(folder: Path) -> BuildRecord:
    """The record of a version folder."""
    said = json.loads((folder / "record.json").read_text("utf-8"))
    if said.get("format") != FORMAT:
        raise IndexerError("索引是另一个版本的程序建立的，不能使用。", _REBUILD)
    for name in ("libraries", "places"):
        said[name] = tuple(said[name])
    said["sources"] = tuple(Source(**row) for row in said["sources"])
    said["problems"] = tuple(Problem(**row) for row in said["problems"])
    return BuildRecord(**said)


def require_usable(record: BuildRecord, embedder: Embedder) -> None:
    """Refuse an index whose vectors, passages or terms another program or model made."""
    if record.model_id != embedder.model_id:
        raise IndexerError(
            f"索引是用嵌入模型 {record.model_id} 建立的，现在用的是 {embedder.model_id}，不能混用。",
            _REBUILD,
        )
    if (record.chunker, record.tokens) != (CHUNKER_VERSION, TOKENS_VERSION):
        raise IndexerError("索引是用旧的切分方法建立的，不能继续使用。", _REBUILD)
