"""The operator's work on a contingency: to correct its cause, and to do its next work now (rules.md 4)."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

from ocote import audit
from ocote.audit import Author
from ocote.contingency.finding import ContingencyError, find_contingency
from ocote.contingency.refusals import REFUSED
from ocote.contingency.work import ContingencyWork
from ocote.documents.signed import document_of
from ocote.dte import text
from ocote.dte.characters import invisible_characters, is_visible
from ocote.dte.sale import Contingency
from ocote.dte.sections.transmission import LONGEST_REASON, OTHER_KIND, SHORTEST_REASON, in_contingency
from ocote.signing import jws
from ocote.store.audit_log import AuditEntry, append_entry, audited
from ocote.store.contingency import contingencies as rows
from ocote.store.contingency import events
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.values import moment_text
from ocote.work.work import Work

_SHORT = timedelta(seconds=2)
"""The longest pause for which a command of the operator keeps running."""

_MOST_PIECES = 100_000
"""The most pieces of work in one run of a command; a contingency of a million documents takes fewer."""

_OPTION = "El motivo es lo que sigue a --reason."

KINDS = (1, 2, 3, 4, 5)
"""CAT-005."""


class ContingencyOperator:
    """Corrects causes, and does at once the work that the background work would do later."""

    def __init__(self, work: Work, rounds: ContingencyWork) -> None:
        self._store = work.store
        self._companies = work.companies
        self._leases = work.leases
        self._clock = work.clock
        self._rounds = rounds

    async def correct_cause(self, beginning: str, cause: Contingency, by: Author) -> int:
        """Gives a contingency another cause and signs every waiting document again for it; returns how many.

        A document that joins meanwhile never keeps a text with the wrong cause: all texts change in the transaction
        that changes the cause. Raises ContingencyError when the reason does not
        fit, or when an event has named the old cause to MH.
        """
        _check(cause)
        row = await find_contingency(self._store, beginning)
        company = await self._companies.get(row.company_id)
        key = self._companies.signing_key(company)

        def sign(present: str) -> str:
            document = document_of(present)
            return jws.sign(text.encode(in_contingency(document, cause)), key)

        waiting = await self._store.read(rows.waiting_texts, company.id, row.id)
        signed = {(one.id, one.version): sign(one.jws) for one in waiting}
        now = moment_text(self._clock())
        entry = AuditEntry(
            at=now,
            by=by,
            act="contingency_corrected",
            subject=row.id,
            company_id=company.id,
            before={"kind": row.kind, "reason": row.reason},
            after={"kind": cause.kind, "reason": cause.reason},
        )

        def entry_of(corrected: int | None) -> AuditEntry | None:
            return entry if corrected is not None else None

        corrected = await self._store.write(
            audited, entry_of, rows.correct_cause, company.id, row.id, cause, signed, sign, now
        )
        if corrected is None:
            raise ContingencyError(
                "La causa ya no se puede corregir: el evento que la nombra ya se envió a Hacienda, o la contingencia "
                "terminó."
            )
        audit.record("contingency_corrected", contingency_id=row.id, kind=cause.kind, documents=corrected)
        return corrected

    async def go_on(self, beginning: str, by: Author) -> AsyncGenerator[ContingencyOverview, None]:
        """Does the next work on a contingency now, piece after piece, until the next piece is due only much later.

        Yields the contingency after each piece. Raises ContingencyError.
        """
        row = await find_contingency(self._store, beginning)
        if row.state == "done":
            raise ContingencyError("Esta contingencia ya terminó: no queda nada por hacer.")
        entry = AuditEntry(
            at=moment_text(self._clock()),
            by=by,
            act="contingency_taken_in_hand",
            subject=row.id,
            company_id=row.company_id,
            before={"state": row.state},
        )
        await self._store.write(append_entry, entry)
        audit.record("contingency_taken_in_hand", contingency_id=row.id, state=row.state)
        await self._leases.free_abandoned()
        asked_at = self._clock()
        for _ in range(_MOST_PIECES):
            step = await self._rounds.do_next(row.id, asked_at)
            if step is None:
                raise ContingencyError(
                    "Otro proceso está trabajando en ella en este momento; mire de nuevo en un minuto."
                )
            yield await find_contingency(self._store, row.id)
            if step.state == "done" or step.after > _SHORT:
                return
            await asyncio.sleep(step.after.total_seconds())
        raise ContingencyError("La contingencia sigue avanzando y aún no termina.", "Para continuar repita el comando.")

    async def report_again(self, beginning: str, by: Author) -> AsyncGenerator[ContingencyOverview, None]:
        """Files a new event now, after MH refused the last event for any reason.

        Yields the contingency after each piece of work. Raises ContingencyError when MH refused no event.
        """
        row = await find_contingency(self._store, beginning)
        made = await self._store.read(events.events_of, row.company_id, row.id)
        if not made or made[-1].state not in REFUSED:
            raise ContingencyError(
                "Hacienda no ha rechazado el último evento de esta contingencia.",
                f"Para que siga sin esperar: ocote contingency file {row.id[:8]}",
            )
        async for moved in self.go_on(row.id, by):
            yield moved


def _check(cause: Contingency) -> None:
    if cause.kind not in KINDS:
        raise ContingencyError(f"No hay un tipo {cause.kind}. Los de CAT-005 son 1, 2, 3, 4 y 5.")
    reason = cause.reason or ""
    if cause.kind == OTHER_KIND and not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise ContingencyError(
            f"El tipo 5 pide un motivo de {SHORTEST_REASON} a {LONGEST_REASON} caracteres; este tiene {len(reason)}.",
            _OPTION,
        )
    if cause.reason is not None and not _is_legible(cause.reason):
        raise ContingencyError(
            "El motivo se firma y se imprime: escríbalo en un renglón y sin caracteres de control.", _OPTION
        )
    if cause.kind != OTHER_KIND and cause.reason is not None:
        raise ContingencyError("El motivo es solo para el tipo 5; los demás ya lo dicen.", _OPTION)


def _is_legible(reason: str) -> bool:
    return reason.isprintable() and is_visible(reason) and not invisible_characters(reason)
