"""Annex 2: sales to final consumers and exports, a line for each day, type and kind of income (manual IV)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import astuple

from ocote.books.choices import Choices
from ocote.books.entry import DTE_CLASS, ZERO, BookEntry, day, exported_of, local_sales, plain, usd
from ocote.dte.catalogs import old_country_codes
from ocote.dte.types import DOCUMENT_TYPES

_NUMBER: Final = "2"
_SERVICES: Final = 2
_TAXED: Final = "1"
_INCOME_OF_GOODS: Final = "7"
_INCOME_OF_SERVICES: Final = "9"
_GROUPED: Final = "N/A"
_CENTRAL_AMERICA: Final = ("GT", "HN", "NI", "CR")


class _Amounts(Struct, frozen=True):
    """The columns K to S that a document of this gateway can fill, in USD.

    ``third`` are sales on account of third parties that are not residents, with VAT.
    """

    exempt: Decimal = ZERO
    not_subject: Decimal = ZERO
    taxed: Decimal = ZERO
    goods_inside: Decimal = ZERO
    goods_outside: Decimal = ZERO
    services: Decimal = ZERO
    third: Decimal = ZERO

    def plus(self, other: "_Amounts") -> "_Amounts":
        return _Amounts(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    def total(self) -> Decimal:
        return sum(astuple(self), ZERO)


@dataclass(slots=True)
class _Group:
    """The documents of one line: the sums, and the first and the last of them by hour and number."""

    amounts: _Amounts
    first: tuple[str, str, str]
    last: tuple[str, str, str]


class ConsumerSales:
    """Adds documents up, in any order. Memory does not grow with the number of documents."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._groups: dict[tuple[str, str, str, str], _Group] = {}

    def add(self, entry: BookEntry) -> None:
        """Adds a document of type 01 or 11."""
        identity = entry.identification
        amounts, operation, income = self._classified(entry)
        key = (identity["fecEmi"], identity["tipoDte"], operation, income)
        order = (identity["horEmi"], identity["numeroControl"], identity["codigoGeneracion"])
        group = self._groups.setdefault(key, _Group(_Amounts(), order, order))
        group.amounts = group.amounts.plus(amounts)
        group.first, group.last = min(group.first, order), max(group.last, order)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The 23 columns A to W of each line, by day and type. Local sales are with VAT (manual IV)."""
        for (date, doc_type, operation, income), group in sorted(self._groups.items()):
            sums = group.amounts
            yield (
                day(date),
                DTE_CLASS,
                doc_type,
                _GROUPED,
                _GROUPED,
                _GROUPED,
                _GROUPED,
                plain(group.first[2]),
                plain(group.last[2]),
                "",
                usd(sums.exempt),
                usd(ZERO),
                usd(sums.not_subject),
                usd(sums.taxed),
                usd(sums.goods_inside),
                usd(sums.goods_outside),
                usd(sums.services),
                usd(ZERO),
                usd(sums.third),
                usd(sums.total()),
                operation,
                income,
                _NUMBER,
            )

    def _classified(self, entry: BookEntry) -> tuple[_Amounts, str, str]:
        if not DOCUMENT_TYPES[entry.identification["tipoDte"]].is_export:
            sales = local_sales(entry)
            amounts = _Amounts(exempt=sales.exempt, not_subject=sales.not_subject, taxed=sales.taxed)
            if entry.principal is not None:
                amounts = _Amounts(third=sales.whole)
            return amounts, sales.operation, self._choices.income_type
        is_service = entry.document["emisor"]["tipoItemExpor"] == _SERVICES
        return _exported(entry, is_service), _TAXED, _INCOME_OF_SERVICES if is_service else _INCOME_OF_GOODS


def _exported(entry: BookEntry, is_service: bool) -> _Amounts:
    whole = exported_of(entry)
    if entry.principal is not None:
        return _Amounts(third=whole)
    if is_service:
        return _Amounts(services=whole)
    if _is_central_american(entry.party):
        return _Amounts(goods_inside=whole)
    return _Amounts(goods_outside=whole)


def _is_central_american(party: Any) -> bool:
    """Guatemala, Honduras, Nicaragua or Costa Rica, in the codes of either edition."""
    old = old_country_codes()
    return party["codPais"] in {*_CENTRAL_AMERICA, *(old[code] for code in _CENTRAL_AMERICA)}
