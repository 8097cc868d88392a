"""An archive in which everything has happened to documents of every type, made through the API, with MH beside it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ocote.clock import system_clock
from ocote.dte.sale import Contingency
from ocote.outbox.webhooks import WantedWebhook, add_webhook
from ocote.parts import USUAL, Tuning
from ocote.store.engine.opening import open_store
from ocote.vault import Vault
from tests.builders.bodies import ccf, export, invoice, note, purchase
from tests.builders.company import BY, EXPORT_SETTINGS, NIT
from tests.e2e.outage import contingencies, mh_comes_back, mh_goes_away, mh_was_looked_for
from tests.e2e.worker import AT_ONCE, a_worker, a_worker_works, work_is_done
from tests.histories.life import Shop, live
from tests.outbox.erp import open_erp
from tests.outbox.mail_server import open_mail_server
from tests.running_gateway import RunningGateway, running_gateway
from tests.waiting import until

REASON = "Corte en la red del proveedor de alojamiento"


@contextmanager
def a_long_life(database_url: str, folder: Path, edition_from: str) -> Iterator[RunningGateway]:
    """A gateway after years in a day: besides the life of the histories, what the archive alone can tell later.

    MH is away at the end, and some documents wait.
    """
    with (
        open_erp() as erp,
        open_mail_server() as mail_server,
        running_gateway(
            database_url,
            folder,
            edition_from=edition_from,
            company=f"{EXPORT_SETTINGS}\n{mail_server.company}",
            tuning=Tuning(USUAL.limits, AT_ONCE),
            webhook_allow_private=True,
        ) as gateway,
    ):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, _announced_to(gateway, erp.url)).result()
        _the_first_text_had_arrived(gateway)
        _the_cause_is_corrected(gateway)
        _notes_take_back_and_are_taken_back(gateway)
        _a_refused_document_is_made_out_to_somebody_else(gateway)
        live(Shop(gateway, erp, mail_server))
        yield gateway


async def _announced_to(gateway: RunningGateway, url: str) -> None:
    vault = Vault.from_secret(gateway.settings.required_secret())
    async with open_store(gateway.database_url) as store:
        await add_webhook(store, vault, system_clock, WantedWebhook(NIT, url, allow_private=True), BY)


def _the_first_text_had_arrived(gateway: RunningGateway) -> None:
    control = gateway.emulator.control
    control.fault("down", "query", None)
    control.fault("answer_lost", "reception")
    control.fault("down", "reception", None)
    for number in (1, 2):
        assert gateway.post("/invoice", invoice(f"arrived-{number}"))["contingency"] is True
    _mh_is_found_again(gateway)
    assert gateway.get("/status/arrived-1")["dte_success"] is True


def _mh_is_found_again(gateway: RunningGateway) -> None:
    heard = gateway.emulator.control.counts()
    mh_comes_back(gateway)
    # The gateway may have looked while another worker was at work; then it does not look again.
    if not mh_was_looked_for(gateway):
        until(lambda: gateway.emulator.control.counts() != heard)
        until(lambda: mh_was_looked_for(gateway))
    a_worker_works(gateway)


def _the_cause_is_corrected(gateway: RunningGateway) -> None:
    mh_goes_away(gateway)
    waiting = [("/invoice", invoice("cause-01")), ("/invoice", export("cause-11")), ("/suex", purchase("cause-14"))]
    for path, body in waiting:
        assert gateway.post(path, body)["contingency"] is True
    [open_one] = [one for one in contingencies(gateway) if one.state == "open"]

    async def work() -> None:
        async with a_worker(gateway) as worker:
            assert await worker.contingencies.correct_cause(open_one.id, Contingency(5, REASON), BY) == len(waiting)
            mh_comes_back(gateway)
            await work_is_done(gateway, worker)

    asyncio.run(work())
    _mh_is_found_again(gateway)
    assert gateway.get("/status/cause-01")["dte_success"] is True


def _notes_take_back_and_are_taken_back(gateway: RunningGateway) -> None:
    for number in (1, 2):
        gateway.post("/invoice", ccf(f"returned-{number}"))
        whole = note(f"returned-{number}", f"return-{number}", full_adjustment=True)
        assert gateway.post("/credit-memo", whole)["dte_success"] is True
    assert gateway.post("/invalidate/return-2", None)["invalidated"] is True
    assert gateway.get("/status/returned-1")["invalidated"] is True
    assert gateway.get("/status/returned-2")["invalidated"] is False


def _a_refused_document_is_made_out_to_somebody_else(gateway: RunningGateway) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert gateway.post("/invoice", invoice("renamed-01", customer_name="Nadie"))["rejected"] is True
    lines = [{"description": "Otra cosa", "quantity": 1, "unit_price": "77.77"}]
    again = gateway.post("/invoice", invoice("renamed-01", customer_name="Alguien, S.A.", lines=lines))
    assert again["dte_success"] is True
