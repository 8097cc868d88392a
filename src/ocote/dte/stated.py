"""The facts that a signed document or event states, read back from its bytes as values.

Only the facts that a row of the archive repeats are read, in either edition; the lines of a document are skipped. A
text that lacks one of them, or holds another type, raises ``msgspec.DecodeError``.
"""

from decimal import Decimal
from typing import Final, assert_never

import msgspec
from msgspec import Struct, field

from ocote.dte.catalogs import taxes_of_section
from ocote.dte.sale import Amounts
from ocote.dte.sections.taxes import EXPORT_VAT, VAT
from ocote.dte.sections.transmission import TransmissionMode
from ocote.dte.types import DOCUMENT_TYPES, Prices

_ZERO: Final = Decimal(0)


class StatedIdentification(Struct, frozen=True, kw_only=True):
    """``identificacion`` of a document; the text of cause 5 has two spellings (``rules.md`` 4)."""

    version: int
    environment: str = field(name="ambiente")
    doc_type: str = field(name="tipoDte")
    control_number: str = field(name="numeroControl")
    generation_code: str = field(name="codigoGeneracion")
    model: int = field(name="tipoModelo")
    operation: int = field(name="tipoOperacion")
    cause: int | None = field(name="tipoContingencia", default=None)
    reason: str | None = field(name="motivoContin", default=None)
    reason_of_export: str | None = field(name="motivoContigencia", default=None)
    issued_on: str = field(name="fecEmi")

    @property
    def mode(self) -> TransmissionMode:
        """The transmission that the document declares."""
        return TransmissionMode(self.model, self.operation, self.cause, self.reason or self.reason_of_export)


class StatedIssuer(Struct, frozen=True):
    """``emisor``; a credit note states no codes of its place, nor does an event always."""

    nit: str
    branch_code: str | None = field(name="codEstable", default=None)
    pos_code: str | None = field(name="codPuntoVenta", default=None)


class StatedParty(Struct, frozen=True):
    """The buyer, or the seller of a purchase (14)."""

    name: str | None = field(name="nombre", default=None)


class StatedTax(Struct, frozen=True):
    """One tax of the summary by its code (CAT-015), in USD."""

    code: str = field(name="codigo")
    value: Decimal = field(name="valor")


class StatedSummary(Struct, frozen=True):
    """``resumen``, in USD; each type and edition has some of these totals (``arithmetic.md`` 3 to 7)."""

    not_subject: Decimal = field(name="totalNoSuj", default=_ZERO)
    exempt: Decimal = field(name="totalExenta", default=_ZERO)
    not_subject_off: Decimal = field(name="descuNoSuj", default=_ZERO)
    exempt_off: Decimal = field(name="descuExenta", default=_ZERO)
    taxed_off: Decimal = field(name="descuGravada", default=_ZERO)
    export_off: Decimal = field(name="descuento", default=_ZERO)
    purchase_off: Decimal = field(name="descu", default=_ZERO)
    charges: Decimal = field(name="totalNoGravado", default=_ZERO)
    vat_collected_v1: Decimal | None = field(name="ivaPerci1", default=None)
    vat_collected_v2: Decimal | None = field(name="ivaPerci", default=None)
    operation: Decimal | None = field(name="montoTotalOperacion", default=None)
    purchase: Decimal | None = field(name="totalCompra", default=None)
    payable: Decimal | None = field(name="totalPagar", default=None)
    vat_inside: Decimal | None = field(name="totalIva", default=None)
    vat_withheld_v1: Decimal | None = field(name="ivaRete1", default=None)
    vat_withheld_v2: Decimal | None = field(name="ivaRete", default=None)
    income_tax_withheld: Decimal | None = field(name="reteRenta", default=None)
    taxes: tuple[StatedTax, ...] | None = field(name="tributos", default=None)

    @property
    def discount(self) -> Decimal:
        """The discounts on the whole document, of which each type and edition has its own."""
        return self.not_subject_off + self.exempt_off + self.taxed_off + self.export_off + self.purchase_off


class StatedRelation(Struct, frozen=True):
    """One document that a note adjusts, by its generation code, or by its number on paper."""

    number: str = field(name="numeroDocumento")


class StatedDocument(Struct, frozen=True, kw_only=True):
    """A document as it was signed."""

    identification: StatedIdentification = field(name="identificacion")
    issuer: StatedIssuer = field(name="emisor")
    receiver: StatedParty | None = field(name="receptor", default=None)
    seller: StatedParty | None = field(name="sujetoExcluido", default=None)
    summary: StatedSummary = field(name="resumen")
    related: tuple[StatedRelation, ...] | None = field(name="documentoRelacionado", default=None)

    @property
    def party_name(self) -> str:
        """The name of the other party; empty when the document names nobody."""
        party = self.receiver or self.seller
        return (party.name or "") if party is not None else ""


