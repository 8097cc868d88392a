"""The life of a small shop: documents of every type in every state, and what its clients and its software are told.

References name what became of a document and its type, such as ``stamped-03``. A later version may have a richer life;
what the tests ask of every history has to stay in it.
"""

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Final
from unittest.mock import patch

from pyotp import TOTP

from ocote.contingency.piece import WorkLimits
from ocote.mh.hosts import MhHost
from tests.builders.bodies import ccf, export, invoice, note, purchase
from tests.builders.setup import OTHER_NIT, OTHER_NRC, company_fields
from tests.e2e.issued import invalidation_route
from tests.e2e.outage import comes_to, mh_comes_back, mh_goes_away, mh_was_looked_for
from tests.e2e.several import note_on_several
from tests.e2e.worker import a_worker, a_worker_works, all_that_is_due, send_what_is_due
from tests.histories.history import DOC_TYPES, status_route
from tests.outbox.erp import Erp
from tests.outbox.mail_server import MailServer
from tests.panel.drafting import SALE, begun, sent
from tests.panel_client import PanelClient, close_till, person_at
from tests.running_gateway import RunningGateway
from tests.waiting import until

ADJUSTED: Final = "adjusted-03"
"""The voucher that credit notes take from, 1.13 each."""
RELINKED: Final = "corrected-01"
"""The document whose public link was replaced, since version 0002."""
CONSUMER: Final = {"name": "Ana Beltrán", "dui": "00016297-5", "email": "ana@example.com"}
REFUSED: Final = "nadie@example.com"
"""An address that the mail server of the shop does not know."""
_SOME_TYPES: Final = ("01", "14")


@dataclass(frozen=True, slots=True)
class Shop:
    """A gateway that issues, and whom it tells of it."""

    gateway: RunningGateway
    erp: Erp
    mail_server: MailServer


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


def issue(gateway: RunningGateway, doc_type: str, reference: str) -> dict[str, Any]:
    """Posts a document of the type and returns the answer."""
    answer: dict[str, Any] = gateway.post(route(doc_type), body_of(doc_type, reference))
    return answer


def live(shop: Shop) -> None:
    """Everything that can happen to a document has happened; some of it is still to be finished, and MH is away."""
    gateway = shop.gateway
    _documents_are_stamped(shop)
    _every_kind_of_sale_is_made(gateway)
    _a_note_is_made_on_several_documents(gateway)
    _documents_are_cancelled(gateway)
    _an_outage_comes_and_goes(gateway, "early")
    _clients_are_told(shop)
    _people_are_at_the_panel(gateway)
    gateway.time_passes(hours=1)
    _documents_are_refused(gateway)
    _an_outage_comes_and_a_lot_is_on_its_way(gateway)
    _processes_die(gateway)
    _a_cancellation_is_not_answered(gateway)
    mh_goes_away(gateway)
    for doc_type in DOC_TYPES:
        assert issue(gateway, doc_type, f"contingency-{doc_type}")["contingency"] is True


def _documents_are_stamped(shop: Shop) -> None:
    gateway = shop.gateway
    assert gateway.post("/invoice", ccf(ADJUSTED))["dte_success"] is True
    for doc_type in DOC_TYPES:
        assert issue(gateway, doc_type, f"stamped-{doc_type}")["dte_success"] is True
    gateway.post("/invoice", invoice("unmailed-01", customer={**CONSUMER, "email": REFUSED}))
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert issue(gateway, "01", "corrected-01")["rejected"] is True
    assert issue(gateway, "01", "corrected-01")["dte_success"] is True


def _every_kind_of_sale_is_made(gateway: RunningGateway) -> None:
    """Since version 0005: items of the shop, kinds of sale, net prices, a tip, and a note on such a voucher."""
    item = {"description": "Café tostado, libra", "unit_price": 6.78, "taxes": []}
    assert gateway.request("PUT", "/items/CAFE-LB", item).status == 200
    school = {"description": "Cuota escolar", "quantity": 1, "unit_price": 45, "sale_kind": "exempt"}
    lines = [{"code": "CAFE-LB", "quantity": 2}, school]
    assert gateway.post("/invoice", invoice("mixed-01", lines=lines, tip=1))["amount_exempt"] == 45
    priced = {**ccf("mixed-03"), "prices_include_vat": False, "lines": [*ccf("")["lines"], school]}
    assert gateway.post("/invoice", priced)["dte_success"] is True
    back = {**note("mixed-03", "mixed-05"), "lines": [{**school, "unit_price": 5}]}
    assert gateway.post("/credit-memo", back)["amount_exempt"] == 5


def _a_note_is_made_on_several_documents(gateway: RunningGateway) -> None:
    """Since version 0006: on two vouchers of the shop, and on one on paper."""
    vouchers = ("several-1-03", "several-2-03")
    for reference in vouchers:
        assert gateway.post("/invoice", ccf(reference))["dte_success"] is True
    assert note_on_several(gateway, "several-05", *vouchers)["dte_success"] is True


