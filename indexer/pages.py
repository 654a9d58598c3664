"""What was read of one handed-in file: its pages, its picture facts, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a file, or the whole of a file that has no pages."""

    number: int  # 1-based
    text: str  # "" when unreadable
    how: str  # "text" | "ocr" | "none"
    problem: str = ""  # a Chinese sentence when the page could not be read
    seals: int | None = None  # red seals seen on it; None when nobody could look


@dataclass(frozen=True, slots=True)
class Photo:
    """Facts of a picture file, measured and from its EXIF data."""

    taken_at: datetime | None  # aware; the camera's clock, Asia/Shanghai unless it says otherwise
    place: tuple[float, float] | None  # latitude and longitude in degrees, WGS 84
    blur: float  # variance of the Laplacian; lower is blurrier
    brightness: float  # mean grey, 0 (black) to 255 (white)
    rotation: int  # degrees clockwise that EXIF asks for: 0, 90, 180 or 270
    perceptual_hash: str  # 16 hex digits; alike pictures differ in few bits
    width: int  # pixels, as stored
    height: int


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was read; an archive gives one for each file inside it."""

    name: str
    sha256: str
    size: int  # bytes
    kind: str  # by content: pdf docx xlsx png jpeg zip voice text other
    pages: tuple[Page, ...]
    photo: Photo | None
    problem: str = ""  # Chinese sentence: password, damaged, macros, external links
