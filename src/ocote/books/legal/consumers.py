"""The book of sales to consumers (RACT arts. 83 and 84): a line for each day and series, and the detail of exports."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

from msgspec.structs import replace

from ocote.books.entry import ZERO, BookEntry, day, local_sales, withheld_of
from ocote.books.legal.paging import AmountColumn, LegalRow, LegalRows, LegalTable, TextColumn, sums_of
from ocote.books.legal.postings import Posting, point_of, written_series
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
        AmountColumn("g", "Total del día", "", 20),
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


@dataclass(slots=True)
class _Series:
    first: tuple[str, str]
    last: tuple[str, str]
    exempt: Decimal = ZERO
    taxed: Decimal = ZERO
    exported: Decimal = ZERO


class ConsumersBook:
    """Adds invoices and export invoices up, in any order. Memory grows with days, series and exports alone."""

    def __init__(self) -> None:
        self._series: dict[tuple[str, str], _Series] = {}
        self._undone = LegalRows()
        self._exports = LegalRows()
        self._written = ZERO
        self.withheld = ZERO

    def add(self, posting: Posting) -> None:
        """Adds a document of type 01 or 11, or the invalidation of one of an earlier month."""
        entry, sign = posting.entry, posting.sign
        exempt, taxed, exported = _amounts(entry)
        identity = entry.identification
        number, code = identity["numeroControl"], identity["codigoGeneracion"]
        self._written += sign * entry.total("totalIva")
        self.withheld += sign * withheld_of(entry)
        if posting.undone_on is not None:
            texts = (day(posting.date), f"{posting.remark}\n{number} · {code}", point_of(number))
            self._undone.append(LegalRow(posting.order, texts, _line(-exempt, -taxed, -exported)))
        else:
            series = self._series.setdefault(
                (posting.date, written_series(number)), _Series((number, code), (number, code))
            )
            series.first, series.last = min(series.first, (number, code)), max(series.last, (number, code))
            series.exempt += exempt
            series.taxed += taxed
            series.exported += exported
        if DOCUMENT_TYPES[posting.doc_type].is_export:
            buyer = (
                day(posting.date),
                f"{number}\n{code}",
                "\n".join(filter(None, (_buyer(entry.party), posting.remark))),
                _TO_FILL_IN,
            )
            self._exports.append(LegalRow(posting.order, buyer, (sign * exported,)))

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
                _line(found.exempt, found.taxed, found.exported),
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


def _amounts(entry: BookEntry) -> tuple[Decimal, Decimal, Decimal]:
    """Exempt and not subject, taxed with VAT, and exported."""
    if DOCUMENT_TYPES[entry.identification["tipoDte"]].is_export:
        return ZERO, ZERO, entry.total("montoTotalOperacion")
    sales = local_sales(entry)
    return sales.exempt + sales.not_subject, sales.taxed, ZERO


def _line(exempt: Decimal, taxed: Decimal, exported: Decimal) -> tuple[Decimal | None, ...]:
    return exempt, taxed, exported, None, ZERO


def _with_total(of_day: list[LegalRow]) -> list[LegalRow]:
    """The lines of a day, with the total of the day in column g of the last one."""
    *before, last = of_day
    exempt, taxed, exported, _, third = last.amounts
    total = sum(sums_of(of_day, len(SALES_TABLE.amounts)), ZERO)
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
