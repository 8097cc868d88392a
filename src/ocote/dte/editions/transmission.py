"""How a document reaches MH: at once, or later because of a contingency (rules.md 3, 4)."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.sale import Contingency

OTHER_KIND = 5
SHORTEST_REASON = 5
LONGEST_REASON = 150
"""What the text of kind 5 may be in every type of either edition (rules.md 4)."""


class Transmission(Struct, frozen=True):
    """``tipoModelo`` (CAT-003), ``tipoOperacion`` (CAT-004), ``tipoContingencia`` (CAT-005) and its text."""

    model: int
    operation: int
    kind: int | None
    reason: str | None


NORMAL = Transmission(model=1, operation=1, kind=None, reason=None)


def transmission(contingency: Contingency | None, shortest: int, longest: int) -> Transmission:
    """How a document made under ``contingency`` declares itself.

    The text goes with kind 5 only, where it is compulsory: the normativa's annex IV wants null for the other four.
    Raises InvalidSale when that text is missing or outside the schema's ``shortest`` to ``longest`` characters.
    """
    if contingency is None:
        return NORMAL
    reason = contingency.reason if contingency.kind == OTHER_KIND else None
    if contingency.kind == OTHER_KIND and not shortest <= len(reason or "") <= longest:
        message = f"El motivo de la contingencia debe tener de {shortest} a {longest} caracteres."
        raise InvalidSale([Fault(FaultCode.CONTINGENCY_REASON_LENGTH, "contingency.reason", message)])
    return Transmission(model=2, operation=2, kind=contingency.kind, reason=reason)


def in_contingency(document: Mapping[str, Any], contingency: Contingency) -> dict[str, Any]:
    """A document written for normal transmission, declared anew as transmitted under ``contingency``.

    Nothing else changes: number, code, date and hour stay, for it is the same document (rules.md 4). The text has to
    fit, which for kind 5 the caller has checked against the shortest limit of all types, 5 to 150 characters.
    """
    declared = transmission(contingency, SHORTEST_REASON, LONGEST_REASON)
    said = document["identificacion"]
    # FEX v1 alone spells the name of the text without its first "n" (rules.md 4).
    reason = "motivoContigencia" if "motivoContigencia" in said else "motivoContin"
    return {
        **document,
        "identificacion": {
            **said,
            "tipoModelo": declared.model,
            "tipoOperacion": declared.operation,
            "tipoContingencia": declared.kind,
            reason: declared.reason,
        },
    }
