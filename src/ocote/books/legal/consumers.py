"""The book of sales to consumers (RACT arts. 83 and 84): a line for each day and series, and the detail of exports."""

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import astuple, replace

from ocote.books.entry import ZERO, BookEntry, day, exported_of, local_sales, withheld_of
from ocote.books.legal.paging import AmountColumn, LegalRow, LegalRows, LegalTable, TextColumn, sums_of
from ocote.books.legal.postings import Posting, point_of, written_series
from ocote.books.legal.third_parties import ThirdPartySales
from ocote.dte.money import to_cents
from ocote.dte.types import DOCUMENT_TYPES
from ocote.printing.figures import money
from ocote.printing.ledger import LedgerSummary

SALES_TABLE: Final = LegalTable(
    "",
    (
        TextColumn("a", "Día", 16),
        TextColumn("b", "Documentos emitidos: del primero al último, por serie"),
        TextColumn("c", "Caja o sistema", 22),
    ),
    (
        AmountColumn("d", "Exentas y no sujetas", "Ventas", 20),
        AmountColumn("e", "Locales gravadas", "Ventas", 20),
        AmountColumn("f", "Exportaciones", "Ventas", 20),
        AmountColumn("g", "Total propio del día", "", 20),
        AmountColumn("h", "Por cuenta de terceros", "", 20),
    ),
    numbered=False,
)

EXPORTS_TABLE: Final = LegalTable(
    "Detalle de exportaciones",
    (
        TextColumn("b", "Fecha", 16),
        TextColumn("c", "Número del documento", 48.5),
        TextColumn("d", "Cliente del exterior"),
        TextColumn("e", "Número de la declaración de mercancías", 52),
    ),
    (AmountColumn("f", "Valor", "", 20),),
)

_VAT_FACTOR: Final = Decimal("1.13")
_TO_FILL_IN: Final = "________________________"


class ContainedVat:
    """The VAT contained in the sales of a month to consumers, in USD.

    ``taxed`` is with VAT; ``net`` and ``vat`` divide it by 1.13; ``written`` is the VAT written in the documents.
    """

    def __init__(self, taxed: Decimal, written: Decimal) -> None:
        self.taxed = taxed
        self.net = to_cents(taxed / _VAT_FACTOR)
        self.vat = taxed - self.net
        self.written = written


class _Amounts(Struct, frozen=True):
    """The columns d, e, f and h, in USD: ``exempt`` with what is not subject, ``taxed`` and ``third`` with VAT."""

    exempt: Decimal = ZERO
    taxed: Decimal = ZERO
    exported: Decimal = ZERO
    third: Decimal = ZERO

    def plus(self, other: "_Amounts", sign: Decimal) -> "_Amounts":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return _Amounts(*(mine + sign * theirs for mine, theirs in pairs))

    def line(self) -> tuple[Decimal | None, ...]:
        """The columns d to h, in which the total of the day is still empty."""
        return self.exempt, self.taxed, self.exported, None, self.third


@dataclass(slots=True)
class _Series:
    first: tuple[str, str]
    last: tuple[str, str]
    amounts: _Amounts = field(default_factory=_Amounts)


