"""The arrows of docs/HOUSE.md: who may import whom, and one file for each outside thing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {
    "casedb": set(),
    "indexer": set(),
    "reports": {"casedb"},
    "bot": {"casedb", "indexer", "reports"},
}
ONLY_IN = {
    "telegram": ("bot/channels/telegram",),
    "faiss": ("indexer/vectors.py",),
    "sentence_transformers": ("indexer/embedders.py", "indexer/training"),
    "model2vec": ("indexer/embedders.py", "indexer/training"),
    "torch": ("indexer/embedders.py", "indexer/training"),
    "rapidocr": ("indexer/ocr",),
    "onnxruntime": ("indexer/ocr",),
    "sqlalchemy": ("casedb/",),
    "alembic": ("casedb/",),
    "matplotlib": ("reports/pictures.py",),
    "fastapi": ("bot/web/",),
    "uvicorn": ("bot/service.py",),
}
MAX_LINES = 350


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", OURS)
def test_packages_import_only_downwards(package: str) -> None:
    for path in modules(package):
        strangers = (set(imported(path)) & OURS.keys()) - OURS[package] - {package}
        assert not strangers, f"{path.relative_to(ROOT)} must not import {strangers}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_each_outside_library_has_its_own_place(library: str) -> None:
    for package in OURS:
        for path in modules(package):
            place = path.relative_to(ROOT).as_posix()
            if library in imported(path):
                assert place.startswith(ONLY_IN[library]), f"{place} must not import {library}"


def test_dialogue_is_not_async_and_knows_no_channel() -> None:
    for path in modules("bot/dialogue"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not any(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(tree)), path
        names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(name and name.startswith("bot.web") for name in names), path


def test_the_environment_is_read_in_settings_only() -> None:
    for package in OURS:
        for path in modules(package):
            text = path.read_text(encoding="utf-8")
            if path != ROOT / "bot/settings.py":
                assert "os.environ" not in text and "getenv" not in text, path


def test_modules_stay_readable() -> None:
    for package in OURS:
        for path in modules(package):
            if "versions" in path.parts:
                continue  # a migration lists every column, once
            count = len(path.read_text(encoding="utf-8").splitlines())
            assert count <= MAX_LINES, f"{path.relative_to(ROOT)} has {count} lines; split it"


def test_every_module_says_its_duty() -> None:
    for package in OURS:
        for path in modules(package):
            assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_knowledge_holds_no_code() -> None:
    assert not list((ROOT / "knowledge").rglob("*.py"))
