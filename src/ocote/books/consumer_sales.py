"""Annex 2: sales to final consumers and exports, a line for each day, type and kind of income (manual IV)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from ocote.books.choices import Choices
from ocote.books.entry import DTE_CLASS, ZERO, BookEntry, day, local_sales, plain, usd
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
    """The columns K to S that a document of ours can have, USD."""

    exempt: Decimal = ZERO
    not_subject: Decimal = ZERO
    taxed: Decimal = ZERO
    goods_inside: Decimal = ZERO
    goods_outside: Decimal = ZERO
    services: Decimal = ZERO

    def plus(self, other: "_Amounts") -> "_Amounts":
        return _Amounts(
            self.exempt + other.exempt,
            self.not_subject + other.not_subject,
            self.taxed + other.taxed,
            self.goods_inside + other.goods_inside,
            self.goods_outside + other.goods_outside,
            self.services + other.services,
        )

    def total(self) -> Decimal:
        return self.exempt + self.not_subject + self.taxed + self.goods_inside + self.goods_outside + self.services


@dataclass(slots=True)
class _Group:
    """The documents of one line: the sums, and the first and the last of them by hour and number."""

    amounts: _Amounts
    first: tuple[str, str, str]
    last: tuple[str, str, str]


class ConsumerSales:
    """Adds documents up, in any order; what it keeps does not grow with them."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._groups: dict[tuple[str, str, str, str], _Group] = {}

    def add(self, entry: BookEntry) -> None:
        """Takes a 01 or an 11."""
        said = entry.identification
        amounts, operation, income = self._classified(entry)
        key = (said["fecEmi"], said["tipoDte"], operation, income)
        place = (said["horEmi"], said["numeroControl"], said["codigoGeneracion"])
        group = self._groups.setdefault(key, _Group(_Amounts(), place, place))
        group.amounts = group.amounts.plus(amounts)
        group.first, group.last = min(group.first, place), max(group.last, place)

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
                usd(ZERO),
                usd(sums.total()),
                operation,
                income,
                _NUMBER,
            )

    def _classified(self, entry: BookEntry) -> tuple[_Amounts, str, str]:
        if not DOCUMENT_TYPES[entry.identification["tipoDte"]].is_export:
            sales = local_sales(entry)
            amounts = _Amounts(exempt=sales.exempt, not_subject=sales.not_subject, taxed=sales.taxed)
            return amounts, sales.operation, self._choices.income_type
        whole = entry.total("montoTotalOperacion")
        if entry.document["emisor"]["tipoItemExpor"] == _SERVICES:
            return _Amounts(services=whole), _TAXED, _INCOME_OF_SERVICES
        if _is_central_american(entry.party):
            return _Amounts(goods_inside=whole), _TAXED, _INCOME_OF_GOODS
        return _Amounts(goods_outside=whole), _TAXED, _INCOME_OF_GOODS


def _is_central_american(party: Any) -> bool:
    """Guatemala, Honduras, Nicaragua or Costa Rica, in the codes of either edition."""
    old = old_country_codes()
    return party["codPais"] in {*_CENTRAL_AMERICA, *(old[code] for code in _CENTRAL_AMERICA)}
