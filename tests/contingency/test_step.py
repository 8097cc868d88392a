"""Where a piece of work leaves a contingency, and what MH's word on an event means."""

from datetime import timedelta
from typing import Any

import pytest

from ocote.contingency.delivering import poll_again
from ocote.contingency.step import Step, each, onward, silence
from ocote.documents.states import EVENT_ARRIVED, event_verdict
from ocote.mh.answers import read_contingency_event
from ocote.store.engine.statement import Row
from tests.mh.samples import STAMP, encoded

NOON = "2026-06-03T18:00:00.000000Z"


def row(**facts: Any) -> dict[str, Any]:
    usual = {"state": "filing", "ended_at": NOON, "attempts": 0}
    return {**usual, **facts}


def test_a_step_onward_keeps_the_end_of_the_cause_and_forgets_earlier_silence() -> None:
    assert onward(row(attempts=3), "delivering") == Step("delivering", NOON)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 5), (2, 15), (3, 60), (50, 60)])
def test_after_a_silence_the_same_is_tried_again_at_growing_pauses_up_to_a_minute(attempts: int, seconds: int) -> None:
    assert silence(row(attempts=attempts)) == Step("filing", NOON, timedelta(seconds=seconds), attempts + 1)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 5), (2, 10), (50, 10)])
def test_while_mh_is_away_its_return_is_looked_for_every_ten_seconds(attempts: int, seconds: int) -> None:
    assert silence(row(state="open", attempts=attempts)).after == timedelta(seconds=seconds)


def test_a_silence_before_anything_was_reported_means_that_the_cause_goes_on() -> None:
    assert silence(row(state="asking")).ended_at is None
    assert silence(row(state="delivering")).ended_at == NOON
    assert silence(row(state="asking"), end_stands=True).ended_at == NOON, "its time was over before"


@pytest.mark.parametrize(("polls", "seconds"), [(0, 2), (29, 2), (30, 15), (89, 15), (90, 60), (119, 60)])
def test_a_lot_that_takes_long_is_asked_for_less_and_less_often(polls: int, seconds: int) -> None:
    assert poll_again(polls) == timedelta(seconds=seconds)


async def test_when_mh_falls_silent_the_rest_is_left_for_later() -> None:
    asked: list[int] = []

    async def ask(one: Row) -> bool:
        asked.append(one["number"])
        return bool(one["number"] < 3)

    rows: list[Row] = [{"number": number} for number in range(100)]
    assert await each(rows, ask) is False
    assert len(asked) < 100
    assert await each(rows[:2], ask) is True
    assert await each([], ask) is True


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
