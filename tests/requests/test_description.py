"""One description of each request: the reader and the OpenAPI document follow it, and nothing else names a field."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import ocote.api
from ocote.api.openapi.requests import request_schemas
from ocote.api.openapi.schemas import object_schemas, query_parameters
from ocote.requests.description import AtLeastOne, InnerList, InnerObject, RequestField, RequestObject
from ocote.requests.export_span import EXPORT_QUERY
from ocote.requests.invalidation import INVALIDATION_BODY
from ocote.requests.invoice import INVOICE_BODY
from ocote.requests.item import ITEM_BODY, ITEMS_QUERY
from ocote.requests.kinds import DecimalValue, TextValue
from ocote.requests.listing import LISTING_QUERY
from ocote.requests.mail import MAIL_BODY
from ocote.requests.note import NOTE_BODY
from ocote.requests.purchase import PURCHASE_BODY
from ocote.requests.reading import FoundValues, read_by
from tests.requests.reading import as_sent

LINE = {"description": "Resma de papel", "quantity": 2, "unit_price": 5.65}

SMALLEST: list[tuple[RequestObject, dict[str, Any]]] = [
    (INVOICE_BODY, {"lines": [LINE]}),
    (NOTE_BODY, {"document_id": "A"}),
    (PURCHASE_BODY, {"subject": {"name": "Ana", "dui": "000162975"}, "lines": [LINE]}),
    (INVALIDATION_BODY, {}),
    (MAIL_BODY, {}),
    (ITEM_BODY, {"description": "Resma de papel", "unit_price": 5.65}),
    (ITEMS_QUERY, {}),
    (LISTING_QUERY, {}),
    (EXPORT_QUERY, {"date_from": "2026-06-01", "date_to": "2026-06-30"}),
]
QUERIES = (LISTING_QUERY, EXPORT_QUERY, ITEMS_QUERY)
BODIES = [each for each in SMALLEST if each[0] not in QUERIES]

SELLER = RequestField("seller_code", TextValue(5), "Who sold.", "V-07")


def extended(described: RequestObject, field: RequestField[Any] = SELLER) -> RequestObject:
    return replace(described, parts=(*described.parts, field))


def faults(described: RequestObject, body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in read_by(described, as_sent(body)).faults]


@pytest.mark.parametrize(("described", "smallest"), SMALLEST, ids=lambda value: getattr(value, "name", ""))
def test_a_field_that_is_added_to_a_description_is_read(described: RequestObject, smallest: dict[str, Any]) -> None:
    reading = read_by(extended(described), as_sent(smallest | {"seller_code": " V-1 "}))

    assert reading.accepted()[SELLER] == "V-1"
    assert faults(extended(described), smallest | {"seller_code": "V-12345"}) == [("text_too_long", "seller_code")]


@pytest.mark.parametrize(("described", "smallest"), BODIES, ids=lambda value: getattr(value, "name", ""))
def test_a_field_that_is_added_to_a_body_is_in_its_schema(described: RequestObject, smallest: dict[str, Any]) -> None:
    schema = dict(object_schemas(extended(described)))[described.name]

    assert schema["properties"]["seller_code"] == {
        "type": "string",
        "minLength": 1,
        "maxLength": 5,
        "description": "Who sold.",
        "example": "V-07",
        "nullable": True,
    }


@pytest.mark.parametrize("described", QUERIES, ids=lambda value: value.name)
def test_a_field_that_is_added_to_a_query_is_one_of_its_parameters(described: RequestObject) -> None:
    assert query_parameters(extended(described))[-1] == {
        "name": "seller_code",
        "in": "query",
        "required": False,
        "description": "Who sold.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 5, "example": "V-07"},
    }


def test_a_field_that_is_added_to_a_line_is_read_and_described() -> None:
    weight = RequestField("weight", DecimalValue(3, "number_negative"), "Kilograms.", 1.5)
    line = extended(inner(INVOICE_BODY, "lines"), weight)
    lines: RequestField[list[FoundValues]] = RequestField("lines", InnerList(line, 2), required=True)
    described = RequestObject("Weighed", "", (lines,))

    assert [found.get(weight) for found in read_by(described, as_sent({"lines": [LINE]})).accepted()[lines]] == [None]
    assert faults(described, {"lines": [LINE, LINE | {"weight": -1}]}) == [("number_negative", "lines[1].weight")]
    assert "weight" in dict(object_schemas(described))["Line"]["properties"]


class TestAFieldMay:
    def test_be_required(self) -> None:
        described = extended(MAIL_BODY, replace(SELLER, required=True))

        assert faults(described, {}) == [("field_required", "seller_code")]
        assert dict(object_schemas(described))["MailRequest"]["required"] == ["seller_code"]

    def test_be_required_for_some_types_of_document(self) -> None:
        described = extended(INVOICE_BODY, replace(SELLER, required_for={"11": "field_empty"}))

        assert faults(described, {"lines": [LINE]}) == []
        assert faults(described, {"lines": [LINE], "doc_type": "11"}) == [("field_empty", "seller_code")]

    def test_be_made_up_for_by_another(self) -> None:
        other = RequestField("till", TextValue(5))
        described = extended(extended(MAIL_BODY, replace(SELLER, required=True, substitutes=(other,))), other)

        assert faults(described, {}) == [("field_required", "seller_code")]
        assert faults(described, {"till": "7"}) == []
        assert faults(described, {"till": "7", "seller_code": 5}) == [("text_expected", "seller_code")]
        assert dict(object_schemas(described))["MailRequest"]["required"] == []

    def test_be_ignored_by_other_types_of_document(self) -> None:
        field = replace(SELLER, required=True, only_for=frozenset({"11"}))
        described = extended(INVOICE_BODY, field)

        assert faults(described, {"lines": [LINE], "seller_code": 5}) == []
        assert faults(described, {"lines": [LINE], "doc_type": "11", "seller_code": 5}) == [
            ("text_expected", "seller_code")
        ]
        assert faults(described, {"lines": [LINE], "doc_type": "11"}) == [("field_required", "seller_code")]

    def test_have_a_default(self) -> None:
        field = replace(SELLER, default="V-00")

        assert read_by(extended(MAIL_BODY, field), {}).accepted()[field] == "V-00"
        assert dict(object_schemas(extended(MAIL_BODY, field)))["MailRequest"]["properties"]["seller_code"][
            "default"
        ] == ("V-00")

    def test_be_one_of_several(self) -> None:
        other = RequestField("till", TextValue(5))
        described = replace(
            extended(extended(MAIL_BODY), other), at_least_one=AtLeastOne((SELLER, other), "field_required")
        )

        assert faults(described, {}) == [("field_required", "seller_code")]
        assert faults(described, {"till": "7"}) == []

    def test_come_as_a_header(self) -> None:
        field = replace(SELLER, header="X-Seller")
        described = extended(MAIL_BODY, field)

        assert read_by(described, {}, {"X-Seller": " V-1 "}).accepted()[field] == "V-1"
        assert read_by(described, {"seller_code": "V-2"}, {"X-Seller": "V-1"}).accepted()[field] == "V-2"
        assert [each.field for each in read_by(described, {}, {"X-Seller": "V-12345"}).faults] == ["X-Seller"]


def inner(described: RequestObject, name: str) -> RequestObject:
    (kind,) = (field.kind for field in described.fields if field.name == name)
    assert isinstance(kind, InnerObject | InnerList)
    return kind.described


def with_inner(described: RequestObject) -> Iterator[RequestObject]:
    yield described
    for field in described.fields:
        if isinstance(field.kind, InnerObject | InnerList):
            yield from with_inner(field.kind.described)


DESCRIBED = [each for described, _ in SMALLEST for each in with_inner(described)]

WORDS_OF_OPENAPI = {"name", "description", "format", "code", "number", "detail", "field", "service", "search", "note"}
"""Names of fields that are also words of OpenAPI, which the schemas are written in, names in answers, or values.

