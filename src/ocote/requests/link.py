"""``POST /documents/{id_or_ref}/link``: a call that needs nothing but its path."""

from collections.abc import Mapping
from typing import Any

from ocote.documents.view import AnswerWarning
from ocote.requests.description import RequestObject
from ocote.requests.reading import read_by

_LINK_BODY = RequestObject("LinkRequest", "Nothing: the path says all.", ())


def read_nothing(body: Mapping[str, Any], warnings: list[AnswerWarning]) -> None:
    """Adds a warning for each field of a body from which nothing is read."""
    read_by(_LINK_BODY, body, warnings=warnings).accepted()
