"""However many PDFs are asked for, the rest of the gateway goes on."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ocote.archive import archive as archive_module
from ocote.archive import verification
from ocote.archive.archive import Archive
from ocote.archive.verification import PublicDocuments
from ocote.companies.key_holder import KeyHolder
from ocote.public_links import PublicLinks
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.archive.archived import archive, sample
from tests.store.rows import add_company

LINKS = PublicLinks.from_secret("un-secreto-de-prueba-de-mas-de-32-caracteres", None)
JUNE = datetime(2026, 6, 1, 6, tzinfo=UTC)
_SHARED_THREADS = min(32, (os.cpu_count() or 1) + 4)
"""How many threads Python gives everything that names none, such as the look-up of MH's name."""


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


class SlowPress:
    """Stands in for the typesetting of very long documents: nothing is ready until it is told so."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.most_at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()

    def __call__(self, *_: Any) -> bytes:
        with self._lock:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        self.go_on.wait(30)
        with self._lock:
            self._under_way -= 1
        return b"%PDF"


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> SlowPress:
    press = SlowPress()
    monkeypatch.setattr(archive_module, "printed", press)
    monkeypatch.setattr(verification, "printed", press)
    return press


async def test_names_are_looked_up_while_many_pdfs_are_being_made(store: Store, press: SlowPress) -> None:
    company_id = await store.write(add_company)
    document_id = await archive(store, company_id, JUNE, sample("01-v2"))
    holder = KeyHolder(company_id, 1, "odt_", "00", 120, 5000, "M001", "P001")
    files, public_documents = Archive(store, LINKS), PublicDocuments(store, LINKS)
    token = LINKS.token(company_id, document_id)

    for_tills = [asyncio.create_task(files.file(holder, document_id, "ticket")) for _ in range(_SHARED_THREADS)]
    for_strangers = [asyncio.create_task(public_documents.file(token, "pdf")) for _ in range(_SHARED_THREADS)]
    await asyncio.sleep(0.1)
    try:
        async with asyncio.timeout(5):
            await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 443)
    finally:
        press.go_on.set()
        made = await asyncio.gather(*for_tills, *for_strangers)

    assert {file.content for file in made if file is not None} == {b"%PDF"}
    assert press.most_at_once <= 2


async def test_strangers_leave_a_till_its_turn(store: Store, press: SlowPress) -> None:
    company_id = await store.write(add_company)
    token = LINKS.token(company_id, await archive(store, company_id, JUNE, sample("01-v2")))
    public_documents = PublicDocuments(store, LINKS)

    asked = [asyncio.create_task(public_documents.file(token, "pdf")) for _ in range(8)]
    await asyncio.sleep(0.1)
    press.go_on.set()
    await asyncio.gather(*asked)

    assert press.most_at_once == 1
