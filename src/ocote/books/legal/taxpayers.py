"""The book of sales to taxpayers (RACT art. 85): a line for each CCF and each note on one, and the month's summary."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from ocote.books.entry import ZERO, day, local_sales, plain, vat_of, withheld_of
from ocote.books.legal.consumers import ContainedVat
from ocote.books.legal.paging import AmountColumn, LegalRow, LegalRows, LegalTable, TextColumn
from ocote.books.legal.postings import Posting
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
        self.withheld = ZERO

    def add(self, posting: Posting) -> None:
        """Adds a document of type 03 or 05, a note with negative amounts."""
        entry, sign = posting.entry, posting.sign
        identity, party, sales = entry.identification, entry.party, local_sales(entry)
        exempt, taxed, vat = sales.exempt + sales.not_subject, sales.taxed, vat_of(entry)
        collected = entry.total("ivaPerci") or entry.total("ivaPerci1")
        self.withheld += sign * withheld_of(entry)
        amounts = (exempt, taxed, vat, ZERO, ZERO, collected, exempt + taxed + vat + collected)
        texts = (
            f"{day(posting.date)}\n{identity['codigoGeneracion']}",
            identity["numeroControl"],
            " – ".join(filter(None, (posting.remark, party["nombre"]))),
            registration(plain(party.get("nrc") or "").lstrip("0")),
        )
        self.rows.append(LegalRow(posting.order, texts, tuple(sign * amount for amount in amounts)))


def month_summary(
    taxpayers: Sequence[Decimal], exempt_consumers: Decimal, exported: Decimal, contained: ContainedVat
) -> LedgerSummary:
    """The sales of the month, exempt and taxed, to taxpayers and to consumers, and those for third parties apart.

    ``taxpayers`` are the totals of the columns f to l; sales to consumers stand without the VAT contained in them.
    """
    exempt, taxed, vat, third, third_vat, collected, _ = taxpayers
    rows: dict[str, tuple[Decimal, ...]] = {
        "Contribuyentes": (exempt, taxed, ZERO, vat, collected),
        "Consumidores finales": (exempt_consumers, contained.net, ZERO, contained.vat, ZERO),
        "Exportaciones": (ZERO, ZERO, exported, ZERO, ZERO),
        "Por cuenta de terceros": (ZERO, third, ZERO, third_vat, ZERO),
    }
    rows["Total del mes"] = tuple(sum(column, ZERO) for column in zip(*rows.values(), strict=True))
    return LedgerSummary(
        "Resumen de las ventas del mes",
        ("", "Exentas y no sujetas", "Gravadas, sin IVA", "Exportaciones", "Débito fiscal", "IVA percibido", "Total"),
        tuple((label, *map(money, amounts), money(sum(amounts, ZERO))) for label, amounts in rows.items()),
    )
