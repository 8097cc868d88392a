"""The names under which a caller said what a fault is about: the short form of a field, or an item's code. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

from ocote.requests.adjusted import ADJUSTED_DOCUMENTS
from ocote.requests.line_terms import CODE, IS_SERVICE, ITEM_KIND
from ocote.requests.lines import LINES
from ocote.requests.related import LINE_DOCUMENT, LINE_RELATED
from ocote.requests.sale_terms import CHARGE_LIST

_OF_A_LINE: Final = re.compile(rf"{LINES.name}\[([0-9]+)\]\.([a-z_]+)")


def sent_field(field: str, body: Mapping[str, Any]) -> str:
    """The path of a fault as the caller can find it in the body, where it names a field of a line that was not sent.

    ``is_service`` stands for ``item_kind``, and ``code`` for whatever the line takes from an item of the company. The
    CCF that a line of a note is for may be named by its position in the list, or by the note for all lines. A fault of
    a line that the body does not have is that of another call under the same reference.
    """
    found = _OF_A_LINE.match(field)
    lines = body.get(LINES.name) or ()
    if found is None or int(found[1]) >= len(lines):
        return field
    line, name = lines[int(found[1])], found[2]
    if line.get(name) is not None:
        return field
    at = f"{LINES.name}[{found[1]}]"
    if name == LINE_DOCUMENT.name:
        return f"{at}.{LINE_RELATED.name}" if line.get(LINE_RELATED.name) is not None else name
    if name == ITEM_KIND.name and line.get(IS_SERVICE.name) is not None:
        return f"{at}.{IS_SERVICE.name}"
    return f"{at}.{CODE.name}" if line.get(CODE.name) is not None else field


def sent_note_field(field: str, body: Mapping[str, Any]) -> str:
    """The path of a fault of a note as the caller can find it in the body: ``document_id`` may stand in other places.

    It is the field of the note, or else the first document of the list, or the first line or charge that names one.
    """
    at = sent_field(field, body)
    if at != LINE_DOCUMENT.name or body.get(at) is not None:
        return at
    if body.get(ADJUSTED_DOCUMENTS.name):
        return f"{ADJUSTED_DOCUMENTS.name}[0]"
    for parts in (LINES.name, CHARGE_LIST.name):
        for index, part in enumerate(body.get(parts) or ()):
            if part.get(at) is not None:
                return f"{parts}[{index}].{at}"
    return at
