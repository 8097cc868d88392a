"""What every page of the panel has in common: who is admitted, which forms are taken, which headers keep it safe."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.databases import Databases
from tests.panel_client import PanelClient, add, person_at
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
