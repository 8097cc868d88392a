"""How one attempt to send something ended."""

from typing import TypeAlias

from msgspec import Struct

from ocote.store.sending_reason import SendingReason


class Sent(Struct, frozen=True):
    """The other side took the message; ``status`` is its HTTP status or SMTP code, ``text`` its own words."""

    status: int | None
    text: str


class Failed(Struct, frozen=True):
    """The message was not taken; ``why`` holds the other side's own words, or a reason of ours.

    ``is_permanent``: it never will be. ``is_about_the_lane``: the same mail server or webhook would have taken nothing
    else either, so that the next message need not be tried at once.
    """

    status: int | None
    why: SendingReason | str
    is_permanent: bool = False
    is_about_the_lane: bool = False


class Obsolete(Struct, frozen=True):
    """The message is no longer needed and was not sent."""

    why: SendingReason


AttemptOutcome: TypeAlias = Sent | Failed | Obsolete
