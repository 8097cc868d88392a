"""The envelope says of a document exactly what contract 6 and 12 say it does."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ocote.api.envelope import issued_body, preview_body, status_body
from ocote.documents.view import AdjustedDocument, DocumentView, Issued, Preview, SignedDocument
from ocote.dte.sale import Amounts
from ocote.public_links import Linked
from ocote.web.response import ok
from tests.api.twin import document

BASE = "https://ocote.io"
FILE = "https://ocote.io/api/connect/file/5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35"
PAGE = "https://ocote.io/v/1-5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35-0"
FLAGS = ("success", "dte_success", "contingency", "rejected", "posted")


def path(link: Linked) -> str:
    return f"/v/{link.company_id}-{link.document_id}-{link.version}"


def issued(view: DocumentView, **how: bool) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(ok(issued_body(Issued(view, **how), BASE, path)).body)
    return answer


def status(view: DocumentView, *signed: SignedDocument | None) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(ok(status_body(view, BASE, path, *signed)).body)
    return answer


def test_a_stamped_document_answers_like_the_contracts_example() -> None:
    body = ok(issued_body(Issued(document()), BASE, path)).body.decode()

    assert body == (
        '{"success":true,"dte_success":true,"contingency":false,"rejected":false,"posted":true,"is_duplicate":false,'
        '"document_id":"5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35","external_ref":"POS7-000915",'
        '"control_number":"DTE-01-M002P003-000000000000458",'
        '"generation_code":"0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8",'
        '"reception_stamp":"2026F41C0A7D9B3E5826714ACD90BE37F1258QXT",'
        '"dte_state":"","dte_message":"","observaciones":[],"codigo_msg":"",'
        '"amount_taxable":100.00,"amount_vat":13.00,"amount_gross":113.00,"amount_withheld":0.00,'
        '"amount_payable":113.00,'
        '"amount_exempt":0.00,"amount_not_subject":0.00,"amount_taxes":0.00,"amount_charges":0.00,'
        '"amount_discount":0.00,"amount_collected":0.00,"amount_income_tax":0.00,'
        f'"ticket_url":"{FILE}?type=ticket","invoice_url":"{FILE}?type=invoice","json_url":"{FILE}?type=json",'
        f'"public_url":"{PAGE}",'
        '"doc_type":"01","posted_date_time":"2026-06-03T08:15:40-06:00","invalidated":false}'
    )


def test_status_has_the_order_of_the_contract() -> None:
    assert list(status(document())) == [
        "document_id",
        "external_ref",
        "doc_type",
        "control_number",
        "generation_code",
        "reception_stamp",
        *FLAGS,
        "is_duplicate",
        "dte_state",
        "dte_message",
        "codigo_msg",
        "observaciones",
        "posted_date_time",
        "amount_taxable",
        "amount_vat",
        "amount_gross",
        "amount_withheld",
        "amount_payable",
        "amount_exempt",
        "amount_not_subject",
        "amount_taxes",
        "amount_charges",
        "amount_discount",
        "amount_collected",
        "amount_income_tax",
        "customer_name",
        "invalidated",
        "ticket_url",
        "invoice_url",
        "json_url",
        "public_url",
        "contingency_deadline",
    ]


def test_the_deadline_of_a_contingency_is_local_time_and_null_without_one() -> None:
    waiting = document(state="contingency", contingency_deadline=datetime(2026, 6, 5, 3, 0, 9, 5, tzinfo=UTC))
    assert status(waiting)["contingency_deadline"] == "2026-06-04T21:00:09-06:00"
    assert status(document())["contingency_deadline"] is None


@pytest.mark.parametrize(
    ("state", "flags"),
    [
        ("stamped", (True, True, False, False, True)),
        ("contingency", (True, False, True, False, True)),
        ("registered", (True, False, True, False, True)),
        ("rejected", (False, False, False, True, True)),
    ],
)
def test_flags_follow_the_state(state: str, flags: tuple[bool, ...]) -> None:
    view = document(state=state, stamp=None if state != "stamped" else "S" * 40)

    assert tuple(issued(view)[name] for name in FLAGS) == flags
    assert tuple(status(view)[name] for name in FLAGS) == flags


@pytest.mark.parametrize(
    ("state", "shown"), [("stamped", PAGE), ("contingency", PAGE), ("registered", ""), ("rejected", "")]
)
def test_a_document_that_its_receiver_may_have_has_a_page(state: str, shown: str) -> None:
    view = document(state=state)
    assert (issued(view)["public_url"], status(view)["public_url"]) == (shown, shown)
    assert status(document(invalidated=True))["public_url"] == PAGE, "where it says that it is cancelled"


def test_the_page_is_that_of_the_present_link() -> None:
    assert issued(document(link=Linked(7, document().id, 2)))["public_url"] == f"https://ocote.io/v/7-{document().id}-2"


def test_a_contingency_document_can_be_printed_but_has_no_json() -> None:
    answer = issued(document(state="contingency", stamp=None, mh_state="", mh_message="", mh_code=""))

    assert answer["reception_stamp"] == ""
    assert (answer["ticket_url"], answer["invoice_url"], answer["json_url"]) == (
        f"{FILE}?type=ticket",
        f"{FILE}?type=invoice",
        "",
    )


def test_a_rejected_document_has_no_files_and_says_why() -> None:
    answer = issued(
        document(
            state="rejected",
            stamp=None,
            mh_state="RECHAZADO",
            mh_message="DOCUMENTO NO CUMPLE ESQUEMA JSON",
            mh_code="096",
            observations=("Campo #/receptor/correo no cumple el formato requerido",),
        )
    )

    assert (answer["ticket_url"], answer["invoice_url"], answer["json_url"]) == ("", "", "")
    assert answer["dte_state"] == "RECHAZADO"
    assert answer["dte_message"] == "DOCUMENTO NO CUMPLE ESQUEMA JSON"
    assert answer["codigo_msg"] == "096"
    assert answer["observaciones"] == ["Campo #/receptor/correo no cumple el formato requerido"]


def test_a_document_whose_fate_is_open_has_no_files_yet() -> None:
    answer = status(document(state="registered", stamp=None))

    assert (answer["ticket_url"], answer["invoice_url"], answer["json_url"]) == ("", "", "")


def test_a_rejection_without_words_still_has_state_and_text() -> None:
    answer = issued(document(state="rejected", stamp=None, mh_state="", mh_message="", mh_code=""))

    assert (answer["dte_state"], answer["dte_message"]) == ("RECHAZADO", "Documento rechazado por MH")


def test_a_stamp_with_observations_is_told_as_observed() -> None:
    answer = issued(
        document(mh_state="OBSERVADO", mh_message="RECIBIDO CON OBSERVACIONES", mh_code="002", observations=("aviso",))
    )

    assert answer["dte_success"] is True
    assert (answer["dte_state"], answer["codigo_msg"]) == ("OBSERVADO", "002")


def test_only_an_invoice_names_its_ticket() -> None:
    assert issued(document(doc_type="03"))["ticket_url"] == ""
    assert issued(document(doc_type="03"))["invoice_url"] == f"{FILE}?type=invoice"


def test_a_repetition_is_marked_and_so_is_other_content() -> None:
    repeated = issued(document(), is_duplicate=True)
    differing = issued(document(), is_duplicate=True, content_differs=True)

    assert repeated["is_duplicate"] is True
    assert "content_differs" not in repeated
    assert differing["content_differs"] is True


def test_a_cancelled_document_says_so() -> None:
    assert issued(document(invalidated=True))["invalidated"] is True
    assert status(document(invalidated=True))["invalidated"] is True


def test_the_day_of_posting_is_el_salvadors() -> None:
    view = document(posted_at=datetime(2026, 1, 1, 3, 0, tzinfo=UTC))

    assert status(view)["posted_date_time"] == "2025-12-31T21:00:00-06:00"


def test_amounts_always_have_two_decimals() -> None:
    large, none = Decimal("99999999999.90"), Decimal("0.00")
    view = document(amounts=Amounts(large, none, large, none, large))

    body = ok(status_body(view, BASE, path)).body

    assert b'"amount_taxable":99999999999.90,' in body
    assert b'"amount_vat":0.00,' in body


def test_texts_are_utf8_without_escapes() -> None:
    assert "Peña & Ñandú 🌋".encode() in ok(status_body(document(customer_name="Peña & Ñandú 🌋"), BASE, path)).body


def test_a_purchase_names_its_seller_instead_of_a_buyer() -> None:
    answer = status(document(family="suex", doc_type="14", customer_name="Marta Alvarenga"))

    assert answer["subject_name"] == "Marta Alvarenga"
    assert "customer_name" not in answer


def test_a_credit_note_names_the_document_it_adjusts() -> None:
    adjusted = AdjustedDocument(
        "a90d2c6b", "03", "B2B-2026-0031", "DTE-03-M002P003-000000000000071", "E2B81F60", True, True
    )

    assert issued(document(family="note", doc_type="05", adjusts=adjusted))["adjusted_document"] == {
        "document_id": "a90d2c6b",
        "external_ref": "B2B-2026-0031",
        "control_number": "DTE-03-M002P003-000000000000071",
        "generation_code": "E2B81F60",
        "full_adjustment": True,
        "invalidated": True,
    }


class TestIncludeDte:
    def test_shows_the_signed_bytes_and_mhs_answer_untouched(self) -> None:
        signed = SignedDocument(b'{"resumen":{"totalPagar":113.00}}', '{"estado": "PROCESADO", "n": 1.10}')

        body = ok(status_body(document(), BASE, path, signed)).body

        assert b'"schema":{"resumen":{"totalPagar":113.00}},"response":{"estado": "PROCESADO", "n": 1.10}}' in body

    def test_is_null_before_signing_and_before_the_answer(self) -> None:
        unsigned = status(document(state="registered"), None)
        unanswered = status(document(state="contingency"), SignedDocument(b"{}", None))

        assert (unsigned["schema"], unsigned["response"]) == (None, None)
        assert (unanswered["schema"], unanswered["response"]) == ({}, None)

    def test_gives_an_answer_that_is_no_json_as_text(self) -> None:
        answer = status(document(state="rejected"), SignedDocument(b"{}", "<html>502</html>"))

        assert answer["response"] == "<html>502</html>"


def test_a_dry_run_shows_the_document_as_it_would_be_signed() -> None:
    preview = Preview(
        doc_type="01",
        edition="v2",
        document={"identificacion": {"version": 2}, "resumen": {"totalPagar": Decimal("113.5")}},
        amounts=Amounts(Decimal("100.44"), Decimal("13.06"), Decimal("113.50"), Decimal("0.00"), Decimal("113.50")),
        customer_name="Ana",
    )

    assert ok(preview_body(preview)).body.decode() == (
        '{"dry_run":true,"doc_type":"01","edition":"v2","amount_taxable":100.44,"amount_vat":13.06,'
        '"amount_gross":113.50,"amount_withheld":0.00,"amount_payable":113.50,'
        '"amount_exempt":0.00,"amount_not_subject":0.00,"amount_taxes":0.00,"amount_charges":0.00,'
        '"amount_discount":0.00,"amount_collected":0.00,"amount_income_tax":0.00,"customer_name":"Ana",'
        '"schema":{"identificacion":{"version":2},"resumen":{"totalPagar":113.5}}}'
    )
