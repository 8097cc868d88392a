"""How one attempt to send something ended."""

from typing import TypeAlias

from msgspec import Struct


class Sent(Struct, frozen=True):
    """The other side took it; ``status`` is its HTTP status or SMTP code, ``text`` what it said."""

    status: int | None
    text: str


class Failed(Struct, frozen=True):
    """It was not taken.

    ``is_permanent``: it never will be. ``is_about_the_lane``: nothing else for the same mail server or webhook would
    have been taken either, so that the next one need not be tried at once.
    """

    status: int | None
    text: str
    is_permanent: bool = False
    is_about_the_lane: bool = False


class Obsolete(Struct, frozen=True):
    """Nobody needs it any more, and it was not sent; ``text`` says why."""

    text: str


Outcome: TypeAlias = Sent | Failed | Obsolete
