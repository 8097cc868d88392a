"""Says of a note that takes too much of its CCF at which lines it does so."""

from collections.abc import Iterable

from ocote.documents.view import Refused
from ocote.drafting.drafts import KeptDraft
from ocote.drafting.note_lines import LeftLine, lines_above
from ocote.dte.faults import Fault, FaultCode, InvalidSale
from ocote.panel.frame.request import PanelRequest


async def located(request: PanelRequest, draft: KeptDraft, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """The faults of a draft, where those of the sums of a note on one CCF stand at the lines that are too large."""
    document_id = draft.body.get("document_id")
    if not isinstance(document_id, str) or not any(map(is_too_much, faults)):
        return faults
    try:
        ccf = await request.services.originals.ccf(request.membership, document_id)
    except (Refused, InvalidSale):
        return faults
    lines = draft.body.get("lines")
    return at_lines(request, faults, ccf.lines, lines if isinstance(lines, list) else ())


def at_lines(
    request: PanelRequest, faults: tuple[Fault, ...], sold: tuple[LeftLine, ...], lines: Iterable[object]
) -> tuple[Fault, ...]:
    """The faults with the lines that are too large in place of the sums; the sums where no line explains them."""
    text = request.say("se devuelven {taken}, y de esta línea del crédito fiscal quedan {left}")
    found = tuple(
        Fault(
            FaultCode.NOTE_EXCEEDS_CCF,
            f"lines[{each.position}].quantity",
            text.format(taken=f"{each.taken:f}", left=f"{each.left:f}"),
        )
        for each in lines_above(sold, lines)
    )
    return (*found, *(each for each in faults if not is_too_much(each))) if found else faults


def is_too_much(fault: Fault) -> bool:
    """Whether a sum of the note is more than what is left of its CCF."""
    return fault.code == FaultCode.NOTE_EXCEEDS_CCF and fault.field == "lines"
