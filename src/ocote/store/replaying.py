"""Writes documents again that the journal has and a restored database lacks, with their earlier texts and numbers.

A replay may be interrupted and repeated: what is there already stays as it is.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict

from ocote.dte.control_number import parse_control_number
from ocote.journal.lines import AdjustedLink, CustomerLine, DocumentLine
from ocote.store.adjusted import links_of, write_links
from ocote.store.customers import NewCustomer, changed_at, match_customer, save_customer
from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, every, first, sql
from ocote.store.engine.values import folded
from ocote.store.verdict import Verdict

WhyReplaced = Literal["rejected", "contingency", "cause", "number"]
"""Why a signed text gave way to the next: refused by MH and corrected, signed for a contingency, for another cause of
the contingency, or under another number."""


class Cause(Struct, frozen=True):
    """A contingency as the documents in it declare it; moments are stored text."""

    kind: int
    reason: str | None
    began_at: str
    last_at: str


class Refusal(Struct, frozen=True):
    """MH's refusal of one signed version; ``at`` is stored text."""

    verdict: Verdict
    at: str


class ReplayedDocument(Struct, frozen=True):
    """A document as the journal has it, its versions in their order, with the ids of this database.

    ``refusals`` are by version. ``cause`` is that of the contingency in which the last version is. ``message`` is shown
    with a document in contingency. ``named`` are the numbers of the documents that the last text of a note names, when
    its line says nothing of them.
    """

    versions: tuple[DocumentLine, ...]
    refusals: Mapping[int, Refusal]
    cause: Cause | None
    message: str
    named: tuple[str, ...] = ()

    @property
    def present(self) -> DocumentLine:
        """The last version."""
        return self.versions[-1]


ReplayOutcome = Literal["written", "known", "taken", "apart"]
"""What became of one document. ``known``: the database has this version or a later one. ``taken``: another document of
the database has its number, its reference or its code. ``apart``: a document that it adjusts is missing, or nothing
says what it takes from its documents."""


class ReplayedCustomer(Struct, frozen=True):
    """The id that a customer's record has here, and whether the record was written now."""

    id: int
    was_written: bool


class TakenByRow(StoredRow, frozen=True):
    """A document that has the number, the reference or the code of another one."""

    id: str
    external_ref: str
    control_number: str


class _PresentRow(StoredRow, frozen=True):
    version: int
    state: Literal["registered", "stamped", "rejected", "contingency"]
    control_number: str


class _Id(StoredRow, frozen=True):
    id: str


class _CustomerRow(StoredRow, frozen=True):
    id: int
    created_at: str


class _KeyRow(StoredRow, frozen=True):
    id: int


_PRESENT = sql(
    "SELECT version, state, control_number FROM document WHERE company_id = :company AND id = :id", _PresentRow
)

_TAKEN = sql(
    """
    SELECT id, external_ref, control_number FROM document
    WHERE company_id = :company AND control_number = :control_number AND year = :year AND id <> :id
    UNION ALL
    SELECT id, external_ref, control_number FROM document
    WHERE company_id = :company AND external_ref = :external_ref AND id <> :id
    UNION ALL
    SELECT id, external_ref, control_number FROM document WHERE generation_code = :generation_code AND id <> :id""",
    TakenByRow,
)

_EXISTS = sql("SELECT id FROM document WHERE company_id = :company AND id = :id", _Id)

_INSERT = sql("""
    INSERT INTO document (id, company_id, family, doc_type, edition, external_ref, branch_code, pos_code, year,
        control_number, generation_code, version, state, taxable_cents, vat_cents, gross_cents, withheld_cents,
        payable_cents, more_amounts, customer_name, customer_folded, customer_id, customer_email, redirect_email,
        fingerprint, adjusts_id, adjusts_whole, posted_at, due_at, contingency_id, mh_message, key_id, request, jws)
    VALUES (:id, :company_id, :family, :doc_type, :edition, :external_ref, :branch_code, :pos_code, :year,
        :control_number, :generation_code, :version, :state, :taxable_cents, :vat_cents, :gross_cents, :withheld_cents,
        :payable_cents, :more_amounts, :customer_name, :customer_folded, :customer_id, :customer_email, :redirect_email,
        :fingerprint, :adjusts_id, :adjusts_whole, :posted_at, :due_at, :contingency_id, :mh_message, :key_id, :request,
        :jws)""")

