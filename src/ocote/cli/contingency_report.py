"""Shows contingencies to the operator: the list, or one contingency in full."""

import asyncio
from datetime import datetime
from typing import Final

from rich.table import Table
from rich.text import Text

from ocote import settings
from ocote.cli.console import out
from ocote.clock import local, system_clock
from ocote.contingency.deadlines import alarm, nearest_deadline, needs_technical_report
from ocote.contingency.finding import find_contingency
from ocote.contingency.refusals import event_was_refused, next_report_at
from ocote.contingency.words import (
    CONTINGENCY_STATES,
    DEADLINE_NAMES,
    EVENT_STATES,
    LOT_STATES,
    cause_text,
    situation,
    time_left,
)
from ocote.store.contingency import overview as contingency_overview
from ocote.store.contingency.events import EventRow, events_of
from ocote.store.contingency.overview import LotOverview, WaitingDocument
from ocote.store.contingency.row import ContingencyOverview
from ocote.store.engine.opening import open_store
from ocote.store.engine.values import moment
from ocote.wording.counted import counted
from ocote.wording.environment import ENVIRONMENT_NAMES
from ocote.wording.moments import local_moment_text

_COLOURS: Final = ("", "yellow", "red", "bold red")
_MOST_DOCUMENTS: Final = 20
_CONTROL_NUMBER_WIDTH: Final = 31
"""A number stays in one line in a terminal of any width, so that it can be copied."""


def print_list(*, also_done: bool) -> None:
    """Prints the contingencies that are not done, or all of them."""
    rows = asyncio.run(_overview(also_done=also_done))
    if not rows:
        out().print("No hay contingencias." if also_done else "No hay contingencias en curso. Las terminadas: --all")
        return
    now = system_clock()
    table = Table(show_lines=True)
    table.add_column("ID", no_wrap=True)
    table.add_column("Empresa y causa", overflow="fold")
    table.add_column("Desde, hasta", no_wrap=True)
    table.add_column("Documentos", no_wrap=True)
    table.add_column("Estado y plazo", overflow="fold")
    for row in rows:
        table.add_row(
            row.id[:8],
            f"{row.name} ({ENVIRONMENT_NAMES[row.environment]})\n{cause_text(row.kind, row.reason)}",
            f"{local_moment_text(row.began_at)}\n{_end_text(row)}",
            f"{row.documents}\n{row.waiting} en espera",
            Text.assemble(state_text(row), "\n", deadline_text(row, now)),
        )
    out().print(table)
    for row in rows:
        _print_hint(row, now)


def print_one(beginning: str) -> None:
    """Prints one contingency with its events, its lots and its waiting documents. Raises ContingencyError."""
    row, events, lots, documents = asyncio.run(_read_details(beginning))
    now = system_clock()
    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("Contingencia", row.id),
        ("Empresa", f"{row.name}, NIT {row.nit} ({ENVIRONMENT_NAMES[row.environment]})"),
        ("Causa", f"{row.kind}, {cause_text(row.kind, row.reason)}"),
        ("Desde", local_moment_text(row.began_at)),
        ("Hasta", _end_text(row)),
        ("Documentos", f"{row.documents}, de ellos {row.waiting} en espera"),
    ):
        facts.add_row(name, value)
    facts.add_row("Estado", state_text(row))
    if row.state != "done":
        facts.add_row("Próximo plazo", deadline_text(row, now))
        facts.add_row("Sigue", _next_text(row, events, now))
    out().print(facts)
    _print_events(events)
    _print_lots(lots)
    _print_documents(documents, row.waiting)
    _print_hint(row, now)


def waiting_count(row: ContingencyOverview) -> str:
    """The number of documents of a contingency that wait for MH."""
    return f"{counted(row.waiting, 'documento', 'documentos')} en espera"


def state_text(row: ContingencyOverview) -> Text:
    """The state of a contingency, or the refusal of its event by MH."""
    if event_was_refused(row):
        if row.last_event == "late":
            return Text("Hacienda rechazó el evento por estar fuera de plazo", "bold red")
        return Text("Hacienda rechazó el evento", "red")
    return Text(CONTINGENCY_STATES[row.state])


