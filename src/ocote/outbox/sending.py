"""The e-mails of a document for the outside. Values only."""

from datetime import datetime

from msgspec import Struct

from ocote.documents.view import DocumentView
from ocote.store.sendings import SendingState


class Sending(Struct, frozen=True):
    """One message to one address. ``requested_at`` and ``answered_at`` (None before any answer) are aware UTC instants.

    ``event`` is why it is sent: ``document.stamped`` and the like, or ``document.sent_again``. ``code`` and ``answer``
    are the mail server's, of the last attempt; without a code ``answer`` is the reason, in English.
    """

    to: str
    event: str
    state: SendingState
    requested_at: datetime
    attempts: int
    answered_at: datetime | None
    code: int | None
    answer: str


class Mailing(Struct, frozen=True):
    """A document and all its e-mails, sent or still to be sent, oldest first."""

    document: DocumentView
    sendings: tuple[Sending, ...]
