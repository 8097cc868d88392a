"""An event that MH refuses as out of time: the operator is told, MH is left in peace, and no document is lost."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from ocote.contingency.reporting import ContingencyReports
from ocote.store.contingency.overview import overview
from tests.cli.conftest import Run
from tests.e2e.outage import (
    a_worker,
    a_worker_works,
    assert_delivered_as_mh_has_it,
    contingencies,
    mh_comes_back,
    mh_goes_away,
    named,
    reports,
    sells,
    status_of,
    time_passes,
)
from tests.e2e.test_mh_trouble import Death
from tests.house import RunningHouse

_HOUR_S = 3600
_DAYS_AGO = 5


def hours_pass(house: RunningHouse, hours: float) -> None:
    """Every half an hour the background work does what is due."""

    async def work() -> None:
        async with a_worker(house) as worker:
            for _ in range(int(hours * 2)):
                time_passes(house, _HOUR_S / 2)
                while sum([await one() for one in worker.rounds]):
                    pass

    asyncio.run(work())


def the_operator_retries(house: RunningHouse) -> None:
    """What ``ocote contingency retry`` does, by the clock of the test."""

    async def retry() -> None:
        async with a_worker(house) as worker:
            [found] = await worker.store.read(overview)
            async for _ in worker.contingencies.report_again(found.id):
                pass

    asyncio.run(retry())


def events_sent(house: RunningHouse) -> int:
    """How many events MH was sent."""
    sent: int = house.emulator.control.counts().get("contingency", 0)
    return sent


def refused(why: str) -> float | None:
    return REGISTRY.get_sample_value("ocote_contingencies_refused", {"environment": "00", "why": why})


@pytest.fixture
def late(house: RunningHouse) -> RunningHouse:
    """A gateway two of whose documents were in an outage some days ago; MH refused their event, and nobody was at work
    until the day after. Commands that look at the real clock come to the present with it."""
    time_passes(house, -_DAYS_AGO * 24 * _HOUR_S)
    mh_goes_away(house)
    sells(house, 2)
    mh_comes_back(house)
    house.emulator.control.fault("reject", "contingency", text="[emisor.nombreResponsable] VALOR NO VALIDO")
    a_worker_works(house, spans=12)
    assert [row["last_event"] for row in contingencies(house)] == ["rejected"]
    time_passes(house, 25 * _HOUR_S)
    return house


def test_the_operator_is_told_of_a_late_event_and_files_it_again_once_there_is_an_extension(
    late: RunningHouse, run_here: Run
) -> None:
    house = late
    before = [status_of(house, f"caja-{number}", "?include_dte=1")["schema"] for number in range(2)]
    with capture_logs() as told:
        a_worker_works(house, spans=2)
    [line] = [line for line in told if line["event"] == "contingency_event_late"]
    assert (line["log_level"], line["documents"]) == ("error", 2)
    assert "FUERA DE PLAZO" in line["message"]
    assert "contingency_deadline_missed" in [line["event"] for line in told]
    time_passes(house, -house.clock.ahead.total_seconds())
    a_worker_works(house, spans=1)
    assert (refused("late"), refused("rejected")) == (1.0, 0.0)

    [found] = contingencies(house)
    short = found["id"][:8]
    listed, shown = run_here("contingency", "list").out, run_here("contingency", "show", short).out
    for said in (listed, shown):
        for text in ("Hacienda rechazó el evento por estar fuera de plazo", "vencido", "DGII", f"retry {short}"):
            assert text in said, said
    for text in ("rechazado por estar fuera de plazo", "FECHA/HORA TRANSMISION", "por reportar", "otro evento, "):
        assert text in shown, shown
    examined = run_here("doctor")
    assert examined.status == 1
    assert "Hacienda rechazó el evento por estar fuera de plazo" in examined.out

    again = run_here("contingency", "retry", short).out
    assert "Queda en «Hacienda rechazó el evento por estar fuera de plazo»; 2 documentos en espera" in again
    for number, schema in enumerate(before):
        waiting = status_of(house, f"caja-{number}", "?include_dte=1")
        assert (waiting["contingency"], waiting["rejected"], waiting["schema"]) == (True, False, schema)
        assert house.request("GET", f"/file/caja-{number}?type=ticket").content.startswith(b"%PDF")

    house.emulator.control.policy(event_window_h=30 * 24)
    assert "La contingencia terminó: sus 2 documentos" in run_here("contingency", "retry", short).out
    for number, schema in enumerate(before):
        assert assert_delivered_as_mh_has_it(house, f"caja-{number}") == schema
    [report] = reports(house)
    assert len(named(report)) == 2
    a_worker_works(house, spans=1)
    assert refused("late") == 0.0


def test_mh_is_not_pestered_with_late_events_and_takes_one_some_day(late: RunningHouse) -> None:
    house = late
    sent = events_sent(house)
    hours_pass(house, 2 * 24)
    assert [row["last_event"] for row in contingencies(house)] == ["late"]
    assert 7 <= events_sent(house) - sent <= 9, "after 20, 40, 80 minutes and so on"
    sent = events_sent(house)
    house.emulator.control.policy(event_window_h=30 * 24)
    hours_pass(house, 25)
    assert events_sent(house) == sent + 1
    for number in range(2):
        assert_delivered_as_mh_has_it(house, f"caja-{number}")


def test_a_silence_of_mh_does_not_give_back_the_time_that_is_over(late: RunningHouse) -> None:
    house = late
    [before] = contingencies(house)
    for endpoint in ("contingency", "query", "query"):
        house.emulator.control.fault("down", endpoint, 1)
    hours_pass(house, 6)
    assert [(row["last_event"], row["ended_at"]) for row in contingencies(house)] == [("late", before["ended_at"])]
    assert reports(house) == []


@pytest.mark.parametrize(("correction_window_h", "last_event"), [(24, "stamped"), (0, "late")])
def test_a_refused_event_may_be_corrected_for_a_day_after_its_refusal_if_mh_goes_by_that(
    house: RunningHouse, correction_window_h: int, last_event: str
) -> None:
    """MH takes no event of this edition for a day and an hour; the sources leave open by which clock it then goes."""
    control = house.emulator.control
    control.policy(correction_window_h=correction_window_h)
    mh_goes_away(house)
    sells(house, 2)
    control.policy(v1_until="2020-12-31")
    mh_comes_back(house)
    hours_pass(house, 25)
    assert [row["last_event"] for row in contingencies(house)] == ["rejected"]
    control.policy(v1_until=None)
    the_operator_retries(house)
    assert [row["last_event"] for row in contingencies(house)] == [last_event]
    assert [status_of(house, f"caja-{number}")["dte_success"] for number in range(2)] == [last_event == "stamped"] * 2


def test_an_event_that_nobody_was_there_to_send_in_time_is_no_late_one(
    house: RunningHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process dies between the event's signature and its first transmission, and no other runs for a day."""

    async def dies(*_: Any) -> Any:
        raise Death

    mh_goes_away(house)
    sells(house, 2)
    mh_comes_back(house)
    with monkeypatch.context() as patched:
        patched.setattr(ContingencyReports, "_send_event", dies)
        with pytest.raises(Death):
            a_worker_works(house)
    time_passes(house, 30 * _HOUR_S)
    a_worker_works(house)
    assert len(reports(house)) == 1
    for number in range(2):
        assert_delivered_as_mh_has_it(house, f"caja-{number}")
