"""Which numbers of a series a database has, to see whether a replayed journal follows on them without a gap."""

from typing import Final

from ocote.dte.control_number import build_control_number, parse_control_number
from ocote.store.engine.statement import StoredRow, Transaction, every, sql


class _Number(StoredRow, frozen=True):
    control_number: str


class _Next(StoredRow, frozen=True):
    next: int


_BETWEEN: Final = sql(
    """
    SELECT control_number FROM document
    WHERE company_id = :company AND control_number >= :lowest AND control_number <= :highest AND year = :year""",
    _Number,
)
_SET: Final = sql(
    """
    SELECT next FROM number_change
    WHERE company_id = :company AND doc_type = :doc_type AND branch_code = :branch_code AND pos_code = :pos_code
      AND year = :year""",
    _Next,
)


def numbers_between(
    company_id: int, series: tuple[str, str, str, int], lowest: int, highest: int
) -> Transaction[set[int]]:
    """The correlatives of a series (type, branch, point of sale, year) from ``lowest`` to ``highest`` that are taken.

    A number below one that a person has made the next counts as taken, for the series went on from there.
    """
    doc_type, branch_code, pos_code, year = series
    rows = yield from every(
        _BETWEEN(
            company=company_id,
            lowest=build_control_number(doc_type, branch_code, pos_code, lowest),
            highest=build_control_number(doc_type, branch_code, pos_code, highest),
            year=year,
        )
    )
    settings = yield from every(
        _SET(company=company_id, doc_type=doc_type, branch_code=branch_code, pos_code=pos_code, year=year)
    )
    return {parse_control_number(row.control_number).correlative for row in rows} | {row.next - 1 for row in settings}
