"""The e-mails of a document, as JSON. Pure.

The OpenAPI document shows the docstrings and descriptions of this module.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ocote.api.bodies.common import DocumentId, ExternalRef, GivenControlNumber, Warnings
from ocote.clock import local_text
from ocote.outbox.sending import Mailing, Sending


class EmailBody(msgspec.Struct, frozen=True):
    """One message to one address, and what the mail server said to it."""

    to: Annotated[str, Meta(description="The address.", examples=["compras@example.com"])]
    event: Annotated[
        str,
        Meta(
            description="Why it is sent: `document.stamped`, `document.contingency_entered`, `document.invalidated`, "
            "or `document.sent_again` when somebody asked for it.",
            examples=["document.stamped"],
        ),
    ]
    state: Annotated[
        Literal["queued", "sending", "sent", "refused", "expired", "obsolete"],
        Meta(
            description="`queued`: waits for its next attempt. `sending`: an attempt is under way. `sent`: the mail "
            "server has taken it. `refused`: it never will. `expired`: given up after days. `obsolete`: not sent, for "
            "it was not needed any more."
        ),
    ]
    requested_date_time: Annotated[
        str, Meta(description="When it was asked for; local time.", examples=["2026-06-03T08:15:41-06:00"])
    ]
    attempts: Annotated[int, Meta(description="How often it was tried.", examples=[1])]
    answered_date_time: Annotated[
        str,
        Meta(
            description="When the last attempt ended, local time; empty before.", examples=["2026-06-03T08:15:43-06:00"]
        ),
    ]
    code: Annotated[int | None, Meta(description="The mail server's code; null when it said nothing.", examples=[250])]
    answer: Annotated[str, Meta(description="What the mail server said.", examples=["2.0.0 Ok: queued as 4F1"])]


class MailingBody(msgspec.Struct, frozen=True):
    """Everything that was or is to be e-mailed of a document, oldest first."""

    document_id: DocumentId
    external_ref: ExternalRef
    control_number: GivenControlNumber
    emails: Annotated[tuple[EmailBody, ...], Meta(description="Empty when there is nothing.")]
    warnings: Warnings | UnsetType = UNSET


def mailing_body(mailing: Mailing) -> MailingBody:
    """The answer to a request to send a document again, and to a query of its e-mails."""
    document = mailing.document
    return MailingBody(
        document_id=document.id,
        external_ref=document.external_ref,
        control_number=document.control_number,
        emails=tuple(_email(each) for each in mailing.sendings),
    )


def _email(sending: Sending) -> EmailBody:
    return EmailBody(
        to=sending.to,
        event=sending.event,
        state=sending.state,
        requested_date_time=local_text(sending.requested_at),
        attempts=sending.attempts,
        answered_date_time=local_text(sending.answered_at) if sending.answered_at is not None else "",
        code=sending.code,
        answer=sending.answer,
    )
