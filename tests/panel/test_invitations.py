"""Invitations: one link, one person, one use; made by the command, or by an owner on the page of people."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ocote.audit import Author
from ocote.people.invitations import Invitations, Invited, entry_link
from ocote.people.sessions import Sessions
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.builders.people import EMAIL, PERSON_PASSWORD
from tests.databases import Databases
from tests.panel.people_stored import entries_of
from tests.panel_client import PanelClient, Shown, add, person_at
from tests.running_gateway import RunningGateway, running_gateway

NEW_PASSWORD = "una-lancha-de-papel-azul-42"
FIELDS = {"name": "Ana Recién Llegada", "new_password": NEW_PASSWORD, "again_password": NEW_PASSWORD}
UNKNOWN = "Este enlace ya se usó, venció o se anuló"


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        add(gateway)
        yield gateway


def _on(gateway: RunningGateway, work: Callable[[Store], Any]) -> Any:
    async def run() -> Any:
        async with open_store(gateway.database_url) as store:
            return await work(store)

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


def _invite(gateway: RunningGateway, **invited: Any) -> str:
    """The path of the link of an invitation as the command makes it; an owner's role unless something is said."""
    usual: dict[str, Any] = {"company_id": 1, "role": "owner"}
    wanted = Invited(**{**usual, **invited})

    async def work(store: Store) -> str:
        invitations = Invitations(store, Sessions(store, gateway.clock), gateway.clock)
        return await invitations.invite(wanted, Author("operador", "terminal"))

    return f"/invitation/{_on(gateway, work)}"


def _accepted(gateway: RunningGateway, path: str, **fields: str) -> tuple[PanelClient, Shown]:
    browser = PanelClient(gateway.url)
    browser.get(path)
    return browser, browser.post(path, {**FIELDS, **fields})


def test_somebody_new_makes_an_account_and_is_offered_the_second_step(gateway: RunningGateway) -> None:
    path = _invite(gateway, email="nueva@example.com")
    page = PanelClient(gateway.url).get(path)
    assert "como propietario" in page.words
    assert 'value="nueva@example.com"' in page.text
    browser, answer = _accepted(gateway, path)
    assert answer.headers["location"] == "/panel/welcome"
    assert "Encender el segundo paso" in browser.follow(answer).words
    assert browser.get("/c/1/people").status == 200
    again = PanelClient(gateway.url)
    again.log_in("nueva@example.com", NEW_PASSWORD)


def test_the_address_that_an_invitation_names_stays(gateway: RunningGateway) -> None:
    path = _invite(gateway, email="Fija@Example.com")
    browser, _ = _accepted(gateway, path, email="otra@example.com")
    assert "fija@example.com" in browser.get("/account").words


def test_a_used_an_expired_and_an_unknown_link_get_one_page(gateway: RunningGateway) -> None:
    used, expired = _invite(gateway, email="usa@example.com"), _invite(gateway, email="tarde@example.com")
    _accepted(gateway, used)
    gateway.time_passes(hours=73)
    pages = [PanelClient(gateway.url).get(path) for path in (used, expired, "/invitation/inventada")]
    assert {(page.status, page.words) for page in pages} == {(404, pages[0].words)}
    assert UNKNOWN in pages[0].words


def test_a_link_that_two_people_open_serves_one_of_them(gateway: RunningGateway) -> None:
    path = _invite(gateway)
    browsers = [PanelClient(gateway.url) for _ in range(4)]
    for browser in browsers:
        browser.get(path)
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(
            lambda each: browsers[each].post(path, {**FIELDS, "email": f"carrera{each}@example.com"}), range(4)
        )
        statuses = sorted(answer.status for answer in answers)
    assert statuses == [303, 404, 404, 404]


def test_a_person_who_has_an_account_logs_in_and_only_gets_the_role(gateway: RunningGateway) -> None:
    add(gateway, email="cuenta@example.com", role=None)
    path = _invite(gateway, email="cuenta@example.com", role="accountant")
    browser = PanelClient(gateway.url)
    page = browser.get(path)
    assert "Ya tiene una cuenta" in page.words
    browser.get("/login")
    assert browser.post(path, FIELDS).status == 400, "the password is not changed by a link"
    login = browser.get(f"/login?next=/panel{path}")
    back = browser.post(
        "/login", {"email": "cuenta@example.com", "password": PERSON_PASSWORD, "next": login.hidden["next"]}
    )
    assert "Aceptar con esta cuenta" in browser.follow(back).words
    assert browser.post(f"{path}/accept").headers["location"] == "/panel/c/1"
    assert browser.get("/c/1/people").status == 200
    assert browser.get("/c/1/people/invite").status == 403


