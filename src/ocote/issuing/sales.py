"""Turns the request for a sale into an order: completes the buyer, chooses the edition, writes the document."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from ocote.clock import local_date
from ocote.companies.caller import Caller
from ocote.documents.view import AnswerWarning
from ocote.dte import catalogs, text
from ocote.dte.arithmetic import compute
from ocote.dte.editions import build_document
from ocote.dte.export.foreign_receiver import domicile_in
from ocote.dte.export.rules import NATURAL_PERSON
from ocote.dte.mentions import NO_MENTIONS, Mentions
from ocote.dte.paying import CASH, CREDIT
from ocote.dte.sale import ABROAD, Address, Amounts, Payment, Receiver, Sale, Totals
from ocote.dte.sections.parties import DOCUMENTS_OF_PERSONS
from ocote.dte.terms import PLAIN_TERMS
from ocote.dte.types import DOCUMENT_TYPES, DocumentType
from ocote.issuing.customers import known_customer
from ocote.issuing.edition_fit import Form, require_sale_fits
from ocote.issuing.export_terms import terms_for, unsent_terms, unused_terms
from ocote.issuing.items import Items, completed_lines, idle_inclusions, named_items, names_items
from ocote.issuing.mention_rules import require_mentions_fit, require_sound_mentions
from ocote.issuing.order import Draft, IssuingPoint, Order
from ocote.issuing.related import found_related
from ocote.issuing.request import FINAL_CONSUMER, CustomerData, InvoiceRequest, Place, RequestedExport, encoded
from ocote.issuing.self_dealing import require_another
from ocote.issuing.unsent import cancelling_warnings, party_warnings
from ocote.store.customers import Counterparty
from ocote.store.engine.store import Store, Transaction

_AT_ONCE = Payment()

DEFAULT_ACTIVITY = "10005"
"""CAT-019 ``Otros``: the activity of a CCF's buyer whose request names none (contract D13)."""


def sale_order(store: Store, caller: Caller, request: InvoiceRequest) -> Order:
    """The order to issue a sale (01, 03 or 11)."""

    async def prepare(point: IssuingPoint) -> Draft:
        if request.customer is None and not names_items(request.lines):
            mentions = await _mentions(store, caller, point, request)
            return draft_sale(point, request, None, _nameless(request), mentions)
        items, (known, party) = await store.read(_known, caller.company_id, request)
        whole = _completed(point, request, items)
        mentions = await _mentions(store, caller, point, whole)
        draft = draft_sale(point, whole, known, party, mentions)
        if whole is request:
            return draft
        warnings = (*draft.warnings, *idle_inclusions(request.lines, whole.lines))
        return replace(draft, request=encoded(whole), warnings=warnings)

    return Order(request.doc_type, request.external_ref, encoded(request), prepare)


def _known(
    company_id: int, request: InvoiceRequest
) -> Transaction[tuple[Items, tuple[CustomerData | None, Counterparty]]]:
    """The company's records about a sale: the items that its lines name, and the buyer."""
    items = yield from named_items(company_id, request.lines)
    if request.customer is None:
        return items, (None, _nameless(request))
    return items, (yield from known_customer(company_id, request.customer, request.redirect_email))


def _nameless(request: InvoiceRequest) -> Counterparty:
    """The buyer of whom the request has a name at most."""
    return Counterparty(request.customer_name, None, request.redirect_email)


def _completed(point: IssuingPoint, request: InvoiceRequest, items: Items) -> InvoiceRequest:
    """The request with whole lines; the request itself when no line names an item."""
    if not names_items(request.lines):
        return request
    row = DOCUMENT_TYPES[request.doc_type]
    form = Form(row, point.edition(row.code), point.company.profile)
    with_vat = row.has_vat and (request.terms or PLAIN_TERMS).prices_include_vat
    return replace(request, lines=completed_lines(request.lines, items, form, prices_include_vat=with_vat))


def draft_sale(
    point: IssuingPoint,
    request: InvoiceRequest,
    customer: CustomerData | None,
    party: Counterparty,
    mentions: Mentions,
) -> Draft:
    """Writes the sale in the edition in force for the company that day. Pure.

    ``customer`` is the request's customer completed with the company's record, ``mentions`` are what the document says
    beside its amounts, which has passed its own rules. The e-mail of ``party`` may differ from
    the receiver's: a CCF of v1.x needs an e-mail, which may be the company's own (contract D13). Raises InvalidSale
    when amounts or identification do not allow the document (rules.md 9, arithmetic.md 1), and for a CCF of the
    company to itself; Refused when edition or company have no place for a field.
    """
    company, doc_type = point.company, request.doc_type
    row, edition = DOCUMENT_TYPES[doc_type], point.edition(doc_type)
    if row.needs_taxpayer and customer is not None:
        require_another(company.profile, customer, "customer")
    require_sale_fits(request, Form(row, edition, company.profile))
    asked = _asked_terms(request)
    sale = Sale(
        doc_type=doc_type,
        issuer=point.issuer(request.activity_code),
        receiver=_receiver(point, request, customer),
        lines=request.lines,
        payment=request.payment,
        export=terms_for(company.profile.export, asked) if row.is_export else None,
        terms=request.terms or PLAIN_TERMS,
        mentions=mentions,
    )
    totals = compute(sale)
    document = build_document(edition, point.identity(doc_type), sale, totals)
    warnings = [
        *_buyer_warnings(document, request, customer),
        *_withholding_warnings(request, customer, totals),
        *_credit_warnings(request.payment, totals),
    ]
    if sale.export is not None:
        warnings += [*unsent_terms(sale.export, asked), *unused_terms(sale.export, asked)]
    named_in = "customer_name" if customer is None else "customer.name"
    return Draft(
        edition=edition,
        generation_code=point.generation_code,
        amounts=totals,
        party=party,
        document=document,
        payload=text.encode(document),
        warnings=(*warnings, *cancelling_warnings(document, point, named_in)),
    )


