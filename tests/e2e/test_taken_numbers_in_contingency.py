"""Documents of a contingency whose numbers MH knows from another system: delivered under the next numbers."""

import asyncio

import pytest

from ocote.contingency.piece import WorkLimits
from ocote.documents import renumbering
from tests.builders.bodies import invoice
from tests.e2e.outage import (
    arrives_at_last,
    assert_delivered_as_mh_has_it,
    contingencies,
    mh_comes_back,
    mh_goes_away,
    named,
    reports,
    sells,
    status_of,
)
from tests.e2e.taken import (
    assert_each_number_once,
    control_number,
    correlatives,
    counters,
    refuse_every_number,
    replaced,
    take_numbers,
)
from tests.e2e.worker import a_worker, a_worker_works, one_round, work_is_done
from tests.e2e.written import payload
from tests.running_gateway import RunningGateway

NUMBER_EXISTS = "[identificacion.numeroControl] YA EXISTE UN REGISTRO CON ESE VALOR"
IN_LOTS, ONE_BY_ONE = WorkLimits(few=0), WorkLimits(few=1000)


@pytest.mark.parametrize("limits", [IN_LOTS, ONE_BY_ONE], ids=["in lots", "one by one"])
@pytest.mark.parametrize("pending", [0, 1], ids=["at once", "later"])
def test_documents_of_a_contingency_move_on_and_their_event_stays_valid(
    gateway: RunningGateway, limits: WorkLimits, pending: int
) -> None:
    gateway.emulator.control.policy(lot_pending_polls=pending)
    mh_goes_away(gateway)
    sold = sells(gateway, 7)
    take_numbers(gateway, 2, 4)
    mh_comes_back(gateway)
    a_worker_works(gateway, limits)
    [report] = reports(gateway)
    assert sorted(named(report)) == sorted(answer["generation_code"] for answer in sold)
    for answer in sold:
        written = assert_delivered_as_mh_has_it(gateway, answer["external_ref"])["identificacion"]
        assert (written["tipoOperacion"], written["codigoGeneracion"]) == (2, answer["generation_code"])
    now = [status_of(gateway, answer["external_ref"]) for answer in sold]
    assert correlatives(now) == [1, 5, 6, 7, 8, 9, 10]
    assert [row.state for row in contingencies(gateway)] == ["done"]
    assert_each_number_once(gateway, {"01": range(2, 5)})


def test_only_the_number_of_a_document_in_contingency_changes(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sells(gateway, 1)
    take_numbers(gateway, 1, 1)
    mh_comes_back(gateway)
    a_worker_works(gateway)
    [kept] = replaced(gateway)
    before, after = payload(kept["jws"]), status_of(gateway, "caja-0", "?include_dte=1")["schema"]
    assert before["identificacion"].pop("numeroControl") == control_number(1)
    assert after["identificacion"].pop("numeroControl") == control_number(2)
    assert before == after


def test_when_mh_does_not_say_whose_number_it_is_the_document_waits_under_it(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 1)
    gateway.emulator.control.fault("down", "query", None)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["contingency"], answer["control_number"]) == (True, control_number(1))
    assert "warnings" not in answer
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert_delivered_as_mh_has_it(gateway, "caja-1")
    assert status_of(gateway, "caja-1")["control_number"] == control_number(2)
    assert_each_number_once(gateway, {"01": range(1, 2)})


def test_a_query_that_fails_at_delivery_leaves_the_document_where_it_is(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sells(gateway, 1)
    take_numbers(gateway, 1, 1)
    mh_comes_back(gateway)
    gateway.emulator.control.fault("status", "query", 4, status=500)
    a_worker_works(gateway)
    assert_delivered_as_mh_has_it(gateway, "caja-0")
    assert_each_number_once(gateway, {"01": range(1, 2)})


def test_a_whole_contingency_moves_on_past_more_numbers_than_a_call_would(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sold = sells(gateway, 6)
    take_numbers(gateway, 1, 60)
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert correlatives([status_of(gateway, answer["external_ref"]) for answer in sold]) == [*range(61, 67)]
    assert_each_number_once(gateway, {"01": range(1, 61)})


def test_an_mh_that_refuses_every_number_does_not_use_up_the_series(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renumbering, "NUMBERS_FOR_ONE_DOCUMENT", 3)
    mh_goes_away(gateway)
    sells(gateway, 1)
    refuse_every_number(gateway)
    mh_comes_back(gateway)
    a_worker_works(gateway)
    refused = status_of(gateway, "caja-0")
    assert (refused["rejected"], refused["codigo_msg"], refused["control_number"]) == (True, "004", control_number(4))
    again = gateway.post("/invoice", invoice("caja-0"))
    assert (again["rejected"], again["control_number"]) == (True, control_number(13)), "5 and eight more"
    [counter] = counters(gateway)
    assert (counter["last"], counter["taken"]) == (13, 12)


def test_what_mh_has_taken_under_its_number_keeps_the_number(gateway: RunningGateway) -> None:
    """The answer to the delivery is lost, and MH names the number before the code when the document comes again."""
    mh_goes_away(gateway)
    sells(gateway, 1)
    mh_comes_back(gateway)
    control = gateway.emulator.control
    control.fault("answer_lost", "reception")
    control.fault("reject", "reception", code="004", class_code="11", text=NUMBER_EXISTS)
    a_worker_works(gateway)
    assert_delivered_as_mh_has_it(gateway, "caja-0")
    assert status_of(gateway, "caja-0")["control_number"] == control_number(1)
    assert replaced(gateway) == []


def test_a_text_that_mh_stamped_before_the_event_brings_its_number_back(gateway: RunningGateway) -> None:
    """MH answers that it has nothing, and later shows a stamp from before: the stamped text counts, with its number."""
    control = gateway.emulator.control
    mh_goes_away(gateway)
    sold = gateway.post("/invoice", invoice("caja-1"))
    mh_comes_back(gateway)
    control.fault("reject", "reception", code="004", class_code="11", text=NUMBER_EXISTS)

    async def arrives_while_it_moves_on() -> None:
        async with a_worker(gateway) as worker:
            for _ in range(40):
                await one_round(worker)
                gateway.time_passes(seconds=5)
                if await asyncio.to_thread(replaced, gateway):
                    break
            control.move_clock(-600)
            await arrives_at_last(gateway, worker, sold["generation_code"])
            control.move_clock(600)
            await work_is_done(gateway, worker)

    asyncio.run(arrives_while_it_moves_on())
    assert_delivered_as_mh_has_it(gateway, "caja-1")
    assert status_of(gateway, "caja-1")["control_number"] == control_number(1)
