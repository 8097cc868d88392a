"""The files of a month for MH's forms: their names, their titles, the bounds of their columns (books.md 2, 3)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct


class Annex(StrEnum):
    """The files that documents of this gateway can fill, by the beginning of their names."""

    TAXPAYER_SALES = "anexo1"
    CONSUMER_SALES = "anexo2"
    PRINCIPAL_SALES = "anexo4"
    PURCHASES = "anexo5"
    COLLECTED = "anexo9"
    INVALIDATED = "anulados"
    INCOME_TAX = "f14"


class AnnexLayout(Struct, frozen=True):
    """The form of one file: its Spanish title, the number of its columns, and the letters of those with amounts.

    ``widest`` are the characters that MH admits in an amount; ``widths`` differ from it, by letter.
    """

    title: str
    columns: int
    amounts: str = ""
    widest: int = 10
    widths: Mapping[str, int] = {}

    def misfits(self, row: tuple[str, ...]) -> list[str]:
        """The letters of the columns whose amount has more characters than MH admits."""
        return [letter for letter in self.amounts if len(row[_index(letter)]) > self.widths.get(letter, self.widest)]


LAYOUTS: Final[Mapping[Annex, AnnexLayout]] = {
    Annex.TAXPAYER_SALES: AnnexLayout("Anexo 1, ventas a contribuyentes", 20, "JKLMNOP"),
    Annex.CONSUMER_SALES: AnnexLayout("Anexo 2, ventas a consumidor final", 23, "KLMNOPQRST"),
    Annex.PRINCIPAL_SALES: AnnexLayout("Anexo 4, ventas por cuenta de terceros domiciliados", 15, "HI"),
    Annex.PURCHASES: AnnexLayout("Anexo 5, compras a sujetos excluidos", 13, "GH"),
    Annex.COLLECTED: AnnexLayout("Anexo 9, percepción de IVA efectuada (1 %)", 10, "GH"),
    Annex.INVALIDATED: AnnexLayout("Documentos invalidados", 10),
    Annex.INCOME_TAX: AnnexLayout(
        "Anexo del F-14, renta retenida",
        23,
        "GHIJKLMNOPQR",
        widest=12,
        widths=dict.fromkeys("JL", 6) | dict.fromkeys("MNOPQR", 5),
    ),
}
"""Every file, in the order of the forms."""

WITHOUT_DOCUMENTS: Final = (
    "Anexos 10, 11 y 12: no se escriben, porque ningún documento de ocote los llena: son de los comprobantes de "
    "retención (07) y de los documentos contables de liquidación (09) que la empresa emita por otro medio."
)
"""The sentence about the annexes of withholdings that this gateway has no documents for."""


def _index(letter: str) -> int:
    return ord(letter) - ord("A")
