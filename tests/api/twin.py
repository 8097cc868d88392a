"""The services of a gateway in memory: they keep what they are asked to issue and answer as the test tells them."""

from collections.abc import AsyncGenerator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any, cast

from msgspec.structs import replace

from ocote.api.request_keeper import RequestKeeper
from ocote.api.services import Services
from ocote.archive.book_exporting import BooksRequest
from ocote.archive.exporting import ExportRequest
from ocote.clock import system_clock
from ocote.companies.key_holder import KeyHolder
from ocote.documents.view import (
    DeliveredFile,
    DocumentFilter,
    DocumentPage,
    DocumentView,
    Family,
    FileKind,
    InvalidationAttempt,
    InvalidationStatus,
    Issued,
    Preview,
    Refused,
    SignedDocument,
    State,
)
from ocote.dte.sale import Amounts
from ocote.issuing.order import Draft, IssuingPoint, Order
from ocote.issuing.request import (
    InvalidationRequest,
    InvoiceRequest,
    IssueRequest,
    NoteRequest,
    PurchaseRequest,
    encoded,
)
from ocote.issuing.timing import StepTimes
from ocote.items.item import Item, ItemPage, KeptItem
from ocote.outbox.sending import Mailing, Sending
from ocote.public_links import Linked
from ocote.store.items import ItemFilter

KEY = "odt_" + "0123456789abcdef" * 3 + "01234567"
OTHER_KEY = "odt_" + "f" * 56
POSTED = datetime(2026, 6, 3, 14, 15, 40, 987654, tzinfo=UTC)


def key_holder(**changes: object) -> KeyHolder:
    """A caller of company 1 with the usual limits."""
    usual = KeyHolder(
        company_id=1,
        key_id=1,
        name="odt_01234567",
        environment="00",
        per_minute=120,
        per_hour=5000,
        branch_code="M001",
        pos_code="P001",
    )
    return replace(usual, **changes)


def document(**changes: object) -> DocumentView:
    """The stamped invoice of the example in contract 6.4: one line of 113.00."""
    usual = DocumentView(
        id="5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35",
        external_ref="POS7-000915",
        family="sale",
        doc_type="01",
        edition="v1",
        state="stamped",
        control_number="DTE-01-M002P003-000000000000458",
        generation_code="0D9E6C52-7B1F-4A83-9E24-6C51F0B7A2D8",
        stamp="2026F41C0A7D9B3E5826714ACD90BE37F1258QXT",
        posted_at=POSTED,
        amounts=Amounts(Decimal("100.00"), Decimal("13.00"), Decimal("113.00"), Decimal("0.00"), Decimal("113.00")),
        customer_name="Consumidor Final",
        link=Linked(1, "5f0c7a1e-93d2-4b6a-8c11-2e7d90ab4c35"),
    )
    return replace(usual, **changes)


class TwinOrder(Order, frozen=True, kw_only=True):
    """An order that remembers what was asked and the name of the other party."""

    asked: InvoiceRequest | NoteRequest | PurchaseRequest
    name: str


def _order(doc_type: str, asked: IssueRequest, name: str) -> Order:
    return TwinOrder(doc_type, asked.external_ref, encoded(asked), _never_prepared, asked=asked, name=name)


async def _never_prepared(_: IssuingPoint) -> Draft:
    raise AssertionError("the twin issues without a draft")


@dataclass
class TwinItems:
    """The catalog of items, over a dictionary."""

    kept: dict[tuple[int, str], KeptItem] = field(default_factory=dict)

    async def put(self, company_id: int, key: str, code: str, item: Item) -> KeptItem:
        self.kept[company_id, code] = KeptItem(code, item, POSTED)
        return self.kept[company_id, code]

    async def get(self, company_id: int, code: str) -> KeptItem:
        if (company_id, code) not in self.kept:
            raise Refused("item_not_found")
        return self.kept[company_id, code]

    async def remove(self, company_id: int, key: str, code: str) -> KeptItem:
        await self.get(company_id, code)
        return self.kept.pop((company_id, code))

    async def page(self, company_id: int, wanted: ItemFilter) -> ItemPage:
        mine = [
            kept
            for (owner, code), kept in sorted(self.kept.items())
            if owner == company_id and code > wanted.after and (wanted.search or "") in kept.item.description
        ]
        return ItemPage(tuple(mine[: wanted.most]), len(mine) > wanted.most)


