"""Documents, their numbers and their signed versions.

Every change of ``state`` is one conditional UPDATE here; which change may happen when is decided in
``ocote.documents.states``. Nothing else writes these tables.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from ocote.store.contingency.joining import Joining, join
from ocote.store.customers import Keep
from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import Query, StoredRow, Transaction, columns, first, sql
from ocote.store.engine.values import folded
from ocote.store.leases import Lease
from ocote.store.outbox import NOBODY, Event, Listeners, announce


class Content(Struct, frozen=True):
    """What a document says, as far as the tables know it; a retry of a rejected document replaces all of it."""

    edition: str
    generation_code: str
    taxable_cents: int
    vat_cents: int
    gross_cents: int
    withheld_cents: int
    payable_cents: int
    customer_name: str
    customer_id: int | None
    customer_email: str | None
    redirect_email: str | None
    request: str
    """What was asked, as JSON: a note that takes the whole of a document copies its lines from here."""
    fingerprint: str
    adjusts_id: str | None
    """The document that a credit note adjusts."""
    adjusts_whole: bool
    """Whether the note, once stamped, cancels the document it adjusts (contract 10.1)."""
    customer: Keep | None
    """Writes the customer's record in the same transaction, when it is new or changed."""


Guard: TypeAlias = Callable[[str], Transaction[None]]
"""Work that runs first in the transaction which numbers a document (its id is given): it raises when the document may
not be after all, and may write what belongs to it."""


class NewDocument(Struct, frozen=True):
    """A document about to be numbered. ``sign`` makes the JWS once the correlative is known."""

    id: str
    company_id: int
    family: str
    doc_type: str
    external_ref: str
    branch_code: str
    pos_code: str
    year: int
    posted_at: str
    lease: Lease
    content: Content
    guard: Guard | None
    sign: Callable[[int], tuple[str, str]]
    """From the correlative to (control number, JWS)."""
    joins: Joining | None = None
    """The contingency in which it is made, while MH is known to be down: it is then not sent but waits there."""
    listeners: Listeners = NOBODY


class Verdict(Struct, frozen=True):
    """MH's final word on one signed version. ``state`` is ``stamped`` or ``rejected``; of a contingency event also
    ``late``, refused as out of time."""

    state: str
    stamp: str | None
    mh_state: str
    mh_message: str
    mh_code: str
    observations: str
    answer: str


class Settlement(Struct, frozen=True):
    """A verdict and the signed version of a document that it is about."""

    document_id: str
    version: int
    family: str
    verdict: Verdict

    @property
    def event(self) -> Event:
        """What is told of it."""
        return "document.stamped" if self.verdict.state == "stamped" else "document.rejected"

    @property
    def cancels(self) -> bool:
        """Whether the document may be a note for the whole, which now cancels what it adjusts."""
        return self.family == "note" and self.verdict.state == "stamped"


_NEXT_NUMBER = sql("""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, :doc_type, :branch_code, :pos_code, :year, 1)
    ON CONFLICT (company_id, doc_type, branch_code, pos_code, year) DO UPDATE SET last = correlative.last + 1
    RETURNING last""")

_PEEK_NUMBER = sql("""
    SELECT last FROM correlative
    WHERE company_id = :company AND doc_type = :doc_type AND branch_code = :branch_code AND pos_code = :pos_code
      AND year = :year""")

