"""What customers find in their mailboxes, and what the company's software learns of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from errno import EAGAIN
from pathlib import Path
from typing import Any

import pytest

from ocote.mail import smtp
from ocote.outbox import mail as courier
from ocote.outbox import mailbox
from ocote.parts import open_parts
from ocote.printing.press import press
from tests.builders.bodies import ccf, invoice
from tests.builders.death import Death
from tests.e2e.in_process import asked, issue_sale, key_holder
from tests.e2e.worker import a_worker_works, send_what_is_due
from tests.outbox.mail_server import HANGS_UP, STALLS, MailServer, open_mail_server
from tests.running_gateway import RunningGateway, running_gateway

CUSTOMER = {"name": "Cliente de Prueba", "email": "cliente@example.com"}


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with open_mail_server() as opened:
        yield opened


@pytest.fixture
def gateway(database_url: str, tmp_path: Path, mail_server: MailServer) -> Iterator[RunningGateway]:
    """A gateway of a company with a mail server."""
    with running_gateway(database_url, tmp_path, company=mail_server.company) as running:
        yield running


def sale(reference: str, **more: Any) -> dict[str, Any]:
    return invoice(reference, customer=CUSTOMER, **more)


def attachments(mail: EmailMessage) -> dict[str, bytes]:
    parts: Iterator[Any] = mail.iter_attachments()  # declared as parts of text, which they are not
    return {str(part.get_filename()): part.get_payload(decode=True) for part in parts}


def body(mail: EmailMessage) -> str:
    """The text of a message, its lines joined."""
    text = mail.get_body(("plain",))
    assert text is not None
    return " ".join(text.get_content().split())


def emails(gateway: RunningGateway, reference: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = gateway.get(f"/documents/{reference}/email")["emails"]
    return found


def test_a_stamped_document_reaches_the_customer_and_the_copy_address(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    answer = gateway.post("/invoice", sale("caja-1", redirect_email="archivo@example.com"))
    send_what_is_due(gateway)
    assert sorted(mail["To"] for mail in mail_server.mails) == ["archivo@example.com", "cliente@example.com"]
    [mail] = mail_server.to("cliente@example.com")
    assert mail["From"] == "Café de Prueba <facturas@example.com>"
    assert answer["control_number"] in mail["Subject"]
    files = attachments(mail)
    code = answer["generation_code"]
    assert list(files) == [f"{code}.pdf", f"{code}.json"]
    assert files[f"{code}.pdf"].startswith(b"%PDF-")
    assert files[f"{code}.json"] == gateway.request("GET", "/file/caja-1?type=json").content
    told = sorted((one["to"], one["state"], one["attempts"], one["code"]) for one in emails(gateway, "caja-1"))
    assert told == [("archivo@example.com", "sent", 1, 250), ("cliente@example.com", "sent", 1, 250)]
    send_what_is_due(gateway)
    assert len(mail_server.mails) == 2


def test_a_document_without_addresses_is_mailed_to_nobody(gateway: RunningGateway, mail_server: MailServer) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    send_what_is_due(gateway)
    assert (mail_server.mails, emails(gateway, "caja-1")) == ([], [])


def test_a_customer_without_address_is_not_mailed_at_the_companys_own(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    voucher = ccf("b2b-1")
    voucher["customer"] = {name: value for name, value in voucher["customer"].items() if name != "email"}
    gateway.post("/invoice", voucher)
    gateway.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    send_what_is_due(gateway)
    signed = gateway.get("/status/b2b-1?include_dte=1")["schema"]
    assert signed["receptor"]["correo"] == "facturas@example.com", "MH wants an address in every CCF"
    assert mail_server.mails == []


def test_a_note_is_mailed_to_whom_its_ccf_was(gateway: RunningGateway, mail_server: MailServer) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    note = gateway.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    send_what_is_due(gateway)
    assert [mail["To"] for mail in mail_server.mails] == ["compras@example.com"] * 2
    assert [mail for mail in mail_server.mails if note["control_number"] in mail["Subject"]]


def test_a_rejected_document_is_mailed_only_once_it_is_corrected(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    gateway.emulator.control.fault("reject", "reception", code="096")
    assert gateway.post("/invoice", sale("caja-1"))["rejected"] is True
    send_what_is_due(gateway)
    assert mail_server.mails == []
    refused = gateway.request("POST", "/documents/caja-1/email", {})
    assert (refused.status, refused.json()["code"]) == (409, "document_not_deliverable")
    gateway.post("/invoice", sale("caja-1"))
    send_what_is_due(gateway)
    assert len(mail_server.mails) == 1


def in_contingency(gateway: RunningGateway, reference: str) -> dict[str, Any]:
    gateway.emulator.control.fault("down", count=None)
    answer: dict[str, Any] = gateway.post("/invoice", sale(reference))
    assert answer["contingency"] is True
    return answer


def out_of_contingency(gateway: RunningGateway, reference: str) -> None:
    gateway.emulator.control.behave()
    a_worker_works(gateway)
    assert gateway.get(f"/status/{reference}")["dte_success"] is True


def test_in_contingency_the_customer_gets_the_signed_document_with_its_mark_and_later_the_stamped_one(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    answer = in_contingency(gateway, "caja-1")
    send_what_is_due(gateway)
    [first] = mail_server.mails
    assert "TRANSMISIÓN POR CONTINGENCIA" in first["Subject"]
    delivered = json.loads(attachments(first)[f"{answer['generation_code']}.json"])
    assert delivered["identificacion"]["tipoOperacion"] == 2
    assert "firmaElectronica" in delivered
    assert "selloRecibido" not in delivered
    out_of_contingency(gateway, "caja-1")
    send_what_is_due(gateway)
    [_, second] = mail_server.mails
    stamped = json.loads(attachments(second)[f"{answer['generation_code']}.json"])
    assert stamped["selloRecibido"] == gateway.get("/status/caja-1")["reception_stamp"]
    assert first["Message-ID"] != second["Message-ID"]
    assert "CON SELLO DE RECEPCIÓN" in second["Subject"]
    assert "este mensaje reemplaza al anterior" in body(second)
    assert "todavía no tiene" in body(first)


def test_what_was_stamped_before_the_first_mail_left_is_mailed_once(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    in_contingency(gateway, "caja-1")
    out_of_contingency(gateway, "caja-1")
    send_what_is_due(gateway)
    assert len(mail_server.mails) == 1
    assert sorted((one["event"], one["state"]) for one in emails(gateway, "caja-1")) == [
        ("document.contingency_entered", "obsolete"),
        ("document.stamped", "sent"),
    ]


def test_an_invalidation_is_told_with_the_event_itself(gateway: RunningGateway, mail_server: MailServer) -> None:
    gateway.post("/invoice", sale("caja-1"))
    send_what_is_due(gateway)
    event = gateway.post("/invalidate/caja-1", {"reason": 2})
    assert event["dte_success"] is True, event
    send_what_is_due(gateway)
    [_, mail] = mail_server.mails
    code = event["history"][0]["generation_code"]
    delivered = json.loads(attachments(mail)[f"{code}.json"])
    assert delivered["selloRecibido"] == event["reception_stamp"]
    assert delivered["documento"]["codigoGeneracion"] == gateway.get("/status/caja-1")["generation_code"]
    assert attachments(mail)[f"{code}.pdf"].startswith(b"%PDF-")


def test_what_was_invalidated_before_the_mail_left_is_not_delivered_as_good(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    gateway.post("/invoice", sale("caja-1"))
    assert gateway.post("/invalidate/caja-1", {"reason": 2})["dte_success"] is True
    send_what_is_due(gateway)
    [mail] = [mail for mail in mail_server.mails if "Factura" in mail["Subject"]]
    assert mail["Subject"].startswith("[INVALIDADO]")
    assert "ya no tiene efecto fiscal" in body(mail)


def test_a_voucher_that_a_note_took_back_before_the_mail_left_is_not_called_invalidated(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    gateway.post("/invoice", ccf("b2b-1"))
    gateway.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    send_what_is_due(gateway)
    [mail] = [mail for mail in mail_server.mails if "Comprobante" in mail["Subject"]]
    assert "[ANULADO POR NOTA DE CRÉDITO]" in mail["Subject"]
    assert "INVALIDADO" not in mail["Subject"]


def test_a_refused_recipient_is_recorded_and_visible_and_harms_nobody_else(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    mail_server.recipients["cliente@example.com"] = "550 5.1.1 no such user"
    answer = gateway.post("/invoice", sale("caja-1", redirect_email="archivo@example.com"))
    send_what_is_due(gateway)
    found = {one["to"]: (one["state"], one["code"], one["answer"]) for one in emails(gateway, "caja-1")}
    assert found["cliente@example.com"] == ("refused", 550, "5.1.1 no such user")
    assert found["archivo@example.com"][:2] == ("sent", 250)
    gateway.clock.ahead += timedelta(days=10)
    send_what_is_due(gateway)
    assert len(mail_server.mails) == 1
    assert gateway.get("/status/caja-1")["dte_success"] is answer["dte_success"] is True, "mail never changes the flags"


@pytest.mark.parametrize("trouble", ["451 4.7.1 greylisted", HANGS_UP, STALLS])
def test_what_was_not_taken_for_sure_is_sent_again_as_the_same_message(
    gateway: RunningGateway, mail_server: MailServer, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "_STEP_TIMEOUT_S", 0.5)
    mail_server.messages.append(trouble)
    gateway.post("/invoice", sale("caja-1"))
    send_what_is_due(gateway)
    [waiting] = emails(gateway, "caja-1")
    assert (waiting["state"], waiting["attempts"]) == ("queued", 1)
    assert waiting["answer"].endswith("the message may have arrived") is (trouble in {HANGS_UP, STALLS})
    send_what_is_due(gateway)
    assert len(mail_server.mails) == 1, "not before it is due"
    gateway.clock.ahead += timedelta(minutes=2)
    send_what_is_due(gateway)
    [first, second] = mail_server.mails
    assert bytes(first) == bytes(second)
    assert emails(gateway, "caja-1")[0]["state"] == "sent"


def test_a_mail_server_that_is_away_for_a_day_loses_nothing(
    database_url: str, tmp_path: Path, mail_server: MailServer
) -> None:
    with open_mail_server() as closed:
        company = closed.company
    with running_gateway(database_url, tmp_path, company=company) as gateway:
        gateway.post("/invoice", sale("caja-1"))
        for hours in range(0, 25, 3):
            gateway.clock.ahead = timedelta(hours=hours)
            send_what_is_due(gateway)
        [waiting] = emails(gateway, "caja-1")
        assert (waiting["state"], waiting["code"]) == ("queued", None)
        assert waiting["attempts"] > 3


def test_a_process_killed_between_sending_and_recording_repeats_the_same_message_and_nothing_else(
    gateway: RunningGateway, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.post("/invoice", sale("caja-1"))

    async def killed_afterwards(*args: Any, **options: Any) -> None:
        assert isinstance(await smtp.send(*args, **options), smtp.Accepted)
        raise Death

    monkeypatch.setattr(courier, "send", killed_afterwards)
    with pytest.raises(Death):
        send_what_is_due(gateway)
    monkeypatch.undo()
    send_what_is_due(gateway)
    assert len(mail_server.mails) == 1, "the lease of the dead one lasts"
    gateway.clock.ahead += timedelta(minutes=5)
    send_what_is_due(gateway)
    gateway.clock.ahead += timedelta(minutes=5)
    send_what_is_due(gateway)
    [first, second] = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert bytes(first) == bytes(second)


def test_a_document_is_sent_again_on_request_as_a_message_of_its_own(
    gateway: RunningGateway, mail_server: MailServer
) -> None:
    gateway.post("/invoice", sale("caja-1"))
    send_what_is_due(gateway)
    queued = gateway.post("/documents/caja-1/email", {})["emails"]
    assert [(one["event"], one["state"]) for one in queued] == [
        ("document.stamped", "sent"),
        ("document.sent_again", "queued"),
    ]
    gateway.post("/documents/caja-1/email", {"to": "contador@example.com"})
    send_what_is_due(gateway)
    assert sorted(mail["To"] for mail in mail_server.mails) == [
        "cliente@example.com",
        "cliente@example.com",
        "contador@example.com",
    ]
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 3


def test_a_document_without_addresses_needs_one_to_be_sent(gateway: RunningGateway, mail_server: MailServer) -> None:
    gateway.post("/invoice", invoice("caja-1"))
    refused = gateway.request("POST", "/documents/caja-1/email")
    assert (refused.status, refused.json()["errors"][0]["field"]) == (400, "to")
    gateway.post("/documents/caja-1/email", {"to": "cliente@example.com"})
    send_what_is_due(gateway)
    assert [mail["To"] for mail in mail_server.mails] == ["cliente@example.com"]


def test_without_a_mail_server_nothing_is_sent(database_url: str, tmp_path: Path) -> None:
    with running_gateway(database_url, tmp_path) as gateway:
        gateway.post("/invoice", sale("caja-1"))
        assert emails(gateway, "caja-1") == []
        refused = gateway.request("POST", "/documents/caja-1/email", {"to": "cliente@example.com"})
        assert (refused.status, refused.json()["code"]) == (409, "email_not_configured")


def test_another_company_cannot_send_or_see_it(gateway: RunningGateway) -> None:
    gateway.post("/invoice", sale("caja-1"))
    other = gateway.another_company()
    for method in ("GET", "POST"):
        assert gateway.request(method, "/documents/caja-1/email", key=other).status == 404


async def test_what_is_to_be_mailed_costs_no_commit_of_its_own(gateway: RunningGateway) -> None:
    async with open_parts(gateway.settings, clock=gateway.clock) as own:
        holder = await key_holder(own, gateway)
        before = own.store.commits
        await issue_sale(own, holder, asked(sale("caja-1")))
        assert own.store.commits - before == 2


def test_the_background_work_of_serve_sends_by_itself(
    database_url: str, tmp_path: Path, mail_server: MailServer
) -> None:
    with running_gateway(database_url, tmp_path, company=mail_server.company, with_worker=True) as gateway:
        gateway.post("/invoice", ccf("b2b-1"))
        assert mail_server.arrived.wait(60)
    assert [mail["To"] for mail in mail_server.mails] == ["compras@example.com"]


def test_a_mail_waits_while_the_machine_starts_no_process_for_its_pdf(
    gateway: RunningGateway, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise BlockingIOError(EAGAIN, "Resource temporarily unavailable")

    gateway.post("/invoice", sale("caja-1"))
    with monkeypatch.context() as full:
        full.setattr(press, "ChildProcess", refuse)
        send_what_is_due(gateway)
    [waiting] = emails(gateway, "caja-1")
    assert (waiting["state"], waiting["answer"]) == ("queued", "no process for the PDF could be started")
    assert mail_server.mails == []
    gateway.time_passes(minutes=2)
    send_what_is_due(gateway)
    assert len(mail_server.mails) == 1


def test_a_document_is_mailed_so_many_times_a_day(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "MOST_IN_A_DAY", 3)
    gateway.post("/invoice", sale("caja-1"))
    for number in range(2):
        gateway.post("/documents/caja-1/email", {"to": f"cliente-{number}@example.com"})
    refused = gateway.request("POST", "/documents/caja-1/email", {"to": "cliente-3@example.com"})
    assert (refused.status, refused.json()["code"]) == (409, "emails_too_many")
    assert len(emails(gateway, "caja-1")) == 3
    gateway.time_passes(hours=25)
    gateway.post("/documents/caja-1/email", {"to": "cliente-3@example.com"})
