"""The days on which MH does not work: the operator's own table, or the one that is shipped."""

from datetime import date
from pathlib import Path

from ocote.dte.business_days import read_holidays, shipped_holidays
from ocote.settings import SettingsError


def holidays_of(data_dir: Path) -> frozenset[date]:
    """The holidays of ``holidays.csv`` in the data folder when it exists, else of the shipped table.

    Raises SettingsError for a table that cannot be read.
    """
    edited = data_dir / "holidays.csv"
    if not edited.exists():
        return shipped_holidays()
    try:
        return read_holidays(edited.read_text(encoding="utf-8"))
    except (KeyError, ValueError) as error:
        raise SettingsError(
            f"{edited} no se entiende ({error}); use las columnas date,name con fechas como 2026-12-25."
        ) from error
