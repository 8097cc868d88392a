"""The annexes and books of complete documents of every kind of sale, one document in each month.

The documents are not part of the repository; where they are missing, the test says so and is skipped.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ocote.archive.bookkeeping import Month, WantedBooks, Written, write_books
from ocote.books.choices import Choices
from ocote.books.entry import ZERO
from ocote.books.layout import LAYOUTS, Annex
from ocote.books.legal.consumers import SALES_TABLE
from ocote.books.legal.paging import sums_of
from ocote.books.legal.taxpayers import TAXPAYERS_TABLE
from ocote.dte import text
from ocote.dte.sale import Amounts
from ocote.dte.stated import read_document, stated_amounts
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.archive.archived import archive
from tests.official import worked_sales
from tests.store.rows import add_company

FOR_RESIDENTS = {"01-v1-6", "01-v2-6", "03-v1-8", "03-v2-8", "11-v1-2", "11-v2-2"}
COLLECTING = {"03-v1-6", "03-v2-6"}
OF_TYPE = {"01": Annex.CONSUMER_SALES, "03": Annex.TAXPAYER_SALES, "11": Annex.CONSUMER_SALES}
TOTALS = {Annex.TAXPAYER_SALES: "P", Annex.CONSUMER_SALES: "T"}


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


async def test_every_document_is_in_its_annexes_and_their_columns_add_up_to_it(store: Store) -> None:
    company_id = await store.write(add_company)
    for at, (name, document) in enumerate(worked_sales().items()):
        month = Month(2026 + at // 12, at % 12 + 1)
        document["identificacion"] |= {
            "fecEmi": f"{month}-14",
            "numeroControl": f"{document['identificacion']['numeroControl'][:-15]}{at + 1:015d}",
            "codigoGeneracion": f"00000000-0000-4000-8000-{at:012X}",
        }
        await archive(store, company_id, datetime(month.year, month.number, 14, 18, tzinfo=UTC), document)

        lines, written = await _books(store, company_id, month)

        assert set(lines) == _annexes_of(name), name
        assert {len(found) for found in lines.values()} == {1}, name
        [main] = lines[next(iter(_annexes_of(name) - {Annex.COLLECTED}))]
        stated, summary = stated_amounts(read_document(text.encode(document))), _Summary(document)
        assert _sales_in(main) + stated.taxes == summary.operation, name
        assert summary.operation + _beside_of(stated) - summary.withheld == summary.payable, name
        assert _in_books(written) == _sales_in(main) + stated.collected, name
        assert written.untaxed_for_others.count == 0, name


def _annexes_of(name: str) -> set[Annex]:
    main = Annex.PRINCIPAL_SALES if name in FOR_RESIDENTS else OF_TYPE[name[:2]]
    return {main, Annex.COLLECTED} if name in COLLECTING else {main}


async def _books(store: Store, company_id: int, month: Month) -> tuple[dict[Annex, list[dict[str, str]]], Written]:
    """The lines of each annex that has any, their cells by column."""
    lines: dict[Annex, list[dict[str, str]]] = {}

    def put(annex: Annex, line: bytes) -> None:
        cells = line.decode().removesuffix("\r\n").split(";")
        assert len(cells) == LAYOUTS[annex].columns
        lines.setdefault(annex, []).append({chr(ord("A") + at): cell for at, cell in enumerate(cells)})

    written = await write_books(store, company_id, WantedBooks(month, Choices(), frozenset()), put)
    return lines, written


class _Summary:
    """The totals that a document states, in USD."""

    def __init__(self, document: dict[str, Any]) -> None:
        figures = document["resumen"]
        self.operation = Decimal(str(figures["montoTotalOperacion"]))
        self.payable = Decimal(str(figures["totalPagar"]))
        self.withheld = Decimal(str(figures.get("ivaRete1") or figures.get("ivaRete") or 0))


def _sales_in(cells: dict[str, str]) -> Decimal:
    """The sales with VAT of a line of annex 1, 2 or 4, whose single columns add up to its total."""
    annex = Annex(f"anexo{list(cells.values())[-1]}")
    amounts = {letter: Decimal(cells[letter]) for letter in LAYOUTS[annex].amounts}
    if annex == Annex.PRINCIPAL_SALES:
        return sum(amounts.values(), ZERO)
    total = amounts.pop(TOTALS[annex])
    assert total == sum(amounts.values(), ZERO)
    return total


def _beside_of(stated: Amounts) -> Decimal:
    return stated.collected - stated.income_tax + stated.charges


def _in_books(written: Written) -> Decimal:
    """The total of the one document of the month in the book of its type."""
    *_, own, third = sums_of(written.consumers.sales(), len(SALES_TABLE.amounts))
    return own + third + sums_of(written.taxpayers.rows.kept(), len(TAXPAYERS_TABLE.amounts))[-1]
