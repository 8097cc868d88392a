"""``GET /books``: the VAT books of a month as one zip."""

import pytest

from ocote.archive.book_exporting import BooksRequest
from ocote.archive.bookkeeping import Month
from ocote.archive.legal_books import FirstFolios
from ocote.books.choices import Choices
from ocote.documents.view import Refused
from tests.api.client import Client, client_of
from tests.api.twin import TwinGateway

BOOKS = "/api/connect/books"
JUNE = f"{BOOKS}?month=2026-06"


@pytest.fixture
def gateway() -> TwinGateway:
    return TwinGateway()


@pytest.fixture
def client(gateway: TwinGateway) -> Client:
    return client_of(gateway)


async def test_a_month_alone_is_enough(client: Client, gateway: TwinGateway) -> None:
    reply = await client.get(JUNE)

    assert (reply.status, reply.body) == (200, b"onetwo")
    assert reply.headers["content-type"] == "application/zip"
    assert reply.headers["content-disposition"] == 'attachment; filename="libros-2026-06.zip"'
    assert reply.headers["cache-control"] == "private, no-store"
    assert gateway.books == [BooksRequest(Month(2026, 6), Choices(), FirstFolios())]


async def test_the_accountants_choices_and_the_folios_are_sent_along(client: Client, gateway: TwinGateway) -> None:
    codes = "income_type=10&purchase_operation=4&purchase_class=1&purchase_sector=3&purchase_kind=7"

    await client.get(f"{JUNE}&{codes}&consumers_folio=12&taxpayers_folio=345&purchases_folio=9999999")

    assert gateway.books == [
        BooksRequest(Month(2026, 6), Choices("10", "4", "1", "3", "7"), FirstFolios(12, 345, 9_999_999))
    ]


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("", {("month", "field_required")}),
        ("month=2026-13", {("month", "month_unknown")}),
        ("month=2026-6", {("month", "month_unknown")}),
        ("month=1999-12", {("month", "month_unknown")}),
        ("month=2026-06-01", {("month", "month_unknown")}),
        (
            "month=junio&income_type=7&taxpayers_folio=0",
            {
                ("month", "month_unknown"),
                ("income_type", "query_value_unknown"),
                ("taxpayers_folio", "folio_out_of_range"),
            },
        ),
        ("month=2026-06&purchases_folio=10000000", {("purchases_folio", "folio_out_of_range")}),
        ("month=2026-06&purchase_class=1", {("purchase_kind", "purchase_kind_mismatch")}),
        ("month=2026-06&purchase_kind=5", {("purchase_kind", "purchase_kind_mismatch")}),
    ],
)
async def test_what_is_wrong_is_named(
    client: Client, gateway: TwinGateway, query: str, faults: set[tuple[str, str]]
) -> None:
    reply = await client.get(f"{BOOKS}?{query}")

    assert reply.status == 400
    assert {(fault["field"], fault["code"]) for fault in reply.json["errors"]} == faults
    assert gateway.books == []


async def test_a_month_that_is_being_made_is_refused(client: Client, gateway: TwinGateway) -> None:
    gateway.pieces = [Refused("export_in_progress")]

    assert (await client.get(JUNE)).code == "export_in_progress"


async def test_a_key_is_needed(gateway: TwinGateway) -> None:
    assert (await client_of(gateway, key=None).get(JUNE)).code == "key_missing"
