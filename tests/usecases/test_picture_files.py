"""Pictures that owners put in: only the picture is kept, and only what is one is taken."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.usecases.guests.picture_files import JPEG as JPEG_TYPE
from engine.usecases.guests.picture_files import LARGEST, read_picture
from engine.usecases.guests.picture_parts import BROKEN, PictureError
from tests.pictures import JPEG, SECRET, chunk, from_camera, png, segment


def refusal(data: bytes) -> str:
    with pytest.raises(PictureError) as refused:
        read_picture(data)
    return str(refused.value)


def exif_turn(content: bytes) -> int | None:
    """Return how a picture says that it was held, read by its bytes."""
    start = content.find(b"Exif\x00\x00MM\x00*")
    return struct.unpack_from(">H", content, start + 24)[0] if start >= 0 else None


def test_nothing_that_a_camera_writes_beside_a_picture_is_kept():
    photo = from_camera()
    assert photo.count(SECRET) == 4
    file = read_picture(photo)
    assert (file.media_type, file.width, file.height) == (JPEG_TYPE, 16, 8)
    assert SECRET not in file.content
    assert file.content == JPEG


def test_nothing_beside_a_drawing_is_kept():
    notes = {
        "tEXt": SECRET,
        "eXIf": SECRET,
        "iTXt": SECRET,
        "tIME": b"\x07\xea\x06\x0c\x0e\x14\x00",
    }
    assert read_picture(png(**notes) + SECRET).content == png()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_how_the_camera_was_held_is_kept_and_nothing_else_of_its_notes(turn: int, order: str):
    file = read_picture(from_camera(turn, order))
    assert SECRET not in file.content
    assert exif_turn(file.content) == (turn if turn > 1 else None)
    assert (file.width, file.height) == ((8, 16) if turn >= 5 else (16, 8))


def test_reading_a_kept_picture_again_changes_nothing():
    for data in (from_camera(6), png(tEXt=SECRET)):
        once = read_picture(data)
        assert read_picture(once.content) == once


def test_notes_of_a_camera_that_lead_nowhere_mean_upright():
    broken = b"Exif\x00\x00II*\x00" + struct.pack("<I", 99_999)
    file = read_picture(JPEG[:2] + segment(0xE1, broken) + JPEG[2:])
    assert (file.width, file.height) == (16, 8)


@pytest.mark.parametrize("start", [b"<svg>", b"<?xml version='1.0'?><svg>", b"\n <SVG onload=x>"])
def test_a_drawing_that_can_carry_a_program_is_refused_with_the_reason(start: bytes):
    assert "can carry a program" in refusal(start)


@pytest.mark.parametrize(
    "data", [b"GIF89a", b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"%PDF-1.7", b"hello"]
)
def test_other_kinds_are_refused_whatever_they_are_called(data: bytes):
    assert "Only JPEG and PNG" in refusal(data)


def test_a_picture_that_is_too_large_is_refused_before_it_is_read():
    assert "at most 2 MB" in refusal(b"\x89PNG\r\n\x1a\n" + bytes(LARGEST))


@pytest.mark.parametrize("size", [(4097, 1), (1, 4097), (60_000, 60_000)])
def test_more_pixels_than_any_screen_shows_are_refused(size: tuple[int, int]):
    assert "4096 pixels" in refusal(png(*size, rows=b""))
    frame = JPEG.index(b"\xff\xc0") + 5
    wide = JPEG[:frame] + struct.pack(">HH", size[1], size[0]) + JPEG[frame + 4 :]
    assert "4096 pixels" in refusal(wide)


def test_a_small_file_that_unpacks_to_much_more_than_its_picture_is_broken():
    assert refusal(png(rows=bytes(200_000_000))) == BROKEN


def test_every_row_is_unpacked():
    whole = (b"\x00" + bytes(48)) * 8
    assert read_picture(png(rows=whole)).height == 8
    for rows in (
        whole[:-1],
        whole + b"\x00",
        b"\x05" + whole[1:],
        whole[:49] + b"\x09" + whole[50:],
    ):
        assert refusal(png(rows=rows)) == BROKEN


def test_interlaced_drawings_are_read_too():
    header = struct.pack(">IIBBBBB", 3, 3, 1, 0, 0, 0, 1)
    for n_rows, is_whole in ((6, True), (5, False), (7, False)):  # of 3 × 3 in seven passes
        parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(2 * n_rows)))
        data = b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")
        if is_whole:
            assert read_picture(data).width == 3
        else:
            assert refusal(data) == BROKEN


def test_a_palette_that_is_missing_is_missed():
    header = struct.pack(">IIBBBBB", 1, 1, 8, 3, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"\x00\x00")), chunk(b"IEND", b"")
    assert refusal(b"\x89PNG\r\n\x1a\n" + b"".join(parts)) == BROKEN


@pytest.mark.parametrize("marker", [0xC3, 0xC9, 0xDC])
def test_a_jpeg_that_no_browser_draws_is_refused(marker: int):
    place = JPEG.index(b"\xff\xc0") + 1
    assert "Browsers do not show" in refusal(JPEG[:place] + bytes((marker,)) + JPEG[place + 1 :])


@pytest.mark.parametrize("whole", [JPEG, from_camera(6), png(tEXt=SECRET)])
def test_a_file_cut_off_anywhere_is_no_picture(whole: bytes):
    end = len(whole) - (len(SECRET) if whole.endswith(SECRET) else 0)
    for length in range(4, end):
        with pytest.raises(PictureError):
            read_picture(whole[:length])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=st.data(), whole=st.sampled_from([JPEG, from_camera(3), png(tEXt=SECRET, tRNS=b"ab")]))
def test_whatever_is_sent_is_a_clean_picture_or_refused(data: st.DataObject, whole: bytes):
    place = data.draw(st.integers(0, len(whole) - 1))
    noise = data.draw(st.binary(min_size=1, max_size=8))
    try:
        file = read_picture(whole[:place] + noise + whole[place + len(noise) :])
    except PictureError:
        return
    assert read_picture(file.content) == file
