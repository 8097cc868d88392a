"""Reading what was issued: one document, its signed bytes, its files."""

import json
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from ocote.companies.brand import brand_of
from ocote.companies.key_holder import KeyHolder
from ocote.contingency.deadlines import document_deadline
from ocote.documents.records import view
from ocote.documents.view import (
    AdjustedDocument,
    DeliveredFile,
    DocumentFilter,
    DocumentPage,
    DocumentView,
    FileKind,
    Refused,
    SignedDocument,
)
from ocote.dte.types import DOCUMENT_TYPES, Family
from ocote.printing.brand import Brand
from ocote.printing.file import delivered_json
from ocote.printing.pdf import Layout, render
from ocote.printing.sheet import Undone
from ocote.printing.typesetting import in_the_press
from ocote.public_links import PublicLinks
from ocote.signing import jws
from ocote.store import documents as rows
from ocote.store import listing
from ocote.store.contingency import overview as contingency_overview
from ocote.store.engine.store import Row, Store
from ocote.store.engine.values import moment_text


class Archive:
    """A company's documents as they were issued."""

    def __init__(self, store: Store, links: PublicLinks) -> None:
        self._store = store
        self._links = links

    async def find(self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]) -> DocumentView | None:
        """The document by id, reference or control number (contract D6) when it is of one of the families."""
        row = await self._store.read(rows.document_by_any, holder.company_id, id_or_ref)
        if row is None or row["family"] not in families:
            return None
        return await self._completed(holder, view(row))

    async def _completed(self, holder: KeyHolder, document: DocumentView) -> DocumentView:
        """The document with what lies in other tables: the CCF it adjusts, the deadline it stands under."""
        if document.state == "contingency":
            row = await self._store.read(contingency_overview.of_document, holder.company_id, document.id)
            deadline = document_deadline(row) if row is not None else None
            document = replace(document, contingency_deadline=deadline.at if deadline else None)
        return await self.with_adjusted(holder, document)

    async def with_adjusted(self, holder: KeyHolder, document: DocumentView) -> DocumentView:
        """A credit note together with the CCF it adjusts, as that is now; any other document as it is."""
        if document.family != "note":
            return document
        note = await self._store.read(rows.document_by_id, holder.company_id, document.id)
        adjusted = note and await self._store.read(rows.document_by_id, holder.company_id, note["adjusts_id"])
        if note is None or adjusted is None:
            raise LookupError(f"note {document.id} adjusts nothing")
        return replace(
            document,
            adjusts=AdjustedDocument(
                id=adjusted["id"],
                external_ref=adjusted["external_ref"],
                control_number=adjusted["control_number"],
                generation_code=adjusted["generation_code"],
                full_adjustment=bool(note["adjusts_whole"]),
                invalidated=adjusted["invalidated_at"] is not None,
            ),
        )

    async def page(self, holder: KeyHolder, wanted: DocumentFilter) -> DocumentPage:
        """The documents of a filter, newest first, and whether more follow."""
        found = await self._store.search(
            listing.page,
            holder.company_id,
            since=moment_text(wanted.posted_from) if wanted.posted_from else None,
            until=moment_text(wanted.posted_before) if wanted.posted_before else None,
            before=(moment_text(wanted.after.posted_at), wanted.after.id) if wanted.after else None,
            doc_type=wanted.doc_type,
            states=sorted(wanted.states),
            invalidated=wanted.invalidated,
            customer_number=wanted.customer_number,
            customer_name=wanted.customer_name,
            most=wanted.limit + 1,
        )
        return DocumentPage(tuple(map(_listed, found[: wanted.limit])), len(found) > wanted.limit)

    async def signed(self, holder: KeyHolder, document_id: str) -> SignedDocument | None:
        """The exact payload that was signed last and MH's raw answer to it."""
        row = await self._store.read(rows.document_by_id, holder.company_id, document_id)
        if row is None:
            return None
        version = await self._signed(row)
        return SignedDocument(jws.payload_of(version["jws"]), version["answer"])

    async def file(self, holder: KeyHolder, id_or_ref: str, kind: FileKind) -> DeliveredFile:
        """One file of a document (contract 16). Raises Refused: 404 what will never exist, 409 what does not yet."""
        row = await self._store.read(rows.document_by_any, holder.company_id, id_or_ref)
        if row is None:
            raise Refused("document_not_found", id_or_ref=id_or_ref)
        if kind == "ticket" and not DOCUMENT_TYPES[row["doc_type"]].has_ticket:
            raise Refused("file_never_available", kind=kind, doc_type=row["doc_type"])
        available = {"stamped"} if kind == "json" else {"stamped", "contingency"}
        if row["state"] not in available:
            raise Refused("file_not_yet_available", kind=kind, state=row["state"])
        signed = (await self._signed(row))["jws"]
        if kind == "json":
            return DeliveredFile(
                delivered_json(signed, row["stamp"]), "application/json", f"{row['generation_code']}.json"
            )
        brand = await self._store.read(brand_of, holder.company_id)
        link = self._links.url(holder.company_id, row["id"])
        content = await in_the_press(printed, row, signed, "ticket" if kind == "ticket" else "letter", brand, link)
        return DeliveredFile(content, "application/pdf", f"{row['control_number']}.pdf")

    async def _signed(self, row: Row) -> Row:
        signed = await self._store.read(rows.signed_text, row["company_id"], row["id"])
        if signed is None:
            raise LookupError(f"document {row['id']} is gone")
        return signed


def _listed(row: Row) -> DocumentView:
    """A document of a page, whose row brings along what lies in other tables."""
    document = view(row)
    if document.state == "contingency":
        deadline = document_deadline(row)
        document = replace(document, contingency_deadline=deadline.at if deadline else None)
    if row["adjusts_id"] is None:
        return document
    return replace(
        document,
        adjusts=AdjustedDocument(
            id=row["adjusts_id"],
            external_ref=row["adjusted_ref"],
            control_number=row["adjusted_number"],
            generation_code=row["adjusted_code"],
            full_adjustment=bool(row["adjusts_whole"]),
            invalidated=row["adjusted_invalidated_at"] is not None,
        ),
    )


def signed_document(signed: str) -> dict[str, Any]:
    """What a JWS of ours says, its numbers as Decimal."""
    document: dict[str, Any] = json.loads(jws.payload_of(signed), parse_float=Decimal)
    return document


def undone(row: Row) -> Undone | None:
    """What took the document of a row back, if something did."""
    if row["invalidated_at"] is None:
        return None
    return "adjusted" if row["invalidated_by"] == "note" else "invalidated"


def printed(row: Row, signed: str, layout: Layout, brand: Brand, link: str | None = None) -> bytes:
    """The PDF of a document's row and its JWS, with the marks that its state asks for. Takes milliseconds."""
    return render(
        signed_document(signed),
        stamp=row["stamp"],
        layout=layout,
        undone=undone(row),
        logo=brand.logo,
        colour=brand.colour,
        roll_mm=brand.roll_mm,
        link=link,
    )
