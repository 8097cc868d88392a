"""Schemas, headers and error answers of responses."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ocote.api.bodies.common import DocumentListBody, InvalidationBody, IssuedBody, PreviewBody, StatusBody
from ocote.api.bodies.items import ItemBody, ItemListBody
from ocote.api.bodies.link import PublicLinkBody
from ocote.api.bodies.mail import MailingBody
from ocote.api.catalog_search import CatalogEntry, DepartmentBody, DistrictBody
from ocote.api.openapi.schemas import Json
from ocote.errors import ENTRIES
from ocote.web.response import ErrorBody

_BODIES = (
    IssuedBody,
    StatusBody,
    PreviewBody,
    InvalidationBody,
    DocumentListBody,
    MailingBody,
    PublicLinkBody,
    ItemBody,
    ItemListBody,
    CatalogEntry,
    DepartmentBody,
    DistrictBody,
    ErrorBody,
)

_NAMES = {CatalogEntry.__name__: "Entry"}
"""Schemas that integrators know by another name than that of the struct; arrays alone refer to them."""

_TITLES = {
    "400": "The request cannot be understood or issued; `errors` lists every fault. Nothing was stored.",
    "401": "The key is missing, malformed, unknown or disabled, or its company is.",
    "403": "Plain HTTP.",
    "404": "No such document, file or item in this company.",
    "405": "The endpoint exists for another method, which `Allow` names.",
    "409": "The request does not fit the present state.",
    "429": "The key has used its requests of this minute or hour.",
    "500": "A fault of the gateway; retrying with the same `external_ref` is safe.",
    "503": "The gateway's database does not answer, or too many PDFs or searches wait; retrying with the same "
    "`external_ref` is safe.",
}


def body_schemas() -> Json:
    """The schemas of all answers, from the structs that write them."""
    _, components = msgspec.json.schema_components(_BODIES, ref_template="#/components/schemas/{name}")
    adapted: Json = {_NAMES.get(name, name): _as_openapi(schema) for name, schema in components.items()}
    any_object = {"type": "object", "additionalProperties": True}
    dte = any_object | {"description": "The DTE exactly as it is signed, MH's JSON."}
    adapted["PreviewBody"]["properties"]["schema"] = dte
    adapted["StatusBody"]["properties"]["schema"] = dte | {"nullable": True}
    adapted["StatusBody"]["properties"]["response"] = {
        "nullable": True,
        "oneOf": [any_object, {"type": "string"}],
        "description": "MH's raw answer, null before there is one.",
    }
    return adapted


def response_headers() -> Json:
    """The headers that answers carry."""

    def whole(description: str, example: int) -> Json:
        return {"description": description, "schema": {"type": "integer"}, "example": example}

    def text(description: str, example: str) -> Json:
        return {"description": description, "schema": {"type": "string"}, "example": example}

    return {
        "X-RateLimit-Limit-Minute": whole("Requests of this key per minute.", 120),
        "X-RateLimit-Limit-Hour": whole("Requests of this key per hour.", 5000),
        "X-RateLimit-Remaining-Minute": whole("Left in the 60-second window.", 119),
        "X-RateLimit-Remaining-Hour": whole("Left in the hour window.", 4999),
        "X-RateLimit-Reset": whole("Seconds until the minute window resets.", 60),
        "Retry-After": whole("Seconds to wait.", 42),
        "X-Request-Id": {
            "description": "The identifier sent in the same header (1 to 64 letters, digits, `.`, `_`, `-`), or a new "
            "one. The gateway's log knows it.",
            "schema": {"type": "string"},
            "example": "pos7-000915-1",
        },
        "Server-Timing": {
            "description": "Milliseconds per step.",
            "schema": {"type": "string"},
            "example": "key;dur=0.12, parse;dur=0.05, total;dur=41.70",
        },
        "Preference-Applied": text("Comes when `Prefer: handling=strict` was sent and heeded.", "handling=strict"),
        "Allow": text("The methods that the path has.", "GET"),
        "Content-Disposition": text(
            "How to show the file, and its name.", 'inline; filename="DTE-01-M002P003-000000000000458.pdf"'
        ),
        "Cache-Control": text("The file is for its caller alone and is not kept on the way.", "private, no-store"),
        "Deprecation": text("Comes when the key was sent as `key` in the URL.", "true"),
    }


def responses(success: Json, statuses: Iterable[str], more_headers: Iterable[str] = ()) -> Json:
    """The answers of one operation: success, with headers of its own, and the errors it shares with others."""
    found: Json = {"200": success | {"headers": _header_refs("Preference-Applied", *more_headers)}}
    for status in (*statuses, "400", "401", "403", "405", "429", "500", "503"):
        found[status] = {"$ref": f"#/components/responses/E{status}"}
    return dict(sorted(found.items()))


def error_responses() -> Json:
    """One reusable answer for each error status, with the codes that come with it as examples."""
    return {f"E{status}": _error(status, title) for status, title in _TITLES.items()}


def _error(status: str, title: str) -> Json:
    of_the_api = (entry for entry in ENTRIES.values() if entry.area != "panel")
    entries = [entry for entry in of_the_api if entry.status == int(status)]
    more = _MORE_HEADERS.get(status, ())
    limited = status not in ("401", "403")
    return {
        "description": title + " Codes: " + ", ".join(f"`{entry.code}`" for entry in entries) + ".",
        "headers": _header_refs(*more) if limited else _header_refs_without_limits(),
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/ErrorBody"},
                "example": _FAULTY if status == "400" else {"detail": entries[0].message, "code": entries[0].code},
            }
        },
    }


_MORE_HEADERS: dict[str, tuple[str, ...]] = {
    "400": ("Preference-Applied",),
    "405": ("Allow",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}

_FAULTY = {
    "detail": "Solicitud invalida: lines[0].quantity debe ser mayor que cero",
    "code": "line_quantity_not_positive",
    "errors": [
        {
            "field": "lines[0].quantity",
            "message": "debe ser mayor que cero",
            "code": "line_quantity_not_positive",
        }
    ],
}

_EVERYWHERE = ("X-Request-Id", "Server-Timing")


def _header_refs(*more: str) -> Json:
    names = [name for name in response_headers() if name.startswith("X-RateLimit")]
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*names, *_EVERYWHERE, *more)}


def _header_refs_without_limits() -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in _EVERYWHERE}


def _as_openapi(schema: Any) -> Any:
    """JSON Schema 2020 of the structs in the words of OpenAPI 3.0; amounts are JSON numbers on the wire."""
    if isinstance(schema, list):
        return [_as_openapi(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    adapted = {key: _as_openapi(value) for key, value in schema.items() if key not in ("examples", "title")}
    if "examples" in schema:
        adapted["example"] = schema["examples"][0]
    if schema.get("format") == "decimal":
        adapted["type"] = "number"
        del adapted["format"]
    if isinstance(schema.get("properties"), dict):
        adapted["properties"] = {name: _as_openapi(value) for name, value in schema["properties"].items()}
    if "description" in adapted and isinstance(adapted["description"], str):
        adapted["description"] = " ".join(adapted["description"].split())
    return _with_null(adapted)


def _with_null(schema: Json) -> Json:
    """OpenAPI 3.0 knows no type ``null``: a value that may be absent is ``nullable``."""
    match schema:
        case {"anyOf": [value, {"type": "null"}], **others}:
            return {**value, **others, "nullable": True}
    return schema
