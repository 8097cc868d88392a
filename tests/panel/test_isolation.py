"""No person sees or changes anything of a company in which they have no role, nor more than their role allows."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from ocote.panel.frame.routing import PanelRoute
from ocote.panel.site import panel_routes
from ocote.people.rights import RIGHTS, ROLES, Role
from tests.builders.bodies import ccf, invoice
from tests.databases import Databases
from tests.panel.other_operation import operation_rows
from tests.panel_client import PanelClient, Shown, add, close_till, lose, person_at
from tests.running_gateway import RunningGateway, running_gateway

SECRET: Final = "Secreto-de-la-otra-empresa"
"""In every text of the other company."""

OTHER: Final = 2
"""The id of the other company."""

ROUTES: Final = [route for route in panel_routes().all if "{company_id:int}" in route.path]
_PART: Final = re.compile(r"\{(\w+)(?::\w+)?\}")


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def parts(gateway: RunningGateway) -> Mapping[str, str]:
    """A value of the other company for each part that a path can have."""
    key = gateway.another_company()
    customer = {**ccf("x")["customer"], "name": SECRET}
    line = {"description": SECRET, "quantity": 1, "unit_price": 113.00}
    issued = gateway.post("/invoice", {**ccf("ajena"), "customer": customer, "lines": [line]}, key=key)
    gateway.request("PUT", "/items/AJENO-1", {"description": SECRET, "unit_price": 1}, key=key)
    person = add(gateway, email="ajena@example.com", name=SECRET, company_id=OTHER)
    owner = PanelClient(gateway.url)
    owner.log_in("ajena@example.com")
    found = {
        "document_id": issued["document_id"],
        "code": "AJENO-1",
        "person": str(person),
        "point": "M001P001",
        "number": "1",
        "kind": "json",
        "prefix": key[:12],
    }
    assert close_till(owner, {"01": "1"}, OTHER).status == 303
    operated = operation_rows(gateway, OTHER, str(issued["document_id"]), SECRET)
    return {**found, **operated, **_more(owner)}


def _more(owner: PanelClient) -> dict[str, str]:
    """The parts that only the pages of the other company name."""
    owner.get(f"/c/{OTHER}/people/invite")
    assert owner.post(f"/c/{OTHER}/people/invite", {"role": "reader", "email": "nadie@example.com"}).status == 200
    invitation = re.search(r"/people/invitations/([0-9a-f]{64})/", owner.get(f"/c/{OTHER}/people").text)
    assert invitation is not None
    led = owner.post(f"/c/{OTHER}/drafts", {"kind": "01", "point": "M001P001"})
    draft = re.search(r"/drafts/([0-9a-f-]+)", led.headers.get("location", ""))
    assert draft is not None, led.words
    customer = re.search(rf"/c/{OTHER}/customers/(\d+)", owner.get(f"/c/{OTHER}/customers").text)
    assert customer is not None
    return {
        "invitation": invitation[1],
        "draft_id": draft[1],
        "customer_id": customer[1],
        "passkey": "1",
        "session": "0" * 64,
        "token": "0" * 43,
        "company": str(OTHER),
    }


def path_of(route: PanelRoute, company_id: int, parts: Mapping[str, str]) -> str:
    """The path of a route for a company, with the parts of the other company."""
    values = {**parts, "company_id": str(company_id)}
    missing = [name for name in _PART.findall(route.path) if name not in values]
    assert not missing, f"{route.path}: this test has no value of the other company for {missing}"
    return _PART.sub(lambda found: values[found[1]], route.path)


def asked(browser: PanelClient, route: PanelRoute, path: str) -> list[Shown]:
    """The answers to every method of a route."""
    answers = []
    if route.get is not None:
        answers.append(browser.get(path))
    if route.post is not None:
        browser.get("/confirm")
        answers.append(browser.post(path, {"name": "cambiado", "description": "cambiado"}))
    return answers


@pytest.fixture(scope="module")
def people(gateway: RunningGateway, parts: Mapping[str, str]) -> Mapping[Role, PanelClient]:
    """A person of each role in the first company."""
    del parts
    return {role: person_at(gateway, email=f"{role}@example.com", role=role) for role in ROLES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_a_page_of_another_company_does_not_exist_for_any_role(
    route: PanelRoute, people: Mapping[Role, PanelClient], parts: Mapping[str, str]
) -> None:
    for role, browser in people.items():
        for answer in asked(browser, route, path_of(route, OTHER, parts)):
            assert answer.status == 404, (role, answer.status)
            assert SECRET not in answer.text


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if len(_PART.findall(route.path)) > 1], ids=lambda r: r.path
)
def test_an_id_of_another_company_opens_nothing_in_ones_own(
    route: PanelRoute, people: Mapping[Role, PanelClient], parts: Mapping[str, str]
) -> None:
    for browser in people.values():
        for answer in asked(browser, route, path_of(route, 1, parts)):
            assert SECRET not in answer.text
            assert answer.status < 500


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_a_role_without_the_right_of_a_page_is_refused(
    route: PanelRoute, people: Mapping[Role, PanelClient], parts: Mapping[str, str]
) -> None:
    for role, browser in people.items():
        if route.access in RIGHTS[role]:
            continue
        for answer in asked(browser, route, path_of(route, 1, parts)):
            assert answer.status == 403, (role, answer.status)


@pytest.mark.parametrize("route", panel_routes().all, ids=lambda route: route.path)
def test_a_stranger_is_led_to_the_login_from_every_page_but_those_for_anyone(
    route: PanelRoute, gateway: RunningGateway, parts: Mapping[str, str]
) -> None:
    if route.access == "anyone":
        return
    path = path_of(route, 1, {**parts, "company_id": "1"})
    if route.get is not None:
        assert PanelClient(gateway.url).get(path).headers["location"].startswith("/panel/login")
    if route.post is not None:
        browser = PanelClient(gateway.url)
        browser.get("/login")
        assert browser.post(path, {"name": "cambiado"}).status == 401


@pytest.fixture(scope="module")
def operator(gateway: RunningGateway, parts: Mapping[str, str]) -> PanelClient:
    """A person who operates the gateway and has a role in no company."""
    del parts
    return person_at(gateway, email="sin-empresa@example.com", role=None, is_operator=True)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_an_operator_without_a_role_sees_no_page_of_a_company(
    route: PanelRoute, operator: PanelClient, parts: Mapping[str, str]
) -> None:
    for company_id in (1, OTHER):
        for answer in asked(operator, route, path_of(route, company_id, parts)):
            assert answer.status == 404, answer.status
            assert SECRET not in answer.text


@pytest.mark.parametrize(
    "route",
    [route for route in panel_routes().all if "/operator/companies/" in route.path],
    ids=lambda route: route.path,
)
def test_no_role_in_a_company_opens_a_page_of_the_operator(
    route: PanelRoute, people: Mapping[Role, PanelClient], parts: Mapping[str, str]
) -> None:
    for role, browser in people.items():
        for answer in asked(browser, route, path_of(route, OTHER, parts)):
            assert answer.status == 404, (role, answer.status)
            assert SECRET not in answer.text


def test_the_other_company_is_as_it_was(gateway: RunningGateway, people: Mapping[Role, PanelClient]) -> None:
    """Runs last: what everybody has tried above changed nothing of the other company."""
    del people
    browser = PanelClient(gateway.url)
    browser.log_in("ajena@example.com")
    assert "cambiado" not in json.dumps([browser.get(f"/c/{OTHER}/closings").text])


def test_a_role_that_is_taken_away_ends_at_once(gateway: RunningGateway) -> None:
    add(gateway, email="fue@example.com", role="owner")
    browser = PanelClient(gateway.url)
    browser.log_in("fue@example.com")
    gateway.post("/invoice", invoice("antes"))
    assert browser.get("/c/1/closings").status == 200
    lose(gateway, "fue@example.com")
    assert browser.get("/c/1/closings").status == 404
