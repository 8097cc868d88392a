"""An e-mail that was not delivered and will not be tried again, as the company's own software learns of it."""

from typing import Final

from msgspec import Struct

from ocote.store.sending_reason import english_answer, reason_of
from ocote.store.sendings import SendingRow, SendingState

SERVER_REFUSED: Final = "server_refused"
"""The reason of an e-mail that the mail server refused in its own words."""


class FailedEmail(Struct, frozen=True):
    """An e-mail that was given up, with the names of the API's list of e-mails (``event`` is why it was to be sent).

    ``reason`` is a code of ``sending_reason``, or ``SERVER_REFUSED``; ``code`` and ``answer`` come from the last
    attempt.
    """

    to: str
    event: str
    state: SendingState
    attempts: int
    reason: str
    code: int | None
    answer: str


def failed_email(row: SendingRow, state: SendingState, status: int | None, answer: str) -> FailedEmail:
    """The announcement of a row that was given up in ``state``, after the code and the stored answer of an attempt."""
    reason = reason_of(status, answer)
    return FailedEmail(
        to=row.target,
        event=row.event,
        state=state,
        attempts=row.attempts,
        reason=SERVER_REFUSED if reason is None else reason.code,
        code=status,
        answer=english_answer(status, answer),
    )
