"""JSON schemas of request fields: limits and codes come from the modules that check them."""

from collections.abc import Mapping
from typing import Any

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog

Schema = dict[str, Any]

_PLAIN_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"


def text(description: str, example: str, most: int, least: int = 1) -> Schema:
    """A text of bounded length."""
    return {"type": "string", "minLength": least, "maxLength": most, "description": description, "example": example}


def decimal_number(description: str, example: float, decimals: int, **bounds: object) -> Schema:
    """A decimal, as a JSON number or as a plain decimal text."""
    return {
        "anyOf": [{"type": "number", **bounds}, {"type": "string", "pattern": _PLAIN_DECIMAL}],
        "description": f"{description} Up to {decimals} decimals; more are refused, not rounded.",
        "example": example,
    }


def choice(description: str, labels: Mapping[int, str], default: int | None = None) -> Schema:
    """One of a few whole numbers, each explained."""
    meanings = ", ".join(f"`{code}` {label}" for code, label in labels.items())
    schema: Schema = {"type": "integer", "enum": list(labels), "description": f"{description} {meanings}."}
    return schema if default is None else schema | {"default": default}


def code(description: str, labels: Mapping[str, str], default: str | None = None) -> Schema:
    """One code of a short catalog, each explained."""
    meanings = ", ".join(f"`{code}` {label}" for code, label in labels.items())
    schema: Schema = {"type": "string", "enum": list(labels), "description": f"{description} {meanings}."}
    return schema if default is None else schema | {"default": default}


def activity(description: str) -> Schema:
    """A code of the long catalog of economic activities."""
    return {
        "type": "string",
        "pattern": "^[0-9]{5}$",
        "description": f"{description} CAT-019, see `GET /catalogs/activities`.",
        "example": next(iter(catalogs.labels(Catalog.ACTIVITIES))),
    }


def record(description: str, required: tuple[str, ...], properties: Mapping[str, Schema]) -> Schema:
    """An object. What is not required may also be null, which counts as absent; unknown fields are ignored."""
    return {
        "type": "object",
        "description": description,
        "required": list(required),
        "properties": {name: schema if name in required else _nullable(schema) for name, schema in properties.items()},
    }


def _nullable(schema: Schema) -> Schema:
    if "anyOf" in schema:
        first, *others = schema["anyOf"]
        return schema | {"anyOf": [first | {"nullable": True}, *others]}
    if "enum" in schema:
        return schema | {"nullable": True, "enum": [*schema["enum"], None]}
    return schema | {"nullable": True}
