"""A company in which everything has happened: one document in each state, and something on every page of the panel."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ocote.contingency.piece import WorkLimits
from ocote.parts import Tuning
from ocote.people.rights import Role
from tests.builders.bodies import ccf, export, invoice, note, purchase
from tests.builders.company import EXPORT_SETTINGS
from tests.e2e.outage import contingencies, mh_comes_back, mh_goes_away
from tests.e2e.worker import AT_ONCE, a_worker_works, send_what_is_due
from tests.outbox.erp import open_erp
from tests.outbox.mail_server import open_mail_server
from tests.panel.documents_seen import TWO_POINTS
from tests.panel.drafting import SALE, begun, moved, sent
from tests.panel_client import PanelClient, add, close_till, person_at
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until

OWNER: Final = "maria@example.com"
CASHIER: Final = "rosa@example.com"
PEOPLE: Final[tuple[tuple[str, str, Role], ...]] = (
    (CASHIER, "Rosa Menjívar", "cashier"),
    ("jorge@example.com", "Jorge Alfaro", "accountant"),
    ("lilian@example.com", "Lilian Portillo", "reader"),
)
ITEMS: Final = (
    ("CAFE-LB", "Café molido de altura, libra", "5.65"),
    ("CAFE-GR", "Café en grano, libra", "6.25"),
    ("TAZA", "Taza de barro", "3.50"),
    ("PAN-QS", "Quesadilla de Oriente", "1.75"),
    ("AGUA", "Agua en botella", "0.75"),
    ("CAT-20", "Catación para veinte personas", "113.00"),
)
_HOURS: Final = (8, 9, 9, 10, 11, 11, 11, 12, 13, 13, 14)
_DAYS: Final = range(1, 17)
_PART: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_REFUSED: Final = "rebota@example.com"
_LATER: Final = "espera@example.com"


@dataclass(frozen=True, slots=True)
class Lively:
    """The gateway of the company, and a value for each part of a path of the panel.

    Beside them are documents by their type or state, the other one of two customers, and a draft that was ``issued``.
    """

    gateway: RunningGateway
    parts: dict[str, str]

    def path(self, pattern: str) -> str:
        """The path of a page of the company, such as ``/c/{company_id:int}/documents/{document_id}``."""
        return _PART.sub(lambda found: self.parts[found[1]], pattern)


@contextmanager
def lively_company(database_url: str, folder: Path) -> Iterator[Lively]:
    """The company on the afternoon of 17 June 2026, while MH does not answer. It may be made beside a running loop."""
    with (
        open_mail_server() as mail,
        open_erp() as erp,
        running_gateway(
            database_url,
            folder,
            edition_from="2026-01-01",
            point_of_sale=TWO_POINTS,
            company=mail.company + EXPORT_SETTINGS,
            webhook_allow_private=True,
            tuning=Tuning(WorkLimits(), AT_ONCE),
        ) as gateway,
        ThreadPoolExecutor(1) as apart,
    ):
        mail.recipients.update({_REFUSED: "550 5.1.1 No such user here", _LATER: "451 4.3.0 Try again later"})

        def live() -> Lively:
            gateway.is_now(2026, 6, 1, 8)
            owner = _people(gateway)
            parts = {**_hooked(owner, erp.url), **_stocked(gateway)}
            _sells_for_days(gateway)
            documents = _every_state(gateway)
            parts |= {**documents, **_settled(gateway), **_written(gateway), **_last(gateway)}
            return Lively(gateway, {**parts, "company_id": "1", "company": "1", "document_id": documents["stamped"]})

        yield apart.submit(live).result()


def browser_of(gateway: RunningGateway, email: str) -> PanelClient:
    """A person of the company who has logged in."""
    client = PanelClient(gateway.url)
    client.log_in(email)
    return client


def _people(gateway: RunningGateway) -> PanelClient:
    for email, name, role in PEOPLE:
        points = ("M001P001",) if role == "cashier" else ()
        add(gateway, email=email, name=name, role=role, points=points)
    return person_at(gateway, email=OWNER, name="Propietaria de Prueba", is_operator=True)


def _hooked(owner: PanelClient, url: str) -> dict[str, str]:
    """The webhook of the company's own software."""
    owner.get("/c/1/webhooks/new")
    assert owner.post("/c/1/webhooks/new", {"url": url, "every": "y"}).status == 200
    return {"webhook_id": _found(owner, "/c/1/webhooks", r"/webhooks/(wh_\w+)")}


def _stocked(gateway: RunningGateway) -> dict[str, str]:
    for code, description, price in ITEMS:
        gateway.request("PUT", f"/items/{code}", {"description": description, "unit_price": price})
    return {"code": ITEMS[0][0]}


def _sells_for_days(gateway: RunningGateway) -> None:
    """Sales of two weeks, and of one morning hour by hour."""
    for day in _DAYS:
        gateway.is_now(2026, 6, day, 10)
        for number in range(1 + day * 7 % 3):
            gateway.post("/invoice", invoice(f"d{day}-{number}", lines=lines_of_sale(day + number, 9 + day % 5)))
    for number, hour in enumerate(_HOURS):
        gateway.is_now(2026, 6, 17, hour, number * 5 % 60)
        method = {"payment_method": "03" if number % 3 == 2 else "01"}
        gateway.post("/invoice", invoice(f"h{number}", lines=lines_of_sale(number), **method))


