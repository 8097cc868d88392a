import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.mh.answers import read_contingency_event, read_invalidation, read_query, read_reception
from ocote.mh.outcomes import NotFound, Outcome, Rejected, Stamped, Undetermined, UndeterminedKind
from tests.mh.samples import CODE, OTHER_CODE, STAMP, accepted, duplicate, encoded, not_found, refused, spring_error


def kind_of(outcome: Outcome | NotFound) -> str:
    """The outcome in one word, and for an undetermined one its kind."""
    return str(outcome.kind) if isinstance(outcome, Undetermined) else type(outcome).__name__


def reception(answer: object, status: int = 200) -> Outcome:
    return read_reception(status, encoded(answer), CODE)


def test_an_accepted_document_carries_all_that_mh_said() -> None:
    outcome = reception(accepted())

    assert isinstance(outcome, Stamped)
    assert outcome.stamp == STAMP
    answer = outcome.answer
    assert (answer.state, answer.generation_code) == ("PROCESADO", CODE)
    assert (answer.class_code, answer.code, answer.description) == ("10", "001", "RECIBIDO")
    assert answer.observations == ()
    assert json.loads(answer.raw) == accepted()


def test_mh_tells_the_local_time_of_el_salvador() -> None:
    outcome = reception(accepted(fhProcesamiento="14/08/2026 22:21:33"))
    assert isinstance(outcome, Stamped)
    assert outcome.answer.processed_at == datetime(2026, 8, 15, 4, 21, 33, tzinfo=UTC)


def test_observations_are_not_errors() -> None:
    text = "[identificacion.fecEmi] DIFIERE DE LA FECHA DE ENVIO"
    outcome = reception(accepted(codigoMsg="002", descripcionMsg="RECIBIDO CON OBSERVACIONES", observaciones=[text]))
    assert isinstance(outcome, Stamped)
    assert outcome.answer.code == "002"
    assert outcome.answer.observations == (text,)


def test_a_rejected_document_carries_class_code_text_and_observations_as_sent() -> None:
    outcome = reception(refused(), status=400)

    assert isinstance(outcome, Rejected)
    assert outcome.answer.stamp is None
    assert (outcome.answer.class_code, outcome.answer.code) == ("98", "096")
    assert outcome.answer.observations == ("Campo #/receptor/telefono no cumple el tamaño mínimo permitido",)
    assert not outcome.is_duplicate
    assert outcome.duplicate_field is None


@pytest.mark.parametrize("status", [200, 202, 400, 401, 403, 404, 500, 503])
def test_the_state_decides_whatever_the_http_status(status: int) -> None:
    assert kind_of(reception(accepted(), status)) == "Stamped"
    assert kind_of(reception(refused(), status)) == "Rejected"


@pytest.mark.parametrize(
    ("description", "field"),
    [
        ("[identificacion.codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR", "codigoGeneracion"),
        ("[identificacion.numeroControl] YA EXISTE UN REGISTRO CON ESE VALOR", "numeroControl"),
        ("YA EXISTE UN REGISTRO CON ESE VALOR", ""),
    ],
)
def test_a_duplicate_is_recognised_with_its_field(description: str, field: str) -> None:
    outcome = reception({**duplicate(), "descripcionMsg": description}, status=400)
    assert isinstance(outcome, Rejected)
    assert outcome.is_duplicate
    assert outcome.duplicate_field == field


