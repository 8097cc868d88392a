"""One thing that does not go on holds up nothing else: no document waits for ever because of another one."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from ocote.clock import system_clock
from ocote.companies.file.parse import read_company_file
from ocote.companies.registry import add_company
from ocote.contingency.piece import WorkLimits
from ocote.documents.signed import number_in
from ocote.parts import Parts
from ocote.store.contingency import contingencies as rows
from ocote.store.document_row import DocumentRow
from ocote.store.documents import document_by_ref
from ocote.store.engine.opening import open_store
from ocote.vault import Vault
from tests.builders.bodies import invoice
from tests.builders.company import BY
from tests.e2e.outage import (
    assert_delivered_as_mh_has_it,
    comes_to,
    mh_comes_back,
    mh_goes_away,
    named,
    reports,
    sells,
)
from tests.e2e.worker import a_worker, a_worker_works, all_that_is_due, work_is_done
from tests.running_gateway import RunningGateway

IN_LOTS = WorkLimits(few=0)


def works_until(gateway: RunningGateway, limits: WorkLimits, done: Callable[[], bool], spans: int = 300) -> None:
    """A worker works, a minute passing whenever nothing is due, until it is so."""

    async def work() -> None:
        async with a_worker(gateway, limits) as worker:
            for _ in range(spans):
                await all_that_is_due(worker)
                if done():
                    return
                gateway.time_passes(seconds=60)
            raise AssertionError("it did not happen")

    asyncio.run(work())


def is_stamped(gateway: RunningGateway, number: int) -> bool:
    return gateway.get(f"/status/caja-{number}")["dte_success"] is True


def test_a_document_that_mh_tells_nothing_about_holds_up_no_other(gateway: RunningGateway) -> None:
    gateway.post("/invoice", invoice())
    mh_goes_away(gateway)
    sold = sells(gateway, 3)
    mh_comes_back(gateway)
    doubtful = sold[0]["generation_code"]
    gateway.emulator.control.fault("status", "query", None, status=500, generation_code=doubtful)
    works_until(gateway, WorkLimits(), lambda: is_stamped(gateway, 1) and is_stamped(gateway, 2))

    assert not is_stamped(gateway, 0)
    assert gateway.get("/status/caja-0")["contingency_deadline"] is not None, "the day of its event has begun"
    assert doubtful not in named(reports(gateway)[0])
    mh_comes_back(gateway)
    works_until(gateway, WorkLimits(), lambda: is_stamped(gateway, 0))
    assert [len(named(report)) for report in reports(gateway)] == [2, 1]
    assert_delivered_as_mh_has_it(gateway, "caja-0")


def test_documents_of_a_lot_that_mh_tells_nothing_about_go_by_themselves(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sells(gateway, 3)
    mh_comes_back(gateway)
    gateway.emulator.control.policy(lot_pending_polls=10**6)
    gateway.emulator.control.fault("status", "lot_query", None, status=404)
    works_until(gateway, IN_LOTS, lambda: all(is_stamped(gateway, number) for number in range(3)))
    for number in range(3):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")
    assert gateway.emulator.control.counts()["lot"] == 1


def test_so_do_those_of_a_lot_that_is_never_taken(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sells(gateway, 3)
    mh_comes_back(gateway)
    gateway.emulator.control.fault("garbage", "lot", None, form="html", status=413)
    a_worker_works(gateway, IN_LOTS)
    for number in range(3):
        assert_delivered_as_mh_has_it(gateway, f"caja-{number}")


def test_a_document_that_mh_does_not_judge_holds_up_no_other(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sold = sells(gateway, 3)
    mh_comes_back(gateway)
    doubtful = sold[0]["generation_code"]
    gateway.emulator.control.fault("garbage", "reception", None, form="html", status=413, generation_code=doubtful)
    works_until(gateway, WorkLimits(), lambda: is_stamped(gateway, 1) and is_stamped(gateway, 2))
    assert not is_stamped(gateway, 0)
    mh_comes_back(gateway)
    works_until(gateway, WorkLimits(), lambda: is_stamped(gateway, 0))


def test_a_refused_event_holds_up_no_document_of_another_one(gateway: RunningGateway) -> None:
    limits = WorkLimits(documents_per_event=2)
    mh_goes_away(gateway)
    sells(gateway, 3)
    mh_comes_back(gateway)

    async def work() -> None:
        async with a_worker(gateway, limits) as worker:
            await comes_to(gateway, worker, "filing")
            while not reports(gateway):
                for one in worker.rounds:
                    await one()
            gateway.emulator.control.fault("reject", "contingency", None, text="[emisor.nombre] VALOR NO VALIDO")

    asyncio.run(work())
    works_until(gateway, limits, lambda: is_stamped(gateway, 0) and is_stamped(gateway, 1))
    assert not is_stamped(gateway, 2)
    mh_comes_back(gateway)
    works_until(gateway, limits, lambda: is_stamped(gateway, 2))


def test_the_period_holds_what_a_process_with_a_fast_clock_issued(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sells(gateway, 2)
    gateway.clock.ahead += timedelta(seconds=50)
    gateway.post("/invoice", invoice("caja-2"))
    gateway.clock.ahead -= timedelta(seconds=50)
    mh_comes_back(gateway)
    a_worker_works(gateway)
    [report] = reports(gateway)
    assert len(named(report)) == 3
    assert_delivered_as_mh_has_it(gateway, "caja-2")


def test_a_clock_that_was_wrong_for_a_moment_puts_nothing_off(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    sells(gateway, 2)

    async def look_in_vain() -> None:
        async with a_worker(gateway) as worker:
            for one in worker.rounds:
                await one()

    gateway.clock.ahead += timedelta(days=30)
    asyncio.run(look_in_vain())
    gateway.clock.ahead -= timedelta(days=30)
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert len(reports(gateway)) == 1


def test_documents_of_a_place_that_was_closed_meanwhile_are_reported(gateway: RunningGateway) -> None:
    """Its key neither issues nor cancels any more."""
    gateway.post("/invoice", invoice("before"))
    mh_goes_away(gateway)
    sells(gateway, 2)
    file = gateway.folder / "empresa.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('code = "M001"', 'code = "M002"'), encoding="utf-8")

    async def register() -> None:
        async with open_store(gateway.database_url) as store:
            vault = Vault.from_secret(gateway.settings.required_secret())
            await add_company(store, vault, read_company_file(file), system_clock, BY)

    asyncio.run(register())
    mh_comes_back(gateway)
    a_worker_works(gateway)
    assert [len(named(report)) for report in reports(gateway)] == [2]
    for path, body in (("/invalidate/before", None), ("/invoice", invoice("after"))):
        refused = gateway.request("POST", path, body)
        assert (refused.status, refused.json()["code"]) == (409, "company_not_ready")


def test_a_stamp_found_before_a_document_was_reported_settles_nothing_after_it(gateway: RunningGateway) -> None:
    """Between the question and its answer another process may have reported the document, and sent its second text."""
    gateway.post("/invoice", invoice())
    mh_goes_away(gateway)
    sells(gateway, 2)
    mh_comes_back(gateway)

    async def work() -> None:
        async with a_worker(gateway) as worker:
            before = await document(worker, "caja-0")
            assert before.ask_from is not None
            await comes_to(gateway, worker, "delivering")
            late = await worker.store.write(rows.as_first_signed, before, number_in, before.posted_at)
            assert late is None
            await work_is_done(gateway, worker)

    asyncio.run(work())
    assert_delivered_as_mh_has_it(gateway, "caja-0")


async def document(worker: Parts, reference: str) -> DocumentRow:
    row = await worker.store.read(document_by_ref, 1, reference)
    assert row is not None
    return row
