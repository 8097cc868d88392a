"""Warnings in answers: the document was issued, and the caller should know something about it."""

from ocote.errors.entry import WarningEntry

WARNINGS = (
    WarningEntry(
        "number_moved",
        "El Ministerio de Hacienda ya tiene otro documento con el número {before}; este documento lleva el {now}. "
        "Avise a quien administra ocote: el contador de este punto de venta está atrasado.",
        "The counter of the point of sale is behind MH: another system has used its numbers, or a backup was restored.",
        "Keep the number of the answer. The operator sets the counter with ocote number set; ocote doctor names it.",
    ),
)
