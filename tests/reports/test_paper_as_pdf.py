"""A Word paper becomes a PDF where LibreOffice is; without it nothing is made and nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document

from indexer.materials import read_material
from reports.pdf import as_pdf, office


def opinion(folder: Path) -> Path:
    document = Document()
    document.add_paragraph("书面审核意见：材料没有签字。")
    path = folder / "意见.docx"
    document.save(str(path))
    return path


@pytest.mark.skipif(office() is None, reason="no LibreOffice on this machine")
def test_a_paper_is_written_as_pdf_beside_itself_with_the_same_words(tmp_path: Path) -> None:
    made = as_pdf(opinion(tmp_path))
    assert made == tmp_path / "意见.pdf"
    (read,) = read_material(made, name=made.name)
    assert read.kind == "pdf" and "材料没有签字" in read.pages[0].text


def test_without_libreoffice_there_is_no_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert as_pdf(opinion(tmp_path)) is None
    assert not (tmp_path / "意见.pdf").exists()
