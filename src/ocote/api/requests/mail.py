"""``POST /documents/{id_or_ref}/email``: to whom a document is sent again."""

from collections.abc import Mapping
from typing import Any

from ocote.api.requests.fields import RequestFields
from ocote.api.requests.person import read_email


def read_mail(body: Mapping[str, Any]) -> str | None:
    """The one address in ``to``; None means those the document was issued with. Raises InvalidRequest."""
    fields = RequestFields(body)
    to = read_email(fields, "to")
    fields.raise_faults()
    return to
