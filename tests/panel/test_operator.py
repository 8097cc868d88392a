"""The operator's pages of companies and of the gateway's health, for an operator who has a role in no company."""

import asyncio
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ocote.companies.directory import CompanyDirectory
from ocote.store.copying.recording import BackupMade, record_backup
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.processes import ProcessRow, all_processes, note_process
from tests.builders.bodies import invoice
from tests.e2e.outage import contingencies, mh_goes_away, sells
from tests.e2e.worker import send_what_is_due
from tests.outbox.mail_server import open_mail_server
from tests.panel.audited import acts_of
from tests.panel_client import PanelClient, person_at
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until

T = TypeVar("T")

LIST = "/operator/companies"
ONE = f"{LIST}/1"
HEALTH = "/operator/health"
ATTACK = "<script>alert('x')</script>"
CUSTOMER = "Cliente Muy Secreto"
LONG_AGO = "2026-01-01T00:00:00.000000Z"

_RENAME = sql("UPDATE company SET name = :name WHERE id = 1")
_MANY = """
    INSERT INTO company (nit, environment, name, profile, mh_user, mh_password, private_key, certificate_fingerprint,
                         active, created_at, updated_at)
    SELECT '0614' || substr('0000000000' || CAST(:number AS TEXT), -10), environment, :name, profile, mh_user,
           mh_password, private_key, certificate_fingerprint, 1, created_at, updated_at
    FROM company WHERE id = 1"""
_ANOTHER = sql(_MANY.replace("-10", "length('0000000000' || CAST(:number AS TEXT)) - 9"))


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path) as gateway:
        gateway.is_now(2026, 12, 14, 9)
        yield gateway


@pytest.fixture
def operator(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway, email="opera@example.com", role=None, is_operator=True)


def stored(gateway: RunningGateway, work: Callable[..., Transaction[T]], *args: Any) -> T:
    """What a unit of work of another process returns."""

    async def write() -> T:
        async with open_store(gateway.database_url) as store:
            return await store.write(work, *args)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, write()).result()


def renamed(name: str) -> Transaction[None]:
    """The company has another name."""
    yield _RENAME(name=name)


def more_companies(count: int) -> Transaction[None]:
    """So many companies like the first one."""
    for number in range(count):
        yield _ANOTHER(number=str(number), name=f"Tienda número {number:05}")


def test_an_operator_without_a_company_begins_with_the_list_of_all(gateway: RunningGateway) -> None:
    operator = person_at(gateway, email="opera@example.com", role=None, is_operator=True)
    assert operator.get("/").headers["location"] == f"/panel{LIST}"
    gateway.post("/invoice", invoice("A-1"))
    shown = operator.get(LIST)
    assert "Café de Prueba, S.A. de C.V." in shown.words
    assert "Activa 1 14/12/2026 09:00" in shown.words
    assert "Registrar una empresa" in shown.words


