"""Issues the document of a draft, or tries it, as the API does with the same request: once under its reference."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.audit import Author
from ocote.clock import Clock
from ocote.companies.caller import Caller
from ocote.documents.records import view
from ocote.documents.view import AnswerWarning, DocumentView, Issued, Preview, Refused
from ocote.drafting.drafts import KeptDraft
from ocote.dte import text
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.sale import Amounts
from ocote.errors import advised, message
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.order import Order
from ocote.issuing.orders import Orders
from ocote.issuing.timing import StepTimes
from ocote.requests.invoice import read_invoice
from ocote.requests.note import read_note
from ocote.requests.purchase import read_purchase
from ocote.requests.sent_names import sent_field, sent_note_field
from ocote.store import documents
from ocote.store.audit_log import AuditEntry, append_entry
from ocote.store.document_row import DocumentRow
from ocote.store.drafts import settle_draft
from ocote.store.engine.statement import Transaction
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment_text
from ocote.store.naming import documents_by_names
from ocote.web.invalid import InvalidRequest

_DONE: Final = frozenset({"stamped", "contingency"})
"""States of a document that the customer may be given; a rejected one is corrected in its draft."""

_ACTS: Final[Mapping[str, str]] = {
    "stamped": "document_issued",
    "contingency": "document_issued",
    "rejected": "document_rejected",
}
"""What a person did by issuing, by the state of the document; of one without an outcome nothing is said yet."""


class Faults(Exception):  # noqa: N818 - what a person corrects, not a fault of the program
    """The draft is no document yet; ``faults`` name fields of its body, or none for the draft as a whole.

    ``code`` is that of an operation that was refused, empty when the content is at fault.
    """

    def __init__(self, faults: tuple[Fault, ...], code: str = "") -> None:
        self.faults = faults
        self.code = code
        super().__init__("; ".join(f"{each.field} {each.message}" for each in faults))


class Tried(Struct, frozen=True):
    """A draft as it would be issued now: its amounts and the document to sign, with the warnings about both."""

    amounts: Amounts
    document: dict[str, Any]
    warnings: tuple[AnswerWarning, ...] = ()


def mark_of_trial(tried: Tried) -> str:
    """Tells what a trial would issue from what another one would; it begins with the amount to pay.

    The document's own number, code and moment are no part of it.
    """
    content = {name: value for name, value in tried.document.items() if name != "identificacion"}
    return f"{tried.amounts.payable:f}-{sha256(text.encode(content)).hexdigest()}"


class DraftIssuer:
    """Issues the documents of drafts. ``caller`` stands at the draft's point of sale."""

    def __init__(self, store: Store, clock: Clock, orders: Orders, issuer: DocumentIssuer) -> None:
        self._store = store
        self._clock = clock
        self._orders = orders
        self._issuer = issuer

    async def trial(self, caller: Caller, draft: KeptDraft) -> Tried | DocumentView:
        """The document that would be issued now, by the arithmetic of issuing; the document itself if it is there.

        Raises Faults.
        """
        with _faults(draft):
            order, warnings = self._order(caller, draft)
            shown = await self._issuer.preview(caller, order)
        if isinstance(shown, Preview):
            return Tried(shown.amounts, shown.document, (*warnings, *shown.warnings))
        return shown.document

    async def issue(self, caller: Caller, draft: KeptDraft, author: Author) -> Issued:
        """Issues the document of a draft once, however often it is asked, and closes the draft unless MH rejects it.

        Raises Faults.
        """
        with _faults(draft):
            order, warnings = self._order(caller, draft)
            issued = await self._issuer.issue(caller, order, StepTimes())
        document = issued.document
        await self._store.write(_settled, draft, document, author, moment_text(self._clock()))
        return replace(issued, document=replace(document, warnings=(*warnings, *document.warnings)))

    async def settled(self, drafts: Sequence[KeptDraft], author: Author) -> tuple[KeptDraft, ...]:
        """The drafts of a company, those with their document that have one which is not rejected.

        A process that ended between issuing and closing left them open: they are closed, and the act is written down.
        """
        left = {draft.reference: draft for draft in drafts if draft.document_id is None}
        if not left:
            return tuple(drafts)
        found = await self._store.read(documents_by_names, drafts[0].company_id, list(left))
        closed: dict[str, str] = {}
        for reference, row in found.items():
            if row.external_ref != reference or row.state == "rejected":
                continue
            closed[left[reference].id] = row.id
            if row.state in _DONE:
                await self._store.write(_settled, left[reference], view(row), author, moment_text(self._clock()))
        return tuple(replace(each, document_id=closed.get(each.id, each.document_id)) for each in drafts)

    async def document(self, draft: KeptDraft) -> DocumentRow | None:
        """The document under the draft's reference; None while there is none."""
        if draft.document_id is not None:
            return await self._store.read(documents.document_by_id, draft.company_id, draft.document_id)
        return await self._store.read(documents.document_by_ref, draft.company_id, draft.reference)

    def _order(self, caller: Caller, draft: KeptDraft) -> tuple[Order, tuple[AnswerWarning, ...]]:
        warnings: list[AnswerWarning] = []
        body, family = draft.request(), draft.row.family
        if family == "note":
            return self._orders.note(caller, read_note(body, None, warnings)), tuple(warnings)
        if family == "suex":
            return self._orders.purchase(caller, read_purchase(body, None, warnings)), tuple(warnings)
        return self._orders.sale(caller, read_invoice(body, None, warnings)), tuple(warnings)


@contextmanager
def _faults(draft: KeptDraft) -> Iterator[None]:
    """Turns what the request is refused for into Faults, each under a field that the body has."""
    named = sent_note_field if draft.row.family == "note" else sent_field
    try:
        yield
    except InvalidRequest as error:
        raise Faults(error.faults) from None
    except InvalidSale as error:
        at_sent = (replace(each, field=named(each.field, draft.body)) for each in error.faults)
        raise Faults(tuple(map(advised, at_sent))) from None
    except Refused as error:
        field = error.values.get("field")
        at = named(field, draft.body) if isinstance(field, str) else ""
        values = {**error.values, "field": at} if at else error.values
        raise Faults((Fault(error.code, at, message(error.code, **values)),), error.code) from None


def _settled(draft: KeptDraft, document: DocumentView, author: Author, now: str) -> Transaction[None]:
    """Closes the draft with its document, and writes down who issued it; both once."""
    act = _ACTS.get(document.state)
    if act is None:
        return
    if document.state in _DONE:
        closed = yield from settle_draft(draft.company_id, draft.id, document.id, now)
        if closed is None:
            return
    yield from append_entry(
        AuditEntry(
            at=now,
            by=author,
            act=act,
            subject=f"document {document.id}",
            company_id=draft.company_id,
            after={
                "reference": draft.reference,
                "control_number": document.control_number,
                "state": document.state,
                "payable": document.amounts.payable,
            },
        )
    )
