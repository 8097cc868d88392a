import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from ocote.documents.reasons import attempt_text
from ocote.outbox.words import EVENT_WORDS
from ocote.store import outbox, sendings
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Transaction, sql
from ocote.store.outbox import SENT_AGAIN, Attempted, Event, Listeners
from ocote.store.sendings import Channel
from ocote.store.webhooks import webhooks_of
from tests.cli.conftest import NIT
from tests.commands import Run
from tests.store.rows import add_document

NOON = "2026-11-20T18:00:00.000000Z"
URL = "https://erp.example.com/ocote"
DOCUMENT = ("DTE-01-M001P001-000000000000458", "POS7-000915")
ADD = ("webhook", "add", "--company", NIT, "--url", URL)


_NAME = sql("UPDATE document SET control_number = :number, external_ref = :reference WHERE id = :id")


_PAUSE = sql("UPDATE webhook SET paused_until = '2099-11-20T20:00:00.000000Z'")


def _paused() -> Transaction[None]:
    yield _PAUSE()


def _announced() -> Transaction[None]:
    """Another stamped document, announced to the company's webhooks."""
    document = yield from add_document(1, state="stamped")
    listeners = Listeners(webhooks=(yield from webhooks_of(1)))
    yield from outbox.announce(1, document, "document.stamped", NOON, listeners)


def in_store(database_url: str, work: Callable[[], Transaction[None]]) -> None:
    async def do() -> None:
        async with open_store(database_url) as store:
            await store.write(work)

    asyncio.run(do())


def named(document: str) -> Transaction[None]:
    """A document with a number and a reference as they are in life."""
    yield _NAME(id=document, number=DOCUMENT[0], reference=DOCUMENT[1])


def told(database_url: str, how: Attempted) -> str:
    """One stamped document that was announced and mailed, both with this answer; tells the announcement's id."""

    async def tell() -> str:
        async with open_store(database_url) as store:
            document = await store.write(add_document, 1, state="stamped")
            await store.write(named, document)
            listeners = Listeners(True, await store.read(webhooks_of, 1))
            await store.write(outbox.announce, 1, document, "document.stamped", NOON, listeners)
            for lane in await store.read(outbox.due_lanes, NOON):
                for row in await store.write(outbox.claim_due_in_lane, lane, NOON, NOON, 10):
                    await store.write(outbox.record_attempt, row, how, NOON)
            rows = await store.read(sendings.sendings_of, 1, document, "webhook")
            return str(rows[0].id) if rows else ""

    return asyncio.run(tell())


def due(database_url: str, channel: Channel) -> int:
    async def count() -> int:
        async with open_store(database_url) as store:
            return (await store.read(sendings.waiting)).get(channel, 0)

    return asyncio.run(count())


def test_a_webhook_is_added_with_its_secret_alone_and_listed_without_it(
    run: Run, configured: str, company_file: Path
) -> None:
    run("company", "add", str(company_file))
    added = run(*ADD)
    assert added.status == 0
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", added.out)
    listed = run("webhook", "list").out
    for text in (URL, "activo", NIT, "pruebas"):
        assert text in listed
    assert "whsec_" not in listed


def test_a_removed_webhook_is_shown_as_such_and_cannot_be_removed_twice(
    run: Run, configured: str, company_file: Path
) -> None:
    run("company", "add", str(company_file))
    run(*ADD)
    found = re.search(r"wh_[0-9a-f]{12}", run("webhook", "list").out)
    assert found is not None
    assert "quitado" in run("webhook", "remove", found.group()).out
    assert "quitado" in run("webhook", "list").out
    again = run("webhook", "remove", found.group())
    assert again.status == 1
    assert f"No hay ningún webhook activo {found.group()}" in again.err


