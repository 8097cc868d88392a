"""From the request of a purchase to the order to issue it: type 14, which the buyer writes."""

from ocote.clock import local_date
from ocote.companies.company import Company
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Amounts
from ocote.dte.editions import build_document, edition_for
from ocote.dte.faults import InvalidSale
from ocote.dte.purchase.arithmetic import compute_purchase
from ocote.dte.purchase.value import Purchase, Seller
from ocote.dte.types import PURCHASE
from ocote.errors import fault
from ocote.issuing.customers import KnownCustomer, known_customer
from ocote.issuing.order import Draft, IssuingPoint, Order, Party, draft
from ocote.issuing.request import CustomerData, PurchaseRequest, encoded
from ocote.issuing.sales import place_address
from ocote.store.engine.store import Store

_DUI = "13"
_NIT = "36"


def purchase_order(store: Store, holder: KeyHolder, request: PurchaseRequest) -> Order:
    """The order to issue a 14."""

    async def prepare(desk: IssuingPoint) -> Draft:
        return draft_purchase(desk, request, await store.read(known_customer, holder.company_id, request.seller))

    return Order(PURCHASE.code, request.external_ref, encoded(request), prepare)


def draft_purchase(desk: IssuingPoint, request: PurchaseRequest, known: KnownCustomer) -> Draft:
    """Writes the purchase in the edition in force for the company that day. Pure.

    Raises InvalidSale for amounts that no document holds, and for a seller with an NRC in the company's own records.
    """
    _require_unregistered(request.seller, known.data)
    edition = edition_for(desk.company.profile.schedule(), PURCHASE.code, local_date(desk.issued_at))
    seller = _seller(desk.company, known.data)
    purchase = Purchase(desk.company.issuer(desk.branch_code, desk.pos_code, None), seller, request.lines)
    totals = compute_purchase(purchase)
    return draft(
        desk,
        PURCHASE.code,
        edition,
        build_document(edition, desk.identity(PURCHASE.code), purchase, totals),
        Amounts(totals.taxable, totals.vat, totals.gross, totals.withheld, totals.payable),
        Party(name=seller.name, email=seller.email, record_id=known.id, keep=known.keep),
    )


def _require_unregistered(sent: CustomerData, known: CustomerData) -> None:
    """Type 14 is for natural persons without NRC (contract 11); the company's own record may show one."""
    if known.nrc is not None:
        raise InvalidSale([fault("seller_registered", "subject.dui" if sent.dui else "subject.nit")])


def _seller(company: Company, data: CustomerData) -> Seller:
    """The seller by DUI, else by NIT; without an address, the purchase was made where the company is (contract D17)."""
    return Seller(
        name=data.name,
        document_type=_DUI if data.dui else _NIT,
        document_number=data.dui or data.nit or "",
        address=place_address(data.place, data.address, company.profile.address),
        activity_code=data.activity_code,
        phone=data.phone,
        email=data.email,
    )
