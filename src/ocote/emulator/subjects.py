"""The subject of a request, as far as body and token name it, even when the request cannot be served."""

import hashlib

import msgspec

from ocote.emulator.http import Request
from ocote.emulator.tokens import Bearer


class Subject(msgspec.Struct, frozen=True):
    """The values that distinguish a request from others."""

    nit: str | None = None
    environment: str | None = None
    doc_type: str | None = None
    generation_code: str | None = None
    document_sha256: str | None = None
    """The SHA-256 of the JWS text, which distinguishes an identical resend from another version."""


class _Body(
    msgspec.Struct,
    rename={
        "environment": "ambiente",
        "generation_code": "codigoGeneracion",
        "doc_type": "tipoDte",
        "query_type": "tdte",
        "document": "documento",
    },
):
    environment: str | None = None
    generation_code: str | None = None
    doc_type: str | None = None
    query_type: str | None = None
    document: str | None = None


def subject_of(request: Request, bearer: Bearer | None) -> Subject:
    """The subject of a request; a body that is not a JSON object of texts adds nothing to it."""
    nit = None if bearer is None else bearer.nit
    try:
        body = msgspec.json.decode(request.body, type=_Body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Subject(nit=nit)
    return Subject(
        nit=nit,
        environment=body.environment,
        doc_type=body.doc_type or body.query_type,
        generation_code=body.generation_code,
        document_sha256=None if body.document is None else hashlib.sha256(body.document.encode()).hexdigest(),
    )
