"""Begins drafts from a document: another like it, its correction, a credit note on some of its lines."""

import re
from collections.abc import Mapping
from typing import Final
from uuid import uuid4

from ocote.documents.view import DocumentView, Refused
from ocote.drafting.drafts import KeptDraft, NewDraft, TooManyDrafts
from ocote.drafting.fields import storable
from ocote.drafting.issuing import Faults
from ocote.drafting.note_lines import TakenLine
from ocote.drafting.originals import NotedDocument
from ocote.dte.faults import Fault, InvalidSale
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.drafts.note_faults import at_lines, is_too_much
from ocote.panel.drafts.opening import too_many
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.typed_numbers import typed_number
from ocote.web.response import Response

_DECIMALS: Final = 8
_LINE: Final = re.compile(r"lines\[([0-9]+)\]")
_SOURCES: Final = ("copy_of", "retry_of", "note_of")


async def get_start(request: PanelRequest) -> Response:
    """Shows the document from which a draft begins; of a CCF for a note, its lines with what is left."""
    source, document_id = _source(request.query)
    if source == "note_of":
        return _note_page(request, await _ccf(request, document_id))
    document = await request.services.originals.document(request.membership, document_id)
    return request.page("drafts/start.html", source=source, document=document, kind=_kind(request, document))


async def post_start(request: PanelRequest) -> Response:
    """Begins the draft and leads to its form; with too many open ones, to their list."""
    try:
        return await _begin(request)
    except TooManyDrafts:
        return too_many(request)


async def _begin(request: PanelRequest) -> Response:
    source, document_id = _source(request.form)
    originals, person_id = request.services.originals, request.person.id
    if source == "note_of":
        return await _begin_note(request, document_id)
    if source == "retry_of":
        new = await originals.correction(request.membership, person_id, document_id)
        draft = await request.services.drafts.correct(new, request.author)
    else:
        draft = await request.services.drafts.make(await originals.copy(request.membership, person_id, document_id))
    return _to(request, draft)


async def _begin_note(request: PanelRequest, document_id: str) -> Response:
    ccf = await _ccf(request, document_id)
    is_whole = request.form.get("whole") is not None
    faults: dict[int, str] = {}
    taken = None if is_whole else _taken(request, ccf, faults)
    if faults or (taken is not None and not taken):
        return _note_page(request, ccf, faults, is_empty=not faults, code=400)
    new = request.services.originals.note(ccf, request.company_id, request.person.id, taken)
    too_large = await _too_large(request, ccf, new)
    for each in too_large:
        found = _LINE.match(each.field)
        if found is not None and taken is not None:
            faults[taken[int(found[1])].position] = each.message
    if too_large:
        others = () if faults else tuple(each.message for each in too_large)
        return _note_page(request, ccf, faults, others=others, code=400)
    return _to(request, await request.services.drafts.make(new))


async def _too_large(request: PanelRequest, ccf: NotedDocument, new: NewDraft) -> tuple[Fault, ...]:
    """The faults of a note that would take too much of its CCF, as issuing it would say; nothing is kept."""
    tried = KeptDraft("", new.company_id, new.person_id, new.kind, new.point, f"panel-{uuid4()}", new.body, "")
    try:
        await request.services.draft_issuer.trial(request.caller(new.point), tried)
    except Faults as error:
        if any(map(is_too_much, error.faults)):
            return at_lines(request, error.faults, ccf.lines, new.body.get("lines") or ())
    return ()


def _taken(request: PanelRequest, ccf: NotedDocument, faults: dict[int, str]) -> tuple[TakenLine, ...]:
    """The parts of lines that the form takes back; ``faults`` gets those that are no numbers, by their positions."""
    taken: list[TakenLine] = []
    for each in ccf.lines:
        quantity = str(request.form.get(f"quantity-{each.position}", "")).strip()
        price = str(request.form.get(f"price-{each.position}", "")).strip() or f"{each.line.unit_price:f}"
        if not quantity:
            continue
        number, amount = typed_number(quantity, _DECIMALS), typed_number(price, _DECIMALS)
        if number is None or amount is None:
            faults[each.position] = request.say("escriba números, con punto para los decimales")
        elif number:
            taken.append(TakenLine(each.position, number, amount))
    return tuple(taken)


def _note_page(
    request: PanelRequest,
    ccf: NotedDocument,
    faults: Mapping[int, str] | None = None,
    *,
    others: tuple[str, ...] = (),
    is_empty: bool = False,
    code: int = 200,
) -> Response:
    return request.page(
        "drafts/note.html",
        code,
        ccf=ccf,
        faults=faults or {},
        others=others,
        is_empty=is_empty,
        typed={name: value for name, value in request.form.multi_items() if isinstance(value, str)},
    )


async def _ccf(request: PanelRequest, document_id: str) -> NotedDocument:
    try:
        return await request.services.originals.ccf(request.membership, document_id)
    except InvalidSale as error:
        raise Refused("page_not_found") from error


def _source(values: Mapping[str, object]) -> tuple[str, str]:
    """How the draft begins, and from which document. Raises Refused when the page does not say."""
    for name in _SOURCES:
        value = values.get(name)
        if isinstance(value, str) and storable(value):
            return name, storable(value)
    raise Refused("page_not_found")


def _kind(request: PanelRequest, document: DocumentView) -> str:
    return request.say(DOCUMENT_TYPES[document.doc_type].title)


def _to(request: PanelRequest, draft: KeptDraft) -> Response:
    return request.redirect(request.link(f"/drafts/{draft.id}"))
