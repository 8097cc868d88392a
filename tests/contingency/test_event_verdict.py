"""What MH's answer to a contingency event means."""

from typing import Any

import pytest

from ocote.documents.states import EVENT_ARRIVED, event_verdict
from ocote.mh.answers import read_contingency_event
from tests.mh.samples import STAMP, encoded


def answered(**changes: Any) -> Any:
    answer = {
        "estado": "RECHAZADO",
        "fechaHora": "14/08/2026 10:30:12",
        "mensaje": "Validaciones no superadas",
        "selloRecibido": None,
        "observaciones": ["FECHA/HORA TRANSMISION FUERA DE PLAZO PERMITIDO"],
        **changes,
    }
    return read_contingency_event(200, encoded(answer))


def test_a_received_event_has_its_stamp() -> None:
    word = event_verdict(answered(estado="RECIBIDO", mensaje="Documento recibido", selloRecibido=STAMP))
    assert (word.state, word.stamp) == ("stamped", STAMP)


def test_a_refused_event_says_all_that_is_wrong() -> None:
    word = event_verdict(answered(observaciones=["[emisor.nit] VALOR NO VALIDO", "[motivo.hFin] FORMATO NO VALIDO"]))
    assert (word.state, word.stamp) == ("rejected", None)
    assert word.mh_message == "Validaciones no superadas; [emisor.nit] VALOR NO VALIDO; [motivo.hFin] FORMATO NO VALIDO"


@pytest.mark.parametrize(
    "told",
    [{}, {"observaciones": [], "mensaje": "Fecha fuera de plazo permitido"}],
    ids=["observed", "said"],
)
def test_an_event_that_mh_refuses_as_out_of_time_is_late(told: dict[str, Any]) -> None:
    word = event_verdict(answered(**told))
    assert (word.state, word.stamp) == ("late", None)
    assert "FUERA DE PLAZO" in word.mh_message.upper()


@pytest.mark.parametrize(
    "told",
    [
        {"observaciones": ["[identificacion.codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR"]},
        {"observaciones": [], "mensaje": "[codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR"},
    ],
    ids=["observed", "said"],
)
def test_an_event_that_mh_already_has_took_effect_when_its_answer_was_lost(told: dict[str, Any]) -> None:
    word = event_verdict(answered(**told))
    assert (word.state, word.stamp, word.mh_message) == ("stamped", None, EVENT_ARRIVED)


def test_a_document_that_mh_already_has_is_not_the_event_itself() -> None:
    said = "[detalleDTE.1.codigoGeneracion] YA EXISTE UN REGISTRO CON ESE VALOR"
    assert event_verdict(answered(observaciones=[said])).state == "rejected"
