"""The environment of a company (CAT-001) as people read it."""

from typing import Final

ENVIRONMENT_NAMES: Final = {"00": "pruebas", "01": "producción"}