The catalogs of MH have a ``search`` of their own, and ``note`` is a family of document types; no description has these.
"""

EXAMPLES = "examples.py"
"""Whole bodies belong to the description."""
COLUMNS = ("item_file.py", "customer_file.py")
"""The columns of a file of items or customers are named as the fields of an item or customer."""


def test_no_field_name_is_written_outside_of_the_description() -> None:
    names = {field.name for described in DESCRIBED for field in described.fields} - WORDS_OF_OPENAPI
    api = Path(ocote.api.__file__).parent
    modules = [*(api.parent / "requests").glob("*.py"), *(api / "openapi").glob("*.py")]

    written = {
        f"{module.name}: {text}"
        for module in modules
        if module.name not in (EXAMPLES, *COLUMNS)
        for text in texts_outside_of_fields(ast.parse(module.read_text("utf-8")))
        if text in names
    }

    assert len(modules) > 15
    assert written == set()


def texts_outside_of_fields(tree: ast.AST) -> Iterator[str]:
    """Every text of a module but the names that ``RequestField`` is given."""
    names = {
        id(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RequestField"
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in names:
            yield node.value


def test_every_name_of_an_object_is_its_own() -> None:
    for described in DESCRIBED:
        names = [field.name for field in described.fields]
        assert len(names) == len(set(names))
    assert len(request_schemas()) == len({each.name for each in DESCRIBED}) - len(QUERIES)
