"""Reads the audit log: its entries by what is asked for, the newest first, and its chain from the beginning."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.store.audit_log import AuditRow
from ocote.store.engine.statement import Transaction, columns, every, sql
from ocote.store.engine.values import containing


class AuditFilter(Struct, frozen=True):
    """Which entries to list: at most so many, older than the entry ``before``.

    ``company_id`` is None for every company and the gateway itself. ``author`` is a part of the name in any case;
    ``since`` and ``until`` bound the moment, the second of which is left out.
    """

    most: int
    company_id: int | None = None
    before: int | None = None
    act: str | None = None
    author: str | None = None
    since: str | None = None
    until: str | None = None

    @property
    def is_search(self) -> bool:
        """Whether every entry may have to be read for it."""
        return (self.act, self.author, self.since, self.until) != (None, None, None, None)


class LinkedRow(AuditRow, frozen=True):
    """An entry with its two links of the chain: the hash of the entry before, and what the next entry says of this one.

    Both are None where there is no such entry. ``company`` is the name of the company, None for the gateway itself.
    """

    hash_before: str | None
    previous_after: str | None
    company: str | None


_BEHIND_ALL: Final = 2**62
"""No entry has this number. A bound that is always there lets a page begin where it begins, however old it is."""

_LINKED: Final = f"""
    SELECT {columns(AuditRow, "audit_entry")},
           (SELECT earlier.hash FROM audit_entry AS earlier WHERE earlier.number = audit_entry.number - 1)
               AS hash_before,
           (SELECT later.previous FROM audit_entry AS later WHERE later.number = audit_entry.number + 1)
               AS previous_after,
           (SELECT company.name FROM company WHERE company.id = audit_entry.company_id) AS company
    FROM audit_entry
    WHERE number < :before
      AND (CAST(:act AS TEXT) IS NULL OR act = :act)
      AND (CAST(:pattern AS TEXT) IS NULL OR lower(author) LIKE :pattern ESCAPE '!')
      AND (CAST(:since AS TEXT) IS NULL OR at >= :since)
      AND (CAST(:until AS TEXT) IS NULL OR at < :until)"""
_PAGE: Final = sql(f"{_LINKED} ORDER BY number DESC LIMIT :most", LinkedRow)
_PAGE_OF_COMPANY: Final = sql(f"{_LINKED} AND company_id = :company ORDER BY number DESC LIMIT :most", LinkedRow)
_CHAIN: Final = sql(
    f"SELECT {columns(AuditRow)} FROM audit_entry WHERE number > :after ORDER BY number LIMIT :most", AuditRow
)


def audit_page(turn: int, wanted: AuditFilter) -> Transaction[Sequence[LinkedRow]]:
    """Entries, the newest first; ``turn`` is the company in whose turn the log is searched, and chooses nothing."""
    del turn
    values = {
        "before": _BEHIND_ALL if wanted.before is None else wanted.before,
        "act": wanted.act,
        "pattern": None if wanted.author is None else containing(wanted.author),
        "since": wanted.since,
        "until": wanted.until,
        "most": wanted.most,
    }
    if wanted.company_id is None:
        return (yield from every(_PAGE(**values)))
    return (yield from every(_PAGE_OF_COMPANY(**values, company=wanted.company_id)))


def audit_chain(after: int, most: int) -> Transaction[Sequence[AuditRow]]:
    """The entries behind a number, the oldest first."""
    return (yield from every(_CHAIN(after=after, most=most)))
