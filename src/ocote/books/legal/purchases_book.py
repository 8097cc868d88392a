"""The book of purchases (RACT art. 86), with the purchases that this gateway knows: those from excluded subjects."""

from typing import Final

from ocote.books.entry import ZERO, TaxNumbers, day
from ocote.books.legal.paging import AmountColumn, LegalRow, LegalRows, LegalTable, TextColumn
from ocote.books.legal.postings import Posting
from ocote.printing.identifiers import tax_number

_EXEMPT, _TAXED = "Compras exentas", "Compras gravadas"

PURCHASES_TABLE: Final = LegalTable(
    "",
    (
        TextColumn("b", "Fecha", 15),
        TextColumn("c", "Número del documento", 48.5),
        TextColumn("d", "NRC", 11),
        TextColumn("e", "NIT o DUI del sujeto excluido", 24),
        TextColumn("f", "Proveedor"),
    ),
    (
        AmountColumn("g", "Internas", _EXEMPT),
        AmountColumn("g", "Importac.", _EXEMPT),
        AmountColumn("g", "C. A.", _EXEMPT),
        AmountColumn("h", "Internas", _TAXED),
        AmountColumn("h", "Importac.", _TAXED),
        AmountColumn("h", "C. A.", _TAXED),
        AmountColumn("i", "Crédito fiscal"),
        AmountColumn("j", "Total"),
        AmountColumn("k", "Retención a terceros"),
        AmountColumn("l", "Sujetos excluidos"),
    ),
)

ONLY_EXCLUDED: Final = (
    "Este libro contiene solo las compras a sujetos excluidos que la empresa documentó con ocote (tipo 14). Las "
    "compras a proveedores, las importaciones y los documentos recibidos no están en ocote: el contador los agrega."
)
"""The sentence that says what the book lacks."""

_AMOUNTS_BEFORE: Final = 9


class PurchasesBook:
    """Collects purchases from excluded subjects, in any order; a line takes less than a kilobyte."""

    def __init__(self) -> None:
        self.rows = LegalRows()

    def add(self, posting: Posting) -> None:
        """Adds a document of type 14. It gives no VAT credit, and stands in the last column alone."""
        entry, identity = posting.entry, posting.entry.identification
        numbers, party = TaxNumbers.of(entry.party), entry.party
        texts = (
            day(posting.date),
            f"{identity['codigoGeneracion']}\n{identity['numeroControl']}",
            "",
            tax_number(numbers.nit or numbers.dui) or party.get("numDocumento") or "",
            " – ".join(filter(None, (posting.remark, party["nombre"]))),
        )
        amounts = (ZERO,) * _AMOUNTS_BEFORE + (posting.sign * entry.total("subTotal"),)
        self.rows.append(LegalRow(posting.order, texts, amounts))
