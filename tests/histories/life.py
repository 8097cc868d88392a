"""The life of a small shop: documents of every type in every state, and what its clients and its software are told.

References name what became of a document and its type, such as ``stamped-03``. A later version may have a richer life;
what the tests ask of every history has to stay in it.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from ocote.contingency.piece import WorkLimits
from ocote.mh.hosts import MhHost
from tests.e2e.outage import a_worker, a_worker_works, comes_to, mh_comes_back, mh_goes_away, mh_was_looked_for, until
from tests.e2e.outgoing import send_what_is_due
from tests.e2e.test_credit_notes import note
from tests.e2e.test_export_invoices import export
from tests.e2e.test_purchases import purchase
from tests.e2e.test_sales import ccf, invoice
from tests.histories.history import DOC_TYPES, status_route
from tests.house import RunningHouse
from tests.outbox.erp import Erp
from tests.outbox.post_office import PostOffice

ADJUSTED: Final = "adjusted-03"
"""The voucher that credit notes take from, 1.13 each."""
CONSUMER: Final = {"name": "Ana Beltrán", "dui": "00016297-5", "email": "ana@example.com"}
REFUSED: Final = "nadie@example.com"
"""An address that the mail server of the shop does not know."""
_SOME_TYPES: Final = ("01", "14")


@dataclass(frozen=True, slots=True)
class Shop:
    """A gateway that issues, and whom it tells of it."""

    house: RunningHouse
    erp: Erp
    office: PostOffice


def body_of(doc_type: str, reference: str) -> dict[str, Any]:
    """What a client posts for a document of the type."""
    match doc_type:
        case "01":
            return invoice(reference, customer=CONSUMER)
        case "03":
            return ccf(reference)
        case "05":
            return note(ADJUSTED, reference, "1.13")
        case "11":
            return export(reference)
    return purchase(reference)


def route(doc_type: str) -> str:
    """Where a client posts a document of the type."""
    return {"05": "/credit-memo", "14": "/suex"}.get(doc_type, "/invoice")


def issue(house: RunningHouse, doc_type: str, reference: str) -> dict[str, Any]:
    """Posts a document of the type and returns the answer."""
    answer: dict[str, Any] = house.post(route(doc_type), body_of(doc_type, reference))
    return answer


def route_of_cancellation(doc_type: str) -> str:
    """Where a client cancels a document of the type."""
    return "/invalidate/suex" if doc_type == "14" else "/invalidate"


def live(shop: Shop) -> None:
    """Everything that can happen to a document has happened; some of it is still to be finished, and MH is away."""
    house = shop.house
    _documents_are_stamped(shop)
    _documents_are_cancelled(house)
    _an_outage_comes_and_goes(house, "early")
    _clients_are_told(shop)
    house.time_passes(hours=1)
    _documents_are_refused(house)
    _an_outage_comes_and_a_lot_is_on_its_way(house)
    _processes_die(house)
    _a_cancellation_is_not_answered(house)
    mh_goes_away(house)
    for doc_type in DOC_TYPES:
        assert issue(house, doc_type, f"contingency-{doc_type}")["contingency"] is True


def _documents_are_stamped(shop: Shop) -> None:
    house = shop.house
    assert house.post("/invoice", ccf(ADJUSTED))["dte_success"] is True
    for doc_type in DOC_TYPES:
        assert issue(house, doc_type, f"stamped-{doc_type}")["dte_success"] is True
    house.post("/invoice", invoice("unmailed-01", customer={**CONSUMER, "email": REFUSED}))
    house.emulator.control.fault("reject", "reception", code="096")
    assert issue(house, "01", "corrected-01")["rejected"] is True
    assert issue(house, "01", "corrected-01")["dte_success"] is True


def _documents_are_cancelled(house: RunningHouse) -> None:
    for doc_type in _SOME_TYPES:
        issue(house, doc_type, f"cancelled-{doc_type}")
        cancelled = house.post(f"{route_of_cancellation(doc_type)}/cancelled-{doc_type}", None)
        assert cancelled["invalidated"] is True
    issue(house, "01", "uncancelled-01")
    house.emulator.control.fault("reject", "invalidation")
    assert house.post("/invalidate/uncancelled-01", None)["rejected"] is True


def _an_outage_comes_and_goes(house: RunningHouse, name: str) -> None:
    _documents_wait(house, name)
    a_worker_works(house, WorkLimits(few=0))


def _an_outage_comes_and_a_lot_is_on_its_way(house: RunningHouse) -> None:
    house.emulator.control.policy(lot_pending_polls=1000)
    _documents_wait(house, "lot")

    async def work() -> None:
        async with a_worker(house, WorkLimits(few=0)) as worker:
            await comes_to(house, worker, "delivering")
            while sum([await one() for one in worker.rounds]):
                pass

    asyncio.run(work())


def _documents_wait(house: RunningHouse, name: str) -> None:
    mh_goes_away(house)
    for doc_type in _SOME_TYPES:
        assert issue(house, doc_type, f"{name}-{doc_type}")["contingency"] is True
    heard = house.emulator.control.counts()
    mh_comes_back(house)
    until(lambda: house.emulator.control.counts() != heard)
    until(lambda: mh_was_looked_for(house))


def _clients_are_told(shop: Shop) -> None:
    """One mail is refused and one announcement not taken; what comes later waits."""
    shop.office.recipients[REFUSED] = "550 no such user"
    shop.erp.statuses.append(500)
    send_what_is_due(shop.house)
    assert shop.office.mails
    assert shop.erp.told


def _documents_are_refused(house: RunningHouse) -> None:
    for doc_type in DOC_TYPES:
        house.emulator.control.fault("reject", "reception", code="096")
        assert issue(house, doc_type, f"rejected-{doc_type}")["rejected"] is True


def _a_cancellation_is_not_answered(house: RunningHouse) -> None:
    issue(house, "01", "cancelling-01")
    house.emulator.control.fault("down", "invalidation", None)
    assert house.post("/invalidate/cancelling-01", None)["invalidated"] is False
    house.emulator.control.behave()


def _processes_die(house: RunningHouse) -> None:
    """Before MH has the document, whatever its type, and after it has stamped one."""
    for doc_type in DOC_TYPES:
        _dies(house, doc_type, f"dead-{doc_type}", stamped=False)
    _dies(house, "01", "unheard-01", stamped=True)


def _dies(house: RunningHouse, doc_type: str, reference: str, *, stamped: bool) -> None:
    """The gateway breaks off in the middle; it still holds the document when it ends itself."""
    deliver = MhHost.deliver

    async def broken_off(*arguments: Any, **options: Any) -> None:
        if stamped:
            await deliver(*arguments, **options)
        raise RuntimeError("broken off")

    with patch.object(MhHost, "deliver", broken_off):
        reply = house.request("POST", route(doc_type), body_of(doc_type, reference))
    assert reply.status == 500
    assert house.get(status_route(doc_type, reference))["dte_success"] is False
