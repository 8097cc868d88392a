"""The operator's work on a contingency, and its progress on the terminal."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from ocote import logs, settings
from ocote.audit import Author, at_terminal
from ocote.cli.console import out
from ocote.cli.contingency_report import state_text, waiting_count
from ocote.contingency.by_hand import ContingencyOperator
from ocote.contingency.words import CONTINGENCY_STATES, cause_text
from ocote.dte.sale import Contingency
from ocote.parts import open_parts
from ocote.store.contingency.row import ContingencyOverview
from ocote.wording.counted import counted

_Work = Callable[[ContingencyOperator, str, Author], AsyncGenerator[ContingencyOverview, None]]


def set_cause(beginning: str, kind: int, reason: str | None) -> None:
    """Corrects the cause and prints how many documents were signed again. Raises ContingencyError."""

    async def correct() -> int:
        async with open_parts(settings.load()) as parts:
            return await parts.contingencies.correct_cause(beginning, Contingency(kind, reason), at_terminal())

    logs.configure("critical")
    corrected = asyncio.run(correct())
    signed = counted(corrected, "documento se firmó de nuevo", "documentos se firmaron de nuevo")
    out().print(f"La causa es ahora {kind}, {cause_text(kind, reason)}; {signed}.", soft_wrap=True)


def go_on(beginning: str) -> None:
    """Does the next work now, until a long pause is due. Raises ContingencyError."""
    _do(beginning, ContingencyOperator.go_on)


def report_again(beginning: str) -> None:
    """Files a new event after a refused event. Raises ContingencyError."""
    _do(beginning, ContingencyOperator.report_again)


def _do(beginning: str, work: _Work) -> None:
    async def follow() -> ContingencyOverview | None:
        row = None
        async with open_parts(settings.load()) as parts:
            with out().status("Hablando con Hacienda…") as status:
                shown = ""
                async for row in work(parts.contingencies, beginning, at_terminal()):
                    if row.state != shown:
                        shown = row.state
                        out().print(f"→ {CONTINGENCY_STATES[shown]}")
                    status.update(f"{CONTINGENCY_STATES[shown]}: {waiting_count(row)}")
        return row

    logs.configure("critical")  # the terminal already shows the progress
    row = asyncio.run(follow())
    if row is not None:
        out().print(_outcome(row), soft_wrap=True)


def _outcome(row: ContingencyOverview) -> str:
    if row.state == "done":
        answered = "su documento tiene" if row.documents == 1 else f"sus {row.documents} documentos tienen"
        return f"La contingencia terminó: {answered} respuesta de Hacienda."
    waiting = waiting_count(row)
    if row.attempts:
        return f"Hacienda no respondió; {waiting}. El trabajo de fondo lo intentará de nuevo."
    if row.state == "delivering":
        return f"Hacienda procesa los lotes; {waiting}. El trabajo de fondo los sigue."
    return f"Queda en «{state_text(row).plain}»; {waiting}. Vea por qué: ocote contingency show {row.id[:8]}"
