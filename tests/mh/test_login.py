import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.mh.login import LoggedIn, read_login
from ocote.mh.outcomes import Undetermined, UndeterminedKind
from tests.mh.samples import encoded, jwt, logged_in, login_error, spring_error

NOW = 1_786_000_000.0
DAY_S = 86_400.0
MARGIN_S = 300.0


def life_of(token: str) -> float:
    result = read_login(200, encoded(logged_in(token)), NOW)
    assert isinstance(result, LoggedIn)
    return result.life_s


def test_the_token_is_sent_as_mh_gives_it() -> None:
    token = f"Bearer {jwt({'sub': '06149999990017'})}"
    result = read_login(200, encoded(logged_in(token)), NOW)
    assert isinstance(result, LoggedIn)
    assert result.authorization == token


def test_a_token_that_came_without_its_prefix_gets_it_once() -> None:
    result = read_login(200, encoded(logged_in("abc.def.ghi")), NOW)
    assert isinstance(result, LoggedIn)
    assert result.authorization == "Bearer abc.def.ghi"


@pytest.mark.parametrize(
    ("claims", "life_s"),
    [
        ({}, DAY_S - MARGIN_S),
        ({"iat": NOW, "exp": NOW + DAY_S}, DAY_S - MARGIN_S),
        ({"iat": NOW, "exp": NOW + 2 * DAY_S}, DAY_S - MARGIN_S),  # 48 h in the test environment of v1.x
        ({"iat": NOW, "exp": NOW + 7200}, 7200 - MARGIN_S),
        ({"iat": NOW - 9000, "exp": NOW - 1800}, 7200 - MARGIN_S),  # MH's clock two and a half hours behind ours
        ({"exp": NOW + 7200}, 7200 - MARGIN_S),
        ({"iat": NOW, "exp": NOW + 600}, 600 - 60),
        ({"exp": NOW - 5}, 54),
        ({"exp": "soon"}, DAY_S - MARGIN_S),
        ({"exp": True}, DAY_S - MARGIN_S),
        ({"exp": 1e300}, DAY_S - MARGIN_S),
        ({"exp": -1}, DAY_S - MARGIN_S),
    ],
)
def test_a_token_lasts_as_long_as_it_says_but_never_a_whole_day(claims: dict[str, Any], life_s: float) -> None:
    assert life_of(f"Bearer {jwt(claims)}") == pytest.approx(life_s)


@pytest.mark.parametrize(
    "token", ["Bearer opaque", "Bearer a.b.c", "Bearer a.!!!!.c", "Bearer a.W10.c", "Bearer a.ew.c"]
)
def test_a_token_that_says_nothing_of_itself_lasts_a_day(token: str) -> None:
    assert life_of(token) == DAY_S - MARGIN_S


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (200, login_error(), "login_refused"),
        (401, login_error(), "login_refused"),
        (401, spring_error(401, "Unauthorized", "/seguridad/auth"), "login_refused"),
        (400, spring_error(400, "Bad Request", "/seguridad/auth"), "login_refused"),
        (403, {}, "login_refused"),
        (200, {"status": "ERROR", "body": {"codigoMsg": "106"}}, "login_refused"),
        (200, {"status": "ERROR", "body": {"codigoMsg": "101"}}, "login_failed"),
        (200, {"status": "ERROR", "codigo": "109", "mensaje": "ERROR EN GENERACION DE TOKEN"}, "login_failed"),
        (500, login_error(), "login_failed"),
        (503, {}, "login_failed"),
        (404, spring_error(404, "Not Found"), "login_failed"),
        (429, {}, "login_failed"),
        (200, {"status": "OK"}, "login_failed"),
        (200, {"status": "OK", "body": {"token": ""}}, "login_failed"),
        (200, {"status": "OK", "body": {"token": 5}}, "login_failed"),
        (200, {"status": "OK", "body": "Bearer abc"}, "login_failed"),
        (200, {"body": {"token": "Bearer abc"}}, "login_failed"),
        (200, logged_in("Bearer abc\r\nX-Injected: 1"), "login_failed"),
        (200, logged_in("Bearer ábc"), "login_failed"),
        (200, logged_in("Bearer Bearer abc"), "login_failed"),
        (200, logged_in("Bearer "), "login_failed"),
        (200, [], "login_failed"),
    ],
)  # fmt: skip
def test_a_refused_login_is_told_from_a_failed_one(status: int, answer: object, kind: str) -> None:
    result = read_login(status, encoded(answer), NOW)
    assert isinstance(result, Undetermined)
    assert str(result.kind) == kind


@pytest.mark.parametrize(
    ("status", "kind"), [(200, "login_failed"), (401, "login_refused"), (403, "login_failed"), (502, "login_failed")]
)
def test_a_page_in_place_of_a_login_answer(status: int, kind: str) -> None:
    result = read_login(status, b"<html></html>", NOW)
    assert isinstance(result, Undetermined)
    assert str(result.kind) == kind


def test_the_log_learns_what_mh_said() -> None:
    result = read_login(200, encoded(login_error("Usuario no valido")), NOW)
    assert isinstance(result, Undetermined)
    assert result.reason == "login: HTTP 200, code none, 'Usuario no valido'"


def test_no_reason_and_no_repr_holds_a_token() -> None:
    token = "Bearer abc.def.ghi"
    assert "abc" not in repr(read_login(200, encoded(logged_in(token)), NOW))
    assert "abc" not in repr(read_login(500, encoded(logged_in(token + "\n.x")), NOW))
    assert "abc" not in repr(read_login(200, encoded(logged_in(token))[:-3], NOW))


@given(st.integers(100, 599), st.binary(max_size=200) | st.text(max_size=50).map(lambda t: encoded(logged_in(t))))
def test_no_answer_whatever_breaks_the_reader(status: int, raw: bytes) -> None:
    result = read_login(status, raw, NOW)
    if isinstance(result, LoggedIn):
        assert json.loads(raw)["status"] == "OK"
        assert result.authorization.isascii()
        assert 0 < result.life_s < DAY_S


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, b'{"status": "ERROR", "error": "Unauthorized", "message": "Usuario no valido"}', "Usuario no valido"),
        (
            401,
            '{"codigoMsg": "106", "descripcionMsg": "CREDENCIALES INVÁLIDAS"}'.encode(),
            "106 CREDENCIALES INVÁLIDAS",
        ),
        (200, b'{"status": "ERROR", "message": "  \\u001b[2Jno\\r\\n  valido  "}', "[2Jno valido"),
        (401, b"", ""),
    ],
)
def test_the_words_of_a_refusal_are_kept_for_the_operator(status: int, body: bytes, said: str) -> None:
    refused = read_login(status, body, 0.0)
    assert isinstance(refused, Undetermined)
    assert (refused.kind, refused.said) == (UndeterminedKind.LOGIN_REFUSED, said)
