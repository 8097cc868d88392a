"""What the table of fault codes holds for each code."""

from typing import Literal

from msgspec import Struct

Area = Literal["access", "body", "fields", "fiscal", "operation"]


class Entry(Struct, frozen=True):
    """One permanent code. The code never changes meaning; the message may be worded better.

    ``message`` is the Spanish text a user reads, a ``str.format`` template over named values. For ``fields`` and
    ``body`` it continues the name of the field (``lines[0].quantity debe ser mayor que cero``); elsewhere it is a
    whole sentence. ``cause`` and ``remedy`` are for the integrator, in English. ``advice`` is a Spanish sentence with
    the remedy for codes that ``ocote.dte`` words, which says what is wrong but not what a client of the API may do.
    """

    code: str
    area: Area
    status: int
    message: str
    cause: str
    remedy: str
    advice: str = ""


class MhEntry(Struct, frozen=True):
    """One code of the tax authority: its own text, what that means to a person (Spanish), and what to do (English).

    Source: technical manual's table of ``codigoMsg`` (protocol.md 5.2), answers seen in practice
    (protocol.md 5.3) and the public contract's reading (contract 15.2).
    """

    code: str
    text: str
    explanation: str
    remedy: str