_INSERT = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, taxable_cents, vat_cents, gross_cents, withheld_cents,
        payable_cents, customer_name, customer_folded, customer_id, customer_email, redirect_email, fingerprint,
        adjusts_id, adjusts_whole, posted_at, due_at, held_by, contingency_id, mh_message, request, jws)
    VALUES (:id, :company, :family, :doc_type, :edition, :external_ref, :branch_code, :pos_code, :year,
        :control_number, :generation_code, 1, :state, :taxable_cents, :vat_cents, :gross_cents, :withheld_cents,
        :payable_cents, :customer_name, :customer_folded, :customer_id, :customer_email, :redirect_email,
        :fingerprint, :adjusts_id, :adjusts_whole, :posted_at, :due_at, :held_by, :contingency_id, :mh_message,
        :request, :jws)""")

_SETTLE = sql("""
    UPDATE document
    SET state = :state, stamp = :stamp, mh_state = :mh_state, mh_message = :mh_message, mh_code = :mh_code,
        observations = :observations, stamped_at = :stamped_at, rejected_at = :rejected_at, answer = :answer,
        due_at = NULL, ask_from = NULL
    WHERE company_id = :company AND id = :id AND version = :version AND state IN ('registered', 'contingency')
    RETURNING contingency_id""")

_CANCEL_ADJUSTED = sql("""
    UPDATE document SET invalidated_at = :now, invalidated_by = 'note'
    WHERE company_id = :company AND invalidated_at IS NULL
      AND id = (SELECT adjusts_id FROM document WHERE company_id = :company AND id = :id AND adjusts_whole = 1)
    RETURNING id""")

_SUPERSEDE = sql("""
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, jws, answer)
    SELECT id, version, company_id, 'rejected', generation_code, rejected_at, jws, answer FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'rejected'
    ON CONFLICT DO NOTHING
    RETURNING version""")

_RETRY = sql("""
    UPDATE document
    SET state = 'registered', version = version + 1, edition = :edition, generation_code = :generation_code,
        taxable_cents = :taxable_cents, vat_cents = :vat_cents, gross_cents = :gross_cents,
        withheld_cents = :withheld_cents, payable_cents = :payable_cents, customer_name = :customer_name,
        customer_folded = :customer_folded,
        customer_id = :customer_id, customer_email = :customer_email, redirect_email = :redirect_email,
        fingerprint = :fingerprint, adjusts_id = :adjusts_id, adjusts_whole = :adjusts_whole,
        mh_state = '', mh_message = '', mh_code = '', observations = '[]',
        rejected_at = NULL, due_at = :until, held_by = :holder, attempts = 0,
        contingency_id = NULL, event_id = NULL, lot_id = NULL, alone = 0, ask_from = NULL,
        request = :request, jws = :jws, answer = NULL
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'rejected'""")

_CLAIM_ONE = sql("""
    UPDATE document SET due_at = :until, held_by = :holder
    WHERE company_id = :company AND id = :id AND state = 'registered' AND due_at <= :now
    RETURNING id""")

_CLAIM_DUE = sql(
    f"""
    UPDATE document SET due_at = :until, held_by = :holder
    WHERE id IN (SELECT id FROM document WHERE due_at IS NOT NULL AND due_at <= :now
                 ORDER BY due_at LIMIT :most :lock)
    RETURNING {DOCUMENT_COLUMNS}""",
    DocumentRow,
    lock="update skip locked",
)

_BY_REF = sql(
    f"SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND external_ref = :ref", DocumentRow
)
_BY_ID = sql(f"SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND id = :id", DocumentRow)
_BY_NUMBER = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND control_number = :number
    ORDER BY year DESC LIMIT 1""",
    DocumentRow,
)


class SignedRow(StoredRow, frozen=True):
    """What was asked and signed last for a document, and MH's raw answer."""

    jws: str
    generation_code: str
    version: int
    answer: str | None
    request: str


_SIGNED = sql(f"SELECT {columns(SignedRow)} FROM document WHERE company_id = :company AND id = :id", SignedRow)


def register(new: NewDocument) -> Transaction[tuple[str, str]]:
    """Gives the next correlative, signs, and writes the document.

    Returns the control number and the JWS.

    The number is taken only if all of it is kept. UniqueError when the reference exists already.
    """
    content, company = new.content, new.company_id
    if new.guard is not None:
        yield from new.guard(new.id)
    [row] = yield _NEXT_NUMBER(
        company=company, doc_type=new.doc_type, branch_code=new.branch_code, pos_code=new.pos_code, year=new.year
    )
    control_number, jws = new.sign(int(row["last"]))
    contingency_id = (yield from join(company, new.joins)) if new.joins is not None else None
    customer_id = content.customer_id
    if content.customer is not None:
        customer_id = yield from content.customer(new.posted_at)
    yield _INSERT(
        id=new.id,
        company=company,
        family=new.family,
        doc_type=new.doc_type,
        external_ref=new.external_ref,
        branch_code=new.branch_code,
        pos_code=new.pos_code,
        year=new.year,
        control_number=control_number,
        posted_at=new.posted_at,
        due_at=new.lease.until if new.joins is None else None,
        held_by=new.lease.holder if new.joins is None else None,
        state="registered" if new.joins is None else "contingency",
        contingency_id=contingency_id,
        mh_message="" if new.joins is None else new.joins.message,
        jws=jws,
        **_content(content, customer_id),
    )
    if contingency_id is not None:
        yield from announce(company, new.id, "document.contingency_entered", new.posted_at, new.listeners)
    return control_number, jws


def reopen(
    company_id: int,
    document_id: str,
    version: int,
    *,
    content: Content,
    guard: Guard | None,
    jws: str,
    now: str,
    lease: Lease,
) -> Transaction[bool]:
    """Puts new content into a rejected document and makes it ``registered`` again under its own number.

    False when the document is not rejected in that version any more: somebody else was first.
    """
    if guard is not None:
        yield from guard(document_id)
    if not (yield _SUPERSEDE(company=company_id, id=document_id, version=version)):
        return False
    customer_id = content.customer_id
    if content.customer is not None:
        customer_id = yield from content.customer(now)
    yield _RETRY(
        company=company_id,
        id=document_id,
        version=version,
        until=lease.until,
        holder=lease.holder,
        jws=jws,
        **_content(content, customer_id),
    )
    return True


