"""Issuing a document: number, sign and keep it, send it to MH, and keep what MH says.

The order is what makes it safe: document, number and signed text are durable before the first byte goes to MH, and
MH's answer is durable before the caller sees it. A process that dies in between leaves a row that becomes due again
(``ocote.issuing.recovery``).
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from ocote.clock import Clock, local
from ocote.companies.company import Company
from ocote.companies.key_holder import KeyHolder
from ocote.companies.registry import Companies
from ocote.contingency.entering import Contingencies, tell_entered
from ocote.documents.records import view
from ocote.documents.states import CONTINGENCY_MESSAGE, has_moved, keeps_generation_code
from ocote.documents.view import DocumentView, Issued, Preview, Refused
from ocote.dte import control_number, generation_code
from ocote.dte.faults import InvalidSale
from ocote.dte.sale import Contingency
from ocote.issuing.order import Draft, DraftOutdated, IssuingPoint, Order
from ocote.issuing.recovery import Recovery
from ocote.issuing.schema_gate import SchemaGate
from ocote.issuing.timing import StepTimes
from ocote.mh import Envelope
from ocote.mh.hosts import MhHosts
from ocote.signing import jws
from ocote.store import documents as rows
from ocote.store.contingency.joining import ContingencyChanged
from ocote.store.documents import NewDocument
from ocote.store.engine.store import Row, Store, UniqueError
from ocote.store.engine.values import moment, moment_text
from ocote.work.leases import Leases

WAIT_S = 30.0
"""How long a call waits for another one under the same reference before it is told to come back (contract D11)."""

_LOOK_EVERY_S = 0.25


class _Settled(Struct, frozen=True):
    """How one call ended, with the fingerprint of the content that stands, for those who waited for it."""

    issued: Issued
    fingerprint: str


class DocumentIssuer:
    """Issues documents of every family, for every company of a store."""

    def __init__(
        self,
        store: Store,
        companies: Companies,
        hosts: MhHosts,
        recovery: Recovery,
        clock: Clock,
        contingencies: Contingencies,
        leases: Leases,
        schema_gate: SchemaGate | None,
    ) -> None:
        self._store = store
        self._companies = companies
        self._hosts = hosts
        self._recovery = recovery
        self._clock = clock
        self._contingencies = contingencies
        self._leases = leases
        self._schema_gate = schema_gate
        self._running: dict[tuple[int, str], asyncio.Task[_Settled]] = {}

    async def issue(self, holder: KeyHolder, order: Order, times: StepTimes) -> Issued:
        """Issues a document once for each reference (contract 8).

        Calls under one reference at the same time share one attempt. The work goes on when the caller goes away:
        a number that was taken is always followed to its end. Raises InvalidSale and Refused.
        """
        reference = order.external_ref
        if reference is None:
            work = asyncio.create_task(self._issue_new(holder, order, None, times))
            return (await asyncio.shield(work)).issued
        key = (holder.company_id, reference)
        deadline = asyncio.get_running_loop().time() + WAIT_S
        while (ahead := self._running.get(key)) is not None:
            remaining = deadline - asyncio.get_running_loop().time()
            await asyncio.wait({ahead}, timeout=max(remaining, 0))
            if not ahead.done():
                raise Refused("reference_busy")
            answer = _as_repetition(ahead, order)
            if answer is not None:
                return answer
        work = asyncio.create_task(self._issue_under_reference(holder, order, reference, times))
        self._running[key] = work
        work.add_done_callback(lambda _: self._running.pop(key, None))
        return (await asyncio.shield(work)).issued

    async def preview(self, holder: KeyHolder, order: Order) -> Preview | Issued:
        """The document that would be signed now, with the number it would get; nothing is stored or taken.

        Under a reference whose document is stamped or still on its way nothing would be signed: that document, as it
        stands. Raises InvalidSale and Refused as issuing does.
        """
        company = await self._companies.get(holder.company_id)
        row = None
        if order.external_ref is not None:
            row = await self._store.read(rows.document_by_ref, holder.company_id, order.external_ref)
        if row is None:
            return await self._preview_new(company, holder, order)
        _require_same_kind(row, order)
        if row["state"] == "rejected":
            draft = await self._draft(order, _retry_desk(company, row, self._clock()))
            return _preview(order, draft, row["control_number"])
        differs = row["fingerprint"] != order.fingerprint
        return Issued(view(row), is_duplicate=row["state"] == "stamped", content_differs=differs)

    async def _preview_new(self, company: Company, holder: KeyHolder, order: Order) -> Preview:
        desk = IssuingPoint(company, holder.branch_code, holder.pos_code, generation_code.new(), self._clock())
        draft = await self._draft(order, desk)
        correlative = await self._store.read(
            rows.peek_number, company.id, order.doc_type, holder.branch_code, holder.pos_code, draft.year
        )
        number = control_number.build_control_number(order.doc_type, holder.branch_code, holder.pos_code, correlative)
        return _preview(order, draft, number)

    async def _issue_under_reference(
        self, holder: KeyHolder, order: Order, reference: str, times: StepTimes
    ) -> _Settled:
        deadline = asyncio.get_running_loop().time() + WAIT_S
        while True:
            with times.step("lookup"):
                row = await self._store.read(rows.document_by_ref, holder.company_id, reference)
            try:
                if row is None:
                    return await self._issue_new(holder, order, reference, times)
                settled = await self._issue_again(row, order, times)
            except UniqueError:
                continue  # another process registered the reference first: answer as a repetition
            except (InvalidSale, Refused):
                # What is in its way may be the very document that another process made or sent under the reference.
                if not has_moved(row, await self._store.read(rows.document_by_ref, holder.company_id, reference)):
                    raise
                continue
            if settled is not None:
                return settled
            if asyncio.get_running_loop().time() >= deadline:
                raise Refused("reference_busy")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _issue_again(self, row: Row, order: Order, times: StepTimes) -> _Settled | None:
        """Answers a request whose reference exists (contract 8, paths 2 and 3); None while another works on it."""
        _require_same_kind(row, order)
        state = row["state"]
        if state == "rejected":
            return await self._retry(row, order, times)
        if state == "registered" and moment(row["due_at"]) > self._clock():
            await self._leases.free_abandoned()
            return None
        was_stamped = state == "stamped"
        if not was_stamped:
            with times.step("mh"):
                row, was_stamped = await self._recovery.pursue(row)
            if row["state"] == "registered":
                return None  # another one took it first
        differs = row["fingerprint"] != order.fingerprint
        return _Settled(Issued(view(row), is_duplicate=was_stamped, content_differs=differs), row["fingerprint"])

    async def _issue_new(self, holder: KeyHolder, order: Order, reference: str | None, times: StepTimes) -> _Settled:
        now = self._clock()
        company = await self._companies.get(holder.company_id)
        # While MH is known to be down nobody waits for it: the document is signed for the contingency at once.
        is_down = self._hosts.of(company.environment).is_down
        cause = await self._contingencies.cause(company) if is_down else None
        desk = IssuingPoint(company, holder.branch_code, holder.pos_code, generation_code.new(), now, cause=cause)
        with times.step("prepare"):
            draft = await self._draft(order, desk)
        document_id = str(uuid4())
        new = NewDocument(
            id=document_id,
            company_id=company.id,
            family=order.family,
            doc_type=order.doc_type,
            external_ref=reference or document_id,
            branch_code=holder.branch_code,
            pos_code=holder.pos_code,
            year=draft.year,
            posted_at=moment_text(now),
            lease=self._leases.new(),
            content=draft.content(order),
            guard=draft.guard,
            sign=self._signer(company, holder, order, draft, times),
            joins=self._contingencies.joining(cause, now) if cause is not None else None,
            listeners=company.listeners,
        )
        try:
            with self._leases.working_on(document_id):
                return await self._register(company, new, cause, draft, order, times)
        except (DraftOutdated, ContingencyChanged):
            return await self._issue_new(holder, order, reference, times)

    async def _register(
        self,
        company: Company,
        new: NewDocument,
        cause: Contingency | None,
        draft: Draft,
        order: Order,
        times: StepTimes,
    ) -> _Settled:
        """Numbers and keeps a new document, and sends it unless it joins a contingency.

        Raises DraftOutdated and ContingencyChanged when what it was signed for has changed meanwhile, and UniqueError
        when its reference exists.
        """
        with times.step("register"):
            number, signed = await self._store.write(rows.register, new)
        registered = DocumentView(
            id=new.id,
            external_ref=new.external_ref,
            family=order.family,
            doc_type=order.doc_type,
            edition=draft.edition,
            state="registered",
            control_number=number,
            generation_code=draft.generation_code,
            stamp=None,
            posted_at=moment(new.posted_at),
            amounts=draft.amounts,
            customer_name=draft.party.name,
        )
        if cause is not None:
            tell_entered(registered, cause, None)
            waiting = replace(registered, state="contingency", mh_message=CONTINGENCY_MESSAGE)
            return _Settled(Issued(waiting), order.fingerprint)
        return await self._send(company, registered, 1, signed, draft.version, order, times)

    async def _retry(self, row: Row, order: Order, times: StepTimes) -> _Settled | None:
        """Path 3: a rejected document keeps number, id and moment of posting; its content is replaced (contract 8)."""
        now = self._clock()
        company = await self._companies.get(int(row["company_id"]))
        with times.step("prepare"):
            draft = await self._draft(order, _retry_desk(company, row, now))
            signed = jws.sign(draft.numbered(row["control_number"]), self._companies.signing_key(company))
        try:
            with self._leases.working_on(row["id"]):
                return await self._reopen(company, row, draft, signed, now, order, times)
        except DraftOutdated:
            return await self._retry(row, order, times)

    async def _reopen(
        self, company: Company, row: Row, draft: Draft, signed: str, now: datetime, order: Order, times: StepTimes
    ) -> _Settled | None:
        """Replaces a rejected document and sends it; None when another was first. Raises DraftOutdated."""
        code = draft.generation_code
        with times.step("register"):
            reopened = await self._store.write(
                rows.reopen,
                company.id,
                row["id"],
                int(row["version"]),
                content=draft.content(order),
                guard=draft.guard,
                jws=signed,
                now=moment_text(now),
                lease=self._leases.new(),
            )
        if not reopened:
            return None
        registered = replace(
            view(row),
            edition=draft.edition,
            state="registered",
            generation_code=code,
            amounts=draft.amounts,
            customer_name=draft.party.name,
            mh_state="",
            mh_message="",
            mh_code="",
            observations=(),
        )
        corrected = code == row["generation_code"]
        version = int(row["version"]) + 1
        return await self._send(company, registered, version, signed, draft.version, order, times, corrected=corrected)

    async def _send(
        self,
        company: Company,
        registered: DocumentView,
        version: int,
        signed: str,
        schema_version: int,
        order: Order,
        times: StepTimes,
        *,
        corrected: bool = False,
    ) -> _Settled:
        """Sends a registered document and keeps the outcome.

        ``corrected``: MH refused an earlier version under the same generation code.
        """
        envelope = Envelope(
            environment=company.environment,
            version=schema_version,
            doc_type=registered.doc_type,
            jws=signed,
            generation_code=registered.generation_code,
        )
        with times.step("mh"):
            delivery = await self._hosts.of(company.environment).deliver(
                company.credentials, envelope, corrected=corrected
            )
        with times.step("settle"):
            settled = await self._recovery.keep(company, registered, version, delivery)
        return _Settled(Issued(settled), order.fingerprint)

    async def _draft(self, order: Order, desk: IssuingPoint) -> Draft:
        desk.company.require_point_of_sale(desk.branch_code, desk.pos_code)
        draft = await order.prepare(desk)
        if self._schema_gate is not None:
            self._schema_gate.check(order.doc_type, draft.edition, draft.payload)
        return draft

    def _signer(
        self, company: Company, holder: KeyHolder, order: Order, draft: Draft, times: StepTimes
    ) -> Callable[[int], tuple[str, str]]:
        key = self._companies.signing_key(company)

        def sign(correlative: int) -> tuple[str, str]:
            number = control_number.build_control_number(
                order.doc_type, holder.branch_code, holder.pos_code, correlative
            )
            began = perf_counter()
            signed = jws.sign(draft.numbered(number), key)
            times.add("sign", perf_counter() - began)
            return number, signed

        return sign


def _require_same_kind(row: Row, order: Order) -> None:
    """Raises Refused when a reference is asked for another kind of document than it has (D11)."""
    if row["family"] != order.family:
        raise Refused("reference_of_another_family")
    if row["doc_type"] != order.doc_type:
        raise Refused("doc_type_changed", original=row["doc_type"], requested=order.doc_type)


def _retry_desk(company: Company, row: Row, now: datetime) -> IssuingPoint:
    """Where and when a rejected document is written anew: at its own point of sale, under its own number."""
    # A number is unique within its calendar year (rules.md 1): a retry after New Year stays in the old one.
    issued_at = now if local(now).year == row["year"] else moment(row["posted_at"])
    code = row["generation_code"]
    if not keeps_generation_code(moment(row["rejected_at"]), now, row["mh_code"], row["mh_message"]):
        code = generation_code.new()
    return IssuingPoint(company, row["branch_code"], row["pos_code"], code, issued_at, document_id=row["id"])


def _preview(order: Order, draft: Draft, number: str) -> Preview:
    draft.document["identificacion"]["numeroControl"] = number
    return Preview(
        doc_type=order.doc_type,
        edition=draft.edition,
        document=draft.document,
        amounts=draft.amounts,
        customer_name=draft.party.name,
    )


def _as_repetition(ahead: asyncio.Task[_Settled], order: Order) -> Issued | None:
    """The answer of the call that was waited for, as a repetition; None when this call has to act by itself.

    It has to when the call ahead failed, when it was about another type, or when it was rejected with other content:
    then this one is a retry of it.
    """
    if ahead.cancelled() or ahead.exception() is not None:
        return None
    settled = ahead.result()
    document = settled.issued.document
    if document.doc_type != order.doc_type:
        return None
    differs = settled.fingerprint != order.fingerprint
    if document.state == "rejected" and differs:
        return None
    return Issued(document, is_duplicate=True, content_differs=differs)
