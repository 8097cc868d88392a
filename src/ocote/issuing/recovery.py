"""Documents whose fate at MH is not known: keeping MH's word, and finishing what a dead process left behind.

The tables are the queue. What a process that died had ``registered`` becomes due as soon as its death is noticed, at
the latest when its lease ends; any process may take it then, and whoever takes it owns it until the next lease ends.
"""

import asyncio
from collections.abc import Sequence

import msgspec
import structlog
from msgspec.structs import replace

from ocote.clock import Clock
from ocote.companies.company import Company
from ocote.companies.registry import Companies
from ocote.contingency.entering import Contingencies
from ocote.documents.records import view
from ocote.documents.states import verdict
from ocote.documents.view import DocumentView
from ocote.dte.editions import version_of
from ocote.metrics import DOCUMENTS
from ocote.mh import Envelope, NotFound, Rejected, Stamped, Transmission, Undetermined
from ocote.mh.hosts import BUDGET_S, MhHosts
from ocote.store import documents as rows
from ocote.store.contingency import contingencies
from ocote.store.documents import Settlement
from ocote.store.engine.store import Row, Store
from ocote.store.engine.values import moment_text
from ocote.work.leases import Leases

_log = structlog.get_logger(__name__)

_AT_ONCE = 8
_IN_A_TRANSACTION = 25
"""Few enough that a sale that comes meanwhile hardly waits, many enough that the disk is not what takes the time."""
_OBSERVATIONS = msgspec.json.Decoder(tuple[str, ...])