def refusal_remedy(row: ContingencyOverview, now: datetime) -> str:
    """The steps that repair an event that MH refused."""
    beginning = row.id[:8]
    again = f"ocote contingency retry {beginning}"
    if row.last_event != "late":
        why = f"Por qué: ocote contingency show {beginning}. Corrija el dato en el archivo de la empresa"
        return f"{why}, «ocote company add», y luego: {again}"
    deadline = nearest_deadline(row, now)
    if deadline is not None and now <= deadline.at:
        return f"Según este servidor el plazo no ha vencido: revise su hora con «ocote doctor» y luego: {again}"
    return (
        "Justifíquelo por escrito ante la DGII y pida una prórroga; cuando la conceda: "
        f"{again}. Mientras tanto los documentos se conservan, firmados y con su número."
    )


def deadline_text(row: ContingencyOverview, now: datetime) -> Text:
    """The next legal duty and its deadline. The colour gets stronger as the deadline comes nearer."""
    deadline = nearest_deadline(row, now)
    if deadline is None:
        return Text("" if row.state == "done" else "sin plazo todavía")
    until = f"{DEADLINE_NAMES[deadline.of]} hasta {local(deadline.at):%d/%m/%Y %H:%M}"
    return Text(f"{until} ({time_left(deadline, now)})", _COLOURS[alarm(deadline, now)])


def _end_text(row: ContingencyOverview) -> str:
    return local_moment_text(row.ended_at) if row.ended_at is not None else "sigue"


def _next_text(row: ContingencyOverview, events: list[EventRow], now: datetime) -> str:
    if row.held_by is not None:
        return "un proceso trabaja en ella"
    if row.due_at is None:
        return ""
    due_at = moment(row.due_at)
    again_at = next_report_at(events, now)
    if event_was_refused(row) and again_at > due_at:
        return f"otro evento, {local(again_at):%d/%m/%Y %H:%M:%S}"
    return "enseguida" if due_at <= now else f"{local(due_at):%d/%m/%Y %H:%M:%S}"


def _print_events(events: list[EventRow]) -> None:
    if not events:
        return
    table = Table(title="Eventos", title_justify="left", show_lines=True)
    table.add_column("Presentado", no_wrap=True)
    table.add_column("Documentos", justify="right")
    table.add_column("Resultado", overflow="fold")
    for event in events:
        detail = event.stamp or event.mh_message
        result = EVENT_STATES[event.state]
        table.add_row(
            local_moment_text(event.signed_at), str(event.documents), f"{result}\n{detail}" if detail else result
        )
    out().print(table)


def _print_lots(lots: list[LotOverview]) -> None:
    if not lots:
        return
    table = Table(title="Lotes", title_justify="left")
    table.add_column("Enviado", no_wrap=True)
    table.add_column("Código", overflow="fold")
    table.add_column("Documentos", justify="right")
    table.add_column("Estado", no_wrap=True)
    for lot in lots:
        table.add_row(local_moment_text(lot.sent_at), lot.code or "", str(lot.documents), LOT_STATES[lot.state])
    out().print(table)


def _print_documents(documents: list[WaitingDocument], waiting: int) -> None:
    if not documents:
        return
    table = Table(title="Documentos en espera", title_justify="left", show_lines=True)
    table.add_column("Documento", overflow="fold", min_width=_CONTROL_NUMBER_WIDTH)
    table.add_column("Emitido", no_wrap=True)
    table.add_column("Situación", no_wrap=True)
    for document in documents:
        table.add_row(
            f"{document.control_number}\n{document.external_ref}",
            local_moment_text(document.posted_at),
            situation(document),
        )
    out().print(table)
    if waiting > len(documents):
        out().print(f"… y {waiting - len(documents)} más.")


def _print_hint(row: ContingencyOverview, now: datetime) -> None:
    if event_was_refused(row):
        out().print(f"{row.id[:8]}: {state_text(row).plain}. {refusal_remedy(row, now)}", soft_wrap=True)
    if row.state != "done" and needs_technical_report(row, now):
        out().print(
            f"La contingencia {row.id[:8]} dura más de 3 días: Hacienda pide un Informe Técnico de Contingencia "
            "antes del evento.",
            soft_wrap=True,
        )


async def _overview(*, also_done: bool) -> list[ContingencyOverview]:
    async with open_store(settings.load().database_url) as store:
        return await store.read(contingency_overview.overview, also_done=also_done)


async def _read_details(
    beginning: str,
) -> tuple[ContingencyOverview, list[EventRow], list[LotOverview], list[WaitingDocument]]:
    async with open_store(settings.load().database_url) as store:
        row = await find_contingency(store, beginning)
        key = (row.company_id, row.id)
        return (
            row,
            await store.read(events_of, *key),
            await store.read(contingency_overview.lots_of, *key),
            await store.read(contingency_overview.waiting_documents, *key, _MOST_DOCUMENTS),
        )
