"""JSON schemas of what requests accept, derived from the description that the reader follows."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from ocote.dte.catalogs import Catalog
from ocote.requests.addresses import EmailsValue
from ocote.requests.description import InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.kinds import (
    MAX_EMAIL,
    CatalogNumberValue,
    ChoiceValue,
    CodeValue,
    DayValue,
    DecimalValue,
    EmailValue,
    IdentifierValue,
    MonthValue,
    ReferenceValue,
    SignedValue,
    TextValue,
    WholeValue,
    YesNoValue,
)
from ocote.requests.related import GenerationCodeValue, PositionValue

Json = dict[str, Any]

_PLAIN_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"


def schema_ref(name: str) -> Json:
    """A schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_schemas(described: RequestObject) -> Iterator[tuple[str, Json]]:
    """The schema of an object of a request and those of the objects in it, by name."""
    yield described.name, _object_schema(described)
    for field in described.fields:
        if isinstance(field.kind, InnerObject | InnerList):
            yield from object_schemas(field.kind.described)


def query_parameters(described: RequestObject) -> list[Json]:
    """The parameters of a URL."""
    return [
        {
            "name": field.name,
            "in": "query",
            "required": field.required,
            "description": field.meaning,
            "schema": _with_details(field, _value_schema(field.kind)),
        }
        for field in described.fields
    ]


def _object_schema(described: RequestObject) -> Json:
    """An object. What is not required may also be null, which counts as absent; unknown fields are ignored."""
    schema: Json = {
        "type": "object",
        "description": described.meaning,
        "required": [field.name for field in described.fields if field.is_always_needed],
        "properties": {field.name: _property(field) for field in described.fields},
    }
    return schema if described.sample is None else schema | {"example": described.sample}


def _property(field: RequestField[Any]) -> Json:
    match field.kind:
        case InnerObject(described):
            inner = schema_ref(described.name)
            return inner if field.is_always_needed else {"allOf": [inner], "nullable": True} | _told(field)
        case InnerList() as kind:
            schema = {"type": "array", "minItems": kind.least, "maxItems": kind.most, "items": _items(kind)}
            schema |= _told(field)
        case kind:
            schema = _with_details(field, _value_schema(kind) | {"description": _description(field)})
    return schema if field.is_always_needed else _nullable(schema)


def _told(field: RequestField[Any]) -> Json:
    """The description of a field that holds objects, if there is one."""
    told = _description(field)
    return {"description": told} if told else {}


def _items(kind: InnerList) -> Json:
    """The schema of the elements of a list: an object, or also the one text that stands for an object."""
    inner = schema_ref(kind.described.name)
    return inner if kind.shorthand is None else {"anyOf": [_value_schema(kind.shorthand.kind), inner]}


_SCHEMAS: Mapping[type, Callable[[Any], Json]] = {
    TextValue: lambda kind: {"type": "string", "minLength": kind.shortest, "maxLength": kind.longest},
    ReferenceValue: lambda kind: {"type": "string", "minLength": 1, "maxLength": kind.longest},
    EmailValue: lambda _: {"type": "string", "maxLength": MAX_EMAIL},
    EmailsValue: lambda kind: {
        "anyOf": [
            {"type": "string", "maxLength": kind.longest},
            {
                "type": "array",
                "minItems": 1,
                "maxItems": kind.most,
                "items": {"type": "string", "maxLength": MAX_EMAIL},
            },
        ]
    },
    IdentifierValue: lambda kind: {"type": "string"} | _pattern(kind.pattern),
    CodeValue: lambda kind: (
        {"type": "string"} | (_pattern(kind.pattern) if kind.catalog else {"enum": list(kind.known)})
    ),
    ChoiceValue: lambda kind: {"type": "integer", "enum": list(kind.labels)},
    WholeValue: lambda kind: {"type": "integer", "minimum": 1, "maximum": kind.most},
    DecimalValue: lambda kind: {"anyOf": [_bounded(kind), {"type": "string", "pattern": _PLAIN_DECIMAL}]},
    SignedValue: lambda _: {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _PLAIN_DECIMAL}]},
    CatalogNumberValue: lambda kind: {"type": "integer", "minimum": 1, "maximum": kind.most},
    PositionValue: lambda kind: {"type": "integer", "minimum": 0, "maximum": kind.most - 1},
    GenerationCodeValue: lambda _: {"type": "string", "format": "uuid"},
    YesNoValue: lambda _: {"type": "boolean"},
    DayValue: lambda _: {"type": "string", "format": "date"},
    MonthValue: lambda _: {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
}
"""The schema of each kind of value; a kind that is not here cannot be described."""


def _value_schema(kind: object) -> Json:
    return _SCHEMAS[type(kind)](kind)


def _pattern(pattern: str | None) -> Json:
    return {"pattern": pattern} if pattern is not None else {}


def _bounded(kind: DecimalValue) -> Json:
    schema: Json = {"type": "number", "minimum": kind.least}
    if kind.is_above:
        schema["exclusiveMinimum"] = True
    if kind.most is not None:
        schema["maximum"] = kind.most
    return schema


def _description(field: RequestField[Any]) -> str:
    """The meaning of the field with the details of its kind, and the types it is for when others refuse the field."""
    detailed = _detailed(field)
    return f"{detailed} Types {', '.join(sorted(field.only_for))} alone." if field.elsewhere else detailed


def _detailed(field: RequestField[Any]) -> str:
    """The meaning of the field with the details of its kind: the meaning of each code, the catalog, the decimals."""
    match field.kind:
        case CodeValue(known=known, catalog=None) if isinstance(known, Mapping):
            return f"{field.meaning} {_meanings(known)}"
        case CodeValue(catalog=Catalog() as catalog) | CatalogNumberValue(catalog=catalog):
            _, number, name = catalog.value.split("-", 2)
            return f"{field.meaning} CAT-{number}, see `GET /catalogs/{name}`."
        case TextValue(most_breaks=most) if most:
            return f"{field.meaning} May hold tabs and up to {most} line breaks."
        case ChoiceValue(labels=labels):
            return f"{field.meaning} {_meanings(labels)}"
        case DecimalValue(decimals=decimals) | SignedValue(decimals=decimals):
            return f"{field.meaning} Up to {decimals} decimals; more are refused, not rounded."
    return field.meaning


def _meanings(labels: Mapping[Any, str]) -> str:
    return ", ".join(f"`{code}` {label}" for code, label in labels.items()) + "."


def _with_details(field: RequestField[Any], schema: Json) -> Json:
    """The schema with default and example; the first code of a catalog is an example of its codes."""
    details: Json = {}
    if field.default is not None:
        details["default"] = int(field.default) if isinstance(field.default, Decimal) else field.default
    if field.example is not None:
        details["example"] = field.example
    elif isinstance(field.kind, CodeValue) and field.kind.catalog is not None:
        details["example"] = next(iter(field.kind.known))
    return schema | details


def _nullable(schema: Json) -> Json:
    if "anyOf" in schema:
        first, *others = schema["anyOf"]
        return schema | {"anyOf": [first | {"nullable": True}, *others]}
    if "enum" in schema:
        return schema | {"nullable": True, "enum": [*schema["enum"], None]}
    return schema | {"nullable": True}
