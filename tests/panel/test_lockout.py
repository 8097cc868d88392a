"""Somebody who fails to log in waits, longer each time, under whatever address; a success ends the count."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ocote.documents.view import Refused
from ocote.people.lockout import AttemptCounts
from tests.builders.people import PERSON_PASSWORD
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, add, person_at
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
WRONG = "no-es-esta-clave"


def _try(gateway: RunningGateway, email: str, password: str = WRONG) -> Shown:
    browser = PanelClient(gateway.url)
    browser.get("/login")
    return browser.post("/login", {"email": email, "password": password})


def test_five_failures_lock_a_person_for_half_a_minute_also_with_the_right_password(gateway: RunningGateway) -> None:
    add(gateway, email="olvida@example.com")
    assert [_try(gateway, "olvida@example.com").status for _ in range(6)] == [400, 400, 400, 400, 400, 429]
    locked = _try(gateway, "olvida@example.com", PERSON_PASSWORD)
    assert locked.status == 429
    assert re.search(r"Demasiados intentos seguidos; espere \d+ segundos?", locked.words)
    gateway.time_passes(seconds=31)
    assert _try(gateway, "olvida@example.com", PERSON_PASSWORD).status == 303


def test_the_pause_doubles_and_a_success_ends_the_count(gateway: RunningGateway) -> None:
    add(gateway, email="insiste@example.com")
    for _ in range(5):
        _try(gateway, "insiste@example.com")
    gateway.time_passes(seconds=31)
    assert _try(gateway, "insiste@example.com").status == 400
    gateway.time_passes(seconds=31)
    assert _try(gateway, "insiste@example.com", PERSON_PASSWORD).status == 429
    gateway.time_passes(seconds=30)
    assert _try(gateway, "insiste@example.com", PERSON_PASSWORD).status == 303
    assert [_try(gateway, "insiste@example.com").status for _ in range(5)] == [400] * 5


def test_an_address_that_nobody_has_is_locked_as_one_of_a_person(gateway: RunningGateway) -> None:
    add(gateway, email="existe@example.com")
    answers = {
        email: [(shown.status, re.sub(r"\d+", "…", shown.words)) for shown in (_try(gateway, email) for _ in range(7))]
        for email in ("existe@example.com", "inventada@example.com")
    }
    assert answers["existe@example.com"] == answers["inventada@example.com"]


def test_a_locked_person_goes_on_in_the_session_that_is_open(gateway: RunningGateway) -> None:
    add(gateway, email="trabaja@example.com")
    browser = PanelClient(gateway.url)
    browser.log_in("trabaja@example.com")
    for _ in range(6):
        _try(gateway, "trabaja@example.com")
    assert browser.get("/account").status == 200


def test_strangers_who_fail_at_the_door_stop_nobody_in_a_session(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="confirma@example.com")
    assert [_try(gateway, "confirma@example.com").status for _ in range(6)][-1] == 429
    browser.get("/confirm")
    assert browser.post("/confirm", {"password": PERSON_PASSWORD}).status == 303
    browser.get("/account/password")
    fields = {"current_password": PERSON_PASSWORD, "new_password": "corta", "again_password": "corta"}
    assert browser.post("/account/password", fields).status == 400


def test_failures_in_a_session_lock_its_pages_and_not_the_door(gateway: RunningGateway) -> None:
    browser = person_at(gateway, email="dentro@example.com")
    browser.get("/confirm")
    assert [browser.post("/confirm", {"password": WRONG}).status for _ in range(6)] == [400] * 5 + [429]
    assert browser.post("/confirm", {"password": PERSON_PASSWORD}).status == 429
    assert _try(gateway, "dentro@example.com", PERSON_PASSWORD).status == 303
    gateway.time_passes(seconds=31)
    assert browser.post("/confirm", {"password": PERSON_PASSWORD}).status == 303
    assert [browser.post("/confirm", {"password": WRONG}).status for _ in range(5)] == [400] * 5


def test_an_address_longer_than_any_is_refused_before_it_is_counted(gateway: RunningGateway) -> None:
    answers = [_try(gateway, f"{'x' * 250}@example.com") for _ in range(6)]
    assert {answer.status for answer in answers} == {400}
    assert "Este correo es demasiado largo" in answers[0].words


def test_a_name_of_any_length_takes_one_place_and_no_more_room() -> None:
    counts = AttemptCounts()
    for number in range(5):
        counts.attempt("x" * 1_000_000, NOW + timedelta(seconds=number))
    with pytest.raises(Refused, match="login_locked"):
        counts.attempt("x" * 1_000_000, NOW + timedelta(seconds=5))
    counts.take_back("x" * 1_000_000)
    counts.attempt("x" * 1_000_000, NOW + timedelta(seconds=6))
    assert {len(key) for key in counts._failures} == {32}
