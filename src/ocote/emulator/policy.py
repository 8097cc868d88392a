"""The emulator's choices where the sources are silent or contradictory, as values that a test may change."""

from dataclasses import dataclass
from datetime import date

from ocote.emulator.shapes.violations import Dialect


@dataclass(frozen=True, slots=True)
class Policy:
    """The emulator's choices; none of them is a fact about MH (protocol.md 9)."""

    token_lifetime_s: int = 86_400
    dialect: Dialect = "translated"
    """Wording of schema observations; MH uses both (protocol.md 5.3)."""
    total_after_withholding_accepted: bool = False
    """Whether to accept also a CCF whose ``montoTotalOperacion`` is after withholding, as in MF2's example."""
    deferred_accepted: bool = False
    """Whether to accept model 2 with operation 1 in lots, which needs a prior resolution of MH (rules.md 3)."""
    export_taxes_authorized: bool = True
    """Whether exporters have MH's authorisation for fuel taxes and tax lines (v2.0); the emulator has no register."""
    lone_other_condition_accepted: bool = True
    """Whether condition 3 may have one payment without a term.

    CAT-016 calls the condition "other"; MF2 §XIX describes it as a mix of payments with and without a term."""
    v1_until: date | None = None
    """Last day on which documents and events of Normativa v1.x are received; None for no end (protocol.md 7)."""
    contingency_rejection_status: int = 400
    event_window_h: int = 24
    """Hours from the end of the cause to the contingency event (rules.md 4)."""
    correction_window_h: int = 24
    """Hours from the refusal of a contingency event to its correction (rules.md 4).

    rules.md 4 also limits every event to 24 hours after the end of the cause; which of the two limits MH applies where
    they differ is not known. With 0 only the end of the cause counts."""
    documents_window_h: int = 72
    """Hours from the event's stamp to its documents (rules.md 4)."""
    lot_pending_polls: int = 0
    """The number of queries of a lot that find the lot still in process."""
    invalidation_days_v1: int = 1
    """v1.x, types 03 to 09 and 15: calendar days after the stamp (rules.md 5.2)."""
    invalidation_business_days_v2: int = 10
    """v2.0, types 03 to 09 and 15: business days of the month after the stamp's tax period (rules.md 5.2)."""
    invalidation_months: int = 3
    """Types 01, 11 and 14 in both editions: months after the stamp (rules.md 5.2)."""
    long_window_activities: tuple[str, ...] = ("21001", "21008", "46482", "46484", "46491", "47721")
    """v2.0, types 01 and 11 of emitters in these activities: the longer window (NC2 Annex V; MF2's list differs)."""
    long_window_months: int = 24
    related_months: int = 3
    """Largest age in months of the document that a note adjusts (rules.md 7)."""
