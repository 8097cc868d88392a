"""Shows sent and waiting e-mails and announcements with their outcome."""

import asyncio
from collections.abc import Mapping
from typing import Final

from rich.table import Table
from rich.text import Text

from ocote import settings
from ocote.cli.console import out
from ocote.companies.registry import find_company
from ocote.documents.reasons import attempt_text
from ocote.outbox.words import EVENT_WORDS, SENDING_STATES
from ocote.store.engine.opening import open_store
from ocote.store.sendings import Channel, ListedSendingRow, latest_sendings
from ocote.wording.moments import local_moment_text

_CHANNEL_NAMES: Final[Mapping[Channel, str]] = {"email": "Correo", "webhook": "Aviso"}
_UNBROKEN: Final = 36
"""An id stays in one line in a terminal of any width, so that it can be copied."""

_EMPTY_LISTS: Final[Mapping[Channel, str]] = {
    "email": "No hay correos. Se envían cuando la empresa tiene [smtp] en su archivo y el documento, un correo.",
    "webhook": "No hay avisos. Se envían a los webhooks de «ocote webhook list».",
}


def show_sendings(channel: Channel, nit: str | None, environment: str | None, limit: int, *, only_unsent: bool) -> None:
    """Prints the latest rows of a channel, of one company or of all. Raises CompanyError."""
    rows = asyncio.run(_read(channel, nit, environment, limit, only_unsent=only_unsent))
    if not rows:
        out().print(_EMPTY_LISTS[channel])
        return
    table = Table(show_lines=True)
    table.add_column("Entrega y documento" if channel == "webhook" else "Para y documento", min_width=_UNBROKEN)
    table.add_column("Suceso y respuesta", overflow="fold")
    for row in rows:
        table.add_row(_recipient_text(row), _outcome_text(row))
    out().print(table)


async def _read(
    channel: Channel, nit: str | None, environment: str | None, limit: int, *, only_unsent: bool
) -> list[ListedSendingRow]:
    async with open_store(settings.load().database_url) as store:
        company_id = None
        if nit is not None:
            company_id = (await find_company(store, nit.replace("-", ""), environment)).id
        return await store.read(latest_sendings, channel, company_id, limit, only_unsent=only_unsent)


def _recipient_text(row: ListedSendingRow) -> Text:
    recipient = (row.id, row.target) if row.channel == "webhook" else (row.target,)
    return Text("\n".join((*recipient, row.control_number, row.external_ref)), overflow="fold")


def _outcome_text(row: ListedSendingRow) -> Text:
    happened = f"Documento {EVENT_WORDS[row.event]}\n{local_moment_text(row.created_at)}"
    state = f"{_CHANNEL_NAMES[row.channel]} {SENDING_STATES[row.state]}"
    if row.state == "queued" and row.due_at is None:
        state = f"{_CHANNEL_NAMES[row.channel]} guardado: su webhook está o estuvo apagado"
    elif row.state == "queued" and row.next_attempt_at is not None:
        state += f"\nPróximo intento: {local_moment_text(row.next_attempt_at)}"
    elif row.answered_at and row.state != "sending":
        state += f", {local_moment_text(row.answered_at)}"
    return Text("\n".join(filter(None, (happened, state, _answer(row)))), overflow="fold")


def _answer(row: ListedSendingRow) -> str:
    if not row.attempts:
        return ""
    outcome = attempt_text(row.status, row.answer)
    return f"{row.attempts}.º intento: {outcome}" if outcome else f"{row.attempts}.º intento"