@dataclass
class TwinGateway:
    """All of ``ocote.api.services`` in one object over dictionaries."""

    callers: dict[str, KeyHolder] = field(default_factory=lambda: {KEY: key_holder()})
    kept: dict[tuple[int, str], DocumentView] = field(default_factory=dict)
    fingerprints: dict[tuple[int, str], str] = field(default_factory=dict)
    requests: list[InvoiceRequest | NoteRequest | PurchaseRequest] = field(default_factory=list)
    invalidations: list[InvalidationRequest] = field(default_factory=list)
    filters: list[DocumentFilter] = field(default_factory=list)
    files: dict[FileKind, DeliveredFile] = field(default_factory=dict)
    signed_as: SignedDocument | None = None
    next_state: State = "stamped"
    raises: Exception | None = None
    problems: list[str] = field(default_factory=list)
    asked_keys: list[str] = field(default_factory=list)
    exports: list[ExportRequest] = field(default_factory=list)
    books: list[BooksRequest] = field(default_factory=list)
    pieces: list[bytes | Exception] = field(default_factory=lambda: [b"one", b"two"])
    ended_exports: int = 0
    mailed: list[Sending] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    items: TwinItems = field(default_factory=TwinItems)

    def services(self) -> Services:
        """Itself, as each of the services but the catalog of items and the log of requests, which is off."""
        twin, items = cast("Any", self), cast("Any", self.items)
        unkept = RequestKeeper(twin, system_clock, is_on=False)
        return Services(twin, twin, twin, twin, twin, twin, twin, twin, twin, items, unkept, self.problems_found)

    async def holder_of(self, key_sha256: str) -> KeyHolder | None:
        self.asked_keys.append(key_sha256)
        hashed = {sha256(key.encode()).hexdigest(): each for key, each in self.callers.items()}
        return hashed.get(key_sha256)

    def sale(self, holder: KeyHolder, request: InvoiceRequest) -> Order:
        return _order(request.doc_type, request, request.customer_name)

    def note(self, holder: KeyHolder, request: NoteRequest) -> Order:
        return _order("05", request, "Distribuidora Izalco")

    def purchase(self, holder: KeyHolder, request: PurchaseRequest) -> Order:
        return _order("14", request, request.seller.name)

    async def issue(self, holder: KeyHolder, order: TwinOrder, times: StepTimes) -> Issued:
        with times.step("issue"):
            if self.raises is not None:
                raise self.raises
            self.requests.append(order.asked)
            number = len(self.requests)
            reference = order.external_ref or f"00000000-0000-4000-8000-{number:012d}"
            known = self.kept.get((holder.company_id, reference))
            if known is not None:
                differs = self.fingerprints.get((holder.company_id, reference)) != order.fingerprint
                return Issued(known, is_duplicate=True, content_differs=differs)
            issued = document(
                id=f"00000000-0000-4000-8000-{number:012d}",
                external_ref=reference,
                family=order.family,
                doc_type=order.doc_type,
                state=self.next_state,
                stamp="2026" + "A" * 36 if self.next_state == "stamped" else None,
                customer_name=order.name,
                posted_at=POSTED + timedelta(seconds=number),
            )
            self.kept[holder.company_id, reference] = issued
            self.fingerprints[holder.company_id, reference] = order.fingerprint
            return Issued(issued)

    async def preview(self, holder: KeyHolder, order: TwinOrder) -> Preview:
        return Preview(
            doc_type=order.doc_type,
            edition="v1",
            document={"identificacion": {"tipoDte": order.doc_type}, "monto": Decimal("113.00")},
            amounts=Amounts(Decimal("100.00"), Decimal("13.00"), Decimal("113.00"), Decimal("0.00"), Decimal("113.00")),
            customer_name=order.name,
        )

    async def invalidate(
        self,
        holder: KeyHolder,
        id_or_ref: str,
        families: AbstractSet[Family],
        request: InvalidationRequest,
        times: StepTimes,
    ) -> InvalidationStatus:
        found = await self.find(holder, id_or_ref, families)
        if found is None:
            raise Refused("document_not_found")
        self.invalidations.append(request)
        attempt = InvalidationAttempt("stamped", POSTED, request.reason or 2, "D0C", "2026" + "D" * 36)
        return InvalidationStatus(replace(found, invalidated=True), (attempt,))

    async def status(
        self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]
    ) -> InvalidationStatus | None:
        found = await self.find(holder, id_or_ref, families)
        return InvalidationStatus(found) if found is not None else None

    async def page(self, holder: KeyHolder, wanted: DocumentFilter) -> DocumentPage:
        self.filters.append(wanted)
        mine = [each for (company_id, _), each in self.kept.items() if company_id == holder.company_id]
        mine.sort(key=lambda each: (each.posted_at, each.id), reverse=True)
        if wanted.after is not None:
            mine = [each for each in mine if (each.posted_at, each.id) < (wanted.after.posted_at, wanted.after.id)]
        return DocumentPage(tuple(mine[: wanted.limit]), len(mine) > wanted.limit)

    async def find(self, holder: KeyHolder, id_or_ref: str, families: AbstractSet[Family]) -> DocumentView | None:
        if self.raises is not None:
            raise self.raises
        for (company_id, reference), each in self.kept.items():
            names = (each.id, reference, each.control_number)
            if company_id == holder.company_id and id_or_ref in names and each.family in families:
                return each
        return None

    async def send_again(self, holder: KeyHolder, id_or_ref: str, to: tuple[str, ...]) -> Mailing:
        mailing = await self.sendings(holder, id_or_ref)
        for address in to or ("cliente@example.com",):
            self.mailed.append(Sending(address, "document.sent_again", "queued", POSTED, 0, None, None, ""))
        return replace(mailing, sendings=tuple(self.mailed))

    async def sendings(self, holder: KeyHolder, id_or_ref: str) -> Mailing:
        found = await self.find(holder, id_or_ref, {"sale", "note", "suex"})
        if found is None:
            raise Refused("document_not_found")
        return Mailing(found, tuple(self.mailed))

    def path(self, link: Linked) -> str:
        return f"/v/{link.company_id}-{link.document_id}-{link.version}"

    async def renew(self, company_id: int, key: str, id_or_ref: str) -> tuple[DocumentView, str]:
        found = await self.find(key_holder(company_id=company_id), id_or_ref, {"sale", "note", "suex"})
        if found is None:
            raise Refused("document_not_found")
        self.renewed.append(found.id)
        return found, f"/v/{len(self.renewed)}"

    async def with_adjusted(self, holder: KeyHolder, issued: DocumentView) -> DocumentView:
        return issued

    async def signed(self, holder: KeyHolder, document_id: str) -> SignedDocument | None:
        return self.signed_as

    async def file(self, holder: KeyHolder, id_or_ref: str, kind: FileKind) -> DeliveredFile:
        if await self.find(holder, id_or_ref, {"sale", "note", "suex"}) is None:
            raise Refused("document_not_found")
        if kind not in self.files:
            raise Refused("file_not_yet_available", kind=kind)
        return self.files[kind]

    async def export(self, company_id: int, wanted: ExportRequest) -> AsyncGenerator[bytes, None]:
        self.exports.append(wanted)
        try:
            for piece in self.pieces:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.ended_exports += 1

    async def export_month(self, company_id: int, wanted: BooksRequest) -> AsyncGenerator[bytes, None]:
        self.books.append(wanted)
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def problems_found(self) -> list[str]:
        return self.problems
