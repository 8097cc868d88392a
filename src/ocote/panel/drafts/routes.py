"""Answers ``/panel/c/{company_id}/drafts`` and the pages below: choosing, filling in, trying and issuing a draft."""

from typing import Final

from ocote.documents.view import Refused
from ocote.drafting.drafts import MOST_OPEN, KeptDraft, NewDraft, TooManyDrafts
from ocote.drafting.fields import storable
from ocote.dte.types import DOCUMENT_TYPES
from ocote.panel.drafts.editing import get_draft, post_draft, post_totals
from ocote.panel.drafts.finding import get_activity_suggestions, get_customer_suggestions, get_item_suggestions
from ocote.panel.drafts.opening import too_many
from ocote.panel.drafts.outcome import get_draft_file, get_outcome, get_preview
from ocote.panel.drafts.pages import open_draft
from ocote.panel.drafts.points import reachable_points
from ocote.panel.drafts.starting import get_start, post_start
from ocote.panel.frame.request import PanelRequest
from ocote.panel.frame.routing import PanelRoute
from ocote.web.response import Response

_DRAFTS: Final = "/c/{company_id:int}/drafts"
_ONE: Final = f"{_DRAFTS}/{{draft_id}}"
_LIMIT: Final = 4 * 1024 * 1024
"""Bytes of the form of a document of 2,000 lines with long descriptions."""

_CHOSEN: Final = tuple(row for row in DOCUMENT_TYPES.values() if row.family != "note")
"""The types that begin empty; a note begins with its document."""


async def get_drafts(request: PanelRequest) -> Response:
    """Shows the types of document to choose from, and the person's open drafts."""
    kept = await request.services.drafts.open_ones(request.company_id, request.person.id)
    drafts = await request.services.draft_issuer.settled(kept, request.author)
    return request.page(
        "drafts/list.html",
        kinds=[(row.code, request.say(row.title)) for row in _CHOSEN],
        drafts=[open_draft(each, request.say) for each in drafts if each.document_id is None],
    )


async def post_drafts(request: PanelRequest) -> Response:
    """Makes an empty draft of the type that was chosen, or discards drafts."""
    discarded = [each for each in request.form.getlist("discard") if isinstance(each, str) and each]
    for each in discarded[:MOST_OPEN]:
        draft = await request.services.drafts.get(request.company_id, request.person.id, storable(each))
        [draft] = await request.services.draft_issuer.settled((draft,), request.author)
        if draft.document_id is not None:
            return request.redirect(request.link(f"/drafts/{draft.id}/outcome"))
        await request.services.drafts.discard(draft)
    if discarded:
        done = "Borrador descartado." if len(discarded) == 1 else "Borradores descartados."
        return request.redirect(request.link("/drafts"), request.say(done))
    try:
        draft = await make_draft(request, str(request.form.get("kind", "")))
    except TooManyDrafts:
        return too_many(request)
    return request.redirect(request.link(f"/drafts/{draft.id}"))


async def make_draft(request: PanelRequest, kind: str) -> KeptDraft:
    """An empty draft at the person's first point of sale. Raises Refused for an unknown type."""
    chosen = next((row.code for row in _CHOSEN if row.code == kind), None)
    if chosen is None:
        raise Refused("form_unreadable")
    points = await reachable_points(request)
    return await request.services.drafts.make(NewDraft(request.company_id, request.person.id, chosen, points[0]))


ROUTES: Final = (
    PanelRoute(_DRAFTS, "issue", get=get_drafts, post=post_drafts),
    PanelRoute(f"{_DRAFTS}/find/customers", "issue", get=get_customer_suggestions),
    PanelRoute(f"{_DRAFTS}/find/items", "issue", get=get_item_suggestions),
    PanelRoute(f"{_DRAFTS}/find/activities", "issue", get=get_activity_suggestions),
    PanelRoute(f"{_DRAFTS}/new", "issue", get=get_start, post=post_start),
    PanelRoute(_ONE, "issue", get=get_draft, post=post_draft, limit=_LIMIT),
    PanelRoute(f"{_ONE}/totals", "issue", post=post_totals, limit=_LIMIT),
    PanelRoute(f"{_ONE}/preview.pdf", "issue", get=get_preview),
    PanelRoute(f"{_ONE}/outcome", "issue", get=get_outcome),
    PanelRoute(f"{_ONE}/files/{{kind}}", "issue", get=get_draft_file),
)
