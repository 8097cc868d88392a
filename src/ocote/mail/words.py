"""The first words of a message, shared by its text and its HTML."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from ocote.printing.sheet import Sheet, Undone

_STAMP: Final = "sello de recepción del Ministerio de Hacienda"
_STAMPED_SINCE: Final = "CON SELLO DE RECEPCIÓN"


class MailWords(Struct, frozen=True):
    """The words of a message: ``warnings`` stand before the subject, ``remark`` is a caution to the receiver or ""."""

    warnings: tuple[str, ...]
    opening: str
    remark: str


_UNDONE: Final[Mapping[Undone, tuple[str, str]]] = {
    "invalidated": (
        "que después invalidó",
        "Este documento fue invalidado ante el Ministerio de Hacienda: ya no tiene efecto fiscal.",
    ),
    "adjusted": (
        "que después anuló con una nota de crédito",
        "Una nota de crédito anuló este documento por completo: no lo registre sin ella.",
    ),
}
_UNSTAMPED: Final = (
    f"El documento se emitió en contingencia y aún no ha sido transmitido: todavía no tiene el {_STAMP}. Cuando lo "
    "tenga, lo recibirá otra vez con su sello."
)
_STAMPED_LATER: Final = (
    f"El documento se emitió en contingencia y ya tiene el {_STAMP}. Si lo recibió antes sin sello, este mensaje "
    "reemplaza al anterior: es el mismo documento."
)


def delivery_words(printed: Sheet, *, stamp: str | None, undone: Undone | None) -> MailWords:
    """The words for a document that is handed over.

    A document of a contingency is sent twice, without stamp and with it: the second message says that it replaces the
    first.
    """
    marks = tuple(mark.text for mark in printed.marks)
    if undone is not None:
        which, remark = _UNDONE[undone]
        return MailWords(marks, f"{printed.issuer.name} le envía un documento tributario electrónico {which}.", remark)
    opening = f"{printed.issuer.name} le entrega su documento tributario electrónico."
    if stamp is None:
        return MailWords(marks, opening, _UNSTAMPED)
    others = tuple(mark.text for mark in printed.marks if mark.kind != "contingency")
    if others == marks:
        return MailWords(marks, opening, "")
    return MailWords((*others, _STAMPED_SINCE), opening, _STAMPED_LATER)


def invalidation_words(printed: Sheet) -> MailWords:
    """The words of the message about an invalidation."""
    return MailWords(
        tuple(mark.text for mark in printed.marks),
        f"{printed.issuer.name} invalidó un documento tributario electrónico que le había entregado.",
        "El documento ya no tiene efecto fiscal.",
    )
