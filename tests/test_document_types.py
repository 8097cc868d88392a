"""Every place that has to know a document type knows each row of the table, and says so when a new row lacks it.

A table that reads ``ocote.dte.types`` needs no test here. What cannot be read from a row (code, a layout, a text of the
public API, a second reading) is a place of the list below. ``docs/adding-a-document-type.md`` tells them in order.
"""

import ast
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast, get_args

import pytest

from ocote.api.openapi import document
from ocote.books.layout import Annex
from ocote.dte.catalogs import Catalog, labels
from ocote.dte.editions import DOCUMENT_MAPPERS, Edition
from ocote.dte.sale import SaleType
from ocote.dte.types import (
    DOCUMENT_TYPES,
    AnnexNumber,
    DocumentType,
    Family,
    InEdition,
    version_of,
)
from ocote.emulator.rules.codes import CONTINGENCY_TYPES
from ocote.emulator.rules.reading import V2_VERSIONS
from ocote.emulator.rules.rulebook import RULES
from ocote.emulator.shapes.registry import DOCUMENTS as SHAPES
from ocote.errors import ENTRIES
from ocote.printing.names import OTHER_TITLES, title
from tests.dte.editions.versions import VERSIONS

ROOT = Path(__file__).resolve().parent.parent
SALES = "/invoice"
"""The endpoint that issues several types, and therefore names them."""


EVENTS_OF_CAT_002 = {"17", "18"}


class Place(NamedTuple):
    """Where a type has to be written down, and whether it is."""

    where: str
    knows: Callable[[DocumentType], bool]


def in_editions(row: DocumentType, holds: Callable[[str, Edition, InEdition], bool]) -> bool:
    return all(holds(row.code, edition, written) for edition, written in row.editions.items())


@cache
def openapi() -> Any:
    return json.loads(document())


def sale_field(name: str) -> Any:
    return openapi()["components"]["schemas"]["InvoiceRequest"]["properties"][name]


def is_issued_as_a_sale(row: DocumentType) -> bool:
    return row.endpoint == SALES


def refusal_names_it(row: DocumentType) -> bool:
    entry = ENTRIES["doc_type_not_here"]
    if is_issued_as_a_sale(row):
        return f'"{row.code}"' in entry.message and f"({row.code})" in entry.cause
    return f"{row.endpoint} for {row.code}" in entry.remedy


def prices_are_explained(row: DocumentType) -> bool:
    price = openapi()["components"]["schemas"]["Line"]["properties"]["unit_price"]["description"]
    return not is_issued_as_a_sale(row) or row.code in price


@cache
def golden(edition: Edition) -> frozenset[str]:
    documents = [json.loads(file.read_text("utf-8")) for file in (ROOT / "tests/dte/golden" / edition).glob("*.json")]
    return frozenset(each["identificacion"].get("tipoDte", "") for each in documents)


def has_samples(row: DocumentType) -> bool:
    samples = ROOT / "tests/printing/samples"
    return in_editions(row, lambda code, edition, _: (samples / f"{code}-{edition}.json").is_file())


def has_pictures(row: DocumentType) -> bool:
    pictures = ROOT / "tests/printing/golden"
    return in_editions(row, lambda code, edition, _: (pictures / f"letter-{code}-{edition}-plain.png").is_file())


def is_in_the_glossary(row: DocumentType) -> bool:
    return f"document type {row.code}" in (ROOT / "docs/glossary.md").read_text("utf-8")


