"""``ocote emulator``: runs the emulated MH, and ``ocote emulator say`` makes it misbehave for a rehearsal."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from ocote.cli.options import CorrelativeParameter, DayParameter, company_option
from ocote.cli.spanish import CommandGroup
from ocote.dte.local_time import EL_SALVADOR
from ocote.dte.types import DOCUMENT_TYPES

_WHAT: Final = {
    "documents": "reception",
    "cancellations": "invalidation",
    "contingencies": "contingency",
    "lots": "lot",
    "queries": "query",
    "log-ins": "auth",
}
_REFUSABLE: Final = ("documents", "cancellations", "contingencies", "lots")
_SPAN: Final = re.compile(r"([+-]?)([0-9]{1,6})([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}

_times_option = click.option(
    "--times",
    type=click.IntRange(1),
    metavar="N",
    help="Solo en las próximas N solicitudes; sin ella, hasta «ocote emulator say well».",
)
_what_option = click.option(
    "--what", type=click.Choice(tuple(_WHAT)), help="Solo en estas solicitudes; sin ella, en todas."
)


class SpanParameter(click.ParamType[timedelta, str]):
    """The type of an option that holds a span of time, written ``90m``, ``36h`` or ``-2d``."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Reads the span from an option's text."""
        found = _SPAN.fullmatch(value)
        if found is None:
            self.fail(f"«{value}» no se entiende; escríbalo como 90m, 36h o -2d.", param, ctx)
        sign, number, unit = found.groups()
        span = timedelta(**{_UNITS[unit]: int(number)})
        return -span if sign == "-" else span


