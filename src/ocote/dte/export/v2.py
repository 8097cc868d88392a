"""Factura de exportación 11 by schema ``fe-fex-v3`` (arithmetic.md 6): taxed at 0 %."""

from decimal import Decimal
from typing import Any

from ocote.dte.catalogs import Catalog, labels
from ocote.dte.export.foreign_receiver import foreign
from ocote.dte.export.rules import SERVICES, terms_of, unknown_codes
from ocote.dte.faults import InvalidSale
from ocote.dte.money import json_number
from ocote.dte.sale import BodyLine, ExportTerms, Identity, Receiver, Sale, Totals
from ocote.dte.sections import mentions
from ocote.dte.sections import v2 as sections
from ocote.dte.sections.identification import identification
from ocote.dte.sections.lines import related_number
from ocote.dte.sections.parties import at_least
from ocote.dte.sections.payment import payments
from ocote.dte.sections.summary import added_taxes, discount_percentage
from ocote.dte.sections.taxes import EXPORT_VAT, tax
from ocote.dte.words import in_words


def check(sale: Sale, _totals: Totals) -> None:
    """Raises InvalidSale for unknown export codes."""
    faults = list(unknown_codes(terms_of(sale)))
    if faults:
        raise InvalidSale(faults)


def build(identity: Identity, sale: Sale, totals: Totals) -> dict[str, Any]:
    """The document in MH's keys and order; ``sale`` has passed ``check``."""
    terms = terms_of(sale)
    return {
        "identificacion": identification(identity, "v2"),
        "documentoRelacionado": mentions.related_documents(sale.mentions),
        "emisor": sections.issuer_v2(sale.issuer) | sections.establishment_v2(sale.issuer) | _customs(terms),
        "receptor": _receiver(sale.receiver, terms),
        "otrosDocumentos": mentions.documents_and_transport(sale.mentions),
        "ventaTercero": mentions.third_party_v2(sale.mentions),
        "compraTercero": mentions.final_buyer(sale.mentions),
        "cuerpoDocumento": [
            _line(position, line, sale, terms.item_type) for position, line in enumerate(totals.body, start=1)
        ],
        "resumen": _summary(sale, terms, totals),
        "apendice": mentions.appendix_rows(sale.mentions),
    }


def _customs(terms: ExportTerms) -> dict[str, Any]:
    crosses_customs = terms.item_type != SERVICES
    return {
        "tipoItemExpor": terms.item_type,
        "recintoFiscal": terms.customs_office if crosses_customs else None,
        "tipoRegimen": terms.regime_type if crosses_customs else None,
        "regimen": terms.regime if crosses_customs else None,
    }


def _receiver(receiver: Receiver, terms: ExportTerms) -> dict[str, Any]:
    buyer = foreign(receiver, terms)
    return {
        "nombre": receiver.name,
        "tipoDocumento": buyer.document_type,
        "numDocumento": buyer.document_number,
        "descActividad": buyer.activity_name,
        "nombreComercial": receiver.trade_name,
        "codPais": terms.country,
        "nombrePais": buyer.country_name,
        "complemento": buyer.address,
        "tipoPersona": terms.person_type,
        "telefono": receiver.phone,
        "correo": at_least(6, receiver.email),
    }


def _line(position: int, line: BodyLine, sale: Sale, item_type: int) -> dict[str, Any]:
    amounts = line.amounts
    is_sale = bool(amounts.taxed) and line.special_tax is None
    return {
        "numItem": position,
        "tipoItem": line.item_type or item_type,
        "numeroDocumento": related_number(sale, line),
        "cantidad": json_number(line.quantity),
        "codigo": line.code,
        "codTributo": line.special_tax,
        "uniMedida": line.unit,
        "descripcion": line.description,
        "precioUni": json_number(amounts.unit_price),
        "montoDescu": json_number(amounts.discount),
        "ventaGravada": json_number(amounts.taxed),
        "tributos": [EXPORT_VAT, *line.taxes] if is_sale else None,
        "noGravado": json_number(amounts.charge),
    }


def _summary(sale: Sale, terms: ExportTerms, totals: Totals) -> dict[str, Any]:
    incoterm = terms.incoterm if terms.item_type != SERVICES else None
    return {
        "totalGravada": json_number(totals.sums.taxed),
        "descuGravada": json_number(totals.off.taxed),
        "porcentajeDescuento": discount_percentage(sale),
        "totalDescu": json_number(totals.all_discounts),
        "seguro": json_number(terms.insurance),
        "flete": json_number(terms.freight),
        "tributos": [tax(EXPORT_VAT, Decimal(0)), *added_taxes(totals)],
        "montoTotalOperacion": json_number(totals.gross),
        "totalNoGravado": json_number(totals.charges),
        "totalNoOnerosas": 0,
        "totalPagar": json_number(totals.payable),
        "totalLetras": in_words(totals.payable),
        "saldoFavor": 0,
        "condicionOperacion": totals.condition,
        "pagos": payments(totals.payments),
        "codIncoterms": incoterm,
        "descIncoterms": incoterm and labels(Catalog.INCOTERMS)[incoterm],
        "numPagoElectronico": sale.terms.payment_number,
        "observaciones": sale.mentions.remarks,
    }