PLACES = (
    Place(
        "src/ocote/dte/editions.py, DOCUMENT_MAPPERS (the modules of the type's folder that write it)",
        lambda row: in_editions(row, lambda code, edition, _: (code, edition) in DOCUMENT_MAPPERS),
    ),
    Place(
        "src/ocote/dte/sale.py, SaleType (the types that POST /invoice issues)",
        lambda row: (row.code in get_args(SaleType)) == is_issued_as_a_sale(row),
    ),
    Place(
        "src/ocote/api/openapi/paths.py, paths (the endpoint that issues it; api/app.py has the route)",
        lambda row: "post" in openapi()["paths"].get(row.endpoint, {}),
    ),
    Place(
        "src/ocote/requests/invoice.py, doc_type of an invoice request",
        lambda row: (row.code in sale_field("doc_type")["enum"]) == is_issued_as_a_sale(row),
    ),
    Place("src/ocote/requests/lines.py, unit_price of a line", prices_are_explained),
    Place(
        "src/ocote/api/openapi/document.py, the description of the tag Issue",
        lambda row: f"({row.code})" in openapi()["tags"][0]["description"],
    ),
    Place(
        "src/ocote/api/bodies/common.py, DocType",
        lambda row: (
            f"{row.code} " in openapi()["components"]["schemas"]["IssuedBody"]["properties"]["doc_type"]["description"]
        ),
    ),
    Place("src/ocote/errors/fields.py, doc_type_not_here", refusal_names_it),
    Place(
        "src/ocote/errors/operation.py, the remedy of document_not_found",
        lambda row: row.code in ENTRIES["document_not_found"].remedy,
    ),
    Place(
        "src/ocote/emulator/shapes/registry.py, DOCUMENTS (its schema, read a second time)",
        lambda row: in_editions(row, lambda code, _, written: (code, written.version) in SHAPES),
    ),
    Place("src/ocote/emulator/rules/rulebook.py, RULES (its rules, read a second time)", lambda row: row.code in RULES),
    Place(
        "src/ocote/emulator/rules/reading.py, V2_VERSIONS",
        lambda row: "v2" not in row.editions or V2_VERSIONS.get(row.code) == row.editions["v2"].version,
    ),
    Place(
        "src/ocote/emulator/rules/codes.py, CONTINGENCY_TYPES",
        lambda row: (row.code in CONTINGENCY_TYPES) == any(written.contingency for written in row.editions.values()),
    ),
    Place(
        "tests/dte/editions/versions.py, VERSIONS (the versions of its schemas, read a second time)",
        lambda row: in_editions(
            row,
            lambda code, edition, written: (
                dict(zip(("v1", "v2"), VERSIONS.get(code, ()), strict=False)).get(edition) == written.version
            ),
        ),
    ),
    Place(
        "tests/dte/golden_documents.py, DOCUMENTS (a golden document in each edition)",
        lambda row: in_editions(row, lambda code, edition, _: code in golden(edition)),
    ),
    Place("tests/printing/samples (a document to print in each edition)", has_samples),
    Place("tests/printing/golden (a picture of its letter PDF in each edition)", has_pictures),
    Place("docs/glossary.md (its name in English and Spanish)", is_in_the_glossary),
)


def missing(row: DocumentType) -> list[str]:
    """One sentence for each place that does not know the type."""
    return [f"{place.where} does not know type {row.code} ({row.title})." for place in PLACES if not place.knows(row)]


def invented(code: str, endpoint: str) -> DocumentType:
    return DocumentType(
        code=code,
        family=cast("Family", "invented"),
        title="Comprobante inventado",
        endpoint=endpoint,
        prices="net",
        other_party="consumer",
        annex=None,
        certification_tests=1,
        editions={
            "v1": InEdition(version=8, schema="fe-ci-v8.json"),
            "v2": InEdition(version=9, schema="fe-ci-v9.json"),
        },
    )


@pytest.mark.parametrize("row", DOCUMENT_TYPES.values(), ids=str)
def test_every_place_knows_every_type(row: DocumentType) -> None:
    assert missing(row) == []


def test_every_place_misses_a_type_that_was_only_added_to_the_table() -> None:
    another_sale, another_endpoint = invented("97", SALES), invented("98", "/invented")

    blind = [place.where for place in PLACES if place.knows(another_sale) and place.knows(another_endpoint)]

    assert blind == []
    assert "src/ocote/emulator/rules/rulebook.py" in " ".join(missing(another_sale))
    assert "does not know type 97 (Comprobante inventado)." in missing(another_sale)[0]


