"""Documents without an answer of MH: keeping MH's answers, and finishing the work of dead processes.

The tables are the queue. A document that a dead process left ``registered`` becomes due as soon as the death is
noticed, at the latest when the lease ends. Any process may take the document then, for another lease.
"""

import asyncio

import structlog

from ocote.companies.company import Company
from ocote.contingency.entering import Contingencies
from ocote.documents.records import view
from ocote.documents.settling import Settling
from ocote.documents.signed import envelope_of
from ocote.documents.view import DocumentView
from ocote.mh import NotFound, Rejected, Stamped, Transmission, Undetermined
from ocote.mh.hosts import BUDGET_S
from ocote.store import documents as rows
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment_text
from ocote.work.rounds import all_at_once
from ocote.work.work import Work

_log = structlog.get_logger(__name__)

_AT_ONCE = 8


class Recovery:
    """Keeps MH's answers about documents, and finishes documents on which no process works any more."""

    def __init__(self, work: Work, settling: Settling, contingencies: Contingencies) -> None:
        self._store = work.store
        self._companies = work.companies
        self._hosts = work.hosts
        self._leases = work.leases
        self._clock = work.clock
        self._settling = settling
        self._contingencies = contingencies

    async def keep(
        self,
        company: Company,
        document: DocumentView,
        transmission: Transmission,
        *,
        was_sent_before: bool = False,
    ) -> DocumentView:
        """Writes the outcome of one signed version and returns the present document.

        When another process wrote an outcome first, the first outcome stays and is returned.
        ``was_sent_before``: besides this transmission another process may have sent the document.
        """
        outcome = transmission.outcome
        if isinstance(outcome, Undetermined):
            kept = await self._contingencies.enter(
                company, document, document.version, transmission, was_sent_before=was_sent_before
            )
        else:
            kept = await self._settling.settle(company.id, document, outcome, company.listeners)
        return kept or view(await self._settling.current(company.id, document.id))

    async def pursue(self, row: DocumentRow) -> tuple[DocumentRow, bool]:
        """Asks MH about a document without an answer of MH, and sends the document if that is allowed.

        A document on which no process works any more is asked for and sent; a document in contingency is only asked
        for, because its event has to come first. Returns the present row, and whether MH had stamped the earlier
        transmission.
        """
        was_there = False
        if row.state == "contingency":
            was_there = await self._ask(row)
        else:
            now = moment_text(self._clock())
            if await self._store.write(rows.claim_document, row.company_id, row.id, now, self._leases.new()):
                was_there = await self._finish(row, may_probe=False)
        return await self._settling.current(row.company_id, row.id), was_there

    async def run_once(self) -> int:
        """Takes some of the documents that are due now and finishes them; returns how many documents were taken."""
        due = await self._store.write(
            rows.claim_due_documents, moment_text(self._clock()), self._leases.new(), _AT_ONCE
        )
        return await all_at_once(due, lambda row: self._finish(row, may_probe=True), _log_failure)

    async def _ask(self, row: DocumentRow) -> bool:
        if row.ask_from is None:
            return False
        company = await self._companies.get(row.company_id)
        host = self._hosts.of(company.environment)
        found = await host.query(company.credentials, row.doc_type, row.generation_code, may_probe=False)
        if not isinstance(found, Stamped):
            return False
        await self._settling.settle_first_signed(row, found, company.listeners)
        return True

    async def _finish(self, row: DocumentRow, *, may_probe: bool) -> bool:
        """Asks MH for a document left registered, sends it when MH does not have it, and keeps the outcome."""
        with self._leases.working_on(row.id):
            return await self._ask_and_send(row, may_probe=may_probe)

    async def _ask_and_send(self, row: DocumentRow, *, may_probe: bool) -> bool:
        company = await self._companies.get(row.company_id)
        signed = await self._store.read(rows.signed_text, company.id, row.id)
        if signed is None or signed.version != row.version:
            return False  # a retry has replaced the version meanwhile
        host = self._hosts.of(company.environment)
        clock = asyncio.get_running_loop().time
        until = clock() + BUDGET_S
        found = await host.query(company.credentials, row.doc_type, row.generation_code, may_probe=may_probe)
        if isinstance(found, NotFound | Rejected):
            # A refusal found by asking may belong to an earlier version under this code: only sending shows it.
            envelope = envelope_of(company.environment, row, signed.jws)
            transmission = await host.deliver(
                company.credentials, envelope, corrected=row.version > 1, within_s=until - clock()
            )
        else:
            transmission = Transmission(found, transmissions=0, queries=1, by_query=True)
        # The dead process may have sent the document, and the transmission may still be on its way.
        await self.keep(company, view(row), transmission, was_sent_before=True)
        return isinstance(found, Stamped)


def _log_failure(row: DocumentRow, error: Exception) -> None:
    _log.error("document_not_finished", document_id=row.id, exc_info=error)
