"""Documents and their signed versions.

Every change of ``state`` is one conditional UPDATE here; ``ocote.documents.states`` decides which changes are allowed.
No other module writes these tables.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

from msgspec import UNSET

from ocote.dte.types import Family
from ocote.journal.lines import DocumentLine
from ocote.store.adjusted import write_links
from ocote.store.contingency.joining import join
from ocote.store.document_row import DOCUMENT_COLUMNS, DocumentRow
from ocote.store.engine.statement import (
    Query,
    StoredRow,
    Transaction,
    changed,
    columns,
    every,
    first,
    journaled,
    one,
    sql,
)
from ocote.store.engine.values import cents, folded
from ocote.store.installation import UNCONFIRMED_SINCE, require_confirmed
from ocote.store.journaling import JOURNALED, JournaledRow, journal_verdict, journal_version
from ocote.store.leases import Lease
from ocote.store.more_amounts import more_amounts_text
from ocote.store.new_document import Content, NewDocument, NewVersion, SignedUnder, UnderNextNumber
from ocote.store.numbers import Series, next_number
from ocote.store.outbox import Event, Listeners, announce
from ocote.store.renumbering import announce_renumbered, sign_under_next
from ocote.store.verdict import Verdict


class SignedVersion(Protocol):
    """One signed version of a document: a row of the table, or the document as an answer shows it."""

    @property
    def id(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def family(self) -> Family: ...


class _SupersededRow(StoredRow, frozen=True):
    version: int
    unconfirmed_since: str | None


class _SettledRow(StoredRow, frozen=True):
    contingency_id: str | None


class _ChangedRow(StoredRow, frozen=True):
    id: str


class _LinkRow(StoredRow, frozen=True):
    link_version: int


_INSERT = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, taxable_cents, vat_cents, gross_cents, withheld_cents,
        payable_cents, more_amounts, customer_name, customer_folded, customer_id, customer_email, redirect_email,
        fingerprint, adjusts_id, adjusts_whole, posted_at, due_at, held_by, contingency_id, mh_message, key_id, request,
        jws)
    VALUES (:id, :company, :family, :doc_type, :edition, :external_ref, :branch_code, :pos_code, :year,
        :control_number, :generation_code, 1, :state, :taxable_cents, :vat_cents, :gross_cents, :withheld_cents,
        :payable_cents, :more_amounts, :customer_name, :customer_folded, :customer_id, :customer_email, :redirect_email,
        :fingerprint, :adjusts_id, :adjusts_whole, :posted_at, :due_at, :held_by, :contingency_id, :mh_message,
        :key_id, :request, :jws)""")

_SETTLE = sql(
    """
    UPDATE document
    SET state = :state, stamp = :stamp, mh_state = :mh_state, mh_message = :mh_message, mh_code = :mh_code,
        observations = :observations, stamped_at = :stamped_at, rejected_at = :rejected_at, answer = :answer,
        due_at = NULL, ask_from = NULL
    WHERE company_id = :company AND id = :id AND version = :version AND state IN ('registered', 'contingency')
    RETURNING contingency_id""",
    _SettledRow,
)

_CANCEL_ADJUSTED = sql(
    """
    UPDATE document SET invalidated_at = :now, invalidated_by = 'note'
    WHERE company_id = :company AND invalidated_at IS NULL
      AND id = (SELECT adjusts_id FROM document WHERE company_id = :company AND id = :id AND adjusts_whole = 1)
    RETURNING id""",
    _ChangedRow,
)

_SUPERSEDE = sql(
    f"""
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, key_id, jws,
                                    answer, superseded_at)
    SELECT id, version, company_id, 'rejected', generation_code, rejected_at, key_id, jws, answer, :now FROM document
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'rejected'
    ON CONFLICT DO NOTHING
    RETURNING version, {UNCONFIRMED_SINCE}""",
    _SupersededRow,
)

_RETRY = sql(
    f"""
    UPDATE document
    SET state = 'registered', version = version + 1, control_number = :control_number, edition = :edition,
        generation_code = :generation_code,
        taxable_cents = :taxable_cents, vat_cents = :vat_cents, gross_cents = :gross_cents,
        withheld_cents = :withheld_cents, payable_cents = :payable_cents, more_amounts = :more_amounts,
        customer_name = :customer_name, customer_folded = :customer_folded,
        customer_id = :customer_id, customer_email = :customer_email, redirect_email = :redirect_email,
        fingerprint = :fingerprint, adjusts_id = :adjusts_id, adjusts_whole = :adjusts_whole,
        mh_state = '', mh_message = '', mh_code = '', observations = '[]',
        rejected_at = NULL, due_at = :until, held_by = :holder, attempts = 0,
        contingency_id = NULL, event_id = NULL, lot_id = NULL, alone = 0, ask_from = NULL,
        key_id = :key_id, request = :request, jws = :jws, answer = NULL
    WHERE company_id = :company AND id = :id AND version = :version AND state = 'rejected'
    RETURNING {JOURNALED}""",
    JournaledRow,
)

