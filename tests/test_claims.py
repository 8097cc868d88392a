"""The claims of an ID token, judged as a table."""

from typing import Any

import pytest

from ocote.people.claims import ExpectedToken, ProvenIdentity, judged

NOW = 1_780_000_000.0
EXPECTED = ExpectedToken("https://proveedor.example.com", "ocote", "nonce", int(NOW) - 30, must_be_fresh=False)
CLAIMS: dict[str, Any] = {
    "iss": "https://proveedor.example.com",
    "sub": "1001",
    "aud": "ocote",
    "exp": NOW + 300,
    "iat": NOW - 1,
    "nonce": "nonce",
    "email": " Persona@Example.com ",
    "email_verified": True,
    "name": "Persona de Prueba",
}


def _judged(*, must_be_fresh: bool = False, **changed: Any) -> Any:
    expected = ExpectedToken(
        EXPECTED.issuer, EXPECTED.client_id, EXPECTED.nonce, EXPECTED.asked_at, must_be_fresh=must_be_fresh
    )
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return judged(claims, expected, NOW)


def test_a_right_token_proves_who_somebody_is() -> None:
    found = ProvenIdentity(EXPECTED.issuer, "1001", "persona@example.com", "Persona de Prueba")
    assert _judged() == found
    assert _judged(aud=["ocote"], azp="ocote", nbf=NOW, exp=int(NOW) - 30) == found
    assert _judged(aud=["ocote", "otro"], azp="ocote") == found


@pytest.mark.parametrize("changed", [{"email_verified": False}, {"email_verified": "true"}, {"email": 1}])
def test_an_address_that_is_not_verified_is_none(changed: dict[str, Any]) -> None:
    assert _judged(**changed).email == ""


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"iss": "https://proveedor.example.com/"}, "issuer"),
        ({"sub": 1001}, "subject"),
        ({"sub": "x" * 256}, "subject"),
        ({"sub": "a\nb"}, "subject"),
        ({"aud": None}, "audience"),
        ({"aud": {"ocote": 1}}, "audience"),
        ({"aud": ["otro"]}, "audience"),
        ({"aud": ["ocote", "otro"]}, "authorized_party"),
        ({"azp": "otro"}, "authorized_party"),
        ({"exp": None}, "expired"),
        ({"exp": NOW - 60}, "expired"),
        ({"exp": True}, "expired"),
        ({"exp": "mañana"}, "expired"),
        ({"exp": float("inf")}, "expired"),
        ({"exp": float("nan")}, "expired"),
        ({"exp": 10**400}, "expired"),
        ({"iat": None}, "issued_at"),
        ({"iat": NOW - 91}, "issued_at"),
        ({"iat": NOW + 61}, "issued_at"),
        ({"nbf": NOW + 61}, "not_before"),
        ({"nbf": "hoy"}, "not_before"),
        ({"nonce": None}, "nonce"),
        ({"nonce": "otro"}, "nonce"),
        ({"nonce": ["nonce"]}, "nonce"),
    ],
)
def test_a_token_with_a_fault_proves_nothing(changed: dict[str, Any], fault: str) -> None:
    assert _judged(**changed) == fault


@pytest.mark.parametrize("auth_time", [None, NOW - 91, NOW + 61, True, "ahora"])
def test_who_has_to_log_in_anew_proves_nothing_by_a_login_of_before(auth_time: Any) -> None:
    assert _judged(must_be_fresh=True, auth_time=auth_time) == "stale"
    assert isinstance(_judged(auth_time=auth_time), ProvenIdentity)


def test_a_login_since_the_question_is_fresh() -> None:
    assert isinstance(_judged(must_be_fresh=True, auth_time=NOW - 30), ProvenIdentity)
