"""Materials from disk -> the values the review checks: the seam between reading and checking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from casedb.exclusion.pieces import MaterialFile, MaterialPage, MaterialPhoto

if TYPE_CHECKING:
    from indexer.pages import Page, Photo, ReadFile
    from indexer.pdftext import Ocr

Progress = Callable[[str, int, int], None]


@contextmanager
def recognising() -> Iterator[Ocr | None]:
    """Whatever reads pictures on this machine; its memory is given back at the end."""
    from indexer.ocr import find_ocr

    found = find_ocr()
    if found is None:
        yield None
        return
    with found as opened:
        yield opened


def read_handed_in(
    paths: Sequence[tuple[Path, str]], *, ocr: Ocr | None = None, progress: Progress | None = None
) -> tuple[MaterialFile, ...]:
    """Every file, an archive opened into its files; (path on disk, the name it was handed in by).

    What cannot be read is a file with a problem, never an error: nothing handed in is lost.
    """
    from indexer.materials import read_material

    found: list[MaterialFile] = []
    for path, name in paths:
        found += map(as_material, read_material(path, name=name, ocr=ocr, progress=progress))
    return tuple(found)


def as_material(read: ReadFile) -> MaterialFile:
    """What was read, as the records see it."""
    return MaterialFile(
        name=read.name,
        sha256=read.sha256,
        size=read.size,
        kind=read.kind,
        pages=tuple(_page(one) for one in read.pages),
        photo=_photo(read.photo) if read.photo else None,
        problem=read.problem,
    )


def _page(page: Page) -> MaterialPage:
    return MaterialPage(page.number, page.text, page.how, page.problem, page.seals)


def _photo(photo: Photo) -> MaterialPhoto:
    return MaterialPhoto(
        taken_at=photo.taken_at,
        place=photo.place,
        blur=photo.blur,
        brightness=photo.brightness,
        perceptual_hash=photo.perceptual_hash,
        width=photo.width,
        height=photo.height,
    )
