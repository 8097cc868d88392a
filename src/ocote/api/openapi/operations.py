"""What every operation of the OpenAPI document is made of: parameters, bodies, answers."""

from collections.abc import Iterable, Mapping
from typing import Any

from ocote.api.openapi.answers import answers
from ocote.api.requests.reference import MAX_REFERENCE

Json = dict[str, Any]

ID_OR_REF: Json = {
    "name": "id_or_ref",
    "in": "path",
    "required": True,
    "description": "`document_id`, `external_ref` or `control_number`, looked up in this order; percent-encoded.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_REFERENCE},
    "example": "POS7-000915",
}

REQUEST_ID: Json = {
    "name": "X-Request-Id",
    "in": "header",
    "description": "Comes back in the answer and stands in the gateway's log.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
}

IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Stands in for a missing `external_ref`.",
    "schema": {"type": "string", "maxLength": MAX_REFERENCE},
}


def flag(name: str, description: str) -> Json:
    """A yes-or-no parameter of the URL."""
    schema = {"type": "string", "enum": ["1", "true", "0", "false"], "default": "0"}
    return {"name": name, "in": "query", "description": description, "schema": schema}


def query(name: str, description: str, schema: Json, *, required: bool = False) -> Json:
    """Any other parameter of the URL."""
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def ref(name: str) -> Json:
    """A schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def json(schema: Json) -> Json:
    """JSON content."""
    return {"application/json": {"schema": schema}}


def array_of(name: str) -> Json:
    """A bare array of a schema of the components."""
    return json({"type": "array", "items": ref(name)})


def reading(
    tag: str,
    operation_id: str,
    summary: str,
    found: str,
    content: Json,
    parameters: Iterable[Json],
    errors: Iterable[str],
    headers: Iterable[str] = (),
) -> Json:
    """An operation that only reads; ``headers`` are those of its success alone."""
    return {
        "tags": [tag],
        "operationId": operation_id,
        "summary": summary,
        "parameters": [*parameters, REQUEST_ID],
        "responses": answers({"description": found, "content": content}, errors, headers),
    }


def issuing(operation_id: str, summary: str, request: str, examples: Mapping[str, Json], errors: Iterable[str]) -> Json:
    """An operation that issues a document, or with ``dry_run`` shows what would be signed."""
    success = {
        "description": "The document is registered: stamped, in contingency or refused by MH, as the flags say. A dry "
        "run answers with `PreviewBody`, or with the document that `external_ref` has already when nothing new would "
        "be signed.",
        "content": json({"oneOf": [ref("IssuedBody"), ref("PreviewBody")]}),
    }
    dry_run = flag("dry_run", "Validates and computes everything and answers with the DTE that would be signed.")
    return {
        "tags": ["Issue"],
        "operationId": operation_id,
        "summary": summary,
        "parameters": [dry_run, IDEMPOTENCY_KEY, REQUEST_ID],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref(request), "examples": dict(examples)}},
        },
        "responses": answers(success, errors),
    }
