"""The OpenAPI document describes exactly what the code does."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema
import pytest

from ocote import errors
from ocote.api.app import all_routes
from ocote.api.bodies.common import DocumentListBody, InvalidationBody, IssuedBody, StatusBody
from ocote.api.envelope import issued_body, status_body
from ocote.api.openapi import document as openapi
from ocote.documents.view import Issued
from ocote.dte.types import CREDIT_NOTE
from ocote.requests.cursor import Cursors
from ocote.requests.description import InnerList, InnerObject, RequestField
from ocote.requests.invalidation import read_invalidation_request
from ocote.requests.invoice import INVOICE_BODY, read_invoice
from ocote.requests.note import read_note
from ocote.requests.purchase import read_purchase
from ocote.web.json_text import read_object
from ocote.web.response import ErrorBody, ok
from tests.api.twin import TwinGateway, document
from tests.builders.bodies import ccf, export, invoice, purchase


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(openapi())
    return loaded


def schema_of(described: dict[str, Any], name: str) -> dict[str, Any]:
    """A schema with its references beside it, in the words of JSON Schema."""
    components = as_json_schema(described["components"])
    return {"$ref": f"#/components/schemas/{name}", "components": components}


def as_json_schema(value: Any) -> Any:
    """What OpenAPI 3.0 says in its own way: null as a value, and bounds that exclude their end."""
    if isinstance(value, list):
        return [as_json_schema(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    schema = {name: as_json_schema(inner) for name, inner in value.items() if name != "nullable"}
    if schema.get("exclusiveMinimum") is True:
        schema["exclusiveMinimum"] = schema.pop("minimum")
    return {"anyOf": [schema, {"type": "null"}]} if value.get("nullable") is True else schema


def test_every_route_is_described_and_nothing_else(described: dict[str, Any]) -> None:
    listed = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}

    assert listed == {(method, route.path) for route in all_routes(Cursors(b"secret")) for method in route.handlers}


def test_every_route_knows_the_parameters_that_are_described(described: dict[str, Any]) -> None:
    refused_or_deprecated = {"dry_run", "key"}

    for route in all_routes(Cursors(b"secret")):
        for method, endpoint in route.handlers.items():
            parameters = described["paths"][route.path][method.lower()]["parameters"]
            listed = {each["name"] for each in parameters if each["in"] == "query"}
            assert listed <= set(endpoint.parameters) <= listed | refused_or_deprecated, route.path


def test_every_operation_tells_of_strict_handling(described: dict[str, Any]) -> None:
    for methods in described["paths"].values():
        for operation in methods.values():
            assert "Prefer" in {each["name"] for each in operation["parameters"]}
            assert "Preference-Applied" in operation["responses"]["200"]["headers"]


def test_every_operation_tells_of_the_wrong_method(described: dict[str, Any]) -> None:
    operations = [each for methods in described["paths"].values() for each in methods.values()]

    assert all(each["responses"]["405"] == {"$ref": "#/components/responses/E405"} for each in operations)
    assert "Allow" in described["components"]["responses"]["E405"]["headers"]


def test_a_file_tells_its_own_headers(described: dict[str, Any]) -> None:
    headers = described["paths"]["/file/{id_or_ref}"]["get"]["responses"]["200"]["headers"]

    assert {"Content-Disposition", "Cache-Control", "Deprecation", "X-Request-Id"} <= set(headers)


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for inner in value.values():
                yield from references(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from references(inner)

    for reference in references(described):
        target: Any = described
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


class Watched(Mapping[str, Any]):
    """An object that remembers which of its fields were asked for."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values_ = values
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return self.values_[name]

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return self.values_.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


BESIDE = {
    "department": ("municipality",),
    "municipality": ("department",),
    "document_type": ("document_number",),
    "document_number": ("document_type",),
}
"""The fields of a customer that are understood together with another."""

A_LINE = {"description": "a", "quantity": 1, "unit_price": 1}


