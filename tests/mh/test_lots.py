import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocote.mh import Lot, LotReceived, LotRefused, LotResults, Rejected, Stamped, Undetermined
from ocote.mh.lots import read_lot_reception, read_lot_results
from tests.mh.samples import CODE, JWS, OTHER_CODE, STAMP, accepted, encoded, refused, spring_error

LOT = "36F675CC-81E7-4EF5-A8E2-5D940ED90475"
RECEIVED = {
    "version": 1, "ambiente": "00", "versionApp": 1, "estado": "RECIBIDO",
    "idEnvio": "9531985D-5D9D-49F8-9818-E811892F902B", "fhProcesamiento": "14/08/2026 10:40:02",
    "clasificaMsg": "10", "codigoLote": LOT, "codigoMsg": "001", "descripcionMsg": "LOTE RECIBIDO",
}  # fmt: skip


def word(outcome: object) -> str:
    return str(outcome.kind) if isinstance(outcome, Undetermined) else type(outcome).__name__


def test_a_received_lot_is_known_by_its_code() -> None:
    outcome = read_lot_reception(200, encoded(RECEIVED))
    assert isinstance(outcome, LotReceived)
    assert outcome.lot_code == LOT
    assert outcome.processed_at == datetime(2026, 8, 14, 16, 40, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (200, {"codigoLote": LOT, "descripcionMsg": "LOTE RECIBIDO, VALIDADO Y PROCESADO"}, "LotReceived"),
        (400, {"estado": "RECHAZADO", "codigoMsg": "096"}, "LotRefused"),
        (200, {"estado": "RECHAZADO", "codigoLote": LOT}, "LotRefused"),
        (400, {"descripcionMsg": "ERROR EN PARÁMETRO SOLICITADO"}, "LotRefused"),
        (400, spring_error(400, "Bad Request"), "unreadable"),
        (200, {"estado": "RECIBIDO"}, "unreadable"),
        (200, {"estado": "RECIBIDO", "codigoLote": 7}, "unreadable"),
        (401, spring_error(401, "Unauthorized"), "unauthorized"),
        (503, {}, "server_error"),
    ],
)
def test_every_answer_to_a_lot_has_its_meaning(status: int, answer: Any, kind: str) -> None:
    assert word(read_lot_reception(status, encoded(answer))) == kind


def test_a_refused_lot_says_why() -> None:
    outcome = read_lot_reception(400, encoded({"codigoMsg": "111", "descripcionMsg": "ERROR EN PARÁMETRO SOLICITADO"}))
    assert isinstance(outcome, LotRefused)
    assert (outcome.answer.code, outcome.answer.description) == ("111", "ERROR EN PARÁMETRO SOLICITADO")


def test_the_results_of_a_lot_tell_each_document_by_its_code() -> None:
    answer = {
        "procesados": [accepted(descripcionMsg="RECIBIDO Y PROCESADO", index=0)],
        "rechazados": [refused(codigoGeneracion=OTHER_CODE, codigoMsg="802", descripcionMsg="No valido")],
    }
    results = read_lot_results(200, encoded(answer))

    assert isinstance(results, LotResults)
    assert set(results.outcomes) == {CODE, OTHER_CODE}
    stamped, rejected = results.outcomes[CODE], results.outcomes[OTHER_CODE]
    assert isinstance(stamped, Stamped)
    assert stamped.stamp == STAMP
    assert json.loads(stamped.answer.raw) == answer["procesados"][0]
    assert isinstance(rejected, Rejected)
    assert rejected.answer.code == "802"


def test_a_lot_still_being_worked_on_has_no_results_yet() -> None:
    assert read_lot_results(200, encoded({"procesados": [], "rechazados": []})) == LotResults({})
    assert read_lot_results(200, encoded({"procesados": None, "rechazados": []})) == LotResults({})


def test_entries_without_a_clear_verdict_count_as_unfinished() -> None:
    entries: list[Any] = [
        accepted(estado="EN PROCESO"),
        accepted(selloRecibido=None),
        accepted(codigoGeneracion=None),
        refused(codigoMsg="022"),
        None,
        5,
        "texto",
        [],
    ]
    assert read_lot_results(200, encoded({"procesados": entries})) == LotResults({})


def test_a_document_in_both_lists_is_taken_as_accepted() -> None:
    results = read_lot_results(200, encoded({"procesados": [accepted()], "rechazados": [refused()]}))
    assert isinstance(results, LotResults)
    assert isinstance(results.outcomes[CODE], Stamped)


@pytest.mark.parametrize(
    ("status", "raw", "kind"),
    [
        (200, b"{}", "unreadable"),
        (200, b'{"procesados": {}}', "unreadable"),
        (200, b"[]", "unreadable"),
        (200, b"", "unreadable"),
        (200, b"[" * 50_000, "unreadable"),
        (200, b'{"procesados": [' + b"[" * 50_000, "unreadable"),
        (401, b"", "unauthorized"),
        (404, b"{}", "unreadable"),
        (500, b"<html>", "server_error"),
    ],
)
def test_what_are_no_results_settles_nothing(status: int, raw: bytes, kind: str) -> None:
    assert word(read_lot_results(status, raw)) == kind


@given(
    st.integers(100, 599), st.binary(max_size=100) | st.sampled_from([encoded(RECEIVED)[:n] for n in range(0, 200, 9)])
)
def test_no_answer_whatever_breaks_the_readers(status: int, raw: bytes) -> None:
    read_lot_reception(status, raw)
    read_lot_results(status, raw)


@pytest.mark.parametrize("count", [0, 101])
def test_a_lot_holds_one_to_a_hundred_documents(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 100"):
        Lot("00", LOT, (JWS,) * count)