def test_the_rows_are_in_the_order_of_their_codes_and_no_row_hides_another() -> None:
    assert list(DOCUMENT_TYPES) == sorted(DOCUMENT_TYPES)
    assert [row.code for row in DOCUMENT_TYPES.values()] == list(DOCUMENT_TYPES)
    assert {row.family for row in DOCUMENT_TYPES.values()} == set(get_args(Family))


def test_every_type_of_cat_002_has_one_title_whether_it_is_issued_or_only_named() -> None:
    assert set(labels(Catalog.DOCUMENT_TYPES)) - EVENTS_OF_CAT_002 == {*DOCUMENT_TYPES, *OTHER_TITLES}
    assert not DOCUMENT_TYPES.keys() & OTHER_TITLES.keys()
    assert title("04") == "Nota de remisión"


def test_the_schema_files_carry_the_versions_of_the_table_in_their_names() -> None:
    for row in DOCUMENT_TYPES.values():
        for edition, written in row.editions.items():
            assert written.schema.endswith(f"-v{version_of(row.code, edition)}.json")


def test_every_annex_of_the_table_is_a_file_of_the_books() -> None:
    assert {f"anexo{number}" for number in get_args(AnnexNumber)} <= {str(annex) for annex in Annex}


OTHER_MEANINGS = {
    "api/bodies/common.py": "an example of the public description",
    "api/catalog_search.py": "an example of a department",
    "requests/examples.py": "examples of requests",
    "requests/invoice.py": "the type of a request that names none",
    "requests/payment.py": "a form of payment",
    "requests/person.py": "a passport",
    "requests/sale_terms.py": "a form of payment",
    "books/income_tax.py": "a code of income of form F-14",
    "companies/production.py": "the environment of production",
    "cli/demo/orders.py": "what the demonstration asks for",
    "cli/demo/wider_orders.py": "what the demonstration asks for",
    "wording/environment.py": "the environment",
    "companies/description/fields.py": "a kind of establishment, the environment",
    "companies/onboarding.py": "the environment",
    "contingency/deadlines.py": "the environment",
    "dte/sale.py": "the types of POST /invoice (a place above), the environment, a form of payment",
    "dte/sections/parties.py": "kinds of identity documents",
    "mh/hosts.py": "the environment",
    "panel/closings/forms.py": "forms of payment",
    "panel/described/branches.py": "a width of numbers",
    "panel/described/fields.py": "the environment",
    "panel/drafts/labels.py": "a form of payment",
    "parts.py": "the environment",
    "printing/payment.py": "a unit of time",
    "store/companies.py": "the environment of production",
}
"""Modules in which a text such as "01" is no document type of a table; everything else reads the row."""


TABLES_OF_CODE = ["requests/invoice.py", "dte/editions.py"]
"""Modules with a table by type that no row can hold; each of them is a place above."""


def modules() -> Iterator[Path]:
    source = ROOT / "src/ocote"
    for file in sorted(source.rglob("*.py")):
        if "emulator" not in file.parts and file != source / "dte/types.py":
            yield file


def names_a_code(module: Path) -> bool:
    texts = (node.value for node in ast.walk(parsed(module)) if isinstance(node, ast.Constant))
    return any(isinstance(text, str) and text in DOCUMENT_TYPES for text in texts)


def names_several_rows(module: Path) -> bool:
    """Whether ``INVOICE.code`` and its like stand for more than one type, as they do in a table."""
    codes = (node.value for node in ast.walk(parsed(module)) if isinstance(node, ast.Attribute) and node.attr == "code")
    return len({node.id for node in codes if isinstance(node, ast.Name) and node.id.isupper()}) > 1


@cache
def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"))


def found(predicate: Callable[[Path], bool]) -> list[str]:
    return [module.relative_to(ROOT / "src/ocote").as_posix() for module in modules() if predicate(module)]


def test_no_module_but_the_table_names_a_type_by_its_code() -> None:
    assert sorted(found(names_a_code)) == sorted(OTHER_MEANINGS)


def test_no_table_by_type_stands_outside_the_list_of_places() -> None:
    assert sorted(found(names_several_rows)) == sorted(TABLES_OF_CODE)
