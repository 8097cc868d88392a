"""Checks that documents may be numbered: that the database has not gone back, and that this would be noticed."""

import os
from collections.abc import Sequence, Set
from datetime import datetime
from pathlib import Path
from typing import Final

from ocote.clock import local
from ocote.continuity.seen import Installations, SeenFile, SeenInstallation, SeriesName, UnreadableSeenError
from ocote.continuity.watch import GoneBack, proof_of_going_back, series_name_of
from ocote.continuity.words import unconfirmed_text
from ocote.health.finding import Finding, failed, warning, well
from ocote.settings import Settings
from ocote.store.companies import CompanyRow
from ocote.store.engine.store import Store
from ocote.store.installation import InstallationRow
from ocote.store.known_numbers import KnownNumbers, known_numbers

_SUBJECT: Final = "Números"
_WHAT_TO_DO: Final = (
    "Fije el número de cada caja según su último tique (ocote number set --company NIT --pos M001P001 --type 01 "
    "--next N) y confirme: ocote restore --confirm, que dice qué cajas faltan. Vea docs/numbers-unconfirmed.md"
)
_MOST_NAMED: Final = 3


async def numbers(store: Store, configured: Settings, companies: Sequence[CompanyRow], now: datetime) -> Finding:
    """Compares the database, which has these companies, with the numbers that this machine has seen.

    Changes nothing.
    """
    known = await store.read(known_numbers, local(now).year - 1)
    doubted = doubted_numbers(known.installation)
    if doubted is not None:
        return doubted
    file = SeenFile(configured.data_dir)
    try:
        installations = file.read()
    except UnreadableSeenError as error:
        return _unreadable(file.path, str(error))
    proof = await proof_of_going_back(store, known, installations.get(known.installation.id))
    if proof is not None:
        return failed(_SUBJECT, f"la base de datos retrocedió: {_missing(proof)}", _WHAT_TO_DO)
    higher = _higher_elsewhere(known, installations, {(company.nit, company.environment) for company in companies})
    if higher:
        return warning(
            _SUBJECT,
            f"otra base de datos de esta máquina llegó más alto: {_listed(higher)}",
            "Si esta la reemplaza, fije el número de cada caja antes de emitir: ocote number set. Si no tienen que "
            f"ver, borre {file.path} con ocote detenido.",
        )
    return _watched(file, known, installations.get(known.installation.id))


def doubted_numbers(installation: InstallationRow) -> Finding | None:
    """The finding about numbers that an operator has to confirm; None while documents are numbered."""
    reason = unconfirmed_text(installation)
    return failed(_SUBJECT, f"no se emite nada: {reason}", _WHAT_TO_DO) if reason is not None else None


def _missing(proof: GoneBack) -> str:
    if not proof.missing:
        return "le faltan números que una persona fijó"
    return f"le faltan documentos que ya tenía: {_listed(proof.missing)}"


def _listed(texts: Sequence[str]) -> str:
    return f"{', '.join(texts[:_MOST_NAMED])}{' …' if len(texts) > _MOST_NAMED else ''}"


def _higher_elsewhere(
    known: KnownNumbers, installations: Installations, companies: Set[tuple[str, str]]
) -> tuple[str, ...]:
    """The last number of each series of these companies in which another database of this machine got further."""
    here = {str(series_name_of(counter)): counter.last for counter in known.counters}
    higher: dict[str, str] = {}
    for other, seen in installations.items():
        for text, newest in seen.series.items():
            series = SeriesName.read(text)
            is_ours = other != known.installation.id and (series.nit, series.environment) in companies
            if is_ours and newest.number > here.get(text, 0):
                higher[text] = series.control_number(newest.number)
    return tuple(higher.values())


def _watched(file: SeenFile, known: KnownNumbers, seen: SeenInstallation | None) -> Finding:
    """The finding for a database that lacks nothing: whether this machine would notice if it went back."""
    folder = file.path.parent
    if file.set_aside_path.exists():
        return _unreadable(file.set_aside_path, "se apartó y se empezó otro")
    if not _takes_files(folder):
        return warning(
            _SUBJECT,
            f"no se puede escribir en {folder}: si la base de datos retrocede, nadie lo nota",
            f"Dé a este usuario permiso para escribir en {folder}.",
        )
    if known.counters and seen is None:
        return warning(
            _SUBJECT,
            "esta máquina todavía no ha anotado ninguno: si la base de datos retrocede, no lo nota",
            "Ponga en marcha «ocote serve» u «ocote worker»: los anotan cada pocos segundos.",
        )
    return well(_SUBJECT, "siguen donde quedaron")


def _takes_files(folder: Path) -> bool:
    """Whether this user can write files into the folder, or make the folder."""
    nearest = next(each for each in (folder.resolve(), *folder.resolve().parents) if each.exists())
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)


def _unreadable(path: Path, why: str) -> Finding:
    return warning(
        _SUBJECT,
        f"no se entiende lo anotado en {path} ({why}): si la base de datos retrocedió antes, nadie lo notó",
        f"Compare el último tique de cada caja con «ocote number list», y borre después {path}.",
    )
