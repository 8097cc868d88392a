"""The book of sales to taxpayers (RACT art. 85): a line for each CCF and each note on one, and the month's summary."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from ocote.books.entry import ZERO, BookEntry, collected_of, day, local_sales, plain, vat_of, withheld_of
from ocote.books.legal.consumers import ContainedVat
from ocote.books.legal.paging import AmountColumn, LegalRow, LegalRows, LegalTable, TextColumn
from ocote.books.legal.postings import Posting
from ocote.books.legal.third_parties import ThirdPartySales
from ocote.printing.figures import money
from ocote.printing.identifiers import registration
from ocote.printing.ledger import LedgerSummary

TAXPAYERS_TABLE: Final = LegalTable(
    "",
    (
        TextColumn("b", "Fecha y código de generación", 48.5),
        TextColumn("c", "Formulario único: número de control", 41.5),
        TextColumn("d", "Cliente o mandante"),
        TextColumn("e", "NRC", 14),
    ),
    (
        AmountColumn("f", "Exentas y no sujetas", "Ventas propias"),
        AmountColumn("g", "Gravadas", "Ventas propias"),
        AmountColumn("h", "Débito fiscal", "Ventas propias"),
        AmountColumn("i", "Ventas", "Por cuenta de terceros"),
        AmountColumn("j", "Débito fiscal", "Por cuenta de terceros"),
        AmountColumn("k", "IVA percibido"),
        AmountColumn("l", "Total"),
    ),
)


class TaxpayersBook:
    """Collects CCF and notes, in any order; a line takes less than a kilobyte."""

    def __init__(self) -> None:
        self.rows = LegalRows()
        self.third = ThirdPartySales()
        self.withheld = ZERO

    def add(self, posting: Posting) -> None:
        """Adds a document of type 03 or 05, a note with negative amounts."""
        entry, sign = posting.entry, posting.sign
        identity, party = entry.identification, entry.party
        self.third.add(posting)
        self.withheld += sign * withheld_of(entry)
        amounts = _amounts(entry)
        texts = (
            f"{day(posting.date)}\n{identity['codigoGeneracion']}",
            identity["numeroControl"],
            " – ".join(filter(None, (posting.remark, party["nombre"], _principal(entry)))),
            registration(plain(party.get("nrc") or "").lstrip("0")),
        )
        self.rows.append(
            LegalRow(posting.order, texts, tuple(sign * amount for amount in (*amounts, sum(amounts, ZERO))))
        )


def _amounts(entry: BookEntry) -> tuple[Decimal, ...]:
    """The columns f to k: a sale on account of a third party stands in i and j instead of f to h."""
    sales, vat, collected = local_sales(entry), vat_of(entry), collected_of(entry)
    if entry.principal is None:
        return sales.exempt + sales.not_subject, sales.taxed, vat, ZERO, ZERO, collected
    return ZERO, ZERO, ZERO, sales.whole, vat, collected


def _principal(entry: BookEntry) -> str:
    return "" if entry.principal is None else f"por cuenta de {entry.principal['nombre']}"


def month_summary(
    taxpayers: Sequence[Decimal],
    exempt_consumers: Decimal,
    exported: Decimal,
    contained: ContainedVat,
    third: Sequence[ThirdPartySales],
) -> LedgerSummary:
    """The sales of the month, exempt and taxed, to taxpayers and to consumers, and those for third parties apart.

    ``taxpayers`` are the totals of the columns f to l; sales to consumers stand without the VAT contained in them.
    ``third`` are the sales on account of third parties of both books.
    """
    exempt, taxed, vat, _, _, collected, _ = taxpayers
    own: dict[str, tuple[Decimal, ...]] = {
        "Contribuyentes": (exempt, taxed, ZERO, vat, collected - sum((sales.collected for sales in third), ZERO)),
        "Consumidores finales": (exempt_consumers, contained.net, ZERO, contained.vat, ZERO),
        "Exportaciones": (ZERO, ZERO, exported, ZERO, ZERO),
    }
    of_own, of_third = _columns_summed(own.values()), _columns_summed(sales.columns() for sales in third)
    rows = own | {
        "Ventas propias": of_own,
        "Por cuenta de terceros": of_third,
        "Total del mes": _columns_summed((of_own, of_third)),
    }
    return LedgerSummary(
        "Resumen de las ventas del mes",
        ("", "Exentas y no sujetas", "Gravadas, sin IVA", "Exportaciones", "Débito fiscal", "IVA percibido", "Total"),
        tuple((label, *map(money, amounts), money(sum(amounts, ZERO))) for label, amounts in rows.items()),
    )


def _columns_summed(rows: Iterable[tuple[Decimal, ...]]) -> tuple[Decimal, ...]:
    return tuple(sum(column, ZERO) for column in zip(*rows, strict=True))