def _content(content: Content, customer_id: int | None) -> dict[str, object]:
    return {
        "edition": content.edition,
        "generation_code": content.generation_code,
        "taxable_cents": content.taxable_cents,
        "vat_cents": content.vat_cents,
        "gross_cents": content.gross_cents,
        "withheld_cents": content.withheld_cents,
        "payable_cents": content.payable_cents,
        "customer_name": content.customer_name,
        "customer_folded": folded(content.customer_name),
        "customer_id": customer_id,
        "customer_email": content.customer_email,
        "redirect_email": content.redirect_email,
        "request": content.request,
        "fingerprint": content.fingerprint,
        "adjusts_id": content.adjusts_id,
        "adjusts_whole": int(content.adjusts_whole),
    }


def settle(
    company_id: int,
    document_id: str,
    version: int,
    family: str,
    verdict: Verdict,
    now: str,
    listeners: Listeners = NOBODY,
) -> Transaction[bool]:
    """Writes MH's verdict on one signed version; False when the document had been settled already.

    A stamped note for the whole of a CCF cancels the CCF in the same transaction (contract D16).
    """
    settlement = Settlement(document_id, version, family, verdict)
    ask = _SETTLE if settlement.cancels or listeners.wait_for(settlement.event) else _SETTLE.alone
    return (yield from _settle(company_id, settlement, now, listeners, ask))


def settle_all(
    company_id: int, settlements: Sequence[Settlement], now: str, listeners: Listeners
) -> Transaction[list[bool]]:
    """The same for several documents in one transaction: whether each was settled now."""
    settled: list[bool] = []
    for one in settlements:
        settled += [(yield from _settle(company_id, one, now, listeners, _SETTLE))]
    return settled


def _settle(
    company_id: int, settlement: Settlement, now: str, listeners: Listeners, ask: Callable[..., Query[Any]]
) -> Transaction[bool]:
    verdict, document_id = settlement.verdict, settlement.document_id
    rows = yield ask(
        company=company_id,
        id=document_id,
        version=settlement.version,
        state=verdict.state,
        stamp=verdict.stamp,
        mh_state=verdict.mh_state,
        mh_message=verdict.mh_message,
        mh_code=verdict.mh_code,
        observations=verdict.observations,
        stamped_at=now if verdict.state == "stamped" else None,
        rejected_at=now if verdict.state == "rejected" else None,
        answer=verdict.answer,
    )
    if not rows:
        return False
    if rows[0]["contingency_id"] is not None:
        yield from announce(company_id, document_id, "document.contingency_left", now, listeners)
    yield from announce(company_id, document_id, settlement.event, now, listeners)
    if settlement.cancels:
        for adjusted in (yield _CANCEL_ADJUSTED(company=company_id, id=document_id, now=now)):
            # The customer is mailed the note itself.
            told = Listeners(webhooks=listeners.webhooks)
            yield from announce(company_id, adjusted["id"], "document.invalidated", now, told)
    return True


def claim(company_id: int, document_id: str, now: str, lease: Lease) -> Transaction[bool]:
    """Takes a document that was registered and then left alone."""
    return bool(
        (yield _CLAIM_ONE.alone(company=company_id, id=document_id, now=now, until=lease.until, holder=lease.holder))
    )


def claim_due(now: str, lease: Lease, most: int) -> Transaction[list[DocumentRow]]:
    """Takes documents that are due for the worker that asks."""
    return (yield _CLAIM_DUE.alone(now=now, until=lease.until, holder=lease.holder, most=most))


def peek_number(company_id: int, doc_type: str, branch_code: str, pos_code: str, year: int) -> Transaction[int]:
    """The correlative that the next document would get; nothing is taken."""
    rows = yield _PEEK_NUMBER(
        company=company_id, doc_type=doc_type, branch_code=branch_code, pos_code=pos_code, year=year
    )
    return int(rows[0]["last"]) + 1 if rows else 1


def document_by_ref(company_id: int, external_ref: str) -> Transaction[DocumentRow | None]:
    """The company's document under a reference, whatever its family."""
    return (yield from first(_BY_REF(company=company_id, ref=external_ref)))


def document_by_id(company_id: int, document_id: str) -> Transaction[DocumentRow | None]:
    """The company's document by its id."""
    return (yield from first(_BY_ID(company=company_id, id=document_id)))


def document_by_any(company_id: int, id_or_ref: str) -> Transaction[DocumentRow | None]:
    """The company's document by id, else by reference, else by control number (the latest year), contract D6."""
    for query in (
        _BY_ID(company=company_id, id=id_or_ref),
        _BY_REF(company=company_id, ref=id_or_ref),
        _BY_NUMBER(company=company_id, number=id_or_ref),
    ):
        row = yield from first(query)
        if row is not None:
            return row
    return None


def signed_text(company_id: int, document_id: str) -> Transaction[SignedRow | None]:
    """What was asked and signed last for a document: request, JWS, generation code, version, and MH's raw answer."""
    return (yield from first(_SIGNED(company=company_id, id=document_id)))
