"""Confirms the numbers of a database after a person has set the counter of every till from its last ticket."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from ocote import audit
from ocote.audit import Author
from ocote.clock import Clock, local
from ocote.continuity.seen import SeenFile, SeriesName, UnreadableSeenError
from ocote.dte.sale import Environment
from ocote.store import installation as rows
from ocote.store.audit_log import AuditEntry, audited
from ocote.store.confirming import (
    IssuingSeriesRow,
    LastKnownRow,
    NumberSettingRow,
    issuing_series,
    last_known_documents,
    numbers_set_since,
    used_points,
)
from ocote.store.engine.store import Store
from ocote.store.engine.values import moment, moment_text
from ocote.store.installation import InstallationRow, UnconfirmedReason

_Till = tuple[str, Environment, str, str, str]
"""What a series of any year is identified by: NIT, environment, type, branch, point of sale."""


class TillNumber(Struct, frozen=True):
    """The number that a till goes on with in a type of document, this year.

    ``seen`` is the highest number that this machine has seen of the series, 0 for none. ``set_at`` is when a person
    set the counter since the numbers are unconfirmed. ``is_used``: the till has issued lately, and may still issue.
    """

    nit: str
    environment: Environment
    company: str
    doc_type: str
    point: str
    next: int
    seen: int
    set_at: datetime | None
    is_used: bool

    @property
    def is_awaited(self) -> bool:
        """Whether a person still has to set the counter."""
        return self.is_used and self.set_at is None


class Unconfirmed(Struct, frozen=True):
    """The numbers of a database that are not confirmed.

    ``since`` and ``known_until`` are aware UTC instants. Documents that were issued after ``known_until`` may be
    missing; None means that no document is known at all.
    """

    installation: InstallationRow
    since: datetime
    because: UnconfirmedReason
    known_until: datetime | None
    tills: tuple[TillNumber, ...]

    @property
    def awaited(self) -> tuple[TillNumber, ...]:
        """The tills whose counters a person still has to set."""
        return tuple(till for till in self.tills if till.is_awaited)


class NumbersNotSetError(Exception):
    """Counters were not set since the numbers are unconfirmed; nothing was changed."""


async def unconfirmed_numbers(store: Store, file: SeenFile, clock: Clock) -> Unconfirmed | None:
    """The state of the numbers; None when they are confirmed, or never were in doubt.

    A till is used when it has a counter in this year, or in the year of the last known document: of a backup from
    December nobody knows what a till has issued in January. The other tills of last year are only shown. Raises
    StoreUnavailableError.
    """
    installation = await store.read(rows.installation)
    since, because = installation.unconfirmed_since, installation.unconfirmed_because
    if since is None or because is None:
        return None
    companies = await store.read(last_known_documents)
    known_until = _known_until(companies, installation)
    this_year = local(clock()).year
    first_year = this_year if known_until is None else min(this_year, local(known_until).year)
    names = {(company.nit, company.environment): company.name for company in companies}
    points = await store.read(used_points)
    in_use = {(point.nit, point.environment, point.branch_code, point.pos_code) for point in points}
    series = await store.read(issuing_series, min(first_year, this_year - 1))
    next_numbers = {_till(row): 1 for row in series} | {
        _till(row): row.last + 1 for row in series if row.year == this_year
    }
    seen = _seen(file, installation.id, first_year)
    lately = {_till(row) for row in series if row.year >= first_year} | {till for till, _ in seen}
    set_at = {
        _till(row): moment(row.set_at) for row in await store.read(numbers_set_since, since) if row.year == this_year
    }
    tills = [
        TillNumber(
            nit=till[0],
            environment=till[1],
            company=names[till[:2]],
            doc_type=till[2],
            point=till[3] + till[4],
            next=next_numbers.get(till, 1),
            seen=seen.get((till, this_year), 0),
            set_at=set_at.get(till),
            is_used=till in lately and (till[0], till[1], till[3], till[4]) in in_use,
        )
        for till in {*next_numbers, *lately}
        if till[:2] in names
    ]
    tills.sort(key=lambda till: (till.company, till.environment, till.point, till.doc_type))
    return Unconfirmed(installation, moment(since), because, known_until, tuple(tills))


async def confirm(store: Store, clock: Clock, unconfirmed: Unconfirmed, by: Author) -> bool:
    """Lets documents be numbered again, recorded with the person; False when another person was first.

    Raises NumbersNotSetError while counters are awaited, and StoreUnavailableError.
    """
    if unconfirmed.awaited:
        raise NumbersNotSetError(f"{len(unconfirmed.awaited)} counters")
    since = moment_text(unconfirmed.since)
    now = moment_text(clock())
    entry = AuditEntry(
        at=now,
        by=by,
        act="numbers_confirmed",
        subject=unconfirmed.installation.id,
        before={"unconfirmed_since": since, "because": unconfirmed.because},
        after={"series": len(unconfirmed.tills)},
    )

    def entry_of(is_confirmed: bool) -> AuditEntry | None:
        return entry if is_confirmed else None

    is_confirmed = await store.write(audited, entry_of, rows.confirm_numbers, since, now, by.name)
    if is_confirmed:
        audit.record(
            "numbers_confirmed",
            installation=unconfirmed.installation.id,
            since=since,
            because=unconfirmed.because,
            series=len(unconfirmed.tills),
        )
    return is_confirmed


def _till(series: IssuingSeriesRow | NumberSettingRow | SeriesName) -> _Till:
    return (series.nit, series.environment, series.doc_type, series.branch_code, series.pos_code)


def _known_until(companies: list[LastKnownRow], installation: InstallationRow) -> datetime | None:
    """The last moment of which the database certainly knows: its last document, or the backup that it is made from."""
    moments = [company.posted_at for company in companies if company.posted_at is not None]
    if installation.backed_up_at is not None:
        moments.append(installation.backed_up_at)
    return moment(max(moments)) if moments else None


def _seen(file: SeenFile, installation_id: str, first_year: int) -> Mapping[tuple[_Till, int], int]:
    """The highest number that this machine has seen of each till and year; nothing when the file cannot be read."""
    try:
        installation = file.read().get(installation_id)
    except UnreadableSeenError:
        return {}
    if installation is None:
        return {}
    found = {}
    for text, series in installation.series.items():
        name = SeriesName.read(text)
        if name.year >= first_year:
            found[_till(name), name.year] = series.number or series.last
    return found
