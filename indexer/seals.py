"""Red seals on a page or in a picture: counted by colour, size and shape, without reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from PIL.Image import Image

    Mask = numpy.ndarray[tuple[int, int], numpy.dtype[numpy.bool_]]

_LOOKED_AT = 360  # longer edge in pixels; a seal of 4 cm on A4 is then about 48 pixels wide
_CELL = 3  # pixels; red strokes nearer than a cell belong together
_SMALLEST, _LARGEST = 0.045, 0.45  # of the longer edge
_LONGEST = 1.9  # times as wide as high or the other way round; seals are round, oval or square
_EMPTIEST, _FULLEST = 0.12, 0.97  # share of its box that a seal's ink fills


def count_seals(picture: Image) -> int:
    """How many red stamped marks stand on the picture; 0 when none."""
    import numpy

    small = picture.convert("RGB")
    small.thumbnail((_LOOKED_AT, _LOOKED_AT))
    red, green, blue = (
        numpy.asarray(small, dtype=numpy.int16)[:, :, band] for band in range(3)
    )  # fmt: skip
    ink = (red - numpy.maximum(green, blue) > 40) & (red > 90)
    return sum(_is_seal(box, ink, max(small.size)) for box in _patches(ink))


def _patches(ink: Mask) -> list[tuple[int, int, int, int]]:
    """Boxes (top, left, bottom, right) around the inked cells that touch each other."""
    import numpy

    height, width = (edge // _CELL + 1 for edge in ink.shape)
    padded = numpy.zeros((height * _CELL, width * _CELL), dtype=bool)
    padded[: ink.shape[0], : ink.shape[1]] = ink
    cells = padded.reshape(height, _CELL, width, _CELL).any(axis=(1, 3))
    waiting = {(int(row), int(column)) for row, column in numpy.argwhere(cells)}
    boxes = []
    while waiting:
        patch = _grown(waiting)
        rows, columns = [row for row, _ in patch], [column for _, column in patch]
        boxes.append(
            (min(rows) * _CELL, min(columns) * _CELL,
             (max(rows) + 1) * _CELL, (max(columns) + 1) * _CELL)
        )  # fmt: skip
    return boxes


def _grown(waiting: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take one cell and all that hang together with it out of `waiting`."""
    front = [waiting.pop()]
    patch = list(front)
    while front:
        row, column = front.pop()
        near = {(row + up, column + aside) for up in (-1, 0, 1) for aside in (-1, 0, 1)} & waiting
        waiting -= near
        front.extend(near)
        patch.extend(near)
    return patch


def _is_seal(box: tuple[int, int, int, int], ink: Mask, edge: int) -> bool:
    top, left, bottom, right = box
    height, width = bottom - top, right - left
    longer, shorter = max(height, width), min(height, width)
    if not _SMALLEST * edge <= longer <= _LARGEST * edge or longer > _LONGEST * shorter:
        return False
    return bool(_EMPTIEST <= ink[top:bottom, left:right].mean() <= _FULLEST)
