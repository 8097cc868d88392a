"""The company's logo in a message."""

from io import BytesIO

import pytest
from PIL import Image

from ocote.mail.picture import LARGEST_IN_MAIL, MailPicture, mail_picture


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    written = BytesIO()
    Image.new("RGB", (width, height), "navy").save(written, kind)
    return written.getvalue()


def dots(found: MailPicture | None) -> Image.Image:
    """The picture of a message, decoded."""
    assert found is not None
    return Image.open(BytesIO(found.content))


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((1200, 400), (216, 72)),
        ((1200, 200), (220, 37)),
        ((400, 400), (72, 72)),
        ((100, 50), (100, 50)),
        ((1200, 2), (220, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_shown_undistorted_within_its_place(size: tuple[int, int], shown: tuple[int, int], kind: str) -> None:
    found = mail_picture(picture(*size, kind))
    assert found is not None
    assert (found.width, found.height, found.subtype) == (*shown, kind.lower())
    drawn = dots(found)
    assert drawn.format == kind
    assert drawn.width <= 2 * shown[0], "twice as many dots as a screen of old, and no more"


def test_a_transparent_logo_lies_on_white_so_that_a_dark_mail_does_not_swallow_it() -> None:
    transparent = Image.new("RGBA", (400, 100), (0, 0, 0, 0))
    transparent.paste((0, 0, 0, 255), (0, 0, 200, 100))
    written = BytesIO()
    transparent.save(written, "PNG")
    drawn = dots(mail_picture(written.getvalue())).convert("RGBA")
    assert drawn.getpixel((10, 10)) == (0, 0, 0, 255)
    assert drawn.getpixel((drawn.width - 10, 10)) == (255, 255, 255, 255)


def test_a_photograph_that_was_saved_as_png_is_not_heavier_than_a_mail_should_be() -> None:
    noise = Image.effect_noise((1200, 400), 200).convert("RGB")
    written = BytesIO()
    noise.resize((1200, 400)).save(written, "PNG")
    found = mail_picture(written.getvalue())
    assert found is not None
    assert len(found.content) <= LARGEST_IN_MAIL


def test_a_logo_of_printers_colours_is_shown_in_those_of_a_screen() -> None:
    written = BytesIO()
    Image.new("CMYK", (300, 100), (0, 255, 255, 0)).save(written, "JPEG")
    assert dots(mail_picture(written.getvalue())).mode == "RGB"


@pytest.mark.parametrize(
    "logo",
    [
        b"",
        b"<svg/>",
        b"\x89PNG\r\n\x1a\n",
        picture(20_000, 1),
        picture(300, 100)[:60],
        picture(300, 100, "JPEG")[:-300],
    ],
    ids=["empty", "no picture", "no size", "too long", "cut off", "cut off photograph"],
)
def test_a_logo_that_cannot_be_drawn_is_left_out(logo: bytes) -> None:
    assert mail_picture(logo) is None
