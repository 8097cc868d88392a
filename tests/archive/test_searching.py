"""A search through a company's documents keeps nobody waiting."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from ocote.archive import archive as archive_module
from ocote.archive.archive import Archive
from ocote.archive.name_search import NameSearch
from ocote.clock import system_clock
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import DocumentFilter
from ocote.printing.press.press import Press
from ocote.public_links import PublicLinks
from ocote.store.documents import document_by_id
from ocote.store.engine.opening import open_store
from ocote.store.engine.statement import Row, Transaction, sql
from tests.archive.archived import archive, sample
from tests.store.rows import add_company

LINKS = PublicLinks.from_secret("un-secreto-de-prueba-de-mas-de-32-caracteres", None)
JUNE = datetime(2026, 6, 1, 6, tzinfo=UTC)
_LONG = sql("""
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 3000000)
    SELECT max(n) AS n FROM number""")


def _long_search(*_: Any, **__: Any) -> Transaction[list[Row]]:
    yield _LONG()
    return []


async def test_a_document_is_found_while_a_long_search_goes_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "documents_page", _long_search)
    done: list[str] = []
    async with open_store(database_url) as store:
        company_id = await store.write(add_company)
        document_id = await archive(store, company_id, JUNE, sample("01-v2"))

        async def search() -> None:
            holder = KeyHolder(
                company_id=company_id,
                key_id=1,
                name="odt_",
                environment="00",
                per_minute=120,
                per_hour=5000,
                branch_code="M001",
                pos_code="P001",
            )
            await Archive(store, LINKS, Press(), NameSearch(store, system_clock)).page(holder, DocumentFilter())
            done.append("search")

        searching = asyncio.create_task(search())
        await asyncio.sleep(0.01)
        assert await store.read(document_by_id, company_id, document_id) is not None
        done.append("document")
        await searching

    assert done == ["document", "search"]