class MomentParameter(click.ParamType[datetime, str]):
    """The type of an option that holds a moment in El Salvador's time, written ``2026-12-01T08:00``."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Reads the moment from an option's text."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» no se entiende; escríbalo como 2026-12-01T08:00.", param, ctx)
        return moment if moment.tzinfo is not None else moment.replace(tzinfo=EL_SALVADOR)


@click.group("emulator", cls=CommandGroup, invoke_without_command=True, no_args_is_help=False)
@click.option("--host", metavar="DIRECCIÓN", default="127.0.0.1", help="Dirección en la que escucha.")
@click.option("--port", type=int, metavar="PUERTO", default=8090, help="Puerto en el que escucha.")
@click.option(
    "--companies",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="ARCHIVO",
    help="Contribuyentes que el emulador conoce, en TOML.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="CARPETA",
    help="Carpeta en la que recuerda lo que selló; sin ella, empieza de cero.",
)
@click.pass_context
def emulator_commands(
    context: click.Context, host: str, port: int, companies: Path | None, folder: Path | None
) -> None:
    """Un Hacienda de prueba, sin conexión. Sus sellos no tienen validez fiscal."""
    if context.invoked_subcommand is not None:
        return
    from ocote.cli.serving import emulate

    emulate(host, port, companies, folder)


@emulator_commands.group("say", cls=CommandGroup)
@click.option(
    "--url", metavar="URL", default="http://127.0.0.1:8090", help="Dirección del emulador que está en marcha."
)
@click.pass_context
def _say(context: click.Context, url: str) -> None:
    """Dice al emulador cómo portarse. Para ensayar lo que un día hará Hacienda."""
    context.obj = url


def _fault(url: str, kind: str, what: str | None, times: int | None, **more: object) -> None:
    from ocote.cli.emulator_say import add_fault

    add_fault(url, {"kind": kind, "endpoint": _WHAT[what] if what else None, "count": times, **more})


@_say.command("status")
@click.pass_obj
def _status(url: str) -> None:
    """Muestra su hora, sus faltas y lo recibido."""
    from ocote.cli.emulator_say import print_state

    print_state(url)


@_say.command("well")
@click.pass_obj
def _well(url: str) -> None:
    """Retira todo lo dicho. Vuelve a sellar, con la hora verdadera y los dos formatos."""
    from ocote.cli.emulator_say import be_well

    be_well(url)


@_say.command("reject")
@click.argument("code", metavar="CÓDIGO")
@click.option("--text", metavar="TEXTO", help="Descripción del rechazo; sin ella, la que Hacienda da a ese código.")
@click.option("--observation", "observations", metavar="TEXTO", multiple=True, help="Una observación; puede repetirse.")
@click.option("--what", type=click.Choice(_REFUSABLE), default="documents", help="Qué rechaza.")
@click.option("--type", "doc_type", type=click.Choice(tuple(DOCUMENT_TYPES)), help="Solo documentos de este tipo.")
@_times_option
@click.pass_obj
def _reject(
    url: str,
    code: str,
    text: str | None,
    observations: tuple[str, ...],
    what: str,
    doc_type: str | None,
    times: int | None,
) -> None:
    """Rechaza con un código de Hacienda, como 004, 008 o 099."""
    from ocote.cli.emulator_say import rejection

    _fault(url, "reject", what, times, **rejection(code, text, observations, doc_type, is_document=what == "documents"))


@_say.command("down")
@_what_option
@_times_option
@click.pass_obj
def _down(url: str, what: str | None, times: int | None) -> None:
    """No contesta. Cierra la conexión y no recibe nada."""
    _fault(url, "down", what, times)


@_say.command("lost")
@_what_option
@_times_option
@click.pass_obj
def _lost(url: str, what: str | None, times: int | None) -> None:
    """Recibe y sella, pero su respuesta se pierde."""
    _fault(url, "answer_lost", what, times)


@_say.command("slow")
@click.argument("seconds", metavar="SEGUNDOS", type=click.FloatRange(0, 3600))
@_what_option
@_times_option
@click.pass_obj
def _slow(url: str, seconds: float, what: str | None, times: int | None) -> None:
    """Contesta tarde, después de tantos segundos."""
    _fault(url, "slow", what, times, seconds=seconds)


@_say.command("status-code")
@click.argument("status", metavar="ESTADO", type=click.IntRange(400, 599))
@_what_option
@_times_option
@click.pass_obj
def _status_code(url: str, status: int, what: str | None, times: int | None) -> None:
    """Contesta un error de HTTP, como 503. No recibe nada."""
    _fault(url, "status", what, times, status=status)


@_say.command("garbage")
@click.option(
    "--form", type=click.Choice(("html", "truncated", "wrong_types", "empty")), default="html", help="Qué contesta."
)
@_what_option
@_times_option
@click.pass_obj
def _garbage(url: str, form: str, what: str | None, times: int | None) -> None:
    """Contesta algo que no es una respuesta de Hacienda."""
    _fault(url, "garbage", what, times, form=form)


@_say.command("unauthorized")
@_what_option
@_times_option
@click.pass_obj
def _unauthorized(url: str, what: str | None, times: int | None) -> None:
    """Da por vencida la sesión de la empresa (401)."""
    _fault(url, "unauthorized", what, times)


@_say.command("clock")
@click.option(
    "--at", type=MomentParameter(), metavar="MOMENTO", help="Sigue desde este momento, por ejemplo 2026-12-01T08:00."
)
@click.option("--freeze", type=MomentParameter(), metavar="MOMENTO", help="Se detiene en este momento.")
@click.option("--move", type=SpanParameter(), metavar="LAPSO", help="Adelanta o atrasa: 90m, 36h, -2d.")
@click.option("--now", is_flag=True, help="Vuelve a la hora verdadera.")
@click.pass_obj
def _clock(url: str, at: datetime | None, freeze: datetime | None, move: timedelta | None, now: bool) -> None:
    """Cambia la hora del emulador. La de ocote no cambia: un documento de hoy puede llegarle tarde."""
    from ocote.cli.emulator_say import change_clock

    change_clock(url, at=at, freeze=freeze, move=move, now=now)


@_say.command("v1-until")
@click.argument("day", metavar="[DÍA]", type=DayParameter(), required=False)
@click.pass_obj
def _v1_until(url: str, day: date | None) -> None:
    """Desde el día siguiente a DÍA rechaza la Normativa v1.x. Sin DÍA, la recibe siempre."""
    from ocote.cli.emulator_say import receive_v1_until

    receive_v1_until(url, day)


@_say.command("used")
@company_option
@click.option("--series", metavar="SERIE", required=True, help="Por ejemplo DTE-01-M001P001.")
@click.option("--year", type=click.IntRange(2000, 2199), metavar="AÑO", help="Sin ella, el año en curso.")
@click.option("--through", type=CorrelativeParameter(), metavar="N", required=True, help="El último número usado.")
@click.pass_obj
def _used(url: str, company: str, series: str, year: int | None, through: int) -> None:
    """Da por usados los números de 1 a N (004). Los emitió otro sistema."""
    from ocote.cli.emulator_say import numbers_used

    numbers_used(url, company, series, year, through)
