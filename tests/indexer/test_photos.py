"""Facts of a picture: time and place from EXIF, sharpness, brightness, turn and hash."""

from __future__ import annotations

import random
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image, ImageDraw, ImageFilter

from indexer.errors import IndexerError
from indexer.photos import alike, for_ocr, open_picture, photo_facts


def scene(seed: int = 1) -> Image.Image:
    dice = random.Random(seed)
    picture = Image.new("RGB", (1600, 1200), (150, 180, 200))
    pen = ImageDraw.Draw(picture)
    for _ in range(90):
        x, y = dice.randint(0, 1500), dice.randint(0, 1100)
        colour = tuple(dice.randint(0, 255) for _ in range(3))
        pen.rectangle((x, y, x + dice.randint(20, 300), y + dice.randint(20, 200)), fill=colour)
    return picture


def stored(picture: Image.Image, exif: Image.Exif | None = None) -> Image.Image:
    kept = BytesIO()
    told = Image.Exif() if exif is None else exif  # one without plain tags counts as empty
    picture.save(kept, "JPEG", quality=85, exif=told.tobytes())
    return open_picture(kept.getvalue(), "照片.jpg")


def test_time_and_place_come_from_exif() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[36867] = "2026:11:02 09:31:05"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 36.0), 3: "E", 4: (116.0, 18.0, 0.0)})
    facts = photo_facts(stored(scene(), exif))
    assert facts.taken_at is not None
    assert facts.taken_at.isoformat() == "2026-11-02T09:31:05+08:00"
    assert facts.place == (39.91, 116.3)


def test_the_zone_that_the_camera_states_counts() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({36867: "2026:11:02 01:31:05", 36881: "+00:00"})
    taken_at = photo_facts(stored(scene(), exif)).taken_at
    assert taken_at is not None and taken_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("moment", ["0000:00:00 00:00:00", "", "yesterday", "2026:13:40 99:00:00"])
def test_a_camera_without_a_clock_gives_no_time(moment: str) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[36867] = moment
    exif.get_ifd(0x8825).update({1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)})
    facts = photo_facts(stored(scene(), exif))
    assert (facts.taken_at, facts.place) == (None, None)


def test_blurred_pictures_measure_below_sharp_ones_with_grain_or_without() -> None:
    sharp = scene()
    noise = Image.effect_noise(sharp.size, 30).convert("RGB")
    blurred = Image.blend(sharp.filter(ImageFilter.GaussianBlur(10)), noise, 0.15)
    assert photo_facts(sharp).blur > 180
    assert photo_facts(sharp.filter(ImageFilter.GaussianBlur(10))).blur < 60
    assert photo_facts(blurred).blur < photo_facts(sharp).blur / 3


def test_a_plain_wall_behind_a_sharp_subject_is_no_blur() -> None:
    wall = Image.new("RGB", (1600, 1200), (190, 185, 180))
    wall.paste(scene().resize((800, 600)), (0, 0))
    assert photo_facts(wall).blur > 60


def test_brightness_is_the_mean_grey() -> None:
    assert photo_facts(Image.new("RGB", (300, 200), (40, 40, 40))).brightness == 40
    assert photo_facts(Image.new("L", (300, 200), 250)).brightness == 250


def test_a_picture_stored_on_its_side_is_handed_on_upright() -> None:
    exif = Image.Exif()
    exif[274] = 6
    picture = stored(scene(), exif)
    facts = photo_facts(picture)
    assert (facts.rotation, facts.width, facts.height) == (90, 1600, 1200)
    assert Image.open(BytesIO(for_ocr(picture))).size == (1200, 1600)


def test_the_same_picture_stays_close_and_others_stay_far() -> None:
    first = photo_facts(scene(1)).perceptual_hash
    again = photo_facts(stored(scene(1).resize((700, 525)))).perceptual_hash
    lighter = photo_facts(scene(1).point(lambda value: min(255, value + 20))).perceptual_hash
    assert alike(first, again) <= 4 and alike(first, lighter) <= 6
    others = [photo_facts(scene(seed)).perceptual_hash for seed in range(2, 12)]
    assert min(alike(first, other) for other in others) > 10


def test_pictures_with_too_many_pixels_are_refused_before_they_are_unpacked() -> None:
    kept = BytesIO()
    Image.new("1", (20_000, 20_000)).save(kept, "PNG")
    with pytest.raises(IndexerError, match="像素"):
        open_picture(kept.getvalue(), "大图.png")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK"])
def test_every_way_of_storing_colours_is_measured(mode: str) -> None:
    assert len(photo_facts(scene().resize((80, 60)).convert(mode)).perceptual_hash) == 16


def test_the_smallest_picture_is_measured() -> None:
    assert photo_facts(Image.new("RGB", (1, 1))).blur == 0.0
