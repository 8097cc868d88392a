"""Reads one table of a TOML file key by key, gathering every fault instead of stopping at the first.

Texts are for the operator, hence in Spanish; each begins with the key as a person would look for it in the file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class TomlTable:
    """One table, its place in the file (``mh.``, ``branch[2].``) and the faults found so far, shared by all tables."""

    values: Mapping[str, Any] = field(repr=False)
    faults: list[str]
    place: str = ""
    _known: set[str] = field(default_factory=set)

    def fault(self, key: str, text: str) -> None:
        """Notes what is wrong with a key."""
        self.faults.append(f"{self.place}{key}: {text}")

    def read(self, key: str, understand: Callable[[str], T], default: T, *, required: bool = True) -> T:
        """The text under a key as ``understand`` reads it; the default, with a fault noted, when it cannot be read.

        ``understand`` raises ValueError with a Spanish text. A key that is not required may be absent or empty.
        """
        self._known.add(key)
        value = self.values.get(key)
        if value is None or (not required and value == ""):
            if required:
                self.fault(key, "falta; es obligatorio.")
            return default
        if not isinstance(value, str):
            self.fault(key, f'debe ser texto entre comillas: {key} = "…".')
            return default
        try:
            return understand(value)
        except ValueError as error:
            self.fault(key, str(error))
            return default

    def raw(self, key: str) -> Any:
        """The value under a key as TOML gives it, None when absent; the caller checks it."""
        self._known.add(key)
        return self.values.get(key)

    def table(self, key: str) -> "TomlTable":
        """A required table inside this one; when it is absent that is the one fault, not every key of it."""
        found = self.optional_table(key)
        if found is not None:
            return found
        if key not in self.values:
            self.faults.append(f"[{self.place}{key}]: falta esta sección; es obligatoria.")
        return TomlTable({}, faults=[])

    def optional_table(self, key: str) -> "TomlTable | None":
        """A table inside this one, None when it is absent or (with a fault noted) no table."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(key, f"debe ser una sección: escriba [{self.place}{key}] y debajo sus claves.")
            return None
        return TomlTable(value, self.faults, f"{self.place}{key}.")

    def tables(self, key: str) -> list["TomlTable"]:
        """The repeated tables under a key, of which there must be at least one."""
        value = self.raw(key)
        if not value:
            self.faults.append(f"[[{self.place}{key}]]: falta; hace falta por lo menos una sección.")
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, f"debe ser una lista de secciones: escriba [[{self.place}{key}]] con doble corchete.")
            return []
        return [TomlTable(item, self.faults, f"{self.place}{key}[{i}].") for i, item in enumerate(value, start=1)]

    def close(self) -> None:
        """Notes every key that means nothing here, with the likely intention."""
        for key in self.values:
            if key not in self._known:
                close = get_close_matches(key, self._known, n=1)
                self.fault(key, f"no existe esta clave{f'; ¿quiso decir {close[0]}?' if close else '.'}")
