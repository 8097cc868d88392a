"""The codes of income tax in the annexes, which no document holds: the accountant chooses them for a whole month."""

from dataclasses import dataclass
from typing import Final

INCOME_TYPES: Final = {
    "1": "profesiones, artes y oficios",
    "2": "servicios",
    "3": "comercio",
    "4": "industria",
    "5": "agropecuaria",
    "10": "otras rentas gravables",
}
"""Column "Tipo de ingreso (renta)" of local sales; exports have codes of their own (manual III)."""

PURCHASE_OPERATIONS: Final = {"1": "gravada", "2": "no gravada", "3": "excluida o no constituye renta", "4": "mixta"}
PURCHASE_CLASSES: Final = {"1": "costo", "2": "gasto"}
PURCHASE_SECTORS: Final = {"1": "industria", "2": "comercio", "3": "agropecuaria", "4": "servicios"}
PURCHASE_KINDS: Final = {
    "1": "gastos de venta",
    "2": "gastos de administración",
    "3": "gastos financieros",
    "4": "costo de artículos importados",
    "5": "costo de artículos comprados en el país",
    "6": "costos indirectos de fabricación",
    "7": "mano de obra",
}
"""Columns I to L of the purchases from excluded subjects (manual V and VII)."""

_KINDS_OF_CLASS: Final = {"1": frozenset("4567"), "2": frozenset("123")}


def goes_with(purchase_kind: str, purchase_class: str) -> bool:
    """Whether a kind of purchase is one of a cost or of an expense, as the class says."""
    return purchase_kind in _KINDS_OF_CLASS[purchase_class]


@dataclass(frozen=True, slots=True)
class Choices:
    """The codes of income tax: one set for all local sales and all purchases of the month.

    Raises ValueError, in Spanish, for an unknown code and for a kind that does not go with its class.
    """

    income_type: str = "3"
    purchase_operation: str = "1"
    purchase_class: str = "2"
    purchase_sector: str = "2"
    purchase_kind: str = "2"

    def __post_init__(self) -> None:
        for name, code, known in (
            ("tipo de ingreso", self.income_type, INCOME_TYPES),
            ("tipo de operación", self.purchase_operation, PURCHASE_OPERATIONS),
            ("clasificación", self.purchase_class, PURCHASE_CLASSES),
            ("sector", self.purchase_sector, PURCHASE_SECTORS),
            ("tipo de costo o gasto", self.purchase_kind, PURCHASE_KINDS),
        ):
            if code not in known:
                listed = ", ".join(f"{each} {label}" for each, label in known.items())
                raise ValueError(f"El código {code} de {name} no existe. Los que hay: {listed}.")
        if not goes_with(self.purchase_kind, self.purchase_class):
            chosen = PURCHASE_CLASSES[self.purchase_class]
            raise ValueError(
                f"El tipo {self.purchase_kind} ({PURCHASE_KINDS[self.purchase_kind]}) no corresponde a un {chosen}."
            )

    def told(self) -> str:
        """The sentence that names the codes, in Spanish."""
        return (
            f"Códigos de renta usados: ingresos {self.income_type} ({INCOME_TYPES[self.income_type]}); compras a "
            f"sujetos excluidos: operación {self.purchase_operation} "
            f"({PURCHASE_OPERATIONS[self.purchase_operation]}), clasificación {self.purchase_class} "
            f"({PURCHASE_CLASSES[self.purchase_class]}), sector {self.purchase_sector} "
            f"({PURCHASE_SECTORS[self.purchase_sector]}), tipo {self.purchase_kind} "
            f"({PURCHASE_KINDS[self.purchase_kind]})."
        )
