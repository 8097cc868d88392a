"""What customers find in their mailboxes, and what the company's software learns of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ocote.mail import smtp
from ocote.outbox import mail as courier
from ocote.parts import open_parts
from tests.e2e.outgoing import send_what_is_due
from tests.e2e.test_mh_trouble import Death, a_worker_works, asked
from tests.e2e.test_sales import ccf, invoice
from tests.house import RunningHouse, issue_sale, running_house
from tests.outbox.post_office import HANGS_UP, STALLS, PostOffice, open_post_office

CUSTOMER = {"name": "Cliente de Prueba", "email": "cliente@example.com"}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def house(database_url: str, tmp_path: Path, office: PostOffice) -> Iterator[RunningHouse]:
    """A gateway of a company with a mail server."""
    with running_house(database_url, tmp_path, company=office.company) as running:
        yield running


def sale(reference: str, **more: Any) -> dict[str, Any]:
    return invoice(reference, customer=CUSTOMER, **more)


def attachments(mail: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_payload(decode=True) for part in mail.iter_attachments()}  # type: ignore[misc]


def body(mail: EmailMessage) -> str:
    """The text of a message, its lines joined."""
    text = mail.get_body(("plain",))
    assert text is not None
    return " ".join(text.get_content().split())


def emails(house: RunningHouse, reference: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.get(f"/documents/{reference}/email")["emails"]
    return found


def test_a_stamped_document_reaches_the_customer_and_the_copy_address(house: RunningHouse, office: PostOffice) -> None:
    answer = house.post("/invoice", sale("caja-1", redirect_email="archivo@example.com"))
    send_what_is_due(house)
    assert sorted(mail["To"] for mail in office.mails) == ["archivo@example.com", "cliente@example.com"]
    [mail] = office.to("cliente@example.com")
    assert mail["From"] == "Café de Demostración <facturas@example.com>"
    assert answer["control_number"] in mail["Subject"]
    files = attachments(mail)
    code = answer["generation_code"]
    assert list(files) == [f"{code}.pdf", f"{code}.json"]
    assert files[f"{code}.pdf"].startswith(b"%PDF-")
    assert files[f"{code}.json"] == house.request("GET", "/file/caja-1?type=json").content
    told = sorted((one["to"], one["state"], one["attempts"], one["code"]) for one in emails(house, "caja-1"))
    assert told == [("archivo@example.com", "sent", 1, 250), ("cliente@example.com", "sent", 1, 250)]
    send_what_is_due(house)
    assert len(office.mails) == 2


def test_a_document_without_addresses_is_mailed_to_nobody(house: RunningHouse, office: PostOffice) -> None:
    house.post("/invoice", invoice("caja-1"))
    send_what_is_due(house)
    assert (office.mails, emails(house, "caja-1")) == ([], [])


def test_a_customer_without_address_is_not_mailed_at_the_companys_own(house: RunningHouse, office: PostOffice) -> None:
    voucher = ccf("b2b-1")
    voucher["customer"] = {name: value for name, value in voucher["customer"].items() if name != "email"}
    house.post("/invoice", voucher)
    house.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    send_what_is_due(house)
    signed = house.get("/status/b2b-1?include_dte=1")["schema"]
    assert signed["receptor"]["correo"] == "facturas@example.com", "MH wants an address in every CCF"
    assert office.mails == []


def test_a_note_is_mailed_to_whom_its_ccf_was(house: RunningHouse, office: PostOffice) -> None:
    house.post("/invoice", ccf("b2b-1"))
    note = house.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    send_what_is_due(house)
    assert [mail["To"] for mail in office.mails] == ["compras@example.com"] * 2
    assert [mail for mail in office.mails if note["control_number"] in mail["Subject"]]


def test_a_rejected_document_is_mailed_only_once_it_is_corrected(house: RunningHouse, office: PostOffice) -> None:
    house.emulator.control.fault("reject", "reception", code="096")
    assert house.post("/invoice", sale("caja-1"))["rejected"] is True
    send_what_is_due(house)
    assert office.mails == []
    refused = house.request("POST", "/documents/caja-1/email", {})
    assert (refused.status, refused.json()["code"]) == (409, "document_not_deliverable")
    house.post("/invoice", sale("caja-1"))
    send_what_is_due(house)
    assert len(office.mails) == 1


def in_contingency(house: RunningHouse, reference: str) -> dict[str, Any]:
    house.emulator.control.fault("down", count=None)
    answer: dict[str, Any] = house.post("/invoice", sale(reference))
    assert answer["contingency"] is True
    return answer


def out_of_contingency(house: RunningHouse, reference: str) -> None:
    house.emulator.control.behave()
    a_worker_works(house)
    assert house.get(f"/status/{reference}")["dte_success"] is True


def test_in_contingency_the_customer_gets_the_signed_document_with_its_mark_and_later_the_stamped_one(
    house: RunningHouse, office: PostOffice
) -> None:
    answer = in_contingency(house, "caja-1")
    send_what_is_due(house)
    [first] = office.mails
    assert "TRANSMISIÓN POR CONTINGENCIA" in first["Subject"]
    delivered = json.loads(attachments(first)[f"{answer['generation_code']}.json"])
    assert delivered["identificacion"]["tipoOperacion"] == 2
    assert "firmaElectronica" in delivered
    assert "selloRecibido" not in delivered
    out_of_contingency(house, "caja-1")
    send_what_is_due(house)
    [_, second] = office.mails
    stamped = json.loads(attachments(second)[f"{answer['generation_code']}.json"])
    assert stamped["selloRecibido"] == house.get("/status/caja-1")["reception_stamp"]
    assert first["Message-ID"] != second["Message-ID"]
    assert "CON SELLO DE RECEPCIÓN" in second["Subject"]
    assert "este mensaje reemplaza al anterior" in body(second)
    assert "todavía no tiene" in body(first)


def test_what_was_stamped_before_the_first_mail_left_is_mailed_once(house: RunningHouse, office: PostOffice) -> None:
    in_contingency(house, "caja-1")
    out_of_contingency(house, "caja-1")
    send_what_is_due(house)
    assert len(office.mails) == 1
    assert sorted((one["event"], one["state"]) for one in emails(house, "caja-1")) == [
        ("document.contingency_entered", "obsolete"),
        ("document.stamped", "sent"),
    ]


def test_an_invalidation_is_told_with_the_event_itself(house: RunningHouse, office: PostOffice) -> None:
    house.post("/invoice", sale("caja-1"))
    send_what_is_due(house)
    event = house.post("/invalidate/caja-1", {"reason": 2})
    assert event["dte_success"] is True, event
    send_what_is_due(house)
    [_, mail] = office.mails
    code = event["history"][0]["generation_code"]
    delivered = json.loads(attachments(mail)[f"{code}.json"])
    assert delivered["selloRecibido"] == event["reception_stamp"]
    assert delivered["documento"]["codigoGeneracion"] == house.get("/status/caja-1")["generation_code"]
    assert attachments(mail)[f"{code}.pdf"].startswith(b"%PDF-")


def test_what_was_invalidated_before_the_mail_left_is_not_delivered_as_good(
    house: RunningHouse, office: PostOffice
) -> None:
    house.post("/invoice", sale("caja-1"))
    assert house.post("/invalidate/caja-1", {"reason": 2})["dte_success"] is True
    send_what_is_due(house)
    [mail] = [mail for mail in office.mails if "Factura" in mail["Subject"]]
    assert mail["Subject"].startswith("[INVALIDADO]")
    assert "ya no tiene efecto fiscal" in body(mail)


def test_a_voucher_that_a_note_took_back_before_the_mail_left_is_not_called_invalidated(
    house: RunningHouse, office: PostOffice
) -> None:
    house.post("/invoice", ccf("b2b-1"))
    house.post("/credit-memo", {"document_id": "b2b-1", "full_adjustment": True, "external_ref": "nc-1"})
    send_what_is_due(house)
    [mail] = [mail for mail in office.mails if "Comprobante" in mail["Subject"]]
    assert "[ANULADO POR NOTA DE CRÉDITO]" in mail["Subject"]
    assert "INVALIDADO" not in mail["Subject"]


def test_a_refused_recipient_is_recorded_and_visible_and_harms_nobody_else(
    house: RunningHouse, office: PostOffice
) -> None:
    office.recipients["cliente@example.com"] = "550 5.1.1 no such user"
    answer = house.post("/invoice", sale("caja-1", redirect_email="archivo@example.com"))
    send_what_is_due(house)
    found = {one["to"]: (one["state"], one["code"], one["answer"]) for one in emails(house, "caja-1")}
    assert found["cliente@example.com"] == ("refused", 550, "5.1.1 no such user")
    assert found["archivo@example.com"][:2] == ("sent", 250)
    house.clock.ahead += timedelta(days=10)
    send_what_is_due(house)
    assert len(office.mails) == 1
    assert house.get("/status/caja-1")["dte_success"] is answer["dte_success"] is True, "mail never changes the flags"


@pytest.mark.parametrize("trouble", ["451 4.7.1 greylisted", HANGS_UP, STALLS])
def test_what_was_not_taken_for_sure_is_sent_again_as_the_same_message(
    house: RunningHouse, office: PostOffice, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "_STEP_TIMEOUT_S", 0.5)
    office.messages.append(trouble)
    house.post("/invoice", sale("caja-1"))
    send_what_is_due(house)
    [waiting] = emails(house, "caja-1")
    assert (waiting["state"], waiting["attempts"]) == ("queued", 1)
    assert waiting["answer"].endswith("the message may have arrived") is (trouble in {HANGS_UP, STALLS})
    send_what_is_due(house)
    assert len(office.mails) == 1, "not before it is due"
    house.clock.ahead += timedelta(minutes=2)
    send_what_is_due(house)
    [first, second] = office.mails
    assert bytes(first) == bytes(second)
    assert emails(house, "caja-1")[0]["state"] == "sent"


def test_a_mail_server_that_is_away_for_a_day_loses_nothing(
    database_url: str, tmp_path: Path, office: PostOffice
) -> None:
    with open_post_office() as closed:
        company = closed.company
    with running_house(database_url, tmp_path, company=company) as house:
        house.post("/invoice", sale("caja-1"))
        for hours in range(0, 25, 3):
            house.clock.ahead = timedelta(hours=hours)
            send_what_is_due(house)
        [waiting] = emails(house, "caja-1")
        assert (waiting["state"], waiting["code"]) == ("queued", None)
        assert waiting["attempts"] > 3


def test_a_process_killed_between_sending_and_recording_repeats_the_same_message_and_nothing_else(
    house: RunningHouse, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.post("/invoice", sale("caja-1"))

    async def killed_afterwards(*args: Any, **options: Any) -> None:
        assert isinstance(await smtp.send(*args, **options), smtp.Accepted)
        raise Death

    monkeypatch.setattr(courier, "send", killed_afterwards)
    with pytest.raises(Death):
        send_what_is_due(house)
    monkeypatch.undo()
    send_what_is_due(house)
    assert len(office.mails) == 1, "the lease of the dead one lasts"
    house.clock.ahead += timedelta(minutes=5)
    send_what_is_due(house)
    house.clock.ahead += timedelta(minutes=5)
    send_what_is_due(house)
    [first, second] = office.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert bytes(first) == bytes(second)


def test_a_document_is_sent_again_on_request_as_a_message_of_its_own(house: RunningHouse, office: PostOffice) -> None:
    house.post("/invoice", sale("caja-1"))
    send_what_is_due(house)
    queued = house.post("/documents/caja-1/email", {})["emails"]
    assert [(one["event"], one["state"]) for one in queued] == [
        ("document.stamped", "sent"),
        ("document.sent_again", "queued"),
    ]
    house.post("/documents/caja-1/email", {"to": "contador@example.com"})
    send_what_is_due(house)
    assert sorted(mail["To"] for mail in office.mails) == [
        "cliente@example.com",
        "cliente@example.com",
        "contador@example.com",
    ]
    assert len({mail["Message-ID"] for mail in office.mails}) == 3


def test_a_document_without_addresses_needs_one_to_be_sent(house: RunningHouse, office: PostOffice) -> None:
    house.post("/invoice", invoice("caja-1"))
    refused = house.request("POST", "/documents/caja-1/email")
    assert (refused.status, refused.json()["errors"][0]["field"]) == (400, "to")
    house.post("/documents/caja-1/email", {"to": "cliente@example.com"})
    send_what_is_due(house)
    assert [mail["To"] for mail in office.mails] == ["cliente@example.com"]


def test_without_a_mail_server_nothing_is_sent(database_url: str, tmp_path: Path) -> None:
    with running_house(database_url, tmp_path) as house:
        house.post("/invoice", sale("caja-1"))
        assert emails(house, "caja-1") == []
        refused = house.request("POST", "/documents/caja-1/email", {"to": "cliente@example.com"})
        assert (refused.status, refused.json()["code"]) == (409, "email_not_configured")


def test_another_company_cannot_send_or_see_it(house: RunningHouse) -> None:
    house.post("/invoice", sale("caja-1"))
    other = house.another_company()
    for method in ("GET", "POST"):
        assert house.request(method, "/documents/caja-1/email", key=other).status == 404


async def test_what_is_to_be_mailed_costs_no_commit_of_its_own(house: RunningHouse) -> None:
    async with open_parts(house.settings, clock=house.clock) as own:
        holder = await own.services.keys.holder_of(sha256(house.key.encode()).hexdigest())
        assert holder is not None
        before = own.store.commits
        await issue_sale(own, holder, asked(sale("caja-1")))
        assert own.store.commits - before == 2


def test_the_background_work_of_serve_sends_by_itself(database_url: str, tmp_path: Path, office: PostOffice) -> None:
    with running_house(database_url, tmp_path, company=office.company, with_worker=True) as house:
        house.post("/invoice", ccf("b2b-1"))
        assert office.arrived.wait(60)
    assert [mail["To"] for mail in office.mails] == ["compras@example.com"]
