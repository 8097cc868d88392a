"""An event that MH refuses as out of time: the operator is told, MH is left in peace, and no document is lost."""

import asyncio
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from ocote.contingency.reporting import ContingencyReports
from ocote.store.contingency.overview import overview
from tests.builders.company import BY
from tests.builders.death import Death
from tests.commands import Run
from tests.e2e.outage import (
    assert_delivered_as_mh_has_it,
    contingencies,
    mh_comes_back,
    mh_goes_away,
    named,
    reports,
    sells,
    status_of,
)
from tests.e2e.worker import a_worker, a_worker_works, all_that_is_due
from tests.running_gateway import RunningGateway

_HOUR_S = 3600
_DAYS_AGO = 5


def hours_pass(gateway: RunningGateway, hours: float) -> None:
    """Every half an hour the background work does what is due."""

    async def work() -> None:
        async with a_worker(gateway) as worker:
            for _ in range(int(hours * 2)):
                gateway.time_passes(seconds=_HOUR_S / 2)
                await all_that_is_due(worker)

    asyncio.run(work())


def the_operator_retries(gateway: RunningGateway) -> None:
    """What ``ocote contingency retry`` does, by the clock of the test."""

    async def retry() -> None:
        async with a_worker(gateway) as worker:
            [found] = await worker.store.read(overview)
            async for _ in worker.contingencies.report_again(found.id, BY):
                pass

    asyncio.run(retry())


def events_sent(gateway: RunningGateway) -> int:
    """How many events MH was sent."""
    sent: int = gateway.emulator.control.counts().get("contingency", 0)
    return sent


def refused(why: str) -> float | None:
    return REGISTRY.get_sample_value("ocote_contingencies_refused", {"environment": "00", "why": why})


@pytest.fixture
def late(gateway: RunningGateway) -> RunningGateway:
    """A gateway two of whose documents were in an outage some days ago; MH refused their event, and nobody was at work
    until the day after. Commands that look at the real clock come to the present with it."""
    gateway.time_passes(seconds=-_DAYS_AGO * 24 * _HOUR_S)
    mh_goes_away(gateway)
    sells(gateway, 2)
    mh_comes_back(gateway)
    gateway.emulator.control.fault("reject", "contingency", text="[emisor.nombreResponsable] VALOR NO VALIDO")
    a_worker_works(gateway, spans=12)
    assert [row.last_event for row in contingencies(gateway)] == ["rejected"]
    gateway.time_passes(seconds=25 * _HOUR_S)
    return gateway


def test_the_operator_is_told_of_a_late_event_and_files_it_again_once_there_is_an_extension(
    late: RunningGateway, run_here: Run
) -> None:
    gateway = late
    before = [status_of(gateway, f"caja-{number}", "?include_dte=1")["schema"] for number in range(2)]
    with capture_logs() as told:
        a_worker_works(gateway, spans=2)
    [line] = [line for line in told if line["event"] == "contingency_event_late"]
    assert (line["log_level"], line["documents"]) == ("error", 2)
    assert "FUERA DE PLAZO" in line["message"]
    assert "contingency_deadline_missed" in [line["event"] for line in told]
    gateway.time_passes(seconds=-gateway.clock.ahead.total_seconds())
    a_worker_works(gateway, spans=1)
    assert (refused("late"), refused("rejected")) == (1.0, 0.0)

    [found] = contingencies(gateway)
    short = found.id[:8]
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
        waiting = status_of(gateway, f"caja-{number}", "?include_dte=1")
        assert (waiting["contingency"], waiting["rejected"], waiting["schema"]) == (True, False, schema)
        assert gateway.request("GET", f"/file/caja-{number}?type=ticket").content.startswith(b"%PDF")

    gateway.emulator.control.policy(event_window_h=30 * 24)
    assert "La contingencia terminó: sus 2 documentos" in run_here("contingency", "retry", short).out
    for number, schema in enumerate(before):
        assert assert_delivered_as_mh_has_it(gateway, f"caja-{number}") == schema
    [report] = reports(gateway)
    assert len(named(report)) == 2
    a_worker_works(gateway, spans=1)
    assert refused("late") == 0.0


def test_mh_is_not_pestered_with_late_events_and_takes_one_some_day(late: RunningGateway) -> None:
    gateway = late
    sent = events_sent(gateway)
    hours_pass(gateway, 2 * 24)
    assert [row.last_event for row in contingencies(gateway)] == ["late"]
    assert 7 <= events_sent(gateway) - sent <= 9, "after 20, 40, 80 minutes and so on"
    sent = events_sent(gateway)
    gateway.emulator.control.policy(event_window_h=30 * 24)
    hours_pass(gateway, 25)
    assert events_sent(gateway) == sent + 1
    for number in range(2):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")


def test_a_silence_of_mh_does_not_give_back_the_time_that_is_over(late: RunningGateway) -> None:
    gateway = late
    [before] = contingencies(gateway)
    for endpoint in ("contingency", "query", "query"):
        gateway.emulator.control.fault("down", endpoint, 1)
    hours_pass(gateway, 6)
    assert [(row.last_event, row.ended_at) for row in contingencies(gateway)] == [("late", before.ended_at)]
    assert reports(gateway) == []


@pytest.mark.parametrize(("correction_window_h", "last_event"), [(24, "stamped"), (0, "late")])
def test_a_refused_event_may_be_corrected_for_a_day_after_its_refusal_if_mh_goes_by_that(
    gateway: RunningGateway, correction_window_h: int, last_event: str
) -> None:
    """MH takes no event of this edition for a day and an hour; the sources leave open by which clock it then goes."""
    control = gateway.emulator.control
    control.policy(correction_window_h=correction_window_h)
    mh_goes_away(gateway)
    sells(gateway, 2)
    control.policy(v1_until="2020-12-31")
    mh_comes_back(gateway)
    hours_pass(gateway, 25)
    assert [row.last_event for row in contingencies(gateway)] == ["rejected"]
    control.policy(v1_until=None)
    the_operator_retries(gateway)
    assert [row.last_event for row in contingencies(gateway)] == [last_event]
    assert [status_of(gateway, f"caja-{number}")["dte_success"] for number in range(2)] == [last_event == "stamped"] * 2


def test_an_event_that_nobody_was_there_to_send_in_time_is_no_late_one(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process dies between the event's signature and its first transmission, and no other runs for a day."""

    async def dies(*_: Any) -> Any:
        raise Death

    mh_goes_away(gateway)
    sells(gateway, 2)
    mh_comes_back(gateway)
    with monkeypatch.context() as patched:
        patched.setattr(ContingencyReports, "_send_event", dies)
        with pytest.raises(Death):
            a_worker_works(gateway)
    gateway.time_passes(seconds=30 * _HOUR_S)
    a_worker_works(gateway)
    assert len(reports(gateway)) == 1
    for number in range(2):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")
