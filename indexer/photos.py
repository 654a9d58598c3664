"""Facts of a picture: when and where it was taken, how sharp, bright and turned, and its hash."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from indexer.errors import IndexerError
from indexer.pages import Photo

if TYPE_CHECKING:
    import numpy
    from PIL.Image import Image

    Grey = numpy.ndarray[tuple[int, int], numpy.dtype[numpy.float64]]

MOST_PIXELS = 120_000_000  # a larger picture is a trap or a mistake
_FORMATS = ("PNG", "JPEG", "MPO", "GIF", "BMP", "TIFF", "WEBP")
_CAMERA_ZONE = ZoneInfo("Asia/Shanghai")
_MEASURED_AT = 800  # longer edge in pixels; sharpness of two pictures is compared at one size
_TILES = 8  # rows and columns; a sharp subject before a plain wall is still a sharp picture
_SMOOTHING_LOSS = 5.0  # brings smoothed pictures back to the customary scale (blurred: below 60)
_FOR_OCR = 2400  # longer edge in pixels that the reader of pictures gets at most
_HASHED_AT = 32
_TAKEN = ((36867, 36881), (36868, 36882), (306, 36880))  # original, digitised, changed; with zones
_EXIF, _GPS = 0x8769, 0x8825
_TURNS = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}  # EXIF orientation to degrees clockwise


def open_picture(content: bytes, name: str) -> Image:
    """A picture with all its pixels loaded.

    Raises:
        IndexerError: cut short, damaged, or too many pixels.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # broken EXIF and very large pictures are judged here
            picture = Image.open(BytesIO(content), formats=_FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            picture.load()
    except Image.DecompressionBombError as error:
        raise IndexerError(f"图片 {name} 的像素太多，没有打开。", "请缩小后再交。") from error
    except Exception as error:  # decoders of broken pictures raise nearly anything
        raise IndexerError(
            f"图片 {name} 已损坏或不完整，打不开。", "请重新拍照或重新导出后再交。"
        ) from error
    return picture


def photo_facts(picture: Image) -> Photo:
    """What EXIF tells and what the pixels show."""
    exif = _exif(picture)
    grey = _grey(picture)
    return Photo(
        taken_at=_taken_at(exif), place=_place(exif), blur=round(sharpness(grey), 1),
        brightness=round(float(grey.mean()), 1), rotation=_TURNS.get(_number(exif.get(274)), 0),
        perceptual_hash=perceptual_hash(picture), width=picture.width, height=picture.height,
    )  # fmt: skip


def for_ocr(picture: Image) -> bytes:
    """The picture upright as EXIF says, no larger than the reader needs, as PNG."""
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(picture)
    upright = _on_white(upright)
    upright.thumbnail((_FOR_OCR, _FOR_OCR))
    kept = BytesIO()
    upright.save(kept, "PNG", compress_level=1)
    return kept.getvalue()


def sharpness(grey: Grey) -> float:
    """Variance of the Laplacian over the sharper tiles of a grey picture (0 to 255).

    The picture is smoothed a little first: grain of a sensor must not pass for sharp edges.
    """
    import numpy

    for _ in range(2):  # once along each axis
        grey = ((grey[:-2] + 2 * grey[1:-1] + grey[2:]) / 4).T
    middle = grey[1:-1, 1:-1]
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    laplacian = around - 4 * middle
    tiles = [
        part.var()
        for band in numpy.array_split(laplacian, _TILES, axis=0)
        for part in numpy.array_split(band, _TILES, axis=1)
        if part.size
    ]
    return _SMOOTHING_LOSS * float(numpy.percentile(tiles, 80)) if tiles else 0.0


def perceptual_hash(picture: Image) -> str:
    """64 bits of the coarse shapes; the same picture scaled, stored anew or lightened stays close.

    Of two hashes, a Hamming distance of at most six means the same picture.
    """
    import numpy
    from PIL import ImageOps

    small = _on_white(ImageOps.exif_transpose(picture)).convert("L")
    pixels = numpy.asarray(small.resize((_HASHED_AT, _HASHED_AT)), dtype=numpy.float64)
    at = numpy.arange(_HASHED_AT)
    waves = numpy.cos(numpy.pi * numpy.outer(at, 2 * at + 1) / (2 * _HASHED_AT))
    coarse = (waves @ pixels @ waves.T)[:8, :8].ravel()
    bits = coarse > numpy.median(coarse[1:])
    bits[0] = False  # the mean brightness says nothing about the shapes
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"


def alike(one: str, other: str) -> int:
    """In how many bits two perceptual hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _on_white(picture: Image) -> Image:
    from PIL import Image

    if "A" in picture.getbands() or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        page = Image.new("RGBA", layer.size, "white")
        page.alpha_composite(layer)
        return page.convert("RGB")
    return picture.convert("RGB")


def _grey(picture: Image) -> Grey:
    import numpy
    from PIL import Image

    small = _on_white(picture).convert("L")
    scale = _MEASURED_AT / max(small.size)
    if scale < 1:
        width, height = (max(3, round(edge * scale)) for edge in small.size)
        small = small.resize((width, height), Image.Resampling.BOX)  # noise is averaged away
    return numpy.asarray(small, dtype=numpy.float64)


def _exif(picture: Image) -> dict[int, Any]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = picture.getexif()
            facts: dict[int, Any] = {**found, **found.get_ifd(_EXIF)}
            facts[_GPS] = dict(found.get_ifd(_GPS))
    except Exception:  # a broken EXIF block tells nothing
        return {}
    return facts


def _taken_at(exif: Mapping[int, Any]) -> datetime | None:
    for moment, zone in _TAKEN:
        text = str(exif.get(moment, "")).strip("\0 ")
        try:
            local = datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        except ValueError:
            continue
        return local.replace(tzinfo=_zone(str(exif.get(zone, "")).strip("\0 ")))
    return None


def _zone(offset: str) -> timezone | ZoneInfo:
    try:
        sign = -1 if offset.startswith("-") else 1
        hours, minutes = offset.lstrip("+-").split(":")
        return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes)))
    except ValueError:
        return _CAMERA_ZONE


def _place(exif: Mapping[int, Any]) -> tuple[float, float] | None:
    gps = exif.get(_GPS) or {}
    try:
        latitude = _degrees(gps[2]) * (-1 if _letter(gps.get(1)) == "S" else 1)
        longitude = _degrees(gps[4]) * (-1 if _letter(gps.get(3)) == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    inside = abs(latitude) <= 90 and abs(longitude) <= 180
    # A phone that found no satellites writes zeros: a point in the sea off Africa.
    return (round(latitude, 6), round(longitude, 6)) if inside and (latitude, longitude) != (0, 0) \
        else None  # fmt: skip


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in (*parts, 0, 0)[:3])
    return degrees + minutes / 60 + seconds / 3600


def _letter(value: Any) -> str:
    text = value.decode("ascii", "ignore") if isinstance(value, bytes) else str(value or "")
    return text[:1].upper()


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
