"""The environment of a company (CAT-001): as commands take it, and as people read it."""

from enum import StrEnum
from typing import Annotated, Final

import typer

ENVIRONMENT_NAMES: Final = {"00": "pruebas", "01": "producción"}


class EnvironmentCode(StrEnum):
    """CAT-001, as an option's value."""

    TEST = "00"
    PRODUCTION = "01"


EnvironmentOption = Annotated[
    EnvironmentCode | None, typer.Option(help="00 pruebas, 01 producción; solo si la empresa está en los dos.")
]
