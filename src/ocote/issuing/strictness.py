"""Strict handling: the faults that take the place of warnings (``Prefer: handling=strict``, RFC 7240). Pure."""

from collections.abc import Iterable

from ocote.documents.view import AnswerWarning
from ocote.dte.faults import Fault
from ocote.errors import ANSWER_WARNINGS, fault


def strict_faults(warnings: Iterable[AnswerWarning]) -> list[Fault]:
    """The faults in place of those warnings that strict handling does not let pass, in their order."""
    named = ((ANSWER_WARNINGS[each.code].strict, each) for each in warnings)
    return [fault(code, each.field, **each.values) for code, each in named if code]