_RENEW_LINK = sql(
    """
    UPDATE document SET link_version = link_version + 1 WHERE company_id = :company AND id = :id
    RETURNING link_version""",
    _LinkRow,
)

_CLAIM_ONE = sql("""
    UPDATE document SET due_at = :until, held_by = :holder
    WHERE company_id = :company AND id = :id AND state = 'registered' AND due_at <= :now
    RETURNING id""")

_CLAIM_DUE = sql(
    f"""
    WITH due AS MATERIALIZED (
        SELECT id FROM document WHERE due_at IS NOT NULL AND due_at <= :now ORDER BY due_at LIMIT :most :lock)
    UPDATE document SET due_at = :until, held_by = :holder
    WHERE id IN (SELECT id FROM due)
    RETURNING {DOCUMENT_COLUMNS}""",
    DocumentRow,
    lock="update skip locked",
)

_BY_REF = sql(
    f"SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND external_ref = :ref", DocumentRow
)
_BY_ID = sql(f"SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND id = :id", DocumentRow)
_BY_CODE = sql(
    f"SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND generation_code = :code", DocumentRow
)
_BY_NUMBER = sql(
    f"""
    SELECT {DOCUMENT_COLUMNS} FROM document WHERE company_id = :company AND control_number = :number
    ORDER BY year DESC LIMIT 1""",
    DocumentRow,
)


class SignedRow(StoredRow, frozen=True):
    """The last request and signed text of a document, and MH's raw answer."""

    jws: str
    generation_code: str
    version: int
    answer: str | None
    request: str


_SIGNED = sql(f"SELECT {columns(SignedRow)} FROM document WHERE company_id = :company AND id = :id", SignedRow)


def register(new: NewDocument) -> Transaction[tuple[str, str]]:
    """Takes the next correlative, signs and writes the document; returns the control number and the JWS.

    The number is used only if the whole transaction is kept. Raises UniqueError when the reference exists already, and
    NumbersUnconfirmedError.
    """
    company = new.company_id
    if new.content.guard is not None:
        yield from new.content.guard(new.id)
    series = Series(new.doc_type, new.branch_code, new.pos_code, new.year)
    control_number, jws = new.sign((yield from next_number(company, series)))
    contingency_id = (yield from join(company, new.joins)) if new.joins is not None else None
    customer_id = yield from _kept_customer(new.content, new.posted_at)
    columns_of = _columns_of(new, customer_id)
    state: Literal["registered", "contingency"] = "registered" if new.joins is None else "contingency"
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
        state=state,
        contingency_id=contingency_id,
        mh_message="" if new.joins is None else new.joins.message,
        jws=jws,
        customer_folded=folded(new.content.party.name),
        **columns_of,
    )
    links = new.content.adjusts.links if new.content.adjusts is not None else ()
    if links:
        yield from write_links(company, new.id, links)
    yield from journaled(
        lambda: DocumentLine(
            id=new.id,
            version=1,
            company_id=company,
            family=new.family,
            doc_type=new.doc_type,
            external_ref=new.external_ref,
            branch_code=new.branch_code,
            pos_code=new.pos_code,
            year=new.year,
            control_number=control_number,
            state=state,
            contingency_id=contingency_id,
            posted_at=new.posted_at,
            jws=jws,
            at=new.posted_at,
            adjusted=links or UNSET,
            **columns_of | {"adjusts_whole": bool(columns_of["adjusts_whole"])},
        )
    )
    if contingency_id is not None:
        yield from announce(company, new.id, "document.contingency_entered", new.posted_at, new.listeners)
    return control_number, jws


def reopen(new: NewVersion) -> Transaction[SignedUnder | None]:
    """Puts new content into a rejected document and makes it ``registered`` again; returns its number and JWS.

    The number stays, unless MH refused it because another document bears it: then the next number takes its place.
    None when that version of the document is not rejected any more, because another process was first. Raises
    NumbersUnconfirmedError: MH may have stamped a version of the document that this database does not know.
    """
    if new.content.guard is not None:
        yield from new.content.guard(new.document_id)
    where = {"company": new.company_id, "id": new.document_id, "version": new.replaces}
    superseded = yield from first(_SUPERSEDE(**where, now=new.signed_at))
    if superseded is None:
        return None
    require_confirmed(superseded.unconfirmed_since)
    if isinstance(new.text, UnderNextNumber):
        text = yield from sign_under_next(new.text, new.signed_at)
    else:
        text = new.text
    customer_id = yield from _kept_customer(new.content, new.signed_at)
    retry = _RETRY(
        **where,
        until=new.lease.until,
        holder=new.lease.holder,
        control_number=text.control_number,
        jws=text.jws,
        customer_folded=folded(new.content.party.name),
        **_columns_of(new, customer_id),
    )
    row = yield from one(retry)
    if new.content.adjusts is not None:
        yield from write_links(new.company_id, new.document_id, new.content.adjusts.links)
    yield from journal_version(row, new.signed_at)
    if isinstance(new.text, UnderNextNumber):
        yield from announce_renumbered(new.text.refused, new.signed_at, new.text.listeners)
    return text


