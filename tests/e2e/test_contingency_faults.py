"""A contingency in which more goes wrong: lost answers, a second outage, dying workers. Nothing happens twice."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ocote.contingency.piece import WorkLimits
from ocote.mh.hosts import MhHost
from ocote.signing import jws
from ocote.store import documents
from ocote.store.contingency.contingencies import enter
from ocote.store.contingency.joining import ContingencyChanged
from ocote.store.contingency.overview import overview
from ocote.store.engine.opening import open_store
from ocote.store.outbox import NOBODY
from ocote.store.verdict import Verdict
from ocote.work.leases import LEASE_LASTS
from tests.builders.bodies import invoice
from tests.builders.death import Death
from tests.e2e.in_process import asked, issue_sale, key_holder
from tests.e2e.meanwhile import meanwhile
from tests.e2e.outage import (
    assert_delivered_as_mh_has_it,
    comes_to,
    contingencies,
    mh_comes_back,
    mh_goes_away,
    mh_was_looked_for,
    named,
    reports,
    sells,
)
from tests.e2e.worker import a_worker, a_worker_works, one_round, work_is_done
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until

IN_LOTS, ONE_BY_ONE = WorkLimits(few=0), WorkLimits(few=1000)
HEAD = "identificacion"
KNOWN_BUYER = "06140102260013"
"""A taxpayer that MH knows by its registration number, 123457-5."""


@pytest.mark.parametrize("limits", [IN_LOTS, ONE_BY_ONE], ids=["in-lots", "one-by-one"])
def test_answers_of_mh_that_are_lost_lead_to_nothing_twice(gateway: RunningGateway, limits: WorkLimits) -> None:
    mh_goes_away(gateway)
    sells(gateway, 3)
    mh_comes_back(gateway)
    for endpoint in ("contingency", "lot", "reception"):
        gateway.emulator.control.fault("answer_lost", endpoint)
    a_worker_works(gateway, limits)
    assert len(reports(gateway)) == 1
    assert gateway.emulator.control.counts()["contingency"] == 2
    assert len(gateway.emulator.control.documents()) == 3
    for number in range(3):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")


@pytest.mark.parametrize("limits", [IN_LOTS, ONE_BY_ONE], ids=["in-lots", "one-by-one"])
def test_mh_may_go_away_again_at_every_step(gateway: RunningGateway, limits: WorkLimits) -> None:
    control = gateway.emulator.control
    control.fault("slow", "reception", 1, seconds=1.2, store=False)
    mh_goes_away(gateway)
    sells(gateway, 3)
    mh_comes_back(gateway)
    for endpoint in ("query", "contingency", "lot", "lot_query", "reception"):
        control.fault("down", endpoint, 2)
        control.fault("status", endpoint, status=503)
    a_worker_works(gateway, limits)
    assert len(reports(gateway)) == 1
    for number in range(3):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")


def test_when_mh_stays_away_for_a_day_after_a_short_return_the_day_of_the_event_begins_anew(
    gateway: RunningGateway,
) -> None:
    mh_goes_away(gateway)
    gateway.post("/invoice", invoice("caja-0"))
    mh_comes_back(gateway)
    gateway.emulator.control.fault("down", "contingency", None)
    a_worker_works(gateway, spans=3)
    assert [row.state for row in contingencies(gateway)] == ["filing"]
    gateway.time_passes(seconds=30 * 3600)
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert len(reports(gateway)) == 1
    assert_delivered_as_mh_has_it(gateway, "caja-0")


def test_documents_of_a_new_outage_have_a_contingency_of_their_own(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    gateway.post("/invoice", invoice("caja-0"))
    mh_comes_back(gateway)

    async def work() -> None:
        async with a_worker(gateway) as worker:
            await comes_to(gateway, worker, "filing")
            mh_goes_away(gateway)
            await asyncio.to_thread(gateway.post, "/invoice", invoice("caja-1"))
            assert {row.state for row in await worker.store.read(overview)} == {"open", "filing"}
            mh_comes_back(gateway)
            await work_is_done(gateway, worker)

    asyncio.run(work())
    assert [len(named(report)) for report in reports(gateway)] == [1, 1]
    for number in range(2):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")


async def test_while_mh_is_known_to_be_down_a_document_costs_one_signature_and_one_commit(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    signatures = 0
    sign = jws.sign

    def counted(*arguments: Any) -> str:
        nonlocal signatures
        signatures += 1
        return sign(*arguments)

    mh_goes_away(gateway)
    async with a_worker(gateway) as own:
        holder = await key_holder(own, gateway)
        for number in range(2):
            await issue_sale(own, holder, asked(invoice(f"caja-{number}")))
        asked_of_mh, committed = gateway.emulator.control.counts(), own.store.commits
        monkeypatch.setattr(jws, "sign", counted)
        issued = await issue_sale(own, holder, asked(invoice("caja-2")))
        assert issued.document.state == "contingency"
        assert (signatures, own.store.commits - committed) == (1, 1)
        assert gateway.emulator.control.counts() == asked_of_mh


@pytest.mark.parametrize("limits", [IN_LOTS, ONE_BY_ONE], ids=["in-lots", "one-by-one"])
def test_what_a_dying_worker_leaves_another_one_finishes(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, limits: WorkLimits
) -> None:
    gateway.emulator.control.fault("slow", "reception", 1, seconds=1.2, store=False)
    mh_goes_away(gateway)
    sells(gateway, 3)
    mh_comes_back(gateway)
    calls = ("query", "send_contingency_event", *(("send_lot", "query_lot") if limits is IN_LOTS else ("send_once",)))
    for call in calls:
        for moment in ("before", "after"):
            with monkeypatch.context() as patched:
                patched.setattr(MhHost, call, dies(getattr(MhHost, call), moment))
                with pytest.raises(Death):
                    a_worker_works(gateway, limits)
            gateway.time_passes(seconds=60)
    a_worker_works(gateway, limits)
    assert len(reports(gateway)) == 1
    assert len(gateway.emulator.control.documents()) == 3
    for number in range(3):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")


def dies(call: Any, moment: str) -> Any:
    """The call, under which the process dies, before it went to MH or after MH has answered."""

    async def dying(*arguments: Any, **options: Any) -> Any:
        if moment == "after":
            await call(*arguments, **options)
        raise Death

    return dying


def test_two_workers_at_once_do_nothing_twice(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sells(gateway, 12)
    mh_comes_back(gateway)

    async def work() -> None:
        # Time passes only while neither works: one that merely waits must not let the other's lease run out.
        async with a_worker(gateway) as one, a_worker(gateway) as other:
            while await one.store.read(overview):
                while any(await asyncio.gather(one_round(one), one_round(other))):
                    pass
                gateway.time_passes(seconds=5)

    asyncio.run(work())
    counts = gateway.emulator.control.counts()
    assert (len(reports(gateway)), counts["contingency"], counts["lot"]) == (1, 1, 1)
    assert len(gateway.emulator.control.documents()) == 12


async def test_a_refusal_is_not_kept_of_a_document_that_was_corrected_meanwhile(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker kept it first, the caller corrected the document, and MH went away before it came."""
    mh_goes_away(gateway)
    [made] = sells(gateway, 1)
    mh_comes_back(gateway)

    async def settle() -> None:
        async with open_store(gateway.database_url) as store:
            refused = Verdict("rejected", None, "RECHAZADO", "no", "020", "[]", "{}")
            row = await store.read(documents.document_by_ref, 1, "caja-0")
            assert row is not None
            await store.write(documents.settle, 1, row, refused, row.posted_at, NOBODY)

    def others_act() -> None:
        asyncio.run(settle())
        gateway.emulator.control.fault("down", "reception", None)
        corrected = gateway.post("/invoice", invoice("caja-0", customer_name="Ana Beltrán"))
        assert corrected["contingency"] is True

    async with a_worker(gateway) as worker:
        await comes_to(gateway, worker, "delivering")
        gateway.emulator.control.fault("reject", "reception", code="020", text="CALCULO INCORRECTO")
        meanwhile(monkeypatch, documents.document_by_id, others_act)
        for one in worker.rounds:
            await one()
    status = gateway.get("/status/caja-0")
    assert (status["document_id"], status["contingency"]) == (made["document_id"], True)


