"""Turns the request for a sale into an order: completes the buyer, chooses the edition, writes the document."""

from decimal import Decimal

from ocote.companies.company import Company, ExportDefaults
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Refused
from ocote.dte import catalogs, text
from ocote.dte.arithmetic import compute
from ocote.dte.editions import build_document
from ocote.dte.export.rules import SERVICES, regime_type_of
from ocote.dte.sale import ABROAD, Address, ExportTerms, Receiver, Sale
from ocote.dte.types import DOCUMENT_TYPES, DocumentType
from ocote.issuing.customers import known_customer
from ocote.issuing.order import Draft, IssuingPoint, Order
from ocote.issuing.request import CustomerData, InvoiceRequest, Place, RequestedExport, encoded
from ocote.store.customers import Counterparty
from ocote.store.engine.store import Store

_GOODS = 1
_LEGAL_PERSON = 2

DEFAULT_ACTIVITY = "10005"
"""CAT-019 ``Otros``: the activity of a CCF's buyer whose request names none (contract D13)."""


def sale_order(store: Store, holder: KeyHolder, request: InvoiceRequest) -> Order:
    """The order to issue a sale (01, 03 or 11)."""

    async def prepare(point: IssuingPoint) -> Draft:
        if request.customer is None:
            return draft_sale(point, request, None, Counterparty(request.customer_name, None, request.redirect_email))
        sent = request.customer
        known, party = await store.read(known_customer, holder.company_id, sent, request.redirect_email)
        return draft_sale(point, request, known, party)

    return Order(request.doc_type, request.external_ref, encoded(request), prepare)


def draft_sale(
    point: IssuingPoint, request: InvoiceRequest, customer: CustomerData | None, party: Counterparty
) -> Draft:
    """Writes the sale in the edition in force for the company that day. Pure.

    ``customer`` is the request's customer completed with the company's record. The e-mail of ``party`` may differ from
    the receiver's: a CCF needs an e-mail, which may be the company's own (contract D13). Raises InvalidSale
    when amounts or identification do not allow the document (rules.md 9, arithmetic.md 1).
    """
    company, doc_type = point.company, request.doc_type
    edition = point.edition(doc_type)
    sale = Sale(
        doc_type=doc_type,
        issuer=point.issuer(request.activity_code),
        receiver=_receiver(company, request, customer),
        lines=request.lines,
        payment=request.payment,
        export=_export_terms(company, request.export) if DOCUMENT_TYPES[doc_type].is_export else None,
    )
    totals = compute(sale)
    document = build_document(edition, point.identity(doc_type), sale, totals)
    return Draft(
        edition=edition,
        generation_code=point.generation_code,
        amounts=totals,
        party=party,
        document=document,
        payload=text.encode(document),
    )


def _export_terms(company: Company, asked: RequestedExport | None) -> ExportTerms:
    """The request's export terms, completed with the company's settings (contract 7.5, D15).

    Raises Refused with the names of the missing settings; a sale of services has no customs office.
    """
    asked = asked or RequestedExport()
    settings = company.profile.export or ExportDefaults()
    item_type = asked.item_type or settings.item_type or _GOODS
    country = asked.country or settings.country
    customs_office = asked.customs_office or settings.customs_office
    regime = asked.regime or settings.regime
    incoterm = asked.incoterm or settings.incoterm
    needed = {"country": country}
    if item_type != SERVICES:
        needed |= {"customs_office": customs_office, "regime": regime, "incoterm": incoterm}
    missing = [name for name, value in needed.items() if value is None]
    if country is None or missing:
        raise Refused("export_settings_missing", missing=", ".join(missing))
    return ExportTerms(
        country=country,
        item_type=item_type,
        person_type=asked.person_type or _LEGAL_PERSON,
        customs_office=customs_office,
        regime_type=asked.regime_type or (regime_type_of(regime) if regime else None),
        regime=regime,
        incoterm=incoterm,
        freight=asked.freight if asked.freight is not None else Decimal(settings.freight),
        insurance=asked.insurance if asked.insurance is not None else Decimal(settings.insurance),
    )


def _receiver(company: Company, request: InvoiceRequest, customer: CustomerData | None) -> Receiver:
    if customer is None:
        return Receiver(name=request.customer_name)
    row = DOCUMENT_TYPES[request.doc_type]
    return Receiver(
        name=customer.name,
        nit=customer.nit,
        dui=customer.dui,
        nrc=customer.nrc,
        contributor_type=customer.contributor_type or 1,
        activity_code=customer.activity_code or (DEFAULT_ACTIVITY if row.needs_taxpayer else None),
        address=_receiver_address(company, row, customer),
        phone=customer.phone,
        email=customer.email or (company.profile.email if row.needs_taxpayer else None),
    )


def _receiver_address(company: Company, row: DocumentType, customer: CustomerData) -> Address | None:
    """The buyer's address: free text for an export, always present in a CCF, else only when the request has a place."""
    if row.is_export:
        return Address(ABROAD, ABROAD, ABROAD, customer.address) if customer.address is not None else None
    if not row.needs_taxpayer and customer.place is None:
        return None
    return place_address(customer.place, customer.address, company.profile.address)


def place_address(place: Place | None, street: str | None, issuing: Address) -> Address:
    """A full address, because MH refuses a partial one: missing parts come from the issuing branch (contract D13)."""
    if place is None:
        return Address(issuing.department, issuing.municipality, issuing.district, street or issuing.complement)
    district = _district(place, issuing)
    # The branch's street in another municipality would be an address that does not exist.
    name = catalogs.districts()[place.department, district].full_name
    return Address(place.department, place.municipality, district, street or name)


def _district(place: Place, issuing: Address) -> str:
    """The district that was sent, or else the likeliest district of the municipality (CAT-008; docs/decisions/0003).

    The likeliest is the district of the issuing branch, else the district after which the municipality is named, else
    the first by code.
    """
    if place.district is not None:
        return place.district
    if (place.department, place.municipality) == (issuing.department, issuing.municipality):
        return issuing.district
    namesake = catalogs.namesake_district(place.department, place.municipality)
    return (namesake or catalogs.districts_of(place.department, place.municipality)[0]).code
