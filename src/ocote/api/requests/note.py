"""``POST /credit-memo``: a credit note on a CCF (contract 10, D16)."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ocote.api.requests.description import FieldGroup, RequestField, RequestObject
from ocote.api.requests.examples import NOTE_EXAMPLES, NOTE_SAMPLE
from ocote.api.requests.kinds import ReferenceValue, YesNoValue
from ocote.api.requests.lines import LINES, sale_line
from ocote.api.requests.mentions import MENTION_FIELDS, NOTED_FIELDS, mentions_of
from ocote.api.requests.reading import FoundValues, Reading, read_by, says
from ocote.api.requests.reference import EXTERNAL_REF, IDEMPOTENCY_KEY, MAX_REFERENCE
from ocote.api.requests.related import RELATED_DOCUMENTS
from ocote.api.requests.sale_terms import CHARGE_LIST, PRICES_INCLUDE_VAT, TERM_FIELDS, charges_in
from ocote.documents.view import AnswerWarning
from ocote.dte.types import CREDIT_NOTE
from ocote.issuing.request import NoteRequest

_DOCUMENT_ID = RequestField(
    "document_id",
    ReferenceValue(MAX_REFERENCE),
    "The CCF: `document_id`, `external_ref` or `control_number`.",
    "B2B-2026-0031",
    required=True,
)
_FULL_ADJUSTMENT = RequestField(
    "full_adjustment", YesNoValue(), "Take back the whole CCF and cancel it; not together with `lines`.", default=False
)
_LINES = replace(LINES, required=False)
_PRICES_INCLUDE_VAT = replace(
    PRICES_INCLUDE_VAT,
    meaning="Whether the prices of `lines` include VAT; as those of the CCF when absent.",
    only_for=frozenset(),
    elsewhere="",
)
_CHARGES = replace(
    CHARGE_LIST,
    meaning="Charges of the CCF that go back with `lines`, by the descriptions that they have there; only in v2.0.",
    only_for=frozenset(),
    elsewhere="",
)


def _read_lines(reading: Reading) -> list[FoundValues] | None:
    """The lines of a partial note, which does not take back the whole CCF."""
    lines = reading.read(_LINES)
    if reading.has(_LINES) and reading.found.get(_FULL_ADJUSTMENT):
        reading.refuse(_LINES, "note_lines_and_full_adjustment")
    return lines


_PARTIAL = FieldGroup((_LINES,), _read_lines)


def _check(reading: Reading) -> None:
    """Notes charges without lines, and a kind of prices that no line has: the CCF is copied with all it says."""
    if reading.has(_LINES):
        return
    if says(reading.found, _CHARGES):
        reading.refuse(_CHARGES, "charge_without_sale")
    if reading.has(_PRICES_INCLUDE_VAT):
        reading.ignore(_PRICES_INCLUDE_VAT, "sin lines la nota copia las líneas del crédito fiscal")


_REFERENCE = replace(EXTERNAL_REF, example="NC-0007")

NOTE_BODY = RequestObject(
    "NoteRequest",
    "A credit note (05) to issue on a CCF. With `lines` it is partial; with `full_adjustment` it takes back the whole "
    "CCF and cancels it; with neither it copies all lines and the CCF stays valid.",
    (_DOCUMENT_ID, _FULL_ADJUSTMENT, _PARTIAL, _PRICES_INCLUDE_VAT, _CHARGES, *NOTED_FIELDS, _REFERENCE),
    only_type=CREDIT_NOTE.code,
    check=_check,
    foreign=tuple(
        field
        for field in (*TERM_FIELDS, *MENTION_FIELDS, RELATED_DOCUMENTS)
        if field not in {PRICES_INCLUDE_VAT, CHARGE_LIST, *NOTED_FIELDS}
    ),
    examples=NOTE_EXAMPLES,
    sample=NOTE_SAMPLE,
)


def read_note(
    body: Mapping[str, Any], idempotency_key: str | None = None, warnings: list[AnswerWarning] | None = None
) -> NoteRequest:
    """The note that is asked for. What is ignored is added to ``warnings``.

    Raises InvalidRequest with all faults.
    """
    found = read_by(NOTE_BODY, body, {IDEMPOTENCY_KEY: idempotency_key}, warnings).accepted()
    lines = found.get(_PARTIAL)
    return NoteRequest(
        found[_DOCUMENT_ID],
        tuple(sale_line(line) for line in lines) if lines is not None else None,
        found[_FULL_ADJUSTMENT],
        found.get(_REFERENCE),
        found.get(_PRICES_INCLUDE_VAT) if lines is not None else None,
        charges_in(found.get(_CHARGES) or []),
        mentions_of(found),
    )
