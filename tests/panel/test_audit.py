"""The audit log at the panel: in words, by company, with filters, and whether it is whole."""

import asyncio
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ocote.audit import Author
from ocote.issuing.customers import clear_customer
from ocote.store.audit_log import AuditEntry, append_entry
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from tests.builders.bodies import ccf
from tests.builders.company import BY
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway

HOSTILE = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "\u202eemoN %s {{ 7*7 }}"
LONG = "Ñ" * 250
_DAMAGE = sql('UPDATE audit_entry SET after = \'{"phone":"0"}\' WHERE number = 2')


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path) as gateway:
        yield gateway


@pytest.fixture
def owner(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


def run(gateway: RunningGateway, work: Transaction[None]) -> None:
    async def write() -> None:
        async with open_store(gateway.database_url) as store:
            await store.write(lambda: work)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, write()).result()


def entries(gateway: RunningGateway, *made: Mapping[str, Any]) -> None:
    """Writes entries of the first company, each with what it has of its own."""

    def work() -> Transaction[None]:
        for each in made:
            values = {"at": "2026-11-20T17:21:33.123456Z", "by": Author("ana@example.com", "192.0.2.7"), **each}
            yield from append_entry(AuditEntry(**{"act": "company_saved", "subject": "x", "company_id": 1, **values}))

    run(gateway, work())


def test_a_change_is_told_with_who_where_before_and_after(gateway: RunningGateway, owner: PanelClient) -> None:
    entries(
        gateway,
        {"before": {"phone": "22220000", "points": ["M001P001"]}, "after": {"phone": "22221111", "points": []}},
    )
    shown = owner.get("/c/1/audit")
    assert "Guardó los datos de la empresa 20/11/2026 11:21 ana@example.com, 192.0.2.7 · x" in shown.words
    assert "Teléfono 22220000 22221111" in shown.words
    assert "Puntos de venta M001P001 —" in shown.words
    assert "Cada asiento de esta página está como se escribió" in shown.words


def test_hostile_texts_are_shown_as_texts(gateway: RunningGateway, owner: PanelClient) -> None:
    for text in (HOSTILE, RIGHT_TO_LEFT, LONG):
        by = Author(text, text)
        entries(gateway, {"by": by, "subject": text, "act": text, "before": {text: text}, "after": {text: [text, "y"]}})
    shown = owner.get("/c/1/audit")
    assert shown.status == 200
    assert HOSTILE not in shown.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown.text
    assert "·emoN %s {{ 7*7 }}" in shown.words
    assert LONG[:120] + "…" in shown.words


def test_the_filters_stay_in_the_addresses_of_the_pages(gateway: RunningGateway, owner: PanelClient) -> None:
    entries(gateway, *({"subject": f"n{number}", "act": "number_set"} for number in range(60)))
    entries(gateway, {"by": Author("otra@example.com", "terminal"), "at": "2026-11-22T05:59:59.000000Z"})

    def asked(**fields: str) -> str:
        return owner.get(f"/c/1/audit?{urlencode(fields)}").words

    assert "otra@example.com, desde la terminal del servidor" in asked(person="OTRA@")
    assert "ana@" not in asked(person="otra@")
    assert "Nada así en la bitácora" in asked(person="100%")
    assert "otra@" in asked(since="2026-11-21", until="2026-11-21")
    assert "ana@" not in asked(since="2026-11-21", until="2026-11-21")
    page = owner.get("/c/1/audit?act=number_set&person=ana")
    assert "· n59" in page.words
    assert "· n9 " not in page.words
    older = next(part for part in page.text.split('href="') if "before=" in part).partition('"')[0]
    assert "person=ana&amp;act=number_set&amp;before=" in older
    assert "· n9 " in owner.get(older.removeprefix("/panel").replace("&amp;", "&")).words


def test_whatever_is_asked_for_gets_a_page(owner: PanelClient) -> None:
    for query in (
        *("before=abc", "before=99999999999999999999", "before=-1", "act=nada", "person=" + "x" * 900),
        *("since=ayer", "until=9999-12-31", "since=0001-01-01", "since=2026-12-02&until=2026-12-01", "before=1"),
    ):
        assert owner.get(f"/c/1/audit?{query}").status == 200, query


def test_a_company_sees_its_own_entries_and_an_operator_all(gateway: RunningGateway, owner: PanelClient) -> None:
    gateway.another_company()
    entries(gateway, {"company_id": 2, "subject": "de-la-otra"}, {"company_id": None, "subject": "de-la-pasarela"})
    assert "de-la-" not in owner.get("/c/1/audit").words
    assert owner.get("/operator/audit").status == 404
    operator = person_at(gateway, email="operadora@example.com", is_operator=True)
    shown = operator.get("/operator/audit").words
    assert "de-la-otra · Café de Prueba, S.A. de C.V." in shown
    assert "de-la-pasarela" in shown
    assert "de-la-" not in operator.get("/c/1/audit").words


def test_an_entry_that_was_altered_is_told(gateway: RunningGateway, owner: PanelClient) -> None:
    def damage() -> Transaction[None]:
        yield _DAMAGE()

    entries(gateway, {})
    assert "La bitácora no está entera" not in owner.get("/c/1/audit").words
    run(gateway, damage())
    assert "La bitácora no está entera" in owner.get("/c/1/audit").words


def test_a_change_at_the_panel_carries_the_person_and_their_address(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    owner.get("/c/1/keys/new")
    owner.post("/c/1/keys/new", {"point": "M001P001", "per_minute": "60", "per_hour": "900"})
    shown = owner.get("/c/1/audit?act=key_created&person=persona").words
    assert "Creó una clave de la API" in shown
    assert "persona@example.com, 127.0.0.1 · odt_" in shown
    assert "Solicitudes por hora — 900" in shown


def test_a_price_that_a_key_changes_is_told_with_the_beginning_of_the_key(
    gateway: RunningGateway, owner: PanelClient
) -> None:
    for price in ("5.65", "5.95", "5.95"):
        gateway.request("PUT", "/items/CAFE-LB", {"description": "Café", "unit_price": price})
    gateway.request("DELETE", "/items/CAFE-LB")
    shown = owner.get("/c/1/audit").words
    assert shown.count("Detalles: Guardó un artículo") == 2
    assert f"{gateway.key[:12]}, 127.0.0.1 · CAFE-LB" in shown
    assert "Precio 5.65 5.95" in shown
    assert "Quitó un artículo" in shown


def test_what_a_command_clears_of_a_customer_is_told(gateway: RunningGateway, owner: PanelClient) -> None:
    gateway.post("/invoice", ccf("C-1"))

    async def clear() -> None:
        async with open_store(gateway.database_url) as store:
            await clear_customer(store, gateway.clock, BY, 1, ["email", "phone"])

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, clear()).result()
    shown = owner.get("/c/1/audit?act=customer_cleared").words
    assert "Borró datos de un cliente" in shown
    assert "prueba, desde la terminal del servidor · 1" in shown