def lines_of_sale(number: int, times: int = 1) -> list[dict[str, Any]]:
    """Some items of the company; other ones with each number."""
    return [
        {"code": ITEMS[each % len(ITEMS)][0], "quantity": times * (1 + (number + each) % 3)}
        for each in range(number, number + 1 + number % 3)
    ]


def _every_state(gateway: RunningGateway) -> dict[str, str]:
    """One document of each type and state, without those in contingency."""
    gateway.is_now(2026, 6, 17, 15)
    made: dict[str, Any] = {
        "stamped": gateway.post("/invoice", invoice("sellado", customer={"name": "Ana Guardado"})),
        "ccf": gateway.post("/invoice", ccf("fiscal")),
        "noted": gateway.post("/invoice", ccf("anotado")),
        "note": gateway.post("/credit-memo", note("anotado", "nota", "11.30")),
        "export": gateway.post("/invoice", export()),
        "purchase": gateway.post("/suex", purchase()),
        "invalidated": gateway.post("/invoice", invoice("anulado")),
    }
    assert gateway.post("/invalidate/anulado", None)["invalidated"] is True
    gateway.emulator.control.fault("reject", "reception", code="096")
    made["rejected"] = gateway.post("/invoice", invoice("rechazado"))
    for number, number_of_ana in enumerate(({"dui": "00000001-8"}, {"nit": "06140102260013"})):
        gateway.post("/invoice", invoice(f"doble-{number}", customer={"name": "Ana Guardado", **number_of_ana}))
    gateway.time_passes(minutes=8)
    for number, address in enumerate(("ana@example.com", _REFUSED, _LATER)):
        customer = {"name": "Ana Guardado", "email": address}
        gateway.post("/invoice", invoice(f"correo-{number}", customer=customer, lines=lines_of_sale(number)))
    send_what_is_due(gateway)
    return {state: str(answer["document_id"]) for state, answer in made.items()}


def _settled(gateway: RunningGateway) -> dict[str, str]:
    """A till that was closed, a key, an invitation, a mail and a delivery."""
    owner = browser_of(gateway, OWNER)
    closing = close_till(owner, {"01": "100"})
    owner.get("/c/1/keys/new")
    assert owner.post("/c/1/keys/new", {"point": "M001P001"}).status == 200
    owner.get("/c/1/people/invite")
    invited = owner.post("/c/1/people/invite", {"role": "reader", "email": "nueva@example.com"})
    token = re.search(r"/invitation/([\w-]+)", invited.text)
    assert token is not None, invited.words
    return {
        "point": "M001P001",
        "number": moved(closing).rpartition("/")[2].partition("?")[0],
        "prefix": _found(owner, "/c/1/keys", r"/keys/(\w+)/disable"),
        "token": token[1],
        "invitation": _found(owner, "/c/1/people", r"/invitations/([0-9a-f]{64})/"),
        "person": _found(owner, "/c/1/people", r"/c/1/people/(\d+)"),
        "mail_id": _found(owner, "/c/1/mails", r"/c/1/mails/([\w-]+)"),
        "customer_id": _found(owner, "/c/1/customers?search=00000001-8", r"/c/1/customers/(\d+)"),
        "double": _found(owner, "/c/1/customers?search=0614-010226-001-3", r"/c/1/customers/(\d+)"),
    }


def _written(gateway: RunningGateway) -> dict[str, str]:
    """A draft of the owner that was issued, and one that was not."""
    gateway.time_passes(minutes=8)
    owner = browser_of(gateway, OWNER)
    issued = begun(owner)
    sent(owner, issued, SALE, "issue")
    draft = begun(owner)
    sent(owner, draft, SALE)
    return {"draft_id": draft.rpartition("/")[2], "issued": issued.rpartition("/")[2]}


def _last(gateway: RunningGateway) -> dict[str, str]:
    """A contingency that is over, and one that goes on, in which a document waits to be cancelled."""
    gateway.time_passes(minutes=8)
    mh_goes_away(gateway)
    for number in range(2):
        assert gateway.post("/invoice", invoice(f"corte-{number}", lines=lines_of_sale(number)))["contingency"] is True
    mh_comes_back(gateway)
    a_worker_works(gateway)
    [past] = contingencies(gateway)
    gateway.time_passes(minutes=8)
    mh_goes_away(gateway)
    waiting = [
        gateway.post("/invoice", invoice(f"caja-{number}", lines=lines_of_sale(number + 2))) for number in range(2)
    ]
    assert gateway.post("/invalidate/h1", None)["invalidated"] is False
    leaving = gateway.get("/status/h1")
    return {
        "request": _request_on_the_list(gateway),
        "contingency_id": past.id,
        "waiting": waiting[0]["document_id"],
        "leaving": leaving["document_id"],
    }


def _request_on_the_list(gateway: RunningGateway) -> str:
    """The request with several faults that the list shows once it is written down."""
    assert gateway.request("POST", "/invoice", {"external_ref": "con-fallos", "lines": [{}]}).status == 400
    owner = browser_of(gateway, OWNER)
    listed, line = "/c/1/requests?q=con-fallos", r"/c/1/requests/(\d+)"
    until(lambda: re.search(line, owner.get(listed).text) is not None)
    return _found(owner, listed, line)


def _found(browser: PanelClient, path: str, pattern: str) -> str:
    page = browser.get(path)
    found = re.search(pattern, page.text)
    assert found is not None, (path, page.words)
    return found[1]
