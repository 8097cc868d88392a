"""The rows of the table of fault codes."""

from typing import Literal

from msgspec import Struct

Area = Literal["access", "body", "fields", "fiscal", "operation", "panel"]


class Entry(Struct, frozen=True):
    """One permanent code, whose meaning never changes, while its message may be worded better.

    ``message`` is the Spanish text for the user, a ``str.format`` template over named values. For ``fields`` and
    ``body`` the text continues the name of the field (``lines[0].quantity debe ser mayor que cero``); elsewhere it is
    a whole sentence. ``cause`` and ``remedy`` are for the integrator, in English. ``advice`` is a Spanish sentence
    with the remedy for the codes whose message comes from ``ocote.dte`` and names only the fault.
    """

    code: str
    area: Area
    status: int
    message: str
    cause: str
    remedy: str
    advice: str = ""


class WarningEntry(Struct, frozen=True):
    """One permanent code of a warning: the Spanish text, a template over named values, with cause and remedy.

    ``strict`` is the code of the fault that takes the place of the warning in strict handling (``Prefer:
    handling=strict``, RFC 7240); empty for a warning that never stops a document.
    """

    code: str
    message: str
    cause: str
    remedy: str
    strict: str = ""


class MhEntry(Struct, frozen=True):
    """One code of the tax authority: MH's text, an explanation for people (Spanish) and the remedy (English).

    Source: the technical manual's table of ``codigoMsg`` (protocol.md 5.2), answers seen in practice
    (protocol.md 5.3) and the explanations of the public contract (contract 15.2).
    """

    code: str
    text: str
    explanation: str
    remedy: str