_REPLACE = sql("""
    UPDATE document
    SET version = :version, state = :state, edition = :edition, control_number = :control_number,
        generation_code = :generation_code, taxable_cents = :taxable_cents, vat_cents = :vat_cents,
        gross_cents = :gross_cents, withheld_cents = :withheld_cents, payable_cents = :payable_cents,
        more_amounts = :more_amounts, customer_name = :customer_name, customer_folded = :customer_folded,
        customer_id = :customer_id, customer_email = :customer_email, redirect_email = :redirect_email,
        fingerprint = :fingerprint, adjusts_id = :adjusts_id, adjusts_whole = :adjusts_whole,
        mh_state = '', mh_message = :mh_message,
        mh_code = '', observations = '[]', rejected_at = NULL, answer = NULL, due_at = :due_at, held_by = NULL,
        attempts = 0, contingency_id = :contingency_id, event_id = NULL, lot_id = NULL, alone = 0, ask_from = NULL,
        key_id = :key_id, request = :request, jws = :jws
    WHERE company_id = :company_id AND id = :id""")

_KEEP_PRESENT = sql("""
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, key_id, jws,
                                    answer, superseded_at)
    SELECT id, version, company_id, :why, generation_code, coalesce(rejected_at, CAST(:rejected_at AS TEXT)), key_id,
           jws, coalesce(answer, CAST(:answer AS TEXT)), :at
    FROM document WHERE company_id = :company AND id = :id
    ON CONFLICT DO NOTHING""")

_KEEP_TEXT = sql("""
    INSERT INTO superseded_version (document_id, version, company_id, why, generation_code, rejected_at, key_id, jws,
                                    answer, superseded_at)
    VALUES (:id, :version, :company, :why, :generation_code, :rejected_at, :key_id, :jws, :answer, :at)
    ON CONFLICT DO NOTHING""")

_RAISE = sql("""
    INSERT INTO correlative (company_id, doc_type, branch_code, pos_code, year, last)
    VALUES (:company, :doc_type, :branch_code, :pos_code, :year, :last)
    ON CONFLICT (company_id, doc_type, branch_code, pos_code, year) DO UPDATE
    SET last = CASE WHEN correlative.last < excluded.last THEN excluded.last ELSE correlative.last END""")

_CONTINGENCY = sql("""
    INSERT INTO contingency (id, company_id, kind, reason, state, began_at, last_at, due_at)
    VALUES (:id, :company, :kind, :reason, 'asking', :began_at, :last_at, :now)
    ON CONFLICT (id) DO UPDATE
    SET kind = excluded.kind, reason = excluded.reason,
        began_at = CASE WHEN excluded.began_at < contingency.began_at THEN excluded.began_at
                        ELSE contingency.began_at END,
        last_at = CASE WHEN excluded.last_at > contingency.last_at THEN excluded.last_at
                       ELSE contingency.last_at END""")

_CUSTOMERS = sql(f"SELECT {columns(_CustomerRow)} FROM customer WHERE company_id = :company", _CustomerRow)
_BEFORE = sql("SELECT id FROM document WHERE posted_at < :at LIMIT 1", _Id)
_KEYS = sql("SELECT id FROM api_key WHERE company_id = :company", _KeyRow)


def replay_documents(documents: Sequence[ReplayedDocument], now: str) -> Transaction[list[ReplayOutcome]]:
    """Writes documents that the database lacks, or has in an older version; they are due at once.

    A database that has a document in this version or a later one keeps what it has.
    """
    outcomes: list[ReplayOutcome] = []
    for document in documents:
        replayed = yield from _replay(document, now)
        outcomes.append(replayed)
    return outcomes


def _replay(document: ReplayedDocument, now: str) -> Transaction[ReplayOutcome]:
    present = document.present
    which = {"company": present.company_id, "id": present.id}
    row = yield from first(_PRESENT(**which))
    if row is not None and (row.state == "stamped" or row.version >= present.version):
        return "known"
    if (yield from taken_by(present)) is not None:
        return "taken"
    links = yield from _links(document)
    if links is None:
        return "apart"
    own = [link.document_id for link in links] if present.adjusts_id is None else [present.adjusts_id]
    for adjusted in own:
        if adjusted is not None and not (yield from changed(_EXISTS(company=present.company_id, id=adjusted))):
            return "apart"
    if present.contingency_id is not None and document.cause is not None:
        yield _CONTINGENCY(**which | {"id": present.contingency_id}, **asdict(document.cause), now=now)
    values = _values(document, now)
    if row is None:
        yield _INSERT(**values)
        yield from _keep_texts(document, 0)
    else:
        yield from _keep_present(document, row)
        yield from _keep_texts(document, row.version)
        yield _REPLACE(**values)
    if present.family == "note":
        yield from write_links(present.company_id, present.id, links)
    yield from _raise_counters(document)
    return "written"


def _links(document: ReplayedDocument) -> Transaction[Sequence[AdjustedLink] | None]:
    """The documents of a note, also of one that a program signed again which does not know them.

    Such a text names the documents of an earlier one, whose line, or whose version in the database, has them. None when
    no earlier text named these documents.
    """
    present = document.present
    if not present.lacks_documents:
        return present.adjusted or ()
    in_database = yield from links_of(present.company_id, present.id)
    for links in (*(line.adjusted or () for line in reversed(document.versions)), in_database):
        if links and tuple(link.number for link in links) == document.named:
            return links
    return None


