"""The view of a document for the holders of its public link."""

from datetime import datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from ocote.archive.archive import pdf_for_client, print_job, undone
from ocote.archive.threads import in_thread
from ocote.companies.brand import brand_of
from ocote.documents.records import linked
from ocote.documents.signed import document_of
from ocote.documents.view import DeliveredFile
from ocote.printing.brand import PLAIN, Brand
from ocote.printing.file import delivered_json
from ocote.printing.names import title
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press
from ocote.printing.sheet import PrintedParty, Sheet
from ocote.printing.view import sheet
from ocote.public_links import PublicLinks
from ocote.signing.jws import payload_of
from ocote.store.document_life import notes_about
from ocote.store.document_row import DocumentRow
from ocote.store.documents import document_by_id, signed_text
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment
from ocote.store.invalidations import InvalidationRow, invalidations_of

PublicState = Literal["stamped", "adjusted", "invalidated", "contingency", "waiting", "rejected"]
"""``adjusted``: a credit note took back the whole document. ``contingency``: it was issued while MH did not answer.

``waiting``: MH has not answered yet.
"""

PublicFile = Literal["pdf", "json", "invalidation/pdf", "invalidation/json"]

_TEST: Final = "00"


class PublicNote(Struct, frozen=True):
    """A stamped note that adjusts the document: its title, numbers and the aware instant of its issue."""

    title: str
    control_number: str
    generation_code: str
    at: datetime


class PublicDocument(Struct, frozen=True):
    """A document as its receiver sees it. ``since`` is the aware instant of the last change of state, if known.

    ``has_files`` is False for refused documents and for those whose fate at MH is unknown: nobody may receive their
    files, and ``sheet`` has only what names them (``without_content``). ``has_event`` says that a stamped invalidation
    has files of its own, and ``replaced_by`` is the generation code of the document that replaces this one, "" for
    none.
    """

    state: PublicState
    since: datetime | None
    sheet: Sheet
    is_test: bool
    has_files: bool
    brand: Brand = PLAIN
    notes: tuple[PublicNote, ...] = ()
    has_event: bool = False
    replaced_by: str = ""


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
        state, since = _state(row)
        event = await self._event(row) if state == "invalidated" else None
        notes = await self._store.read(notes_about, row.company_id, row.id)
        shown, is_test = await in_thread(_sheet, signed, row)
        has_files = _has_files(row)
        return PublicDocument(
            state=state,
            since=moment(since) if since else None,
            sheet=shown if has_files else without_content(shown),
            is_test=is_test,
            has_files=has_files,
            brand=await self._store.read(brand_of, row.company_id),
            notes=tuple(map(_note, filter(_is_valid, notes))),
            has_event=event is not None,
            replaced_by=(event.replacement_code or "") if event is not None else "",
        )

    async def file(self, token: str, kind: PublicFile) -> DeliveredFile | None:
        """The letter PDF or the delivered JSON; in contingency the JSON has a signature and no stamp (rules.md 4).

        Those of a stamped invalidation too, as the customer has them by e-mail. None where ``find`` finds nothing, and
        for a document without files. Raises Refused when too many PDFs wait or when this one cannot be set.
        """
        found = await self._found(token)
        if found is None or not _has_files(found[0]):
            return None
        row, signed = found
        if kind in ("invalidation/pdf", "invalidation/json"):
            return await self._event_file(row, kind)
        if kind == "json":
            content = delivered_json(signed, row.stamp)
            return DeliveredFile(content, "application/json", f"{row.generation_code}.json")
        brand = await self._store.read(brand_of, row.company_id)
        job = print_job(row, signed, "letter", brand)
        content = await pdf_for_client(self._press, job, row.company_id, "soon")
        return DeliveredFile(content, "application/pdf", f"{row.generation_code}.pdf")

    async def _event_file(self, row: DocumentRow, kind: PublicFile) -> DeliveredFile | None:
        event = await self._event(row)
        if event is None:
            return None
        if kind == "invalidation/json":
            content = delivered_json(event.jws, event.stamp)
            return DeliveredFile(content, "application/json", f"{event.generation_code}.json")
        brand = await self._store.read(brand_of, row.company_id)
        job = PrintJob(payload_of(event.jws), "invalidation", stamp=event.stamp, brand=brand)
        content = await pdf_for_client(self._press, job, row.company_id, "soon")
        return DeliveredFile(content, "application/pdf", f"{event.generation_code}.pdf")

    async def _event(self, row: DocumentRow) -> InvalidationRow | None:
        """The stamped event that invalidated a document."""
        made = await self._store.read(invalidations_of, row.company_id, row.id)
        return next((each for each in made if each.state == "stamped"), None)

    async def _found(self, token: str) -> tuple[DocumentRow, str] | None:
        link = self._links.read(token)
        if link is None:
            return None
        row = await self._store.read(document_by_id, link.company_id, link.document_id)
        if row is None or link != linked(row):
            return None
        signed = await self._store.read(signed_text, link.company_id, link.document_id)
        return None if signed is None else (row, signed.jws)


def without_content(shown: Sheet) -> Sheet:
    """The sheet of a document that nobody may receive: its title, amount, codes and dates, and the names in it.

    Lines, further amounts, payments and the other party's numbers and addresses are left out.
    """
    summary = shown.summary
    return replace(
        shown,
        parties=tuple(PrintedParty(each.heading, each.name, "", ()) for each in shown.parties[:1] if each.name),
        sections=(),
        table=None,
        strip=(),
        summary=replace(summary, amounts=(), words="", payment=(), payments=()) if summary is not None else None,
        remarks=(),
        appendix=(),
    )


def _sheet(signed: str, row: DocumentRow) -> tuple[Sheet, bool]:
    """The document as the letter prints it, and whether it is of the test environment.

    A tenth of a second for 2,000 lines, so a thread does it.
    """
    document = document_of(signed)
    shown = sheet(document, stamp=row.stamp, undone=None, is_strip=False)
    return shown, document["identificacion"]["ambiente"] == _TEST


def _is_valid(note: DocumentRow) -> bool:
    return note.state == "stamped" and note.invalidated_at is None


def _note(row: DocumentRow) -> PublicNote:
    return PublicNote(title(row.doc_type), row.control_number, row.generation_code, moment(row.posted_at))


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
        case "contingency":
            return "contingency", None
        case _:
            return "waiting", None
