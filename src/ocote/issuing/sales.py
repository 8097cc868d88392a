"""From a sale's request to the order to issue it: the buyer completed, the edition chosen, the document written."""

from decimal import Decimal

from ocote.clock import local_date
from ocote.companies.company import Company, ExportDefaults
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Amounts, Refused
from ocote.dte import catalogs
from ocote.dte import sale as dte
from ocote.dte.arithmetic import compute
from ocote.dte.editions import build_document, edition_for
from ocote.dte.export.rules import SERVICES, regime_type_of
from ocote.dte.sale import ABROAD, Address, Receiver, Sale
from ocote.dte.types import DOCUMENT_TYPES, DocumentType
from ocote.issuing.customers import KnownCustomer, known_customer
from ocote.issuing.order import Draft, IssuingPoint, Order, Party, draft
from ocote.issuing.request import CustomerData, ExportTerms, InvoiceRequest, Place, encoded
from ocote.store.engine.store import Store

_GOODS = 1
_LEGAL_PERSON = 2

DEFAULT_ACTIVITY = "10005"
"""CAT-019 ``Otros``: the activity of a CCF's buyer whose request names none (contract D13)."""


def sale_order(store: Store, holder: KeyHolder, request: InvoiceRequest) -> Order:
    """The order to issue a 01, 03 or 11."""

    async def prepare(desk: IssuingPoint) -> Draft:
        known = None
        if request.customer is not None:
            known = await store.read(known_customer, holder.company_id, request.customer)
        return draft_sale(desk, request, known)

    return Order(request.doc_type, request.external_ref, encoded(request), prepare)


def draft_sale(desk: IssuingPoint, request: InvoiceRequest, known: KnownCustomer | None) -> Draft:
    """Writes the sale in the edition in force for the company that day. Pure.

    ``known`` is the request's customer completed with the company's record. Raises ``InvalidSale`` when amounts or
    identification do not allow the document (rules.md 9, arithmetic.md 1).
    """
    company = desk.company
    edition = edition_for(company.profile.schedule(), request.doc_type, local_date(desk.issued_at))
    receiver = _receiver(company, request, known.data if known else None)
    sale = Sale(
        doc_type=request.doc_type,
        issuer=company.issuer(desk.branch_code, desk.pos_code, request.activity_code),
        receiver=receiver,
        lines=request.lines,
        payment=request.payment,
        export=_export_terms(company, request.export) if DOCUMENT_TYPES[request.doc_type].is_export else None,
    )
    totals = compute(sale)
    return draft(
        desk,
        request.doc_type,
        edition,
        build_document(edition, desk.identity(request.doc_type), sale, totals),
        Amounts(totals.taxable, totals.vat, totals.gross, totals.withheld, totals.payable),
        Party(
            name=receiver.name,
            # Not the receiver's: that of a CCF may be the company's own, for MH wants one (contract D13).
            email=known.data.email if known else None,
            redirect_email=request.redirect_email,
            record_id=known.id if known else None,
            keep=known.keep if known else None,
        ),
    )


def _export_terms(company: Company, asked: ExportTerms | None) -> dte.ExportTerms:
    """The request's export terms, completed with the company's settings (contract 7.5, D15).

    Raises Refused naming the settings that are missing; services cross no customs office.
    """
    asked = asked or ExportTerms()
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
    return dte.ExportTerms(
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
    """Where the buyer is: anywhere in words for an export, always for a CCF, and else when a place was named."""
    if row.is_export:
        return Address(ABROAD, ABROAD, ABROAD, customer.address) if customer.address is not None else None
    if not row.needs_taxpayer and customer.place is None:
        return None
    return place_address(customer.place, customer.address, company.profile.address)


def place_address(place: Place | None, street: str | None, issuing: Address) -> Address:
    """A full address, for MH takes none in part: missing parts come from the issuing branch (contract D13)."""
    if place is None:
        return Address(issuing.department, issuing.municipality, issuing.district, street or issuing.complement)
    district = _district(place, issuing)
    # The branch's street in the other's own municipality would be an address that does not exist.
    name = catalogs.districts()[place.department, district].full_name
    return Address(place.department, place.municipality, district, street or name)


def _district(place: Place, issuing: Address) -> str:
    """The district sent or, where only the municipality was, the likeliest one in it (CAT-008; docs/decisions/0003).

    That is the issuing branch's own, else the one the municipality is named after, else the first by code.
    """
    if place.district is not None:
        return place.district
    if (place.department, place.municipality) == (issuing.department, issuing.municipality):
        return issuing.district
    namesake = catalogs.namesake_district(place.department, place.municipality)
    return (namesake or catalogs.districts_of(place.department, place.municipality)[0]).code
