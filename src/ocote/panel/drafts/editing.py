"""The form of one draft: shown, saved with each change, tried, and issued."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from ocote.documents.view import DocumentView, Refused
from ocote.drafting.drafts import KeptDraft
from ocote.drafting.fields import FormBody, body_of, storable
from ocote.drafting.issuing import Faults, Tried, mark_of_trial
from ocote.dte.faults import Fault
from ocote.errors import status
from ocote.panel.drafts.completed import ASKED_ABOUT, CompletedView, completed_view
from ocote.panel.drafts.finding import Suggestion, find_activities, find_customers, find_items
from ocote.panel.drafts.note_faults import located
from ocote.panel.drafts.opening import opened
from ocote.panel.drafts.outcome import draft_pdf
from ocote.panel.drafts.pages import (
    FormView,
    TotalsView,
    differs_in_words,
    fault_views,
    faults_by_field,
    form_view,
    totals_view,
)
from ocote.panel.drafts.picking import picked
from ocote.panel.drafts.points import reachable_points
from ocote.panel.frame.request import PanelRequest
from ocote.requests.description import InnerList
from ocote.web.response import Response

_FORM: Final = "drafts/form.html"
_LINE: Final = re.compile(r"~?lines\[([0-9]{1,5})\](.*)", re.DOTALL)
_POSITION: Final = re.compile(r"[0-9]{1,5}")


class SentDraft(Struct, frozen=True):
    """A draft as the form of a request says it: saved, or not because another tab changed the draft meanwhile.

    ``form`` tells the fields of the form from the body. ``latest`` is the moment of the change that the person has
    not seen; empty when the draft was saved.
    """

    draft: KeptDraft
    form: FormBody
    latest: str = ""


class ShownDraft(Struct, frozen=True):
    """Everything that a page shows of a draft beside its form."""

    faults: tuple[Fault, ...] = ()
    totals: TotalsView | None = None
    suggestions: Mapping[str, tuple[Suggestion, ...]] = {}
    searched: Mapping[str, str] = {}
    latest: str = ""
    blank: Mapping[str, int] = {}
    completed: CompletedView | None = None


async def get_draft(request: PanelRequest) -> Response:
    """Shows the form of a draft; a draft with a document leads to the document."""
    draft = await _draft(request)
    if draft.document_id is not None:
        return request.redirect(request.link(f"/drafts/{draft.id}/outcome"))
    added = _list_named(draft, request.query.get("add", ""))
    shown = await _tried(request, draft, {}) if draft.body else ShownDraft()
    # A note begins with the lines of its CCF: whatever is wrong with it is said at once.
    faults = shown.faults if draft.row.family == "note" and not added else ()
    return await _page(request, draft, replace(shown, faults=faults, blank={added: 1} if added else {}))


async def post_draft(request: PanelRequest) -> Response:
    """Saves the form, and does what its button says."""
    draft = await _draft(request)
    if draft.document_id is not None:
        return request.redirect(request.link(f"/drafts/{draft.id}/outcome"))
    if request.form.get("do") == "preview":
        return await _preview(request, draft)
    sent = await _saved(request, draft)
    if sent.latest:
        return await _page(request, sent.draft, ShownDraft(latest=sent.latest), 409)
    return await _done(request, sent.draft, _asked(request))


async def _done(request: PanelRequest, draft: KeptDraft, asked: Mapping[str, str]) -> Response:
    """Does what the button of the form says, with the draft that is saved."""
    if "pick" in asked:
        return await _pick(request, draft, asked["pick"])
    if "add_row" in asked or "remove_row" in asked:
        return await _change_rows(request, draft, asked)
    do = asked.get("do", "calculate")
    if do in ("issue", "issue_so"):
        return await _issue(request, draft, asked)
    found = await _searched(request, draft.kind, asked)
    exact = _exact(found)
    if exact:
        return await _pick(request, draft, exact)
    return await (_page(request, draft, found) if found.searched else _calculated(request, draft, asked))


async def _preview(request: PanelRequest, draft: KeptDraft) -> Response:
    """The PDF of what the form says, for another tab. Nothing is saved: the form stays open, and saves as before."""
    shown = replace(draft, point=await _point(request, draft), body=_form(request, draft).body)
    try:
        pdf = await request.services.draft_printer.pdf(request.caller(shown.point), shown)
    except Faults as error:
        form = form_view(shown, faults_by_field(error.faults), request.say, blank={}, items={})
        faults = [each.text for each in fault_views(error.faults, form, request.say)]
        kind = request.say(draft.row.title)
        return request.page("drafts/unseen.html", _status(error), faults=faults, kind=kind, draft=draft)
    return draft_pdf(pdf)


async def post_totals(request: PanelRequest) -> Response:
    """Saves the form and gives the totals and faults alone, for a script."""
    draft = await _draft(request)
    if draft.document_id is not None:
        return request.redirect(request.link(f"/drafts/{draft.id}/outcome"))
    sent = await _saved(request, draft)
    shown = ShownDraft(latest=sent.latest) if sent.latest else await _tried(request, sent.draft, _asked(request))
    values = await _values(request, sent.draft, shown, sent.form)
    return request.page("drafts/result.html", is_live=True, **values)


async def _draft(request: PanelRequest) -> KeptDraft:
    draft, _ = await opened(request, str(request.part("draft_id")))
    return draft


async def _saved(request: PanelRequest, draft: KeptDraft) -> SentDraft:
    """Keeps what the form says. A draft that was changed in another tab meanwhile is not overwritten."""
    form, point = _form(request, draft), await _point(request, draft)
    asked = _asked(request)
    seen = asked.get("overwrite") or asked.get("seen") or draft.seen
    saved = await request.services.drafts.save(replace(draft, seen=seen), point, form.body)
    if saved is not None:
        return SentDraft(saved, form)
    now = await _draft(request)
    mine = replace(now, point=point, body=form.body)
    is_alike = (now.point, now.body) == (point, form.body)
    return SentDraft(mine, form, "" if is_alike else now.seen)


def _form(request: PanelRequest, draft: KeptDraft) -> FormBody:
    """The body that the form says. A line that says nothing but the quantity it came with is none."""
    fields = [(name, value) for name, value in request.form.multi_items() if isinstance(value, str)]
    filled = {
        found[1]
        for name, value in fields
        if value.strip() and (found := _LINE.match(name)) and not (found[2] == ".quantity" and value == "1")
    }
    said = [each for each in fields if (found := _LINE.match(each[0])) is None or found[1] in filled]
    return body_of(draft.described, said)


async def _point(request: PanelRequest, draft: KeptDraft) -> str:
    """The point of sale that the form says, if the person reaches it."""
    wanted = _asked(request).get("point", draft.point)
    return wanted if wanted in await reachable_points(request) else draft.point


def _asked(request: PanelRequest) -> dict[str, str]:
    return {
        name: said
        for name in (*_ASKED, *_SEARCHES)
        if isinstance(value := request.form.get(name), str) and (said := storable(value))
    }


_ASKED: Final = ("do", "pick", "add_row", "remove_row", "seen", "overwrite", "point", "tried", "completed")
_SEARCHES: Final = ("q_customer", "q_item", "q_activity")


async def _searched(request: PanelRequest, kind: str, asked: Mapping[str, str]) -> ShownDraft:
    """Looks for the texts of the search fields, for a person without a script who pressed a button."""
    searched = {name: asked[name].strip() for name in _SEARCHES if asked.get(name, "").strip()}
    found: dict[str, tuple[Suggestion, ...]] = {}
    if "q_customer" in searched:
        found["q_customer"] = await find_customers(request, searched["q_customer"], kind)
    if "q_item" in searched:
        found["q_item"] = await find_items(request, searched["q_item"])
    if "q_activity" in searched:
        found["q_activity"] = find_activities(searched["q_activity"])
    return ShownDraft(suggestions=found, searched=searched)


def _exact(shown: ShownDraft) -> str:
    """The item whose code was typed or scanned; empty when the text is no code."""
    code = f"item:{shown.searched.get('q_item', '')}"
    return code if any(each.value == code for each in shown.suggestions.get("q_item", ())) else ""


async def _pick(request: PanelRequest, draft: KeptDraft, chosen: str) -> Response:
    """Puts the customer, item or activity that was chosen into the draft."""
    body, anchor = await picked(request, draft, chosen)
    saved = await request.services.drafts.save(draft, draft.point, body)
    if saved is None:
        return await _page(request, draft, ShownDraft(latest=(await _draft(request)).seen), 409)
    return request.redirect(request.link(f"/drafts/{draft.id}#{anchor}"))


async def _change_rows(request: PanelRequest, draft: KeptDraft, asked: Mapping[str, str]) -> Response:
    """Adds an empty row to a list, or removes one, for a person without a script."""
    if "add_row" in asked:
        added = _list_named(draft, asked["add_row"])
        return request.redirect(request.link(f"/drafts/{draft.id}{f'?add={added}#rows-{added}' if added else ''}"))
    named, _, position = asked["remove_row"].rpartition("-")
    name = _list_named(draft, named)
    body: dict[str, Any] = dict(draft.body)
    rows = body.get(name)
    if isinstance(rows, list) and _POSITION.fullmatch(position):
        body[name] = [row for at, row in enumerate(rows) if at != int(position)]
        await request.services.drafts.save(draft, draft.point, body)
    return request.redirect(request.link(f"/drafts/{draft.id}#rows-{name}"))


def _list_named(draft: KeptDraft, name: str) -> str:
    """The name of a list of the request; empty for any other text."""
    names = (field.name for field in draft.described.fields if isinstance(field.kind, InnerList))
    return next((each for each in names if each == name), "")


async def _issue(request: PanelRequest, draft: KeptDraft, asked: Mapping[str, str]) -> Response:
    """Issues what the person saw; if something else would be issued now, that is shown first.

    What the gateway writes of the other party is shown in any case, and issued with a button of its own.
    """
    issuer, caller = request.services.draft_issuer, request.caller(draft.point)
    try:
        tried = await issuer.trial(caller, draft)
        totals, completed = _totals(request, tried), _completed(request, tried)
        mark = asked.get("tried", "")
        is_seen = not isinstance(tried, Tried) or totals.mark == mark
        if not is_seen:
            request.notify("waiting", differs_in_words(mark, totals, request.say))
        if not is_seen or (completed is not None and not _is_agreed(asked, completed)):
            return await _page(request, draft, ShownDraft(totals=totals, completed=completed), 409)
        issued = await issuer.issue(caller, draft, request.author)
    except Faults as error:
        faults = await located(request, draft, error.faults)
        return await _page(request, draft, ShownDraft(faults=faults), _status(error))
    differs = "?differs=1" if issued.content_differs else ""
    return request.redirect(request.link(f"/drafts/{draft.id}/outcome{differs}"))


def _is_agreed(asked: Mapping[str, str], completed: CompletedView) -> bool:
    """Whether the person saw this and wants it so."""
    return asked["do"] == "issue_so" and asked.get("completed") == completed.mark


async def _calculated(request: PanelRequest, draft: KeptDraft, asked: Mapping[str, str]) -> Response:
    shown = await _tried(request, draft, asked)
    return await _page(request, draft, shown, 400 if shown.faults else 200)


def _status(error: Faults) -> int:
    return status(error.code) if error.code else 400


async def _tried(request: PanelRequest, draft: KeptDraft, asked: Mapping[str, str]) -> ShownDraft:
    """The totals of the draft, or what is wrong with it; with what the gateway writes where the page showed such."""
    try:
        tried = await request.services.draft_issuer.trial(request.caller(draft.point), draft)
    except Faults as error:
        return ShownDraft(faults=await located(request, draft, error.faults))
    completed = _completed(request, tried) if asked.get("completed") else None
    return ShownDraft(totals=_totals(request, tried), completed=completed)


def _totals(request: PanelRequest, tried: Tried | DocumentView) -> TotalsView:
    mark = mark_of_trial(tried) if isinstance(tried, Tried) else ""
    remarks = tuple(each for each in tried.warnings if each.code not in ASKED_ABOUT)
    return totals_view(tried.amounts, remarks, request.say, mark)


def _completed(request: PanelRequest, tried: Tried | DocumentView) -> CompletedView | None:
    """The data that the gateway would write in a document that is not there yet."""
    return completed_view(tried.warnings, request.say) if isinstance(tried, Tried) else None


async def _page(request: PanelRequest, draft: KeptDraft, shown: ShownDraft, code: int = 200) -> Response:
    values = await _values(request, draft, shown)
    # A long form takes a second to write, in which every other caller would wait.
    return await asyncio.to_thread(request.page, _FORM, code, is_live=False, **values)


async def _values(
    request: PanelRequest, draft: KeptDraft, shown: ShownDraft, sent: FormBody | None = None
) -> dict[str, Any]:
    """The values of the template of the form; ``sent`` is the form that stays on the page."""
    lines = draft.body.get("lines")
    codes = {code for line in (lines if isinstance(lines, list) else ()) if (code := _code_of(line))}
    items = await request.services.lookups.named(request.company_id, codes)
    faults = faults_by_field(shown.faults)
    adjusted = await _adjusted(request, draft)
    form: FormView = await asyncio.to_thread(
        form_view, draft, faults, request.say, blank=shown.blank, items=items, is_adjusted=adjusted is not None
    )
    rejected = await request.services.draft_issuer.document(draft)
    return {
        "draft": draft,
        "kind": request.say(draft.row.title),
        "form": form,
        "points": await reachable_points(request),
        "totals": shown.totals,
        "faults": fault_views(shown.faults, form, request.say, sent.field_of if sent is not None else None),
        "suggested": shown.suggestions,
        "searched": shown.searched,
        "latest": shown.latest,
        "completed": shown.completed,
        "rejected": rejected,
        "adjusted": adjusted,
    }


async def _adjusted(request: PanelRequest, draft: KeptDraft) -> DocumentView | None:
    """The document that a note adjusts; None when the draft names none, or none that the person sees."""
    document_id = draft.body.get("document_id")
    if draft.row.family != "note" or not isinstance(document_id, str):
        return None
    try:
        return await request.services.originals.document(request.membership, document_id)
    except Refused:
        return None


def _code_of(line: object) -> str:
    code = line.get("code") if isinstance(line, Mapping) else None
    return code if isinstance(code, str) else ""
