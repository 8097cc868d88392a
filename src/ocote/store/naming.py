"""Documents by what a request calls them, many at once: a statement for each would keep other callers waiting."""

from collections.abc import Collection, Iterable

from ocote.store.document_row import DocumentRow
from ocote.store.engine.statement import StoredRow, Transaction, columns, every, sql, text_list


class NamedDocument(DocumentRow, frozen=True):
    """A document with its last request and signed text."""

    request: str
    jws: str


class _PrintedRow(StoredRow, frozen=True):
    generation_code: str
    control_number: str


# With a plus in front of the company SQLite begins with the names instead of with all documents of the company.
_SELECTED = f"SELECT {columns(NamedDocument)} FROM document WHERE +company_id = :company"
_NAMED = sql(
    f"""
    {_SELECTED} AND id IN (:...names)
    UNION {_SELECTED.replace("+", "")} AND external_ref IN (:...names)
    UNION {_SELECTED.replace("+", "")} AND control_number IN (:...names)""",
    NamedDocument,
)
_PRINTED = sql(
    f"""
    SELECT {columns(_PrintedRow)} FROM document WHERE +company_id = :company AND generation_code IN (:...numbers)
    UNION
    SELECT {columns(_PrintedRow)} FROM document WHERE company_id = :company AND control_number IN (:...numbers)""",
    _PrintedRow,
)


def documents_by_names(company_id: int, names: Collection[str]) -> Transaction[dict[str, NamedDocument]]:
    """The company's documents by names, each as ``document_by_any`` finds it; unknown names are left out."""
    rows = (yield from every(_NAMED(company=company_id, names=text_list(names)))) if names else []
    by_number = {row.control_number: row for row in sorted(rows, key=lambda row: row.year)}
    by_any = by_number | {row.external_ref: row for row in rows} | {row.id: row for row in rows}
    return {name: by_any[name] for name in names if name in by_any}


def printed_numbers(company_id: int, numbers: Iterable[str]) -> Transaction[dict[str, str]]:
    """The control numbers of the company's documents among generation codes and control numbers, by each of the two."""
    rows = yield from every(_PRINTED(company=company_id, numbers=text_list(numbers)))
    return {name: row.control_number for row in rows for name in (row.generation_code, row.control_number)}
