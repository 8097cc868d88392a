"""One document of the demonstration, before it is posted."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """A request, its endpoint, and a Spanish title for what it shows."""

    title: str
    path: str
    request: dict[str, Any]

    @property
    def reference(self) -> str:
        """The caller's own name of the document."""
        return str(self.request["external_ref"])