def test_after_two_vain_attempts_callers_are_answered_at_once_and_mh_is_found_within_seconds(
    database_url: str, tmp_path: Path
) -> None:
    with running_gateway(database_url, tmp_path) as gateway:
        gateway.post("/invoice", invoice("before"))
        gateway.emulator.stop()
        for number in range(2):
            assert gateway.post("/invoice", invoice(f"caja-{number}"))["contingency"] is True
        reply = gateway.request("POST", "/invoice", invoice("caja-2"))
        assert reply.json()["contingency"] is True
        assert "mh;" not in reply.headers["server-timing"], "nobody waits for an MH that is known to be down"
        gateway.emulator.start()
        until(lambda: mh_was_looked_for(gateway), seconds=15)


def test_many_tills_that_meet_the_outage_in_the_same_moment_open_one_contingency(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: gateway.post("/invoice", invoice()), range(24)))
    assert all(answer["contingency"] for answer in answers)
    [found] = contingencies(gateway)
    assert found.waiting == 24


async def test_a_sale_without_reference_that_cannot_enter_a_contingency_keeps_its_one_number(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contingency changes before each try to enter: the document stays, and the background work finishes it."""
    mh_goes_away(gateway)
    async with a_worker(gateway) as own:
        write: Any = type(own.store).write

        async def changing(store: Any, unit: Any, *args: Any, **kwargs: Any) -> Any:
            if unit is enter:
                raise ContingencyChanged
            return await write(store, unit, *args, **kwargs)

        monkeypatch.setattr(type(own.store), "write", changing)
        issued = await issue_sale(own, await key_holder(own, gateway), asked(invoice()))
        assert issued.document.state == "registered"
        monkeypatch.setattr(type(own.store), "write", write)
        mh_comes_back(gateway)
        gateway.time_passes(seconds=LEASE_LASTS.total_seconds() + 1)
        await work_is_done(gateway, own)
        found = await own.store.read(documents.document_by_id, 1, issued.document.id)
        assert found is not None
        assert (found.state, found.control_number[-3:]) == ("stamped", "001")
    assert len(gateway.emulator.control.documents()) == 1