def test_the_log_tells_which_role_an_invitation_has_replaced(gateway: RunningGateway) -> None:
    email = "cambia@example.com"
    browser = person_at(gateway, email=email, role="cashier", points=("M001P001",))
    path = _invite(gateway, email=email, role="accountant")
    browser.get(path)
    assert browser.post(f"{path}/accept").status == 303
    [entry] = entries_of(gateway, email)
    assert json.loads(entry.before) == {"role": "cashier", "points": "M001P001"}
    assert json.loads(entry.after) == {"role": "accountant", "points": "", "operator": False}


def test_an_invitation_for_another_address_is_not_accepted(gateway: RunningGateway) -> None:
    path = _invite(gateway, email="alguien@example.com")
    browser = person_at(gateway, email="distinta@example.com", role=None)
    assert "La invitación es para otro correo" in browser.get(path).words
    assert browser.post(f"{path}/accept").status == 403
    assert PanelClient(gateway.url).get(path).status == 200, "still open"


def test_an_address_with_an_account_is_not_taken_by_somebody_else(gateway: RunningGateway) -> None:
    path = _invite(gateway)
    _, answer = _accepted(gateway, path, email=EMAIL.upper())
    assert (answer.status, "Ya hay una cuenta con este correo" in answer.words) == (400, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "no es un correo"}, "no tiene la forma de un correo"),
        ({"new_password": "ana", "again_password": "ana"}, "Use 10 caracteres o más"),
        ({"again_password": "distinta-de-la-otra"}, "Las dos contraseñas no son iguales"),
        ({"name": " "}, "Complete este dato"),
        ({"name": "x" * 101}, "100 letras como máximo"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_the_link_stays(
    gateway: RunningGateway, fields: dict[str, str], said: str
) -> None:
    path = _invite(gateway)
    _, answer = _accepted(gateway, path, **{"email": "llega@example.com", **fields})
    assert (answer.status, said in answer.words) == (400, True), answer.words
    assert PanelClient(gateway.url).get(path).status == 200


def test_an_operator_is_invited_without_a_company(gateway: RunningGateway) -> None:
    path = _invite(gateway, company_id=None, role=None, is_operator=True)
    assert "la operación de este servicio" in PanelClient(gateway.url).get(path).words
    browser, answer = _accepted(gateway, path, email="opera@example.com")
    assert answer.status == 303
    assert browser.get("/account").status == 200


def test_a_single_use_link_lets_its_person_in_once(gateway: RunningGateway) -> None:
    add(gateway, email="demo@example.com")
    path = f"/enter/{_on(gateway, lambda store: entry_link(store, gateway.clock, 'demo@example.com'))}"
    browser = PanelClient(gateway.url)
    assert browser.get(path).headers["location"] == "/panel"
    assert "demo@example.com" in browser.get("/account").words
    assert PanelClient(gateway.url).get(path).status == 404


def test_a_link_to_enter_accepts_nothing_and_an_invitation_enters_nowhere(gateway: RunningGateway) -> None:
    add(gateway, email="cruza@example.com")
    secret = _on(gateway, lambda store: entry_link(store, gateway.clock, "cruza@example.com"))
    assert PanelClient(gateway.url).get(f"/invitation/{secret}").status == 404
    invited = _invite(gateway, email="cruza@example.com").removeprefix("/invitation/")
    assert PanelClient(gateway.url).get(f"/enter/{invited}").status == 404


def test_an_owner_invites_and_sees_the_link_once_and_takes_it_back(gateway: RunningGateway) -> None:
    owner = person_at(gateway, email="invita@example.com")
    owner.get("/c/1/people/invite")
    made = owner.post(
        "/c/1/people/invite", [("role", "cashier"), ("points", "M001P001"), ("email", "caja@example.com")]
    )
    link = re.search(r"/panel(/invitation/[\w-]+)", made.text)
    assert link is not None
    listed = owner.get("/c/1/people")
    assert "caja@example.com" in listed.words
    assert link[1] not in listed.text
    assert "como cajero" in PanelClient(gateway.url).get(link[1]).words
    revoke = re.search(r"/panel(/c/1/people/invitations/[0-9a-f]+/revoke)", listed.text)
    assert revoke is not None
    assert owner.post(revoke[1]).status == 303
    assert UNKNOWN in PanelClient(gateway.url).get(link[1]).words
    assert owner.post(revoke[1]).status == 404


@pytest.mark.parametrize("fields", [{}, {"role": "emperor"}, {"role": "cashier", "points": "M999P999"}])
def test_an_invitation_to_what_is_not_there_is_refused(gateway: RunningGateway, fields: dict[str, str]) -> None:
    owner = person_at(gateway, email=f"raro{sum(map(len, fields.values()))}@example.com")
    owner.get("/c/1/people/invite")
    assert owner.post("/c/1/people/invite", fields).status == 400


def test_a_link_says_nothing_of_a_request_to_another_site(gateway: RunningGateway) -> None:
    page = PanelClient(gateway.url).get(_invite(gateway))
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "private, no-store"


def _reset(gateway: RunningGateway, email: str) -> str:
    async def work(store: Store) -> str | None:
        invitations = Invitations(store, Sessions(store, gateway.clock), gateway.clock)
        return await invitations.reset(email, Author("operador", "terminal"))

    return f"/invitation/{_on(gateway, work)}"


def test_a_lost_password_is_replaced_by_a_link_of_the_operator(gateway: RunningGateway) -> None:
    before = person_at(gateway, email="perdida@example.com")
    path = _reset(gateway, "Perdida@example.com")
    assert before.get("/account").status == 303, "the sessions have ended"
    assert "Elija una contraseña nueva" in PanelClient(gateway.url).get(path).words
    browser, answer = _accepted(gateway, path)
    assert answer.status == 303
    assert browser.get("/c/1/people").status == 200, "the role stays"
    PanelClient(gateway.url).log_in("perdida@example.com", NEW_PASSWORD)
    assert PanelClient(gateway.url).get(path).status == 404


def test_an_invitation_takes_over_no_account_without_a_password(gateway: RunningGateway) -> None:
    add(gateway, email="vacante@example.com")
    _reset(gateway, "vacante@example.com")
    for path in (_invite(gateway), _invite(gateway, email="vacante@example.com")):
        browser = PanelClient(gateway.url)
        browser.get("/login")
        answer = browser.post(path, {**FIELDS, "email": "vacante@example.com"})
        assert (answer.status, "Ya hay una cuenta" in answer.words) == (400, True)


def test_one_reset_takes_every_older_link_back_and_an_accepted_one_ends_all_sessions(gateway: RunningGateway) -> None:
    add(gateway, email="varias@example.com")
    older = _reset(gateway, "varias@example.com")
    let_in = f"/enter/{_on(gateway, lambda store: entry_link(store, gateway.clock, 'varias@example.com'))}"
    inside = PanelClient(gateway.url)
    inside.get(let_in)
    unused = f"/enter/{_on(gateway, lambda store: entry_link(store, gateway.clock, 'varias@example.com'))}"
    newer = _reset(gateway, "varias@example.com")
    late = f"/enter/{_on(gateway, lambda store: entry_link(store, gateway.clock, 'varias@example.com'))}"
    inside.get(late)
    assert inside.get("/account").status == 200
    another = f"/enter/{_on(gateway, lambda store: entry_link(store, gateway.clock, 'varias@example.com'))}"
    assert PanelClient(gateway.url).get(older).status == 404
    assert PanelClient(gateway.url).get(unused).status == 404
    browser, answer = _accepted(gateway, newer)
    assert answer.status == 303
    assert browser.get("/account").status == 200
    assert inside.get("/account").status == 303, "the session of the older link has ended"
    assert PanelClient(gateway.url).get(another).status == 404


def test_a_known_address_is_told_before_a_password_is_judged(gateway: RunningGateway) -> None:
    add(gateway, email="sabida@example.com", role=None)
    weak = {"new_password": "password123", "again_password": "password123"}
    _, answer = _accepted(gateway, _invite(gateway), email="sabida@example.com", **weak)
    assert "Ya hay una cuenta" in answer.words
    assert "se adivina pronto" not in answer.words


def test_a_link_takes_a_few_passwords_a_minute(gateway: RunningGateway) -> None:
    path = _invite(gateway, email="prueba@example.com")
    weak = {**FIELDS, "new_password": "password123", "again_password": "password123"}
    browser = PanelClient(gateway.url)
    browser.get(path)
    assert [browser.post(path, weak).status for _ in range(11)] == [400] * 10 + [429]
    assert "Esto se envió demasiadas veces" in browser.post(path, FIELDS).words


def test_links_for_others_begin_as_configured_whatever_host_a_request_names(
    all_databases: Databases, tmp_path: Path
) -> None:
    base = "https://facturas.example.com/pasarela"
    with running_gateway(all_databases.sqlite(), tmp_path, base_url=base) as gateway:
        owner = person_at(gateway)
        owner.get("/c/1/people/invite")
        made = owner.post("/c/1/people/invite", {"role": "reader"}, Host="otra.example.com")
        assert f"{base}/panel/invitation/" in made.text
        assert "otra.example.com" not in made.text
        owner.get("/c/1/keys/new")
        key = owner.post(
            "/c/1/keys/new", {"point": "M001P001", "per_minute": "1", "per_hour": "1"}, Host="otra.example.com"
        )
        assert f"{base}/api/connect/invoice" in key.words
        assert "otra.example.com" not in key.text


def test_without_a_configured_address_a_link_begins_where_the_person_is(gateway: RunningGateway) -> None:
    owner = person_at(gateway, email="aqui@example.com")
    owner.get("/c/1/people/invite")
    assert f"{gateway.url}/panel/invitation/" in owner.post("/c/1/people/invite", {"role": "reader"}).text
