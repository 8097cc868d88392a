"""The faults that take the place of warnings, when the caller or the company wants no document with them. Pure."""

from collections.abc import Iterable, Sequence

from ocote.companies.company import Profile
from ocote.documents.view import AnswerWarning
from ocote.dte.faults import Fault
from ocote.errors import ANSWER_WARNINGS, fault
from ocote.issuing.order import Order

_FILLED = "buyer_field_filled"


def strict_faults(warnings: Iterable[AnswerWarning]) -> list[Fault]:
    """The faults in place of those warnings that strict handling does not let pass, in their order."""
    named = ((ANSWER_WARNINGS[each.code].strict, each) for each in warnings)
    return [fault(code, each.field, **each.values) for code, each in named if code]


def faults_of_draft(warnings: Sequence[AnswerWarning], order: Order, profile: Profile) -> list[Fault]:
    """The faults in place of the warnings of a document, in their order.

    With strict handling (``Prefer: handling=strict``, RFC 7240) these are all that have a fault of their own, else
    those that the company's setting ``incomplete_buyers`` refuses. The setting does not hold for a credit note, whose
    buyer is that of the CCF and whose request cannot complete the buyer.
    """
    if order.is_strict:
        return strict_faults(warnings)
    if profile.incomplete_buyers == "refuse" and order.family != "note":
        return strict_faults(each for each in warnings if each.code == _FILLED)
    return []
