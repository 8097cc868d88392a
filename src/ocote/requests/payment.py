"""How a document is paid when it is paid at once or by one term: method, condition, term (contract 4.6)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.paying import CREDIT
from ocote.dte.sale import Payment
from ocote.requests.description import RequestField
from ocote.requests.kinds import ChoiceValue, CodeValue, WholeValue
from ocote.requests.reading import FoundValues, Reading

PAYMENT_METHOD = RequestField(
    "payment_method",
    CodeValue[str](catalogs.labels(Catalog.PAYMENT_METHODS), "payment_method_unknown"),
    "CAT-017.",
    default="01",
)
CONDITION = RequestField(
    "transaction_condition",
    ChoiceValue({1: "cash", 2: "credit", 3: "other"}, "transaction_condition_unknown"),
    "CAT-016.",
    2,
    default=1,
)
_LONGEST_TERM: Final = 9999
_TERM_UNITS: Final[Mapping[int, str]] = {1: "days", 2: "months", 3: "years"}


def _as_days(value: Decimal) -> str:
    """The hint for a number of days in place of the unit, as an older edition of the contract had it."""
    if not len(_TERM_UNITS) < value <= _LONGEST_TERM or value != value.to_integral_value():
        return ""
    days = int(value)
    return f'; para {days} días envíe "{DEADLINE.name}": 1 y "{PERIOD.name}": {days}'


DEADLINE = RequestField(
    "deadline",
    ChoiceValue(_TERM_UNITS, "deadline_unknown", hint=_as_days),
    "Unit of the credit term, not a count (CAT-018); matters with condition 2.",
    default=1,
)
PERIOD = RequestField(
    "period",
    WholeValue(_LONGEST_TERM, "period_not_positive"),
    "How many units the credit term has; matters with condition 2.",
    30,
    default=1,
)


def ignore_idle_term(reading: Reading) -> None:
    """Notes that unit and count of a term are ignored when the document is not paid on credit by one payment."""
    found = reading.found
    if found.get(CONDITION) == CREDIT:
        return
    for field in (DEADLINE, PERIOD):
        if found.get(field) not in (None, field.default):
            reading.ignore(field, f"solo cuenta al crédito, con {CONDITION.name} {CREDIT}")


def single_payment(found: FoundValues) -> Payment:
    """Method CAT-017, condition CAT-016, term unit CAT-018 and count of a document that is paid in one way."""
    return Payment(
        method=found[PAYMENT_METHOD],
        condition=found[CONDITION],
        term_unit=found[DEADLINE],
        term_count=found[PERIOD],
    )


def asked_condition(reading: Reading) -> int | None:
    """The condition of the operation (CAT-016) if the request says one."""
    return reading.found.get(CONDITION) if reading.has(CONDITION) else None