def test_nobody_else_sees_that_there_are_pages_of_the_operator(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    for path in (LIST, ONE, f"{ONE}/switch", f"{ONE}/number", HEALTH):
        assert owner.get(path).status == 404, path
    for path in (f"{ONE}/switch", f"{ONE}/number", f"{ONE}/again"):
        assert owner.post(path, {"active": "0"}).status == 404, path


def test_an_operator_sees_counts_and_nothing_of_a_document(gateway: RunningGateway, operator: PanelClient) -> None:
    made = gateway.post("/invoice", invoice("REF-SECRETA", customer={"name": CUSTOMER}))
    for path in (LIST, ONE, HEALTH):
        shown = operator.get(path)
        assert shown.status == 200, path
        for secret in (CUSTOMER, "REF-SECRETA", made["control_number"], made["generation_code"], "113.00"):
            assert secret not in shown.text, (path, secret)
    for path in ("/c/1/today", "/c/1/documents", f"/c/1/documents/{made['document_id']}", "/c/1/company", "/c/1/keys"):
        assert operator.get(path).status == 404, path


def test_a_company_is_found_by_part_of_its_name_or_nit_and_names_are_only_shown(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    stored(gateway, renamed, f"Panadería {ATTACK}")
    for sought in ("PANADERIA", "alert", "0614"):
        shown = operator.get(f"{LIST}?search={sought}")
        assert "Panadería" in shown.words, sought
        assert ATTACK not in shown.text
    assert "Ninguna empresa se llama así" in operator.get(f"{LIST}?search=zzz").words
    for path in (ONE, f"{ONE}/switch", f"{ONE}/number"):
        assert ATTACK not in operator.get(path).text
    for wrong in ("x", "-1", "9" * 30, "%D9%A3"):
        assert operator.get(f"{LIST}?after={wrong}").status in (200, 404), wrong


def test_a_disabled_company_is_refused_by_the_api_and_only_looked_at_by_its_people(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    owner = person_at(gateway)
    gateway.post("/invoice", invoice("A-1"))
    asked = operator.get(f"{ONE}/switch")
    assert "Sus claves reciben 401 al instante" in asked.words
    nit = re.search(r"Es (\d{14})", asked.words)
    assert nit is not None
    for wrong in ("", "06140102260013"):
        assert operator.post(f"{ONE}/switch", {"active": "0", "nit": wrong}).status == 400
    assert gateway.request("GET", "/status/A-1").status == 200
    done = operator.follow(operator.post(f"{ONE}/switch", {"active": "0", "nit": nit[1]}))
    assert "La empresa quedó desactivada." in done.words
    assert gateway.request("POST", "/invoice", invoice("A-2")).status == 401
    assert "La empresa está desactivada" in owner.get("/c/1/documents").words
    assert owner.post("/c/1/keys/new", {"point": "M001P001"}).status == 403
    assert "no se cambió nada" in operator.follow(operator.post(f"{ONE}/switch", {"active": "0", "nit": nit[1]})).words
    operator.follow(operator.post(f"{ONE}/switch", {"active": "1"}))
    until(lambda: gateway.request("GET", "/status/A-1").status == 200, "the key was not let in again")
    assert gateway.request("POST", "/invoice", invoice("A-3")).status == 200
    acts = [row.act for row in acts_of(gateway) if row.author == "opera@example.com"]
    assert [act for act in acts if act.startswith("company_")] == ["company_disabled", "company_enabled"]


def test_an_operator_without_a_role_sets_a_number_and_never_one_that_was_issued(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    gateway.post("/invoice", invoice("A-1"))
    operator.get(f"{ONE}/number")
    series = {"point": "M001P001", "doc_type": "01", "year": "2026"}
    refused = operator.post(f"{ONE}/number", {**series, "next": "1"})
    assert refused.status == 400
    assert "indique 2 o más" in refused.words
    done = operator.follow(operator.post(f"{ONE}/number", {**series, "next": "50"}))
    assert "ahora es 50" in done.words
    assert gateway.post("/invoice", invoice("A-2"))["control_number"].endswith("000000000000050")
    assert [row.author for row in acts_of(gateway) if row.act == "number_set"] == ["opera@example.com"]


def test_an_operator_without_a_role_corrects_a_cause_and_sees_no_document_of_the_contingency(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    mh_goes_away(gateway)
    sells(gateway, 2)
    [found] = contingencies(gateway)
    assert "2" in operator.get(ONE).words
    path = f"{ONE}/contingencies/{found.id}"
    page = operator.get(path)
    assert "Se sigue facturando" in page.words
    assert "caja-0" not in page.text
    done = operator.post(f"{path}/cause", {"kind": "5", "reason": "Corte en la red del proveedor de alojamiento"})
    assert "Corte en la red" in operator.follow(done).words
    assert operator.post(f"{path}/cause", {"kind": "5", "reason": "x"}).status == 400
    assert operator.get(f"{LIST}/999/contingencies/{found.id}").status == 404
    assert [row.act for row in acts_of(gateway) if row.author == "opera@example.com"][-1] == "contingency_corrected"


def test_given_up_mails_are_shown_without_their_receivers_and_tried_again(database_url: str, tmp_path: Path) -> None:
    with open_mail_server() as server, running_gateway(database_url, tmp_path, company=server.company) as gateway:
        operator = person_at(gateway, email="opera@example.com", role=None, is_operator=True)
        for number in range(2):
            address = f"rebota{number}@example.com"
            server.recipients[address] = f"550 5.1.1 <{address}> no such user"
            customer = {"name": CUSTOMER, "email": address}
            gateway.post("/invoice", invoice(f"A-{number}", customer=customer))
        send_what_is_due(gateway)
        page = operator.get(ONE)
        assert "Correos no entregados" in page.words
        assert "550" in page.words
        assert "rebota" not in page.text
        server.recipients.clear()
        one = re.search(r'name="sending" value="([^"]+)"', page.text)
        assert one is not None
        again = operator.post(f"{ONE}/again", {"channel": "email", "sending": one[1]})
        assert "Se intentará 1 mensaje" in operator.follow(again).words
        rest = operator.post(f"{ONE}/again", {"channel": "email"})
        assert "Se intentará 1 mensaje" in operator.follow(rest).words
        send_what_is_due(gateway)
        assert "Correos no entregados" not in operator.get(ONE).words
        assert "No quedaba nada" in operator.follow(operator.post(f"{ONE}/again", {"channel": "email"})).words
        assert operator.post(f"{ONE}/again", {"channel": "fax"}).status == 404
        assert [row.act for row in acts_of(gateway)].count("messages_tried_again") == 2


def test_health_tells_of_a_stuck_mail_server_without_its_words(database_url: str, tmp_path: Path) -> None:
    with open_mail_server() as server, running_gateway(database_url, tmp_path, company=server.company) as gateway:
        gateway.is_now(2026, 12, 14, 9)
        operator = person_at(gateway, email="opera@example.com", role=None, is_operator=True)
        server.recipients["reservado@example.com"] = "450 4.2.2 <reservado@example.com> full of secrets"
        customer = {"name": CUSTOMER, "email": "reservado@example.com"}
        gateway.post("/invoice", invoice("A-1", customer=customer))
        send_what_is_due(gateway)
        gateway.is_now(2026, 12, 14, 11)
        send_what_is_due(gateway)

        page = operator.get(HEALTH)

        assert re.search(r"Servidor de correo de .*, detenido", page.words)
        assert "lo último: 450" in page.words
        assert "reservado" not in page.text
        assert "secrets" not in page.text


def test_a_process_that_was_killed_falls_silent_and_is_forgotten_after_a_week(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    now = moment_text(gateway.clock())
    killed = ProcessRow("7", "worker", "servidor-2", 4242, "0.0.1", now, now, None)
    stored(gateway, note_process, killed, LONG_AGO)
    assert "Trabajo de fondoservidor-2, 4242 Vive 0.0.1" in operator.get(HEALTH).words
    assert "versiones distintas" in operator.get(HEALTH).words
    gateway.time_passes(minutes=3)
    shown = operator.get(HEALTH).words
    assert "servidor-2, 4242 Sin señal desde el 14/12/2026 09:00" in shown
    assert shown.count("Vive") == 1, "the process that answers lives"
    ended = ProcessRow("8", "worker", "servidor-3", 1, "0.0.1", now, now, now)
    stored(gateway, note_process, ended, LONG_AGO)
    assert "servidor-3, 1 Terminó el 14/12/2026 09:00" in operator.get(HEALTH).words
    later = moment_text(gateway.clock())
    stored(gateway, note_process, ProcessRow("9", "worker", "servidor-4", 1, "0.0.1", later, later, None), later)
    shown = operator.get(HEALTH).words
    assert "servidor-4" in shown
    assert "servidor-2" not in shown


def test_a_gateway_that_ends_gracefully_says_so(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path) as gateway:
        first = person_at(gateway, email="opera@example.com", role=None, is_operator=True).get(HEALTH).words
        assert "Atiende solicitudes" in first
    [row] = stored(gateway, all_processes)
    assert row.ended_at is not None


def test_backups_are_listed_and_one_that_is_missing_or_old_is_told(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    assert "«ocote backup» no ha hecho ninguno" in operator.get(HEALTH).words
    at = moment_text(gateway.clock())
    stored(gateway, record_backup, BackupMade(at, at, f"copia-{ATTACK}.zip", 36_175_872, 1200, 7))
    page = operator.get(HEALTH)
    assert "34.5 MiB 1,200 7" in page.words
    assert ATTACK not in page.text
    assert "Respaldo Bien el último es del 14/12/2026 09:00" in page.words
    gateway.time_passes(hours=26)
    operator.log_in("opera@example.com")
    assert "Respaldo Mírelo el último es del 14/12/2026 09:00" in operator.get(HEALTH).words


def test_health_shows_how_mh_answered_by_hour(gateway: RunningGateway, operator: PanelClient) -> None:
    gateway.post("/invoice", invoice("A-1"))
    gateway.emulator.control.fault("reject", "reception", code="096")
    gateway.request("POST", "/invoice", invoice("A-2"))
    page = operator.get(HEALTH)
    assert "Hacienda, pruebas Según este proceso Responde Empresas activas 1" in page.words
    assert 'id="answers-00"' in page.text
    assert re.search(r"<th scope=\"row\">09</th><td class=\"number\">1</td><td class=\"number\">0</td>", page.text)


class CountingStore:
    """A store that counts the statements of its searches."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.statements = 0

    async def search(self, work: Callable[..., Transaction[T]], *args: Any) -> T:
        """Runs a search."""

        def counted(*given: Any) -> Transaction[T]:
            running = work(*given)
            try:
                asked = next(running)
                while True:
                    self.statements += 1
                    asked = running.send((yield asked))
            except StopIteration as done:
                result: T = done.value
                return result

        return await self._store.search(counted, *args)


def test_three_thousand_companies_are_listed_page_by_page_with_two_statements_for_a_page(
    gateway: RunningGateway, operator: PanelClient
) -> None:
    stored(gateway, more_companies, 3_000)

    async def walk(sought: str) -> tuple[list[str], int, int]:
        async with open_store(gateway.database_url) as store:
            counting = CountingStore(store)
            directory = CompanyDirectory(counting, gateway.clock)  # type: ignore[arg-type]
            names: list[str] = []
            after, pages = None, 0
            while pages == 0 or after is not None:
                page = await directory.page(after, sought)
                names += [each.name for each in page.companies]
                after, pages = page.next_after, pages + 1
            return names, counting.statements, pages

    with ThreadPoolExecutor(1) as pool:
        names, statements, pages = pool.submit(asyncio.run, walk("")).result()
        found, searched, found_pages = pool.submit(asyncio.run, walk("NUMERO 001")).result()
    assert len(names) == len(set(names)) == 3_001
    assert (pages, statements) == (121, 242)
    assert (len(found), found_pages, searched) == (100, 4, 8)
    second = operator.get(LIST)
    link = re.search(r'href="/panel(/operator/companies\?after=\d+)"', second.text)
    assert link is not None
    assert "Desde el principio" in operator.get(link[1]).words
