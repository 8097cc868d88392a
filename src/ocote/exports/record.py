"""A document as a line of the index, and the index's columns."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from ocote.dte.sale import Amounts
from ocote.dte.types import DOCUMENT_TYPES, party_of

INDEX_COLUMNS: Final = (
    "Fecha",
    "Tipo",
    "Documento",
    "Operación",
    "Número de control",
    "Código de generación",
    "Sello de recepción",
    "Estado",
    "Cliente o proveedor",
    "NIT",
    "DUI",
    "NRC",
    "Otro documento",
    "Gravado",
    "IVA",
    "Total",
    "Retenido",
    "A pagar",
    "Referencia",
    "Clave",
    "Clave que invalidó",
    "Exento",
    "No sujeto",
    "Otros tributos",
    "Montos no afectos",
    "Descuento",
    "IVA percibido",
    "Renta retenida",
)


class Identifiers(Struct, frozen=True):
    """The identification numbers of the other side of a document; "" where the document has none."""

    nit: str = ""
    dui: str = ""
    nrc: str = ""
    other: str = ""


class Record(Struct, frozen=True):
    """A line of the index.

    ``posted_at`` is aware, in El Salvador's time. Amounts are in USD with two decimals, those of a credit note
    negative, so that a column adds up over sales and notes. ``party`` is the customer, or the seller of a purchase
    (14). ``issued_with`` and ``invalidated_with`` are the beginnings of API keys, "" when there is none.
    """

    posted_at: datetime
    doc_type: str
    control_number: str
    generation_code: str
    stamp: str
    state: str
    party: str
    identifiers: Identifiers
    amounts: Amounts
    reference: str
    issued_with: str
    invalidated_with: str

    @property
    def main_amounts(self) -> tuple[Decimal, ...]:
        """The amounts of every document, in the order of their columns."""
        found = self.amounts
        return found.taxable, found.vat, found.gross, found.withheld, found.payable

    @property
    def further_amounts(self) -> tuple[Decimal, ...]:
        """The amounts that few documents have, in the order of the last columns."""
        found = self.amounts
        kinds, beside = (found.exempt, found.not_subject), (found.taxes, found.charges, found.discount)
        return *kinds, *beside, found.collected, found.income_tax


def operation(doc_type: str) -> str:
    """The role of a document in the company's sums: a sale, a note to subtract, or a purchase."""
    return DOCUMENT_TYPES[doc_type].operation


def identifiers(document: Mapping[str, Any]) -> Identifiers:
    """The numbers of the buyer, or of the seller of a purchase (14), from the signed JSON of either edition."""
    party = party_of(document) or {}
    nrc = _digits(party.get("nrc"))
    if party.get("nit"):
        return Identifiers(nit=_digits(party["nit"]), nrc=nrc)
    number = party.get("numDocumento")
    if not number:
        return Identifiers(nrc=nrc)
    match party.get("tipoDocumento"):
        case "36":
            return Identifiers(nit=_digits(number), nrc=nrc)
        case "13":
            return Identifiers(dui=_digits(number), nrc=nrc)
        case _:
            return Identifiers(other=number, nrc=nrc)


def _digits(number: str | None) -> str:
    return (number or "").replace("-", "")
