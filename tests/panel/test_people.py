"""The people of a company: roles changed and taken away, never the last owner's, and each change written down."""

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders.people import PERSON_PASSWORD
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, add, person_at
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture
def gateway(all_databases: Databases, tmp_path: Path) -> Iterator[RunningGateway]:
    with running_gateway(all_databases.sqlite(), tmp_path) as gateway:
        yield gateway


def _change(browser: PanelClient, person: int, role: str, *points: str) -> Shown:
    """Changes a role as the page shows it now."""
    return _send(browser, person, browser.get(f"/c/1/people/{person}"), role, *points)


def _send(browser: PanelClient, person: int, page: Shown, role: str, *points: str) -> Shown:
    fields = [("seen", _seen(page)), ("role", role), *(("points", point) for point in points)]
    return browser.post(f"/c/1/people/{person}", fields)


def _seen(page: Shown) -> str:
    return page.hidden["seen"]


def test_an_owner_changes_a_role_and_its_points_of_sale(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    cashier = add(gateway, email="caja@example.com", role="reader")
    assert _change(owner, cashier, "cashier", "M001P001").status == 303
    listed = owner.get("/c/1/people").words
    assert "Cajero Casa matriz M001 · punto de venta P001" in listed
    assert _change(owner, cashier, "accountant", "M001P001").status == 303
    assert "Contador Todos" in owner.get("/c/1/people").words


def test_a_cashier_reaches_every_point_of_sale_only_when_all_are_chosen(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    changed = add(gateway, email="caja@example.com", role="reader")
    page = owner.get(f"/c/1/people/{changed}")
    role = {"seen": _seen(page), "role": "cashier"}
    for path, fields in ((f"/c/1/people/{changed}", role), ("/c/1/people/invite", {"role": "cashier"})):
        for reach in ({}, {"reach": "some"}):
            refused = owner.post(path, fields | reach)
            assert (refused.status, "Marque al menos un punto de venta" in refused.words) == (400, True)
        assert owner.post(path, fields | {"reach": "others"}).status == 400
    assert owner.post(f"/c/1/people/{changed}", role | {"reach": "all"}).status == 303
    assert "Cajero Todos" in owner.get("/c/1/people").words
    assert ("reach", "all") in _checked(owner.get(f"/c/1/people/{changed}"))
    assert owner.post("/c/1/people/invite", {"role": "cashier", "reach": "all"}).status == 200


def _checked(page: Shown) -> set[tuple[str, str]]:
    """The names and values of what is ticked on a page."""
    ticked = [each for each in re.findall(r"<input[^>]*>", page.text) if re.search(r"\schecked\b", each)]
    return {(re.findall(r'name="([^"]*)"', each)[0], re.findall(r'value="([^"]*)"', each)[0]) for each in ticked}


def test_a_role_that_is_taken_away_counts_at_once_and_the_person_stays_logged_in(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    add(gateway, email="va@example.com", role="accountant")
    leaving = PanelClient(gateway.url)
    leaving.log_in("va@example.com")
    assert leaving.get("/c/1/people").status == 200
    page = owner.get("/c/1/people/2")
    assert owner.post("/c/1/people/2/remove", {"seen": _seen(page)}).status == 303
    assert leaving.get("/c/1/people").status == 404
    assert leaving.get("/account").status == 200


def test_the_last_owner_stays(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    page = owner.get("/c/1/people/1")
    for answer in (
        _send(owner, 1, page, "reader"),
        owner.post("/c/1/people/1/remove", {"seen": _seen(page)}),
    ):
        assert (answer.status, "se quedaría sin propietario" in answer.words) == (409, True)
    add(gateway, email="segunda@example.com")
    assert _change(owner, 1, "reader").status == 303


def test_two_owners_who_remove_each_other_at_once_leave_one(gateway: RunningGateway) -> None:
    one = person_at(gateway)
    other = person_at(gateway, email="segunda@example.com")
    pages = [(one, 2, one.get("/c/1/people/2")), (other, 1, other.get("/c/1/people/1"))]
    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(lambda each: _send(each[0], each[1], each[2], "reader").status, pages))
    assert sorted(statuses) in ([303, 403], [303, 409])


def test_of_two_people_who_edit_one_role_the_second_sees_what_the_first_did(gateway: RunningGateway) -> None:
    one = person_at(gateway)
    other = person_at(gateway, email="segunda@example.com")
    edited = add(gateway, email="editada@example.com", role="reader")
    pages = one.get(f"/c/1/people/{edited}"), other.get(f"/c/1/people/{edited}")
    assert _send(one, edited, pages[0], "accountant").status == 303
    late = _send(other, edited, pages[1], "owner")
    assert (late.status, "Otra persona cambió este rol" in late.words) == (409, True)
    assert "Contador" in one.get("/c/1/people").words
    assert _send(other, edited, late, "owner").status == 303, "the page that told of it can be sent"


def test_a_change_of_people_asks_for_the_password_again_after_ten_minutes(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    changed = add(gateway, email="otra@example.com", role="reader")
    page = owner.get(f"/c/1/people/{changed}")
    gateway.time_passes(minutes=11)
    asked = _send(owner, changed, page, "accountant")
    assert asked.status == 401
    resumed = owner.post("/confirm", {**asked.hidden, "password": PERSON_PASSWORD})
    assert "Continúe donde estaba" in resumed.words
    assert owner.post(f"/c/1/people/{changed}", resumed.hidden).status == 303
    assert "Contador" in owner.get("/c/1/people").words


def test_a_form_that_comes_after_the_session_ended_is_sent_after_logging_in(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    changed = add(gateway, email="otra@example.com", role="reader")
    page = owner.get(f"/c/1/people/{changed}")
    gateway.time_passes(hours=13)
    stopped = _send(owner, changed, page, "cashier", "M001P001")
    assert (stopped.status, "lo que escribió le espera" in stopped.words) == (401, True)
    resumed = owner.post("/login", {**stopped.hidden, "email": "persona@example.com", "password": PERSON_PASSWORD})
    assert owner.post(f"/c/1/people/{changed}", resumed.hidden).status == 303
    assert "Cajero Casa matriz M001 · punto de venta P001" in owner.get("/c/1/people").words


@pytest.mark.parametrize("role", ["accountant", "cashier", "reader"])
def test_only_owners_change_people(gateway: RunningGateway, role: str) -> None:
    add(gateway)
    browser = person_at(gateway, email="sin@example.com", role=role)
    browser.get("/account")
    assert browser.get("/c/1/people").status == (200 if role == "accountant" else 403)
    paths = ("/c/1/people/invite", "/c/1/people/1", "/c/1/people/1/remove", "/c/1/people/invitations/00/revoke")
    assert [browser.post(path, {"role": "owner", "seen": "owner"}).status for path in paths] == [403] * 4


def test_people_and_invitations_of_another_company_are_not_there(gateway: RunningGateway) -> None:
    gateway.another_company()
    owner = person_at(gateway)
    stranger = add(gateway, email="ajena@example.com", company_id=2)
    assert owner.get(f"/c/1/people/{stranger}").status == 404
    assert owner.get("/c/2/people").status == 404
    owner.get("/account")
    assert owner.post(f"/c/1/people/{stranger}/remove", {"seen": "owner"}).status == 404


def test_an_owner_who_becomes_less_takes_their_open_invitations_along(gateway: RunningGateway) -> None:
    first = person_at(gateway)
    second = person_at(gateway, email="segunda@example.com")
    second.get("/c/1/people/invite")
    second.post("/c/1/people/invite", {"role": "owner"})
    assert "Quien tenga el enlace" in first.get("/c/1/people").words
    _change(first, 2, "reader")
    assert "Quien tenga el enlace" not in first.get("/c/1/people").words


def test_each_change_is_in_the_audit_log_with_who_and_from_where_and_no_secret(gateway: RunningGateway) -> None:
    owner = person_at(gateway)
    changed = add(gateway, email="otra@example.com", role="reader")
    _change(owner, changed, "cashier", "M001P001")
    owner.get("/c/1/people/invite")
    made = owner.post("/c/1/people/invite", {"role": "reader"})
    with closing(sqlite3.connect(gateway.database_url.removeprefix("sqlite:///"))) as connection:
        rows = connection.execute(
            "SELECT act, author, address, company_id, before, after FROM audit_entry"
            " WHERE person_id IS NOT NULL ORDER BY number"
        ).fetchall()
    assert [row[0] for row in rows] == ["role_changed", "person_invited"]
    assert rows[0][1:4] == ("persona@example.com", "127.0.0.1", 1)
    assert ('"reader"' in rows[0][4], '"M001P001"' in rows[0][5]) == (True, True)
    link = made.text.partition("/panel/invitation/")[2][:43]
    assert link not in str(rows)
