"""Which CCFs a note adjusts, and which of them each line and charge is for. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from ocote.api.requests.adjusted import ADJUSTED_DOCUMENTS, number_of, own_of, stated_ccf
from ocote.api.requests.description import RequestField
from ocote.api.requests.lines import LINES
from ocote.api.requests.reading import FoundValues
from ocote.api.requests.related import LINE_DOCUMENT, LINE_RELATED, MAX_RELATED
from ocote.api.requests.sale_terms import CHARGE_LIST, CHARGE_RELATED
from ocote.dte.faults import Fault
from ocote.errors import fault
from ocote.issuing.request import StatedCcf

_Key = str | tuple[str, bool] | int
"""What tells a CCF from the others: the text that names an own one, the number of one of another system."""


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


def named_documents(
    document_id: str | None,
    listed: Sequence[FoundValues],
    lines: Sequence[FoundValues] | None,
    charges: Sequence[FoundValues],
) -> Naming:
    """The CCFs of the list in its order, behind them that of the note, and those that its lines and charges name.

    A line that names none is for the CCF of the note, else for the only one of the list. ``lines`` are None for a note
    that has none, or none that could be read.
    """
    keys, faults = _keys(listed)
    default = document_id if document_id is not None else keys[0] if len(keys) == 1 else None
    of_lines = _named_by(lines or (), LINES, LINE_RELATED, keys, default)
    of_charges = _named_by(charges, CHARGE_LIST, CHARGE_RELATED, keys, default)
    faults += [*of_lines.faults, *of_charges.faults]
    places = {key: f"{ADJUSTED_DOCUMENTS.name}[{index}]" for index, key in enumerate(keys)}
    if document_id is not None:
        places.setdefault(document_id, LINE_DOCUMENT.name)
    used = [key for key in (*of_lines.keys, *of_charges.keys) if key is not None]
    for key in used:
        places.setdefault(key, LINES.name)
    if len(places) > MAX_RELATED:
        faults.append(fault("related_too_many", (ADJUSTED_DOCUMENTS if listed else LINES).name, limit=MAX_RELATED))
    if lines is not None and not faults:
        faults += [fault("related_unused", at) for key, at in places.items() if key not in set(used)]
    first = next(iter(places), None)
    if len(places) == 1 and isinstance(first, str):
        return Naming(first, (), (None,) * len(lines or ()), (None,) * len(charges), tuple(faults))
    described = dict(zip(keys, listed, strict=True))
    position: dict[_Key | None, int] = {key: index for index, key in enumerate(places)}
    return Naming(
        documents=tuple(key if isinstance(key, str) else described[key] for key in places),
        lines=tuple(position.get(key) for key in of_lines.keys),
        charges=tuple(position.get(key) for key in of_charges.keys),
        faults=tuple(faults),
    )


def _keys(listed: Sequence[FoundValues]) -> tuple[list[_Key], list[Fault]]:
    """The key of each listed document, and the faults of documents that are listed twice."""
    keys: list[_Key] = []
    faults: list[Fault] = []
    for index, each in enumerate(listed):
        key = own_of(each) or number_of(each) or index
        if key in keys:
            faults.append(fault("related_repeated", f"{ADJUSTED_DOCUMENTS.name}[{index}]"))
        keys.append(key)
    return keys, faults


class _Named(Struct, frozen=True):
    """The CCF of each line or charge; None for one that names none."""

    keys: tuple[_Key | None, ...]
    faults: tuple[Fault, ...]


def _named_by(
    parts: Sequence[FoundValues],
    within: RequestField[list[FoundValues]],
    related: RequestField[int],
    keys: Sequence[_Key],
    default: _Key | None,
) -> _Named:
    """The CCFs of lines or charges, and the faults of those that name none, or name it twice."""
    found: list[_Key | None] = []
    faults: list[Fault] = []
    for index, part in enumerate(parts):
        own, position, at = part.get(LINE_DOCUMENT), part.get(related), f"{within.name}[{index}].{related.name}"
        key = own if own is not None else default
        if own is not None and position is not None:
            faults.append(fault("related_named_twice", at))
        elif position is not None and position >= len(keys):
            faults.append(fault("related_index_unknown", at))
        elif position is not None:
            key = keys[position]
        elif key is None:
            faults.append(fault("field_required", at))
        found.append(key)
    return _Named(tuple(found), tuple(faults))
