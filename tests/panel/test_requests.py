"""The log of requests at the panel, and calls that a person tries: what an integrator looks for when a call fails."""

import asyncio
import json
import re
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import pytest

from ocote.archive.archive import Archive
from ocote.errors import ENTRIES
from ocote.panel.requests import lines
from ocote.panel.requests.lines import LONGEST_SEARCHED, lines_in_body, pieces
from ocote.requests.trial import TRIAL_BODIES
from ocote.store.engine.sqlite import SqliteStore
from ocote.store.engine.store import StoreUnavailableError
from ocote.web.body import MAX_BODY_BYTES
from tests.builders.bodies import ccf, invoice, note
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, closed_gateway, running_gateway
from tests.waiting import until

LIST: Final = "/c/1/requests"
TRIAL: Final = f"{LIST}/trial"
HOSTILE: Final = "<script>alert(1)</script>"


@pytest.fixture
def gateway(database_url: str, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(database_url, tmp_path) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def quick(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    """One gateway for the tests that leave each other alone."""
    with running_gateway(all_databases.sqlite(), tmp_path_factory.mktemp("gateway")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def owner(quick: RunningGateway) -> PanelClient:
    return person_at(quick)


def named(gateway: RunningGateway, owner: PanelClient, name: str) -> Shown:
    """The list of the requests with a name, once there is one."""
    path = f"{LIST}?q={quote(name, safe='')}"

    def is_there() -> bool:
        page = owner.get(path)
        assert page.status == 200, page.words
        return re.search(rf"{LIST}/\d+", page.text) is not None

    until(is_there, f"no request {name}")
    return owner.get(path)


def opened(gateway: RunningGateway, owner: PanelClient, name: str) -> Shown:
    """The page of the newest request with a name."""
    found = re.search(rf"{LIST}/(\d+)", named(gateway, owner, name).text)
    assert found is not None
    return owner.get(f"{LIST}/{found[1]}")


def test_each_kind_of_answer_is_in_the_log_with_what_was_answered(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    made = gateway.post("/invoice", invoice("buena"), headers={"X-Request-Id": "r-200"})
    bad = {"external_ref": "mala", "lines": [{"description": "", "quantity": 0, "unit_price": 1}]}
    answered = gateway.request("POST", "/invoice", bad, headers={"X-Request-Id": "r-400"})
    assert answered.status == 400
    gateway.request("GET", "/status/no-hay", headers={"X-Request-Id": "r-404"})
    gateway.request("GET", "/en-ninguna-parte", headers={"X-Request-Id": "r-route"})
    gateway.request("DELETE", "/invoice", headers={"X-Request-Id": "r-405"})
    gateway.post("/invoice", ccf("fiscal"))
    of_the_invoice = note("fiscal", "buena", "11.30")
    refused = gateway.request("POST", "/credit-memo", of_the_invoice, headers={"X-Request-Id": "r-409"})
    assert refused.status == 409

    page = opened(gateway, owner, "r-200").words
    assert "POST /invoice" in page
    assert "HTTP 200" in page
    assert made["control_number"] in page
    assert "Sellado" in page
    page = opened(gateway, owner, "r-400").words
    for each in answered.json()["errors"]:
        assert each["field"] in page
        assert each["code"] in page
        assert ENTRIES[each["code"]].message.partition("{")[0].strip() in page
    assert "mala" in page
    assert "document_not_found" in opened(gateway, owner, "r-404").words
    assert "no-hay" in opened(gateway, owner, "r-404").words
    assert "GET, otra ruta" in opened(gateway, owner, "r-route").words
    assert "HTTP 405" in opened(gateway, owner, "r-405").words

    found = named(gateway, owner, "buena").words
    assert "POST /invoice" in found
    assert "GET /status" not in found
    assert refused.json()["code"] in opened(gateway, owner, "r-409").words
    listed = owner.get(LIST).words
    assert listed.index("POST /credit-memo") < listed.index("DELETE /invoice") < listed.index("GET /status")


def test_a_document_links_to_its_requests_and_a_request_to_its_document(
    quick: RunningGateway, owner: PanelClient
) -> None:
    made = quick.post("/invoice", invoice("enlazada"))
    document = f"/c/1/documents/{made['document_id']}"
    assert f'href="/panel{document}"' in named(quick, owner, made["document_id"]).text
    assert f"/requests?q={made['document_id']}" in owner.get(document).text
    assert made["control_number"] in opened(quick, owner, "enlazada").words


def test_only_the_faults_of_one_key_and_route_and_day_are_shown_when_asked_for(
    quick: RunningGateway, owner: PanelClient
) -> None:
    quick.post("/invoice", invoice("filtrada"))
    quick.request("GET", "/status/filtro-sin-documento")
    named(quick, owner, "filtro-sin-documento")
    assert (
        "POST /invoice" not in owner.get(f"{LIST}?status=client&route=/status/{{id_or_ref}}").words.split("Filtros")[-1]
    )
    assert "filtro-sin-documento" in owner.get(f"{LIST}?status=failed&key={quick.key[:12]}").text
    assert "filtro-sin-documento" not in owner.get(f"{LIST}?status=done").text
    assert "Ninguna solicitud así" in owner.get(f"{LIST}?status=server").words
    assert "Ninguna solicitud así" in owner.get(f"{LIST}?day=2001-01-01").words
    assert "Ninguna solicitud así" in owner.get(f"{LIST}?key=odt_ffffffff").words
    assert owner.get(f"{LIST}?day=ayer").status == 400
    assert owner.get(f"{LIST}?before={'9' * 30}").status == 200


def test_what_a_client_wrote_is_shown_as_text_alone(quick: RunningGateway, owner: PanelClient) -> None:
    quick.request("GET", f"/status/{quote(HOSTILE, safe='')}", headers={"X-Request-Id": "xss-1"})
    quick.request(
        "POST", "/invoice", {"external_ref": HOSTILE, HOSTILE: 1, "lines": []}, headers={"X-Request-Id": "xss-2"}
    )
    for name in ("xss-1", "xss-2"):
        assert HOSTILE not in opened(quick, owner, name).text
        assert HOSTILE not in named(quick, owner, name).text
    assert HOSTILE not in owner.get(f"{LIST}?q={quote(HOSTILE)}").text


def test_what_the_answer_quotes_of_a_customer_is_not_in_the_log(quick: RunningGateway, owner: PanelClient) -> None:
    known = {"name": "Persona de Prueba", "dui": "00016297-5", "email": "persona@example.com", "phone": "22223333"}
    quick.post("/invoice", invoice("recuerda-1", customer=known))
    again = {name: known[name] for name in ("name", "dui")}
    answer = quick.post("/invoice", invoice("recuerda-2", customer=again))
    assert "persona@example.com" in json.dumps(answer["warnings"])
    page = (
        opened(quick, owner, "recuerda-2").words.partition("Avisos de la respuesta")[2].partition("La misma llamada")[0]
    )
    assert "persona@example.com" not in page
    assert "22223333" not in page
    assert "remembered" in page
    assert "se tomó del registro de clientes" in page
    assert "{" not in page


def test_no_key_is_in_the_log_wherever_a_client_puts_it(quick: RunningGateway, owner: PanelClient) -> None:
    quick.request("GET", f"/status/{quick.key}", headers={"X-Request-Id": "con-clave"})
    quick.request(
        "POST", "/invoice", {quick.key: 1, "external_ref": quick.key}, headers={"X-Request-Id": "con-clave-2"}
    )
    for name in ("con-clave", "con-clave-2"):
        assert quick.key[12:40] not in opened(quick, owner, name).text


def test_a_command_repeats_the_call_without_the_key(quick: RunningGateway, owner: PanelClient) -> None:
    quick.post("/invoice", invoice("comando", customer={"name": "D'Aubuisson $(id)"}))
    page = opened(quick, owner, "comando")
    assert "Authorization: Bearer $OCOTE_KEY" in page.words
    assert "/api/connect/invoice" in page.words
    assert "comando" in page.words
    assert quick.key not in page.text
    assert "D'\"'\"'Aubuisson $(id)" in page.words  # inside single quotes a shell runs nothing
    quick.request("GET", "/status/a%2Fb%20c", headers={"X-Request-Id": "con-barra"})
    assert "/status/a%2Fb%20c" in opened(quick, owner, "con-barra").words


def test_a_client_that_sends_too_much_fills_no_log(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path) as gateway:
        owner = person_at(gateway)
        owner.get("/c/1/keys/new")
        made = owner.post("/c/1/keys/new", {"point": "M001P001", "per_minute": "1", "per_hour": "1000"})
        key = re.search(r"odt_[0-9a-f]{56}", made.text)
        assert key is not None, made.words
        statuses = [gateway.request("GET", "/items", key=key[0]).status for _ in range(100)]
        assert statuses.count(429) >= 90
        until(lambda: "429" in owner.get(f"{LIST}?status=client").words)
        lines = re.findall(rf'href="/panel{LIST}/\d+"', owner.get(f"{LIST}?status=client").text)
        assert 1 <= len(lines) < statuses.count(429)


def test_an_unforeseen_fault_is_in_the_log(
    quick: RunningGateway, owner: PanelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("never meant to happen")

    monkeypatch.setattr(Archive, "find", broken)
    assert quick.request("GET", "/status/rota").status == 500
    page = opened(quick, owner, "rota").words
    assert "Fallo del servicio" in page
    assert "never meant" not in page


def test_a_client_that_went_away_is_in_the_log(quick: RunningGateway, owner: PanelClient) -> None:
    address = urlsplit(quick.url)
    with socket.create_connection((str(address.hostname), address.port or 80)) as sending:
        sending.sendall(
            f"POST /api/connect/invoice HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {quick.key}\r\n"
            "X-Request-Id: se-fue\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        named_before = owner.get(f"{LIST}?q=se-fue").words
        assert "Ninguna" in named_before
    assert "El cliente se fue" in opened(quick, owner, "se-fue").words


def test_a_sale_is_answered_while_the_database_takes_no_log(
    quick: RunningGateway, owner: PanelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, write = threading.Event(), SqliteStore.write

    async def without_log(store: SqliteStore, work: Any, *args: Any, **kwargs: Any) -> Any:
        if work.__name__ == "keep_requests":
            asked.set()
            raise StoreUnavailableError("away")
        return await write(store, work, *args, **kwargs)

    with monkeypatch.context() as patched:
        patched.setattr(SqliteStore, "write", without_log)
        quick.post("/invoice", invoice("sin-registro"))
        assert asked.wait(30)
        assert quick.post("/invoice", invoice("sin-registro-2"))["dte_success"] is True
    for name in ("sin-registro", "sin-registro-2"):
        assert "HTTP 200" in opened(quick, owner, name).words


def test_a_gateway_that_stops_writes_down_what_it_has_answered(database_url: str, tmp_path: Path) -> None:
    with closed_gateway(database_url, tmp_path) as closed:
        with closed.opened() as gateway:
            gateway.post("/invoice", invoice("la-ultima"))
        with closed.opened() as gateway:
            assert "POST /invoice" in person_at(gateway).get(f"{LIST}?q=la-ultima").words


def test_a_log_that_is_off_says_so(all_databases: Databases, tmp_path: Path) -> None:
    with running_gateway(all_databases.sqlite(), tmp_path, request_log=0) as gateway:
        gateway.post("/invoice", invoice("x"))
        assert "OCOTE_REQUEST_LOG=0" in person_at(gateway).get(LIST).words


def test_the_list_of_keys_counts_the_requests_of_a_day(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    gateway.request("GET", "/status/no-hay")
    gateway.request("GET", "/items")
    named(gateway, owner, "no-hay")
    until(lambda: "2 solicitudes" in owner.get("/c/1/keys").words)
    page = owner.get("/c/1/keys")
    assert "1 con fallo" in page.words
    assert "hace un momento" in page.words
    assert f"/requests?key={gateway.key[:12]}" in page.text


# Calls that a person tries


@contextmanager
def nothing_issued(gateway: RunningGateway) -> Iterator[None]:
    """Inside, no document is made and no number is used."""
    before = gateway.post("/invoice", invoice(f"antes-{threading.get_native_id()}-{id(object())}"))["control_number"]
    listed = len(gateway.get("/documents?page_size=100")["documents"])
    yield
    assert len(gateway.get("/documents?page_size=100")["documents"]) == listed
    after = gateway.post("/invoice", invoice(f"luego-{before}"))["control_number"]
    assert int(after.rpartition("-")[2]) == int(before.rpartition("-")[2]) + 1


def tried(owner: PanelClient, body: object, endpoint: str = "/invoice", **fields: str) -> Shown:
    owner.get(TRIAL)
    text = body if isinstance(body, str) else json.dumps(body, default=str)
    return owner.post(TRIAL, {"endpoint": endpoint, "point": "M001P001", "body": text, **fields})


def test_a_trial_shows_the_answer_of_the_api_and_issues_nothing(quick: RunningGateway, owner: PanelClient) -> None:
    body = invoice("de-prueba")
    with nothing_issued(quick):
        page = tried(owner, body)
        answer = quick.request("POST", "/invoice?dry_run=1", body).json()
    assert page.status == 200, page.words
    assert "HTTP 200" in page.words
    assert f"{answer['amount_payable']:,.2f}" in page.words
    assert '"dry_run": true' in page.words
    assert "/api/connect/invoice?dry_run=1" in page.words
    assert quick.request("GET", "/status/de-prueba").status == 404
    assert "trial" not in owner.get(LIST).text.replace(f"{LIST}/trial", "")


def test_a_trial_names_each_fault_with_its_line(quick: RunningGateway, owner: PanelClient) -> None:
    body = '{\n  "lines": [\n    {"description": "Café", "unit_price": 1,\n     "quantity": 0}\n  ]\n}'
    page = tried(owner, body)
    faults = quick.request("POST", "/invoice?dry_run=1", raw=body.encode()).json()["errors"]
    assert [each["field"] for each in faults] == ["lines[0].quantity"]
    assert "lines[0].quantity (línea 4)" in page.words
    assert faults[0]["message"] in page.words
    assert "HTTP 400" in page.words


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{\n  "lines": [,]\n}', "línea 2"),
        ("", "body_empty"),
        ("[]", "body_not_object"),
        ('{"lines": [], "lines": []}', "body_duplicate_key"),
        ("{" + '"x": "' + "y" * (1024 * 1024) + '"}', "body_too_large"),
    ],
)
def test_a_trial_says_what_is_wrong_with_a_text_that_is_no_request(owner: PanelClient, body: str, said: str) -> None:
    page = tried(owner, body)
    assert page.status == 200
    assert said in page.words


@pytest.mark.parametrize(("body", "said"), [('"' + '\\"' * 100_000, "body_not_json"), ("[" * 200_000, "body_too_deep")])
def test_a_text_that_is_hard_to_read_is_answered_like_any_other(owner: PanelClient, body: str, said: str) -> None:
    page = tried(owner, body)
    assert "HTTP 400" in page.words
    assert said in page.words


def test_the_lines_of_all_faults_are_found_in_one_reading_beside_the_event_loop(
    owner: PanelClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bool] = []

    def noted(text: str) -> Iterator[str]:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            read.append(True)
        else:
            read.append(False)
        return pieces(text)

    monkeypatch.setattr(lines, "pieces", noted)
    wrong = {"description": "", "quantity": 0, "unit_price": 1}
    page = tried(owner, json.dumps({"lines": [wrong] * 80}, indent=1))
    assert page.words.count("(línea ") == 100
    assert read == [True]


def test_a_trial_takes_the_bytes_that_the_api_takes_in_the_widest_writing(owner: PanelClient) -> None:
    answered = tried(owner, "ñ" * (MAX_BODY_BYTES // 2))
    assert "body_not_json" in answered.words
    assert tried(owner, "ñ" * (MAX_BODY_BYTES // 2 + 1)).status == 200
    assert tried(owner, "ñ" * MAX_BODY_BYTES).status == 413


def test_a_trial_is_in_the_log_of_events_without_its_body(
    owner: PanelClient, capsys: pytest.CaptureFixture[str]
) -> None:
    tried(owner, {"external_ref": "no-en-el-registro"})
    written = capsys.readouterr()
    line = next(line for line in (written.out + written.err).splitlines() if "trial_called" in line)
    assert "route=/invoice" in line
    assert "status=400" in line
    assert "company=1" in line
    assert "no-en-el-registro" not in line


def test_a_strict_trial_makes_faults_of_warnings(owner: PanelClient) -> None:
    body = {**invoice("estricta"), "cualquier_cosa": 1}
    assert "HTTP 200" in tried(owner, body).words
    page = tried(owner, body, is_strict="y")
    assert "HTTP 400" in page.words
    assert "handling=strict" in page.words


@pytest.mark.parametrize("endpoint", list(TRIAL_BODIES))
def test_each_operation_has_its_examples(owner: PanelClient, endpoint: str) -> None:
    for name in TRIAL_BODIES[endpoint].examples:
        page = owner.get(f"{TRIAL}?endpoint={endpoint}&example={name}")
        filled = dict(page.filled)
        assert filled["endpoint"] == endpoint
        answer = tried(owner, filled["body"], endpoint)
        assert answer.status == 200
        assert "HTTP " in answer.words


def test_the_call_of_a_document_can_be_tried_again(quick: RunningGateway, owner: PanelClient) -> None:
    made = quick.post("/invoice", invoice("otra-vez"))
    page = opened(quick, owner, "otra-vez")
    link = re.search(rf'href="/panel({TRIAL}\?[^"]*)"', page.text)
    assert link is not None
    filled = dict(owner.get(link[1].replace("&amp;", "&")).filled)
    assert json.loads(filled["body"])["external_ref"] == "otra-vez"
    with nothing_issued(quick):
        answer = tried(owner, filled["body"])
    assert "ya tiene un documento" in answer.words
    assert made["control_number"] in answer.words


@pytest.mark.parametrize("fields", [{"endpoint": "/status/x"}, {"endpoint": ""}, {"point": "M009P009"}, {"point": ""}])
def test_a_trial_of_something_else_is_refused(owner: PanelClient, fields: dict[str, str]) -> None:
    owner.get(TRIAL)
    sent = {"endpoint": "/invoice", "point": "M001P001", "body": "{}", **fields}
    assert owner.post(TRIAL, sent).status == 400


def test_a_cashier_tries_calls_at_her_own_points_alone(quick: RunningGateway) -> None:
    cashier = person_at(quick, email="caja@example.com", role="cashier", points=("M001P001",))
    assert "HTTP 200" in tried(cashier, invoice("caja")).words
    assert cashier.get(LIST).status == 403


@pytest.mark.parametrize(
    ("path", "line"), [("a", 2), ("a.b[1].c", 5), ("a.b[0]", 4), ("z", 9), ("a.b[7]", 3), ("q", None), ("", None)]
)
def test_a_value_is_found_on_its_line(path: str, line: int | None) -> None:
    text = '{\n"a": {\n "b": [\n  "x\\"]{", \n  {"c": 1}\n ]\n},\n\n"z": [1, 2]}'
    assert lines_in_body(text, (path,)) == ({} if line is None else {path: line})


def test_an_unclosed_text_is_one_piece_however_long() -> None:
    assert [len(list(pieces('"' + '\\"' * times))) for times in (1, 10_000)] == [1, 1]
    assert list(pieces('"a\n"b"')) == ['"a', "\n", '"b"']


@pytest.mark.parametrize("text", ["[" * 8_000, '{"a":' * 8_000, '{"' + "k" * 50_000 + '":[' + "0," * 50_000])
def test_no_more_of_a_text_is_kept_than_was_asked_for(text: str) -> None:
    tracemalloc.start()
    try:
        lines_in_body(text, ("lines[0].quantity", "a"))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_long_text_is_looked_through_for_no_line() -> None:
    body = '{"a": 1}'
    assert lines_in_body(body.ljust(LONGEST_SEARCHED), ("a",)) == {"a": 1}
    assert lines_in_body(body.ljust(LONGEST_SEARCHED + 1), ("a",)) == {}
