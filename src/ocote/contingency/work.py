"""What is done about a contingency when MH is back: ask, report, deliver (rules.md 4, protocol.md 4.2 to 4.4).

Each round takes a contingency for a short lease, does one bounded piece of work, and puts it back: any process may do
the next piece. Every piece is written down before MH hears of it, and can be done again without harm.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import structlog
from msgspec.structs import replace

from ocote.clock import Clock, local_date
from ocote.companies.company import Company
from ocote.companies.registry import Companies
from ocote.contingency.delivering import ContingencyDelivery
from ocote.contingency.refusals import NOBODY_WAS_THERE, end_stands, next_report_at, was_left_unanswered
from ocote.contingency.step import Step, WorkLimits, each, onward, silence
from ocote.documents.states import LONGEST_PAUSE, event_verdict
from ocote.dte import generation_code, text
from ocote.dte.contingency_event.value import ContingencyEvent, ReportedDocument
from ocote.dte.editions import CONTINGENCY, build_contingency, edition_for
from ocote.dte.sale import Contingency
from ocote.issuing.recovery import Recovery
from ocote.mh import Stamped, Undetermined
from ocote.mh.hosts import MhHost, MhHosts
from ocote.signing import jws
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency import events
from ocote.store.contingency.events import NewEvent, Reported
from ocote.store.engine.store import Row, Store
from ocote.store.engine.values import moment, moment_text
from ocote.work.leases import Leases

_log = structlog.get_logger(__name__)

_CONTINGENCIES_AT_ONCE = 4
_ASK_AGAIN = timedelta(minutes=10)
"""After MH answered, but not about one document."""
_WAITED_FOR = timedelta(minutes=5)
"""Documents that can be asked for by then are waited for before an event is made; the others come into a later one."""
_LOOK_AGAIN = timedelta(minutes=1)
_LONGEST_REST = timedelta(minutes=30)
"""A contingency is looked at so often at least, also while its next event is further away."""
_LOOKS_FOR_RECEPTION = 30
"""Every ten seconds: after five minutes the documents themselves are what finds out."""
_ONE_SECOND = timedelta(seconds=1)


class ContingencyWork:
    """Moves contingencies on, piece by piece."""

    def __init__(
        self,
        store: Store,
        companies: Companies,
        hosts: MhHosts,
        recovery: Recovery,
        leases: Leases,
        clock: Clock,
        limits: WorkLimits,
    ) -> None:
        self._store = store
        self._companies = companies
        self._hosts = hosts
        self._recovery = recovery
        self._leases = leases
        self._clock = clock
        self._limits = limits
        self._delivery = ContingencyDelivery(store, recovery, clock, limits)

    async def run_once(self) -> int:
        """Does one piece of work on each of a few contingencies that are due; returns how many were taken."""
        now = self._clock()
        due = await self._store.write(
            rows.claim_due,
            moment_text(now),
            moment_text(now + LONGEST_PAUSE),
            self._leases.new(),
            _CONTINGENCIES_AT_ONCE,
        )
        results = await asyncio.gather(*(self._piece(row) for row in due), return_exceptions=True)
        for row, result in zip(due, results, strict=True):
            if isinstance(result, Exception):
                _log.error("contingency_not_moved", contingency_id=row["id"], exc_info=result)
            elif isinstance(result, BaseException):
                raise result
        return len(due)

    async def do_next(self, contingency_id: str, asked_at: datetime) -> Step | None:
        """Does the next piece of work on one contingency now, though it may not be due.

        An event that MH refused before ``asked_at`` is followed by another one at once. None when the contingency is
        done, or when somebody else is at work on it.
        """
        row = await self._store.write(rows.claim_one, contingency_id, moment_text(self._clock()), self._leases.new())
        return await self._piece(row, asked_at) if row is not None else None

    async def _piece(self, row: Row, asked_at: datetime | None = None) -> Step:
        pieces: dict[str, Callable[[Row, Company, MhHost], Awaitable[Step]]] = {
            "open": self._look_for_mh,
            "asking": self._ask,
            "filing": partial(self._report, asked_at=asked_at),
            "delivering": self._delivery.deliver,
        }
        with self._leases.working_on(row["id"]):
            company = await self._companies.get(int(row["company_id"]))
            host = self._hosts.of(company.environment)
            step = await pieces[row["state"]](row, company, host)
            if step.state in {"asking", "filing"} and step.after and not step.attempts:
                # What an event has reported does not wait for what is still to be reported.
                pause = await self._delivery.go_on(row, company, host)
                step = replace(step, after=step.after if pause is None else min(pause, step.after))
            await self._leave(row, step)
        return step

    async def _leave(self, row: Row, step: Step) -> None:
        now = self._clock()
        done = step.state == "done"
        moved = await self._store.write(
            rows.move,
            row,
            state=step.state,
            ended_at=step.ended_at,
            due_at=None if done else moment_text(now + step.after),
            done_at=moment_text(now) if done else None,
            attempts=step.attempts,
        )
        if moved and step.state != row["state"]:
            _log.info("contingency_moved", contingency_id=row["id"], company_id=row["company_id"], to=step.state)

    async def _look_for_mh(self, row: Row, company: Company, host: MhHost) -> Step:
        """Asks MH for a document that nobody has: any answer ends the cause, and no other document joins.

        Where MH answers questions and takes no documents the cause goes on, but not for ever without another sale.
        """
        if not await host.answers(company.credentials):
            return silence(row)
        if host.takes_no_documents and int(row["attempts"]) < _LOOKS_FOR_RECEPTION:
            return silence(row)
        return onward(row, "asking")

    async def _ask(self, row: Row, company: Company, host: MhHost) -> Step:
        """Finds out which documents had arrived before the contingency (D12), and says when the cause ended.

        MH may be slow to take what it was sent last: that it has nothing counts only some time after.
        """
        now = self._clock()
        sent = await self._store.read(rows.to_ask, company.id, row["id"], self._limits.asked_in_a_piece)
        pauses = {one["id"]: moment(one["ask_from"]) - now for one in sent}
        # What can only be asked for long from now was put off by a clock that was wrong.
        ready = [one for one in sent if not timedelta() < pauses[one["id"]] <= LONGEST_PAUSE]
        if not await each(ready, lambda one: self._ask_one(one, company, host)):
            made = await self._store.read(events.events_of, company.id, row["id"])
            return silence(row, end_stands=end_stands(row["ended_at"], made, now))
        # Nobody has been able to join for a while, so every document was made before this, by this clock; another
        # process may have another. The period has to go forward by a second, and to lie in the past when reported.
        earliest = max(moment(row["began_at"]) + _ONE_SECOND, moment(row["last_at"]))
        ended_at = moment(row["ended_at"]) if row["ended_at"] else max(now, earliest)
        if ready:
            return Step("asking", moment_text(ended_at))
        soon = [pause for pause in pauses.values() if pause <= _WAITED_FOR]
        if soon:
            return Step("asking", moment_text(ended_at), min(soon))
        return Step("filing", moment_text(ended_at), max(ended_at - now, timedelta()))

    async def _ask_one(self, document: Row, company: Company, host: MhHost) -> bool:
        """Whether MH answered; a document that it has stamped is settled with the text that was sent to it.

        Where it answers, but not about this document, the others do not wait: it is asked for again later.
        """
        found = await host.query(company.credentials, document["doc_type"], document["generation_code"])
        if isinstance(found, Stamped):
            await self._recovery.settle_first_signed(document, found)
        elif not isinstance(found, Undetermined):
            await self._store.write(rows.asked, company.id, document, None)
        elif await host.answers(company.credentials):
            _log.warning("mh_does_not_tell_of_document", document_id=document["id"], reason=found.reason)
            again = moment_text(self._clock() + _ASK_AGAIN)
            await self._store.write(rows.asked, company.id, document, again)
        else:
            return False
        return True

    async def _report(self, row: Row, company: Company, host: MhHost, asked_at: datetime | None = None) -> Step:
        """Files the event, or the events: each names up to 1,000 documents.

        After a refusal there is a pause that grows, unless the operator has asked for another one since.
        """
        made = await self._store.read(events.events_of, company.id, row["id"])
        waiting = [event for event in made if event["state"] == "registered"]
        if waiting:
            return await self._send_event(row, waiting[0], made, company, host)
        count = await self._store.read(rows.count_waiting, company.id, row["id"])
        if not count.unreported:
            return onward(row, "delivering")
        if not count.reportable:
            return onward(row, "asking", after=_LOOK_AGAIN)
        now = self._clock()
        again_at = next_report_at(made, now, asked_at)
        if again_at > now:
            return onward(row, "filing", after=min(again_at - now, _LONGEST_REST))
        if not made and now - moment(row["ended_at"]) > NOBODY_WAS_THERE:
            # Nobody was at work since: the cause, ours by then, has ended only now, and so begin its 24 hours.
            return Step("asking", ended_at=None)
        named = await self._store.write(events.report, self._new_event(row, company))
        return onward(row, "filing" if named else "asking")

    def _new_event(self, row: Row, company: Company) -> NewEvent:
        now = self._clock()
        code = generation_code.new()
        edition = edition_for(company.profile.schedule(), CONTINGENCY, local_date(now))

        def sign(reported: Sequence[Reported]) -> str:
            event = ContingencyEvent(
                environment=company.environment,
                generation_code=code,
                sent_at=now,
                issuer=company.issuer(*_place(company, reported[0]), None),
                cause=Contingency(row["kind"], row["reason"]),
                began_at=moment(row["began_at"]),
                ended_at=moment(row["ended_at"]),
                documents=[ReportedDocument(one.doc_type, one.generation_code) for one in reported],
            )
            return jws.sign(text.encode(build_contingency(edition, event)), self._companies.signing_key(company))

        return NewEvent(
            id=str(uuid4()),
            company_id=company.id,
            contingency_id=row["id"],
            held_until=row["due_at"],
            edition=edition,
            generation_code=code,
            kind=row["kind"],
            reason=row["reason"],
            most=self._limits.documents_per_event,
            now=moment_text(now),
            sign=sign,
        )

    async def _send_event(self, row: Row, event: Row, made: Sequence[Row], company: Company, host: MhHost) -> Step:
        await self._store.write(events.count_attempt, company.id, event["id"])
        signed = await self._store.read(events.signed_event, company.id, event["id"])
        outcome = await host.send_contingency_event(company.credentials, signed)
        if isinstance(outcome, Undetermined):
            return silence(row)
        now, signed_at = self._clock(), moment(event["signed_at"])
        # MH or the gateway had been away since the event was signed, and its time was not over by then: the cause ends
        # only now, and so begin its 24 hours.
        went_on = was_left_unanswered(int(event["attempts"]) + 1, signed_at, now) and not end_stands(
            row["ended_at"], made, signed_at
        )
        word = event_verdict(outcome)
        if word.state == "late" and went_on:
            word = replace(word, state="rejected")
        await self._store.write(events.settle_event, company.id, event["id"], word, moment_text(now))
        if word.state == "stamped":
            _log.info("contingency_reported", contingency_id=row["id"], documents=event["documents"])
            return onward(row, "filing")
        told = {"contingency_id": row["id"], "message": word.mh_message, "answer": word.answer}
        if word.state == "late":
            _log.error("contingency_event_late", documents=event["documents"], **told)
        else:
            _log.error("contingency_event_rejected", **told)
        return Step("asking", ended_at=None) if went_on else onward(row, "asking")


def _place(company: Company, reported: Reported) -> tuple[str, str]:
    """Where a document was made, or any other place of the company if that one is closed by now."""
    place = (reported.branch_code, reported.pos_code)
    return place if place in company.establishment_kinds else next(iter(company.establishment_kinds))
