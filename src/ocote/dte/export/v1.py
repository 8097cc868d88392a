"""Factura de exportación 11 by schema ``fe-fex-v1`` (arithmetic.md 6): taxed at 0 %."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ocote.dte import dui
from ocote.dte.catalogs import Catalog, labels, old_country_codes, old_regime_codes
from ocote.dte.export.foreign_receiver import foreign
from ocote.dte.export.rules import SERVICES, terms_of, unknown_codes
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.money import json_number
from ocote.dte.sale import BodyLine, ExportTerms, Identity, Receiver, Sale, Totals
from ocote.dte.sections import mentions
from ocote.dte.sections import v1 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.parties import DUI_DOCUMENT
from ocote.dte.sections.payment import payments
from ocote.dte.sections.summary import discount_percentage
from ocote.dte.sections.taxes import EXPORT_VAT
from ocote.dte.words import in_words

_EMAIL_FROM = Decimal("10000.00")
"""The total in USD from which the schema demands the receiver's e-mail (rules.md 9)."""

_UNLISTED_COUNTRY = "9999"
"""The code *No definido en migración* of the old catalog of countries, written beside the name of the country."""


def check(sale: Sale, totals: Totals) -> None:
    """Raises InvalidSale for unknown export codes and for a large export without the buyer's e-mail."""
    terms = terms_of(sale)
    faults = [*unknown_codes(terms), *_regimes_of_later(terms)]
    if totals.gross >= _EMAIL_FROM and sale.receiver.email is None:
        message = f"Desde {_EMAIL_FROM:,.2f} la exportación necesita el correo electrónico del cliente."
        faults.append(Fault(FaultCode.RECEIVER_INCOMPLETE, "customer.email", message))
    if faults:
        raise InvalidSale(faults)


def _regimes_of_later(terms: ExportTerms) -> Iterator[Fault]:
    """A fault for a regime that came with the catalog of 2026; a service crosses no customs and has no regime."""
    regime = terms.regime
    if terms.item_type == SERVICES or regime not in labels(Catalog.REGIMES) or regime in old_regime_codes():
        return
    message = (
        f"El régimen {regime} no existe en el catálogo de la normativa v1.x; envíe otro del CAT-028. "
        "Desde la normativa v2.0 se admite."
    )
    yield Fault(FaultCode.EXPORT_CODE_UNKNOWN, "export.regime", message)


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``."""
    terms = terms_of(sale)
    return {
        "identificacion": identification(identity, "v1"),
        "emisor": sections.issuer_v1(sale.issuer, shortest_trade_name=5)
        | sections.establishment_v1(sale.issuer)
        | _customs(terms),
        "receptor": _receiver(sale.receiver, terms),
        "otrosDocumentos": mentions.documents_and_transport(sale.mentions),
        "ventaTercero": mentions.third_party_v1(sale.mentions),
        "cuerpoDocumento": [_line(position, line) for position, line in enumerate(totals.body, start=1)],
        "resumen": _summary(sale, terms, totals),
        "apendice": mentions.appendix_rows(sale.mentions),
    }


def _customs(terms: ExportTerms) -> dict[str, Any]:
    """The customs data; before the catalog of 2026 a regime had its type in front: ``EX-1.1000.000`` was one code."""
    crosses_customs = terms.item_type != SERVICES
    return {
        "tipoItemExpor": terms.item_type,
        "recintoFiscal": terms.customs_office if crosses_customs else None,
        "regimen": old_regime_codes()[terms.regime] if crosses_customs and terms.regime else None,
    }


def _receiver(receiver: Receiver, terms: ExportTerms) -> dict[str, Any]:
    buyer = foreign(receiver, terms, shortest_address=5)
    is_dui = buyer.document_type == DUI_DOCUMENT
    return {
        "nombre": receiver.name,
        "tipoDocumento": buyer.document_type,
        "numDocumento": dui.hyphenated(buyer.document_number) if is_dui else buyer.document_number,
        "nombreComercial": receiver.trade_name,
        "codPais": old_country_codes().get(terms.country, _UNLISTED_COUNTRY),
        "nombrePais": buyer.country_name,
        "complemento": buyer.address,
        "tipoPersona": terms.person_type,
        "descActividad": buyer.activity_name,
        "telefono": receiver.phone,
        "correo": receiver.email,
    }


def _line(position: int, line: BodyLine) -> dict[str, Any]:
    amounts = line.amounts
    return {
        "numItem": position,
        "cantidad": json_number(line.quantity),
        "codigo": line.code,
        "uniMedida": line.unit,
        "descripcion": line.description,
        "precioUni": json_number(amounts.unit_price),
        "montoDescu": json_number(amounts.discount),
        "ventaGravada": json_number(amounts.taxed),
        "tributos": [EXPORT_VAT] if amounts.taxed else None,
        "noGravado": json_number(amounts.charge),
    }


def _summary(sale: Sale, terms: ExportTerms, totals: Totals) -> dict[str, Any]:
    incoterm = terms.incoterm if terms.item_type != SERVICES else None
    return {
        "totalGravada": json_number(totals.sums.taxed),
        "descuento": json_number(totals.off.taxed),
        "porcentajeDescuento": discount_percentage(sale),
        "totalDescu": json_number(totals.all_discounts),
        "seguro": json_number(terms.insurance),
        "flete": json_number(terms.freight),
        "montoTotalOperacion": json_number(totals.gross),
        "totalNoGravado": json_number(totals.charges),
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "condicionOperacion": totals.condition,
        "pagos": payments(totals.payments),
        "codIncoterms": incoterm,
        "descIncoterms": incoterm and labels(Catalog.INCOTERMS)[incoterm],
        "numPagoElectronico": sale.terms.payment_number,
        "observaciones": sale.mentions.remarks,
    }
