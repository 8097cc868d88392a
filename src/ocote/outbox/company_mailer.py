"""Hands one message to a company's mail server at once, while a person waits for the outcome."""

import ssl
from collections.abc import Callable
from email.message import EmailMessage
from typing import Final

from msgspec import Struct

from ocote.companies.company import Company
from ocote.companies.description.value import SmtpAccess
from ocote.companies.mail_server import mail_server_of
from ocote.companies.registry import Companies
from ocote.documents.reasons import attempt_text
from ocote.mail.smtp import Accepted, send
from ocote.mail.unsendable import UnsendableError
from ocote.store.sending_reason import SendingReason, on_one_line
from ocote.web.limiter import RateLimiter

_STEP_TIMEOUT_S: Final = 6.0
_PER_MINUTE: Final = 6
_PER_HOUR: Final = 60
"""Messages of a company that people send at once; documents go through the outbox and are not counted."""


class MailOutcome(Struct, frozen=True):
    """The outcome of a message: whether the mail server took it, and the Spanish words about it.

    ``said`` is the answer of the server, or the reason why there is none.
    """

    is_taken: bool
    said: str


class CompanyMailer:
    """Sends messages that are kept nowhere, such as an invitation, through the mail servers of companies.

    ``tls_context`` decides which mail servers are trusted; None means the certificates of the system.
    """

    def __init__(self, companies: Companies, limiter: RateLimiter, tls_context: ssl.SSLContext | None = None) -> None:
        self._companies = companies
        self._limiter = limiter
        self._tls_context = tls_context

    async def send(self, company_id: int, write: Callable[[SmtpAccess, Company], EmailMessage]) -> MailOutcome:
        """Tries once to hand over the message that ``write`` makes for the access of the company."""
        company = await self._companies.get(company_id)
        access = self._companies.mail_access(company)
        if access is None:
            return MailOutcome(is_taken=False, said="la empresa no tiene servidor de correo")
        allowance = await self._limiter.admit(f"mailer/{company_id}", _PER_MINUTE, _PER_HOUR)
        if allowance.refused_by is not None:
            return MailOutcome(is_taken=False, said=f"ya se enviaron muchos; espere {allowance.retry_after_s} s")
        try:
            message, server = write(access, company), mail_server_of(access, _STEP_TIMEOUT_S)
        except UnsendableError as error:
            return _not_taken(None, error.reason)
        outcome = await send(message, server, tls_context=self._tls_context)
        if isinstance(outcome, Accepted):
            return MailOutcome(is_taken=True, said=on_one_line(outcome.reply))
        return _not_taken(outcome.code, outcome.why)


def _not_taken(code: int | None, why: SendingReason | str) -> MailOutcome:
    answer = why.kept() if isinstance(why, SendingReason) else on_one_line(why)
    return MailOutcome(is_taken=False, said=attempt_text(code, answer))