class Recovery:
    """Keeps what MH says of documents, and pursues those that nobody is working on any more."""

    def __init__(
        self,
        store: Store,
        companies: Companies,
        hosts: MhHosts,
        contingencies_: Contingencies,
        leases: Leases,
        clock: Clock,
    ) -> None:
        self._store = store
        self._companies = companies
        self._hosts = hosts
        self._contingencies = contingencies_
        self._leases = leases
        self._clock = clock

    async def keep(
        self,
        company: Company,
        document: DocumentView,
        version: int,
        delivery: Transmission,
        *,
        was_sent_before: bool = False,
    ) -> DocumentView:
        """Writes what became of one signed version and returns the document as it now is.

        When another process wrote an outcome first, that one stands and is returned. ``was_sent_before``: besides this
        delivery another process may have sent it.
        """
        outcome = delivery.outcome
        if isinstance(outcome, Undetermined):
            kept = await self._contingencies.enter(
                company, document, version, delivery, was_sent_before=was_sent_before
            )
        else:
            kept = await self.settle(company.id, document, version, outcome)
        return kept or view(await self.row(company.id, document.id))

    async def settle(
        self, company_id: int, document: DocumentView, version: int, outcome: Stamped | Rejected
    ) -> DocumentView | None:
        """Writes MH's verdict; None when the document had been settled, or signed anew, by another."""
        word = verdict(outcome)
        now = moment_text(self._clock())
        listeners = (await self._companies.get(company_id)).listeners
        if not await self._store.write(
            rows.settle, company_id, document.id, version, document.family, word, now, listeners
        ):
            return None
        DOCUMENTS.labels(document.doc_type, word.state).inc()
        return replace(
            document,
            state="stamped" if isinstance(outcome, Stamped) else "rejected",
            stamp=word.stamp,
            mh_state=word.mh_state,
            mh_message=word.mh_message,
            mh_code=word.mh_code,
            observations=_OBSERVATIONS.decode(word.observations),
        )

    async def settle_all(self, company: Company, answered: Sequence[tuple[Row, Stamped | Rejected]]) -> None:
        """Writes MH's verdicts on many documents, some in each transaction; what another had settled stays as it is."""
        for start in range(0, len(answered), _IN_A_TRANSACTION):
            settlements = [
                Settlement(row["id"], int(row["version"]), row["family"], verdict(outcome))
                for row, outcome in answered[start : start + _IN_A_TRANSACTION]
            ]
            now = moment_text(self._clock())
            settled = await self._store.write(rows.settle_all, company.id, settlements, now, company.listeners)
            for (row, _), settlement, was in zip(answered[start:], settlements, settled, strict=False):
                if was:
                    DOCUMENTS.labels(row["doc_type"], settlement.verdict.state).inc()

    async def settle_first_signed(self, row: Row, outcome: Stamped) -> None:
        """MH has stamped what was sent before the contingency: that text is the document, and it leaves (D12).

        ``row`` is the document as it was when MH was asked.
        """
        version = await self._store.write(contingencies.as_first_signed, row)
        if version is not None:
            await self.settle(int(row["company_id"]), view(row), version, outcome)

    async def pursue(self, row: Row) -> tuple[Row, bool]:
        """Finds out what can be found out now of a document without MH's word.

        One that nobody works on any more is asked for and sent; one in contingency is asked for, for it may not be
        sent before its event. Returns the row as it then is, and whether MH had stamped the earlier transmission.
        """
        company_id, document_id = int(row["company_id"]), row["id"]
        was_there = False
        if row["state"] == "contingency":
            was_there = await self._ask(row)
        else:
            now = moment_text(self._clock())
            if await self._store.write(rows.claim, company_id, document_id, now, self._leases.new()):
                was_there = await self._finish(row, may_probe=False)
        return await self.row(company_id, document_id), was_there

    async def run_once(self) -> int:
        """Takes what is due now, a few at a time, and finishes it; returns how many documents were taken."""
        due = await self._store.write(rows.claim_due, moment_text(self._clock()), self._leases.new(), _AT_ONCE)
        results = await asyncio.gather(*(self._finish(row, may_probe=True) for row in due), return_exceptions=True)
        for row, result in zip(due, results, strict=True):
            if isinstance(result, Exception):
                # Its lease ends and it is taken again; the others must not wait for it.
                _log.error("document_not_finished", document_id=row["id"], exc_info=result)
            elif isinstance(result, BaseException):
                raise result
        return len(due)

    async def _ask(self, row: Row) -> bool:
        if row["ask_from"] is None:
            return False
        company = await self._companies.get(int(row["company_id"]))
        host = self._hosts.of(company.environment)
        found = await host.query(company.credentials, row["doc_type"], row["generation_code"], may_probe=False)
        if not isinstance(found, Stamped):
            return False
        await self.settle_first_signed(row, found)
        return True

    async def _finish(self, row: Row, *, may_probe: bool) -> bool:
        """Asks MH for a document that was left registered, sends it if MH has nothing, and keeps the outcome."""
        with self._leases.working_on(row["id"]):
            return await self._ask_and_send(row, may_probe=may_probe)

    async def _ask_and_send(self, row: Row, *, may_probe: bool) -> bool:
        company = await self._companies.get(int(row["company_id"]))
        signed = await self._store.read(rows.signed_text, company.id, row["id"])
        if signed is None or signed["version"] != row["version"]:
            return False  # a retry has replaced it meanwhile
        host = self._hosts.of(company.environment)
        clock = asyncio.get_running_loop().time
        until = clock() + BUDGET_S
        found = await host.query(company.credentials, row["doc_type"], row["generation_code"], may_probe=may_probe)
        if isinstance(found, NotFound | Rejected):
            # A refusal found by asking may be that of an earlier version under the same code: only sending tells.
            envelope = Envelope(
                environment=company.environment,
                version=version_of(row["doc_type"], row["edition"]),
                doc_type=row["doc_type"],
                jws=signed["jws"],
                generation_code=row["generation_code"],
            )
            delivery = await host.deliver(
                company.credentials, envelope, corrected=int(row["version"]) > 1, within_s=until - clock()
            )
        else:
            delivery = Transmission(found, transmissions=0, queries=1, by_query=True)
        # Nobody knows how far the process that died had come: what it sent may still be on its way.
        await self.keep(company, view(row), int(row["version"]), delivery, was_sent_before=True)
        return isinstance(found, Stamped)

    async def row(self, company_id: int, document_id: str) -> Row:
        """A document as it is now."""
        row = await self._store.read(rows.document_by_id, company_id, document_id)
        if row is None:
            raise LookupError(f"document {document_id} does not exist")
        return row
