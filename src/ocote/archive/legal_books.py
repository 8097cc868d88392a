"""The legal books of a month as PDF files, and the notes that go with a month's files."""

from collections.abc import AsyncGenerator, Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.archive.bookkeeping import Beside, Month, Written
from ocote.archive.threads import in_thread
from ocote.books.due import due_dates
from ocote.books.layout import WITHOUT_DOCUMENTS, Annex
from ocote.books.legal.consumers import EXPORTS_TABLE, SALES_TABLE, contained_vat_summary
from ocote.books.legal.paging import MOST_ROWS, divided, sums_of, volumes
from ocote.books.legal.purchases_book import ONLY_EXCLUDED, PURCHASES_TABLE
from ocote.books.legal.taxpayers import TAXPAYERS_TABLE, month_summary
from ocote.companies.company import Profile
from ocote.printing.brand import PLAIN
from ocote.printing.figures import date as printed_date
from ocote.printing.figures import money
from ocote.printing.identifiers import registration, tax_number
from ocote.printing.ledger import Ledger, LedgerHead, LedgerSummary, LedgerTable, encode_ledger, folios_of
from ocote.printing.press.messages import PrintJob
from ocote.printing.press.press import Press, UnprintableError
from ocote.printing.view import TEST_MARK

MONTHS: Final = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)

_TEST_ENVIRONMENT: Final = "00"


class Book(StrEnum):
    """The legal books, by the words in the names of their files."""

    CONSUMERS = "consumidores"
    TAXPAYERS = "contribuyentes"
    PURCHASES = "compras"


TITLES: Final = {
    Book.CONSUMERS: "Libro de ventas a consumidores",
    Book.TAXPAYERS: "Libro de ventas a contribuyentes",
    Book.PURCHASES: "Libro de compras",
}


class FirstFolios(Struct, frozen=True):
    """The number of the first folio of each book, which continues the folios of the month before."""

    consumers: int = 1
    taxpayers: int = 1
    purchases: int = 1

    def of(self, book: Book) -> int:
        """The first folio of a book."""
        return {Book.CONSUMERS: self.consumers, Book.TAXPAYERS: self.taxpayers, Book.PURCHASES: self.purchases}[book]


class WantedPrint(Struct, frozen=True):
    """The month, the first folio of each book, and the books to print."""

    month: Month
    folios: FirstFolios
    books: Collection[Book] = tuple(Book)


class BookKeeper(Struct, frozen=True):
    """The company whose books these are, and the moment at which they are made."""

    profile: Profile
    environment: str
    made_at: datetime


class BookFile(Struct, frozen=True):
    """A PDF of a book: the name of its file and its first and last folio."""

    book: Book
    name: str
    pdf: bytes
    first_folio: int
    last_folio: int


class Unprinted(Struct, frozen=True):
    """A book that is not printed, with the reason in Spanish."""

    book: Book
    reason: str


async def printed_books(
    press: Press, company_id: int, keeper: BookKeeper, wanted: WantedPrint, written: Written
) -> AsyncGenerator[BookFile | Unprinted, None]:
    """The files of the wanted books of a month, one after the other; a long book comes in volumes."""
    month = wanted.month
    for book in wanted.books:
        if _is_cut(book, written):
            yield Unprinted(book, f"pasa de {MOST_ROWS:,} líneas, que son demasiadas para el papel; use los anexos")
            continue
        ledger = await in_thread(_ledger, book, keeper, month, written)
        folio = wanted.folios.of(book)
        for number, volume in enumerate(volumes(ledger), start=1):
            encoded = await in_thread(encode_ledger, replace(volume, first_folio=folio))
            try:
                pdf = await press.pdf(PrintJob(encoded, "ledger", stamp=None, brand=PLAIN), company_id, "later")
            except UnprintableError:
                yield Unprinted(book, "no se pudo componer dentro de los límites de esta máquina")
                break
            last = folio + folios_of(pdf) - 1
            suffix = "" if number == 1 else f"-tomo-{number}"
            yield BookFile(book, f"libro-{book}-{month}{suffix}.pdf", pdf, folio, last)
            folio = last + 1


def notes(month: Month, written: Written, holidays: Collection[date]) -> list[str]:
    """The sentences that the accountant has to know about the files of a month, in Spanish."""
    due = due_dates(month.year, month.number, holidays)
    vat, report = printed_date(due.vat.isoformat()), printed_date(due.report.isoformat())
    said = [
        f"El F-07 y el F-14 de {_words(month)} se presentan hasta el {vat}; el F-930, hasta el {report}.",
        WITHOUT_DOCUMENTS,
    ]
    if written.unstamped.count:
        said.append(f"Sin sello todavía, y por eso fuera de los libros: {written.unstamped}. Repita cuando lo tengan.")
    if written.subtracted.count:
        said.append(
            f"De meses anteriores, invalidados en este mes: {written.subtracted}. Están en el archivo de invalidados y "
            "restan en el libro de este mes; ningún anexo los resta."
        )
    if written.amending.count:
        said.append(
            f"Comprobantes de crédito fiscal o notas invalidados cuando ya había vencido la declaración de su mes: "
            f"{written.amending}. Los anexos de aquel mes ya no los tienen; modifique esa declaración con el contador."
        )
    if written.left_out.count:
        said.append(
            f"De meses anteriores, invalidados en este mes antes de que venciera su declaración: {written.left_out}. "
            "Están en el archivo de invalidados, y ya no en los anexos ni en el libro de su mes."
        )
    if written.misfits.count:
        said.append(
            f"Montos con más caracteres de los que Hacienda admite, escritos completos: {written.misfits}. La carga "
            "los rechazará; corríjalos con el contador."
        )
    return [*said, *_about_third_parties(written), *_beside(written.beside_annexes), *written.income_tax]


