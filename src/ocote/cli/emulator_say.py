"""Talks to the control endpoint of a running emulator, and says what is in force from then on."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from rich.table import Table

from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.clock import local_date, system_clock
from ocote.errors import MH

_TIMEOUT_S: Final = 10
_KINDS: Final[Mapping[str, str]] = {
    "reject": "rechaza con {code}: {text}",
    "down": "no contesta",
    "answer_lost": "recibe, y su respuesta se pierde",
    "slow": "contesta después de {seconds:g} s",
    "late": "recibe después de {seconds:g} s",
    "reset": "corta la conexión a media respuesta",
    "trickle": "contesta byte por byte",
    "status": "contesta {status}",
    "garbage": "contesta algo que no es de Hacienda ({form})",
    "unauthorized": "da por vencida la sesión (401)",
}
_ENDPOINTS: Final[Mapping[str | None, str]] = {
    None: "todo",
    "auth": "sesiones",
    "reception": "documentos",
    "query": "consultas",
    "invalidation": "anulaciones",
    "contingency": "contingencias",
    "lot": "lotes",
    "lot_query": "consultas de lotes",
}


_DUPLICATE: Final = "004"
_NUMBER: Final = "[identificacion.numeroControl]"
_CODE: Final = "[identificacion.codigoGeneracion]"


def rejection(
    code: str, text: str | None, observations: Sequence[str], doc_type: str | None, *, is_document: bool
) -> dict[str, object]:
    """The values of a refusal; MH's own text of the code where none is given. Raises CommandFailed.

    What 004 says to exist is the control number of a document, as MH names it, or the code of an event.
    """
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise CommandFailed(f"«{code}» no es un código de Hacienda: son tres cifras, por ejemplo 004.")
    known = MH.get(code)
    said = text or (known.text if known is not None else "RECHAZO DE PRUEBA")
    if text is None and code == _DUPLICATE:
        said = said.replace("[campo]", _NUMBER if is_document else _CODE)
    return {"code": code, "text": said, "observations": list(observations), "doc_type": doc_type}


def add_fault(url: str, fault: Mapping[str, object]) -> None:
    """Adds a fault and prints those in force. Raises CommandFailed."""
    _ask(url, "POST", "faults", {name: value for name, value in fault.items() if value is not None})
    _print_faults(url)


def print_state(url: str) -> None:
    """Prints clock, faults in force and what was received. Raises CommandFailed."""
    state = _ask(url, "GET", "state")
    out().print(f"Hora del emulador: {_shown(state['now'])}")
    out().print(f"Documentos sellados: {state['documents']}; eventos aceptados: {state['events']}")
    received = ", ".join(f"{_ENDPOINTS.get(name, name)} {count}" for name, count in state["transmissions"].items())
    out().print(f"Solicitudes recibidas: {received or 'ninguna'}")
    _print_faults(url)


def be_well(url: str) -> None:
    """Removes all faults, sets real time and receives both editions again. Raises CommandFailed."""
    _ask(url, "POST", "reset")
    _ask(url, "POST", "policy", {"v1_until": None})
    out().print("El emulador se porta bien: recibe todo, con la hora verdadera.")


def change_clock(url: str, *, at: datetime | None, freeze: datetime | None, move: timedelta | None, now: bool) -> None:
    """Changes the emulator's clock by exactly one of the ways. Raises CommandFailed."""
    change: dict[str, object] = {}
    if at is not None:
        change["set"] = at.isoformat()
    if freeze is not None:
        change["freeze"] = freeze.isoformat()
    if move is not None:
        change["move_s"] = move.total_seconds()
    if now:
        change["reset"] = True
    if len(change) != 1:
        raise CommandFailed("Diga una sola cosa: --at, --freeze, --move o --now.")
    out().print(f"Hora del emulador: {_shown(_ask(url, 'POST', 'clock', change)['now'])}")


def receive_v1_until(url: str, day: date | None) -> None:
    """Sets the last day on which v1.x is received; None for every day. Raises CommandFailed."""
    _ask(url, "POST", "policy", {"v1_until": None if day is None else day.isoformat()})
    if day is None:
        out().print("El emulador recibe la Normativa v1.x sin fecha de fin.")
    else:
        out().print(f"El emulador recibe la Normativa v1.x hasta el {day:%d/%m/%Y}, según su propia hora.")


def numbers_used(url: str, company: str, series: str, year: int | None, through: int) -> None:
    """Marks the numbers 1 to ``through`` of a series as those of another system. Raises CommandFailed."""
    year = year or local_date(system_clock()).year
    _ask(url, "POST", "numbers", {"nit": company, "series": series, "year": year, "last": through})
    out().print(f"El emulador rechaza con 004 los números de {series} hasta el {through} de {year}.")


def _print_faults(url: str) -> None:
    faults = _ask(url, "GET", "faults")
    if not faults:
        out().print("No tiene nada dicho: recibe y sella todo.")
        return
    table = Table("En", "El emulador", "Cuánto")
    for each in faults:
        fault, left = each["fault"], each["left"]
        where = _ENDPOINTS[fault["endpoint"]] + (f" {fault['doc_type']}" if fault["doc_type"] else "")
        how = _KINDS[fault["kind"]].format(**{**fault, "status": fault["status"] or 503})
        table.add_row(where, how, "hasta «say well»" if left is None else f"{left} veces" if left > 1 else "una vez")
    out().print(table)


def _shown(moment: str) -> str:
    return moment[:19].replace("T", " ")


def _ask(url: str, method: str, name: str, body: Mapping[str, object] | None = None) -> Any:
    """The answer of the control endpoint. Raises CommandFailed when nothing answers or the request is refused."""
    if not url.startswith(("http://", "https://")):
        raise CommandFailed(f"«{url}» no es una dirección como http://127.0.0.1:8090.")
    content = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    asked = Request(f"{url.rstrip('/')}/_control/{name}", data=content, headers=headers, method=method)  # noqa: S310
    try:
        with urlopen(asked, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - http or https, seen above
            return json.loads(answer.read())
    except HTTPError as error:
        raise CommandFailed(_refusal(url, error)) from error
    except (URLError, OSError, ValueError) as error:
        raise CommandFailed(
            f"Nada contesta en {url} como el emulador. ¿Está en marcha «ocote emulator», y en ese puerto?"
        ) from error


def _refusal(url: str, error: HTTPError) -> str:
    try:
        reason = str(json.loads(error.read())["error"])
    except (ValueError, KeyError, TypeError):
        return f"{url} no es el emulador de ocote: contesta {error.code}."
    return f"El emulador no lo acepta: {reason}."
