"""The delivered file ("Archivo DTE"): the signed document with its signature and its stamp (``signing.md`` 6)."""

from typing import Final

import msgspec

from ocote.signing.jws import payload_of

_JSON_BLANKS: Final = b" \t\r\n"


def delivered_json(jws: str, stamp: str | None) -> bytes:
    """The legal JSON that a customer keeps: the unchanged signed bytes, with two members added at the end.

    ``jws`` is the compact signature of the document, ``stamp`` MH's seal of 40 characters. A document in contingency
    has no seal yet: with ``stamp`` None only ``firmaElectronica`` is added (``rules.md`` 4). Raises
    ``ocote.signing.jws.JwsError`` for a text that is not a JWS and ValueError when the signed text is not a JSON
    object.
    """
    signed = payload_of(jws)
    brace = _closing_brace(signed)
    is_empty = signed[:brace].rstrip(_JSON_BLANKS).endswith(b"{")
    members = _member("firmaElectronica", jws) + (b"" if stamp is None else b"," + _member("selloRecibido", stamp))
    return signed[:brace] + (b"" if is_empty else b",") + members + signed[brace:]


def _closing_brace(signed: bytes) -> int:
    body = signed.strip(_JSON_BLANKS)
    if not (body.startswith(b"{") and body.endswith(b"}")):
        raise ValueError("the signed payload is not a JSON object")
    return signed.rindex(b"}")


def _member(name: str, value: str) -> bytes:
    return msgspec.json.encode(name) + b":" + msgspec.json.encode(value)
