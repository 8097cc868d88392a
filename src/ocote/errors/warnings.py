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
    WarningEntry(
        "cancelled_by_v2_event",
        "El evento se envió según la normativa v2.0, porque el de la v1.x no admite el nombre o el documento de "
        "identidad del receptor. Si el Ministerio de Hacienda todavía no lo recibe así, lo rechaza y el documento "
        "sigue vigente.",
        "The event must name the receiver exactly as the document does; that of Normativa v1.x takes names of 5 to 200 "
        "and identity documents of 3 to 20 characters, that of v2.0 takes every one.",
        "If MH refuses the event, adjust a CCF with a credit note, or cancel again once v2.0 is in force, if the "
        "window allows. Names of at least 5 letters avoid it.",
    ),
)