def _kept_customer(content: Content, now: str) -> Transaction[int | None]:
    """The id of the customer's record, after a new or changed record is written."""
    if content.party.keep is None:
        return content.party.record_id
    return (yield from content.party.keep(now))


def _columns_of(new: NewDocument | NewVersion, customer_id: int | None) -> dict[str, Any]:
    content, amounts, party = new.content, new.content.amounts, new.content.party
    return {
        "edition": content.edition,
        "generation_code": content.generation_code,
        "taxable_cents": cents(amounts.taxable),
        "vat_cents": cents(amounts.vat),
        "gross_cents": cents(amounts.gross),
        "withheld_cents": cents(amounts.withheld),
        "payable_cents": cents(amounts.payable),
        "more_amounts": more_amounts_text(amounts),
        "customer_name": party.name,
        "customer_id": customer_id,
        "customer_email": party.email,
        "redirect_email": party.redirect_email,
        "key_id": new.key_id,
        "request": new.request,
        "fingerprint": new.fingerprint,
        "adjusts_id": content.adjusts.document_id if content.adjusts else None,
        "adjusts_whole": int(content.adjusts is not None and content.adjusts.whole),
    }


def settle(
    company_id: int, document: SignedVersion, verdict: Verdict, now: str, listeners: Listeners
) -> Transaction[bool]:
    """Writes MH's verdict on one signed version; False when the document had been settled already.

    A stamped note for the whole of a CCF cancels the CCF in the same transaction (contract D16).
    """
    is_alone = not (_cancels(document, verdict) or listeners.wait_for(_event(verdict)))
    return (yield from _settle(_SETTLE.alone if is_alone else _SETTLE, company_id, document, verdict, now, listeners))


def settle_all(
    company_id: int, answered: Sequence[tuple[SignedVersion, Verdict]], now: str, listeners: Listeners
) -> Transaction[list[bool]]:
    """Writes MH's verdicts on several documents in one transaction; returns for each whether it was settled now."""
    settled: list[bool] = []
    for document, verdict in answered:
        settled.append((yield from _settle(_SETTLE, company_id, document, verdict, now, listeners)))
    return settled


def _settle(
    statement: Callable[..., Query[_SettledRow]],
    company_id: int,
    document: SignedVersion,
    verdict: Verdict,
    now: str,
    listeners: Listeners,
) -> Transaction[bool]:
    settled = yield from first(
        statement(
            company=company_id,
            id=document.id,
            version=document.version,
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
    )
    if settled is None:
        return False
    yield from journal_verdict("document", document.id, company_id, verdict, now, version=document.version)
    if settled.contingency_id is not None:
        yield from announce(company_id, document.id, "document.contingency_left", now, listeners)
    yield from announce(company_id, document.id, _event(verdict), now, listeners)
    if _cancels(document, verdict):
        for adjusted in (yield from every(_CANCEL_ADJUSTED(company=company_id, id=document.id, now=now))):
            # No e-mail about the CCF, because the customer gets the note by e-mail.
            webhooks = Listeners(webhooks=listeners.webhooks)
            yield from announce(company_id, adjusted.id, "document.invalidated", now, webhooks)
    return True


def _event(verdict: Verdict) -> Event:
    """The event announced to mail and webhooks."""
    return "document.stamped" if verdict.state == "stamped" else "document.rejected"


def _cancels(document: SignedVersion, verdict: Verdict) -> bool:
    """Whether the document may be a note for the whole of a CCF, whose stamp cancels the CCF."""
    return document.family == "note" and verdict.state == "stamped"


def claim_document(company_id: int, document_id: str, now: str, lease: Lease) -> Transaction[bool]:
    """Takes a registered document whose lease has passed; False when the document is not free."""
    return (
        yield from changed(
            _CLAIM_ONE.alone(company=company_id, id=document_id, now=now, until=lease.until, holder=lease.holder)
        )
    )


def claim_due_documents(now: str, lease: Lease, most: int) -> Transaction[list[DocumentRow]]:
    """Takes up to ``most`` due documents for a worker."""
    return (yield from every(_CLAIM_DUE.alone(now=now, until=lease.until, holder=lease.holder, most=most)))


def renew_link(company_id: int, document_id: str) -> Transaction[int]:
    """Ends the public link of a document; returns the version of its next link."""
    return (yield from one(_RENEW_LINK(company=company_id, id=document_id))).link_version


def document_by_ref(company_id: int, external_ref: str) -> Transaction[DocumentRow | None]:
    """The company's document under a reference, of any family."""
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


def document_as_printed(company_id: int, code_or_number: str) -> Transaction[DocumentRow | None]:
    """The company's document by what its print shows: the generation code, else the control number."""
    row = yield from first(_BY_CODE(company=company_id, code=code_or_number))
    if row is not None:
        return row
    return (yield from first(_BY_NUMBER(company=company_id, number=code_or_number)))


def signed_text(company_id: int, document_id: str) -> Transaction[SignedRow | None]:
    """The last request and signed text of a document, and MH's raw answer; None for an unknown document."""
    return (yield from first(_SIGNED(company=company_id, id=document_id)))
