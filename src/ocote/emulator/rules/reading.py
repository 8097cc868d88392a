"""The data that a rule may read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ocote.emulator.companies import Company, Registry
from ocote.emulator.facts import Facts
from ocote.emulator.ledger import Ledger, Owner
from ocote.emulator.messages import Finding
from ocote.emulator.policy import Policy

Edition = Literal["v1", "v2"]

V2_VERSIONS = {"01": 2, "03": 4, "05": 4, "11": 3, "14": 2}
"""Schema version per type in Normativa v2.0 (protocol.md 7)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that meets its schema, with the ledger and the moment for its judgement."""

    document: dict[str, Any]
    facts: Facts
    company: Company
    now: datetime
    ledger: Ledger
    registry: Registry
    policy: Policy
    by_lot: bool = False
    outside_its_event: bool = False
    """Whether the document came in a lot of contingency documents whose event does not name the document."""

    @property
    def edition(self) -> Edition:
        """The edition of the Normativa in which the document is written."""
        return "v2" if V2_VERSIONS[self.facts.doc_type] == self.facts.version else "v1"

    @property
    def owner(self) -> Owner:
        """Environment and NIT of the emitter."""
        return self.company.environment, self.company.nit


Rule = Callable[[Reading], Finding | None]