def _about_third_parties(written: Written) -> list[str]:
    """The sentences about sales on account of residents, which only annex 4 takes."""
    said = []
    if written.lines[Annex.PRINCIPAL_SALES]:
        said.append(
            "Anexo 4: las ventas gravadas por cuenta de terceros domiciliados están solo en él, y no en los anexos 1 "
            "y 2; confirme con Hacienda ese criterio. Complete en cada línea las columnas J a M con el comprobante de "
            "liquidación (08) del mandante, que la venta no menciona."
        )
    if written.untaxed_for_others.count:
        said.append(
            "Ventas exentas o no sujetas por cuenta de terceros domiciliados, que ningún anexo recibe: "
            f"{written.untaxed_for_others}. Están en los libros."
        )
    return said


def _beside(sums: Beside) -> list[str]:
    """The sentence about the amounts in documents that are neither sales nor VAT; none when there are no such amounts.

    Without the sentence nobody could reconcile the sums of an annex or a book with those of its documents.
    """
    found = (
        ("tributos de turismo, FOVIAL, COTRANS y otros especiales", sums.taxes),
        ("montos no afectos", sums.charges),
        ("renta que los clientes retuvieron", sums.income_tax),
    )
    told = [f"{label}: {money(amount)}" for label, amount in found if amount]
    return [f"En los documentos, y fuera de las columnas porque no son ventas: {'; '.join(told)}."] if told else []


def _words(month: Month) -> str:
    return f"{MONTHS[month.number - 1]} de {month.year}"


def _is_cut(book: Book, written: Written) -> bool:
    match book:
        case Book.CONSUMERS:
            return written.consumers.is_cut
        case Book.TAXPAYERS:
            # Its summary needs the sales to consumers.
            return written.taxpayers.rows.is_cut or written.consumers.is_cut
        case Book.PURCHASES:
            return written.purchases.rows.is_cut


def _ledger(book: Book, keeper: BookKeeper, month: Month, written: Written) -> Ledger:
    tables, summaries, remarks = _content(book, written)
    if written.unstamped.count:
        remarks = (*remarks, f"Sin sello, y por eso no incluidos: {written.unstamped}.")
    return Ledger(
        head=LedgerHead(
            title=TITLES[book],
            taxpayer=keeper.profile.name,
            nrc=registration(keeper.profile.nrc),
            nit=tax_number(keeper.profile.nit),
            month=_words(month),
            mark=TEST_MARK if keeper.environment == _TEST_ENVIRONMENT else "",
        ),
        first_folio=1,
        tables=tables,
        summaries=summaries,
        remarks=remarks,
        is_end=True,
        created=keeper.made_at,
    )


def _content(
    book: Book, written: Written
) -> tuple[tuple[LedgerTable, ...], tuple[LedgerSummary, ...], tuple[str, ...]]:
    """The tables, the summaries and the remarks of a book."""
    sales = written.consumers.sales()
    exempt, taxed, exported, *_ = sums_of(sales, len(SALES_TABLE.amounts))
    contained = written.consumers.contained(taxed)
    match book:
        case Book.CONSUMERS:
            exports = written.consumers.exports()
            detail = (divided(EXPORTS_TABLE, exports),) if exports else ()
            beside = tuple(_beside(written.beside_consumers))
            return (divided(SALES_TABLE, sales), *detail), (contained_vat_summary(contained),), beside
        case Book.TAXPAYERS:
            rows = written.taxpayers.rows.kept()
            third = written.taxpayers.third, written.consumers.third
            summary = month_summary(sums_of(rows, len(TAXPAYERS_TABLE.amounts)), exempt, exported, contained, third)
            remarks = _withheld(written), *_beside(written.beside_taxpayers)
            return (divided(TAXPAYERS_TABLE, rows),), (summary,), remarks
        case Book.PURCHASES:
            return (divided(PURCHASES_TABLE, written.purchases.rows.kept()),), (), (ONLY_EXCLUDED,)


def _withheld(written: Written) -> str:
    """The sentence about the VAT that buyers withheld, on CCF and notes and on invoices."""
    taxpayers, consumers = written.taxpayers.withheld, written.consumers.withheld
    told = f"Informativo: IVA que los clientes retuvieron (1 %): {money(taxpayers + consumers)}"
    if consumers:
        told += f"; de ello, {money(consumers)} en facturas, que están en el libro de ventas a consumidores"
    return f"{told}."