async def _mentions(store: Store, caller: Caller, point: IssuingPoint, request: InvoiceRequest) -> Mentions:
    """Everything that the document will say beside its amounts, with the related documents of the company itself.

    Raises InvalidSale and Refused for what no document of the day can say.
    """
    row, edition, company = DOCUMENT_TYPES[request.doc_type], point.edition(request.doc_type), point.company
    form = Form(row, edition, company.profile)
    require_mentions_fit(request, form)
    mentions = request.mentions or NO_MENTIONS
    if request.related:
        allowed = row.editions[edition].mentions.related
        related = await store.read(found_related, company.id, request.related, allowed, caller.reaches)
        mentions = replace(mentions, related=related)
    require_sound_mentions(request, mentions, form, local_date(point.issued_at))
    return mentions


def _asked_terms(request: InvoiceRequest) -> RequestedExport:
    """The export terms of the request; whoever shows a passport or a residence card is a natural person."""
    asked = request.export or RequestedExport()
    document = request.customer.document if request.customer is not None else None
    if asked.person_type is None and document is not None and document.kind in DOCUMENTS_OF_PERSONS:
        return replace(asked, person_type=NATURAL_PERSON)
    return asked


def _buyer_warnings(
    document: dict[str, Any], request: InvoiceRequest, customer: CustomerData | None
) -> Iterator[AnswerWarning]:
    """The warnings about the buyer. A consumer without a name is the contract's own (7.1); a buyer abroad has one."""
    nobody = CustomerData(request.customer_name)
    yield from party_warnings(document, request.customer or nobody, customer or nobody)
    if DOCUMENT_TYPES[request.doc_type].is_export and customer is None and request.customer_name == FINAL_CONSUMER:
        values = {"what": "nombre del cliente", "value": FINAL_CONSUMER}
        yield AnswerWarning("buyer_field_filled", "customer_name", values)


def _withholding_warnings(
    request: InvoiceRequest, customer: CustomerData | None, totals: Amounts
) -> Iterator[AnswerWarning]:
    """A warning when the buyer withholds because of the kind of taxpayer in the company's record."""
    sent = request.customer
    if request.terms is not None and request.terms.withholding != "auto":
        return
    if totals.withheld and sent is not None and sent.contributor_type is None and customer is not None:
        value = f"{customer.contributor_type}, que retiene {totals.withheld:,.2f}"
        values = {"what": "tipo de contribuyente del cliente", "value": value}
        yield AnswerWarning("remembered", "customer.type_contributor", values)


def _credit_warnings(payment: Payment, totals: Totals) -> Iterator[AnswerWarning]:
    """Warnings about the credit of a sale of which nothing is to be paid, which MH knows as paid at once alone."""
    if totals.payable or payment.condition == CASH:
        return
    on_credit = payment.condition == CREDIT
    for field, is_said in (
        ("transaction_condition", True),
        ("deadline", on_credit and payment.term_unit != _AT_ONCE.term_unit),
        ("period", on_credit and payment.term_count != _AT_ONCE.term_count),
    ):
        if is_said:
            yield AnswerWarning("field_ignored", field, {"why": "no queda nada por pagar, y eso es al contado"})


def _receiver(point: IssuingPoint, request: InvoiceRequest, customer: CustomerData | None) -> Receiver:
    if customer is None:
        return Receiver(name=request.customer_name)
    return receiver_of(point, DOCUMENT_TYPES[request.doc_type], customer)


def receiver_of(point: IssuingPoint, row: DocumentType, customer: CustomerData) -> Receiver:
    """The buyer; the e-mail of the company takes the place of a missing one only where MH takes no document without."""
    return Receiver(
        name=customer.name,
        nit=customer.nit,
        dui=customer.dui,
        nrc=customer.nrc,
        contributor_type=customer.contributor_type or 1,
        activity_code=customer.activity_code or (DEFAULT_ACTIVITY if row.needs_taxpayer else None),
        address=_receiver_address(point.company.address_of(point.branch_code), row, customer),
        phone=customer.phone,
        email=point.receiver_email(row.code, customer.email),
        document=customer.document,
        trade_name=customer.trade_name,
    )


def street_of(customer: CustomerData) -> str | None:
    """The street as sent; of a buyer or seller abroad without one, the country."""
    place = customer.place
    if customer.address is None and customer.country is not None and place is not None and place.department == ABROAD:
        return domicile_in(customer.country)
    return customer.address


def _receiver_address(issuing: Address, row: DocumentType, customer: CustomerData) -> Address | None:
    """The buyer's address: free text for an export, always present in a CCF, else only when the request has a place."""
    if row.is_export:
        return Address(ABROAD, ABROAD, ABROAD, customer.address) if customer.address is not None else None
    if not row.needs_taxpayer and customer.place is None:
        return None
    return place_address(customer.place, street_of(customer), issuing)


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