class ConsumersBook:
    """Adds invoices and export invoices up, in any order. Memory grows with days, series and exports alone."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str], _Series] = {}
        self._undone = LegalRows()
        self._exports = LegalRows()
        self._written = ZERO
        self.third = ThirdPartySales()
        self.withheld = ZERO

    def add(self, posting: Posting) -> None:
        """Adds a document of type 01 or 11, or the invalidation of one of an earlier month."""
        entry, sign = posting.entry, posting.sign
        amounts = _amounts(entry)
        identity = entry.identification
        number, code = identity["numeroControl"], identity["codigoGeneracion"]
        self.third.add(posting)
        if entry.principal is None:
            self._written += sign * entry.total("totalIva")
        self.withheld += sign * withheld_of(entry)
        if posting.undone_on is not None:
            texts = (day(posting.date), f"{posting.remark}\n{number} · {code}", point_of(number))
            self._undone.append(LegalRow(posting.order, texts, _Amounts().plus(amounts, sign).line()))
        else:
            series = self._series.setdefault(
                (posting.date, written_series(number)), _Series((number, code), (number, code))
            )
            series.first, series.last = min(series.first, (number, code)), max(series.last, (number, code))
            series.amounts = series.amounts.plus(amounts, sign)
        if DOCUMENT_TYPES[posting.doc_type].is_export and entry.principal is None:
            buyer = (
                day(posting.date),
                f"{number}\n{code}",
                "\n".join(filter(None, (_buyer(entry.party), posting.remark))),
                _TO_FILL_IN,
            )
            self._exports.append(LegalRow(posting.order, buyer, (sign * amounts.exported,)))

    @property
    def is_cut(self) -> bool:
        """Whether the month has more lines than are kept."""
        return self._undone.is_cut or self._exports.is_cut

    def sales(self) -> list[LegalRow]:
        """A line for each day and series, and for each invalidation; the last line of a day has the day's total."""
        rows = [
            LegalRow(
                (date, "", series),
                (day(date), _range(series, found), point_of(found.first[0])),
                found.amounts.line(),
            )
            for (date, series), found in self._series.items()
        ] + self._undone.kept()
        rows.sort(key=lambda row: row.order)
        return [row for _, of_day in groupby(rows, lambda row: row.order[0]) for row in _with_total(list(of_day))]

    def exports(self) -> list[LegalRow]:
        """A line for each export, with a blank for the number that customs gave."""
        return self._exports.kept()

    def contained(self, taxed: Decimal) -> ContainedVat:
        """The VAT contained in a total of taxed local sales."""
        return ContainedVat(taxed, self._written)


def contained_vat_summary(contained: ContainedVat) -> LedgerSummary:
    """The computation at the end of the book, whose result is carried to the book of sales to taxpayers."""
    rows = [
        ("Ventas locales gravadas, con IVA", money(contained.taxed)),
        ("Ventas netas: lo anterior ÷ 1.13", money(contained.net)),
    ]
    if contained.written != contained.vat:
        rows.append(("IVA escrito en los documentos (difiere por redondeo)", money(contained.written)))
    rows.append(("IVA contenido, que pasa al libro de ventas a contribuyentes", money(contained.vat)))
    return LedgerSummary("Cálculo del IVA contenido en las ventas", ("", "USD"), tuple(rows))


def _amounts(entry: BookEntry) -> _Amounts:
    is_export = DOCUMENT_TYPES[entry.identification["tipoDte"]].is_export
    sales = local_sales(entry)
    if entry.principal is not None:
        return _Amounts(third=exported_of(entry) if is_export else sales.whole)
    if is_export:
        return _Amounts(exported=exported_of(entry))
    return _Amounts(exempt=sales.exempt + sales.not_subject, taxed=sales.taxed)


def _with_total(of_day: list[LegalRow]) -> list[LegalRow]:
    """The lines of a day, with the total of the company's own sales of the day in column g of the last one."""
    *before, last = of_day
    exempt, taxed, exported, _, third = last.amounts
    *own, _, _ = sums_of(of_day, len(SALES_TABLE.amounts))
    total = sum(own, ZERO)
    return [*before, replace(last, amounts=(exempt, taxed, exported, total, third))]


def _range(series: str, found: _Series) -> str:
    title = DOCUMENT_TYPES[series.split("-")[1]].title
    (first, first_code), (last, last_code) = found.first, found.last
    if first == last:
        return f"{title} {first} · {first_code}"
    return f"{title}, del {first} · {first_code}\nal {last} · {last_code}"


def _buyer(party: Any) -> str:
    country = party.get("nombrePais")
    name: str = party["nombre"]
    return f"{name} ({country})" if country else name
