"""Reading pictures in another process: the text, the order of lines, time limits, memory."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from indexer.errors import IndexerError
from indexer.ocr import ProcessOcr, TesseractOcr, _without_gaps, find_ocr
from indexer.ocr_process import rows

FONT = Path(__file__).resolve().parents[2] / "reports" / "fonts" / "ZhibanSansSC.otf"
LINES = ("现场核查记录", "工单编号：20261103104217", "核查地点：云栖小区三号楼", "经办人：周立衡")


def page(lines: tuple[str, ...] = LINES) -> Image.Image:
    picture = Image.new("RGB", (900, 90 * len(lines) + 80), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(str(FONT), 44)
    for at, line in enumerate(lines):
        pen.text((60, 40 + 90 * at), line, font=font, fill="black")
    return picture


def png(picture: Image.Image) -> bytes:
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()


def box(left: float, top: float, width: float, lean: float = 0.0) -> list[list[float]]:
    """Corners of a line 20 high, whose row sinks by `lean` for each step to the right."""
    corners = [(left, top), (left + width, top), (left + width, top + 20), (left, top + 20)]
    return [[x, y + lean * x] for x, y in corners]


@pytest.fixture(scope="module")
def reader():  # type: ignore[no-untyped-def]
    pytest.importorskip("rapidocr", reason="the extra [ocr] is not installed")
    pytest.importorskip("onnxruntime", reason="the extra [ocr] is not installed")
    with ProcessOcr() as ocr:
        yield ocr


def test_boxes_on_one_level_make_one_line_from_left_to_right() -> None:
    boxes = [box(400, 102, 100), box(10, 10, 200), box(10, 100, 100)]
    assert rows(boxes, ["右", "标题", "左"]) == ["标题", "左 右"]


@given(st.floats(-0.09, 0.09), st.integers(2, 6))
def test_a_leaning_page_keeps_its_rows(lean: float, count: int) -> None:
    boxes, texts = [], []
    for at in range(count):
        boxes += [box(700, 60.0 * at, 300, lean), box(20, 60.0 * at, 400, lean)]
        texts += [f"右{at}", f"左{at}"]
    assert rows(boxes, texts) == [f"左{at} 右{at}" for at in range(count)]


def test_blanks_between_han_characters_go_and_between_words_stay() -> None:
    assert _without_gaps("工 单 编 号 No 12 张") == "工单编号No 12张"


@pytest.mark.parametrize("turned", [0, 90, 180])
def test_a_page_is_read_however_it_lies(reader: ProcessOcr, turned: int) -> None:
    assert reader(png(page().rotate(turned, expand=True))).splitlines() == list(LINES)


def test_a_picture_that_cannot_be_opened_is_told_and_the_next_one_is_read(
    reader: ProcessOcr,
) -> None:
    with pytest.raises(IndexerError, match="认不出文字"):
        reader(b"no picture")
    assert "周立衡" in reader(png(page(LINES[-1:])))


def test_the_process_ends_with_the_reader() -> None:
    pytest.importorskip("rapidocr", reason="the extra [ocr] is not installed")
    with ProcessOcr() as ocr:
        assert ocr.pid is None  # nothing is held before the first picture
        child = ocr._start()
        assert child.poll() is None
    assert child.poll() is not None and ocr.pid is None


def test_a_page_that_takes_too_long_is_given_up_and_the_process_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow = tmp_path / "never_answers.py"
    slow.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr("indexer.ocr._PROCESS", slow)
    with ProcessOcr(page_seconds=0.2) as ocr:
        with pytest.raises(IndexerError, match="超过"):
            ocr(png(page()))
        assert ocr.pid is None


def test_a_process_that_dies_is_told_and_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.ocr._PROCESS", Path("/nowhere/ocr_process.py"))
    with ProcessOcr() as ocr:
        for _ in range(2):
            with pytest.raises(IndexerError, match="识别中断"):
                ocr(b"picture")


def test_the_reading_process_imports_nothing_of_ours() -> None:
    code = (
        "import sys, runpy; runpy.run_path('indexer/ocr_process.py', run_name='looked_at'); "
        "assert not [m for m in sys.modules if m.split('.')[0] in ('indexer', 'bot', 'casedb')]"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-P", "-c", code], cwd=root, check=True)


def test_nobody_is_found_where_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert find_ocr() is None


def test_tesseract_is_the_second_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\n[ "$1" = --list-langs ] && { echo chi_sim; exit 0; }\n'
        'echo "工 单 $OMP_THREAD_LIMIT"\n'
    )
    program.chmod(0o755)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: str(program))
    found = find_ocr()
    assert isinstance(found, TesseractOcr)
    assert found(b"picture") == "工单1"
