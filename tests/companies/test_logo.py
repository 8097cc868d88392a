"""What becomes of a logo between the operator's file and the database."""

import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ocote.companies.description.logo import admitted_logo
from ocote.printing.brand import LARGEST_LOGO, Brand
from ocote.printing.logo import is_cheap_to_print, picture_size
from tests.builders.logo import png_header

BLUE = (14, 77, 100)


def _file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    held = BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def test_a_large_logo_is_stored_as_large_as_paper_can_show() -> None:
    stored = admitted_logo(_file(Image.new("RGB", (3600, 1200), BLUE)))
    assert picture_size(stored) == (1200, 400)
    assert _opened(stored).getpixel((600, 200)) == BLUE
    assert is_cheap_to_print(stored)


def test_a_small_logo_keeps_its_pixels_and_its_transparency() -> None:
    stored = _opened(admitted_logo(_file(Image.new("RGBA", (120, 60), (*BLUE, 128)))))
    assert (stored.size, stored.format, stored.getpixel((1, 1))) == ((120, 60), "PNG", (*BLUE, 128))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_every_usual_kind_is_admitted(mode: str) -> None:
    assert _opened(admitted_logo(_file(Image.new(mode, (40, 30))))).size == (40, 30)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_every_usual_kind_stays_a_jpeg(mode: str, *, progressive: bool) -> None:
    picture = _file(Image.new(mode, (40, 30)), "JPEG", progressive=progressive)
    assert _opened(admitted_logo(picture)).format == "JPEG"


def test_shades_of_sixteen_bits_keep_their_brightness() -> None:
    assert _opened(admitted_logo(_file(Image.new("I;16", (40, 30), 0x8000)))).getpixel((1, 1)) == 0x80


def test_a_photograph_that_lies_on_its_side_is_stored_upright_and_without_its_notes() -> None:
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010E] = "private"
    stored = admitted_logo(_file(Image.new("RGB", (40, 30)), "JPEG", exif=notes))
    assert picture_size(stored) == (30, 40)
    assert b"private" not in stored


def test_a_logo_of_noise_is_made_smaller_until_it_fits() -> None:
    noise = Image.frombytes("RGB", (1200, 400), random.Random(9).randbytes(1200 * 400 * 3))
    stored = admitted_logo(_file(noise, "JPEG", quality=50))
    assert len(stored) <= LARGEST_LOGO
    assert picture_size(stored)[0] >= 400


def test_a_logo_of_far_too_many_pixels_is_refused_by_its_header_alone() -> None:
    with pytest.raises(ValueError, match="mide 40000 × 40000 puntos: son demasiados"):
        admitted_logo(png_header(40_000, 40_000))
    with pytest.raises(ValueError, match="son demasiados"):
        admitted_logo(png_header(10_001, 10))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x00" * 20,
        png_header(0, 10),
        _file(Image.new("RGB", (1, 1))) + bytes(LARGEST_LOGO),
    ],
)
def test_what_is_no_picture_for_print_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="debe ser una imagen PNG o JPEG de 256 KiB a lo sumo"):
        admitted_logo(content)


@pytest.mark.parametrize(
    "content",
    [png_header(30, 30)[:-20], _file(Image.new("RGB", (40, 30)), "JPEG") + b"\xff\xda" * 100],
)
def test_a_damaged_picture_is_refused_with_its_remedy(content: bytes) -> None:
    with pytest.raises(ValueError, match="está dañada o no es una imagen común"):
        admitted_logo(content)


@given(st.data())
def test_a_logo_with_a_stretch_overwritten_is_admitted_or_refused(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG"]))
    content = bytearray(_file(Image.new("RGB", (40, 30), BLUE), kind))
    start = data.draw(st.integers(0, len(content) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=12))
    content[start : start + len(junk)] = junk
    try:
        stored = admitted_logo(bytes(content))
    except ValueError:
        return
    assert is_cheap_to_print(stored)
    Brand(logo=stored)


@pytest.mark.parametrize(
    ("content", "is_cheap"),
    [
        (png_header(2000, 2000), True),
        (png_header(2001, 2000), False),
        (png_header(10_001, 1), False),
        (_file(Image.new("L", (2000, 1999)), "JPEG"), True),
        (_file(Image.new("L", (2010, 2000)), "JPEG"), False),
        (_file(Image.new("L", (9, 9)), "JPEG") + b"\xff\xda" * 64, False),
        (b"\xff\xd8\xff\xff\xff\xc0\x00\x11\x08\x00\x10\x00\x20", True),
        (b"\xff\xd8\xff\xda", False),
    ],
)
def test_a_stored_logo_is_judged_by_its_header(content: bytes, *, is_cheap: bool) -> None:
    assert is_cheap_to_print(content) is is_cheap
