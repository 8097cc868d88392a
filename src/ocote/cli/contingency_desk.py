"""What the operator does about a contingency, and what is told of it meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from ocote import logs, settings
from ocote.cli.console import out
from ocote.cli.contingency_report import STATES, cause_text, state_text
from ocote.contingency.by_hand import ContingencyOperator
from ocote.dte.sale import Contingency
from ocote.parts import open_parts
from ocote.store.engine.store import Row

_Work = Callable[[ContingencyOperator, str], AsyncGenerator[Row, None]]


def correct_cause(beginning: str, kind: int, reason: str | None) -> None:
    """Corrects the cause and tells how many documents were signed anew. Raises ContingencyError."""

    async def correct() -> int:
        async with open_parts(settings.load()) as house:
            return await house.contingencies.correct_cause(beginning, Contingency(kind, reason))

    logs.configure("critical")
    corrected = asyncio.run(correct())
    signed = "1 documento se firmó de nuevo" if corrected == 1 else f"{corrected} documentos se firmaron de nuevo"
    out().print(f"La causa es ahora {kind}, {cause_text(kind, reason)}; {signed}.", soft_wrap=True)


def go_on(beginning: str) -> None:
    """Has the next work done now, as far as it goes without waiting. Raises ContingencyError."""
    _do(beginning, ContingencyOperator.go_on)


def report_again(beginning: str) -> None:
    """Has a new event filed after a refused one. Raises ContingencyError."""
    _do(beginning, ContingencyOperator.report_again)


def _do(beginning: str, work: _Work) -> None:
    async def follow() -> Row | None:
        row = None
        async with open_parts(settings.load()) as house:
            with out().status("Hablando con Hacienda…") as status:
                told = ""
                async for row in work(house.contingencies, beginning):
                    if row["state"] != told:
                        told = row["state"]
                        out().print(f"→ {STATES[told]}")
                    status.update(f"{STATES[told]}: {row['waiting']} documentos en espera")
        return row

    logs.configure("critical")  # what happens is told here
    row = asyncio.run(follow())
    if row is not None:
        out().print(_outcome(row), soft_wrap=True)


def _outcome(row: Row) -> str:
    if row["state"] == "done":
        return f"La contingencia terminó: sus {row['documents']} documentos tienen respuesta de Hacienda."
    waiting = f"{row['waiting']} documentos en espera"
    if row["attempts"]:
        return f"Hacienda no respondió; {waiting}. El trabajo de fondo lo intentará de nuevo."
    if row["state"] == "delivering":
        return f"Hacienda procesa los lotes; {waiting}. El trabajo de fondo los sigue."
    return f"Queda en «{state_text(row).plain}»; {waiting}. Vea por qué: ocote contingency show {row['id'][:8]}"
