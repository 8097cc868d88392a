"""A stamped document for the books, and the forms in which the annexes write texts and amounts."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO
from typing import Any, Final

from msgspec import Struct

from ocote.dte.money import to_cents
from ocote.dte.types import DOCUMENT_TYPES, party_of
from ocote.spreadsheets import without_formula_signs

DTE_CLASS: Final = "4"
"""Class of document: a DTE."""

ZERO: Final = Decimal("0.00")

_VAT: Final = "20"
_DUI_DIGITS: Final = 9
_NOT_RESIDENT: Final = 2
"""``codDomiciliado`` of a principal outside the country (CAT-032)."""


class BookEntry(Struct, frozen=True):
    """A document exactly as it was signed, its numbers as Decimal, with MH's stamp."""

    document: Mapping[str, Any]
    stamp: str

    @property
    def identification(self) -> Mapping[str, Any]:
        """``identificacion``: type, number, code, date and hour."""
        block: Mapping[str, Any] = self.document["identificacion"]
        return block

    @property
    def party(self) -> Mapping[str, Any]:
        """The buyer, or the seller of a purchase (14)."""
        return party_of(self.document) or {}

    @property
    def principal(self) -> Mapping[str, Any] | None:
        """``ventaTercero``: the third party on whose account the whole sale was made; None for a sale of the issuer."""
        found: Mapping[str, Any] | None = self.document.get("ventaTercero")
        return found

    @property
    def has_resident_principal(self) -> bool:
        """Whether the sale belongs to a principal in the country, who declares the sale (annex 4).

        Only v2.0 states the domicile; a principal without a stated domicile counts as a resident.
        """
        return self.principal is not None and self.principal.get("codDomiciliado") != _NOT_RESIDENT

    def total(self, name: str) -> Decimal:
        """A figure of ``resumen`` in USD; zero for a figure that this edition or type does not have."""
        return to_cents(Decimal(self.document["resumen"].get(name) or 0))


def collected_of(entry: BookEntry) -> Decimal:
    """The 1 % of VAT that the seller collects from the buyer, in USD."""
    return entry.total("ivaPerci") or entry.total("ivaPerci1")


def withheld_of(entry: BookEntry) -> Decimal:
    """The 1 % of VAT that the buyer withholds, in USD."""
    return entry.total("ivaRete") or entry.total("ivaRete1")


class TaxNumbers(Struct, frozen=True):
    """The number by which MH knows a person, without hyphens: ``nit`` or ``dui``, and the other one "" (books.md 2).

    Both are "" for a person known by a passport or the like.
    """

    nit: str
    dui: str

    @classmethod
    def of(cls, party: Mapping[str, Any]) -> "TaxNumbers":
        """The number of a buyer or seller; a NIT of nine digits is a DUI (rules.md 9)."""
        kind = party.get("tipoDocumento")
        number = plain(party.get("nit") or (party.get("numDocumento") if kind in {"36", "13"} else "") or "")
        return cls("", number) if len(number) == _DUI_DIGITS else cls(number, "")


class LocalSales(Struct, frozen=True):
    """The sales of a document in the country, by VAT: USD, after discounts on the whole document.

    ``taxed`` is with VAT for an invoice (01) and without for a CCF or a note.
    """

    exempt: Decimal
    not_subject: Decimal
    taxed: Decimal

    @property
    def whole(self) -> Decimal:
        """The three kinds together."""
        return self.exempt + self.not_subject + self.taxed

    @property
    def operation(self) -> str:
        """Column "Tipo de operación (renta)": 1 taxed, 2 exempt, 3 not subject, 4 several of them (manual III)."""
        kinds = [code for code, amount in (("1", self.taxed), ("2", self.exempt), ("3", self.not_subject)) if amount]
        return "1" if not kinds else kinds[0] if len(kinds) == 1 else "4"


def local_sales(entry: BookEntry) -> LocalSales:
    """The sales of a 01, 03 or 05 (arithmetic.md 3 to 5)."""
    return LocalSales(
        exempt=entry.total("totalExenta") - entry.total("descuExenta"),
        not_subject=entry.total("totalNoSuj") - entry.total("descuNoSuj"),
        taxed=entry.total("totalGravada") - entry.total("descuGravada"),
    )


def vat_of(entry: BookEntry) -> Decimal:
    """The VAT of a CCF or note in USD, as it is in the document's taxes."""
    taxes = entry.document["resumen"].get("tributos") or ()
    return sum((to_cents(Decimal(tax["valor"])) for tax in taxes if tax["codigo"] == _VAT), ZERO)


def exported_of(entry: BookEntry) -> Decimal:
    """The value of an export (11) in USD: after its discount, with freight and insurance.

    Taxes of section 1 (FOVIAL, COTRANS) and charges outside the tax base are no part of the sale.
    """
    discount = entry.total("descuento") + entry.total("descuGravada")
    return entry.total("totalGravada") - discount + entry.total("seguro") + entry.total("flete")


class NetSales(Struct, frozen=True):
    """The taxed sales of a document without VAT, and their VAT, in USD; an export is taxed at 0 %."""

    net: Decimal
    vat: Decimal


def net_sales(entry: BookEntry) -> NetSales:
    """The taxed sales of a 01, 03, 05 or 11 without VAT, and the VAT exactly as the document states it."""
    match DOCUMENT_TYPES[entry.identification["tipoDte"]].prices:
        case "with VAT":
            vat = entry.total("totalIva")
            return NetSales(local_sales(entry).taxed - vat, vat)
        case "net":
            return NetSales(local_sales(entry).taxed, vat_of(entry))
        case "untaxed":
            return NetSales(exported_of(entry), ZERO)


def plain(code: str) -> str:
    """A number or code without its hyphens."""
    return code.replace("-", "")


def name(party: Mapping[str, Any]) -> str:
    """A party's name without the signs that make a spreadsheet read the name as a formula.

    The accountant opens the annexes in a spreadsheet. A protecting apostrophe would become a part of the name at MH,
    which finds a taxpayer by the number and not by the name.
    """
    return without_formula_signs(party["nombre"])


def day(iso: str) -> str:
    """Writes ``2026-06-30`` as ``30/06/2026``, the form of the annexes."""
    return "/".join(reversed(iso.split("-")))


def usd(amount: Decimal) -> str:
    """Writes an amount with two decimals after a point and no sign between thousands, never blank (manual II)."""
    return f"{amount:.2f}"


def annex_line(cells: tuple[str, ...]) -> bytes:
    """A line of an annex with semicolons, and with the quotes and line ends of spreadsheets (manual II)."""
    written = StringIO(newline="")
    csv.writer(written, delimiter=";").writerow(" ".join(cell.split()) for cell in cells)
    return written.getvalue().encode()
