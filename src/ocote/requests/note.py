"""``POST /credit-memo``: a credit note on CCFs (contract 10, D16, rules.md 7)."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.view import AnswerWarning
from ocote.dte.mentions import NO_MENTIONS, Mentions, ThirdParty
from ocote.dte.sale import Line
from ocote.dte.terms import Charge
from ocote.dte.types import CREDIT_NOTE
from ocote.issuing.request import CustomerData, NoteRequest
from ocote.requests.addresses import REDIRECT_EMAIL
from ocote.requests.adjusted import ADJUSTED_DOCUMENTS, names_foreign, names_own
from ocote.requests.description import FieldGroup, RequestField, RequestObject
from ocote.requests.examples import NOTE_EXAMPLES, NOTE_SAMPLE
from ocote.requests.kinds import ReferenceValue, YesNoValue
from ocote.requests.lines import LINES, sale_line
from ocote.requests.mentions import MENTION_FIELDS, NOTED_FIELDS, ON_BEHALF_OF, mentions_of, third_party
from ocote.requests.naming import Naming, named_documents, named_parts
from ocote.requests.payment import CONDITION
from ocote.requests.person import CUSTOMER, ISSUER_ACTIVITY, customer_data
from ocote.requests.reading import FoundValues, Reading, read_by, says
from ocote.requests.reference import EXTERNAL_REF, IDEMPOTENCY_KEY, MAX_REFERENCE
from ocote.requests.related import LINE_DOCUMENT, LINE_RELATED
from ocote.requests.sale_terms import CHARGE_LIST, CHARGE_RELATED, PRICES_INCLUDE_VAT, TERM_FIELDS, charges_in

_LineOrCharge = TypeVar("_LineOrCharge", Line, Charge)

_DOCUMENT_ID = RequestField(
    "document_id",
    ReferenceValue(MAX_REFERENCE),
    "The CCF, and that of all lines that name no other: its `document_id`, `external_ref` or `control_number`. "
    "Required unless `related_documents` or the lines name the CCFs.",
    "B2B-2026-0031",
)
_FULL_ADJUSTMENT = RequestField(
    "full_adjustment",
    YesNoValue(),
    "Take back the whole CCF and cancel it; for one own CCF alone, and not together with `lines`.",
    default=False,
)
_LINES = replace(LINES, required=False)
_PRICES_INCLUDE_VAT = replace(
    PRICES_INCLUDE_VAT,
    meaning="Whether the prices of `lines` include VAT; when absent as those of each CCF, those of a CCF of another "
    "system with VAT.",
    only_for=frozenset(),
    elsewhere="",
)
_CHARGES = replace(
    CHARGE_LIST,
    meaning="Charges of the CCF that go back with `lines`, by the descriptions that they have there; only in v2.0.",
    only_for=frozenset(),
    elsewhere="",
)
_REPEATED = "Of a note on CCFs of other systems alone; any other note repeats that of its CCF."
_NAMED_ELSEWHERE = (
    "; un CCF de otro sistema, o en papel, va en related_documents con generation_code o number y sus montos, y una "
    "línea nombra el suyo con document_id"
)
_CUSTOMER = replace(
    CUSTOMER,
    meaning="Of a note on a CCF of another system. Required when all its CCFs are of other systems; beside an own CCF "
    "it may be sent, and is the buyer of that CCF. A note on own CCFs alone repeats their buyer.",
    required_for={},
)
_ACTIVITY = replace(ISSUER_ACTIVITY, meaning=f"{ISSUER_ACTIVITY.meaning} {_REPEATED}")
_CONDITION = replace(CONDITION, meaning=f"{CONDITION.meaning} Cash when absent. {_REPEATED}", default=None)
_REDIRECT_EMAIL = replace(REDIRECT_EMAIL, meaning=f"{REDIRECT_EMAIL.meaning} {_REPEATED}")
_TERMS_OF_THE_CCF = (_ACTIVITY, _CONDITION, _REDIRECT_EMAIL)
_ON_BEHALF_OF = replace(ON_BEHALF_OF, meaning=_REPEATED, only_for=frozenset(), elsewhere="")


def _read_document_id(reading: Reading) -> str | None:
    """The CCF of the note, which may be absent when others are named."""
    is_named = reading.has(ADJUSTED_DOCUMENTS) or _lines_name_own(reading)
    if not is_named and not reading.has(_DOCUMENT_ID):
        reading.miss(_DOCUMENT_ID, instead=_NAMED_ELSEWHERE)
    return reading.read(_DOCUMENT_ID)


def _names_own(reading: Reading) -> bool:
    """Whether the note names a CCF of the company, from which it takes parties and terms."""
    return reading.has(_DOCUMENT_ID) or names_own(reading) or _lines_name_own(reading)


def _lines_name_own(reading: Reading) -> bool:
    return any(reading.has_inside(each, LINE_DOCUMENT) for each in (_LINES, _CHARGES))


def _read_lines(reading: Reading) -> list[FoundValues] | None:
    """The lines of a partial note, which does not take back the whole CCF."""
    lines = reading.read(_LINES)
    if reading.has(_LINES) and reading.found.get(_FULL_ADJUSTMENT):
        reading.refuse(_LINES, "note_lines_and_full_adjustment")
    return lines


class _Parties(Struct, frozen=True):
    """The parties and terms of a note that has no own CCF to take them from, or the customer that it compares."""

    customer: CustomerData | None = None
    activity_code: str | None = None
    condition: int | None = None
    redirect_email: str | None = None
    on_behalf_of: ThirdParty | None = None


def _read_parties(reading: Reading) -> _Parties | None:
    """The parties and terms of a note on CCFs of other systems alone; what another note repeats is ignored.

    Beside an own CCF the customer of the others is read, to be compared with the buyer of the own one.

    None is also what a note has whose list of CCFs could not be read.
    """
    if _names_own(reading) or not reading.has(ADJUSTED_DOCUMENTS):
        is_compared = names_foreign(reading)
        for field in _TERMS_OF_THE_CCF if is_compared else (_CUSTOMER, *_TERMS_OF_THE_CCF):
            if reading.has(field):
                reading.ignore(field, "la nota repite lo que dice su crédito fiscal")
        if reading.has(_ON_BEHALF_OF):
            types = ", ".join(sorted(ON_BEHALF_OF.only_for))
            reading.refuse(_ON_BEHALF_OF, "field_not_here", "; la nota repite el de su crédito fiscal", types=types)
        return _Parties(_read_customer(reading)) if is_compared else None
    if not says(reading.found, ADJUSTED_DOCUMENTS):
        return None
    if not reading.has(_CUSTOMER):
        reading.miss(_CUSTOMER, "note_customer_missing")
    before = len(reading.faults)
    customer, copies = _read_customer(reading), reading.read(_REDIRECT_EMAIL)
    activity, condition = reading.read(_ACTIVITY), reading.read(_CONDITION)
    principal = reading.read(_ON_BEHALF_OF)
    if len(reading.faults) > before:
        return None
    return _Parties(
        customer,
        activity,
        condition,
        ",".join(copies) if copies else None,
        third_party(principal),
    )


def _read_customer(reading: Reading) -> CustomerData | None:
    """The buyer that was sent; None for none, and for a faulty one."""
    before = len(reading.faults)
    customer = reading.read(_CUSTOMER)
    return customer_data(customer) if customer is not None and len(reading.faults) == before else None


_DOCUMENT = FieldGroup((_DOCUMENT_ID,), _read_document_id)
_PARTIAL = FieldGroup((_LINES,), _read_lines)
_PARTIES = FieldGroup((_CUSTOMER, _ACTIVITY, _CONDITION, _REDIRECT_EMAIL, _ON_BEHALF_OF), _read_parties)


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
    "CCF and cancels it; with neither it copies all lines and the CCF stays valid. A note on several CCFs, or on one "
    "of another system, has `lines`.",
    (
        _DOCUMENT,
        _FULL_ADJUSTMENT,
        _PARTIAL,
        _PRICES_INCLUDE_VAT,
        _CHARGES,
        *NOTED_FIELDS,
        _REFERENCE,
        ADJUSTED_DOCUMENTS,
        _PARTIES,
    ),
    only_type=CREDIT_NOTE.code,
    check=_check,
    foreign=tuple(
        field
        for field in (*TERM_FIELDS, *MENTION_FIELDS)
        if field not in {PRICES_INCLUDE_VAT, CHARGE_LIST, ON_BEHALF_OF, *NOTED_FIELDS}
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
    reading = read_by(NOTE_BODY, body, {IDEMPOTENCY_KEY: idempotency_key}, warnings)
    naming = _named(reading)
    found = reading.accepted()
    lines, parties = found.get(_PARTIAL), found.get(_PARTIES) or _Parties()
    return NoteRequest(
        document_ref=naming.document_ref,
        lines=_placed([sale_line(line) for line in lines], naming.lines) if lines is not None else None,
        full_adjustment=found[_FULL_ADJUSTMENT],
        external_ref=found.get(_REFERENCE),
        prices_include_vat=found.get(_PRICES_INCLUDE_VAT) if lines is not None else None,
        charges=_placed(charges_in(found.get(_CHARGES) or []), naming.charges),
        mentions=_mentions(found, parties.on_behalf_of),
        adjusted=naming.adjusted,
        customer=parties.customer,
        activity_code=parties.activity_code,
        condition=parties.condition,
        redirect_email=parties.redirect_email,
    )


def _named(reading: Reading) -> Naming:
    """The CCFs of the note. Notes what is wrong with how they are named, and what only a note on one own CCF does."""
    found = reading.found
    document_id: str | None = found.get(_DOCUMENT)
    listed: list[FoundValues] | None = found.get(ADJUSTED_DOCUMENTS)
    if document_id is None and reading.has(_DOCUMENT_ID):
        return Naming()
    if reading.has(ADJUSTED_DOCUMENTS) and (listed is None or not reading.has_only_objects(ADJUSTED_DOCUMENTS)):
        return Naming()
    if listed is not None and not listed:
        reading.refuse(ADJUSTED_DOCUMENTS, "related_empty")
    if document_id is None and not listed and not _lines_name_own(reading):
        return Naming()
    naming = named_documents(
        document_id,
        listed or [],
        named_parts(reading, _LINES, LINE_RELATED, found.get(_PARTIAL)),
        named_parts(reading, _CHARGES, CHARGE_RELATED, found.get(_CHARGES)),
    )
    reading.faults += naming.faults
    if len(naming.documents) > 1 or (naming.documents and not _names_own(reading)):
        if found.get(_FULL_ADJUSTMENT):
            reading.refuse(_FULL_ADJUSTMENT, "full_adjustment_one_ccf")
        if not reading.has(_LINES):
            why = "; una nota sobre varios CCF, o sobre uno de otro sistema, dice en sus líneas qué ajusta de cada uno"
            reading.refuse(_LINES, "field_required", why)
    return naming


def _placed(parts: Sequence[_LineOrCharge], positions: Sequence[int | None]) -> tuple[_LineOrCharge, ...]:
    """The lines or charges, each with the position of its CCF among those that the note adjusts."""
    return tuple(
        part if part.related == position else replace(part, related=position)
        for part, position in zip(parts, positions, strict=True)
    )


def _mentions(found: FoundValues, principal: ThirdParty | None) -> Mentions | None:
    mentions = mentions_of(found)
    return mentions if principal is None else replace(mentions or NO_MENTIONS, on_behalf_of=principal)
