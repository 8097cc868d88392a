"""Looks at the age of the last backup."""

from datetime import datetime, timedelta
from typing import Final

from ocote.health.finding import Finding, warning, well
from ocote.store.engine.values import moment
from ocote.wording.moments import local_moment_text

OLD_AFTER: Final = timedelta(hours=25)
"""Longer than from one nightly backup to the next, also when one of them took an hour."""
_REMEDY: Final = "Ejecute «ocote backup ARCHIVO» cada día, en otro disco u otra máquina (docs/backup.md)."


def backup_age(last: str | None, now: datetime) -> Finding:
    """The finding about the last backup that ``ocote backup`` made; backups made by other means are not known."""
    subject = "Respaldo"
    if last is None:
        return warning(subject, "«ocote backup» no ha hecho ninguno", _REMEDY)
    made_at = moment(last)
    seen = f"el último es del {local_moment_text(last)}"
    return well(subject, seen) if now - made_at <= OLD_AFTER else warning(subject, seen, _REMEDY)
