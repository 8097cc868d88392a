"""Issuing a document: number and sign it, store it, send it to MH, and store MH's answer.

The order of the steps makes issuing safe: document, number and signed text are durable before the first byte goes to
MH, and MH's answer is durable before the caller gets the answer. A process that dies in between leaves a row that
becomes due again (``ocote.issuing.recovery``).
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from time import perf_counter
from typing import Final, NamedTuple
from uuid import uuid4

from msgspec.structs import replace

from ocote.clock import local
from ocote.companies.caller import Caller
from ocote.companies.company import Company
from ocote.contingency.entering import Contingencies, log_entered
from ocote.documents.records import view, view_of_new, view_of_version, with_number_moved
from ocote.documents.renumbering import report_taken
from ocote.documents.states import has_moved, keeps_generation_code, number_was_refused
from ocote.documents.view import AnswerWarning, DocumentView, Issued, Preview, Refused
from ocote.dte import generation_code
from ocote.dte.control_number import LARGEST_CORRELATIVE
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import Contingency
from ocote.issuing.order import Draft, DraftOutdated, IssuingPoint, Order
from ocote.issuing.recovery import Recovery
from ocote.issuing.schema_gate import SchemaGate
from ocote.issuing.strictness import faults_of_draft
from ocote.issuing.timing import StepTimes
from ocote.signing import jws
from ocote.store import documents as rows
from ocote.store.contingency.joining import ContingencyChanged
from ocote.store.document_row import DocumentRow
from ocote.store.engine.store import UniqueError
from ocote.store.engine.values import moment, moment_text
from ocote.store.installation import NumbersUnconfirmedError, installation
from ocote.store.new_document import NewDocument, NewVersion, SignedUnder, UnderNextNumber
from ocote.store.numbers import Series, peek_number
from ocote.store.renumbering import series_of
from ocote.work.work import Work

_WAIT_S: Final = 30.0
"""How long a call waits for another call under the same reference before it is refused (contract D11)."""
_LOOK_EVERY_S: Final = 0.25
_MOST_LOOKS: Final = 1_000
"""The most checks of a reference, far more than the wait allows: each follows a pause or the work of another call."""
_MOST_DRAFTS: Final = 100
"""The most drafts: a draft is outdated only when another document came first, and this many in a row are a fault."""


class _Registered(NamedTuple):
    """A document that was numbered and kept; ``cause`` is that of the contingency that it joined."""

    company: Company
    document: DocumentView
    signed: str
    cause: Contingency | None


class DocumentIssuer:
    """Issues documents of every family, for every company of a store."""

    def __init__(
        self, work: Work, recovery: Recovery, contingencies: Contingencies, schema_gate: SchemaGate | None
    ) -> None:
        self._store = work.store
        self._companies = work.companies
        self._hosts = work.hosts
        self._leases = work.leases
        self._clock = work.clock
        self._recovery = recovery
        self._contingencies = contingencies
        self._schema_gate = schema_gate
        self._running: dict[tuple[int, str], asyncio.Task[Issued]] = {}
        self._turns: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def issue(self, caller: Caller, order: Order, times: StepTimes) -> Issued:
        """Issues a document once for each reference (contract 8).

        Calls under one reference at the same time share one attempt. The work goes on when the client disconnects: a
        document that has a number is always finished. Raises InvalidSale and Refused.
        """
        reference = order.external_ref
        if reference is None:
            return await asyncio.shield(asyncio.create_task(self._issue_new(caller, order, times)))
        key = (caller.company_id, reference)
        deadline = asyncio.get_running_loop().time() + _WAIT_S
        for _ in range(_MOST_LOOKS):
            ahead = self._running.get(key)
            if ahead is None:
                work = asyncio.create_task(self._issue_under_reference(caller, order, reference, times))
                self._running[key] = work
                work.add_done_callback(lambda _: self._running.pop(key, None))
                return await asyncio.shield(work)
            remaining = deadline - asyncio.get_running_loop().time()
            await asyncio.wait({ahead}, timeout=max(remaining, 0))
            if not ahead.done():
                break
            answer = _as_repetition(ahead, order)
            if answer is not None:
                return answer
        raise Refused("reference_busy")

    async def preview(self, caller: Caller, order: Order) -> Preview | Issued:
        """The document that would be signed now, with the number it would get; nothing is stored or used up.

        Under a reference whose document is stamped or not yet answered nothing would be signed: the answer is that
        document, unless it is of a point of sale that the caller does not reach: that one is as if it were none. Raises
        InvalidSale and Refused as ``issue`` does.
        """
        company = await self._companies.get(caller.company_id)
        row = None
        if order.external_ref is not None:
            row = await self._store.read(rows.document_by_ref, caller.company_id, order.external_ref)
        if row is None or not caller.reaches(row.branch_code, row.pos_code):
            return await self._preview_new(company, caller, order)
        _require_same_kind(row, order)
        if row.state == "rejected":
            draft = await self._draft(order, _retry_point(company, row, self._clock()))
            await self._require_confirmed()
            return _preview(order, draft, await self._number_of_retry(row))
        return _repeated(row, order, is_duplicate=row.state == "stamped")

    async def _preview_new(self, company: Company, caller: Caller, order: Order) -> Preview:
        branch, pos = caller.branch_code, caller.pos_code
        now = self._clock()
        draft = await self._draft(order, IssuingPoint(company, branch, pos, generation_code.new(), now))
        await self._require_confirmed()
        series = Series(order.doc_type, branch, pos, local(now).year)
        return _preview(order, draft, await self._next_number(company.id, series))

    async def _number_of_retry(self, row: DocumentRow) -> str:
        """The number that a retry of a rejected document would have."""
        if not number_was_refused(row.mh_code, row.mh_message):
            return row.control_number
        return await self._next_number(row.company_id, series_of(row))

    async def _next_number(self, company_id: int, series: Series) -> str:
        return _control_number(series, await self._store.read(peek_number, company_id, series))

    async def _require_confirmed(self) -> None:
        """Raises Refused while a restored database may not know which numbers were given out."""
        if (await self._store.read(installation)).unconfirmed_since is not None:
            raise Refused("numbers_unconfirmed")

    async def _issue_under_reference(self, caller: Caller, order: Order, reference: str, times: StepTimes) -> Issued:
        deadline = asyncio.get_running_loop().time() + _WAIT_S
        for _ in range(_MOST_LOOKS):
            with times.step("lookup"):
                row = await self._store.read(rows.document_by_ref, caller.company_id, reference)
            try:
                if row is None:
                    return await self._issue_new(caller, order, times)
                issued = await self._issue_again(caller, row, order, times)
            except UniqueError:
                continue  # another process registered the reference first: answer as a repetition
            except (InvalidSale, Refused):
                # The refusal may come from the document that another process made or sent under this reference.
                if not has_moved(row, await self._store.read(rows.document_by_ref, caller.company_id, reference)):
                    raise
                continue
            if issued is not None:
                return issued
            if asyncio.get_running_loop().time() >= deadline:
                break
            await asyncio.sleep(_LOOK_EVERY_S)
        raise Refused("reference_busy")

    async def _issue_again(self, caller: Caller, row: DocumentRow, order: Order, times: StepTimes) -> Issued | None:
        """Answers a request whose reference exists (contract 8, paths 2 and 3); None while another call works on it."""
        _require_same_kind(row, order)
        if row.state == "rejected":
            return await self._retry(caller, row, order, times)
        if row.state == "registered" and row.due_at is not None and moment(row.due_at) > self._clock():
            await self._leases.free_abandoned()
            return None
        if row.state != "stamped":
            with times.step("mh"):
                pursued = await self._recovery.pursue(row)
            if pursued.row.state == "registered":
                return None  # another process took the document first
            return _repeated(pursued.row, order, is_duplicate=pursued.was_there, warnings=pursued.warnings)
        return _repeated(row, order, is_duplicate=True)

    async def _issue_new(self, caller: Caller, order: Order, times: StepTimes) -> Issued:
        """Numbers, keeps and sends a new document. Raises UniqueError when its reference exists.

        Orders whose drafts were outdated take turns in each company, so that many on the same documents do not outdate
        each other again and again.
        """
        turn: AbstractAsyncContextManager[None] = nullcontext()
        for _ in range(_MOST_DRAFTS):
            try:
                return Issued(await self._issue_once(caller, order, turn, times))
            except (DraftOutdated, ContingencyChanged):
                turn = self._turns[caller.company_id]
            except NumbersUnconfirmedError as error:
                raise Refused("numbers_unconfirmed") from error
        raise Refused("documents_changing")

    async def _issue_once(
        self, caller: Caller, order: Order, turn: AbstractAsyncContextManager[None], times: StepTimes
    ) -> DocumentView:
        document_id = str(uuid4())
        with self._leases.working_on(document_id):
            async with turn:
                made = await self._register(caller, order, document_id, times)
            if made.cause is not None:
                log_entered(made.document, made.cause, None)
                return made.document
            return await self._send(made.company, made.document, made.signed, times)

    async def _register(self, caller: Caller, order: Order, document_id: str, times: StepTimes) -> _Registered:
        """Numbers and keeps a new document.

        Raises DraftOutdated and ContingencyChanged when the data of the draft or the cause of the contingency changed.
        """
        now = self._clock()
        company = await self._companies.get(caller.company_id)
        # While MH is known to be down no caller waits for MH: the document is signed for the contingency at once.
        is_down = self._hosts.of(company.environment).is_down_for(company.credentials)
        cause = await self._contingencies.cause(company) if is_down else None
        point = IssuingPoint(company, caller.branch_code, caller.pos_code, generation_code.new(), now, cause=cause)
        with times.step("prepare"):
            draft = await self._draft(order, point)
        series = Series(order.doc_type, caller.branch_code, caller.pos_code, local(now).year)
        new = NewDocument(
            id=document_id,
            company_id=company.id,
            key_id=caller.key_id,
            family=order.family,
            doc_type=order.doc_type,
            external_ref=order.external_ref or document_id,
            branch_code=caller.branch_code,
            pos_code=caller.pos_code,
            year=series.year,
            posted_at=moment_text(now),
            lease=self._leases.new(),
            content=draft,
            request=order.kept_by(draft),
            fingerprint=order.fingerprint,
            sign=self._signer(company, series, draft, times),
            joins=self._contingencies.joining(cause, now) if cause is not None else None,
            listeners=company.listeners,
        )
        with times.step("register"):
            number, signed = await self._store.write(rows.register, new)
        return _Registered(company, replace(view_of_new(new, number), warnings=draft.warnings), signed, cause)

    async def _retry(self, caller: Caller, row: DocumentRow, order: Order, times: StepTimes) -> Issued | None:
        """Path 3: a rejected document keeps number, id and moment of posting; its content is replaced (contract 8).

        A number that MH refused because another document bears it was never the document's: the next one takes its
        place (decision 0015). None when another process retried the document first.
        """
        for _ in range(_MOST_DRAFTS):
            try:
                document = await self._retry_once(caller, row, order, times)
            except DraftOutdated:
                continue
            except NumbersUnconfirmedError as error:
                raise Refused("numbers_unconfirmed") from error
            return Issued(document) if document is not None else None
        raise Refused("documents_changing")

    async def _retry_once(
        self, caller: Caller, row: DocumentRow, order: Order, times: StepTimes
    ) -> DocumentView | None:
        now = self._clock()
        company = await self._companies.get(row.company_id)
        point = _retry_point(company, row, now)
        may_move, is_corrected = number_was_refused(row.mh_code, row.mh_message), True
        if may_move or point.generation_code != row.generation_code:
            # What MH has stamped already must not become another document, under another code or number.
            with times.step("mh"):
                known = await self._recovery.code_at_mh(company, row)
            may_move = may_move and known is None
            if isinstance(known, str):
                point = replace(point, generation_code=known)  # MH refuses the code, and a query brings the stamp
            is_corrected = isinstance(known, str) or point.generation_code == row.generation_code
        with times.step("prepare"):
            draft = await self._draft(order, point)
            text = self._text_of_retry(company, row, draft, may_move=may_move)
        new = NewVersion(
            document_id=row.id,
            company_id=company.id,
            key_id=caller.key_id,
            replaces=row.version,
            signed_at=moment_text(now),
            lease=self._leases.new(),
            content=draft,
            request=order.kept_by(draft),
            fingerprint=order.fingerprint,
            text=text,
        )
        with self._leases.working_on(row.id):
            with times.step("register"):
                signed = await self._store.write(rows.reopen, new)
            if signed is None:
                return None
            document = replace(view_of_version(row, new, signed.control_number), warnings=draft.warnings)
            if isinstance(text, UnderNextNumber):
                report_taken(company, row, signed.control_number, is_behind=signed.counter_is_behind)
                document = with_number_moved(document, view(row))
            return await self._send(company, document, signed.jws, times, is_corrected=is_corrected)

    def _text_of_retry(
        self, company: Company, row: DocumentRow, draft: Draft, *, may_move: bool
    ) -> SignedUnder | UnderNextNumber:
        key = self._companies.signing_key(company)

        def under(number: str) -> SignedUnder:
            return SignedUnder(number, jws.sign(draft.numbered(number), key))

        def under_next(correlative: int) -> SignedUnder:
            return under(_control_number(series_of(row), correlative))

        if may_move:
            return UnderNextNumber(row, under_next, company.listeners)
        return under(row.control_number)

    async def _send(
        self, company: Company, document: DocumentView, signed: str, times: StepTimes, *, is_corrected: bool = False
    ) -> DocumentView:
        """Sends a registered document and keeps the outcome.

        ``is_corrected``: MH refused an earlier version under the same generation code.
        """
        with times.step("mh"):
            document, transmission = await self._recovery.send(company, document, signed, is_corrected=is_corrected)
        with times.step("settle"):
            return await self._recovery.keep(company, document, transmission)

    async def _draft(self, order: Order, point: IssuingPoint) -> Draft:
        """The document of an order. Raises InvalidSale where the caller or the company wants none with a warning."""
        point.company.require_point_of_sale(point.branch_code, point.pos_code)
        draft = await order.prepare(point)
        faults = faults_of_draft(draft.warnings, order, point.company.profile)
        if faults:
            raise InvalidSale(faults)
        if self._schema_gate is not None:
            self._schema_gate.check(order.doc_type, draft.edition, draft.payload)
        return draft

    def _signer(
        self, company: Company, series: Series, draft: Draft, times: StepTimes
    ) -> Callable[[int], tuple[str, str]]:
        key = self._companies.signing_key(company)

        def sign(correlative: int) -> tuple[str, str]:
            number = _control_number(series, correlative)
            began = perf_counter()
            signed = jws.sign(draft.numbered(number), key)
            times.add("sign", perf_counter() - began)
            return number, signed

        return sign


def _require_same_kind(row: DocumentRow, order: Order) -> None:
    """Raises Refused when the document under a reference has another type than the request (D11)."""
    if row.family != order.family:
        raise Refused("reference_of_another_family")
    if row.doc_type != order.doc_type:
        raise Refused("doc_type_changed", original=row.doc_type, requested=order.doc_type)


def _retry_point(company: Company, row: DocumentRow, now: datetime) -> IssuingPoint:
    """The place and moment for writing a rejected document again: its own point of sale, and its own year."""
    # A number is unique within its calendar year (rules.md 1): a retry after New Year stays in the old one.
    issued_at = now if local(now).year == row.year else moment(row.posted_at)
    code = row.generation_code
    if row.rejected_at is None or not keeps_generation_code(moment(row.rejected_at), now, row.mh_code, row.mh_message):
        code = generation_code.new()
    return IssuingPoint(company, row.branch_code, row.pos_code, code, issued_at, document_id=row.id)


def _control_number(series: Series, correlative: int) -> str:
    """The control number of a document that is numbered. Raises Refused after the last number of the year."""
    if correlative > LARGEST_CORRELATIVE:
        raise Refused("numbers_exhausted", point=series.point, doc_type=series.doc_type)
    return series.control_number(correlative)


def _preview(order: Order, draft: Draft, number: str) -> Preview:
    draft.document["identificacion"]["numeroControl"] = number
    return Preview(
        doc_type=order.doc_type,
        edition=draft.edition,
        document=draft.document,
        amounts=draft.amounts,
        customer_name=draft.party.name,
        warnings=draft.warnings,
    )


def _repeated(
    row: DocumentRow, order: Order, *, is_duplicate: bool, warnings: tuple[AnswerWarning, ...] = ()
) -> Issued:
    """The document under a reference, as the answer to a request that names the reference again."""
    document = replace(view(row), warnings=warnings)
    return Issued(document, is_duplicate=is_duplicate, content_differs=row.fingerprint != order.fingerprint)


def _as_repetition(ahead: asyncio.Task[Issued], order: Order) -> Issued | None:
    """The result of an earlier call under the reference, as a repetition; None when this call has to act by itself.

    This call acts when the earlier call failed, was about another type, or was rejected with other content: in the last
    case this call is a retry.
    """
    if ahead.cancelled() or ahead.exception() is not None:
        return None
    document = ahead.result().document
    if document.doc_type != order.doc_type:
        return None
    differs = document.fingerprint != order.fingerprint
    if document.state == "rejected" and differs:
        return None
    return Issued(document, is_duplicate=True, content_differs=differs)
