"""Turns the request for a document of any family into an order."""

from collections.abc import Collection
from datetime import date

from ocote.companies.caller import Caller
from ocote.issuing.notes import note_order
from ocote.issuing.order import Order
from ocote.issuing.purchases import purchase_order
from ocote.issuing.request import InvoiceRequest, NoteRequest, PurchaseRequest
from ocote.issuing.sales import sale_order
from ocote.store.engine.store import Store


class Orders:
    """Writes orders; ``holidays`` are the days on which MH does not work."""

    def __init__(self, store: Store, holidays: Collection[date]) -> None:
        self._store = store
        self._holidays = holidays

    def sale(self, caller: Caller, request: InvoiceRequest) -> Order:
        """The order for a sale (01, 03 or 11)."""
        return sale_order(self._store, caller, request)

    def note(self, caller: Caller, request: NoteRequest) -> Order:
        """The order for a credit note (05)."""
        return note_order(self._store, caller, request, self._holidays)

    def purchase(self, caller: Caller, request: PurchaseRequest) -> Order:
        """The order for a purchase (14)."""
        return purchase_order(self._store, caller, request)
