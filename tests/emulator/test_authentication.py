"""Tokens: handed out, worth something for a while, and refused in every other form."""

import base64
from typing import Any

import msgspec
import pytest

from tests.emulator.client import Client
from tests.emulator.documents import invoice
from tests.emulator.documents.parts import Emission


def test_a_login_answers_with_a_token_that_already_says_bearer(client: Client) -> None:
    answer = client.login()
    assert answer.status == 200
    body = answer.body["body"]
    assert answer.body["status"] == "OK"
    assert body["user"] == client.company.user
    assert body["tokenType"] == "Bearer"
    assert body["roles"] == ["ROLE_USER"]
    assert body["rol"]["codigo"] == "ROLE_USER"
    scheme, _, jwt = body["token"].partition(" ")
    assert scheme == "Bearer"
    header, claims = (msgspec.json.decode(base64.urlsafe_b64decode(part + "==")) for part in jwt.split(".")[:2])
    assert header == {"alg": "HS512"}
    assert claims["sub"] == client.company.nit
    assert claims["exp"] - claims["iat"] == 86_400


@pytest.mark.parametrize("login", [{"password": "otra"}, {"user": "06140000000000"}])
def test_a_failed_login_is_answered_with_200(client: Client, login: dict[str, str]) -> None:
    answer = client.login(**login)
    assert answer.status == 200
    assert answer.body == {"status": "ERROR", "error": "Unauthorized", "message": "Usuario no valido"}


def test_a_login_is_a_form(client: Client) -> None:
    assert client.request("POST", "/seguridad/auth", b'{"user":"x"}', "application/json").status == 415


@pytest.mark.parametrize(
    "token", ["Bearer x.y.z", "Bearer Bearer {jwt}", "{jwt}", "bearer {jwt}", "Basic YTpi", "Bearer {jwt}x", "Bearer "]
)
def test_other_tokens_are_unauthorized(client: Client, emission: Emission, token: str) -> None:
    client.login()
    client.token = token.format(jwt=client.token.removeprefix("Bearer "))
    answer = client.send(invoice.v2(emission))
    assert answer.status == 401
    assert answer.body["status"] == 401
    assert answer.body["error"] == "Unauthorized"
    assert answer.body["path"] == "/fesv/recepciondte"


def test_a_request_without_a_token_is_unauthorized(client: Client) -> None:
    client.token = "Bearer"
    assert client.request("POST", "/fesv/recepciondte", b"{}", "application/json").status == 401


def test_a_token_expires_after_a_day(client: Client, emission: Emission, mh: Any) -> None:
    client.login()
    mh.control.move_clock(86_399)
    assert client.send(invoice.v2(emission)).status == 200
    mh.control.move_clock(1)
    assert client.query("01", emission.code).status == 401


def test_one_user_of_both_environments_gets_a_token_for_both(mh: Any, client: Client) -> None:
    certificate = client.company.certificate.decode()
    mh.add_company(nit=client.company.nit, environment="01", certificate=certificate)
    client.login()
    emission = Emission(nit=client.company.nit, nrc=client.company.nrc, environment="01")
    answer = client.send(invoice.v2(emission))
    assert answer.status == 200
    assert answer.body["ambiente"] == "01"
