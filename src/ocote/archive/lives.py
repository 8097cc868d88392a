"""One document with everything that is known of it: what is printed, and what happened to it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ocote.archive.archive import undone
from ocote.archive.threads import in_thread
from ocote.contingency.deadlines import LegalDeadline, document_deadline
from ocote.documents.records import linked, view
from ocote.documents.signed import document_of
from ocote.documents.view import DocumentView
from ocote.printing.sheet import Sheet
from ocote.printing.view import sheet
from ocote.public_links import PublicLinks
from ocote.store.contingency.overview import of_document
from ocote.store.document_life import LifeRows, life_of
from ocote.store.document_row import DocumentRow
from ocote.store.documents import document_by_id, signed_text
from ocote.store.engine.store import Store
from ocote.store.sendings import SendingRow, sendings_of
from ocote.store.webhooks import webhook_by_id


class DocumentLife(Struct, frozen=True):
    """A document, its printed form, and all that happened to it.

    ``answer`` is MH's raw answer to the last version. ``deadline`` is that of a document in contingency. ``webhooks``
    are the addresses of the webhooks by id. ``link`` is the address of the public link, or its path while the gateway
    does not know its own address. ``adjusts`` is the only document
    of the company that a note adjusts.
    """

    row: DocumentRow
    document: DocumentView
    sheet: Sheet
    answer: str | None
    deadline: LegalDeadline | None
    rows: LifeRows
    mails: tuple[SendingRow, ...]
    announcements: tuple[SendingRow, ...]
    webhooks: Mapping[str, str]
    link: str
    adjusts: DocumentRow | None

    @property
    def point(self) -> str:
        """The point of sale that issued the document (``M001P001``)."""
        return self.row.branch_code + self.row.pos_code


class DocumentLives:
    """Reads the lives of documents, and changes nothing."""

    def __init__(self, store: Store, links: PublicLinks) -> None:
        self._store = store
        self._links = links

    async def row(self, company_id: int, document_id: str) -> DocumentRow | None:
        """The company's document by its id."""
        return await self._store.read(document_by_id, company_id, document_id)

    async def find(self, company_id: int, document_id: str) -> DocumentLife | None:
        """The life of the company's document by its id; None for an unknown document."""
        row = await self.row(company_id, document_id)
        signed = await self._store.read(signed_text, company_id, document_id)
        rows = await self._store.read(life_of, company_id, document_id)
        if row is None or signed is None or rows is None:
            return None
        announcements = await self._store.read(sendings_of, company_id, document_id, "webhook")
        waiting = await self._store.read(of_document, company_id, document_id)
        adjusts = None if row.adjusts_id is None else await self.row(company_id, row.adjusts_id)
        return DocumentLife(
            row=row,
            document=view(row),
            sheet=await in_thread(_sheet, signed.jws, row),
            answer=signed.answer,
            deadline=document_deadline(waiting.ended_at, waiting.reported_at) if waiting is not None else None,
            rows=rows,
            mails=tuple(await self._store.read(sendings_of, company_id, document_id, "email")),
            announcements=tuple(announcements),
            webhooks=await self._addresses(company_id, announcements),
            link=self._links.url(linked(row)) or self._links.path(linked(row)),
            adjusts=adjusts,
        )

    async def _addresses(self, company_id: int, announcements: list[SendingRow]) -> dict[str, str]:
        found = {}
        for webhook_id in {each.target for each in announcements}:
            webhook = await self._store.read(webhook_by_id, company_id, webhook_id)
            if webhook is not None:
                found[webhook_id] = webhook.url
        return found


def _sheet(signed: str, row: DocumentRow) -> Sheet:
    document: Mapping[str, Any] = document_of(signed)
    return sheet(document, stamp=row.stamp, undone=undone(row), is_strip=True)
