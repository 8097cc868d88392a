"""Requests as the OpenAPI document shows them: the named examples, and the one that is made of single fields."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

Described = Mapping[str, Any]


def documented_bodies(described: Described, path: str, method: str = "post") -> Iterator[dict[str, Any]]:
    """Every body that the page shows for a path: its examples, then the one made of single fields."""
    content = described["paths"][path][method]["requestBody"]["content"]["application/json"]
    yield from (example["value"] for example in content["examples"].values())
    yield _sample(described, content["schema"])


def dated(body: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The body with this day as the date of each document of another system, in place of the day that is shown."""
    listed = [
        each | {"issued_on": day.isoformat()} if "issued_on" in each else each
        for each in body.get("related_documents", ())
    ]
    return {**body, "related_documents": listed} if listed else dict(body)


def documented_query(described: Described, path: str, method: str) -> dict[str, str]:
    """The parameters of a URL that have an example or are required, with the value that a reader puts there."""
    parameters = described["paths"][path][method]["parameters"]
    return {
        each["name"]: str(_sample(described, each["schema"]))
        for each in parameters
        if each["in"] == "query" and (each.get("required") or "example" in each["schema"])
    }


def _sample(described: Described, schema: Mapping[str, Any]) -> Any:
    """What Swagger UI shows for a schema: the example, or else the default, the first choice, or a word of the type."""
    if "$ref" in schema:
        return _sample(described, described["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for word in ("example", "default"):
        if word in schema:
            return schema[word]
    for word in ("allOf", "anyOf", "enum"):
        if word in schema:
            first = schema[word][0]
            return first if word == "enum" else _sample(described, first)
    if schema["type"] == "object":
        return {name: _sample(described, inner) for name, inner in schema.get("properties", {}).items()}
    if schema["type"] == "array":
        return [_sample(described, schema["items"])]
    return {"string": "string", "integer": 0, "number": 0, "boolean": True}[schema["type"]]
