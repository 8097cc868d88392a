"""The names on the documents of whole days, and the days on which a correction has changed them since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from ocote.store.engine.statement import Statement, StoredRow, Transaction, every, one, sql
from ocote.store.installation import installation

BETWEEN_NAMES: Final = "\n"
"""No name has it, and no text of a search."""


class NamesChanged(Struct, frozen=True):
    """Signs that the names of past days may be others than before.

    ``is_settled``: no journal is being replayed into the past. ``confirmed_at`` changes after each replay;
    ``corrected`` are the moments of corrections by the day in UTC of the document. ``posted`` are the moments of
    the company's first and last document, None without any.
    """

    is_settled: bool
    confirmed_at: str | None
    corrected: Mapping[str, Sequence[str]]
    posted: tuple[str, str] | None


class _NamesRow(StoredRow, frozen=True):
    names: str


class _CorrectedRow(StoredRow, frozen=True):
    day: str
    superseded_at: str


class _SpanRow(StoredRow, frozen=True):
    first: str | None
    last: str | None


def _spelled(text: str, on_sqlite: str, on_postgres: str) -> Statement[_NamesRow]:
    sqlite, postgres = (sql(text.replace("JOINED", joined), _NamesRow) for joined in (on_sqlite, on_postgres))
    return Statement(sqlite=sqlite.sqlite, postgres=postgres.postgres, names=postgres.names, row=_NamesRow)


# The index document_by_time holds every column of this statement: no document itself is read. A day by itself needs no
# sorting, and repeated names are cheaper to take out afterwards than with a DISTINCT of the database.
_NAMES: Final = """
    SELECT coalesce(JOINED, '') AS names
    FROM document WHERE company_id = :company AND posted_at >= :since AND posted_at < :until"""
_NAMES_OF_DAY: Final = _spelled(
    _NAMES, "group_concat(customer_folded, char(10))", "string_agg(customer_folded, chr(10))"
)
_CORRECTED: Final = sql(
    """
    SELECT substr(document.posted_at, 1, 10) AS day, superseded_version.superseded_at
    FROM superseded_version JOIN document ON document.id = superseded_version.document_id
    WHERE superseded_version.company_id = :company AND superseded_version.why = 'rejected'
      AND superseded_version.superseded_at >= :since
    ORDER BY superseded_version.superseded_at""",
    _CorrectedRow,
)
# Each of the two by itself is the end of an index.
_POSTED: Final = sql(
    """
    SELECT (SELECT min(posted_at) FROM document WHERE company_id = :company) AS first,
           (SELECT max(posted_at) FROM document WHERE company_id = :company) AS last""",
    _SpanRow,
)


def names_of_days(company_id: int, days: Sequence[tuple[str, str]]) -> Transaction[list[str]]:
    """The names on the documents of each day, in the form for searches, each once, with line breaks between them.

    A day goes from its first moment to before its second.
    """
    found = []
    for since, until in days:
        row = yield from one(_NAMES_OF_DAY(company=company_id, since=since, until=until))
        found.append(BETWEEN_NAMES.join(set(row.names.split(BETWEEN_NAMES))))
    return found


def names_changed(company_id: int, since: str) -> Transaction[NamesChanged]:
    """The signs that names of documents posted from ``since`` have changed."""
    of_now = yield from installation()
    corrected: defaultdict[str, list[str]] = defaultdict(list)
    for row in (yield from every(_CORRECTED(company=company_id, since=since))):
        corrected[row.day].append(row.superseded_at)
    span = yield from one(_POSTED(company=company_id))
    posted = None if span.first is None or span.last is None else (span.first, span.last)
    return NamesChanged(of_now.unconfirmed_since is None, of_now.confirmed_at, corrected, posted)
