"""What a request is about, as far as its body and its token tell, whether or not it can be served."""

import hashlib

import msgspec

from ocote.emulator.http import Request
from ocote.emulator.tokens import Bearer


class Subject(msgspec.Struct, frozen=True):
    """The names by which a request can be told from others."""

    nit: str | None = None
    environment: str | None = None
    doc_type: str | None = None
    generation_code: str | None = None
    document_sha256: str | None = None
    """Of the JWS text, to tell an identical resend from another version."""


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
    """Read what can be read; a body that is no JSON object of texts tells nothing."""
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
