"""Logos as they reach paper, whatever an earlier version has stored."""

from io import BytesIO

import pytest
from PIL import Image

from ocote.printing.brand import Brand
from ocote.printing.logo import can_be_drawn
from ocote.printing.pdf import lacks_its_logo, render
from tests.builders.logo import damaged_png, good_png, png_bomb
from tests.printing.documents import STAMP, sample
from tests.printing.reading import picture

_RED, _BLUE = (200, 20, 20), (14, 77, 200)


def _red_before_blue() -> Image.Image:
    """A picture twice as wide as high: red on the left, blue on the right."""
    whole = Image.new("RGB", (120, 60), _BLUE)
    whole.paste(_RED, (0, 0, 60, 60))
    return whole


def _file(of: Image.Image, kind: str, **options: object) -> bytes:
    held = BytesIO()
    of.save(held, kind, **options)
    return held.getvalue()


def _held_sideways(kind: str) -> bytes:
    """The picture as a camera stores it that was turned: the pixels lie on their side, and a note says so."""
    notes = Image.Exif()
    notes[0x0112] = 6
    return _file(_red_before_blue().transpose(Image.Transpose.ROTATE_90), kind, exif=notes)


def _printed(logo: bytes) -> bytes:
    return render(sample("01-v2"), stamp=STAMP, layout="letter", brand=Brand(logo, "#000000"))


def _boxes(pdf: bytes) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
    """Where the letter is red and where it is blue."""
    red, _, blue = picture(pdf, dpi=72).convert("RGB").split()
    boxes = []
    for more, less in ((red, blue), (blue, red)):
        stands_out = [a > b + 80 for a, b in zip(more.tobytes(), less.tobytes(), strict=True)]
        found = Image.frombytes("L", red.size, bytes(255 * here for here in stands_out)).getbbox()
        assert found is not None
        boxes.append(found)
    return boxes[0], boxes[1]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_that_a_camera_took_sideways_stands_upright(kind: str) -> None:
    assert _boxes(_printed(_held_sideways(kind))) == _boxes(_printed(_file(_red_before_blue(), kind)))


@pytest.mark.parametrize(
    "logo",
    [
        _file(_red_before_blue().convert("CMYK"), "JPEG"),
        _file(_red_before_blue().convert("CMYK"), "JPEG", progressive=True),
        _file(_red_before_blue(), "JPEG", progressive=True),
        _file(_red_before_blue().convert("P"), "PNG", transparency=0),
        _held_sideways("JPEG"),
    ],
    ids=["CMYK", "progressive CMYK", "progressive", "palette", "sideways"],
)
def test_a_letter_with_a_logo_of_any_kind_is_archival(logo: bytes) -> None:
    pdf = _printed(logo)
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
    red, blue = _boxes(pdf)
    assert red[0] < blue[0]


_UNDRAWABLE = {
    "end missing": damaged_png(),
    "overwritten": good_png()[:60] + bytes(200) + good_png()[260:],
    "too large": png_bomb(4000),
    "end of a JPEG missing": _file(_red_before_blue(), "JPEG")[:-300],
    "JPEG overwritten": _file(_red_before_blue(), "JPEG")[:60] + bytes(200) + _file(_red_before_blue(), "JPEG")[260:],
}


@pytest.mark.parametrize("logo", _UNDRAWABLE.values(), ids=_UNDRAWABLE)
def test_a_logo_that_cannot_be_drawn_is_left_out(logo: bytes) -> None:
    brand = Brand(logo, "#000000")
    assert not can_be_drawn(logo)
    assert lacks_its_logo(brand)
    assert _printed(logo) == render(sample("01-v2"), stamp=STAMP, layout="letter", brand=Brand(colour="#000000"))


def test_a_good_logo_and_no_logo_lack_nothing() -> None:
    assert can_be_drawn(good_png())
    assert not lacks_its_logo(Brand(good_png()))
    assert not lacks_its_logo(Brand())
