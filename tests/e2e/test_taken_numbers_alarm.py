"""A counter behind MH is an alarm (log, metric, webhook, doctor), and what deaths and races make of a number."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from ocote.clock import system_clock
from ocote.documents.renumbering import Renumbering
from ocote.outbox.webhooks import WantedWebhook, add_webhook
from ocote.parts import open_parts
from ocote.store.engine.opening import open_store
from ocote.store.renumbering import renumber
from ocote.vault import Vault
from tests.builders.bodies import export, invoice
from tests.builders.company import BY, EXPORT_SETTINGS, NIT
from tests.builders.death import Death
from tests.commands import Run
from tests.e2e.in_process import asked, issue_sale, key_holder
from tests.e2e.issued import an_old_ccf
from tests.e2e.meanwhile import meanwhile
from tests.e2e.taken import assert_each_number_once, control_number, counters, documents, replaced, take_numbers
from tests.e2e.worker import a_worker_works, send_what_is_due
from tests.outbox.erp import Erp, open_erp
from tests.running_gateway import RunningGateway, running_gateway


def numbers_taken() -> float:
    return REGISTRY.get_sample_value("ocote_numbers_taken_total", {"environment": "00"}) or 0.0


@pytest.fixture
def erp(gateway: RunningGateway) -> Iterator[Erp]:
    """The company's own software, which gets every event of the gateway."""
    vault = Vault.from_secret(gateway.settings.required_secret())

    async def register(url: str) -> None:
        async with open_store(gateway.database_url) as store:
            await add_webhook(store, vault, system_clock, WantedWebhook(NIT, url, allow_private=True), BY)

    with open_erp() as receiver:
        asyncio.run(register(receiver.url))
        yield receiver


def told(gateway: RunningGateway, erp: Erp) -> list[tuple[str, dict[str, Any]]]:
    """The events that the company's software was told, with their data."""
    send_what_is_due(replace(gateway, settings=replace(gateway.settings, webhook_allow_private=True)))
    return [(one.type.removeprefix("document."), one.message["data"]) for one in erp.told]


def test_every_refused_number_is_an_error_in_the_log_and_in_the_metrics(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 2)
    before = numbers_taken()
    with capture_logs() as lines:
        gateway.post("/invoice", invoice("caja-1"))
    found = [line for line in lines if line["event"] == "number_taken"]
    assert [(line["log_level"], line["refused"], line["number"]) for line in found] == [
        ("error", control_number(1), control_number(2)),
        ("error", control_number(2), control_number(3)),
    ]
    assert found[0]["series"].startswith("01/M001P001/20")
    assert numbers_taken() - before == 2


def test_a_retry_that_takes_a_new_number_is_an_alarm_too(gateway: RunningGateway) -> None:
    take_numbers(gateway, 1, 9)
    assert gateway.post("/invoice", invoice("caja-1"))["rejected"] is True
    before = numbers_taken()
    with capture_logs() as lines:
        assert gateway.post("/invoice", invoice("caja-1"))["control_number"] == control_number(10)
    [line] = [line for line in lines if line["event"] == "number_taken"]
    assert (line["refused"], line["number"]) == (control_number(9), control_number(10))
    assert numbers_taken() - before == 1


def test_webhooks_are_told_of_the_old_and_the_new_number(gateway: RunningGateway, erp: Erp) -> None:
    take_numbers(gateway, 1, 1)
    gateway.post("/invoice", invoice("caja-1"))
    found = dict(told(gateway, erp))
    assert set(found) == {"renumbered", "stamped"}
    moved, stamped = found["renumbered"], found["stamped"]
    assert (moved["previous_control_number"], moved["control_number"]) == (control_number(1), control_number(2))
    assert (moved["dte_success"], moved["generation_code"]) == (False, stamped["generation_code"])
    assert "previous_control_number" not in stamped
    assert stamped["control_number"] == control_number(2)


def test_webhooks_are_told_of_the_number_that_a_retry_takes(gateway: RunningGateway, erp: Erp) -> None:
    take_numbers(gateway, 1, 9)
    gateway.post("/invoice", invoice("caja-1"))
    gateway.post("/invoice", invoice("caja-1"))
    moves = [(d["previous_control_number"], d["control_number"]) for e, d in told(gateway, erp) if e == "renumbered"]
    assert sorted(moves) == [(control_number(n), control_number(n + 1)) for n in range(1, 10)]


