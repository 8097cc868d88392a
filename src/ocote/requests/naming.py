"""Which CCFs a note adjusts, and which of them each line and charge is for. Pure."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from ocote.dte.credit_note.value import StatedCcf
from ocote.dte.faults import Fault
from ocote.errors import fault, message
from ocote.requests.adjusted import (
    ADJUSTED_DOCUMENTS,
    control_number_at,
    control_number_of,
    number_of,
    own_of,
    stated_ccf,
)
from ocote.requests.description import RequestField
from ocote.requests.lines import LINES
from ocote.requests.reading import FoundValues, Reading
from ocote.requests.related import LINE_DOCUMENT, LINE_RELATED, MAX_RELATED, unused_document

_Key = str | tuple[str, bool] | int
"""What tells a CCF from the others: the text that names an own one, the number of one of another system."""

_OF_THE_NOTE: Final = "; o envíe document_id de la nota, que vale para las líneas que no nombran su CCF"


class Naming(Struct, frozen=True):
    """The CCFs that a note names, and the position among them of each line and of each charge.

    A note on one own CCF alone has its text as ``document_ref``, and neither documents nor positions. Any other has
    every CCF once in ``documents``: an own one as a text, one of another system as it was read. A position is also
    None where it cannot be known, and ``faults`` says why.
    """

    document_ref: str = ""
    documents: tuple[str | FoundValues, ...] = ()
    lines: tuple[int | None, ...] = ()
    charges: tuple[int | None, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def adjusted(self) -> tuple[StatedCcf | str, ...]:
        """The CCFs as values, in a request without faults."""
        return tuple(each if isinstance(each, str) else stated_ccf(each) for each in self.documents)


class NamedPart(Struct, frozen=True):
    """How a line or a charge names its CCF; ``at`` is the path of the line or the charge.

    ``own`` is the text that names an own CCF, ``position`` that of a listed one. ``names_own`` and ``names_listed`` say
    whether these were sent, faulty ones too.
    """

    at: str
    own: str | None
    position: int | None
    names_own: bool
    names_listed: bool


def named_parts(
    reading: Reading,
    within: RequestField[list[FoundValues]],
    related: RequestField[int],
    found: Sequence[FoundValues] | None,
) -> tuple[NamedPart, ...] | None:
    """The lines or the charges of a note, of which ``found`` was read; None for a list that could not be read."""
    if found is None:
        return None if reading.has(within) else ()
    return tuple(
        NamedPart(
            at,
            part.get(LINE_DOCUMENT),
            part.get(related),
            sent.get(LINE_DOCUMENT.name) is not None,
            sent.get(related.name) is not None,
        )
        for (at, sent), part in zip(reading.objects(within), found, strict=True)
    )


def named_documents(
    document_id: str | None,
    listed: Sequence[FoundValues],
    lines: Sequence[NamedPart] | None,
    charges: Sequence[NamedPart] | None,
) -> Naming:
    """The CCFs of the list in its order, behind them that of the note, and those that its lines and charges name.

    A line that names none is for the CCF of the note, else for the only one of the list. ``lines`` and ``charges`` are
    None when they could not be read.
    """
    keys, faults = _keys(listed)
    default = document_id if document_id is not None else keys[0] if len(keys) == 1 else None
    of_lines, of_charges = _named_by(lines or (), keys, default), _named_by(charges or (), keys, default)
    faults += [*of_lines.faults, *of_charges.faults]
    places = {key: f"{ADJUSTED_DOCUMENTS.name}[{index}]" for index, key in enumerate(keys)}
    if document_id is not None:
        places.setdefault(document_id, LINE_DOCUMENT.name)
    used = {*of_lines.keys, *of_charges.keys}
    for key in (*of_lines.keys, *of_charges.keys):
        if key is not None:
            places.setdefault(key, LINES.name)
    if len(places) > MAX_RELATED:
        faults.append(fault("related_too_many", (ADJUSTED_DOCUMENTS if listed else LINES).name, limit=MAX_RELATED))
    if lines and charges is not None and None not in used and not faults:
        faults += [_unused(at, position) for position, (key, at) in enumerate(places.items()) if key not in used]
    first = next(iter(places), None)
    if len(places) == 1 and isinstance(first, str):
        return Naming(first, (), (None,) * len(lines or ()), (None,) * len(charges or ()), tuple(faults))
    described = dict(zip(keys, listed, strict=True))
    position: dict[_Key | None, int] = {key: index for index, key in enumerate(places)}
    return Naming(
        documents=tuple(key if isinstance(key, str) else described[key] for key in places),
        lines=tuple(position.get(key) for key in of_lines.keys),
        charges=tuple(position.get(key) for key in of_charges.keys),
        faults=tuple(faults),
    )


def _unused(at: str, position: int) -> Fault:
    """The fault of a CCF that no line names: one of the list, or behind them that of the note."""
    if at == LINE_DOCUMENT.name:
        return fault("related_unused", at, instead=f"quite {at}")
    return unused_document(position)


def _keys(listed: Sequence[FoundValues]) -> tuple[list[_Key], list[Fault]]:
    """The key of each listed document, and the faults of documents, or control numbers, that are listed twice."""
    keys: list[_Key] = []
    numbers: set[str] = set()
    faults: list[Fault] = []
    for index, each in enumerate(listed):
        key, number = own_of(each) or number_of(each) or index, control_number_of(each)
        if key in keys:
            faults.append(fault("related_repeated", f"{ADJUSTED_DOCUMENTS.name}[{index}]"))
        elif number is not None and number in numbers:
            faults.append(fault("control_number_repeated", control_number_at(index)))
        keys.append(key)
        numbers |= {number} if number is not None else set()
    return keys, faults


class _Named(Struct, frozen=True):
    """The CCF of each line or charge; None for one that names none, or a faulty one."""

    keys: tuple[_Key | None, ...]
    faults: tuple[Fault, ...]


def _named_by(parts: Sequence[NamedPart], keys: Sequence[_Key], default: _Key | None) -> _Named:
    """The CCFs of lines or charges, and the faults of those that name none, or name it twice."""
    found: list[_Key | None] = []
    faults: list[Fault] = []
    for part in parts:
        related = f"{part.at}.{LINE_RELATED.name}"
        key: _Key | None = part.own
        if part.names_own and part.position is not None:
            faults.append(fault("line_names_ccf_twice", related))
        elif part.position is not None and part.position >= len(keys):
            faults.append(fault("related_index_unknown", related))
        elif part.position is not None:
            key = keys[part.position]
        elif not part.names_own and not part.names_listed:
            key = default
            if default is None:
                at = related if keys else f"{part.at}.{LINE_DOCUMENT.name}"
                faults.append(Fault("field_required", at, message("field_required") + _OF_THE_NOTE))
        found.append(key)
    return _Named(tuple(found), tuple(faults))
