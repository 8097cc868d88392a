"""``ocote restore --confirm``: lets a gateway issue again after a person has set the number of every till."""

import asyncio
import sys
from typing import Final

from rich.console import Console
from rich.table import Table

from ocote import settings
from ocote.audit import at_terminal
from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.cli.unconfirmed import TO_FILL_IN, setting_command
from ocote.clock import local, system_clock
from ocote.continuity.confirming import TillNumber, Unconfirmed, confirm, unconfirmed_numbers
from ocote.continuity.seen import SeenFile
from ocote.continuity.words import unconfirmed_text
from ocote.settings import Settings
from ocote.store.engine.opening import open_store
from ocote.wording.environment import ENVIRONMENT_NAMES

_UNKNOWN: Final = """\
Lo que no se puede saber de ese tiempo, y qué hacer:
· Ventas: las emitidas entonces no están aquí y sus números valen ante Hacienda. Si una caja repite una de ellas con su
  external_ref, recibe otro documento y otro sello: compare antes con los tiques, e invalide lo que salga doble.
· Invalidaciones y correcciones: un documento que aquí figura vigente o rechazado puede estar invalidado o sellado en
  Hacienda. Consúltelo allá antes de invalidarlo o de enviarlo otra vez.
· Cajas y tipos de documento que emitieron por primera vez entonces, o por primera vez este año: no están en la lista.
  Fije también su número con «ocote number set» antes de su próxima venta.
· Correos y avisos: los que aquí figuran en espera pueden haber salido ya, y saldrán otra vez.
· Empresas, puntos de venta, claves y webhooks que se agregaron entonces: regístrelos otra vez. Las claves que se
  desactivaron entonces valen de nuevo: desactívelas.
A Hacienda se le pregunta por los documentos que aquí no tienen respuesta; de eso se encarga el trabajo de fondo."""


def confirm_restored() -> None:
    """Shows the number of every till, and confirms the numbers when each has been set.

    Otherwise prints the missing commands on standard output, alone, and raises CommandFailed.
    """
    configured = settings.load()
    unconfirmed, is_confirmed = asyncio.run(_confirm(configured))
    if unconfirmed is None:
        out().print("No hay nada que confirmar: los números de esta base de datos no están en duda.", soft_wrap=True)
        return
    _show(unconfirmed)
    if unconfirmed.awaited:
        for till in unconfirmed.awaited:
            out().print(setting_command(till), soft_wrap=True)
        raise CommandFailed(_refusal(len(unconfirmed.awaited)))
    if not is_confirmed:
        raise CommandFailed(
            "Otra persona acaba de confirmar los números, o se puso otra base de datos. Repita la orden."
        )
    _tell(unconfirmed)


async def _confirm(configured: Settings) -> tuple[Unconfirmed | None, bool]:
    async with open_store(configured.database_url) as store:
        unconfirmed = await unconfirmed_numbers(store, SeenFile(configured.data_dir), system_clock)
        if unconfirmed is None or unconfirmed.awaited:
            return unconfirmed, False
        return unconfirmed, await confirm(store, system_clock, unconfirmed, at_terminal())


def _show(unconfirmed: Unconfirmed) -> None:
    """Writes the tills on standard error, so that standard output holds the commands alone."""
    shown = Console(file=sys.stderr, highlight=False, markup=False)
    shown.print(f"No se emite nada: {unconfirmed_text(unconfirmed.installation)}.", soft_wrap=True)
    if not unconfirmed.tills:
        return
    table = Table("Empresa", "Punto", "Tipo", "Sigue con", "Visto aquí", "Fijado desde entonces")
    for till in unconfirmed.tills:
        table.add_row(
            f"{till.company} ({ENVIRONMENT_NAMES[till.environment]})",
            till.point,
            till.doc_type,
            str(till.next),
            str(till.seen or ""),
            _setting(till),
        )
    shown.print(table)


def _setting(till: TillNumber) -> str:
    if till.set_at is not None:
        return f"{local(till.set_at):%d/%m/%Y %H:%M}"
    return "no" if till.is_used else "no hace falta: ya no emite, o no ha emitido este año"


def _refusal(missing: int) -> str:
    tills = "Falta fijar el número de una caja" if missing == 1 else f"Falta fijar el número de {missing} cajas"
    return (
        f"{tills}; no se confirmó nada. Complete cada orden de la lista: en lugar de {TO_FILL_IN}, el número que sigue "
        "al del último tique de la caja, aunque sea el que la base ya tiene. Con muchas cajas: «ocote restore "
        "--confirm > cajas.sh», edite el archivo, «sh cajas.sh», y repita la orden."
    )


def _tell(unconfirmed: Unconfirmed) -> None:
    known = "el comienzo: no conoce ningún documento"
    if unconfirmed.known_until is not None:
        known = f"{local(unconfirmed.known_until):%d/%m/%Y %H:%M:%S}, su último documento o respaldo"
    out().print(f"Esta base de datos no conoce lo que pasó desde {known},", soft_wrap=True)
    out().print(f"hasta {local(unconfirmed.since):%d/%m/%Y %H:%M:%S}, cuando se dejó de emitir.", soft_wrap=True)
    out().print(_UNKNOWN, soft_wrap=True)
    out().print("Los números quedaron confirmados: ya se puede emitir.", soft_wrap=True)
