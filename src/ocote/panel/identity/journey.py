"""The cookie that waits while a person is at the identity provider: what was asked there, and where to go then."""

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final, Literal

import msgspec
from msgspec import Struct

from ocote.panel.frame.resuming import Resumed
from ocote.people.identity import Question

Errand = Literal["login", "confirm", "invitation"]

_LONGEST: Final = 3_600
"""Characters of the cookie: browsers drop one of more than 4,096 bytes with its name and attributes."""


class Journey(Struct, frozen=True):
    """A person's way to the provider and back.

    ``wanted`` is the path to go to afterwards, ``waiting`` the form that waits meanwhile. ``session`` is the id of the
    session that the person had when they set out, empty without one: its cookie does not come with the way back.
    ``invitation`` is the secret of the invitation to accept.
    """

    question: Question
    errand: Errand
    wanted: str
    session: str = ""
    invitation: str = ""
    waiting: Resumed | None = None


def packed(journey: Journey) -> str | None:
    """A journey as the text of a cookie; None when the form that waits is too long for one."""
    text = urlsafe_b64encode(zlib.compress(msgspec.json.encode(journey), 9)).decode("ascii")
    return text if len(text) <= _LONGEST else None


def unpacked(text: str | None) -> Journey | None:
    """The journey of a cookie that was signed here; None without one, and for one of another version."""
    if text is None:
        return None
    try:
        return msgspec.json.decode(zlib.decompress(urlsafe_b64decode(text)), type=Journey)
    except (ValueError, zlib.error, msgspec.MsgspecError):
        return None
