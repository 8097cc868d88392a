"""Sentences about a change of a company, which several of its pages show."""

from typing import Final

COMPANY_SAVED: Final = "Los datos de la empresa quedaron guardados."
COMPANY_CHANGED: Final = (
    "Otra persona cambió los datos de la empresa mientras usted escribía, y no se guardó nada. Lo que escribió sigue "
    "aquí: compárelo con lo que está guardado ahora y guarde de nuevo."
)
