"""Somebody who fails to log in waits, longer each time, under whatever address; a success ends the count."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.people import PERSON_PASSWORD
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, add
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


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
