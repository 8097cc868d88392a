"""The installation: the one row that names a database, and says whether the numbers in it may be continued.

After a restored backup, or when the database has gone back in another way, numbers may have been given out that the
database does not know. Until an operator has confirmed the numbers, no document is numbered.
"""

from typing import Final, Literal

from ocote.store.engine.statement import StoredRow, Transaction, changed, columns, one, sql

UnconfirmedReason = Literal["restored", "gone_back", "journal_ahead"]
"""Why numbers are unconfirmed: a backup was restored; documents that were seen are missing; the journal knows more."""


class InstallationRow(StoredRow, frozen=True):
    """The installation. Moments are stored text in UTC; ``unconfirmed_since`` is None while documents are numbered.

    ``confirmed_at`` and ``confirmed_by`` tell who confirmed the numbers last. ``backed_up_at`` is the moment of the
    last backup.
    """

    id: str
    created_at: str
    unconfirmed_since: str | None
    unconfirmed_because: UnconfirmedReason | None
    confirmed_at: str | None
    confirmed_by: str | None
    backed_up_at: str | None


class NumbersUnconfirmedError(Exception):
    """No document may be numbered until an operator has confirmed the numbers; nothing was written."""


UNCONFIRMED_SINCE: Final = "(SELECT unconfirmed_since FROM installation) AS unconfirmed_since"
"""A column for statements that number documents: the value for ``require_confirmed``, without another statement."""

_INSTALLATION = sql(f"SELECT {columns(InstallationRow)} FROM installation", InstallationRow)

_DOUBT = sql("""
    UPDATE installation SET unconfirmed_since = :now, unconfirmed_because = :because WHERE unconfirmed_since IS NULL
    RETURNING id""")

_CONFIRM = sql("""
    UPDATE installation
    SET unconfirmed_since = NULL, unconfirmed_because = NULL, confirmed_at = :now, confirmed_by = :by
    WHERE unconfirmed_since = :since
    RETURNING id""")


def require_confirmed(unconfirmed_since: str | None) -> None:
    """Raises NumbersUnconfirmedError when the numbers of this database are unconfirmed since some moment."""
    if unconfirmed_since is not None:
        raise NumbersUnconfirmedError(unconfirmed_since)


def installation() -> Transaction[InstallationRow]:
    """The installation to which this database belongs."""
    return (yield from one(_INSTALLATION()))


def doubt_numbers(because: UnconfirmedReason, now: str) -> Transaction[bool]:
    """Refuses numbers until an operator confirms them; False when they were unconfirmed already."""
    return (yield from changed(_DOUBT.alone(because=because, now=now)))


def confirm_numbers(since: str, now: str, by: str) -> Transaction[bool]:
    """Lets documents be numbered again; False when the numbers are not unconfirmed since that moment any more."""
    return (yield from changed(_CONFIRM.alone(since=since, now=now, by=by)))


def installation_id() -> Transaction[str]:
    """The name of this installation, made with its tables and kept by backups."""
    return (yield from installation()).id
