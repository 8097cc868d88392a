"""``ocote verify``: compares the archive with itself, beside a gateway that sells, and goes on where it was stopped."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ocote import settings
from ocote.archive.walking.company import WalkedCompany
from ocote.archive.walking.position import Findings, WalkPosition, WalkScope, decode_position, encode_position
from ocote.archive.walking.signatures import Signatures
from ocote.archive.walking.stamps import StampLog, StampsInUseError, holds
from ocote.archive.walking.walk import open_walk
from ocote.cli.audit_report import verified_lines
from ocote.cli.console import out
from ocote.cli.failures import CommandFailed
from ocote.cli.verify_words import archive_fault_line, doubtful_line, summary_lines
from ocote.cli.writing import private_file
from ocote.clock import local, system_clock
from ocote.companies.registry import Companies, find_company
from ocote.people.audit_trail import AuditTrail
from ocote.signing.certificate import key_fingerprint, read_public_key
from ocote.store import verifying as rows
from ocote.store.companies import CompanyRow, all_companies
from ocote.store.engine.opening import open_store
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.installation import installation_id
from ocote.vault import Vault

_LONGEST_PAGE_S: Final = 60.0
_SAVED_EVERY: Final = 16
"""Pages after which the position is written; a process that is killed walks at most so many again."""

_LISTED: Final = 200
"""The faults that are printed, a line each."""


async def verify_archive(
    nit: str | None, environment: str | None, certificates: Sequence[Path], *, restart: bool
) -> bool:
    """Walks the archive, prints what it finds, and returns whether no fault was found.

    Raises CompanyError, CertificateError, CommandFailed and OSError.
    """
    configured = settings.load()
    vault = Vault.from_secret(configured.required_secret())
    earlier = _keys_of(certificates)
    async with open_store(configured.database_url, longest_search_s=_LONGEST_PAGE_S) as store:
        walked = await _companies(store, vault, earlier, nit, environment)
        fingerprints = sorted(key_fingerprint(key) for keys in earlier.values() for key in keys)
        scope = WalkScope(await store.read(installation_id), nit, environment, tuple(fingerprints))
        with _record(configured.data_dir, scope, restart=restart) as record, _progress() as progress:
            found = await _walk(store, walked, record, progress)
        trail = await AuditTrail(store).verify() if nit is None else None
    is_log_whole = trail is None or trail.is_whole
    if trail is not None and not is_log_whole:
        for line in verified_lines(trail):
            out().print(line, soft_wrap=True)
    _report(found, is_log_whole=is_log_whole)
    return is_log_whole and not found.faults


def _keys_of(certificates: Sequence[Path]) -> dict[str, list[RSAPublicKey]]:
    """The public keys of certificate files by the NIT of their company."""
    keys: dict[str, list[RSAPublicKey]] = {}
    for path in certificates:
        nit, key = read_public_key(path.read_bytes())
        keys.setdefault(nit, []).append(key)
    return keys


async def _companies(
    store: Store,
    vault: Vault,
    earlier: Mapping[str, Sequence[RSAPublicKey]],
    nit: str | None,
    environment: str | None,
) -> list[WalkedCompany]:
    """The companies of the options with their public keys, in the order of their ids."""
    chosen = [
        row
        for row in await store.read(all_companies)
        if nit in {None, row.nit} and environment in {None, row.environment}
    ]
    if nit is not None and not chosen:
        await find_company(store, nit, environment)
    unknown = sorted(set(earlier) - {row.nit for row in chosen})
    if unknown:
        raise CommandFailed(f"--certificate: ninguna de las empresas que se revisan tiene el NIT {', '.join(unknown)}.")
    companies = Companies(store, vault)
    return [await _walked(companies, row, earlier.get(row.nit, ())) for row in sorted(chosen, key=lambda row: row.id)]


async def _walked(companies: Companies, row: CompanyRow, earlier: Sequence[RSAPublicKey]) -> WalkedCompany:
    present = companies.signing_key(await companies.get(row.id)).public_key()
    renewed_at = row.updated_at if row.updated_at != row.created_at else None
    return WalkedCompany(row.id, row.nit, row.environment, row.name, Signatures([present, *earlier], renewed_at))


class _Record:
    """The position of the walk and its file. ``is_resumed``: an earlier walk was stopped there."""

    def __init__(self, path: Path, position: WalkPosition, stamps: StampLog, *, is_resumed: bool) -> None:
        self._path = path
        self.position = position
        self.stamps = stamps
        self.is_resumed = is_resumed
        self._unsaved = 0

    def piece_done(self) -> None:
        """Writes the position now and then."""
        self._unsaved += 1
        if self._unsaved >= _SAVED_EVERY:
            self.save()

    def save(self) -> None:
        """Writes the position."""
        self._unsaved = 0
        with private_file(self._path) as file:
            file.write(encode_position(self.position))


def forget_walks(folder: Path) -> None:
    """Removes the places of walks that were stopped: they are of the database from before a restore."""
    for kind in ("json", "stamps"):
        for path in folder.glob(f"verify*.{kind}"):
            path.unlink(missing_ok=True)


@contextmanager
def _record(folder: Path, scope: WalkScope, *, restart: bool) -> Iterator[_Record]:
    """The record of a walk, saved when the walk is stopped, and gone when the walk came to its end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = "-".join(filter(None, ("verify", scope.nit, scope.environment)))
    path, stamps_path = folder / f"{name}.json", folder / f"{name}.stamps"
    kept = decode_position(path.read_bytes()) if path.exists() and not restart else None
    is_resumed = kept is not None and kept.scope == scope and holds(stamps_path, kept.stamps)
    position = kept if kept is not None and is_resumed else WalkPosition(scope, moment_text(system_clock()))
    try:
        stamps = StampLog.open(stamps_path, position.stamps)
    except StampsInUseError as error:
        raise CommandFailed("Otra revisión está en curso; espere a que termine o deténgala.") from error
    record = _Record(path, position, stamps, is_resumed=is_resumed)
    try:
        yield record
    except BaseException:
        record.save()
        raise
    else:
        path.unlink(missing_ok=True)
        stamps_path.unlink(missing_ok=True)
    finally:
        stamps.close()


