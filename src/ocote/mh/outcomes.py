"""The outcomes of a call to MH, as plain values."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

NUMBER_FIELD: Final = "numeroControl"
"""The control number, as MH's refusals name the field."""

_FIELD_IN_FRONT: Final = re.compile(r"\s*\[(?:identificacion\.)?([^\]]+)\]")


class UndeterminedKind(StrEnum):
    """The reason why MH's verdict on a document is not known."""

    TIMEOUT = "timeout"
    """No complete answer came within the timeout: the document may have arrived."""
    REFUSED = "refused"
    """No connection could be made (refused, TLS): nothing was sent."""
    NO_NETWORK = "no_network"
    """MH's host has no address or no route from here, usually because of our own network: nothing was sent."""
    BROKEN_CONNECTION = "broken_connection"
    """The connection ended before the answer was complete: the document may have arrived."""
    SERVER_ERROR = "server_error"
    """MH answered with a failure of its own (HTTP 5xx, 408, 429, or code 022)."""
    UNREADABLE = "unreadable"
    """The answer, of MH or of a proxy, does not say whether the document was taken."""
    UNAUTHORIZED = "unauthorized"
    """MH refused a token that MH had just issued."""
    LOGIN_REFUSED = "login_refused"
    """MH does not accept the company's user and password: nothing was sent."""
    LOGIN_FAILED = "login_failed"
    """The authentication service gave no usable answer: nothing was sent."""
    NOT_TRIED = "not_tried"
    """MH is known to be down, or the company has too many calls under way: nothing was sent."""


class MhAnswer(Struct, frozen=True):
    """One answer of MH about a document or event.

    Texts are as MH sent them, "" without a text; blank observations are left out. ``stamp`` is the 40-character
    ``selloRecibido``; ``processed_at`` an aware instant in UTC, None without a readable time. ``raw`` is the whole
    body. Source: ``protocol.md`` 3.1.
    """

    state: str
    stamp: str | None
    generation_code: str | None
    processed_at: datetime | None
    class_code: str
    code: str
    description: str
    observations: tuple[str, ...]
    raw: str


class Stamped(Struct, frozen=True):
    """MH accepted the document or event; ``stamp`` (``answer.stamp``, never None here) is the proof."""

    answer: MhAnswer

    @property
    def stamp(self) -> str:
        """The 40 characters of MH's seal."""
        return self.answer.stamp or ""


class Rejected(Struct, frozen=True):
    """MH refused the document or event, and the answer gives the reason."""

    answer: MhAnswer

    @property
    def is_duplicate(self) -> bool:
        """Whether the code is 004: MH already has a document with this generation code or control number."""
        return self.answer.code == "004"

    @property
    def duplicate_field(self) -> str | None:
        """The field whose value MH already has: ``codigoGeneracion``, ``numeroControl`` or "" (not named); else None.

        Source: ``protocol.md`` 3.4 and 5.3.
        """
        return duplicate_field(self.answer.code, self.answer.description)

    @property
    def is_about_number(self) -> bool:
        """Whether MH refused the document because another document bears its control number."""
        return self.duplicate_field == NUMBER_FIELD


def duplicate_field(code: str, description: str) -> str | None:
    """The field that a refusal with this code and text names as a duplicate; "" unnamed, None for another code."""
    if code != "004":
        return None
    named = _FIELD_IN_FRONT.match(description)
    return named[1].strip() if named else ""


class Undetermined(Struct, frozen=True):
    """MH's verdict is not known; ``reason`` is English, for the log, and holds no secret.

    ``is_remembered``: MH was not called, so that the outcome tells nothing new of MH; it may repeat MH's answer of a
    short while ago. ``said``: MH's own code and words in a refused login, for the operator; "" without any.
    """

    kind: UndeterminedKind
    reason: str
    is_remembered: bool = False
    said: str = ""


class NotFound(Struct, frozen=True):
    """MH has no document with this generation code; ``reason`` is the form of MH's answer, for the log."""

    reason: str


Outcome = Stamped | Rejected | Undetermined
