"""The parameters, bodies and answers of the operations of the OpenAPI document."""

from collections.abc import Iterable

from msgspec import Struct

from ocote.api.openapi.answers import responses
from ocote.api.openapi.schemas import Json, schema_ref
from ocote.requests.description import RequestObject
from ocote.requests.item import MAX_CODE
from ocote.requests.reference import EXTERNAL_REF, MAX_REFERENCE

ID_OR_REF: Json = {
    "name": "id_or_ref",
    "in": "path",
    "required": True,
    "description": "`document_id`, `external_ref` or `control_number`, looked up in this order; percent-encoded.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_REFERENCE},
    "example": "POS7-000915",
}

ITEM_CODE: Json = {
    "name": "code",
    "in": "path",
    "required": True,
    "description": "The company's own code of the item; case and accents count; percent-encoded.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_CODE},
    "example": "CAFE-LB",
}

REQUEST_ID: Json = {
    "name": "X-Request-Id",
    "in": "header",
    "description": "Comes back in the answer and stands in the gateway's log.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}

PREFER: Json = {
    "name": "Prefer",
    "in": "header",
    "description": "`handling=strict` (RFC 7240): nothing is ignored. A field or a parameter that would be ignored, "
    "data that would be filled in and a text that would be cleaned are a 400. Otherwise `warnings` names them.",
    "schema": {"type": "string", "enum": ["handling=strict", "handling=lenient"]},
}

_IDEMPOTENCY_KEY: Json = {
    "name": EXTERNAL_REF.header,
    "in": "header",
    "description": f"Stands in for a missing `{EXTERNAL_REF.name}`.",
    "schema": {"type": "string", "maxLength": MAX_REFERENCE},
}


def flag(name: str, description: str) -> Json:
    """A yes-or-no parameter of the URL."""
    schema = {"type": "string", "enum": ["1", "true", "0", "false"], "default": "0"}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def query(name: str, description: str, schema: Json, *, required: bool = False) -> Json:
    """Any other parameter of the URL."""
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def json(schema: Json) -> Json:
    """JSON content."""
    return {"application/json": {"schema": schema}}


def array_of(name: str) -> Json:
    """A bare array of a schema of the components."""
    return json({"type": "array", "items": schema_ref(name)})


class SuccessAnswer(Struct, frozen=True):
    """The answer of an operation that succeeds; ``headers`` are those of this answer alone."""

    description: str
    content: Json
    headers: tuple[str, ...] = ()


def reading_operation(
    tag: str, operation_id: str, summary: str, success: SuccessAnswer, parameters: Iterable[Json], errors: Iterable[str]
) -> Json:
    """An operation that only reads."""
    return {
        "tags": [tag],
        "operationId": operation_id,
        "summary": summary,
        "parameters": [*parameters, PREFER, REQUEST_ID],
        "responses": responses(_answer(success), errors, success.headers),
    }


def issuing_operation(operation_id: str, summary: str, body: RequestObject, errors: Iterable[str]) -> Json:
    """An operation that issues a document, or with ``dry_run`` shows what would be signed."""
    success = SuccessAnswer(
        "The document is registered: stamped, in contingency or refused by MH, as the flags say. A dry run answers "
        "with `PreviewBody`, or with the document that `external_ref` has already when nothing new would be signed.",
        json({"oneOf": [schema_ref("IssuedBody"), schema_ref("PreviewBody")]}),
    )
    dry_run = flag("dry_run", "Validates and computes everything and answers with the DTE that would be signed.")
    return {
        "tags": ["Issue"],
        "operationId": operation_id,
        "summary": summary,
        "parameters": [dry_run, _IDEMPOTENCY_KEY, PREFER, REQUEST_ID],
        "requestBody": _request_body(body, required=True),
        "responses": responses(_answer(success), errors),
    }


def acting_operation(tag: str, operation_id: str, summary: str, success: SuccessAnswer, body: RequestObject) -> Json:
    """An operation on a document that exists; its body may be left out."""
    return {
        "tags": [tag],
        "operationId": operation_id,
        "summary": summary,
        "parameters": [ID_OR_REF, PREFER, REQUEST_ID],
        "requestBody": _request_body(body, required=False),
        "responses": responses(_answer(success), ("404", "409")),
    }


def writing_operation(tag: str, operation_id: str, summary: str, success: SuccessAnswer, body: RequestObject) -> Json:
    """An operation that writes the whole of an item, new or not."""
    return {
        "tags": [tag],
        "operationId": operation_id,
        "summary": summary,
        "parameters": [ITEM_CODE, PREFER, REQUEST_ID],
        "requestBody": _request_body(body, required=True),
        "responses": responses(_answer(success), ()),
    }


def bodiless_operation(tag: str, operation_id: str, summary: str, success: SuccessAnswer) -> Json:
    """An operation that changes a document that exists, and that takes no body."""
    return reading_operation(tag, operation_id, summary, success, [ID_OR_REF], ("404",))


def _request_body(body: RequestObject, *, required: bool) -> Json:
    content = {"schema": schema_ref(body.name), "examples": dict(body.examples)}
    return {"required": required, "content": {"application/json": content}}


def _answer(success: SuccessAnswer) -> Json:
    return {"description": success.description, "content": success.content}
