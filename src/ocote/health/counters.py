"""Checks that no counter is behind the numbers that MH knows."""

from collections.abc import Sequence

from ocote.health.finding import Finding, failed, well
from ocote.store.renumbering import TakenCounter
from ocote.wording.environment import ENVIRONMENT_NAMES
from ocote.wording.moments import local_day_text


def taken_numbers(taken: Sequence[TakenCounter]) -> list[Finding]:
    """One finding for each counter of which MH refused numbers since it was set, or one for all when there is none."""
    if not taken:
        return [well("Correlativos", "Hacienda no ha rechazado ningún número por repetido")]
    return [_behind(counter) for counter in taken]


def _behind(counter: TakenCounter) -> Finding:
    place = f"{counter.branch_code}{counter.pos_code}"
    times = "un número" if counter.taken == 1 else f"{counter.taken} números"
    environment = ENVIRONMENT_NAMES[counter.environment]
    return failed(
        f"Correlativo {counter.doc_type} de {place}, {counter.year}, de {counter.name} ({environment})",
        f"Hacienda rechazó {times} que ya lleva otro documento, la última vez el "
        f"{local_day_text(counter.taken_at)}; el último número dado es el {counter.last}",
        "Busque en el último tiquete o factura de este punto de venta el número más alto, y ponga el siguiente: "
        f"«ocote number set --company {counter.nit} --pos {place} --type {counter.doc_type} --next N». "
        "Vea docs/moving-in.md.",
    )
