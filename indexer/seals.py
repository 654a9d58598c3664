"""Red seals on a page or in a picture: counted by colour, size and shape, without reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from PIL.Image import Image

    Mask = numpy.ndarray[tuple[int, int], numpy.dtype[numpy.bool_]]

Box = tuple[int, int, int, int]  # top, left, bottom, right in pixels

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
    seals = [box for box in _patches(ink) if _is_seal(box, ink, max(small.size))]
    return sum(not any(_inside(box, other) for other in seals) for box in seals)


def _inside(box: Box, other: Box) -> bool:
    """The star of a seal stands apart from its ring."""
    return box != other and (
        other[0] <= box[0] and other[1] <= box[1] and box[2] <= other[2] and box[3] <= other[3]
    )


def _patches(ink: Mask) -> list[Box]:
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


def _is_seal(box: Box, ink: Mask, edge: int) -> bool:
    top, left, bottom, right = box
    height, width = bottom - top, right - left
    longer, shorter = max(height, width), min(height, width)
    if not _SMALLEST * edge <= longer <= _LARGEST * edge or longer > _LONGEST * shorter:
        return False
    return bool(_EMPTIEST <= ink[top:bottom, left:right].mean() <= _FULLEST)