RECEPTIONS: list[tuple[str, int, Any, str]] = [
    (
        "signature refused, code null",
        400,
        refused(codigoMsg="802", clasificaMsg="20", codigoGeneracion=None),
        "Rejected",
    ),
    (
        "refusal with a null date and null observations",
        400,
        refused(fhProcesamiento=None, observaciones=None),
        "Rejected",
    ),
    ("refusal without any code", 400, {"estado": "RECHAZADO"}, "Rejected"),
    ("accepted, our code in small letters", 200, accepted(codigoGeneracion=CODE.lower()), "Stamped"),
    ("accepted, no code at all", 200, accepted(codigoGeneracion=None), "Stamped"),
    ("accepted, unknown message code", 200, accepted(codigoMsg="000"), "Stamped"),
    ("accepted, descriptive members of wrong types", 200, accepted(descripcionMsg=7, observaciones=3), "Stamped"),
    ("stamp for another document", 200, accepted(codigoGeneracion=OTHER_CODE), "unreadable"),
    ("refusal of another document", 400, refused(codigoGeneracion=OTHER_CODE), "unreadable"),
    ("accepted without stamp", 200, accepted(selloRecibido=None), "unreadable"),
    ("accepted, stamp missing", 200, {"estado": "PROCESADO", "codigoMsg": "001"}, "unreadable"),
    ("accepted, stamp too short", 200, accepted(selloRecibido=STAMP[:39]), "unreadable"),
    ("accepted, stamp too long", 200, accepted(selloRecibido=STAMP + "0"), "unreadable"),
    ("accepted, stamp in small letters", 200, accepted(selloRecibido=STAMP.lower()), "unreadable"),
    ("accepted, stamp with hyphens", 200, accepted(selloRecibido="-" + STAMP[1:]), "unreadable"),
    ("accepted, stamp a number", 200, accepted(selloRecibido=20260), "unreadable"),
    ("state of a wrong type", 200, accepted(estado=1), "unreadable"),
    ("state a list", 200, accepted(estado=["PROCESADO"]), "unreadable"),
    ("state unknown", 200, accepted(estado="EN PROCESO"), "unreadable"),
    ("state empty", 400, accepted(estado=""), "unreadable"),
    ("framework: cannot bind", 400, spring_error(400, "Bad Request"), "unreadable"),
    ("framework: not found", 404, spring_error(404, "Not Found"), "unreadable"),
    ("framework: no token", 401, spring_error(401, "Unauthorized"), "unauthorized"),
    ("framework: forbidden", 403, spring_error(403, "Forbidden"), "unauthorized"),
    ("token code in a refusal", 400, refused(codigoMsg="107"), "unauthorized"),
    ("token required code in a refusal", 200, refused(codigoMsg="108"), "unauthorized"),
    ("signature service down", 400, refused(codigoMsg="022", clasificaMsg="20"), "server_error"),
    ("framework: internal", 500, spring_error(500, "Internal Server Error"), "server_error"),
    ("too many requests", 429, {"message": "slow down"}, "server_error"),
    ("request timed out at a proxy", 408, {}, "server_error"),
    ("array", 200, [accepted()], "unreadable"),
    ("text", 200, "PROCESADO", "unreadable"),
    ("null", 200, None, "unreadable"),
    ("empty object", 200, {}, "unreadable"),
]


@pytest.mark.parametrize(
    ("status", "answer", "kind"), [row[1:] for row in RECEPTIONS], ids=[row[0] for row in RECEPTIONS]
)
def test_every_answer_to_a_reception_has_its_meaning(status: int, answer: Any, kind: str) -> None:
    assert kind_of(reception(answer, status)) == kind


NOT_JSON: list[tuple[str, int, bytes, str]] = [
    ("empty body", 200, b"", "unreadable"),
    ("empty body of a broken server", 502, b"", "server_error"),
    ("proxy page", 502, b"<html><head><title>502 Bad Gateway</title></head></html>", "server_error"),
    ("maintenance page that pretends success", 200, b"<html>Mantenimiento</html>", "unreadable"),
    ("token page", 401, b"<html>Unauthorized</html>", "unauthorized"),
    ("redirect", 302, b"", "unreadable"),
    ("JSON cut short", 200, encoded(accepted())[:60], "unreadable"),
    ("JSON with a tail", 200, encoded(accepted()) + b"x", "unreadable"),
    ("JSON nested beyond reason", 200, b"[" * 100_000, "unreadable"),
    ("object nested beyond reason", 200, b'{"estado":' * 100_000, "unreadable"),
    ("zeros", 200, b"\x00" * 100, "unreadable"),
    ("noise", 500, bytes(range(256)), "server_error"),
    ("number that is none", 200, b'{"estado": NaN}', "unreadable"),
]


@pytest.mark.parametrize(("status", "raw", "kind"), [row[1:] for row in NOT_JSON], ids=[row[0] for row in NOT_JSON])
def test_what_is_not_an_answer_of_mh_settles_nothing(status: int, raw: bytes, kind: str) -> None:
    assert kind_of(read_reception(status, raw, CODE)) == kind
    assert kind_of(read_query(status, raw, CODE)) == kind
    assert kind_of(read_invalidation(status, raw)) == kind
    assert kind_of(read_contingency_event(status, raw)) == kind


def test_a_stray_byte_in_a_description_does_not_cost_the_stamp() -> None:
    raw = encoded(accepted(descripcionMsg="RECIBIDO @")).replace(b"@", b"\xf3")  # a lone Latin-1 letter
    outcome = read_reception(200, raw, CODE)
    assert isinstance(outcome, Stamped)
    assert outcome.answer.description == "RECIBIDO �"


def test_a_byte_order_mark_does_not_cost_the_stamp() -> None:
    assert kind_of(read_reception(200, b"\xef\xbb\xbf" + encoded(accepted()), CODE)) == "Stamped"


