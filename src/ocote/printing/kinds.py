"""The kinds of amounts that a line may have: taxed, exempt or not subject, beside the tax base, or a purchase."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from ocote.printing.adding_up import cents_that_add_up


class AmountKind(Struct, frozen=True):
    """A kind of amount.

    ``column`` is the head of its column in the letter, ``mark`` the word beside a line of a roll, ``total_key`` the
    field of ``resumen`` that holds the sum of the lines (arithmetic.md 1), ``total_label`` the label of this sum.
    """

    key: str
    column: str
    mark: str
    total_key: str
    total_label: str


CHARGES: Final = AmountKind("noGravado", "Montos no afectos", "no afecto", "totalNoGravado", "Otros montos no afectos")
SALES: Final = (
    AmountKind("ventaNoSuj", "Ventas no sujetas", "no sujeto", "totalNoSuj", "Total ventas no sujetas"),
    AmountKind("ventaExenta", "Ventas exentas", "exento", "totalExenta", "Total ventas exentas"),
    AmountKind("ventaGravada", "Ventas gravadas", "gravado", "totalGravada", "Total ventas gravadas"),
    AmountKind("compra", "Compras", "", "totalCompra", "Total compras"),
)
"""The kinds of sale, of which a document shows at least one. Law requires sums apart for each (CT 114 a 4, b 3)."""

_USUAL: Final = frozenset({"ventaGravada", "compra"})
"""The kinds that a document of nothing shows."""

_Block = Mapping[str, Any]


def used_sales(document: _Block) -> tuple[AmountKind, ...]:
    """The kinds of sale that some line has, in the order of the official layouts; the usual kind when none has any."""
    lines, figures = document["cuerpoDocumento"], document["resumen"]
    used = tuple(kind for kind in SALES if figures.get(kind.total_key) or any(line.get(kind.key) for line in lines))
    return used or tuple(kind for kind in SALES if kind.key in _USUAL and kind.total_key in figures)


def used_kinds(document: _Block) -> tuple[AmountKind, ...]:
    """All kinds of amounts of a document, charges beside the tax base first."""
    has_charges = any(line.get(CHARGES.key) for line in document["cuerpoDocumento"])
    return (*((CHARGES,) if has_charges else ()), *used_sales(document))


def printed_amounts(document: _Block) -> dict[AmountKind, list[Decimal]]:
    """The amounts of the lines in whole cents, by kind: each column adds up to its total in the summary."""
    lines: Sequence[_Block] = document["cuerpoDocumento"]
    figures = document["resumen"]
    return {
        kind: cents_that_add_up(
            [Decimal(line.get(kind.key) or 0) for line in lines], Decimal(figures.get(kind.total_key) or 0)
        )
        for kind in used_kinds(document)
    }
