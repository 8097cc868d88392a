"""The bytes of a document that are signed: compact UTF-8 JSON with exact decimal numbers."""

import json
import re
from decimal import Decimal
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_EXPONENT = re.compile(rb"[0-9]E[-+]")
"""An exponent of a number; the same letters inside a text only cost a second writing."""


def encode(document: dict[str, Any]) -> bytes:
    """``document`` as minified JSON, keys in their order, every Decimal as a plain number.

    Decimals below 0.000001 print with an exponent; the rare document with such a number is written a second time with
    those numbers in plain form, because MH describes decimals only in plain form.
    """
    encoded = _ENCODER.encode(document)
    return _ENCODER.encode(_spelt_out(document)) if _EXPONENT.search(encoded) else encoded


def decode(signed: bytes) -> dict[str, Any]:
    """The document or event in its signed bytes, its numbers with decimals as Decimal."""
    document: dict[str, Any] = json.loads(signed, parse_float=Decimal)
    return document


def _spelt_out(value: Any) -> Any:
    if isinstance(value, Decimal):
        return msgspec.Raw(f"{value:f}".encode())
    if isinstance(value, dict):
        return {key: _spelt_out(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_spelt_out(item) for item in value]
    return value
