"""The files of a document, and what a client is told when there is no PDF."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from ocote.archive.archive import Archive
from ocote.archive.name_search import NameSearch
from ocote.archive.verification import PublicDocuments
from ocote.clock import system_clock
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import Refused
from ocote.dte.text import decode
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press, UnprintableError
from ocote.printing.press.queue import PressBusyError, Urgency
from ocote.public_links import Linked, PublicLinks
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from tests.archive.archived import archive, sample
from tests.store.rows import add_company

LINKS = PublicLinks.from_secret("un-secreto-de-prueba-de-mas-de-32-caracteres", None)
JUNE = datetime(2026, 6, 1, 6, tzinfo=UTC)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    async with open_store(database_url) as opened:
        yield opened


class TwinPress:
    """Remembers what it is asked for, and sets nothing."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[tuple[PrintJob, int, Urgency]] = []
        self._error = error

    async def pdf(self, job: PrintJob, company_id: int, urgency: Urgency) -> bytes:
        self.asked.append((job, company_id, urgency))
        if self._error is not None:
            raise self._error
        return b"%PDF"


def holder_of(company_id: int) -> KeyHolder:
    return KeyHolder(
        company_id=company_id,
        key_id=1,
        name="odt_",
        environment="00",
        per_minute=120,
        per_hour=5000,
        branch_code="M001",
        pos_code="P001",
    )


def archive_of(store: Store, press: Press) -> Archive:
    return Archive(store, LINKS, press, NameSearch(store, system_clock))


async def test_a_till_goes_before_a_reader_and_both_in_the_turn_of_their_company(store: Store) -> None:
    company_id = await store.write(add_company)
    document_id = await archive(store, company_id, JUNE, sample("01-v2"))
    twin = TwinPress()
    press = cast("Press", twin)

    file = await archive_of(store, press).file(holder_of(company_id), document_id, "ticket")
    await PublicDocuments(store, LINKS, press).file(LINKS.token(Linked(company_id, document_id)), "pdf")

    assert file.content == b"%PDF"
    assert [(job.layout, company, urgency) for job, company, urgency in twin.asked] == [
        ("ticket", company_id, "now"),
        ("letter", company_id, "soon"),
    ]
    assert {job.text for job, *_ in twin.asked} == {twin.asked[0][0].text}
    assert decode(twin.asked[0][0].text)["identificacion"]["tipoDte"] == "01"


@pytest.mark.parametrize(
    ("error", "code"), [(PressBusyError(), "pdf_queue_full"), (UnprintableError(), "pdf_impossible")]
)
async def test_a_pdf_that_cannot_be_had_is_refused_by_its_code(store: Store, error: Exception, code: str) -> None:
    company_id = await store.write(add_company)
    document_id = await archive(store, company_id, JUNE, sample("01-v2"))
    press: Any = TwinPress(error)

    with pytest.raises(Refused, match=code):
        await archive_of(store, press).file(holder_of(company_id), document_id, "invoice")
    with pytest.raises(Refused, match=code):
        await PublicDocuments(store, LINKS, press).file(LINKS.token(Linked(company_id, document_id)), "pdf")