@pytest.mark.parametrize(
    ("read", "smallest", "name"),
    [
        (read_invoice, [ccf("A"), export()], "InvoiceRequest"),
        (read_note, [{"document_id": "A"}], "NoteRequest"),
        (read_purchase, [purchase()], "PurchaseRequest"),
        (read_invalidation_request, [{}], "InvalidationRequest"),
    ],
)
def test_every_field_that_is_read_is_described(
    described: dict[str, Any], read: Callable[[Any], object], smallest: list[dict[str, Any]], name: str
) -> None:
    asked: set[str] = set()
    for each in smallest:
        body = Watched(read_object(json.dumps(each).encode()))
        read(body)
        asked |= body.asked

    assert asked == set(described["components"]["schemas"][name]["properties"])


@pytest.mark.parametrize(
    ("path", "read", "name"),
    [
        ("/invoice", read_invoice, "InvoiceRequest"),
        ("/credit-memo", read_note, "NoteRequest"),
        ("/suex", read_purchase, "PurchaseRequest"),
        ("/invalidate/{id_or_ref}", read_invalidation_request, "InvalidationRequest"),
    ],
)
def test_the_examples_are_accepted_by_schema_and_code(
    described: dict[str, Any], path: str, read: Callable[[Any], object], name: str
) -> None:
    examples = described["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"]

    for example in examples.values():
        jsonschema.validate(example["value"], schema_of(described, name))
        read(read_object(json.dumps(example["value"]).encode()))


def test_the_example_of_every_field_is_accepted(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    for field in INVOICE_BODY.fields:
        for more in example_of(field, schemas["InvoiceRequest"]):
            read_invoice(read_object(json.dumps(smallest_with(field) | more).encode()))
    (customer,) = (field.kind for field in INVOICE_BODY.fields if field.name == "customer")
    assert isinstance(customer, InnerObject)
    for field in customer.described.fields:
        for more in example_of(field, schemas["Customer"]):
            body = smallest_with(field)
            others = {name: schemas["Customer"]["properties"][name]["example"] for name in BESIDE.get(field.name, ())}
            buyer = {"name": "Ana"} | body.get("customer", {}) | more | others
            read_invoice(read_object(json.dumps(body | {"customer": buyer}).encode()))
    (lines,) = (field.kind for field in INVOICE_BODY.fields if field.name == "lines")
    assert isinstance(lines, InnerList)
    for field in lines.described.fields:
        for more in example_of(field, schemas["Line"]):
            if field.only_for == {CREDIT_NOTE.code}:
                read_note(read_object(json.dumps({"document_id": "A", "lines": [A_LINE, A_LINE | more]}).encode()))
                continue
            read_invoice(read_object(json.dumps(smallest_with(field) | {"lines": [A_LINE | more]}).encode()))


def example_of(field: RequestField[Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The field with its example, if it has one."""
    described = schema["properties"][field.name]
    if "example" in described:
        yield {field.name: described["example"]}


def smallest_with(field: RequestField[Any]) -> dict[str, Any]:
    """The smallest request of a type that has the field."""
    bodies = {"01": invoice(), "03": ccf("A"), "11": export()}
    return next(body for code, body in bodies.items() if code in (field.only_for or bodies))


def test_answers_meet_their_schemas(described: dict[str, Any]) -> None:
    issued = json.loads(ok(issued_body(Issued(document()), "https://ocote.io", TwinGateway().path)).body)
    status = json.loads(ok(status_body(document(), "https://ocote.io", TwinGateway().path, None)).body)

    jsonschema.validate(issued, schema_of(described, "IssuedBody"))
    jsonschema.validate(status, schema_of(described, "StatusBody"))


@pytest.mark.parametrize("body", [IssuedBody, StatusBody, InvalidationBody, DocumentListBody, ErrorBody])
def test_every_field_of_an_answer_says_what_it_means(described: dict[str, Any], body: type) -> None:
    fields = described["components"]["schemas"][body.__name__]["properties"]

    unexplained = [name for name, field in fields.items() if "description" not in field and "$ref" not in field]
    assert set(unexplained) <= {"errors"}


def test_every_code_of_ours_is_listed_with_its_status(described: dict[str, Any]) -> None:
    responses = described["components"]["responses"]

    of_the_api = {code: entry for code, entry in errors.ENTRIES.items() if entry.area != "panel"}
    for code, entry in of_the_api.items():
        assert f"`{code}`" in responses[f"E{entry.status}"]["description"]


def test_it_says_nothing_of_our_own_papers(described: dict[str, Any]) -> None:
    assert "contract" not in json.dumps(described).lower()
