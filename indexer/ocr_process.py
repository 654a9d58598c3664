"""The process that reads pictures: a picture comes in by a pipe, its lines go out, one at a time.

It imports nothing of ours and holds the models; when it ends, its memory is given back.
Frames both ways: four bytes of length (big-endian), then the picture or a JSON answer.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, BinaryIO

_MOST_THREADS = 4  # half of the cores at most: on a busy machine threads that wait cost more
_LINES_AT_ONCE = 4  # more lines together take more memory and hardly less time
_TALL = 1.5  # a line of text this many times higher than wide stands on its side
_SAME_ROW = 0.5  # of the line height
_LINES_TO_JUDGE = 3  # fewer lines say nothing about how the page lies
_GAP = 0.8  # of the line height; a wider gap inside one row separates columns

Corners = Sequence[Sequence[float]]


def main() -> None:
    """Answer frames until the parent closes the pipe."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what libraries print must not mix in
    engine = _engine()
    for picture in _frames(sys.stdin.buffer):
        try:
            answer = {"text": read_picture(engine, picture)}
        except Exception as error:  # one bad picture must not end the process
            answer = {"error": f"{type(error).__name__}: {error}"}
        content = json.dumps(answer, ensure_ascii=False).encode("utf-8")
        answers.write(struct.pack(">I", len(content)) + content)
        answers.flush()


def _engine() -> Any:
    from rapidocr import RapidOCR

    threads = max(1, min(_MOST_THREADS, (os.cpu_count() or 1) // 2))
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "Rec.rec_batch_num": _LINES_AT_ONCE,
        }
    )


def _frames(stream: BinaryIO) -> Iterator[bytes]:
    while len(head := stream.read(4)) == 4:
        (length,) = struct.unpack(">I", head)
        yield stream.read(length)


def read_picture(engine: Any, picture: bytes) -> str:
    """The lines of a picture from top to bottom; a page on its side or head is turned first."""
    import numpy
    from PIL import Image

    with Image.open(BytesIO(picture)) as opened:
        pixels = numpy.asarray(opened.convert("RGB"))[:, :, ::-1]
    found = _read(engine, pixels)
    if _on_its_side(found):
        pixels = numpy.rot90(pixels)
        found = _read(engine, pixels)
    if _upside_down(engine, pixels, found):
        found = _read(engine, numpy.rot90(pixels, 2))
    if found.boxes is None or not found.txts:
        return ""
    return "\n".join(rows([box.tolist() for box in found.boxes], found.txts))


def _read(engine: Any, pixels: Any) -> Any:
    # The switches stay as the last call set them, so each call says all three.
    import numpy

    return engine(numpy.ascontiguousarray(pixels), use_det=True, use_cls=True, use_rec=True)


def _on_its_side(found: Any) -> bool:
    if found.boxes is None or len(found.boxes) < _LINES_TO_JUDGE:
        return False
    return _share(_is_tall(box) for box in found.boxes) > 0.5


def _upside_down(engine: Any, pixels: Any, found: Any) -> bool:
    """Lines are turned one by one before they are read; the page may still stand on its head."""
    import numpy

    if found.boxes is None or len(found.boxes) < _LINES_TO_JUDGE:
        return False
    longest = sorted(found.boxes, key=lambda box: float(box[1][0] - box[0][0]), reverse=True)
    crops = [numpy.ascontiguousarray(_crop(pixels, box)) for box in longest[:_LINES_TO_JUDGE]]
    answers = [
        engine(crop, use_det=False, use_cls=True, use_rec=False) for crop in crops if crop.size
    ]
    return _share(answer.cls_res[0][0] == "180" for answer in answers if answer.cls_res) > 0.5


def _crop(pixels: Any, box: Any) -> Any:
    left, top = (max(0, int(edge)) for edge in box.min(axis=0))
    right, bottom = (int(edge) + 1 for edge in box.max(axis=0))
    return pixels[top:bottom, left:right]


def _is_tall(box: Any) -> bool:
    width, height = (float(edge) for edge in box.max(axis=0) - box.min(axis=0))
    return height > _TALL * width


def _share(answers: Iterator[bool]) -> float:
    told = list(answers)
    return sum(told) / len(told) if told else 0.0


def rows(boxes: Sequence[Corners], texts: Sequence[str]) -> list[str]:
    """Boxes on one level make one line, left to right; a leaning page is straightened first."""
    lean = _lean(boxes)
    placed = sorted(
        (
            (_middle(box, lean), min(x for x, _ in box), max(x for x, _ in box), _height(box), text)
            for box, text in zip(boxes, texts, strict=True)
        ),
        key=lambda piece: piece[0],
    )
    lines: list[list[tuple[float, float, float, float, str]]] = []
    for piece in placed:
        last = lines[-1][-1] if lines else None
        if last and piece[0] - last[0] < _SAME_ROW * min(piece[3], last[3]):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return [_joined(sorted(line, key=lambda piece: piece[1])) for line in lines]


def _joined(line: Sequence[tuple[float, float, float, float, str]]) -> str:
    text, edge = "", 0.0
    for _, left, right, height, words in line:
        if text:
            text += " " if left - edge > _GAP * height else ""
        text, edge = text + words, right
    return text


def _lean(boxes: Sequence[Corners]) -> float:
    """Rise over run of the upper edges of the long lines, the middle one."""
    long = [box for box in boxes if box[1][0] - box[0][0] > 3 * _height(box)]
    slopes = sorted((box[1][1] - box[0][1]) / (box[1][0] - box[0][0]) for box in long)
    return slopes[len(slopes) // 2] if slopes else 0.0


def _middle(box: Corners, lean: float) -> float:
    return sum(y - lean * x for x, y in box) / len(box)


def _height(box: Corners) -> float:
    left, right = abs(box[3][1] - box[0][1]), abs(box[2][1] - box[1][1])
    return max(1.0, (left + right) / 2)


if __name__ == "__main__":
    main()
