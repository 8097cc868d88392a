"""``ocote backup``: everything the database holds as one file, while gateways go on issuing."""

import asyncio
from pathlib import Path

from ocote import audit, settings
from ocote.backups.making import MadeBackup, make_backup
from ocote.backups.manifest import Manifest
from ocote.cli.console import counting, out
from ocote.clock import local, system_clock
from ocote.store.engine.opening import NEWEST
from ocote.store.engine.values import moment
from ocote.wording.counted import counted


def write_backup(place: Path) -> None:
    """Writes a backup and says what it holds. Raises BackupError and the errors of an unusable database."""
    configured = settings.load()
    with counting() as progress:
        task = progress.add_task("Respaldando", total=None)
        made = asyncio.run(
            make_backup(
                configured.database_url,
                place,
                system_clock,
                lambda rows, total: progress.update(task, advance=rows, total=total),
            )
        )
    audit.record("backup_made", file=str(place), documents=made.manifest.documents)
    out().print("\n".join(_said(made, place)), soft_wrap=True)


def _said(made: MadeBackup, place: Path) -> list[str]:
    manifest = made.manifest
    lines = [f"{place} ({size_text(made.size)}): {content_text(manifest)}."]
    if manifest.secrets:
        lines.append(
            "No contiene OCOTE_SECRET_KEY, sin la cual no se restaura: guárdela aparte "
            f"(huella {', '.join(manifest.secrets)})."
        )
    if manifest.journal.first_needed > 1:
        lines.append(
            f"Del diario ya no hacen falta los segmentos anteriores al {manifest.journal.first_needed} "
            "mientras conserve este respaldo."
        )
    if manifest.tables_version != NEWEST:
        lines.append("La base de datos es de una versión anterior: para usarla con este programa, «ocote migrate».")
    elif not made.is_recorded:
        lines.append("La base de datos no se puede escribir: «ocote doctor» no sabrá de este respaldo.")
    return lines


def content_text(manifest: Manifest) -> str:
    """One line in Spanish about what a backup holds: documents, companies, the last document, the moment."""
    documents = counted(manifest.documents, "documento", "documentos")
    companies = counted(manifest.companies, "empresa", "empresas")
    text = f"{documents} de {companies}, al {local(moment(manifest.made_at)):%d/%m/%Y %H:%M:%S}"
    if manifest.last_document is not None:
        text += f"; el último, {manifest.last_document.control_number} ({manifest.last_document.external_ref})"
    return text


def size_text(size: int) -> str:
    """A number of bytes for a person, such as ``34.5 MiB``."""
    amount, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{size} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
