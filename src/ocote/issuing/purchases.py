"""Turns the request for a purchase into an order: type 14, which the buyer issues."""

from msgspec.structs import replace

from ocote.companies.caller import Caller
from ocote.dte import text
from ocote.dte.editions import build_document
from ocote.dte.faults import InvalidSale
from ocote.dte.mentions import NO_MENTIONS
from ocote.dte.purchase.arithmetic import compute_purchase
from ocote.dte.purchase.value import Purchase, Seller
from ocote.dte.sale import IdentityDocument, Payment
from ocote.dte.sections.parties import DUI_DOCUMENT, NIT_DOCUMENT
from ocote.dte.terms import PLAIN_TERMS
from ocote.dte.types import PURCHASE
from ocote.errors import fault
from ocote.issuing.customers import known_customer
from ocote.issuing.items import Items, completed_purchase_lines, named_items, names_items
from ocote.issuing.order import Draft, IssuingPoint, Order
from ocote.issuing.request import CustomerData, PurchaseRequest, encoded
from ocote.issuing.sales import place_address, street_of
from ocote.issuing.self_dealing import require_another
from ocote.issuing.unsent import cancelling_warnings, party_warnings
from ocote.store.customers import Counterparty
from ocote.store.engine.store import Store, Transaction


def purchase_order(store: Store, caller: Caller, request: PurchaseRequest) -> Order:
    """The order to issue a purchase (14)."""

    async def prepare(point: IssuingPoint) -> Draft:
        items, (known, party) = await store.read(_known, caller.company_id, request)
        if not names_items(request.lines):
            return draft_purchase(point, request, known, party)
        whole = replace(request, lines=completed_purchase_lines(request.lines, items))
        return replace(draft_purchase(point, whole, known, party), request=encoded(whole))

    return Order(PURCHASE.code, request.external_ref, encoded(request), prepare)


def _known(company_id: int, request: PurchaseRequest) -> Transaction[tuple[Items, tuple[CustomerData, Counterparty]]]:
    """The company's records about a purchase: the items that its lines name, and the seller."""
    items = yield from named_items(company_id, request.lines)
    return items, (yield from known_customer(company_id, request.seller))


def draft_purchase(point: IssuingPoint, request: PurchaseRequest, known: CustomerData, party: Counterparty) -> Draft:
    """Writes the purchase in the edition in force for the company that day. Pure.

    ``known`` is the request's seller completed with the company's record. Raises InvalidSale for amounts that do not
    fit into a document, for a seller whose record has an NRC, and for the company itself as the seller.
    """
    require_another(point.company.profile, known, "subject")
    _require_unregistered(request.seller, known)
    edition = point.edition(PURCHASE.code)
    purchase = Purchase(
        issuer=point.issuer(),
        seller=_seller(point, known),
        lines=request.lines,
        payment=request.payment or Payment(),
        terms=request.terms or PLAIN_TERMS,
        mentions=request.mentions or NO_MENTIONS,
        income_tax=request.income_tax,
    )
    totals = compute_purchase(purchase)
    document = build_document(edition, point.identity(PURCHASE.code), purchase, totals)
    return Draft(
        edition=edition,
        generation_code=point.generation_code,
        amounts=totals,
        party=party,
        document=document,
        payload=text.encode(document),
        warnings=(
            *party_warnings(document, request.seller, known),
            *cancelling_warnings(document, point, "subject.name"),
        ),
    )


def _require_unregistered(sent: CustomerData, known: CustomerData) -> None:
    """Raises InvalidSale for a seller with an NRC, which a 14 does not allow (contract 11); the record may have one."""
    if known.nrc is not None:
        raise InvalidSale([fault("seller_registered", "subject.dui" if sent.dui else "subject.nit")])


def _seller(point: IssuingPoint, data: CustomerData) -> Seller:
    """The seller by DUI, else by NIT, else by another document (contract D17).

    Without an address, with that of the issuing branch.
    """
    identity = data.document
    if data.dui is not None:
        identity = IdentityDocument(DUI_DOCUMENT, data.dui)
    elif data.nit is not None:
        identity = IdentityDocument(NIT_DOCUMENT, data.nit)
    if identity is None:
        raise ValueError("a purchase names its seller by an identity document")
    return Seller(
        name=data.name,
        document_type=identity.kind,
        document_number=identity.number,
        address=place_address(data.place, street_of(data), point.company.address_of(point.branch_code)),
        activity_code=data.activity_code,
        phone=data.phone,
        email=data.email,
        country=data.country,
    )