def _progress() -> Progress:
    """Shows the progress on standard error, and only in a terminal."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


async def _walk(store: Store, companies: Sequence[WalkedCompany], record: _Record, progress: Progress) -> Findings:
    position = record.position
    if record.is_resumed:
        out().print(
            f"Se continúa la revisión que empezó el {_written(moment(position.began_at))}; lo ya revisado no se "
            "repite. Para empezar de nuevo: --restart.",
            soft_wrap=True,
        )
    counts = [await store.search(rows.archive_counts, company.id) for company in companies]
    total = sum(count.documents + count.invalidations + count.reports for count in counts)
    done = position.found.documents + position.found.events
    task = progress.add_task("Revisando", total=total, completed=done)

    def on_piece(pieces: int) -> None:
        progress.advance(task, pieces)
        record.piece_done()

    async with open_walk(store, record.stamps, on_piece) as walk:
        for company in companies:
            progress.update(task, description=f"Revisando {company.name}")
            await walk.walk(company, position)
    return position.found


def _written(instant: datetime) -> str:
    return f"{local(instant):%d/%m/%Y a las %H:%M}"


def _report(found: Findings, *, is_log_whole: bool) -> None:
    for fault in found.listed[:_LISTED]:
        out().print(archive_fault_line(fault), soft_wrap=True)
    if found.faults > _LISTED:
        out().print(f"… y {found.faults - _LISTED} más.")
    for texts in found.doubtful:
        out().print(doubtful_line(texts), soft_wrap=True)
    for line in summary_lines(found, is_log_whole=is_log_whole):
        out().print(line, soft_wrap=True)
