"""``POST /documents/{id_or_ref}/email``: to whom a document is sent again."""

from collections.abc import Mapping
from typing import Any

from ocote.documents.view import AnswerWarning
from ocote.requests.addresses import EmailsValue
from ocote.requests.description import RequestField, RequestObject
from ocote.requests.examples import MAIL_EXAMPLES
from ocote.requests.reading import read_by

_TO = RequestField("to", EmailsValue(), "Another address, or several.", "contabilidad@example.com")

MAIL_BODY = RequestObject(
    "MailRequest",
    "To whom a document is e-mailed again; without a body to the addresses it was issued with.",
    (_TO,),
    examples=MAIL_EXAMPLES,
)


def read_mail(body: Mapping[str, Any], warnings: list[AnswerWarning] | None = None) -> tuple[str, ...]:
    """The addresses in ``to``; none means those the document was issued with.

    What is ignored is added to ``warnings``. Raises InvalidRequest.
    """
    return read_by(MAIL_BODY, body, warnings=warnings).accepted().get(_TO) or ()