def test_the_same_address_is_registered_once_at_a_time(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    run(*ADD)
    again = run(*ADD)
    assert (again.status, again.out) == (1, "")
    assert f"ya tiene un webhook con la dirección {URL}" in again.err
    found = re.search(r"wh_[0-9a-f]{12}", run("webhook", "list").out)
    assert found is not None
    run("webhook", "remove", found.group())
    assert run(*ADD).status == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--company", NIT, "--url", "http://erp.example.com/"), "debe ser https://"),
        (("--company", NIT, "--url", "https://10.0.0.1/"), "OCOTE_WEBHOOK_ALLOW_PRIVATE=on"),
        (("--company", "06140101260018", "--url", URL), "No hay ninguna empresa con NIT 06140101260018"),
        (("--company", NIT, "--url", URL, "--environment", "01"), "No hay ninguna empresa con NIT"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused(
    run: Run, configured: str, company_file: Path, options: tuple[str, ...], said: str
) -> None:
    run("company", "add", str(company_file))
    ended = run("webhook", "add", *options)
    assert (ended.status, ended.out) == (1, "")
    assert said in ended.err


def test_the_operator_may_admit_the_own_network(
    run: Run, configured: str, company_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCOTE_WEBHOOK_ALLOW_PRIVATE", "on")
    run("company", "add", str(company_file))
    assert run("webhook", "add", "--company", NIT, "--url", "http://10.0.0.1:9000/").status == 0


def test_deliveries_are_listed_with_what_was_answered(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    run(*ADD)
    delivery = told(configured, Attempted("refused", None, 410, "ya no existe"))
    for options in ((), ("--company", NIT), ("--unsent",)):
        listed = run("webhook", "deliveries", *options).out
        for text in (delivery, *DOCUMENT, "Documento sellado", "Aviso rechazado, 20/11/2026 12:00", "410 ya no existe"):
            assert text in listed


def test_a_delivery_can_be_copied_from_a_narrow_terminal(
    run: Run, configured: str, company_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run("company", "add", str(company_file))
    run(*ADD)
    delivery = told(configured, Attempted("queued", "2026-11-20T18:05:00.000000Z", None, "no answer within 15 s"))
    listed = run("webhook", "deliveries").out
    for text in (delivery, *DOCUMENT, "Próximo intento: 20/11/2026 12:05", "1.º intento: no respondió en 15 s"):
        assert any(text in line for line in listed.splitlines()), listed
    assert max(map(len, listed.splitlines())) <= 80
    assert run("webhook", "replay", delivery).status == 0


@pytest.mark.parametrize(
    ("status", "stored", "shown"),
    [
        (550, "no such user", "550 no such user"),
        (535, "login refused: bad credentials", "535 no acepta el usuario y la contraseña: bad credentials"),
        (None, "no connection: Connect call failed ('192.0.2.1', 25)", "nada atiende en ese puerto"),
        (None, "Connection lost; the message may have arrived", "cortó la conexión; quizás llegó"),
        (None, "the document is stamped now", "el documento ya está sellado"),
        (None, "internal fault: KeyError", "falla interna (KeyError); vea el registro del proceso"),
        (535, "[login_refused] bad credentials", "535 no acepta el usuario y la contraseña: bad credentials"),
        (None, "[no_connection] Connect call failed ('192.0.2.1', 25)", "nada atiende en ese puerto"),
        (None, "[no_connection] Out of luck", "no hay conexión: Out of luck"),
        (None, "[may_have_arrived] Connection lost", "cortó la conexión; quizás llegó"),
        (None, "[document_changed] rejected", "Hacienda rechazó el documento"),
        (None, "[document_changed] registered", "el documento espera la respuesta de Hacienda"),
        (None, "[private_address] 10.0.0.1", "10.0.0.1 no es una dirección pública de Internet"),
        (200, "[webhook_removed]", "200 [webhook_removed]"),
        (None, "something else", "something else"),
    ],
)
def test_our_own_reasons_are_told_in_spanish_and_others_as_they_were_said(
    status: int | None, stored: str, shown: str
) -> None:
    assert attempt_text(status, stored) == shown


def test_every_event_has_a_name() -> None:
    assert set(EVENT_WORDS) == {*get_args(Event), SENT_AGAIN}


def test_a_delivery_is_replayed(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    run(*ADD)
    delivery = told(configured, Attempted("sent", None, 200, "ok"))
    assert due(configured, "webhook") == 0
    assert run("webhook", "replay", delivery).status == 0
    assert due(configured, "webhook") == 1
    unknown = run("webhook", "replay", "nada")
    assert unknown.status == 1
    assert "No hay ninguna entrega nada" in unknown.err


def test_a_delivery_is_shown_with_the_pause_that_its_receiver_asked_for(
    run: Run, configured: str, company_file: Path
) -> None:
    run("company", "add", str(company_file))
    run(*ADD)
    delivery = told(configured, Attempted("queued", "2026-11-20T18:05:00.000000Z", 503, "vuelva luego"))
    in_store(configured, _paused)
    assert "Próximo intento: 20/11/2099 14:00" in run("webhook", "deliveries").out
    assert run("webhook", "replay", delivery).status == 0
    assert "2099" not in run("webhook", "deliveries").out


@pytest.mark.parametrize(("held", "said"), [(1, "se guardó 1 aviso."), (2, "se guardaron 2 avisos.")])
def test_what_was_held_is_counted_when_the_webhook_is_switched_on(
    run: Run, configured: str, company_file: Path, held: int, said: str
) -> None:
    hook = _switched_off(run, company_file)
    for _ in range(held):
        in_store(configured, _announced)
    assert said in run("webhook", "enable", hook).out


def test_the_doctor_says_nothing_of_what_was_held_for_a_removed_webhook(
    run: Run, configured: str, company_file: Path
) -> None:
    hook = _switched_off(run, company_file)
    told(configured, Attempted("sent", None, 200, "ok"))
    assert "guardados, porque su webhook" in run("doctor", "--offline").out
    run("webhook", "remove", hook)
    assert "guardados, porque su webhook" not in run("doctor", "--offline").out
    assert "Aviso sin objeto" in run("webhook", "deliveries").out


def _switched_off(run: Run, company_file: Path) -> str:
    run("company", "add", str(company_file))
    run(*ADD)
    found = re.search(r"wh_[0-9a-f]{12}", run("webhook", "list").out)
    assert found is not None
    run("webhook", "disable", found.group())
    return found.group()


def test_mails_are_listed_with_what_the_mail_server_said(run: Run, configured: str, company_file: Path) -> None:
    run("company", "add", str(company_file))
    told(configured, Attempted("refused", None, 550, "no such user"))
    listed = run("email", "list", "--unsent", "--company", NIT).out
    for text in ("cliente@example.com", *DOCUMENT, "Documento sellado", "Correo rechazado", "550 no such user"):
        assert text in listed


def test_without_any_the_lists_say_why(run: Run, configured: str) -> None:
    assert "ocote webhook add" in run("webhook", "list").out
    assert "ocote webhook list" in run("webhook", "deliveries").out
    assert "[smtp]" in run("email", "list").out