def _documents_are_cancelled(gateway: RunningGateway) -> None:
    for doc_type in _SOME_TYPES:
        issue(gateway, doc_type, f"cancelled-{doc_type}")
        cancelled = gateway.post(f"{invalidation_route(doc_type)}/cancelled-{doc_type}", None)
        assert cancelled["invalidated"] is True
    issue(gateway, "01", "uncancelled-01")
    gateway.emulator.control.fault("reject", "invalidation")
    assert gateway.post("/invalidate/uncancelled-01", None)["rejected"] is True


def _an_outage_comes_and_goes(gateway: RunningGateway, name: str) -> None:
    _documents_wait(gateway, name)
    a_worker_works(gateway, WorkLimits(few=0))


def _an_outage_comes_and_a_lot_is_on_its_way(gateway: RunningGateway) -> None:
    gateway.emulator.control.policy(lot_pending_polls=1000)
    _documents_wait(gateway, "lot")

    async def work() -> None:
        async with a_worker(gateway, WorkLimits(few=0)) as worker:
            await comes_to(gateway, worker, "delivering")
            await all_that_is_due(worker)

    asyncio.run(work())


def _documents_wait(gateway: RunningGateway, name: str) -> None:
    mh_goes_away(gateway)
    for doc_type in _SOME_TYPES:
        assert issue(gateway, doc_type, f"{name}-{doc_type}")["contingency"] is True
    heard = gateway.emulator.control.counts()
    mh_comes_back(gateway)
    until(lambda: gateway.emulator.control.counts() != heard)
    until(lambda: mh_was_looked_for(gateway))


def _people_are_at_the_panel(gateway: RunningGateway) -> None:
    """Since version 0007: an owner asks for codes, invites, closes a till, leaves a draft and another company half."""
    owner = person_at(gateway, role="owner", is_operator=True)
    _switches_the_second_factor_on(gateway, owner)
    owner.get("/c/1/people/invite")
    assert owner.post("/c/1/people/invite", {"role": "reader", "email": "invitada@example.com"}).status == 200
    assert close_till(owner, {"01": "100"}).status == 303
    assert sent(owner, begun(owner), SALE).status == 200
    owner.get("/setup/company")
    other = gateway.emulator.add_company(nit=OTHER_NIT, nrc=OTHER_NRC, name="Otra Empresa, S.A. de C.V.")
    assert owner.post("/setup/company", company_fields(other)).status == 303


def _switches_the_second_factor_on(gateway: RunningGateway, owner: PanelClient) -> None:
    page = owner.get("/account/authenticator").text
    sealed = re.search(r'name="sealed"[^>]*value="([0-9a-f]+)"', page)
    secret = re.search(r"<code>([A-Z2-7 ]{20,})<", page)
    assert sealed is not None
    assert secret is not None
    code = TOTP(secret[1].replace(" ", "")).at(gateway.clock())
    assert owner.post("/account/authenticator", {"sealed": sealed[1], "code": code}).status == 200


def _clients_are_told(shop: Shop) -> None:
    """One mail is refused and one announcement not taken; what comes later waits."""
    shop.mail_server.recipients[REFUSED] = "550 no such user"
    shop.erp.statuses.append(500)
    send_what_is_due(shop.gateway)
    assert shop.mail_server.mails
    assert shop.erp.told


def _documents_are_refused(gateway: RunningGateway) -> None:
    for doc_type in DOC_TYPES:
        gateway.emulator.control.fault("reject", "reception", code="096")
        assert issue(gateway, doc_type, f"rejected-{doc_type}")["rejected"] is True


def _a_cancellation_is_not_answered(gateway: RunningGateway) -> None:
    issue(gateway, "01", "cancelling-01")
    gateway.emulator.control.fault("down", "invalidation", None)
    assert gateway.post("/invalidate/cancelling-01", None)["invalidated"] is False
    gateway.emulator.control.behave()


def _processes_die(gateway: RunningGateway) -> None:
    """Before MH has the document, whatever its type, and after it has stamped one."""
    for doc_type in DOC_TYPES:
        _dies(gateway, doc_type, f"dead-{doc_type}", stamped=False)
    _dies(gateway, "01", "unheard-01", stamped=True)


def _dies(gateway: RunningGateway, doc_type: str, reference: str, *, stamped: bool) -> None:
    """The gateway breaks off in the middle; it still holds the document when it ends itself."""
    deliver = MhHost.deliver

    async def broken_off(*arguments: Any, **options: Any) -> None:
        if stamped:
            await deliver(*arguments, **options)
        raise RuntimeError("broken off")

    with patch.object(MhHost, "deliver", broken_off):
        reply = gateway.request("POST", route(doc_type), body_of(doc_type, reference))
    assert reply.status == 500
    assert gateway.get(status_route(doc_type, reference))["dte_success"] is False
