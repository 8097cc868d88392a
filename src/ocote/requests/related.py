"""The documents from which a sale comes, and the line that comes from each (wider-sales.md 2.9, 4.1)."""

import re
from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.dte import catalogs
from ocote.dte.catalogs import Catalog
from ocote.dte.faults import Fault
from ocote.dte.mentions import RelatedDocument
from ocote.dte.sale import Line
from ocote.dte.types import CREDIT_NOTE
from ocote.errors import fault
from ocote.requests.description import InnerList, RequestField, RequestObject
from ocote.requests.kinds import CodeValue, DayValue, DecimalValue, Faulty, ReferenceValue, TextValue
from ocote.requests.mentions import SALE_CODES
from ocote.requests.reading import FoundValues, Reading
from ocote.requests.reference import MAX_REFERENCE

MAX_RELATED: Final = 50
_NOT_HERE: Final = "field_not_here"

GENERATION_CODE_FORM: Final = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")


class GenerationCodeValue(Struct, frozen=True):
    """The generation code of an electronic document, which MH writes in capitals."""

    def read(self, sent: Any) -> str:
        """The code in capitals."""
        code = _TEXT.read(sent).upper()
        if not GENERATION_CODE_FORM.fullmatch(code):
            raise Faulty("generation_code_malformed")
        return code


class PositionValue(Struct, frozen=True):
    """The position in a list of up to ``most`` elements, from 0; whoever has the list judges one beyond its end."""

    most: int
    fault: str

    def read(self, sent: Any) -> int:
        """The position."""
        return int(DecimalValue(0, self.fault).read(sent))


_TEXT: Final = TextValue(36)

OWN = RequestField(
    "document_id",
    ReferenceValue(MAX_REFERENCE),
    "One of the company's own documents: its `document_id`, `external_ref` or `control_number`. None of the types that "
    "may be related (04, 08, 09) is issued here yet, so that every document found is a 400 `related_type_not_allowed`.",
    "NR-0007",
)
_DOC_TYPE = RequestField(
    "doc_type",
    CodeValue[str](catalogs.labels(Catalog.DOCUMENT_TYPES), "related_type_not_allowed", {"allowed": "04, 08 o 09"}),
    "Of a document of another system: `04` delivery note, `08` or `09` settlement.",
    "04",
)
_NUMBER = RequestField("number", TextValue(36), "Number of a document on paper.", "NR-000123")
GENERATION_CODE = RequestField(
    "generation_code",
    GenerationCodeValue(),
    "Generation code of an electronic document.",
    "E8B60BA3-8901-47EC-AC04-9E8F603C38DC",
)
ISSUED_ON = RequestField("issued_on", DayValue(), "Its own date.", "2027-01-14")


def _check_related(reading: Reading) -> None:
    """Notes a document that is named in two ways, or in none."""
    numbers: list[RequestField[str]] = [field for field in (_NUMBER, GENERATION_CODE) if reading.has(field)]
    if reading.has(OWN):
        others: tuple[RequestField[Any], ...] = (_DOC_TYPE, *numbers, ISSUED_ON)
        for other in others:
            if reading.has(other):
                reading.refuse(other, "related_named_twice")
        return
    if not numbers and not reading.has(_DOC_TYPE) and not reading.has(ISSUED_ON):
        reading.miss(OWN, instead="; uno de otro sistema lleva doc_type, issued_on y number o generation_code")
        return
    needed: tuple[RequestField[Any], ...] = (_DOC_TYPE, ISSUED_ON)
    for field in needed:
        if not reading.has(field):
            reading.refuse(field, "field_required")
    if not numbers:
        reading.refuse(_NUMBER, "field_required")
    elif len(numbers) > 1:
        reading.refuse(GENERATION_CODE, "related_named_twice")


RELATED_DOCUMENTS: RequestField[list[FoundValues]] = RequestField(
    "related_documents",
    InnerList(
        RequestObject(
            "RelatedDocument",
            "A document from which the sale comes: an own one by `document_id`, or one of another system by "
            "`doc_type`, `issued_on` and either `number` (on paper) or `generation_code`. An 11 names them in v2.0 "
            "alone.",
            (OWN, _DOC_TYPE, _NUMBER, GENERATION_CODE, ISSUED_ON),
            check=_check_related,
            is_of_others=True,
        ),
        MAX_RELATED,
        least=0,
        too_many="related_too_many",
    ),
    only_for=SALE_CODES,
    elsewhere=_NOT_HERE,
)
LINE_RELATED = RequestField(
    "related",
    PositionValue(MAX_RELATED, "related_index_unknown"),
    "Position in `related_documents`, from 0, of the document that the line comes from, or of the CCF that the line of "
    "a note adjusts; the only one when absent.",
    only_for=SALE_CODES | {CREDIT_NOTE.code},
    elsewhere=_NOT_HERE,
)
LINE_DOCUMENT = replace(
    OWN,
    meaning="Of a note: one of the company's own CCFs, which the line adjusts, in place of `related`; that of the note "
    "when both are absent.",
    example="B2B-2026-0031",
    only_for=frozenset({CREDIT_NOTE.code}),
)


def check_relations(reading: Reading, lines: RequestField[list[FoundValues]]) -> None:
    """Notes a list without documents, a line that names none of them, and a document that no line names."""
    found = reading.found
    related = found.get(RELATED_DOCUMENTS)
    if reading.has(RELATED_DOCUMENTS) and (related is None or not reading.has_only_objects(RELATED_DOCUMENTS)):
        return
    count = len(related or ())
    if related is not None and not count:
        reading.refuse(RELATED_DOCUMENTS, "related_empty")
    read = found.get(lines)
    used: set[int | None] = set()
    for (path, sent), line in zip(reading.objects(lines), read or (), strict=False):
        position, at = line.get(LINE_RELATED), f"{path}.{LINE_RELATED.name}"
        if position is None and sent.get(LINE_RELATED.name) is None:
            if count > 1:
                reading.faults.append(fault("field_required", at))
            position = 0
        elif position is not None and position >= count:
            reading.faults.append(fault("related_index_unknown", at))
        used.add(position)
    if read is None or None in used:
        return
    for position in range(count):
        if position not in used:
            reading.faults.append(unused_document(position))


def unused_document(position: int) -> Fault:
    """The fault of a listed document that no line names."""
    instead = f"envíe {LINE_RELATED.name}: {position} en una línea, o quítelo"
    return fault("related_unused", f"{RELATED_DOCUMENTS.name}[{position}]", instead=instead)


def related_of(found: FoundValues) -> tuple[RelatedDocument | str, ...]:
    """The related documents: one of the company's own as its identifier, the others as they are named."""
    return tuple(map(_related, found.get(RELATED_DOCUMENTS) or ()))


def _related(found: FoundValues) -> RelatedDocument | str:
    own, code = found.get(OWN), found.get(GENERATION_CODE)
    if own is not None:
        return own
    number = code if code is not None else found[_NUMBER]
    return RelatedDocument(found[_DOC_TYPE], number, found[ISSUED_ON], electronic=code is not None)


def with_relations(lines: Sequence[Line], related: Sequence[RelatedDocument | str]) -> tuple[Line, ...]:
    """The lines, each with the position of the document that it comes from: the only one when it names none."""
    if len(related) != 1:
        return tuple(lines)
    return tuple(replace(line, related=0) for line in lines)