class StatedEventIdentification(Struct, frozen=True):
    """``identificacion`` of an event."""

    version: int
    environment: str = field(name="ambiente")
    generation_code: str = field(name="codigoGeneracion")


class StatedCancellation(Struct, frozen=True, kw_only=True):
    """``documento`` of an invalidation event: the cancelled document and its replacement."""

    doc_type: str = field(name="tipoDte")
    generation_code: str = field(name="codigoGeneracion")
    stamp: str = field(name="selloRecibido")
    control_number: str = field(name="numeroControl")
    replacement: str | None = field(name="codigoGeneracionR", default=None)


class StatedReason(Struct, frozen=True):
    """``motivo`` of an invalidation event (CAT-024)."""

    code: int = field(name="tipoAnulacion")


class StatedInvalidation(Struct, frozen=True):
    """An invalidation event as it was signed (``rules.md`` 5)."""

    identification: StatedEventIdentification = field(name="identificacion")
    issuer: StatedIssuer = field(name="emisor")
    cancelled: StatedCancellation = field(name="documento")
    reason: StatedReason = field(name="motivo")


class StatedReported(Struct, frozen=True):
    """One document that a contingency event names."""

    generation_code: str = field(name="codigoGeneracion")


class StatedOutage(Struct, frozen=True):
    """``motivo`` of a contingency event: the cause (CAT-005) and its text."""

    cause: int = field(name="tipoContingencia")
    reason: str | None = field(name="motivoContingencia", default=None)


class StatedContingency(Struct, frozen=True):
    """A contingency event as it was signed (``rules.md`` 4)."""

    identification: StatedEventIdentification = field(name="identificacion")
    issuer: StatedIssuer = field(name="emisor")
    documents: tuple[StatedReported, ...] = field(name="detalleDTE")
    outage: StatedOutage = field(name="motivo")


read_document: Final = msgspec.json.Decoder(StatedDocument).decode
read_invalidation_event: Final = msgspec.json.Decoder(StatedInvalidation).decode
read_contingency: Final = msgspec.json.Decoder(StatedContingency).decode


def stated_amounts(document: StatedDocument) -> Amounts:
    """The amounts that a signed document states, in USD.

    The only total of the credit note of Normativa v1.x already counts what is withheld and collected
    (``arithmetic.md`` 5). The income tax of a purchase is what the buyer withholds. Raises KeyError for a type that
    this gateway does not issue.
    """
    row, summary = DOCUMENT_TYPES[document.identification.doc_type], document.summary
    withheld = (summary.vat_withheld_v1 or _ZERO) + (summary.vat_withheld_v2 or _ZERO)
    income_tax = summary.income_tax_withheld or _ZERO
    collected = (summary.vat_collected_v1 or _ZERO) + (summary.vat_collected_v2 or _ZERO)
    if row.is_purchase:
        withheld, income_tax = withheld + income_tax, _ZERO
    operation = _operation(summary)
    payable = operation if summary.payable is None else summary.payable
    gross = operation + withheld + income_tax - collected if summary.payable is None else operation
    vat = _vat(row.prices, summary)
    exempt = summary.exempt - summary.exempt_off
    not_subject = summary.not_subject - summary.not_subject_off
    taxes = _added_taxes(summary)
    return Amounts(
        taxable=gross - vat - exempt - not_subject - taxes,
        vat=vat,
        gross=gross,
        withheld=withheld,
        payable=payable,
        exempt=exempt,
        not_subject=not_subject,
        taxes=taxes,
        charges=summary.charges,
        discount=summary.discount,
        collected=collected,
        income_tax=income_tax,
    )


def _operation(summary: StatedSummary) -> Decimal:
    """The total of a sale or a note, or of a purchase after its discount."""
    return summary.operation if summary.operation is not None else (summary.purchase or _ZERO) - summary.purchase_off


def _vat(prices: Prices, summary: StatedSummary) -> Decimal:
    match prices:
        case "with VAT":
            return summary.vat_inside or _ZERO
        case "net":
            return sum((tax.value for tax in summary.taxes or () if tax.code == VAT), start=_ZERO)
        case "untaxed":
            return _ZERO
        case unknown:
            assert_never(unknown)


def _added_taxes(summary: StatedSummary) -> Decimal:
    """The taxes of section 1 of CAT-015 but VAT; those of section 3 inform and are not added."""
    not_added = taxes_of_section(3) | {VAT, EXPORT_VAT}
    return sum((tax.value for tax in summary.taxes or () if tax.code not in not_added), start=_ZERO)