def taken_by(line: DocumentLine) -> Transaction[TakenByRow | None]:
    """Another document of the database that has the number, the reference or the code of a version."""
    query = _TAKEN(
        company=line.company_id,
        control_number=line.control_number,
        year=line.year,
        external_ref=line.external_ref,
        generation_code=line.generation_code,
        id=line.id,
    )
    return (yield from first(query))


def _values(document: ReplayedDocument, now: str) -> dict[str, object]:
    present = document.present
    is_registered = present.state == "registered"
    return {
        **{name: value for name, value in asdict(present).items() if name not in {"at", "adjusted"}},
        "adjusts_whole": int(present.adjusts_whole),
        "customer_folded": folded(present.customer_name),
        "due_at": now if is_registered else None,
        "mh_message": "" if is_registered else document.message,
    }


def _keep_present(document: ReplayedDocument, row: _PresentRow) -> Transaction[None]:
    """Keeps the text that the database has beside the later ones."""
    following = next(line for line in document.versions if line.version > row.version)
    refusal = document.refusals.get(row.version)
    yield _KEEP_PRESENT(
        company=following.company_id,
        id=following.id,
        why=why_replaced(
            row.state, row.control_number, following, was_refused=row.state == "rejected" or refusal is not None
        ),
        rejected_at=refusal.at if refusal is not None else None,
        answer=refusal.verdict.answer if refusal is not None else None,
        at=following.at,
    )


def _keep_texts(document: ReplayedDocument, above: int) -> Transaction[None]:
    """Keeps the texts of the versions above a version, without the last one."""
    for line, following in zip(document.versions, document.versions[1:], strict=False):
        if line.version <= above:
            continue
        refusal = document.refusals.get(line.version)
        yield _KEEP_TEXT(
            id=line.id,
            version=line.version,
            company=line.company_id,
            why=why_replaced(line.state, line.control_number, following, was_refused=refusal is not None),
            generation_code=line.generation_code,
            rejected_at=refusal.at if refusal is not None else None,
            key_id=line.key_id,
            jws=line.jws,
            answer=refusal.verdict.answer if refusal is not None else None,
            at=following.at,
        )


def why_replaced(state: str, control_number: str, following: DocumentLine, *, was_refused: bool) -> WhyReplaced:
    """Why a version gave way to the following one, by the state that the version had at last."""
    if was_refused:
        return "rejected"
    if following.control_number != control_number:
        return "number"
    if following.state == "registered":
        return "rejected"
    return "cause" if state == "contingency" else "contingency"


def _raise_counters(document: ReplayedDocument) -> Transaction[None]:
    for number in sorted({line.control_number for line in document.versions}):
        line = document.present
        yield _RAISE(
            company=line.company_id,
            doc_type=line.doc_type,
            branch_code=line.branch_code,
            pos_code=line.pos_code,
            year=line.year,
            last=parse_control_number(number).correlative,
        )


def replay_customer(company_id: int, line: CustomerLine) -> Transaction[ReplayedCustomer | None]:
    """Writes a customer's record unless the database has a later one.

    None for a record that no number identifies and that the database does not have.
    """
    is_identified = bool(line.nit or line.dui or line.nrc)
    found = yield from match_customer(company_id, line.nit, line.dui, line.nrc)
    here = found.id if found is not None else None if is_identified else line.id
    known = None if here is None else (yield from changed_at(company_id, here))
    if known is None and not is_identified:
        return None
    if here is not None and known is not None and known >= line.at:
        return ReplayedCustomer(here, was_written=False)
    record = NewCustomer(here, line.nit, line.dui, line.nrc, line.record)
    return ReplayedCustomer((yield from save_customer(company_id, record, line.at)), was_written=True)


def known_customers(company_id: int) -> Transaction[dict[int, str]]:
    """The moments at which the customers of a company were first recorded, by their ids."""
    return {row.id: row.created_at for row in (yield from every(_CUSTOMERS(company=company_id)))}


def lacks(company_id: int, document_id: str, version: int) -> Transaction[bool]:
    """Whether the database lacks a document, or has it only in an older version."""
    row = yield from first(_PRESENT(company=company_id, id=document_id))
    return row is None or (row.version < version and row.state != "stamped")


def has_documents_before(at: str) -> Transaction[bool]:
    """Whether any company has issued anything before a moment."""
    return (yield from changed(_BEFORE(at=at)))


def known_keys(company_id: int) -> Transaction[frozenset[int]]:
    """The ids of all keys of a company."""
    return frozenset(row.id for row in (yield from every(_KEYS(company=company_id))))