def test_nul_characters_never_reach_the_database() -> None:
    outcome = reception(refused(descripcionMsg="a\x00b", observaciones=["c\x00d"]))
    assert isinstance(outcome, Rejected)
    assert outcome.answer.description == "ab"
    assert outcome.answer.observations == ("cd",)
    assert "\x00" not in outcome.answer.raw


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (None, ()),
        (["", ""], ()),
        (["uno", "", "dos "], ("uno", "dos ")),
        ("una sola", ("una sola",)),
        ([1, None, {"a": 1}, "texto"], ("texto",)),
        ({"a": 1}, ()),
    ],
)
def test_observations_are_kept_as_sent_without_the_blank_ones(sent: object, read: tuple[str, ...]) -> None:
    outcome = reception(accepted(observaciones=sent))
    assert isinstance(outcome, Stamped)
    assert outcome.answer.observations == read


@pytest.mark.parametrize(
    ("sent", "read"), [(4, "004"), (20, "020"), ("096 ", "096"), (True, ""), (-1, ""), (10**6, "")]
)
def test_a_code_sent_as_a_number_reads_as_three_digits(sent: object, read: str) -> None:
    outcome = reception(refused(codigoMsg=sent))
    assert isinstance(outcome, Rejected)
    assert outcome.answer.code == read


@pytest.mark.parametrize("sent", [None, "", "2026-08-14T10:21:33", "31/02/2026 10:00:00", 5, "31/12/9999 23:00:00"])
def test_an_unreadable_date_does_not_cost_the_stamp(sent: object) -> None:
    outcome = reception(accepted(fhProcesamiento=sent))
    assert isinstance(outcome, Stamped)
    assert outcome.answer.processed_at is None


QUERIES: list[tuple[str, int, Any, str]] = [
    ("accepted", 200, accepted(), "Stamped"),
    ("accepted, HTTP 202, extra member", 202, accepted(fechaEmision="14/08/2026"), "Stamped"),
    ("accepted, message code 999", 200, accepted(codigoMsg="999"), "Stamped"),
    ("code 999", 400, not_found(), "NotFound"),
    ("code 999 that repeats our code", 400, {**not_found(), "codigoGeneracion": CODE}, "NotFound"),
    ("code 999 alone", 400, {"codigoMsg": "999"}, "NotFound"),
    ("code 999 as a number", 400, {"estado": "RECHAZADO", "codigoMsg": 999}, "NotFound"),
    ("code 014, no such record", 400, refused(codigoMsg="014"), "NotFound"),
    ("404 of the framework", 404, spring_error(404, "Not Found"), "NotFound"),
    ("empty state", 200, accepted(estado="", selloRecibido=None), "NotFound"),
    ("null state", 400, accepted(estado=None, selloRecibido=None), "NotFound"),
    ("refusal of our document", 400, refused(), "Rejected"),
    ("refusal that names no document", 400, refused(codigoGeneracion=None), "unreadable"),
    ("refusal of another document", 400, refused(codigoGeneracion=OTHER_CODE), "unreadable"),
    ("stamp of another document", 200, accepted(codigoGeneracion=OTHER_CODE), "unreadable"),
    ("state of a wrong type", 200, accepted(estado=0), "unreadable"),
    ("state a list", 200, accepted(estado=[]), "unreadable"),
    ("state missing", 200, {}, "unreadable"),
    ("framework: cannot bind", 400, spring_error(400, "Bad Request"), "unreadable"),
    ("no token", 401, spring_error(401, "Unauthorized"), "unauthorized"),
    ("no token, empty state", 401, {"estado": ""}, "unauthorized"),
    ("server in trouble, empty state", 500, {"estado": None}, "server_error"),
    ("server in trouble", 503, spring_error(503, "Service Unavailable"), "server_error"),
]


@pytest.mark.parametrize(("status", "answer", "kind"), [row[1:] for row in QUERIES], ids=[row[0] for row in QUERIES])
def test_every_answer_to_a_query_has_its_meaning(status: int, answer: Any, kind: str) -> None:
    assert kind_of(read_query(status, encoded(answer), CODE)) == kind


def test_a_query_answered_404_without_a_body_means_not_found() -> None:
    assert isinstance(read_query(404, b"", CODE), NotFound)


def test_a_query_answered_404_by_a_page_of_some_proxy_proves_nothing() -> None:
    assert kind_of(read_query(404, b"<html>404 page not found</html>", CODE)) == "unreadable"


