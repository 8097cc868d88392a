"""The announcements to webhooks and their signatures: the Standard Webhooks scheme, version 1.0.0. Pure."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from ocote.clock import local_text
from ocote.store.engine.values import moment
from ocote.store.more_amounts import amounts_of
from ocote.store.outbox import AnnouncedFacts

TRIAL_EVENT: Final = "webhook.test"
"""The name in place of an event in a message that announces nothing."""

_MARK: Final = "whsec_"
_SECRET_BYTES: Final = 32
_SHORTEST_SECRET: Final = 24

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def new_webhook_secret() -> str:
    """A new secret for one webhook, in the form for verifying signatures: ``whsec_`` and base64."""
    return _MARK + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(secrets_in_use: Sequence[str], message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers that identify and sign one attempt, made at an aware moment, with a signature for each secret.

    All attempts at one message have one ``message_id``, which contains no point. Raises ValueError for a text that is
    no secret.
    """
    timestamp = str(int(at.timestamp()))
    signed = (f"v1,{signature(secret, message_id, timestamp, body)}" for secret in secrets_in_use)
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signed)}


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over ``id.timestamp.body`` in base64; ``timestamp`` is in seconds since 1970.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
    ...           b'{"test": 2432232314}')
    'g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.digest(_key(secret), signed, hashlib.sha256)).decode()


def announcement_body(event: str, at: datetime, environment: str, facts: AnnouncedFacts, public_url: str) -> bytes:
    """The body of one announcement: the event, its moment, and the document at that moment.

    Names, flags, moments and amounts have the form of the API's answers (contract 6), so that one program can read
    both; ``environment`` is CAT-001. ``public_url`` is empty when the document has no page to hand out.
    """
    state, amounts = facts.state, amounts_of(facts)
    data = {
        "document_id": facts.id,
        "external_ref": facts.external_ref,
        "environment": environment,
        "doc_type": facts.doc_type,
        "control_number": facts.control_number,
        "generation_code": facts.generation_code,
        "reception_stamp": facts.stamp or "",
        "dte_success": state == "stamped",
        "contingency": state == "contingency",
        "rejected": state == "rejected",
        "invalidated": facts.invalidated_at is not None,
        "dte_state": facts.mh_state,
        "dte_message": facts.mh_message,
        "codigo_msg": facts.mh_code,
        "observaciones": msgspec.Raw(facts.observations.encode()),
        "amount_taxable": amounts.taxable,
        "amount_vat": amounts.vat,
        "amount_gross": amounts.gross,
        "amount_withheld": amounts.withheld,
        "amount_payable": amounts.payable,
        "amount_exempt": amounts.exempt,
        "amount_not_subject": amounts.not_subject,
        "amount_taxes": amounts.taxes,
        "amount_charges": amounts.charges,
        "amount_discount": amounts.discount,
        "amount_collected": amounts.collected,
        "amount_income_tax": amounts.income_tax,
        "posted_date_time": local_text(moment(facts.posted_at)),
        "public_url": public_url,
    }
    if facts.email is not None:
        data["email"] = msgspec.structs.asdict(facts.email)
    if facts.previous_control_number:
        data["previous_control_number"] = facts.previous_control_number
    return _ENCODER.encode({"type": event, "timestamp": local_text(at), "data": data})


def trial_body(webhook_id: str, at: datetime, environment: str) -> bytes:
    """The body of a message that announces nothing, with which an operator tries a webhook."""
    data = {"webhook": webhook_id, "environment": environment}
    return _ENCODER.encode({"type": TRIAL_EVENT, "timestamp": local_text(at), "data": data})


def _key(secret: str) -> bytes:
    if not secret.startswith(_MARK):
        raise ValueError("not a webhook secret")
    try:
        key = base64.b64decode(secret.removeprefix(_MARK), validate=True)
    except binascii.Error:
        raise ValueError("not a webhook secret") from None
    if len(key) < _SHORTEST_SECRET:
        raise ValueError("a webhook secret has 24 bytes at least")
    return key
