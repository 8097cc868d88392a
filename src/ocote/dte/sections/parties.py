"""Checks and data of issuer and receiver that both editions need."""

from msgspec import Struct

from ocote.dte.catalogs import Catalog, labels
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.sale import Address, Receiver

NIT_DOCUMENT = "36"
DUI_DOCUMENT = "13"

DOCUMENTS_OF_PERSONS = frozenset({"02", "03"})
"""The residence card and the passport, which only a natural person has."""


def identity_document(receiver: Receiver) -> tuple[str | None, str | None]:
    """Kind (CAT-022) and number of the document that identifies ``receiver``: NIT, else DUI, else another document."""
    if receiver.nit is not None:
        return NIT_DOCUMENT, receiver.nit
    if receiver.dui is not None:
        return DUI_DOCUMENT, receiver.dui
    if receiver.document is not None:
        return receiver.document.kind, receiver.document.number
    return None, None


def activity_name(code: str, field: str) -> str:
    """MH's label of an economic activity (CAT-019); raises InvalidSale on ``field`` for an unknown code."""
    name = labels(Catalog.ACTIVITIES).get(code)
    if name is None:
        raise InvalidSale(
            [Fault(FaultCode.UNKNOWN_ACTIVITY, field, f"La actividad económica {code} no existe en el CAT-019.")]
        )
    return name


def at_least(length: int, text: str | None) -> str | None:
    """``text`` when it has the schema's minimum length, else None: an optional text that is too short is left out."""
    return text if text is not None and len(text) >= length else None


class RegisteredReceiver(Struct, frozen=True):
    """A receiver that is complete enough for a CCF or a note on one."""

    nit: str
    nrc: str
    name: str
    activity_code: str
    activity_name: str
    address: Address
    phone: str | None
    email: str | None
    trade_name: str | None = None


def registered(receiver: Receiver, email_needed: bool) -> RegisteredReceiver:
    """``receiver`` as a registered taxpayer (contract 7.4; schemas fe-ccf, fe-nc).

    Raises InvalidSale with one fault for each datum that is unknown. Only Normativa v1.x requires the e-mail.
    """
    nit, nrc, activity_code, address = receiver.nit, receiver.nrc, receiver.activity_code, receiver.address
    if nit is None or nrc is None or activity_code is None or address is None or (email_needed and not receiver.email):
        raise InvalidSale(_missing(receiver, email_needed))
    return RegisteredReceiver(
        nit=nit,
        nrc=nrc,
        name=receiver.name,
        activity_code=activity_code,
        activity_name=activity_name(activity_code, "customer.activity_code"),
        address=address,
        phone=receiver.phone,
        email=receiver.email,
        trade_name=receiver.trade_name,
    )


def _missing(receiver: Receiver, email_needed: bool) -> list[Fault]:
    data = [
        ("nit", "el NIT", receiver.nit),
        ("nrc", "el NRC", receiver.nrc),
        ("activity_code", "la actividad económica", receiver.activity_code),
        ("address", "la dirección", receiver.address),
    ]
    if email_needed:
        data.append(("email", "el correo electrónico", receiver.email))
    return [
        Fault(FaultCode.RECEIVER_INCOMPLETE, f"customer.{name}", f"El documento necesita {label} del cliente.")
        for name, label, value in data
        if not value
    ]
