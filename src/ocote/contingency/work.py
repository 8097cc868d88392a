"""The background work on contingencies: rounds that take due contingencies and do a piece of work on each (rules.md 4).

A worker takes a contingency for a short lease, does one bounded piece of work, and puts the contingency back: any
process may do the next piece. Every piece is written down before MH gets anything, and can be done again without harm.
The result of a piece decides the next state (``ocote.contingency.machine``).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

import structlog
from msgspec.structs import replace

from ocote.contingency.asking import ContingencyQuestions
from ocote.contingency.delivering import ContingencyTransmission
from ocote.contingency.machine import NO_PAUSE, Found, Happening, Standing, Step, decide
from ocote.contingency.piece import Piece, WorkLimits
from ocote.contingency.reporting import ContingencyReports
from ocote.contingency.stamped_text import StampedTexts
from ocote.documents.renumbering import Renumbering
from ocote.documents.settling import Settling
from ocote.documents.states import LONGEST_PAUSE
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency.row import ContingencyRow
from ocote.store.engine.values import moment, moment_text
from ocote.work.rounds import all_at_once
from ocote.work.work import Work

_log = structlog.get_logger(__name__)

_CONTINGENCIES_AT_ONCE: Final = 4


class ContingencyWork:
    """Brings contingencies to their end, piece by piece."""

    def __init__(
        self, work: Work, settling: Settling, renumbering: Renumbering, texts: StampedTexts, limits: WorkLimits
    ) -> None:
        self._store = work.store
        self._companies = work.companies
        self._hosts = work.hosts
        self._leases = work.leases
        self._clock = work.clock
        self._questions = ContingencyQuestions(work, texts, limits)
        self._reports = ContingencyReports(work, limits)
        self._delivery = ContingencyTransmission(work, settling, renumbering, texts, limits)

    async def run_once(self) -> int:
        """Does one piece of work on each of a few contingencies that are due; returns how many were taken."""
        now = self._clock()
        due = await self._store.write(
            rows.claim_due_contingencies,
            moment_text(now),
            moment_text(now + LONGEST_PAUSE),
            self._leases.new(),
            _CONTINGENCIES_AT_ONCE,
        )
        return await all_at_once(due, self._work_on, _log_failure)

    async def do_next(self, contingency_id: str, asked_at: datetime) -> Step | None:
        """Does the next piece of work on one contingency now, even when the contingency is not due.

        After an event that MH refused before ``asked_at`` another event follows without a pause. None when the
        contingency is done, or when another worker has it.
        """
        row = await self._store.write(rows.claim_one, contingency_id, moment_text(self._clock()), self._leases.new())
        return await self._work_on(row, asked_at) if row is not None else None

    async def _work_on(self, row: ContingencyRow, asked_at: datetime | None = None) -> Step:
        parts: dict[str, Callable[[Piece], Awaitable[Found]]] = {
            "open": _look_for_mh,
            "asking": self._questions.ask,
            "filing": partial(self._reports.report, asked_at=asked_at),
            "delivering": self._delivery.deliver,
        }
        with self._leases.working_on(row.id):
            company = await self._companies.get(row.company_id)
            piece = Piece(row, company, self._hosts.of(company.environment))
            now = self._clock()
            step = decide(_standing(row), await parts[row.state](piece), now)
            if step.leaves_time:
                step = await self._deliver_meanwhile(piece, step)
            await self._leave(row, step)
        return step

    async def _deliver_meanwhile(self, piece: Piece, step: Step) -> Step:
        """Delivers documents that an event has reported, while others are still to be reported."""
        progress = await self._delivery.go_on(piece)
        if progress == "silence":
            return step
        pause = NO_PAUSE if progress == "worked" else await self._delivery.pause(piece)
        return replace(step, after=min(pause, step.after))

    async def _leave(self, row: ContingencyRow, step: Step) -> None:
        now = self._clock()
        done = step.state == "done"
        moved = await self._store.write(
            rows.move,
            row,
            state=step.state,
            ended_at=moment_text(step.ended_at) if step.ended_at is not None else None,
            due_at=None if done else moment_text(now + step.after),
            done_at=moment_text(now) if done else None,
            attempts=step.attempts,
        )
        if moved and step.state != row.state:
            _log.info("contingency_moved", contingency_id=row.id, company_id=row.company_id, to=step.state)


async def _look_for_mh(piece: Piece) -> Found:
    """Asks MH for a document that does not exist: any answer ends the cause, and no other document joins.

    While MH answers questions but takes no documents the cause goes on, though not for ever without another sale.
    """
    if not await piece.host.answers(piece.company.credentials):
        return Found(Happening.SILENCE)
    return Found(
        Happening.TAKES_NO_DOCUMENTS
        if piece.host.takes_no_documents_of(piece.company.credentials)
        else Happening.MH_IS_BACK
    )


def _standing(row: ContingencyRow) -> Standing:
    return Standing(
        state=row.state,
        began_at=moment(row.began_at),
        last_at=moment(row.last_at),
        ended_at=moment(row.ended_at) if row.ended_at is not None else None,
        attempts=row.attempts,
    )


def _log_failure(row: ContingencyRow, error: Exception) -> None:
    _log.error("contingency_not_moved", contingency_id=row.id, exc_info=error)
