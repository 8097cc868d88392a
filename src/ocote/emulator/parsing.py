"""Reads the JSON of a document with its numbers exactly as written."""

from decimal import Decimal
from typing import Any

import msgspec

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class NotADocumentError(ValueError):
    """Signed bytes that are not a JSON object."""


def parsed_document(payload: bytes) -> dict[str, Any]:
    """The document with numbers as ``int`` or ``Decimal``; raises NotADocumentError."""
    try:
        document = _DECODER.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError) as fault:
        raise NotADocumentError("the payload is not JSON") from fault
    if not isinstance(document, dict):
        raise NotADocumentError("the payload is not a JSON object")
    return document
