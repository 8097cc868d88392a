"""Documents on their way to MH: sending them, keeping MH's answers, and finishing the work of dead processes.

The tables are the queue. A document that a dead process left ``registered`` becomes due as soon as the death is
noticed, at the latest when the lease ends. Any process may take the document then, for another lease.
"""

import asyncio
from typing import Final

import structlog
from msgspec import Struct
from msgspec.structs import replace

from ocote.companies.company import Company
from ocote.contingency.entering import Contingencies
from ocote.contingency.stamped_text import StampedTexts
from ocote.documents.records import view, with_number_moved
from ocote.documents.renumbering import NUMBERS_FOR_ONE_CALL, Renumbering
from ocote.documents.settling import Settling, note_refusal
from ocote.documents.signed import envelope_of
from ocote.documents.view import AnswerWarning, DocumentView
from ocote.mh import NotFound, Rejected, Stamped, Transmission, Undetermined
from ocote.mh.hosts import BUDGET_S
from ocote.store import documents as rows
from ocote.store.document_row import DocumentRow
from ocote.store.engine.values import moment_text
from ocote.work.rounds import all_at_once
from ocote.work.work import Work

_log = structlog.get_logger(__name__)

_AT_ONCE = 8
_LEAST_FOR_A_NUMBER_S: Final = 1.0
"""A refused number is left behind only while this much of the caller's time remains: the next one has to be sent."""


class Pursued(Struct, frozen=True):
    """A document that was asked for or sent again, as it is now.

    ``was_there``: MH had stamped the earlier transmission. ``warnings`` are for the caller of this call.
    """

    row: DocumentRow
    was_there: bool
    warnings: tuple[AnswerWarning, ...] = ()


class Recovery:
    """Sends documents, keeps MH's answers, and finishes documents on which no process works any more."""

    def __init__(
        self,
        work: Work,
        settling: Settling,
        renumbering: Renumbering,
        contingencies: Contingencies,
        texts: StampedTexts,
    ) -> None:
        self._store = work.store
        self._companies = work.companies
        self._hosts = work.hosts
        self._leases = work.leases
        self._clock = work.clock
        self._settling = settling
        self._renumbering = renumbering
        self._contingencies = contingencies
        self._texts = texts

    async def send(
        self,
        company: Company,
        document: DocumentView,
        signed: str,
        *,
        is_corrected: bool,
        within_s: float = BUDGET_S,
    ) -> tuple[DocumentView, Transmission]:
        """Brings a registered document to MH within a time, and returns the document with the outcome to keep.

        When MH refuses the number because another document bears it, and has nothing under the generation code, the
        document moves on to the next number of its series and is sent again (decision 0015). ``is_corrected``: MH
        refused an earlier version under the generation code. ``was_known`` of the outcome counts for a number that was
        taken during this call alone: no other process can have sent the text before.
        """
        host, clock = self._hosts.of(company.environment), asyncio.get_running_loop().time
        until, has_moved = clock() + within_s, False
        for moves_left in range(NUMBERS_FOR_ONE_CALL, -1, -1):
            envelope = envelope_of(company.environment, document, signed)
            transmission = await host.deliver(
                company.credentials, envelope, corrected=is_corrected, within_s=until - clock()
            )
            refusal = transmission.outcome
            if not (isinstance(refusal, Rejected) and refusal.is_about_number):
                break
            if not moves_left or until - clock() < _LEAST_FOR_A_NUMBER_S:
                break  # rejected for now: a retry goes on with the next number
            if await self._renumbering.stamped_under(company, host, document) is not None:
                break  # rejected: the number may be its own, and a retry finds the stamp
            key = self._companies.signing_key(company)
            moved = await self._renumbering.move_on(company, key, document, refusal, self._leases.new())
            if moved is None:
                break  # another process was first, and keeping the refusal changes nothing; or no number is left
            document, signed = with_number_moved(view(moved.after), document), moved.jws
            is_corrected = has_moved = True
        return document, transmission if has_moved else replace(transmission, was_known=False)

    async def code_at_mh(self, company: Company, row: DocumentRow) -> str | Undetermined | None:
        """The generation code of a rejected document under which MH has a stamp all the same, if there is one.

        Undetermined when MH does not tell.
        """
        host = self._hosts.of(company.environment)
        return await self._renumbering.stamped_under(company, host, row, with_present=True)

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
        elif isinstance(outcome, Stamped) and transmission.by_query:
            kept = await self._settling.settle_found(
                company.id, document, outcome, company.listeners, was_known=transmission.was_known
            )
        else:
            kept = await self._settling.settle(company.id, document, outcome, company.listeners)
        if kept is not None:
            return kept
        return replace(view(await self._settling.current(company.id, document.id)), warnings=document.warnings)

    async def pursue(self, row: DocumentRow) -> Pursued:
        """Asks MH about a document without an answer of MH, and sends the document if that is allowed.

        A document on which no process works any more is asked for and sent; a document in contingency is only asked
        for, because its event has to come first.
        """
        done = Pursued(row, was_there=False)
        if row.state == "contingency":
            done = Pursued(row, was_there=await self._ask(row))
        else:
            now = moment_text(self._clock())
            if await self._store.write(rows.claim_document, row.company_id, row.id, now, self._leases.new()):
                done = await self._finish(row, may_probe=False)
        return replace(done, row=await self._settling.current(row.company_id, row.id))

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
        await self._texts.settle(row, found, company.listeners)
        return True

    async def _finish(self, row: DocumentRow, *, may_probe: bool) -> Pursued:
        """Asks MH for a document left registered, sends it when MH does not have it, and keeps the outcome.

        ``may_probe`` is for the background work, in which no caller waits.
        """
        with self._leases.working_on(row.id):
            return await self._ask_and_send(row, may_probe=may_probe)

    async def _ask_and_send(self, row: DocumentRow, *, may_probe: bool) -> Pursued:
        company = await self._companies.get(row.company_id)
        signed = await self._store.read(rows.signed_text, company.id, row.id)
        if signed is None or signed.version != row.version:
            return Pursued(row, was_there=False)  # a retry has replaced the version meanwhile
        host = self._hosts.of(company.environment)
        clock = asyncio.get_running_loop().time
        until = clock() + BUDGET_S
        found = await host.query(company.credentials, row.doc_type, row.generation_code, may_probe=may_probe)
        if isinstance(found, NotFound | Rejected):
            # A refusal found by asking may belong to an earlier version under this code: only sending shows it.
            document, transmission = await self.send(
                company, view(row), signed.jws, is_corrected=row.version > 1, within_s=until - clock()
            )
        else:
            document = view(row)
            transmission = Transmission(found, transmissions=0, queries=1, by_query=True)
        # The dead process may have sent the document, and the transmission may still be on its way.
        kept = await self.keep(company, document, transmission, was_sent_before=True)
        if may_probe:
            note_refusal(kept.id, kept.state, kept.mh_code)
        return Pursued(row, was_there=isinstance(found, Stamped), warnings=kept.warnings)


def _log_failure(row: DocumentRow, error: Exception) -> None:
    _log.error("document_not_finished", document_id=row.id, exc_info=error)
