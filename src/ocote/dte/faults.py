"""Reasons why content cannot become a tax document: faults with a stable code, a field path and a Spanish message."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class FaultCode(StrEnum):
    """Fault codes on which integrators rely: they are never renamed and never reused."""

    FIELD_REQUIRED = "field_required"
    TEXT_TOO_SHORT = "text_too_short"
    INVALID_NIT = "invalid_nit"
    INVALID_DUI = "invalid_dui"
    INVALID_NRC = "invalid_nrc"
    NO_LINES = "no_lines"
    TOO_MANY_LINES = "too_many_lines"
    TOO_MANY_DECIMALS = "too_many_decimals"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    PRICE_OUT_OF_RANGE = "price_out_of_range"
    DISCOUNT_OUT_OF_RANGE = "discount_out_of_range"
    LINE_ROUNDS_TO_ZERO = "line_rounds_to_zero"
    LINE_TOO_LARGE = "line_too_large"
    TOTAL_TOO_SMALL = "total_too_small"
    TOTAL_TOO_LARGE = "total_too_large"
    DISCOUNT_TOTAL_TOO_LARGE = "discount_total_too_large"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    DISCOUNT_TAKES_ALL = "discount_takes_all"
    TAX_AMOUNT_MISSING = "tax_amount_missing"
    TAX_AMOUNT_DIFFERS = "tax_amount_differs"
    TAX_QUANTITY_NOT_WHOLE = "tax_quantity_not_whole"
    TAXES_EXCEED_LINE = "taxes_exceed_line"
    CHARGE_WITHOUT_SALE = "charge_without_sale"
    CHARGE_EXCEEDS_TOTAL = "charge_exceeds_total"
    WITHHOLDING_WITHOUT_BASE = "withholding_without_base"
    INCOME_TAX_TOO_LARGE = "income_tax_too_large"
    INCOME_TAX_MISSING = "income_tax_missing"
    INCOME_TAX_REASON_MISSING = "income_tax_reason_missing"
    REMARKS_TOO_LONG = "remarks_too_long"
    COLLECTION_ONLY_GOODS = "collection_only_goods"
    COLLECTION_BUYER_LARGE = "collection_buyer_large"
    COLLECTION_BELOW_THRESHOLD = "collection_below_threshold"
    NET_PRICES_NOT_HERE = "net_prices_not_here"
    PAYMENTS_TOTAL_DIFFERS = "payments_total_differs"
    TRANSACTION_CONDITION_DIFFERS = "transaction_condition_differs"
    RECEIVER_NOT_IDENTIFIED = "receiver_not_identified"
    RECEIVER_INCOMPLETE = "receiver_incomplete"
    ADDRESS_ABROAD = "address_abroad"
    UNKNOWN_ACTIVITY = "unknown_activity"
    CONTINGENCY_REASON_LENGTH = "contingency_reason_length"
    EXPORT_TERMS_MISSING = "export_terms_missing"
    EXPORT_CODE_UNKNOWN = "export_code_unknown"
    EXPORT_REGIME_TYPE_MISMATCH = "export_regime_type_mismatch"
    EXPORT_CHARGE_OUT_OF_RANGE = "export_charge_out_of_range"
    NOTE_EXCEEDS_CCF = "note_exceeds_voucher"
    INVALIDATION_REASON_UNKNOWN = "invalidation_reason_unknown"
    INVALIDATION_NOTE_LENGTH = "invalidation_note_length"
    REPLACEMENT_MISSING = "replacement_missing"
    REPLACEMENT_NOT_ALLOWED = "replacement_not_allowed"
    PERSON_NAME_LENGTH = "person_name_length"
    PERSON_DOCUMENT_LENGTH = "person_document_length"


class Fault(Struct, frozen=True):
    """One fault of a request: ``field`` is the path in the request (``lines[0].quantity``).

    ``code`` is a FaultCode here; the HTTP layer makes faults with codes of its own.
    """

    code: str
    field: str
    message: str


class InvalidSale(Exception):  # noqa: N818 - our exceptions are named by what happened, without "Error"
    """A sale, purchase, note or event that no valid document can express; ``faults`` says why and is never empty."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.field}: {fault.message}" for fault in self.faults))


class InvalidIdentifier(ValueError):  # noqa: N818 - named by what happened
    """A NIT, DUI or NRC that cannot exist; ``code`` and the Spanish ``message`` go into a fault."""

    def __init__(self, code: FaultCode, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)
