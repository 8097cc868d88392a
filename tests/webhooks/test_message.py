"""What a webhook is told, and the signature by which it knows us."""

import base64
import doctest
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ocote.store.outbox import AnnouncedFacts
from ocote.webhooks import message as webhook
from ocote.webhooks import public_address
from ocote.webhooks.message import announcement_body, new_webhook_secret, signature, signed_headers, trial_body

NOON = datetime(2026, 11, 20, 18, 0, 0, 123456, tzinfo=UTC)
PAGE = "https://ocote.io/v/AAAAAV8Meh6T0ktqjBEufZCrTDX6JvM0J1qv1iYvV0kPz5rC"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def facts(**changes: Any) -> AnnouncedFacts:
    found: dict[str, Any] = {
        "id": "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35",
        "external_ref": "POS7-000915",
        "doc_type": "01",
        "control_number": "DTE-01-M002P003-000000000000458",
        "generation_code": "0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8",
        "state": "stamped",
        "stamp": "2026F41C0A7D9B3E5826714ACD90BE37F1258QXT",
        "posted_at": "2026-11-20T17:59:58.500000Z",
        "taxable_cents": 10000,
        "vat_cents": 1300,
        "gross_cents": 11300,
        "withheld_cents": 0,
        "payable_cents": 11300,
        "mh_state": "",
        "mh_message": "",
        "mh_code": "",
        "observations": "[]",
        "invalidated_at": None,
        **changes,
    }
    return AnnouncedFacts(**found)


def test_the_signature_is_that_of_the_published_example() -> None:
    # The worked example of the libraries that verify these signatures.
    found = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert found == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("module", [webhook, public_address])
def test_the_examples_in_the_docstrings_are_true(module: Any) -> None:
    assert doctest.testmod(module).failed == 0


def test_an_attempt_names_the_message_and_its_own_moment() -> None:
    assert signed_headers([SECRET], "msg-1", b"{}", NOON) == {
        "webhook-id": "msg-1",
        "webhook-timestamp": "1795197600",
        "webhook-signature": "v1," + signature(SECRET, "msg-1", "1795197600", b"{}"),
    }


def test_each_secret_signs_the_newest_first() -> None:
    other = "whsec_" + "A" * 40
    assert signed_headers([other, SECRET], "msg-1", b"{}", NOON)["webhook-signature"].split(" ") == [
        "v1," + signature(secret, "msg-1", "1795197600", b"{}") for secret in (other, SECRET)
    ]


def test_a_trial_announces_nothing_of_a_document() -> None:
    assert json.loads(trial_body("wh_1", NOON, "00")) == {
        "type": "webhook.test",
        "timestamp": "2026-11-20T12:00:00-06:00",
        "data": {"webhook": "wh_1", "environment": "00"},
    }


@pytest.mark.parametrize("other", [("msg-2", "1", b"{}"), ("msg-1", "2", b"{}"), ("msg-1", "1", b"{ }")])
def test_id_moment_and_every_byte_of_the_body_are_signed(other: tuple[str, str, bytes]) -> None:
    assert signature(SECRET, *other) != signature(SECRET, "msg-1", "1", b"{}")


def test_a_new_secret_is_its_own_and_has_256_bits() -> None:
    first, second = new_webhook_secret(), new_webhook_secret()
    assert first != second
    assert first.startswith("whsec_")
    assert len(base64.b64decode(first.removeprefix("whsec_"))) == 32
    assert signature(first, "msg-1", "1", b"") != signature(second, "msg-1", "1", b"")


@pytest.mark.parametrize("secret", ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%", "whsec_c2hvcnQ="])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="webhook secret"):
        signature(secret, "msg-1", "1", b"")


def test_the_message_says_what_happened_when_and_how_the_document_was_then() -> None:
    told = json.loads(announcement_body("document.stamped", NOON, "01", facts(), PAGE), parse_float=Decimal)
    assert told == {
        "type": "document.stamped",
        "timestamp": "2026-11-20T12:00:00-06:00",
        "data": {
            "document_id": "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35",
            "external_ref": "POS7-000915",
            "environment": "01",
            "doc_type": "01",
            "control_number": "DTE-01-M002P003-000000000000458",
            "generation_code": "0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8",
            "reception_stamp": "2026F41C0A7D9B3E5826714ACD90BE37F1258QXT",
            "dte_success": True,
            "contingency": False,
            "rejected": False,
            "invalidated": False,
            "dte_state": "",
            "dte_message": "",
            "codigo_msg": "",
            "observaciones": [],
            "amount_taxable": Decimal("100.00"),
            "amount_vat": Decimal("13.00"),
            "amount_gross": Decimal("113.00"),
            "amount_withheld": Decimal("0.00"),
            "amount_payable": Decimal("113.00"),
            "amount_exempt": Decimal("0.00"),
            "amount_not_subject": Decimal("0.00"),
            "amount_taxes": Decimal("0.00"),
            "amount_charges": Decimal("0.00"),
            "amount_discount": Decimal("0.00"),
            "amount_collected": Decimal("0.00"),
            "amount_income_tax": Decimal("0.00"),
            "posted_date_time": "2026-11-20T11:59:58-06:00",
            "public_url": PAGE,
        },
    }


def test_amounts_keep_their_two_decimals() -> None:
    assert b'"amount_gross":113.00' in announcement_body("document.stamped", NOON, "01", facts(), PAGE)


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"state": "contingency", "stamp": None}, (False, True, False, False)),
        ({"state": "rejected", "stamp": None}, (False, False, True, False)),
        ({"invalidated_at": "2026-11-20T18:00:00.000000Z"}, (True, False, False, True)),
    ],
)
def test_the_flags_are_those_of_the_api(changes: dict[str, Any], flags: tuple[bool, ...]) -> None:
    data = json.loads(announcement_body("document.x", NOON, "00", facts(**changes), ""))["data"]
    assert tuple(data[name] for name in ("dte_success", "contingency", "rejected", "invalidated")) == flags
    assert data["reception_stamp"] == (changes.get("stamp", facts().stamp) or "")


def test_the_words_of_mh_are_passed_on() -> None:
    rejected = facts(
        state="rejected",
        stamp=None,
        mh_state="RECHAZADO",
        mh_message="NO CUMPLE",
        mh_code="096",
        observations='["Campo #/receptor/correo"]',
    )
    data = json.loads(announcement_body("document.rejected", NOON, "00", rejected, ""))["data"]
    assert (data["dte_state"], data["dte_message"], data["codigo_msg"]) == ("RECHAZADO", "NO CUMPLE", "096")
    assert data["observaciones"] == ["Campo #/receptor/correo"]
