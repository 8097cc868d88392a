"""The API keys of a company at the panel: listed, made and shown once, disabled for ever."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.bodies import invoice
from tests.databases import Databases
from tests.panel_client import PanelClient, Shown, person_at
from tests.running_gateway import RunningGateway, running_gateway


@pytest.fixture(scope="module")
def gateway(all_databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    folder: Path = tmp_path_factory.mktemp("gateway")
    with running_gateway(all_databases.sqlite(), folder) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def owner(gateway: RunningGateway) -> PanelClient:
    return person_at(gateway)


def made(owner: PanelClient, **fields: str) -> Shown:
    owner.get("/c/1/keys/new")
    return owner.post("/c/1/keys/new", {"point": "M001P001", "per_minute": "60", "per_hour": "900", **fields})


def key_in(shown: Shown) -> str:
    found = re.search(r"<code>(odt_[0-9a-f]{56})</code>", shown.text)
    assert found is not None, shown.words
    return found[1]


def test_a_new_key_is_shown_once_and_works(gateway: RunningGateway, owner: PanelClient) -> None:
    answer = made(owner)
    key = key_in(answer)
    assert answer.status == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert f'data-copy="{key}"' in answer.text
    assert f'curl "{gateway.url}/api/connect/invoice?dry_run=1"' in answer.words
    assert gateway.request("POST", "/invoice", invoice("con-clave-nueva"), key=key).status == 200
    shown = owner.get("/c/1/keys")
    assert key not in shown.text
    assert f"{key[:12]}… M001P001 Activa 60 por minuto900 por hora" in shown.words


def test_a_disabled_key_is_refused_at_once_and_stays_in_the_list(gateway: RunningGateway, owner: PanelClient) -> None:
    key = key_in(made(owner))
    assert f"¿Desactivar la clave {key[:12]}…?" in owner.get(f"/c/1/keys/{key[:12]}/disable").words
    answer = owner.follow(owner.post(f"/c/1/keys/{key[:12]}/disable"))
    assert "La clave quedó desactivada." in answer.words
    assert f"{key[:12]}… M001P001 Desactivada" in answer.words
    assert gateway.request("POST", "/invoice", invoice("con-clave-vieja"), key=key).status == 401
    assert owner.get(f"/c/1/keys/{key[:12]}/disable").status == 404
    assert owner.post(f"/c/1/keys/{key[:12]}/disable").status == 404


def test_an_accountant_sees_the_keys_and_changes_none(gateway: RunningGateway) -> None:
    accountant = person_at(gateway, email="contadora@example.com", role="accountant")
    shown = accountant.get("/c/1/keys")
    assert f"{gateway.key[:12]}…" in shown.words
    assert "Crear una clave" not in shown.words
    assert "Desactivar" not in shown.words
    assert accountant.get("/c/1/keys/new").status == 403
    assert accountant.post("/c/1/keys/new", {"point": "M001P001"}).status == 403


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"point": "M009P009"}, "Punto de venta"),
        ({"point": ""}, "Punto de venta"),
        ({"per_minute": "0"}, "Escriba un número entero de 1 a 1000000."),
        ({"per_minute": "mil"}, "Solicitudes por minuto"),
        ({"per_hour": "99999999999999999999"}, "Escriba un número entero de 1 a 1000000."),
    ],
)
def test_a_key_that_cannot_be_is_refused_at_its_field(owner: PanelClient, fields: dict[str, str], said: str) -> None:
    answer = made(owner, **fields)
    assert answer.status == 400
    assert said in answer.words
    assert "odt_" not in answer.text


def test_an_hour_later_a_person_proves_again_who_they_are(gateway: RunningGateway) -> None:
    late = person_at(gateway, email="tarde@example.com")
    late.get("/c/1/keys/new")
    gateway.time_passes(minutes=30)
    answer = late.post("/c/1/keys/new", {"point": "M001P001", "per_minute": "60", "per_hour": "900"})
    assert answer.status == 401
    assert "odt_" not in answer.text