def test_doctor_names_the_counter_with_what_to_do(gateway: RunningGateway, run_here: Run) -> None:
    take_numbers(gateway, 1, 3)
    gateway.post("/invoice", invoice("caja-1"))
    examined = run_here("doctor")
    assert examined.status == 1
    seen = " ".join(examined.out.replace("│", " ").split())
    for text in (
        "Correlativo 01 de M001P001",
        "rechazó 3 números",
        "el último número dado es el 4",
        f"ocote number set --company {NIT} --pos M001P001 --type 01 --next N",
        "docs/moving-in.md",
    ):
        assert text in seen, seen


def test_an_export_invoice_moves_on(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path, company=EXPORT_SETTINGS) as gateway:
        take_numbers(gateway, 1, 1, "11")
        answer = gateway.post("/invoice", export("exp-1"))
        assert (answer["dte_success"], answer["control_number"]) == (True, control_number(2, "11"))
        assert_each_number_once(gateway, {"11": range(1, 2)})


def test_the_note_that_cancels_a_ccf_moves_on_and_the_cancellation_says_so(gateway: RunningGateway) -> None:
    an_old_ccf(gateway)
    take_numbers(gateway, 1, 2, "05")
    answer = gateway.post("/invalidate/b2b-1", None)
    assert (answer["invalidated"], answer["created_credit_memo"]) == (True, True)
    assert answer["credit_memo_control_number"] == control_number(3, "05")
    assert [warning["code"] for warning in answer["warnings"]] == ["number_moved"]
    assert "warnings" not in gateway.get("/invalidate/status/b2b-1")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_that_dies_at_the_new_number_leaves_a_document_that_another_finishes(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    take_numbers(gateway, 1, 1)
    moving_on = Renumbering.move_on

    async def dies(*args: Any) -> None:
        if moment == "after":
            await moving_on(*args)
        raise Death

    async def sell() -> None:
        monkeypatch.setattr(Renumbering, "move_on", dies)
        async with open_parts(gateway.settings, clock=gateway.clock) as dying:
            holder = await key_holder(dying, gateway)
            with pytest.raises(Death):
                await issue_sale(dying, holder, asked(invoice("caja-1")))

    asyncio.run(sell())
    monkeypatch.undo()
    [left] = documents(gateway)
    assert left["state"] == "registered"
    gateway.time_passes(minutes=1)
    again = gateway.post("/invoice", invoice("caja-1"))
    assert (again["dte_success"], again["control_number"]) == (True, control_number(2))
    assert len(replaced(gateway)) == 1
    assert_each_number_once(gateway, {"01": range(1, 2)})


def test_two_processes_at_one_document_give_it_one_new_number(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_numbers(gateway, 1, 1)

    def another_process_finishes() -> None:
        gateway.time_passes(minutes=1)
        a_worker_works(gateway)

    meanwhile(monkeypatch, renumber, another_process_finishes)
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["control_number"]) == (True, control_number(2))
    [counter] = counters(gateway)
    assert (counter["last"], counter["taken"]) == (2, 1)
    assert_each_number_once(gateway, {"01": range(1, 2)})


def test_a_call_that_finishes_the_work_of_a_dead_process_tells_of_the_new_number(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_numbers(gateway, 1, 1)

    async def dies(*_: Any) -> None:
        raise Death

    async def sell() -> None:
        monkeypatch.setattr(Renumbering, "move_on", dies)
        async with open_parts(gateway.settings, clock=gateway.clock) as dying:
            with pytest.raises(Death):
                await issue_sale(dying, await key_holder(dying, gateway), asked(invoice("caja-1")))

    asyncio.run(sell())
    monkeypatch.undo()
    answer = gateway.post("/invoice", invoice("caja-1"))
    assert (answer["dte_success"], answer["is_duplicate"]) == (True, False)
    assert [warning["code"] for warning in answer["warnings"]] == ["number_moved"]
