"""The view of a document for the holders of its public link."""

from datetime import datetime
from typing import Any, Final, Literal

from msgspec import Struct

from ocote.archive.archive import pdf_for_client, print_job, undone
from ocote.companies.brand import brand_of
from ocote.documents.records import linked
from ocote.documents.signed import document_of
from ocote.documents.view import DeliveredFile
from ocote.printing.file import delivered_json
from ocote.printing.press.press import Press
from ocote.printing.sheet import Sheet
from ocote.printing.view import sheet
from ocote.public_links import PublicLinks
from ocote.store.document_row import DocumentRow
from ocote.store.documents import document_by_id, signed_text
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment

PublicState = Literal["stamped", "adjusted", "invalidated", "waiting", "rejected"]
"""``adjusted``: a credit note took back the whole document. ``waiting``: MH has not answered yet."""

PublicFile = Literal["pdf", "json"]

_TEST: Final = "00"


class PublicDocument(Struct, frozen=True):
    """A document as its receiver sees it. ``since`` is the aware instant of the last change of state, if known.

    ``has_files`` is False for refused documents and for those whose fate at MH is unknown: nobody may receive their
    files.
    """

    state: PublicState
    since: datetime | None
    sheet: Sheet
    is_test: bool
    has_files: bool


class PublicDocuments:
    """Shows a document only to the holders of its public link."""

    def __init__(self, store: Store, links: PublicLinks, press: Press) -> None:
        self._store = store
        self._links = links
        self._press = press

    async def find(self, token: str) -> PublicDocument | None:
        """The document of a token; None for a token that this gateway did not make, or whose link has ended."""
        found = await self._found(token)
        if found is None:
            return None
        row, signed = found
        document = document_of(signed)
        state, since = _state(row)
        return PublicDocument(
            state=state,
            since=moment(since) if since else None,
            sheet=sheet(_without_lines(document), stamp=row.stamp, undone=None, is_strip=True),
            is_test=document["identificacion"]["ambiente"] == _TEST,
            has_files=_has_files(row),
        )

    async def file(self, token: str, kind: PublicFile) -> DeliveredFile | None:
        """The letter PDF or the delivered JSON; in contingency the JSON has a signature and no stamp (rules.md 4).

        None where ``find`` finds nothing, and for a document without files. Raises Refused when too many PDFs wait or
        when this one cannot be set.
        """
        found = await self._found(token)
        if found is None or not _has_files(found[0]):
            return None
        row, signed = found
        if kind == "json":
            content = delivered_json(signed, row.stamp)
            return DeliveredFile(content, "application/json", f"{row.generation_code}.json")
        brand = await self._store.read(brand_of, row.company_id)
        job = print_job(row, signed, "letter", brand)
        content = await pdf_for_client(self._press, job, row.company_id, "soon")
        return DeliveredFile(content, "application/pdf", f"{row.generation_code}.pdf")

    async def _found(self, token: str) -> tuple[DocumentRow, str] | None:
        link = self._links.read(token)
        if link is None:
            return None
        row = await self._store.read(document_by_id, link.company_id, link.document_id)
        if row is None or link != linked(row):
            return None
        signed = await self._store.read(signed_text, link.company_id, link.document_id)
        return None if signed is None else (row, signed.jws)


def _without_lines(document: dict[str, Any]) -> dict[str, Any]:
    """The document with its first line alone: the page shows none, and 2,000 would cost a tenth of a second."""
    return {**document, "cuerpoDocumento": document["cuerpoDocumento"][:1]}


def _has_files(row: DocumentRow) -> bool:
    return row.state in {"stamped", "contingency"}


def _state(row: DocumentRow) -> tuple[PublicState, str | None]:
    taken_back = undone(row)
    if taken_back is not None:
        return taken_back, row.invalidated_at
    match row.state:
        case "stamped":
            return "stamped", row.stamped_at
        case "rejected":
            return "rejected", row.rejected_at
        case _:
            return "waiting", None