def test_an_invalidation_is_accepted_by_its_stamp() -> None:
    answer = {
        "version": 2, "ambiente": "00", "versionApp": 1, "estado": "PROCESADO", "codigoGeneracion": OTHER_CODE,
        "selloRecibido": STAMP, "fhProcesamiento": "14/08/2026 11:02:19", "codigoMsg": "001",
        "descripcionMsg": "Invalidación Recibida y Procesada", "observaciones": None,
    }  # fmt: skip
    outcome = read_invalidation(200, encoded(answer))
    assert isinstance(outcome, Stamped)
    assert outcome.stamp == STAMP
    assert outcome.answer.description == "Invalidación Recibida y Procesada"


def test_an_invalidation_is_refused_with_its_code() -> None:
    answer = refused(codigoMsg="027", descripcionMsg="[identificacion.fecEmi] DATO NO COINCIDE CON DTE")
    outcome = read_invalidation(400, encoded(answer))
    assert isinstance(outcome, Rejected)
    assert outcome.answer.code == "027"


def test_a_contingency_event_is_received_under_names_of_its_own() -> None:
    answer = {
        "estado": "RECIBIDO", "fechaHora": "14/08/2026 10:30:12", "mensaje": "Documento recibido",
        "selloRecibido": STAMP, "observaciones": [],
    }  # fmt: skip
    outcome = read_contingency_event(200, encoded(answer))
    assert isinstance(outcome, Stamped)
    assert (outcome.answer.state, outcome.answer.description) == ("RECIBIDO", "Documento recibido")
    assert outcome.answer.processed_at == datetime(2026, 8, 14, 16, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 400])
def test_a_contingency_event_is_refused_with_observations(status: int) -> None:
    answer = {
        "estado": "RECHAZADO", "fechaHora": "14/08/2026 10:30:12", "mensaje": "Validaciones no superadas",
        "selloRecibido": None, "observaciones": ["FECHA/HORA TRANSMISION FUERA DE PLAZO PERMITIDO"],
    }  # fmt: skip
    outcome = read_contingency_event(status, encoded(answer))
    assert isinstance(outcome, Rejected)
    assert outcome.answer.description == "Validaciones no superadas"
    assert outcome.answer.observations == ("FECHA/HORA TRANSMISION FUERA DE PLAZO PERMITIDO",)


def test_an_undetermined_outcome_tells_the_log_what_came() -> None:
    outcome = read_reception(502, b"<html>Bad Gateway</html>", CODE)
    assert isinstance(outcome, Undetermined)
    assert outcome.reason == "HTTP 502, 24 characters that are no JSON object, beginning '<html>Bad Gateway</html>'"
    assert outcome.kind is UndeterminedKind.SERVER_ERROR


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner), max_leaves=5
)
NAMES = st.sampled_from([*accepted(), "procesados", "codigoLote", "status", "body"])
ANSWERS = st.dictionaries(
    NAMES, VALUES | st.sampled_from(["PROCESADO", "RECHAZADO", "RECIBIDO", STAMP, CODE, "999", "004"])
)
STATUSES = st.sampled_from([200, 400, 404]) | st.integers(100, 599)


@given(STATUSES, ANSWERS.map(lambda answer: json.dumps(answer).encode()) | st.binary(max_size=200))
def test_no_answer_whatever_breaks_a_reader(status: int, raw: bytes) -> None:
    for outcome in (
        read_reception(status, raw, CODE),
        read_query(status, raw, CODE),
        read_invalidation(status, raw),
        read_contingency_event(status, raw),
    ):
        if isinstance(outcome, Stamped):
            assert len(outcome.stamp) == 40


@given(st.integers(0, 400), st.binary(max_size=4))
def test_an_accepted_answer_damaged_on_the_way_is_never_a_rejection(position: int, junk: bytes) -> None:
    raw = encoded(accepted())
    damaged = raw[:position] + junk + raw[position + len(junk) :]
    assert kind_of(read_reception(200, damaged, CODE)) in {"Stamped", "unreadable"}


def test_observed_with_a_stamp_is_an_acceptance() -> None:
    outcome = reception(accepted(estado="OBSERVADO", codigoMsg="002", observaciones=["#/receptor/correo"]))
    assert isinstance(outcome, Stamped)


def test_observed_without_a_stamp_is_a_refusal_where_the_code_says_so() -> None:
    outcome = reception(refused(estado="OBSERVADO", codigoMsg="099"), status=400)
    assert isinstance(outcome, Rejected)
    assert outcome.answer.state == "OBSERVADO"
    assert kind_of(reception(refused(estado="OBSERVADO", codigoMsg="002"))) == "unreadable"
