"""What came of asking MH something, as plain values."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

_FIELD_IN_FRONT: Final = re.compile(r"\s*\[(?:identificacion\.)?([^\]]+)\]")


class UndeterminedKind(StrEnum):
    """Why it is not known what MH made of a document."""

    TIMEOUT = "timeout"
    """No complete answer within the time given: the document may have arrived."""
    REFUSED = "refused"
    """No connection could be made (refused, TLS): nothing was sent."""
    NO_NETWORK = "no_network"
    """MH's host has no address or no route from here, which is more often our network than MH: nothing was sent."""
    BROKEN_CONNECTION = "broken_connection"
    """The connection ended before the answer did: the document may have arrived."""
    SERVER_ERROR = "server_error"
    """MH answered that it is itself in trouble (HTTP 5xx, 408, 429, or code 022)."""
    UNREADABLE = "unreadable"
    """MH, or something in front of it, answered what does not say whether the document was taken."""
    UNAUTHORIZED = "unauthorized"
    """MH refused a token that it had just given."""
    LOGIN_REFUSED = "login_refused"
    """MH does not accept the company's user and password: nothing was sent."""
    LOGIN_FAILED = "login_failed"
    """The authentication service gave no usable answer: nothing was sent."""
    NOT_TRIED = "not_tried"
    """MH is known to be down, so nothing was sent at all."""


class MhAnswer(Struct, frozen=True):
    """One answer of MH about a document or event.

    Texts are as MH sent them, "" where it sent none; blank observations are left out. ``stamp`` is the 40-character
    ``selloRecibido``; ``processed_at`` an aware instant in UTC, None where MH gave no readable time. ``raw`` is the
    whole body. Source: ``protocol.md`` 3.1.
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
    """MH accepted it; ``stamp`` (``answer.stamp``, never None here) is the proof. It may carry observations."""

    answer: MhAnswer

    @property
    def stamp(self) -> str:
        """The 40 characters of MH's seal."""
        return self.answer.stamp or ""


class Rejected(Struct, frozen=True):
    """MH refused it, saying why."""

    answer: MhAnswer

    @property
    def is_duplicate(self) -> bool:
        """Code 004: MH already holds a document with this generation code or control number."""
        return self.answer.code == "004"

    @property
    def duplicate_field(self) -> str | None:
        """Which value MH already holds: ``codigoGeneracion``, ``numeroControl``, "" when it does not say; None else.

        Source: ``protocol.md`` 3.4 and 5.3.
        """
        if not self.is_duplicate:
            return None
        named = _FIELD_IN_FRONT.match(self.answer.description)
        return named[1].strip() if named else ""


class Undetermined(Struct, frozen=True):
    """It is not known whether MH has it. ``reason`` is English, for the log, and holds no secret.

    ``is_remembered``: MH was not called for it; it is what MH said a short while ago.
    """

    kind: UndeterminedKind
    reason: str
    is_remembered: bool = False


class NotFound(Struct, frozen=True):
    """MH says that it has no document with this generation code. ``reason`` tells how it said so, for the log."""

    reason: str


Outcome = Stamped | Rejected | Undetermined
