"""The transmission of a document to MH: at once, or later because of a contingency (rules.md 3, 4)."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.dte.sale import Contingency
from ocote.dte.types import DOCUMENT_TYPES, ContingencyText

OTHER_KIND = 5

_TEXTS = [written.contingency_text for row in DOCUMENT_TYPES.values() for written in row.editions.values()]
_KEYS = frozenset(text.key for text in _TEXTS)

SHORTEST_REASON = max(text.shortest for text in _TEXTS)
LONGEST_REASON = min(text.longest for text in _TEXTS)
"""Longest text of kind 5 that fits every type in either edition; ``SHORTEST_REASON`` is the shortest (rules.md 4)."""


class TransmissionMode(Struct, frozen=True):
    """``tipoModelo`` (CAT-003), ``tipoOperacion`` (CAT-004), ``tipoContingencia`` (CAT-005) and its text."""

    model: int
    operation: int
    kind: int | None
    reason: str | None


NORMAL = TransmissionMode(model=1, operation=1, kind=None, reason=None)


def transmission(contingency: Contingency | None, text: ContingencyText) -> TransmissionMode:
    """The transmission that a document made under ``contingency`` declares; ``NORMAL`` without contingency.

    Only kind 5 has a text, which is compulsory: the normativa's annex IV requires null for the other four kinds.
    Raises InvalidSale when that text is missing or outside the bounds of the schema.
    """
    if contingency is None:
        return NORMAL
    reason = contingency.reason if contingency.kind == OTHER_KIND else None
    if contingency.kind == OTHER_KIND and not text.shortest <= len(reason or "") <= text.longest:
        message = f"El motivo de la contingencia debe tener de {text.shortest} a {text.longest} caracteres."
        raise InvalidSale([Fault(FaultCode.CONTINGENCY_REASON_LENGTH, "contingency.reason", message)])
    return TransmissionMode(model=2, operation=2, kind=contingency.kind, reason=reason)


def in_contingency(document: Mapping[str, Any], contingency: Contingency) -> dict[str, Any]:
    """A document written for normal transmission, declared as transmitted under ``contingency``.

    Nothing else changes: number, code, date and hour stay, because the document keeps its identity (rules.md 4). The
    text of kind 5 has to lie within ``SHORTEST_REASON`` and ``LONGEST_REASON``, which the caller has checked.
    """
    declared = transmission(contingency, ContingencyText(SHORTEST_REASON, LONGEST_REASON))
    block = document["identificacion"]
    [reason_key] = _KEYS & block.keys()
    return {
        **document,
        "identificacion": {
            **block,
            "tipoModelo": declared.model,
            "tipoOperacion": declared.operation,
            "tipoContingencia": declared.kind,
            reason_key: declared.reason,
        },
    }
