"""The outcomes of one attempt to send a message."""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from ocote.store.sending_reason import SendingReason


class Sent(Struct, frozen=True):
    """The receiver took the message; ``status`` is its HTTP status or SMTP code, ``text`` its own words."""

    status: int | None
    text: str


class Failed(Struct, frozen=True):
    """The receiver did not take the message; ``why`` holds its words, or a reason of this program.

    ``is_permanent``: no later attempt can succeed. ``is_about_the_lane``: this mail server or webhook would have
    refused any other message too, so that the next message need not be tried at once. ``not_before`` is the aware
    moment until which the receiver asked to wait.
    """

    status: int | None
    why: SendingReason | str
    is_permanent: bool = False
    is_about_the_lane: bool = False
    not_before: datetime | None = None


class Obsolete(Struct, frozen=True):
    """The message is no longer needed and was not sent."""

    why: SendingReason


class Held(Struct, frozen=True):
    """The receiver is switched off: the message was not sent, and is kept until a person has it sent."""

    why: SendingReason


class GivenBack(Struct, frozen=True):
    """The process stops and has sent nothing: another process, or the next start, may send the message at once."""


AttemptOutcome: TypeAlias = Sent | Failed | Obsolete | Held | GivenBack
