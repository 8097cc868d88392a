"""What every page of the panel has in common: who is admitted, which forms are taken, which headers keep it safe."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client import REGISTRY

from ocote.panel import gate
from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.databases import Databases
from tests.panel.drafting import SALE, begun, sent
from tests.panel_client import PanelClient, add, person_at, switch
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        add(gateway)
        yield gateway


@pytest.fixture
def browser(gateway: RunningGateway) -> PanelClient:
    """The browser of a person who has logged in, on a page with a form."""
    client = PanelClient(gateway.url)
    client.get("/login")
    assert client.post("/login", {"email": EMAIL, "password": PERSON_PASSWORD}).status == 303
    client.get("/confirm")
    return client


def test_a_page_runs_nothing_but_its_own_scripts(gateway: RunningGateway) -> None:
    page = PanelClient(gateway.url).get("/login")
    policy = page.headers["content-security-policy"]
    nonces = set(re.findall(r'nonce="([^"]+)"', page.text))
    assert len(nonces) == 1
    assert f"script-src 'nonce-{nonces.pop()}';" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy


def test_no_two_pages_have_one_nonce(gateway: RunningGateway) -> None:
    pages = [PanelClient(gateway.url).get("/login") for _ in range(3)]
    assert len({page.headers["content-security-policy"] for page in pages}) == 3


def test_no_cache_keeps_a_page_and_no_search_engine_lists_it(gateway: RunningGateway) -> None:
    headers = PanelClient(gateway.url).get("/login").headers
    assert headers["cache-control"] == "private, no-store"
    assert "noindex" in headers["x-robots-tag"]


def test_a_file_of_this_version_is_kept_by_the_browser(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    found = re.search(r'href="/panel(/static/panel\.css\?v=[0-9a-f]+)"', browser.get("/login").text)
    assert found is not None
    assert "immutable" in browser.get(found[1]).headers["cache-control"]
    assert browser.get("/static/panel.css?v=older").headers["cache-control"] == "no-cache"
    assert browser.get("/static/../gate.py").status == 404


def test_a_form_without_the_token_of_the_session_changes_nothing(browser: PanelClient) -> None:
    answer = browser.post("/logout", {"csrf_token": "x" * 40, "written": "algo"})
    assert answer.status == 409
    assert answer.hidden["written"] == "algo"
    assert browser.get("/confirm").status == 200


def test_the_token_of_another_session_is_no_token(gateway: RunningGateway, browser: PanelClient) -> None:
    stranger = person_at(gateway, email="otra@example.com")
    stranger.get("/confirm")
    assert browser.post("/logout", {"csrf_token": stranger.token}).status == 409


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://otra.example.com"}],
    ids=["another site", "a neighbour", "an origin"],
)
def test_a_form_from_another_site_is_refused_with_the_right_token_too(
    browser: PanelClient, headers: dict[str, str]
) -> None:
    answer = browser.post("/logout", (), **headers)
    assert answer.status == 403
    assert "Este formulario no salió de una página suya" in answer.words
    assert browser.get("/confirm").status == 200


def test_a_form_of_its_own_origin_is_taken(gateway: RunningGateway, browser: PanelClient) -> None:
    own = {"Origin": gateway.url, "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/logout", (), **own).headers["location"] == "/panel/login"


def test_a_form_without_a_session_waits_for_the_login_and_nothing_is_lost(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    stopped = browser.post(
        "/confirm", [("note", "una línea\ny <otra>"), ("password", "secreta"), ("item", "1"), ("item", "2")]
    )
    assert stopped.status == 401
    assert "no se perdió nada" in stopped.words
    assert "secreta" not in stopped.text
    waiting = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', stopped.text)
    kept = [(name, value) for name, value in waiting if name.startswith("resume")]
    answer = browser.post("/login", [("email", EMAIL), ("password", PERSON_PASSWORD), *kept])
    assert answer.status == 200
    assert 'action="/panel/confirm"' in answer.text
    assert answer.text.count('name="item"') == 2
    assert browser.post("/confirm", {"password": PERSON_PASSWORD}).status == 303


def test_a_waiting_form_goes_to_no_other_site(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    fields = [("email", EMAIL), ("password", PERSON_PASSWORD), ("resume-path", "https://example.com/")]
    assert browser.post("/login", fields).headers["location"] == "/panel"


def test_a_script_whose_session_has_ended_leaves_the_page_as_it_is(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    answer = browser.post("/confirm", {"note": "algo"}, **{"HX-Request": "true"})
    assert (answer.status, answer.content) == (401, b"")


def test_a_form_larger_than_its_page_takes_is_refused_while_it_comes(browser: PanelClient) -> None:
    answer = browser.upload("/logout", {}, {"file": ("grande.bin", b"\0" * (50 * 1024 * 1024))})
    assert answer.status == 413
    assert "demasiado grande" in answer.words


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("multipart/form-data; boundary=x", b"--y\r\nnot a part"),
        ("multipart/form-data", b"no boundary"),
        ("application/x-www-form-urlencoded", b"%ff%fe=%c3%28&" * 20),
        ("application/json", b'{"csrf_token": "1"}'),
        ("text/plain", b"csrf_token=1"),
    ],
)
def test_a_body_that_no_browser_sends_is_no_fault_of_the_gateway(
    browser: PanelClient, media_type: str, body: bytes
) -> None:
    answer = browser.raw("POST", "/logout", body, {"Content-Type": media_type})
    assert answer.status in (400, 409)


@pytest.mark.parametrize(
    "path", ["/c/99999/documents", "/c/1/nada", "/c/x/documents", "/c/99999999999999999999", "/%00"]
)
def test_a_page_that_is_not_there_looks_like_one_of_another_company(browser: PanelClient, path: str) -> None:
    answer = browser.get(path)
    assert answer.status == 404
    assert "No existe esta página, o no es de una empresa suya" in answer.words


def test_a_method_that_no_page_has_is_refused(browser: PanelClient) -> None:
    assert browser.raw("DELETE", "/login", b"", {}).status == 405
    assert browser.post("/").status == 405


def test_a_session_opens_nothing_of_the_api_and_a_key_nothing_of_the_panel(
    gateway: RunningGateway, browser: PanelClient
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    assert gateway.request("GET", "/documents", key="", headers={"Cookie": cookie}).status == 401
    answer = PanelClient(gateway.url).get("/c/1", Authorization=f"Bearer {gateway.key}")
    assert answer.headers["location"].startswith("/panel/login")


def test_a_cookie_that_was_altered_is_no_session(browser: PanelClient) -> None:
    browser.cookies["ocote-session"] = browser.cookies["ocote-session"][:-2] + "xx"
    assert browser.get("/confirm").headers["location"].startswith("/panel/login")


def test_a_disabled_company_issues_nothing_and_changes_nothing_but_can_be_read(gateway: RunningGateway) -> None:
    person = person_at(gateway, email="parada@example.com")
    draft = begun(person)
    switch(gateway, active=False)
    try:
        refused = sent(person, draft, SALE, "issue")
        changed = person.post("/c/1/items/new", {"code": "A", "description": "B", "unit_price": "1"})
        shown = person.get("/c/1/documents")
    finally:
        switch(gateway, active=True)
    assert (refused.status, changed.status) == (403, 403)
    assert "La empresa está desactivada" in refused.words
    assert shown.status == 200
    assert "La empresa está desactivada" in shown.words
    assert "La empresa está desactivada" not in person.get("/c/1/documents").words
    assert sent(person, draft, SALE, "issue").status == 303


def test_an_address_that_a_stranger_makes_up_is_no_label_of_a_metric(gateway: RunningGateway) -> None:
    for method, path in (("PUT", "/inventada-1"), ("DELETE", "/login/inventada-2"), ("GET", "/inventada-3")):
        PanelClient(gateway.url).raw(method, path, b"", {})
    labels = {sample.labels.get("route", "") for metric in REGISTRY.collect() for sample in metric.samples}
    assert "/panel" in labels
    assert not any("inventada" in label for label in labels)


@pytest.mark.parametrize(
    "path",
    [
        f"/c/{'9' * 5000}/today",
        f"/c/1/customers/{'9' * 5000}",
        f"/c/1/people/{'9' * 30}",
        f"/c/{2**63}/today",
        "/c/1/documents?q=%00",
        "/c/1/documents?%00=q",
        "/c/1/drafts/%00",
        "/c/1/mails/%00",
        "/login?next=%00",
    ],
)
def test_an_address_that_no_page_can_have_is_no_fault_of_the_gateway(browser: PanelClient, path: str) -> None:
    assert browser.get(path).status == 404


@pytest.mark.parametrize("asked", ["//[", "http://[x/", "https://example.com/panel"])
def test_a_login_leads_to_no_address_that_is_none(gateway: RunningGateway, asked: str) -> None:
    browser = PanelClient(gateway.url)
    assert browser.get(f"/login?next={quote(asked)}").status == 200
    for name in ("next", "resume-path"):
        fields = {"email": "nadie@example.com", "password": "x", name: asked}
        assert browser.post("/login", fields).status in (400, 429)


def test_an_origin_and_a_referer_that_are_no_addresses_are_refused_and_passed_over(browser: PanelClient) -> None:
    assert browser.post("/language", {"language": "es"}, Origin="http://[").status == 403
    assert browser.post("/language", {"language": "es"}, Referer="http://[x").headers["location"] == "/panel"


@pytest.mark.parametrize(
    "field", ["note=a%00b", "a%00b=note", "note=%ED%A0%80%00"], ids=["in a value", "in a name", "in an odd value"]
)
def test_a_form_with_a_character_that_no_database_keeps_is_unreadable(browser: PanelClient, field: str) -> None:
    body = f"{field}&csrf_token={quote(browser.token)}".encode()
    answer = browser.raw("POST", "/account", body, {"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status == 400
    assert "El formulario llegó dañado" in answer.words


def test_a_file_whose_name_has_such_a_character_is_unreadable(browser: PanelClient) -> None:
    answer = browser.upload("/account", {}, {"file": ("a\0b", b"1")})
    assert answer.status == 400


def test_a_guest_sends_no_more_than_can_wait_for_the_login(gateway: RunningGateway) -> None:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    few = browser.post("/c/1/items/new", [(f"a{number}", "x") for number in range(1_900)])
    assert few.status == 401
    kept = [(name, value) for name, value in few.hidden.items() if name.startswith("resume")]
    assert len(kept) == 1_901
    assert browser.post("/login", [("email", EMAIL), ("password", PERSON_PASSWORD), *kept]).status == 200
    guest = PanelClient(gateway.url)
    guest.get("/login")
    for path in ("/c/1/items/new", "/login"):
        assert guest.post(path, [(f"a{number}", "x") for number in range(2_100)]).status == 400
        assert guest.post(path, {"a": "x" * 600_000}).status == 413
        assert guest.upload(path, {f"a{number}": "x" for number in range(2_100)}, {}).status == 400


def test_guests_of_one_address_send_no_form_after_many(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = person_at(gateway, email="dentro@example.com")
    person.get("/confirm")
    monkeypatch.setattr(gate, "GUESTS_PER_MINUTE", 0)
    guest = PanelClient(gateway.url)
    guest.get("/login")
    answer = guest.post("/login", {"email": EMAIL, "password": PERSON_PASSWORD})
    assert answer.status == 429
    assert "Esto se envió demasiadas veces; espere" in answer.words
    assert person.post("/confirm", {"password": PERSON_PASSWORD}).status == 303
