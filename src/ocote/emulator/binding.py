"""Request bodies as MH's framework binds them; a wrong JSON type never reaches the service (protocol.md 3.5)."""

from typing import Literal, TypeVar

import msgspec

from ocote.emulator.http import JSON, Reply, Request
from ocote.emulator.ministry import Ministry

Environment = Literal["00", "01"]


class ReceptionBody(
    msgspec.Struct,
    rename={
        "environment": "ambiente",
        "send_id": "idEnvio",
        "doc_type": "tipoDte",
        "document": "documento",
        "generation_code": "codigoGeneracion",
    },
):
    """The body of ``POST /fesv/recepciondte``."""

    environment: Environment
    send_id: int
    version: int
    doc_type: str
    document: str
    generation_code: str


class QueryBody(
    msgspec.Struct, rename={"emitter_nit": "nitEmisor", "doc_type": "tdte", "generation_code": "codigoGeneracion"}
):
    """The body of ``POST /fesv/recepcion/consultadte``."""

    emitter_nit: str
    doc_type: str
    generation_code: str


class InvalidationBody(
    msgspec.Struct, rename={"environment": "ambiente", "send_id": "idEnvio", "document": "documento"}
):
    """The body of ``POST /fesv/anulardte``."""

    environment: Environment
    send_id: int
    version: int
    document: str


class ContingencyBody(msgspec.Struct, rename={"document": "documento"}):
    """The body of ``POST /fesv/contingencia``."""

    nit: str
    document: str


class LotBody(
    msgspec.Struct,
    rename={
        "environment": "ambiente",
        "send_id": "idEnvio",
        "emitter_nit": "nitEmisor",
        "documents": "documentos",
    },
):
    """The body of ``POST /fesv/recepcionlote``, whose ``idEnvio`` is a text."""

    environment: Environment
    send_id: str
    version: int
    emitter_nit: str
    documents: list[str]


Body = TypeVar("Body", bound=msgspec.Struct)


def bound(request: Request, body_type: type[Body], ministry: Ministry) -> Body | Reply:
    """The body as a value, or the framework's answer to a body that cannot be bound."""
    if request.media_type != JSON:
        return ministry.refusal(415, request)
    try:
        return msgspec.json.decode(request.body, type=body_type)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ministry.refusal(400, request)
