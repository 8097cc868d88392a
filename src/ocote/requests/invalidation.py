"""``POST /invalidate/{id_or_ref}``: why a document is cancelled (contract 13, D18)."""

from collections.abc import Callable, Mapping
from typing import Any

from ocote.documents.view import AnswerWarning
from ocote.dte import catalogs, dui, nit
from ocote.dte.catalogs import Catalog
from ocote.dte.sale import Person
from ocote.issuing.request import InvalidationRequest
from ocote.requests.description import FieldGroup, InnerObject, RequestField, RequestObject
from ocote.requests.examples import INVALIDATION_EXAMPLES
from ocote.requests.kinds import ChoiceValue, CodeValue, IdentifierValue, ReferenceValue, TextValue
from ocote.requests.reading import FoundValues, Reading, read_by
from ocote.requests.reference import MAX_REFERENCE

_REASON = RequestField(
    "reason",
    ChoiceValue({1: "error in the document", 2: "operation rescinded", 3: "other"}, "invalidation_reason_unknown"),
    "CAT-024.",
    1,
    default=2,
)
_NOTE = RequestField("note", TextValue(250, most_breaks=10), "Explanation; required for reason 3.", "Precio equivocado")
_REPLACEMENT = RequestField(
    "replacement",
    ReferenceValue(MAX_REFERENCE),
    "The stamped document that takes the place: `document_id`, `external_ref` or `control_number`. Required for "
    "reasons 1 and 3 except for credit notes, refused otherwise.",
    "POS7-000916",
)
_NAME = RequestField("name", TextValue(100), "Full name.", "Marta Alvarenga", required=True)
_DOCUMENT_TYPE = RequestField(
    "document_type",
    CodeValue[str](catalogs.labels(Catalog.IDENTITY_DOCUMENTS), "document_type_unknown"),
    "CAT-022.",
    "13",
    required=True,
)
_DOCUMENT_NUMBER = RequestField(
    "document_number",
    TextValue(20),
    "Its number; a DUI or NIT with a right check digit.",
    "00016297-5",
    required=True,
)
_CHECKED: Mapping[str, Callable[[str], str]] = {"13": dui.parse_dui, "36": nit.parse_nit}


def _read_identity(reading: Reading) -> tuple[str, str] | None:
    """The kind (CAT-022) and number of an identity document; a DUI or a NIT must be one."""
    document_type = reading.read(_DOCUMENT_TYPE)
    parse = _CHECKED.get(document_type or "")
    number = reading.read(_DOCUMENT_NUMBER, IdentifierValue(parse=parse) if parse is not None else None)
    return (document_type, number) if document_type is not None and number is not None else None


_IDENTITY = FieldGroup((_DOCUMENT_TYPE, _DOCUMENT_NUMBER), _read_identity)
_REQUESTER = RequestObject("Requester", "Who asked for the cancellation.", (_NAME, _IDENTITY))
_REQUESTED_BY: RequestField[FoundValues] = RequestField("requested_by", InnerObject(_REQUESTER))

INVALIDATION_BODY = RequestObject(
    "InvalidationRequest",
    "Why a document is cancelled; without a body reason 2.",
    (_REASON, _NOTE, _REPLACEMENT, _REQUESTED_BY),
    examples=INVALIDATION_EXAMPLES,
)


def read_invalidation_request(
    body: Mapping[str, Any], warnings: list[AnswerWarning] | None = None
) -> InvalidationRequest:
    """The reason and all that goes with it, as far as sent. Raises InvalidRequest with all faults.

    Which reason goes with which note and replacement (rules.md 5.1) depends on the document and is checked later.
    What is ignored is added to ``warnings``.
    """
    reading = read_by(INVALIDATION_BODY, body, warnings=warnings)
    found = reading.accepted()
    requester = found.get(_REQUESTED_BY)
    return InvalidationRequest(
        found[_REASON] if reading.has(_REASON) else None,
        found.get(_NOTE),
        found.get(_REPLACEMENT),
        Person(requester[_NAME], *requester[_IDENTITY]) if requester is not None else None,
    )
