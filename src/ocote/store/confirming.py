"""Reads all that an operator has to see before the numbers of a restored database are confirmed."""

from ocote.dte.sale import Environment
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, sql


class LastKnownRow(StoredRow, frozen=True):
    """A company and the moment (stored text) of the last document of the company that is known; None without any."""

    nit: str
    environment: Environment
    name: str
    posted_at: str | None


class IssuingSeriesRow(StoredRow, frozen=True):
    """A counter with its company."""

    nit: str
    environment: Environment
    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    last: int


class NumberSettingRow(StoredRow, frozen=True):
    """A counter of a company that a person has set, and the moment of the last time."""

    nit: str
    environment: Environment
    doc_type: str
    branch_code: str
    pos_code: str
    year: int
    set_at: str


class UsedPointRow(StoredRow, frozen=True):
    """A point of sale that issues."""

    nit: str
    environment: Environment
    branch_code: str
    pos_code: str


_LAST_KNOWN = sql(
    """
    SELECT nit, environment, name,
           (SELECT max(posted_at) FROM document WHERE company_id = company.id) AS posted_at
    FROM company ORDER BY name, environment""",
    LastKnownRow,
)

_SERIES = sql(
    """
    SELECT company.nit, company.environment, correlative.doc_type, correlative.branch_code, correlative.pos_code,
           correlative.year, correlative.last
    FROM correlative JOIN company ON company.id = correlative.company_id
    WHERE correlative.year >= :year""",
    IssuingSeriesRow,
)

_SETTINGS = sql(
    """
    SELECT company.nit, company.environment, number_change.doc_type, number_change.branch_code,
           number_change.pos_code, number_change.year, max(number_change.changed_at) AS set_at
    FROM number_change JOIN company ON company.id = number_change.company_id
    WHERE number_change.changed_at >= :since
    GROUP BY company.nit, company.environment, number_change.doc_type, number_change.branch_code,
             number_change.pos_code, number_change.year""",
    NumberSettingRow,
)

_POINTS = sql(
    f"""
    SELECT {columns(UsedPointRow)}
    FROM point_of_sale JOIN company ON company.id = point_of_sale.company_id
    WHERE company.active = 1 AND point_of_sale.active = 1""",
    UsedPointRow,
)


def last_known_documents() -> Transaction[list[LastKnownRow]]:
    """The moment of the last known document of each company, by name."""
    return (yield from every(_LAST_KNOWN()))


def issuing_series(year: int) -> Transaction[list[IssuingSeriesRow]]:
    """The counters of a year and of later years."""
    return (yield from every(_SERIES(year=year)))


def numbers_set_since(since: str) -> Transaction[list[NumberSettingRow]]:
    """The counters that a person has set since a moment."""
    return (yield from every(_SETTINGS(since=since)))


def used_points() -> Transaction[list[UsedPointRow]]:
    """The active points of sale of active companies."""
    return (yield from every(_POINTS()))
